"""Code: the network as PyTorch, spelled in five ways that give the numbers on the screen; what to take home."""

import streamlit as st

from netlib.ui import cached, page, shell, take_home
from netlib.code.filling import STYLES
from netlib.code.forms import TITLES, by_name, marked
from netlib.code.spellings import SPELLINGS, layer_names, program
from netlib.views import code as views
from netlib.words import code as words

view = shell.require()
text, spec = view.text, view.setup.network


def printed() -> None:
    if spelling == "tensors":
        st.markdown(text("Tensors alone have no model to print and no `state_dict`: choose another spelling above."))
        return
    form = by_name(forms, spelling)
    name = layer_names(spec, spelling)[[layer.name for layer in spec.layers].index(view.layer)]
    left, right = st.columns([2, 1])
    left.markdown("`print(model)`")
    left.code(marked(form.printed, name), language="text", wrap_lines=True)
    right.markdown("`model.state_dict()`")
    right.code(views.keys(form, spec, view.layer), language="text", wrap_lines=True)
    st.caption(words.looked_at(view.layer, text))


def names() -> None:
    st.dataframe(
        views.names(spec, view.layer),
        hide_index=True,
        column_config=words.columns(text),
        alt=text("Names in each spelling"),
    )


heading = st.container()
st.session_state.setdefault("spelling", "module")  # the notebook's own form; that of tensors begins with helpers
with st.container(horizontal=True):
    spelling = page.choice(text("Spelling"), {name: TITLES[name] for name in SPELLINGS}, key="spelling")
    style = page.choice(text("Style"), {name: words.style(name, text) for name in STYLES}, key="style")
loaded = view.other_weights
forms = view.exhibit.stamp(style) if view.exhibit else cached.stamp(view.setup, style)
with heading:
    page.title(text("Do five spellings give the same network?"), words.answer(forms, text))
left, right = st.columns([8, 5])
with left:
    with st.container(height=384, border=False):  # scrolls with its copy button inside: a keyboard gets there
        st.code(program(spec, spelling, style, view.layer, text, loaded=loaded).text, wrap_lines=True)
    st.caption(f"{words.spelling_note(spelling, text)} {words.style_note(style, spelling, text, loaded=loaded)}")
with right:
    page.row(views.stamp(forms, text))
page.tiles(views.tiles(view.trace, view.image, view.layer, text))
page.tabs(
    "code_details",
    [
        (text("Take home"), lambda: take_home.downloads(view, spelling, style, forms)),
        (text("Bring back"), lambda: take_home.bring_back(view)),
        (text("Names"), names),
        (text("Printed model"), printed),
    ],
)
page.try_next(view.setup, text, words.tries(text))
