"""Draw: a digit of one's own, by hand or as a picture, what the network reads in it, and what its answer hangs on."""

from netlib.ui import draw, page, probes, shell
from netlib.words import drawing as words

view = shell.require()
text = view.text

draw.show(view)
page.tabs("draw_details", probes.details(view))
page.try_next(view.setup, text, words.tries(view.image, len(view.batch), text))
