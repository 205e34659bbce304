"""Any Setup is built within the memory stated here, or refused with a sentence before anything is allocated."""

import gc
import subprocess
import sys
import weakref
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib import digits, forward, network, query
from netlib.activations import ACTIVATIONS
from netlib.bounds import MAX_BATCH, MAX_LAYERS, MAX_PARAMETERS, MAX_UNITS, count_parameters
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.problem import Problem
from netlib.spec import BatchSpec, NetworkSpec
from tests.e2e.server import ROOT

# How far the address space may grow after the imports. The largest network has 8 MB of parameters; with the batch of 256
# on its way through it, and the copies that an orthogonal or sparse fill makes, it needs 38 by itself. Of what thousands
# of Setups free one after the other, malloc keeps some: then 62, and no more.
MEBIBYTES = 96

linux = pytest.mark.skipif(sys.platform != "linux", reason="the limit and /proc are Linux's")


class Probe:
    """The process that tries links, one a line."""

    def __init__(self, process):
        self.process = process

    def tries(self, link):
        self.process.stdin.write(link + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@contextmanager
def probe(mebibytes):
    command = [sys.executable, "-m", "tests.soundness.memory_probe", str(mebibytes)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        try:
            yield Probe(process)
        finally:
            with suppress(OSError):
                process.stdin.close()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def bounded():
    with probe(MEBIBYTES) as running:
        yield running


def assert_built_or_refused(bounded, link):
    said = bounded.tries(urlencode(link))
    try:
        setup = query.read(link).draft.setup()
        expected = f"built {setup.network.parameters}"
    except Problem as problem:
        expected = f"refused {problem}"
    assert said == expected, f"the process has ended: {bounded.process.poll()}"


LARGEST = {
    "at the cap, wide first": "1024-1024-141",
    "at the cap, wide last": "512-1024-1024",
    "at the cap, a funnel": "1024-1000-158",
    "thirty layers at the cap": "-".join(["248"] * MAX_LAYERS),
    "thirty layers of one": "-".join(["1"] * MAX_LAYERS),
    "none": "none",
}
TOO_LARGE = {
    "one unit too many": "1024-1024-142",
    "thirty of the widest": "-".join([str(MAX_UNITS)] * MAX_LAYERS),
}


def test_the_largest_are_as_large_as_may_be():
    counts = [count_parameters(query.read_sizes(sizes)) for name, sizes in LARGEST.items() if "cap" in name]
    assert all(0.99 * MAX_PARAMETERS < count <= MAX_PARAMETERS for count in counts)
    assert all(count_parameters(query.read_sizes(sizes)) > MAX_PARAMETERS for sizes in TOO_LARGE.values())


@linux
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_networks_are_built_within_the_bound(bounded, name, scheme):
    whole = {"activation": "gelu", "biases": "normal", "size": str(MAX_BATCH)}
    assert_built_or_refused(bounded, {"hidden": LARGEST[name], "weights": scheme, **whole})


@linux
@pytest.mark.parametrize("name", TOO_LARGE)
def test_larger_ones_are_refused_with_a_sentence(bounded, name):
    said = bounded.tries(urlencode({"hidden": TOO_LARGE[name], "weights": "orthogonal", "size": str(MAX_BATCH)}))
    assert said.startswith("refused The network would have ")
    assert said.endswith("parameters.")


@st.composite
def any_links(draw):
    """Whatever the sidebar can say, valid as a whole or too large."""
    widths = st.integers(1, MAX_UNITS) | st.sampled_from((1, 64, MAX_UNITS))
    sizes = draw(st.lists(widths, max_size=draw(st.sampled_from((1, 3, 8, MAX_LAYERS)))))

    def one_each(words, count):
        return "-".join(draw(st.lists(st.sampled_from(tuple(words)), min_size=1, max_size=max(count, 1))))

    return {
        "hidden": "-".join(map(str, sizes)) or "none",
        "activation": one_each(ACTIVATIONS, len(sizes)),
        "weights": one_each(SCHEMES, len(sizes) + 1),
        "biases": one_each(BIAS_SCHEMES, len(sizes) + 1),
        "seed": str(draw(st.integers(0, 2**32 - 1))),
        "size": str(draw(st.integers(1, MAX_BATCH))),
        "source": draw(st.sampled_from(("bundled", "full"))),
        "split": draw(st.sampled_from(("train", "test"))),
    }


@linux
@settings(max_examples=60)
@given(link=any_links())
def test_any_setup_is_built_within_the_bound_or_refused(bounded, link):
    assert_built_or_refused(bounded, link)


@linux
@pytest.mark.long
@settings(max_examples=1_000)
@given(link=any_links())
def test_a_thousand_setups_are_built_within_the_bound_or_refused(bounded, link):
    assert_built_or_refused(bounded, link)


@linux
def test_the_bound_binds():
    """With an eighth of it the largest network finds no room: so the limit is in force."""
    with probe(MEBIBYTES / 8) as narrow:
        assert narrow.tries("hidden=8") == f"built {count_parameters((8,))}"
        assert narrow.tries(urlencode({"hidden": LARGEST["at the cap, wide first"], "size": "256"})) == ""
        assert narrow.process.wait(timeout=30) != 0
        assert "memory" in narrow.process.stderr.read().lower()


@pytest.mark.parametrize("source", ["bundled", "full"])
def test_what_nobody_needs_any_more_is_free_at_once(source, monkeypatch, tmp_path):
    """Nothing waits for the garbage collector, not even digits that stand in for those of a full set that is not here."""
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    gc.collect()
    gc.disable()
    try:
        batch = digits.sample_or_bundled(BatchSpec(source=source, size=256))
        assert (batch.notice is not None) == (source == "full")
        trace = forward.run(network.build(NetworkSpec((300,), "gelu", "orthogonal")), batch)
        arrays = [batch.images, batch.pixels, trace.images, trace.logits, trace.layers[0].weight, trace.layers[0].after]
        seen = [weakref.ref(array) for array in arrays]
        del batch, trace, arrays
        assert [reference() for reference in seen] == [None] * len(seen)
    finally:
        gc.enable()
