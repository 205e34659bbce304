"""What the libraries cost by themselves: torch and plotly imported, one small chart. The reference of a start."""

import plotly.graph_objects as go
import streamlit as st
import torch

st.title(f"Empty, {torch.get_num_threads()} threads")
st.plotly_chart(go.Figure(go.Bar(x=list(range(10)), y=list(range(10))), {"height": 300}), key="chart")
