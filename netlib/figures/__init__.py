"""Pictures: pure functions from numbers and words to a Plotly `Figure`, one module a page."""
