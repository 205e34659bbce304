"""A page in this process, as a cold link shows it; and the same with all of its tabs and tables open at once."""

from contextlib import ExitStack
from unittest.mock import patch

from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_tab_container import TabContainer
from streamlit.testing.v1 import AppTest

from netlib import query
from netlib.spec import Setup
from tests.test_pages import DASHBOARD


def open_cold(page: str, parameters: dict[str, str]) -> AppTest:
    """The page as a visitor sees it whose first address this is."""
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{page}.py").run()


def draw_everything(page: str, setup: Setup, **view: str) -> AppTest:
    """The page of a Setup with everything drawn that a visitor could open."""
    with ExitStack() as held_open:
        for kind in (TabContainer, ExpanderContainer):
            held_open.enter_context(patch.object(kind, "open", property(lambda _: True, lambda _, value: None)))
        return open_cold(page, {**query.write(setup), **view})


def went_well(app: AppTest) -> bool:
    """Whether the page was drawn: no error of Streamlit's, and no panel of ours that stands in for one."""
    return not app.exception and not any("failure" in str(getattr(box.proto, "id", "")) for box in app.get("container"))
