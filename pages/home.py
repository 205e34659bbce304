"""Home: the network drawn, one digit in, ten probabilities out."""

from netlib.ui import diagnosis, neuron, page, shell
from netlib.stats.layers import layer_table
from netlib.stats.outputs import summarise_outputs
from netlib.views import home
from netlib.words import home as words

view = shell.require()
text, trace = view.text, view.trace
summary = summarise_outputs(trace)
layers = layer_table(trace)

answer = words.answer(summary, text, other_weights=view.other_weights)
page.title(text("What does this network say to a digit?"), answer)
neuron.pictures(view)
neuron.section(view)
page.tiles(home.tiles(trace, summary, text))
diagnosis.panel(view)
page.table(
    text("Layers: shapes, parameters, memory"),
    layers,
    text,
    name="layers",
    column_names=words.columns(text),
    note=words.totals(layers, text),
)
page.try_next(view.setup, text, words.tries(text))
