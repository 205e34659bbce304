"""What a page of Streamlit costs by itself: one slider and one small chart. The reference of a key press."""

import plotly.graph_objects as go
import streamlit as st

st.title("Empty")
number = st.slider("Number", 0, 100, 50, key="number")
bars = [(digit * 37 + number) % 101 for digit in range(10)]
st.plotly_chart(go.Figure(go.Bar(x=list(range(10)), y=bars), {"height": 300}), key="chart")
