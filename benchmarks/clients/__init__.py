"""Visitors that measure: a real browser, and websocket clients that speak Streamlit's protocol."""
