"""Whose code a function is: the parts that the CPU time of a change is divided into."""

PAGE = "pages, controls"
JSON = "figures to JSON"
OURS = (PAGE, "link, specs", "network", "numbers", "words", "figures", JSON)
STREAMLIT = "Streamlit"
PROTOBUF = "protobuf, hashes"
EVENTS = "event loop, websocket"
GARBAGE = "garbage collection"
OTHERS = (STREAMLIT, PROTOBUF, EVENTS, GARBAGE)

# What is not named here is its caller's; pages, controls and views (netlib.ui, netlib.views) are PAGE.
_MODULES = (
    ("netlib.stats", "numbers"),
    ("netlib.lesson", "numbers"),
    ("netlib.figures", "figures"),
    ("netlib.words", "words"),
    ("netlib.code", "words"),
    ("netlib.i18n", "words"),
    *((f"netlib.{name}", "network") for name in ("network", "forward", "initializers", "stamp", "digits", "trace")),
    *((f"netlib.{name}", "link, specs") for name in ("query", "draft", "spec", "bounds", "presets")),
)


def place(module: str) -> str | None:
    """The part that a module's functions belong to; None where that is for their caller to say."""
    return next((found for name, found in _MODULES if module == name or module.startswith(f"{name}.")), None)
