"""Sentences: pure functions from numbers to what is said about them, one module a page. No Streamlit, no drawing."""
