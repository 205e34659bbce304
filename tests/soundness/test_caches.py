"""What visitors share: nothing in it can be written, no key is an array, and every cache has its bound."""

import ast
import dataclasses
import enum
import importlib
import itertools
import pickle
import threading
import types
import typing
from concurrent.futures import ThreadPoolExecutor

import cachetools
import numpy as np
import pytest

from netlib.ui import cached, evaluation
from netlib import digits, i18n, schemes
from netlib.activations import ACTIVATIONS
from netlib.code.filling import STYLES
from netlib.initializers import SCHEMES
from netlib.lesson.experiments import STARTS
from netlib.population import Grid, Population
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.sweep import runs
from netlib.theory.places import plane_of
from netlib.ui.exhibit import layers_of
from tests.soundness.client import CLASS
from tests.soundness.everything import draw_everything, went_well
from tests.soundness.source import PAGES, TREES, calls, last_name, module_name
from tests.soundness.writable import problems
from tests.test_pages import DIFFICULT

# Decorators that keep what a function returns. A cached_property keeps one value, in the object that it belongs to.
FOR_FUNCTIONS = {"cache", "lru_cache", "cache_data", "cache_resource", "cached", "cachedmethod"}
STREAMLITS = {"cache_data", "cache_resource"}
STORES = {name for name in dir(cachetools) if name.endswith("Cache")}
BOUNDS = {"lru_cache": {"maxsize"}, "cache_data": {"max_entries"}, "cache_resource": {"max_entries"}}

# What grows while the server runs and is none of the above: the name, and what bounds it.
GROWING = {
    "netlib/digits/store.py:_kept": "MAX_KEPT splits; test_the_splits_that_are_kept_are_few",
    "netlib/digits/download.py:_latest": "one job: the next takes its place",
    "netlib/ui/warm.py:_settled": "one word a page",
}


def decorated():
    """Every cached function: file, its definition, the decorator."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    if last_name(decorator) in FOR_FUNCTIONS:
                        yield file, node, decorator


# Caches that count entries: no entry is heavier than this, so that the two numbers are a bound in bytes.
HEAVIEST_ENTRY = 64 * 2**10

# Filled by the thread beside the pages, by grids and populations too large for a page: no result is heavier than this.
BY_JOBS = {"background"}
HEAVIEST_RESULT = 2**19

# Filled by long work, outside of `cached`: the most entries, and what none of them outweighs.
ELSEWHERE = {
    "netlib/ui/evaluation.py": (evaluation.RESULTS, 32 * 2**10),
    "netlib/sweep/runs.py": (runs.RATES, 4 * 2**10),
}

# Keyed by a digest of every number in the array, which a test below checks; Streamlit's own caches would sample it.
KEYED_BY_EVERY_NUMBER = {
    "netlib/ui/cached.py:_singular_values": cached._by_its_numbers,
    "netlib/ui/cached.py:_held_out": lambda array: cached._by_all_numbers(NetworkSpec(()), ((array, array[0]),)),
}

# Each public function of `cached`, called as the pages do. A new one needs a line here.
USES = {
    "batch": lambda setup: cached.batch(setup.batch),
    "trace": cached.trace,
    "singular_values": lambda setup: cached.singular_values(cached.trace(setup).layers[-1].weight),
    "stamp": lambda setup: cached.stamp(setup, STYLES[0]),
    "sweep": cached.sweep,
    "symmetry": lambda setup: cached.symmetry(setup, next(iter(STARTS))),
    "training": lambda setup: cached.training(setup, 0.1),
    "flow": cached.flow,
    "theory": cached.theory,
    "ensemble": lambda setup: cached.ensemble(Population.of(setup)),
    "held_out": lambda setup: cached.held_out(setup.network, layers_of(cached.trace(setup))),
    "shipped_sweep": lambda setup: cached.shipped_sweep(),
    "shipped_grid": lambda setup: cached.shipped_grid(),
    "phase_map": lambda setup: cached.phase_map(plane_of(setup.network, setup.network.layers[0].name)),
}
KINDS = ("no hidden layer", "a mix", "one class, twice over", "huge")

CACHED = {f"{file}:{function.name}": (file, function, decorator) for file, function, decorator in decorated()}
each_cached = pytest.mark.parametrize("name", CACHED)


def stores():
    """Every cache of ours by name, as it is now."""
    return {name: value for name, value in vars(cached).items() if isinstance(value, cachetools.Cache)}


@pytest.fixture
def empty():
    """Caches that hold nothing, before and after."""
    for store in stores().values():
        store.clear()
    yield
    for store in stores().values():
        store.clear()


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_there_are_cached_functions_to_judge():
    assert {"netlib/ui/cached.py:_trace", "netlib/ui/cached.py:_batch", "netlib/i18n.py:catalogue"} <= CACHED.keys()
    assert {"_traces", "_batches"} <= stores().keys()


@each_cached
def test_a_cached_function_has_a_bound(name):
    _, _, decorator = CACHED[name]
    kind = last_name(decorator)
    assert kind != "cache", "functools.cache has no bound"
    if kind in BOUNDS:
        given = {word.arg: word.value for word in decorator.keywords} if isinstance(decorator, ast.Call) else {}
        bounds = [value for word, value in given.items() if word in BOUNDS[kind]]
        assert bounds, f"{kind} needs one of {BOUNDS[kind]}"
        assert not any(isinstance(value, ast.Constant) and value.value is None for value in bounds)


@pytest.mark.parametrize("file", TREES)
def test_a_store_has_a_bound_and_nothing_else_grows(file):
    for called, call in calls(file):
        if called.split(".")[-1] in STORES:
            assert call.args or any(word.arg == "maxsize" for word in call.keywords), ast.unparse(call)
    for node in TREES[file].body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = f"{file}:{ast.unparse(target)}"
            assert not is_empty_container(node.value) or name in GROWING, f"what bounds {name}?"


def is_empty_container(node):
    """`{}`, `[]`, `set()`, `dict()`, `defaultdict(list)`: at the top of a module it is there to be filled."""
    if isinstance(node, ast.Dict):
        return not node.keys
    if isinstance(node, ast.List):
        return not node.elts
    kind = last_name(node) if isinstance(node, ast.Call) else ""
    return kind == "defaultdict" or (kind in {"set", "dict", "list", "OrderedDict"} and not node.args)


def counted():
    """The caches whose bound is a number of entries."""
    return {name: store for name, store in stores().items() if "getsizeof" not in vars(store) and name not in BY_JOBS}


@pytest.mark.usefixtures("empty")
def test_the_sum_of_all_caches_is_what_a_small_machine_can_spare():
    in_bytes = sum(store.maxsize for name, store in stores().items() if name not in counted().keys() | BY_JOBS)
    in_bytes += sum(stores()[name].maxsize * HEAVIEST_RESULT for name in BY_JOBS)
    in_bytes += sum(entries * heaviest for entries, heaviest in ELSEWHERE.values())
    assert in_bytes + sum(store.maxsize * HEAVIEST_ENTRY for store in counted().values()) <= 192 * 2**20
    for use in USES.values():
        use(DIFFICULT["thirty layers"])
    for store in counted().values():
        assert len(store)
        assert all(len(pickle.dumps(entry)) <= HEAVIEST_ENTRY for entry in store.items())


@pytest.mark.usefixtures("empty")
def test_what_the_thread_beside_the_pages_leaves_is_light_and_cannot_be_written():
    deep = Grid((16,) * 30, seeds=(0, 1))
    setup = Setup(NetworkSpec((64,) * 30, seed=3))
    combinations = list(itertools.islice((c for c in schemes.combinations(deep, cached.batch(deep.batch)) if c), 2))
    everything = len(SCHEMES) * len(ACTIVATIONS)
    assert all(len(pickle.dumps(each)) * everything <= HEAVIEST_RESULT for each in combinations)
    assert len(pickle.dumps(cached.ensemble(Population.of(setup)))) <= HEAVIEST_RESULT
    for key, value in ((deep, tuple(combinations)), (Population.of(setup), (cached.ensemble(Population.of(setup)),))):
        cached.background[key] = value
        assert not problems(key)
        assert not problems(value)
    assert len(cached.background) == 2 <= cached.background.maxsize


def test_there_is_no_other_store():
    found = [file for file in TREES for called, _ in calls(file) if called.split(".")[-1] in STORES]
    assert sorted(file for file in found if file != "netlib/ui/cached.py") == sorted(ELSEWHERE)


@pytest.mark.usefixtures("empty")
def test_500_setups_stay_within_the_bounds():
    seen = 0
    for i in range(500):
        trace = cached.trace(Setup(NetworkSpec((150 + i,), seed=i), BatchSpec(seed=i % 50)))
        seen += trace.nbytes
        for store in (cached._traces, cached._batches):
            assert store.currsize <= store.maxsize
            assert store.currsize == sum(value.nbytes for value in store.values())
    assert seen > 2 * cached.TRACE_BYTES
    assert 0 < len(cached._traces) < 500


@pytest.mark.usefixtures("empty")
def test_the_largest_setup_finds_room_and_is_computed_once():
    setup = DIFFICULT["at the cap"]
    assert cached.trace(setup) is cached.trace(setup)


def test_the_splits_that_are_kept_are_few():
    from netlib.digits import store

    for split in ("train", "test"):
        digits.load("bundled", split)
    assert 0 < len(store._kept) <= store.MAX_KEPT <= 4
    assert all(not split.images.flags.writeable and not split.labels.flags.writeable for split in store._kept.values())


@pytest.mark.usefixtures("empty")
def test_thirty_visitors_who_want_the_same_wait_for_one_computation(monkeypatch):
    started = []
    real = cached.forward.run

    def slow(model, batch):
        started.append(threading.get_ident())
        threading.Event().wait(0.2)
        return real(model, batch)

    monkeypatch.setattr(cached.forward, "run", slow)
    setup = Setup(NetworkSpec((9, 8), seed=77))
    with ThreadPoolExecutor(CLASS) as pool:
        found = list(pool.map(cached.trace, [setup] * CLASS, timeout=60))
    assert len(started) == 1
    assert all(trace is found[0] for trace in found)


@pytest.mark.usefixtures("empty")
def test_a_computation_that_fails_is_not_kept_and_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(cached.forward, "run", lambda model, batch: 1 / 0)
    setup = Setup(NetworkSpec((9, 8), seed=78))

    def outcome(_):
        with pytest.raises(ZeroDivisionError):
            cached.trace(setup)

    with ThreadPoolExecutor(CLASS) as pool:
        list(pool.map(outcome, range(CLASS), timeout=60))
    monkeypatch.undo()
    assert cached.trace(setup).probabilities.shape == (64, 10)


# --- keys -----------------------------------------------------------------------------------------------------------


@each_cached
def test_no_cached_function_takes_an_array(name):
    """Its parameters are plain values or frozen specs: what can be hashed whole, and says all there is to know."""
    if name in KEYED_BY_EVERY_NUMBER:
        assert any(word.arg == "key" for word in CACHED[name][2].keywords)
        return
    file, function, _ = CACHED[name]
    module = importlib.import_module(module_name(file))
    hints = typing.get_type_hints(getattr(module, function.name))
    for parameter in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        assert parameter.arg in hints, f"{parameter.arg} has no type"
        assert is_plain(hints[parameter.arg]), f"{parameter.arg}: {hints[parameter.arg]}"
    assert function.args.vararg is None
    assert function.args.kwarg is None


@pytest.mark.parametrize("name", KEYED_BY_EVERY_NUMBER)
def test_a_key_made_of_an_array_depends_on_each_of_its_numbers_and_on_its_shape(name):
    key = KEYED_BY_EVERY_NUMBER[name]
    array = np.zeros((1024, 1024), np.float32)  # Streamlit hashes a sample of what has more than 500,000 numbers
    keys = {key(array), key(array.reshape(512, 2048))}
    for place in (0, 1, 499_999, 500_000, 777_777, array.size - 1):
        changed = array.copy()
        changed.flat[place] = 1e-30
        keys.add(key(changed))
    assert len(keys) == 8
    assert key(array.copy()) == key(array)


def is_plain(hint):
    """Whether a type is a key: text, numbers, words, tuples of those, and frozen dataclasses of those."""
    if hint in (str, int, float, bool, bytes, None, types.NoneType, Ellipsis):
        return True
    if typing.get_origin(hint) is typing.Literal:
        return True
    if typing.get_origin(hint) in (tuple, types.UnionType, typing.Union):
        return all(map(is_plain, typing.get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return True
    if dataclasses.is_dataclass(hint):
        fields = typing.get_type_hints(hint)
        return hint.__dataclass_params__.frozen and all(is_plain(fields[f.name]) for f in dataclasses.fields(hint))
    return False


def test_the_judge_of_keys_knows_what_is_one():
    for hint in (np.ndarray, list[int], dict[str, int], object, typing.Any, digits.Batch):
        assert not is_plain(hint)
        assert not is_plain(tuple[hint, ...])
    assert all(map(is_plain, (Setup, NetworkSpec, BatchSpec, Init, str | None, tuple[int, ...])))


# --- nothing can be written -----------------------------------------------------------------------------------------


def test_every_public_function_is_used():
    public = {
        name
        for name, value in vars(cached).items()
        if isinstance(value, types.FunctionType) and value.__module__ == cached.__name__ and not name.startswith("_")
    }
    assert public == USES.keys()


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_the_pages_leave_in_the_caches_can_be_written(kind):
    """Every page with everything on it open, then every function; then every key and value is walked through."""
    for page in PAGES:
        assert went_well(draw_everything(page, DIFFICULT[kind]))
    kept = {name for name, store in stores().items() if len(store)}
    assert {"_traces", "_batches"} <= kept
    for use in USES.values():
        use(DIFFICULT[kind])
    for name, store in stores().items():
        assert len(store) or name in BY_JOBS
        for key, value in store.items():
            assert problems(key if dataclasses.is_dataclass(key) else tuple(key)) == []
            assert problems(value) == []


def test_streamlits_caches_are_not_used_for_what_could_be_written():
    """One that is must be walked through here as well, for nothing shows what Streamlit keeps."""
    assert [name for name, (_, _, decorator) in CACHED.items() if last_name(decorator) in STREAMLITS] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_translator_is_frozen(language):
    text = i18n.translator(language)
    assert text is i18n.translator(language)
    with pytest.raises(dataclasses.FrozenInstanceError):
        text.language = "xx"


def test_an_attempt_to_write_fails():
    trace = cached.trace(Setup())
    for array in (trace.images, trace.labels, trace.layers[0].weight, trace.logits, trace.inputs):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.layers = ()


def test_the_walk_finds_what_could_be_written():
    array = np.arange(3)
    view = array[:2]
    view.flags.writeable = False
    assert problems((array,))
    assert problems((view,)), "read-only itself, and a view of what is not"
    assert problems(([],))
    assert problems((Problem("", given={}),))
    assert problems(dataclasses.make_dataclass("Open", ["x"])(1))
    array.flags.writeable = False
    assert not problems((array, view, Setup(), "word", 1, None))
