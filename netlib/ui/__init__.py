"""The only part of netlib that knows Streamlit. Its import is the start-up: first all that is heavy, see `warm`."""

import os

# Before numpy is loaded: its BLAS waits for a second thread by spinning, so that on a busy machine the singular values
# of a wide layer cost 2.5 s of CPU in place of 0.25 s. Whoever sets it is not overruled.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from netlib.ui import host as host
from netlib.ui import warm as warm
