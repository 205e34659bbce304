"""activations."""

from netlib.ui import page, shell

view = shell.require()
page.title("activations", view.layer)
