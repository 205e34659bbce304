"""The import rules of docs/architecture.md, read from the syntax tree, and a few habits that keep the house in order."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("netlib", "pages", "scripts", "benchmarks", "tests")
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for path in [ROOT / "dashboard.py", *(p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.py")))]
}
OURS = [name for name in FILES if name.startswith(("netlib/", "pages/")) or name == "dashboard.py"]
every_file = pytest.mark.parametrize("name", FILES)
each_of_ours = pytest.mark.parametrize("name", OURS)

# Who may import whom. What is no folder of netlib is "core": spec, query, trace, the registries, words of all kinds.
MODEL = {"network", "forward", "backward", "ensemble", "schemes", "stamp", "saliency", "slopes"}
ENGINE = {
    *(f"netlib.training.{name}" for name in ("material", "loop", "measure", "session", "worker")),
    *(f"netlib.sweep.{name}" for name in ("evaluate", "short_training")),
}
MAY_IMPORT = {
    "dashboard": {"ui"},
    "pages": {"ui", "views", "figures", "stats", "theory", "words", "lesson", "code"},
    "training": {"training", "engine", "digits", "core"},  # the fleet's thread starts the engine, when it is asked
    "sweep": {"sweep", "training", "engine", "digits", "stats", "core"},  # its workers start the engine
    "engine": {"engine", "training", "sweep", "digits", "model", "stats", "core"},
    "ui": {
        *("ui", "views", "lesson", "code", "files", "words", "figures", "stats", "theory", "digits", "model", "core"),
        *("training", "sweep", "engine"),
    },
    "views": {"views", "lesson", "code", "words", "figures", "stats", "theory", "training", "sweep", "core"},
    "words": {"words", "code", "stats", "theory", "training", "sweep", "core"},
    "figures": {"figures", "code", "stats", "theory", "training", "sweep", "core"},
    "stats": {"stats", "theory", "sweep", "core"},
    "theory": {"theory", "core"},
    "lesson": {"lesson", "digits", "model", "stats", "core"},
    "digits": {"digits", "core"},
    "code": {"code", "stats", "core"},
    "files": {"files", "core"},
    "model": {"model", "code", "stats", "core"},
    "core": {"core"},
}
PACKAGES = {
    *("ui", "views", "words", "figures", "stats", "theory", "digits", "lesson", "code", "files", "training", "sweep"),
}

# Third parties that have their room: everybody else gets their results as numbers, words and figures.
ROOMS = {
    "streamlit": ("dashboard.py", "pages/", "netlib/ui/"),
    "plotly": ("netlib/figures/", "netlib/ui/warm.py"),  # warm only loads it, before the first visitor comes
    "torch": (
        *("netlib/network.py", "netlib/forward.py", "netlib/initializers.py", "netlib/ui/warm.py"),
        *("netlib/lesson/cells.py", "netlib/lesson/experiments.py"),
        *("netlib/stamp.py", "netlib/files/"),
        *("netlib/training/material.py", "netlib/training/loop.py", "netlib/training/measure.py"),
        *("netlib/training/worker.py", "netlib/sweep/evaluate.py", "netlib/sweep/short_training.py"),
        *("netlib/backward.py", "netlib/ensemble.py", "netlib/schemes.py", "netlib/saliency.py", "netlib/slopes.py"),
    ),
    "torchvision": ("netlib/digits/fetch.py",),
    "safetensors": ("netlib/files/",),
    "onnx": ("netlib/files/",),
    "sklearn": ("netlib/stats/embedding.py",),
    "threadpoolctl": ("netlib/stats/embedding.py",),
    "dask": ("netlib/sweep/engine.py",),
    "distributed": ("netlib/sweep/engine.py",),
    "pyarrow": ("netlib/sweep/store.py", "netlib/sweep/shipped.py"),
    "tqdm": ("netlib/sweep/__main__.py",),
}

# Modules whose tests stand elsewhere, and where.
TESTED_ELSEWHERE = {
    "netlib/problem.py": "test_bounds.py, and every sentence in test_spec.py and test_query.py",
    "netlib/sweep/messages.py": "test_launcher.py and test_runs.py send each",
    "netlib/sweep/__main__.py": "test_main.py",
    "netlib/ui/": "test_pages.py drives them through Streamlit, e2e/ through a real browser",
}


def tree(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def run_time_nodes(node):
    """Everything below a node but what stands under `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from run_time_nodes(child)


def imported(name):
    """Dotted names of all that a file imports when it runs, inside functions too."""
    for node in run_time_nodes(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "an import says from where"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(dotted):
    """The room of one of our modules: `netlib.figures.home` is in figures, `netlib.spec` in core."""
    if ".".join(dotted.split(".")[:3]) in ENGINE:
        return "engine"
    first, *rest = dotted.split(".")
    if first != "netlib":
        return first
    if rest and rest[0] in PACKAGES:
        return rest[0]
    return "model" if rest and rest[0] in MODEL else "core"


@pytest.mark.parametrize("name", [name for name in OURS if name != "netlib/__init__.py"])  # it opens rooms when asked
def test_data_runs_one_way(name):
    here = room(name.removesuffix(".py").replace("/", "."))
    found = {room(dotted) for dotted in imported(name) if dotted.split(".")[0] in ("netlib", "pages", "dashboard")}
    assert found <= MAY_IMPORT[here], f"{here} may import {sorted(MAY_IMPORT[here])}"


@each_of_ours
def test_each_third_party_stays_in_its_room(name):
    used = {dotted.split(".")[0] for dotted in imported(name)} & ROOMS.keys()
    assert {party for party in used if not name.startswith(ROOMS[party])} == set()


@pytest.mark.parametrize("name", [name for name in OURS if name.startswith("pages/")])
def test_pages_need_nothing_else_but_streamlit_and_the_standard_library(name):
    others = {dotted.split(".")[0] for dotted in imported(name)} - set(sys.stdlib_module_names)
    assert others <= {"netlib", "streamlit"}


def loaded_by(code):
    """Names of the top-level packages that are loaded in a fresh process after some code."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def test_only_network_and_forward_need_torch():
    """All other modules of netlib, imported together in a fresh process: so their tests start at once."""
    modules = [name.removesuffix(".py").replace("/", ".") for name in OURS if name.startswith("netlib/")]
    light = [m.removesuffix(".__init__") for m in modules if room(m) not in ("ui", "model", "engine")]
    assert "netlib.spec" in light
    loaded = loaded_by("\n".join(f"import {module}" for module in light))
    assert "netlib" in loaded
    assert loaded & {"torch", "torchvision", "streamlit"} == set()


def test_the_public_face_is_opened_only_when_it_is_asked():
    assert loaded_by("import netlib; dir(netlib)") & {"torch", "numpy", "pandas", "plotly", "babel"} == set()
    assert "torch" not in loaded_by("import netlib; netlib.sample(netlib.BatchSpec(size=1))")
    assert "torch" in loaded_by("import netlib; netlib.build")


@pytest.mark.parametrize("name", __import__("netlib").__all__)
def test_the_public_face_keeps_what_it_promises(name):
    import netlib

    assert getattr(netlib, name).__name__ == name
    assert name in dir(netlib)


def test_the_public_face_has_nothing_else():
    import netlib

    with pytest.raises(AttributeError, match="module 'netlib' has no attribute 'nothing'"):
        _ = netlib.nothing


@every_file
def test_no_file_is_longer_than_400_lines(name):
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= 400


@every_file
def test_nothing_is_called_utils(name):
    vague = {"util", "utils", "helper", "helpers", "common", "misc"}
    assert vague & {part.removesuffix(".py").removeprefix("test_") for part in name.split("/")} == set()


# Settings of the whole process: one visitor would move the numbers of all others.
GLOBAL = {
    *("torch.manual_seed", "torch.seed", "torch.random.manual_seed", "torch.default_generator.manual_seed"),
    *("torch.set_default_dtype", "torch.set_default_device", "torch.use_deterministic_algorithms"),
    *("np.random.seed", "numpy.random.seed", "np.random.set_state", "random.seed"),
}


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("tests/")])
def test_no_file_seeds_or_sets_what_all_visitors_share(name):
    """Randomness is an argument: four threads that call `manual_seed` got 782 of 800 networks wrong."""
    calls = [node.func for node in ast.walk(tree(name)) if isinstance(node, ast.Call)]
    imports = {f"{n.module}.{a.name}" for n in ast.walk(tree(name)) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert GLOBAL & ({ast.unparse(call) for call in calls} | imports) == set()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in OURS
        if name.startswith("netlib/")
        and not name.endswith("__init__.py")
        and not name.startswith(tuple(TESTED_ELSEWHERE))
    ],
)
def test_every_module_has_its_test_file(name):
    """`netlib/figures/home.py` has `tests/figures/test_home.py`."""
    folder, module = name.removeprefix("netlib/").rpartition("/")[::2]
    expected = f"tests/{folder}/test_{module}".replace("//", "/")
    assert expected in FILES, "write it, or say in TESTED_ELSEWHERE why not"
