"""The only part of netlib that knows Streamlit. Its import is the start-up: what is heavy comes first, see `warm`."""

from netlib.ui import warm as warm
