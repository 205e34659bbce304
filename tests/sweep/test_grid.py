"""Grid files: what each way of writing means, and the line and the words of whatever is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.i18n import translator
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init
from netlib.sweep.grid import parse, read
from netlib.sweep.spec import ShortTraining, Sweep

MEANT = {
    "": Sweep(),
    'activation = "tanh"': Sweep(activation=("tanh",)),
    'activation = ["tanh", "relu", "tanh"]': Sweep(activation=("tanh", "relu")),
    "depth = {from = 1, to = 4}\nwidth = 16": Sweep(depth=(1, 2, 3, 4), width=(16,)),
    "depth = {from = 1, to = 30, step = 7}\nwidth = [8, 16]": Sweep(depth=(1, 8, 15, 22, 29), width=(8, 16)),
    "sigma_w = {from = 0.5, to = 3, count = 6}": Sweep(sigma_w=(0.5, 1.0, 1.5, 2.0, 2.5, 3.0)),
    "sigma_w = {from = 0, to = 0.3, step = 0.1}": Sweep(sigma_w=(0.0, 0.1, 0.2, 0.3)),
    "sigma_w = 1\nsigma_b = {from = 1, to = 1}": Sweep(sigma_w=(1.0,), sigma_b=(1.0,)),
    'hidden_sizes = ["128-64", [16, 16], "none"]': Sweep(hidden_sizes=((128, 64), (16, 16), ())),
    "hidden_sizes = [16, 8]": Sweep(hidden_sizes=((16, 8),)),
    'hidden_sizes = "none"': Sweep(hidden_sizes=((),)),
    'weight_init = ["xavier_uniform", "normal:0.01"]\nbias_init = "zeros"': Sweep(
        weight_init=(Init("xavier_uniform"), Init("normal", std=0.01)), bias_init=(Init("zeros"),)
    ),
    "seeds = 30\nfirst_seed = 7": Sweep(seeds=30, first_seed=7),
    '[batch]\nsize = 32\nsplit = "test"\ndigits = [3, 8]': Sweep(batch=BatchSpec(size=32, split="test", digits=(3, 8))),
    '[training]\nepochs = 2\noptimizer = "sgd"': Sweep(training=ShortTraining(2, "sgd")),
    "training = {}": Sweep(training=ShortTraining()),
    "training.epochs = 3 # three": Sweep(training=ShortTraining(3)),
}


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant(text, tmp_path):
    assert parse(text, "grid.toml") == MEANT[text]
    (tmp_path / "grid.toml").write_text(text)
    assert read(tmp_path / "grid.toml") == MEANT[text]


WRONG = {
    "depth = 1\nwidth = [4\nseeds = 2": (3, "this is not TOML: Unclosed array."),
    "seeds = ": (1, "this is not TOML: Invalid value."),
    "seeds = 3\nseeds = 4": (2, "this is not TOML: Cannot overwrite a value."),
    "seed = 3": (1, "seed is not known here; allowed: seeds, hidden_sizes, "),
    "\n# depths\ndeptth = 3\nwidth = 4": (3, "deptth is not known here; allowed: depth, "),
    "seeds = 2\n\n[batch]\nsize = 8\nsizes = 9": (5, "batch.sizes is not known here; allowed: size, "),
    "[batch]\nimage = 3": (2, "batch.image is not known here; allowed: "),
    "seeds = 0": (1, "seeds must be a whole number from 1 to 1000; given: 0."),
    "seeds = 2.5": (1, "seeds must be a whole number from 1 to 1000; given: 2.5."),
    'activation = [\n  "relu",\n  "sine",\n]': (3, "activation must be one of sigmoid, "),
    "seeds = 3\ndepth = [1, 31]\nwidth = 4": (2, "depth must be a whole number from 0 to 30; given: 31."),
    "depth = [1, 2]": (1, "depth and width belong together: each needs a list, or hidden_sizes in their place."),
    "depth = []\nwidth = 3": (1, "depth must list 1 to 10000 values; given: 0."),
    "seeds = 1\ndepth = 1\nwidth = 1\nhidden_sizes = [4]": (4, "Only one of hidden_sizes and depth can be listed."),
    'sigma_w = 1\nweight_init = "zeros"': (2, "Only one of weight_init and sigma_w can be listed."),
    "sigma_w = {from = 3, to = 1}": (1, "A range of sigma_w goes upwards in at most 10000 steps; given: "),
    "sigma_w = {from = 0, to = 1, step = 0}": (1, "A range of sigma_w goes upwards in at most 10000 steps; given: "),
    "sigma_w = {from = 0, to = 1, count = 2.5}": (1, "A range of sigma_w goes upwards in at most 10000 steps; given: "),
    "sigma_w = {from = 0, to = 1, step = 1e-9}": (1, "A range of sigma_w goes upwards in at most 10000 steps; given: "),
    "sigma_w = {from = 0}": (
        1,
        "A range of sigma_w has from, to and either step or count, all of them numbers; given:",
    ),
    "sigma_w = {from = 0, to = 1, step = 1, count = 2}": (1, "A range of sigma_w has from, to and either step or "),
    'sigma_w = {from = 0, to = "1"}': (1, "A range of sigma_w has from, to and either step or count, all of them "),
    'weight_init = "normal:x"': (1, "std of normal must be a number; given: x."),
    'weight_init = ["zeros", "zeroes"]': (1, "weight_init must be one of "),
    'bias_init = "orthogonal"': (1, "bias_init must be one of "),
    "hidden_sizes = [[4, 2000]]": (1, "hidden_sizes must be a whole number from 1 to 1024; given: 2000."),
    "seeds = 2\nwidth = 1024\ndepth = 5": (2, "The network would have "),
    "batch = 3": (1, "batch must be a table such as [batch]; given: 3."),
    "seeds = 2\n[training]\nepochs = 0": (3, "epochs must be a whole number from 1 to 100; given: 0."),
    'seeds = 2\n[training]\nepochs = 1\noptimizer = "sgdd"': (4, "optimizer must be one of "),
    "seeds = 1000\nsigma_w = {from = 0, to = 100, count = 10000}\nsigma_b = [1, 2]": (
        1,
        "A sweep has at most 10000000",
    ),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_line(text):
    line, sentence = WRONG[text]
    with pytest.raises(Problem) as found:
        parse(text, "grid.toml")
    assert str(found.value).startswith(f"grid.toml, line {line}: {sentence}")
    said = translator("ru").problem(found.value)
    assert "grid.toml" in said
    assert "{" not in said.replace("{'", "")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(Problem, match=r"nowhere.toml cannot be read: No such file or directory\."):
        read(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Problem, match=r"bytes.toml is not a text in UTF-8\."):
        read(tmp_path / "bytes.toml")


@given(st.text(alphabet="depthwisgma_bn=[]{}\",.\n 0123456789-#'", max_size=60))
def test_any_text_is_a_sweep_or_a_sentence(text):
    said = ""
    try:
        parse(text, "grid.toml")
    except Problem as problem:
        said = str(problem)
    assert said == "" or said.startswith("grid.toml, line ")


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 9))
def test_a_range_is_that_of_python(low, more, step):
    found = parse(f"depth = {{from = {low}, to = {min(low + more, 30)}, step = {step}}}\nwidth = 1", "g")
    assert found.depth == tuple(range(low, min(low + more, 30) + 1, step))
