"""The only part of netlib that knows Streamlit. Its import is the start-up: what is heavy comes first, see `warm`."""

import os

# Before numpy is loaded: its BLAS waits for its second thread by spinning, and with a second visitor on the other core
# the singular values of a wide layer were seen to cost 2.2 s of CPU in place of 0.2 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from netlib.ui import warm as warm
