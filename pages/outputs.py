"""outputs."""

from netlib.ui import page, shell

view = shell.require()
page.title("outputs", view.layer)
