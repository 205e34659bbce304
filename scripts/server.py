"""Streamlit's own command line, after what none of its settings can say: python -m scripts.server run dashboard.py."""

from streamlit import net_util
from streamlit.web.cli import main

if __name__ == "__main__":
    # A page from elsewhere that knocks is refused. Before that Streamlit would ask an outside host for this machine's
    # own address, each time, and all visitors would wait for up to two seconds: this is the answer to that question.
    net_util._external_ip = "127.0.0.1"
    main(prog_name="streamlit")
