"""The dashboard's own source as syntax trees, for tests that read it."""

import ast
from collections.abc import Iterator

from tests.e2e.server import ROOT

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
FILES = [ROOT / "dashboard.py", *sorted((ROOT / "netlib").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def module_name(file: str) -> str:
    """`netlib/ui/cached.py` -> `netlib.ui.cached`."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def calls(file: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file, with what is called as it is written: `st.html`."""
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def last_name(node: ast.expr) -> str:
    """The last name of a decorator or of what is called: `st.cache_data(ttl=3)` -> `cache_data`."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
