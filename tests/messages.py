"""What the source says to a person, read from its syntax tree: for test_i18n.py."""

import ast
import io
from functools import cache
from itertools import chain
from pathlib import Path

from babel.messages.extract import extract

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "netlib").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "dashboard.py"])

KEYWORDS = {"text": None, "N_": None, "plural": (1, 2)}


def called(node):
    """The name that a call uses, `text`, `N_` or `plural`; `st.text` and Pillow's `pen.text((x, y), ...)` are not ours."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name):
        return node.func.id
    if isinstance(node.func, ast.Attribute):
        streamlits = isinstance(node.func.value, ast.Name) and node.func.value.id == "st"
        pillows = bool(node.args) and isinstance(node.args[0], ast.Tuple)
        return None if streamlits or pillows else node.func.attr
    return None


def calls_in(file, keywords, comment_tags, options):
    """An extraction method for Babel that reads the syntax tree.

    Its own reads tokens: it joins the two texts of `text("a" if x else "b")` into one message that nobody says, and
    loses what stands after a call inside a call.
    """
    for node in ast.walk(ast.parse(file.read())):
        if called(node) in keywords:
            literals = [
                a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args
            ]
            yield node.lineno, called(node), tuple(literals), []


def extracted(source):
    """All messages of a source, with a pair for a plural."""
    return {message for _, message, _, _ in extract(calls_in, io.BytesIO(source.encode()), KEYWORDS)}


@cache
def messages():
    """{message: a file that says it}."""
    found = {}
    for path in SOURCES:
        found |= dict.fromkeys(extracted(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))
    return found


def names_in(node):
    """Every name and attribute inside an expression."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr


@cache
def marked_names():
    """Names and attributes that hold a literal marked with `N_` somewhere: variables, arguments, dataclass fields."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]
    nodes = list(chain.from_iterable(map(ast.walk, trees)))
    parameters = {}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            parameters[node.name] = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg != "self"]
        elif isinstance(node, ast.ClassDef):
            parameters[node.name] = [f.target.id for f in node.body if isinstance(f, ast.AnnAssign)]
    marked, size = {"N_"}, 0
    while len(marked) != size:  # marks are handed on from name to name
        size = len(marked)
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
                targets, value = getattr(node, "targets", None) or [node.target], node.value
            elif isinstance(node, ast.For | ast.comprehension):
                targets, value = [node.target], node.iter
            else:
                targets = []
            if targets and marked & set(names_in(value)):
                marked |= {name for target in targets for name in names_in(target)}
            if isinstance(node, ast.Call):
                given = zip(parameters.get(called(node), []), node.args, strict=False)
                given = chain(given, ((k.arg, k.value) for k in node.keywords if k.arg))
                marked |= {name for name, value in given if marked & set(names_in(value))}
    return marked


def is_translatable(argument):
    """A literal, `N_("...")`, a choice between such, or a name (attribute, entry) that holds a marked literal."""
    match argument:
        case ast.Constant(value=str()):
            return True
        case ast.IfExp(body=body, orelse=other):
            return all(not isinstance(one, ast.Constant) and is_translatable(one) for one in (body, other))
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in marked_names()
        case ast.Subscript(value=value):
            return is_translatable(value)
        case ast.Call():
            return called(argument) == "N_" and isinstance(argument.args[0], ast.Constant)
    return False


def invisible(tree):
    """Lines with a message that no extractor finds."""

    def literal(arguments):
        return all(isinstance(one, ast.Constant) for one in arguments)

    visible = {
        "text": lambda given: given and is_translatable(given[0]),
        "N_": literal,
        "plural": lambda given: literal(given[:2]),
        "Problem": lambda given: given and called(given[0]) == "N_",
    }
    for node in ast.walk(tree):
        name = called(node)
        if name in visible and not visible[name](node.args):
            yield node.lineno
