"""The only part of netlib that knows Streamlit."""
