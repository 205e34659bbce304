"""Layerscope: what a neural network is before, while and after it learns. Start: `streamlit run dashboard.py`."""

from netlib.ui import shell

shell.run()
