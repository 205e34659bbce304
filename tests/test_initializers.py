"""Every scheme against its closed form over twenty seeds, and bit for bit against `torch.nn.init`.

A new scheme needs one line in each table of `tests/oracles.py`; all tests below then apply to it.
"""

import math
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import nn

from netlib.activations import ACTIVATIONS
from netlib.initializers import BIAS_SCHEMES, SCHEMES, Fan, fill, generator
from netlib.spec import Init
from tests.oracles import (
    BIAS_WORDS,
    CLOSED_FORM,
    NUMBER_NAMES,
    PLAIN_SCHEMES,
    TORCH_FILL,
    TORCH_GAIN_WORDS,
    Layer,
    inits,
    numbers,
)

SEEDS = range(20)
SHAPE = Layer(fan_in=200, fan_out=150)
LAYERS = [
    Layer(784, 128, "relu"),
    Layer(128, 64, "tanh"),
    Layer(64, 10, "identity"),
    Layer(7, 90, "sigmoid"),
    Layer(1, 1),
]

every_scheme = pytest.mark.parametrize("scheme", SCHEMES)
WITH_DENSITY = [scheme for scheme in SCHEMES if scheme in CLOSED_FORM and CLOSED_FORM[scheme](SHAPE, 0.5)]
every_density = pytest.mark.parametrize("scheme", WITH_DENSITY)

# The seeds are fixed, so nothing here can flicker; still the thresholds are those of an honest test: one false alarm
# in a thousand over all p-values of a kind together (Bonferroni).
SMALLEST_P = 1e-3 / (len(SEEDS) * len(WITH_DENSITY))


def fan(layer, gain=None):
    return Fan(layer.fan_in, layer.fan_out, layer.gain if gain is None else gain)


def filled(init, layer, source):
    weight = torch.full((layer.fan_out, layer.fan_in), math.nan)
    fill(weight, SCHEMES[init.scheme], init.distribution(fan(layer)), source)
    return weight


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@cache
def drawn(scheme):
    """Twenty fills, (20, entries): without the zeros that `sparse` adds."""
    fills = [numbers(filled(Init(scheme), SHAPE, seeded(seed))) for seed in SEEDS]
    return np.array([w[w != 0] if scheme == "sparse" else w.ravel() for w in fills])


def closed_form(scheme, layer=SHAPE):
    return CLOSED_FORM[scheme](layer, Init(scheme).number)


# --- the registry -------------------------------------------------------------------------------------------------


def test_the_schemes_are_those_of_the_issue():
    assert set(PLAIN_SCHEMES) | set(NUMBER_NAMES) <= set(SCHEMES)
    assert BIAS_SCHEMES == BIAS_WORDS


@every_scheme
def test_has_a_line_in_both_tables_of_oracles(scheme):
    assert scheme in CLOSED_FORM, "add its textbook distribution to tests/oracles.py"
    assert scheme in TORCH_FILL, "add torch's own fill, or None, to tests/oracles.py"


@every_scheme
def test_says_its_formula_and_one_sentence(scheme):
    entry = SCHEMES[scheme]
    assert entry.name == scheme
    assert entry.formula
    assert entry.summary.endswith(".")


# --- the closed form ----------------------------------------------------------------------------------------------


@every_density
@pytest.mark.parametrize("layer", LAYERS[:4], ids=str)
def test_stated_distribution_is_the_textbooks(scheme, layer):
    """Mean, std and density of what the registry states, against scipy's distribution from the paper's formula."""
    init = Init(scheme)
    stated, textbook = init.distribution(fan(layer)), closed_form(scheme, layer)
    kept = 1 - math.ceil(0.9 * layer.fan_out) / layer.fan_out if scheme == "sparse" else 1
    assert stated.mean == pytest.approx(textbook.mean(), abs=1e-12)
    assert stated.std == pytest.approx(textbook.std() * math.sqrt(kept), rel=1e-9)
    x = np.linspace(-3, 3, 301) * textbook.std()
    x = x[np.abs(np.abs(x) - textbook.support()[1]) > 1e-9]  # at an edge itself either value is right
    np.testing.assert_allclose(stated.density(x), textbook.pdf(x) * kept, rtol=1e-7, atol=1e-9)


@every_density
def test_mean_over_twenty_seeds_is_that_of_the_closed_form(scheme):
    values = drawn(scheme).ravel()
    standard_error = closed_form(scheme).std() / math.sqrt(values.size)
    assert abs(values.mean() - closed_form(scheme).mean()) < 4.5 * standard_error  # 7 in a million


@every_density
def test_std_over_twenty_seeds_is_that_of_the_closed_form(scheme):
    values = drawn(scheme).ravel()
    # The standard error of a std, from the kurtosis (Kendall and Stuart): std sqrt((kurtosis + 2) / 4n).
    standard_error = closed_form(scheme).std() * math.sqrt((closed_form(scheme).stats("k") + 2) / (4 * values.size))
    assert abs(values.std() - closed_form(scheme).std()) < 4.5 * standard_error


@every_density
def test_bounds_are_those_of_the_closed_form_and_are_reached(scheme):
    low, high = closed_form(scheme).support()
    values = drawn(scheme)
    assert values.min() >= low * (1 + 1e-6)  # float32 rounds the bound itself
    assert values.max() <= high * (1 + 1e-6)
    n = values.size
    assert values.max() >= closed_form(scheme).ppf(1 - 12 / n)  # (1 - 12/n)^n = 6 in a million that none is larger
    assert values.min() <= closed_form(scheme).ppf(12 / n)


@every_density
def test_kolmogorov_and_smirnov_do_not_object_for_any_of_twenty_seeds(scheme):
    p_values = [stats.kstest(values, closed_form(scheme).cdf, method="asymp").pvalue for values in drawn(scheme)]
    assert min(p_values) > SMALLEST_P
    if scheme != "orthogonal":  # its entries depend on each other: all squares of a row add up to 1
        assert stats.kstest(p_values, "uniform").pvalue > 1e-3 / len(WITH_DENSITY)


@every_density
def test_kolmogorov_and_smirnov_would_notice_a_width_that_is_five_percent_off(scheme):
    """Else the test above would prove nothing."""
    values = drawn(scheme).ravel()
    for factor in (0.95, 1.05):
        assert stats.kstest(values * factor, closed_form(scheme).cdf, method="asymp").pvalue < SMALLEST_P


def test_zeros_are_zero_and_a_constant_is_constant():
    assert set(numbers(filled(Init("zeros"), SHAPE, seeded(0))).flat) == {0.0}
    assert set(numbers(filled(Init("constant", value=-0.5), SHAPE, seeded(0))).flat) == {-0.5}
    assert set(numbers(filled(Init("constant"), SHAPE, seeded(0))).flat) == {float(np.float32(0.1))}


# --- torch.nn.init, bit for bit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", LAYERS, ids=str)
@pytest.mark.parametrize(
    "init",
    [Init(scheme) for scheme in SCHEMES if TORCH_FILL.get(scheme)]
    + [Init(scheme, **{name: 0.37}) for scheme, name in NUMBER_NAMES.items() if TORCH_FILL.get(scheme)],
    ids=lambda init: f"{init.scheme} {init.number}",
)
def test_is_torchs_own_to_the_last_bit(init, layer):
    for seed in (0, 1, 2**63 - 1):
        expected = torch.empty(layer.fan_out, layer.fan_in)
        ours, theirs = seeded(seed), seeded(seed)
        TORCH_FILL[init.scheme](expected, layer, init.number, theirs)
        assert torch.equal(filled(init, layer, ours), expected)
        # And it drew exactly as much as torch did.
        assert torch.equal(ours.get_state(), theirs.get_state())


@pytest.mark.parametrize(("scheme", "draw"), [("kaiming_normal", "normal_"), ("kaiming_uniform", "uniform_")])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_kaiming_takes_the_gain_of_the_activation_that_follows(scheme, draw, activation):
    gain = ACTIVATIONS[activation].gain
    std = gain / math.sqrt(200)
    expected = torch.empty(150, 200)
    if draw == "normal_":
        expected.normal_(0, std, generator=seeded(3))
    else:
        expected.uniform_(-math.sqrt(3) * std, math.sqrt(3) * std, generator=seeded(3))
    weight = torch.empty(150, 200)
    fill(weight, SCHEMES[scheme], Init(scheme).distribution(fan(SHAPE, gain)), seeded(3))
    assert torch.equal(weight, expected)


@pytest.mark.parametrize("scheme", [s for s in SCHEMES if not s.startswith("kaiming")])
def test_no_other_scheme_asks_for_the_gain(scheme):
    assert Init(scheme).distribution(fan(SHAPE, 1.0)) == Init(scheme).distribution(fan(SHAPE, 7.0))


@pytest.mark.parametrize("layer", LAYERS, ids=str)
@pytest.mark.parametrize("seed", [0, 7])
def test_pytorch_is_what_linear_does_by_itself(layer, seed):
    """`nn.Linear` fills the weight, then the bias, from the global generator: the same stream must give the same."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.set_state(seeded(seed).get_state())
        linear = nn.Linear(layer.fan_in, layer.fan_out)
    source = seeded(seed)
    assert torch.equal(filled(Init("pytorch"), layer, source), linear.weight)
    bias = torch.empty(layer.fan_out)
    fill(bias, SCHEMES["pytorch"], Init("pytorch").distribution(fan(layer)), source)
    assert torch.equal(bias, linear.bias)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_pytorchs_bias_is_uniform_within_one_over_root_fan_in(layer):
    bound = 1 / math.sqrt(layer.fan_in)
    bias, expected = torch.empty(1_000), torch.empty(1_000)
    fill(bias, SCHEMES["pytorch"], Init("pytorch").distribution(fan(layer)), seeded(1))
    expected.uniform_(-bound, bound, generator=seeded(1))
    torch.testing.assert_close(bias, expected, rtol=1e-6, atol=0)  # sqrt(3) sqrt(1/3) is 1 up to its last bit


def test_lecun_is_a_bell_of_width_one_over_root_fan_in():
    expected = torch.empty(150, 200).normal_(0, 1 / math.sqrt(200), generator=seeded(5))
    assert torch.equal(filled(Init("lecun_normal"), SHAPE, seeded(5)), expected)


# --- orthogonal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (30, 80), (80, 30), (10, 784), (1, 5), (5, 1)])
@pytest.mark.parametrize("gain", [1.0, 0.5, math.sqrt(2)])
def test_orthogonal_keeps_lengths_times_the_gain(rows, columns, gain):
    """Q^T Q = gain^2 I, or Q Q^T where there are fewer rows than columns (Saxe et al. 2014)."""
    q = numbers(filled(Init("orthogonal", gain=gain), Layer(columns, rows), seeded(4)))
    product = q.T @ q if rows >= columns else q @ q.T
    np.testing.assert_allclose(product, gain**2 * np.eye(min(rows, columns)), atol=3e-6)


def test_orthogonal_has_singular_values_equal_to_its_gain():
    q = numbers(filled(Init("orthogonal", gain=3), Layer(90, 60), seeded(4)))
    np.testing.assert_allclose(np.linalg.svd(q, compute_uv=False), 3, rtol=1e-6)


# --- sparse -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "inputs"), [(128, 784), (10, 64), (64, 128), (9, 5), (1, 3), (1024, 3)])
def test_sparse_zeroes_as_many_a_column_as_torch(units, inputs):
    """torch.nn.init.sparse_: "sparsity: the fraction of elements in each column to be set to zero", rounded up."""
    theirs = torch.empty(units, inputs)
    with torch.random.fork_rng(devices=[]):
        nn.init.sparse_(theirs, sparsity=0.9)
    ours = filled(Init("sparse"), Layer(inputs, units), seeded(0))
    assert (ours == 0).sum(dim=0).tolist() == (theirs == 0).sum(dim=0).tolist() == [math.ceil(0.9 * units)] * inputs


def test_sparse_keeps_the_numbers_of_the_bell_that_it_drew_first():
    weight = filled(Init("sparse", std=0.3), SHAPE, seeded(8))
    bell = torch.empty(150, 200).normal_(0, 0.3, generator=seeded(8))
    assert torch.equal(weight, torch.where(weight == 0, 0, bell))


def test_sparse_spares_every_unit_equally_often():
    """Chi-square over the rows: where a column keeps its tenth must be chance alone, and not the same for all."""
    kept = sum((filled(Init("sparse"), SHAPE, seeded(seed)) != 0).sum(dim=1).numpy() for seed in SEEDS)
    assert kept.sum() == len(SEEDS) * 200 * 15
    # Drawing 15 of 150 without replacement: a column's counts vary 0.9 x 150/149 times as much as a multinomial.
    statistic = ((kept - kept.mean()) ** 2 / kept.mean()).sum() / (0.9 * 150 / 149)
    assert 1e-4 < stats.chi2(149).sf(statistic) < 1 - 1e-4


# --- randomness is an argument ------------------------------------------------------------------------------------


@every_scheme
def test_draws_from_the_given_generator_alone(scheme):
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()  # noqa: NPY002 - the global one is the point
    first = filled(Init(scheme), SHAPE, seeded(11))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002
    assert torch.equal(first, filled(Init(scheme), SHAPE, seeded(11)))
    if scheme in WITH_DENSITY:
        assert not torch.equal(first, filled(Init(scheme), SHAPE, seeded(12)))


@pytest.mark.parametrize(
    ("seed", "name", "start"),
    # printf '0:fc1.weight' | sha256sum
    [(0, "fc1.weight", "37c8fdc61e1dd3b7"), (2**32 - 1, "output.bias", "4bcd317c0731c526")],
)
def test_a_generator_starts_from_the_first_63_bits_of_sha_256(seed, name, start):
    assert generator(seed, name).initial_seed() == int(start, 16) // 2


def test_seeds_and_tensors_do_not_collide():
    """`seed + layer` would: here every pair of 40 seeds and 60 names starts elsewhere."""
    names = [f"fc{i}.{kind}" for i in range(30) for kind in ("weight", "bias")]
    starts = {generator(seed, name).initial_seed() for seed in range(40) for name in names}
    assert len(starts) == 40 * 60


@given(inits(), st.integers(1, 12), st.integers(1, 12), st.sampled_from(list(TORCH_GAIN_WORDS)))
def test_any_choice_fills_every_entry_with_a_finite_number(init, fan_in, fan_out, activation):
    """Subnormal widths, width zero, one unit: it ends, and leaves no nan behind."""
    assert torch.isfinite(filled(init, Layer(fan_in, fan_out, activation), seeded(0))).all()
