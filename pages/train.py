"""Train: the network in the sidebar learns while one looks, and every other page shows any moment of it."""

import streamlit as st

from netlib.ui import evaluation, page, shell, training
from netlib.words import training as words

view = shell.require()
text = view.text
now = training.look()

page.title(text("Does it learn?"), training.data(view))
chosen = training.settings(view)
training.buttons(view, chosen, now)
training.says(now, text)
training.live(view, now)
training.time_machine(view, now)
evaluation.panel(view, now)
with st.expander(text("Why is the loss not taken on the probabilities?")):
    st.markdown(words.double_softmax(text))
page.try_next(view.setup, text, words.tries(text))
