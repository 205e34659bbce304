"""Mean-field recursions against the rules of He and Glorot, scipy, PyTorch's own networks, and simulated wide layers."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate
from torch import nn

import netlib
from netlib.initializers import SCHEMES
from netlib.theory import meanfield
from netlib.theory.meanfield import Note, Reason, mean_field, start_of
from tests.oracles import ACTIVATION_NAMES, networks

Init, NetworkSpec = netlib.Init, netlib.NetworkSpec
IMAGES = netlib.sample(netlib.BatchSpec(size=64)).images
INPUTS = IMAGES.reshape(len(IMAGES), -1)
START = start_of(INPUTS)


def theory_of(spec, second_moment=START.second_moment, correlation=START.correlation):
    return mean_field(spec, second_moment, correlation)


# --- where it starts ----------------------------------------------------------------------------------------------


def test_it_starts_from_the_batchs_moment_and_correlation():
    """All pairs one by one, in plain numpy."""
    x = INPUTS.astype(np.float64)
    pairs = [x[a] @ x[b] for a in range(len(x)) for b in range(len(x)) if a != b]
    assert START.second_moment == pytest.approx((x**2).mean(), rel=1e-12)
    assert START.correlation == pytest.approx(np.mean(pairs) / 784 / (x**2).mean(), rel=1e-12)
    assert START.second_moment == pytest.approx(0.926, abs=0.03)  # normalised MNIST


def test_one_image_has_no_pair_and_nothing_has_no_direction():
    assert start_of(INPUTS[:1]).correlation is None
    assert start_of(np.zeros((3, 4), np.float32)) == meanfield.Start(0.0, None)
    assert start_of(np.ones((3, 4), np.float32)) == meanfield.Start(1.0, 1.0)
    assert start_of(np.array([[1.0, 1.0], [-1.0, -1.0]])) == meanfield.Start(1.0, -1.0)
    assert all(layer.c is None for layer in theory_of(NetworkSpec(), correlation=None).layers)


# --- He and Glorot ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["kaiming_normal", "kaiming_uniform"])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_he_keeps_q_constant_from_layer_to_layer(scheme, activation):
    """He et al. 2015: with Var(w) = 2 / fan_in the second moment is the same in every hidden layer, and chi is 1."""
    theory = theory_of(NetworkSpec((300, 50, 128) * 5, activation, scheme, "zeros"))
    hidden = theory.layers[:-1]
    for layer in hidden:
        assert layer.q == pytest.approx(hidden[0].q, rel=1e-12)
    for layer in hidden[1:]:
        assert layer.chi == pytest.approx(1.0, rel=1e-12)
    assert hidden[0].q == pytest.approx((2 if activation == "relu" else 2 / 1.0001) * START.second_moment, rel=1e-12)


def test_relus_correlation_follows_the_arc_cosine_kernel():
    """Cho and Saul 2009, degree 1, normalised, once a layer; without biases the scale of the weights drops out."""
    theory = theory_of(NetworkSpec((64,) * 30, "relu", Init("normal", std=0.02), "zeros"))
    c = START.correlation
    assert theory.layers[0].c == pytest.approx(c, rel=1e-12)
    for layer in theory.layers[1:]:
        angle = math.acos(c)
        c = (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / math.pi
        assert layer.c == pytest.approx(c, rel=1e-10)


@pytest.mark.parametrize("scheme", ["xavier_normal", "xavier_uniform"])
def test_glorots_rule_for_a_linear_network(scheme):
    """Glorot and Bengio 2010: q is multiplied by 2 n_in / (n_in + n_out), the gradient by 2 n_out / (n_in + n_out)."""
    sizes = (784, 300, 20, 700, 10)
    theory = theory_of(NetworkSpec(sizes[1:-1], "identity", scheme, "zeros"))
    q = START.second_moment
    for layer, (fan_in, fan_out) in zip(theory.layers, pairwise(sizes), strict=True):
        q *= 2 * fan_in / (fan_in + fan_out)
        assert layer.q == pytest.approx(q, rel=1e-12)
        assert layer.c == pytest.approx(START.correlation, rel=1e-12)
    backward = 1.0
    for layer, (fan_in, fan_out) in reversed([*zip(theory.layers[:-1], list(pairwise(sizes))[1:], strict=True)]):
        backward *= 2 * fan_out / (fan_in + fan_out)
        assert layer.backward == pytest.approx(backward, rel=1e-12)
        assert layer.backward_norm == pytest.approx(math.sqrt(backward * layer.units / 10), rel=1e-12)


def test_pytorchs_default_has_a_third_of_the_variance():
    """Weights and biases uniform within 1/sqrt(fan_in): sigma_w^2 = 1/3, sigma_b^2 = 1 / (3 fan_in)."""
    theory = theory_of(NetworkSpec((128, 64), "relu"))
    q = START.second_moment / 3 + 1 / (3 * 784)
    assert theory.layer("fc1").q == pytest.approx(q, rel=1e-12)
    q = q / 2 / 3 + 1 / (3 * 128)
    assert theory.layer("fc2").q == pytest.approx(q, rel=1e-12)
    assert theory.layer("fc2").chi == pytest.approx(1 / 6, rel=1e-12)
    covariance = START.correlation * START.second_moment / 3 + 1 / (3 * 784)
    assert theory.layer("fc1").c == pytest.approx(covariance / theory.layer("fc1").q, rel=1e-12)


# --- one step against scipy ---------------------------------------------------------------------------------------


def test_tanhs_maps_are_those_of_scipy():
    bell = lambda z: math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)  # noqa: E731
    moment = integrate.quad(lambda z: np.tanh(math.sqrt(1.7) * z) ** 2 * bell(z), -12, 12, epsabs=1e-13)[0]
    slope = integrate.quad(lambda z: np.cosh(math.sqrt(1.7) * z) ** -4.0 * bell(z), -12, 12, epsabs=1e-13)[0]
    product = integrate.dblquad(
        lambda v, u: (
            np.tanh(math.sqrt(1.7) * u) * np.tanh(math.sqrt(1.7) * (0.4 * u + math.sqrt(0.84) * v)) * bell(u) * bell(v)
        ),
        *(-9, 9, -9, 9),
    )[0]
    assert meanfield.variance_map("tanh", 1.7, 2.0, 0.1) == pytest.approx(2 * moment + 0.1, rel=1e-9)
    assert meanfield.chi("tanh", 1.7, 2.0) == pytest.approx(2 * slope, rel=1e-9)
    expected = (2 * product + 0.1) / (2 * moment + 0.1)
    assert meanfield.correlation_map("tanh", 1.7, 0.4, 2.0, 0.1) == pytest.approx(expected, rel=1e-7)
    assert meanfield.correlation_map("tanh", 1.7, 0.4, 0.0, 0.0) is None


def test_the_recursion_is_made_of_the_maps():
    spec = NetworkSpec((100, 60), ("tanh", "elu"), Init("normal", std=0.1), Init("normal", std=0.3))
    first, second, last = theory_of(spec).layers
    for before, layer, activation, fan_in in ((first, second, "tanh", 100), (second, last, "elu", 60)):
        sigma_w2 = fan_in * 0.01
        assert layer.q == pytest.approx(meanfield.variance_map(activation, before.q, sigma_w2, 0.3**2), rel=1e-12)
        assert layer.c == pytest.approx(
            meanfield.correlation_map(activation, before.q, before.c, sigma_w2, 0.3**2), rel=1e-12
        )
        assert layer.chi == pytest.approx(meanfield.chi(activation, before.q, sigma_w2), rel=1e-12)
    assert first.backward == pytest.approx(last.chi * second.chi * 10 / 100, rel=1e-12)


# --- simulated ----------------------------------------------------------------------------------------------------

WIDE = 2_048
FEW = torch.tensor(INPUTS[:24], dtype=torch.float64)
FEW_START = start_of(INPUTS[:24])


def simulated(activation, sigma_w, sigma_b, bias_mean=0.0, depth=4, seed=0):
    """q, c and mean squared gradient (relative to the last layer's) of each layer of a random network, plain torch."""
    source = torch.Generator().manual_seed(seed)
    function = getattr(nn, activation)()
    z, layers = FEW, []
    for index in range(depth):
        x = function(z) if index else z
        weight = torch.randn((WIDE, x.shape[1]), generator=source, dtype=torch.float64) * sigma_w / x.shape[1] ** 0.5
        bias = bias_mean + sigma_b * torch.randn(WIDE, generator=source, dtype=torch.float64)
        z = x @ weight.T + bias
        if not index:
            z.requires_grad_()
        z.retain_grad()
        layers.append(z)
    (z * torch.randn(z.shape, generator=source, dtype=torch.float64)).sum().backward()
    squares = [float(layer.grad.square().mean()) for layer in layers]
    starts = [start_of(layer.detach().numpy()) for layer in layers]
    return [(s.second_moment, s.correlation, g / squares[-1]) for s, g in zip(starts, squares, strict=True)]


MODULES = dict(
    zip(
        ACTIVATION_NAMES,
        ("Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus", "Identity"),
        strict=True,
    )
)


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
@pytest.mark.parametrize(("sigma_w", "sigma_b", "bias"), [(1.3, 0.2, 0.0), (3.0, 0.0, 0.0), (0.9, 0.0, 0.5)])
def test_wide_random_layers_do_what_theory_says(activation, sigma_w, sigma_b, bias):
    """Layers of 2,048 units: q within 8 %, c within 0.03, mean squared gradients within 15 %.

    For independent units chance alone is sqrt(2 / 2048) = 3 % in q, and it adds up over four layers.
    """
    measured = simulated(MODULES[activation], sigma_w, sigma_b, bias)
    q, c = FEW_START.second_moment, FEW_START.correlation
    steps, expected = [], []
    for index in range(4):
        if index:
            before = expected[-1]
            steps.append(meanfield.chi(activation, before[0], sigma_w**2, bias))
            around = meanfield.variance_map(activation, *before[:1], sigma_w**2, sigma_b**2, bias)
            c = meanfield.correlation_map(activation, *before, sigma_w**2, sigma_b**2, bias) * around + bias**2
            q = around + bias**2
            c /= q
        else:
            covariance = sigma_w**2 * c * q + sigma_b**2 + bias**2
            q = sigma_w**2 * q + sigma_b**2 + bias**2
            c = covariance / q
        expected.append((q, c))
    for index, (moment, correlation, gradient) in enumerate(measured):
        assert moment == pytest.approx(expected[index][0], rel=0.08)
        assert correlation == pytest.approx(expected[index][1], abs=0.03)
        assert gradient == pytest.approx(math.prod(steps[index:]), rel=0.15)


RANDOM = {
    "pytorch": {},
    "normal": {"std": 0.04},
    "uniform": {"bound": 0.08},
    "trunc_normal": {"std": 0.05},
    "xavier_uniform": {},
    "xavier_normal": {},
    "kaiming_uniform": {},
    "kaiming_normal": {},
    "lecun_normal": {},
    "orthogonal": {"gain": 1.4},
    "sparse": {"std": 0.12},
}


def test_every_scheme_is_either_random_or_has_a_reason():
    assert set(SCHEMES) == {*RANDOM, "zeros", "constant"}


@pytest.mark.parametrize("scheme", RANDOM)
def test_networks_as_they_are_built_do_what_theory_says(scheme):
    """Every scheme, orthogonal and sparse too, forward and back: mean of four seeds of our own networks, wide layers.

    q within 8 %, c within 0.03, gradients of a random loss within 15 %; the output's ten units are left out.
    """
    sizes = (500, 1_024, 300)  # fewer, more, and again fewer units than inputs
    init = Init(scheme, **RANDOM[scheme])
    spec = NetworkSpec(sizes, "tanh", init, "pytorch")
    theory = theory_of(spec)
    sums = np.zeros((4, len(sizes), 3))
    for seed in range(4):
        model = netlib.build(NetworkSpec(sizes, "tanh", init, "pytorch", seed=seed))
        x = torch.tensor(INPUTS)
        hidden = []
        for module in model:
            if isinstance(module, nn.Softmax):
                break
            x = module(x)
            if isinstance(module, nn.Linear):
                x.retain_grad()
                hidden.append(x)
        back = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))
        (x * back).sum().backward()
        last = float(back.square().mean())
        for index, z in enumerate(hidden[:-1]):
            start = start_of(z.detach().numpy())
            sums[seed, index] = start.second_moment, start.correlation, float(z.grad.square().mean()) / last
    for layer, (q, c, gradient) in zip(theory.layers, sums.mean(axis=0), strict=False):
        assert q == pytest.approx(layer.q, rel=0.08)
        assert c == pytest.approx(layer.c, abs=0.03)
        assert gradient == pytest.approx(layer.backward, rel=0.15)


def test_a_constant_bias_is_a_mean_and_not_a_variance():
    """relu far below zero is dead, though q is large: theory must not take b^2 for chance."""
    spec = NetworkSpec((1_024, 64), "relu", "lecun_normal", Init("constant", value=-4.0))
    first, second, _ = theory_of(spec).layers
    assert first.mean == -4.0
    assert first.variance == pytest.approx(START.second_moment, rel=1e-12)
    assert first.notes == (Note.SHIFTED,)
    assert second.q == pytest.approx(16.0, abs=0.01)
    assert second.chi < 1e-4
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=64)))
    assert start_of(trace.layer("fc2").before).second_moment == pytest.approx(second.q, rel=0.01)


# --- where it does not apply --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("init", "reason"),
    [
        (Init("zeros"), Reason.ZERO_WEIGHTS),
        (Init("constant", value=0.0), Reason.ZERO_WEIGHTS),
        (Init("constant", value=0.1), Reason.EQUAL_WEIGHTS),
        (Init("constant", value=-0.1), Reason.EQUAL_WEIGHTS),
        (Init("normal", std=0.0), Reason.ZERO_WEIGHTS),
        (Init("uniform", bound=0.0), Reason.ZERO_WEIGHTS),
        (Init("normal", std=1e-200), Reason.ZERO_WEIGHTS),
        (Init("orthogonal", gain=0.0), Reason.ZERO_WEIGHTS),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_from_such_a_layer_on_nothing_is_said(init, reason, at):
    weights = ["pytorch"] * 3
    weights[at] = init
    theory = theory_of(NetworkSpec((64, 40), "tanh", tuple(weights)))
    assert theory.stop is theory.layers[at]
    for index, layer in enumerate(theory.layers):
        said = (layer.q, layer.c, layer.chi, layer.mean, layer.variance)
        assert layer.applies == (index < at)
        assert layer.reason is (reason if index >= at else None)
        assert all((number is None) == (index >= at) for number in said)
        assert layer.backward is None
        assert layer.backward_norm is None


def test_sparse_weights_of_a_small_layer_are_all_zero():
    """Nine units of ten inputs each lose all: ceil(0.9 * 9) = 9."""
    theory = theory_of(NetworkSpec((9,), "relu", "sparse"))
    assert theory.layers[0].reason is Reason.ZERO_WEIGHTS


def test_notes():
    assert theory_of(NetworkSpec((128, 64))).notes == ()
    assert theory_of(NetworkSpec((128, 8))).layer("fc1").notes == ()
    assert theory_of(NetworkSpec((128, 8))).layer("fc2").notes == (Note.NARROW,)
    assert theory_of(NetworkSpec((128, 8))).layer("output").notes == (Note.NARROW,)
    assert theory_of(NetworkSpec((128,), "relu", "orthogonal")).notes == (Note.ORTHOGONAL,)
    # 10 % of 128 inputs are not enough, those of 784 are
    sparse = theory_of(NetworkSpec((128,), "relu", "sparse"))
    assert sparse.layer("fc1").notes == (Note.SPARSE,)
    assert sparse.layer("output").notes == (Note.NARROW, Note.SPARSE)
    assert sparse.notes == (Note.NARROW, Note.SPARSE)
    with pytest.raises(KeyError):
        sparse.layer("fc9")


def test_a_signal_too_small_for_any_number_ends_at_zero():
    theory = theory_of(NetworkSpec((64,) * 30, "tanh", Init("normal", std=1e-12), "zeros"))
    last = theory.layers[-1]
    assert last.applies
    assert last.q == 0
    assert last.c is None
    assert theory.layers[0].backward_norm == 0


@given(networks(), st.floats(0.01, 2), st.one_of(st.none(), st.floats(-1, 1)))
def test_every_network_has_a_theory_of_sensible_numbers(spec, second_moment, correlation):
    theory = theory_of(spec, second_moment, correlation)
    assert [layer.name for layer in theory.layers] == [layer.name for layer in spec.layers]
    for layer in theory.layers:
        assert math.isfinite(layer.sigma_w2)
        assert math.isfinite(layer.sigma_b2)
        if layer.applies:
            assert 0 <= layer.q < math.inf
            assert 0 <= layer.chi < math.inf
            assert layer.c is None or -1 <= layer.c <= 1
            assert layer.q >= layer.sigma_b2 * (1 - 1e-12)
        else:
            assert layer.q is layer.c is layer.chi is None
        assert layer.backward is None or 0 <= layer.backward < math.inf
    assert theory.layers[-1].backward == (1.0 if theory.stop is None else None)


@given(
    st.sampled_from(ACTIVATION_NAMES),
    st.floats(1e-3, 100),
    st.floats(-1, 1),
    st.floats(0.01, 100),
    st.floats(0, 10),
)
def test_laws_of_the_correlation_map(activation, q, c, sigma_w2, sigma_b2):
    """It stays in [-1, 1], keeps c = 1, rises on [0, 1], and biases move it towards 1."""
    found = meanfield.correlation_map(activation, q, c, sigma_w2, sigma_b2)
    assert -1 <= found <= 1
    assert meanfield.correlation_map(activation, q, 1.0, sigma_w2, sigma_b2) == pytest.approx(1.0, rel=1e-12)
    assert meanfield.correlation_map(activation, q, c, sigma_w2, sigma_b2 + 1) >= found - 1e-9
    higher = min(abs(c) + 0.05, 1.0)
    rising = [meanfield.correlation_map(activation, q, x, sigma_w2, sigma_b2) for x in (abs(c), higher)]
    assert rising[0] <= rising[1] + 1e-6


@given(st.sampled_from(ACTIVATION_NAMES), st.floats(1e-3, 100), st.floats(0.01, 100), st.floats(0, 10))
def test_the_variance_map_rises(activation, q, sigma_w2, sigma_b2):
    lower, higher = (meanfield.variance_map(activation, x, sigma_w2, sigma_b2) for x in (q, 1.1 * q))
    assert sigma_b2 <= lower < higher
