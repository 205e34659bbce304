"""Numbers about a `Trace`: pure functions of arrays, no torch, no drawing."""
