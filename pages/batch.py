"""batch."""

from netlib.ui import page, shell

view = shell.require()
page.title("batch", view.layer)
