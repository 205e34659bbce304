"""weights."""

from netlib.ui import page, shell

view = shell.require()
page.title("weights", view.layer)
