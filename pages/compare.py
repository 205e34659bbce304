"""Compare: the sidebar's network, A, beside another, B, on the same digits; and all schemes at once."""

import streamlit as st

from netlib.ui import compare, page, schemes, shell
from netlib.views import compare as views
from netlib.views import compare_layer
from netlib.words import compare as words

view = shell.require()
text = view.text
pair = compare.pair(view)

page.title(text("What does the change do?"), words.answer(pair.compared, pair.effect, view.own, text))
compare.choose_b(pair.compared, text)
kinds = {
    "signal": (views.signal, text("Signal")),
    "gradients": (compare.gradients, text("Gradients")),
    "probabilities": (views.probabilities, text("Probabilities")),
    "activations": (compare_layer.activations, text("Activations")),
    "weights": (compare_layer.weights, text("Weights")),
    "schemes": (None, text("All schemes")),
}
shown = compare.kind({name: label for name, (_, label) in kinds.items()}, pair.compared, text)
pictures = kinds[shown][0]
if pictures is None:
    schemes.draw(view)
else:
    main, *more = pictures(pair, text)
    compare.draw([main])
    with st.container(key="compare_tiles"):
        page.tiles(views.tiles(pair, text))
    compare.draw(more)
compare.try_next(text)
