"""Sweep: thousands of networks asked at once, as heatmaps of any number over any two of the things that vary."""

from netlib.ui import page, shell, sweep, sweep_grid

view = shell.require()
text = view.text

page.title(text("Which initialisation for which depth?"), sweep.answer(view))
sweep_grid.ask(view)
sweep.live(view)
sweep.table(text)
page.try_buttons(text, sweep_grid.tries(text))
