"""Each entry of the registry against PyTorch's module of the same meaning; a new entry is tested without a line here."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch import nn

from netlib.activations import ACTIVATIONS, normal_cdf, normal_density
from tests.oracles import ACTIVATION_NAMES, TORCH_GAIN_WORDS

every_activation = pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS)
both_precisions = pytest.mark.parametrize("dtype", [np.float32, np.float64])

GRID = np.concatenate([np.linspace(-30, 30, 6_001), np.linspace(-1e-3, 1e-3, 201), [-700.0, -100.0, 100.0, 700.0]])


def torch_values(activation, z):
    return getattr(nn, activation.module)()(torch.from_numpy(z)).numpy()


def torch_slopes(activation, z):
    """Autograd: the sum's gradient is each element's own slope."""
    x = torch.tensor(z, requires_grad=True)
    getattr(nn, activation.module)()(x).sum().backward()
    return x.grad.numpy()


def test_the_nine_words_of_the_issue_are_there_in_its_order():
    assert tuple(ACTIVATIONS)[: len(ACTIVATION_NAMES)] == ACTIVATION_NAMES


@every_activation
def test_names_its_entry_and_a_module_of_torch(activation):
    assert ACTIVATIONS[activation.name] is activation
    assert isinstance(getattr(nn, activation.module)(), nn.Module)
    assert activation.formula
    assert activation.summary.endswith(".")


@every_activation
def test_function_is_that_of_torch(activation):
    # 4e-6: normal_cdf is right to 2e-7 and gelu multiplies it by up to 6 before it is exactly 0 or 1.
    np.testing.assert_allclose(activation.function(GRID), torch_values(activation, GRID), rtol=1e-9, atol=4e-6)


@every_activation
def test_derivative_is_that_of_autograd(activation):
    np.testing.assert_allclose(activation.derivative(GRID), torch_slopes(activation, GRID), rtol=1e-9, atol=4e-6)


@every_activation
def test_derivative_is_the_slope_of_the_function(activation):
    """Central differences, away from the corner at zero that three of them have."""
    z = np.concatenate([np.linspace(-8, -0.01, 500), np.linspace(0.01, 8, 500)])
    h = 1e-3
    slope = (activation.function(z + h) - activation.function(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.derivative(z), slope, atol=2e-4)


@every_activation
def test_derivative_at_zero_is_what_autograd_takes(activation):
    """ReLU has no slope at zero; torch takes 0 there, and the left one for leaky ReLU."""
    zero = np.zeros(1)
    np.testing.assert_allclose(activation.derivative(zero), torch_slopes(activation, zero), atol=1e-7)


def test_relu_at_zero_has_slope_zero():
    assert ACTIVATIONS["relu"].derivative(np.zeros(1))[0] == 0.0


@every_activation
@both_precisions
def test_no_finite_number_is_too_large(activation, dtype):
    """Warnings are errors in this suite, so an overflow on the way would show; the limits are torch's own."""
    top = np.finfo(dtype).max / 4  # torch's own gelu overflows above
    z = np.array([-top, -1e30, -1e4, -90, 90, 1e4, 1e30, top], dtype=dtype)
    np.testing.assert_allclose(activation.function(z), torch_values(activation, z), rtol=1e-5, atol=1e-30)
    slope = activation.derivative(z)
    assert np.isfinite(slope).all()
    limits = torch_slopes(activation, np.array([-90.0] * 4 + [90.0] * 4))
    np.testing.assert_allclose(slope, limits, atol=1e-30)


@every_activation
def test_infinite_pre_activations_are_judged_without_a_warning(activation):
    """A deep net with large weights overflows float32; there the slope is its limit."""
    z = np.array([-np.inf, np.inf], dtype=np.float32)
    limits = torch_slopes(activation, np.array([-90.0, 90.0]))
    np.testing.assert_allclose(activation.derivative(z), limits, atol=1e-30)
    np.testing.assert_array_equal(activation.saturated(z), np.abs(limits) < 0.05)


@every_activation
def test_not_a_number_passes_without_a_warning(activation):
    """inf - inf inside a network is nan: the layers behind it must still be drawn."""
    z = np.array([np.nan, 1.0])
    assert np.isfinite(activation.derivative(z)[1])
    assert activation.saturated(z).dtype == bool


@every_activation
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 3, 4)])
def test_takes_arrays_of_any_shape_and_leaves_them_alone(activation, shape):
    z = np.linspace(-2, 2, int(np.prod(shape, dtype=int))).reshape(shape)
    before = z.copy()
    z.flags.writeable = False
    for result in (activation.function(z), activation.derivative(z), activation.saturated(z)):
        assert np.shape(result) == shape
    np.testing.assert_array_equal(z, before)


@every_activation
def test_gain_is_torchs_where_torch_has_one_and_else_keeps_the_second_moment(activation):
    if activation.name in TORCH_GAIN_WORDS:
        word, slope = TORCH_GAIN_WORDS[activation.name]
        assert activation.gain == nn.init.calculate_gain(word, slope)
    else:
        # 1/sqrt(E[f(z)^2]) for a standard normal z; torch's own function inside scipy's quadrature.
        def weighed(z):
            return torch_values(activation, np.array([z]))[0] ** 2 * stats.norm.pdf(z)

        moment = integrate.quad(weighed, -12, 0)[0] + integrate.quad(weighed, 0, 12)[0]
        assert activation.gain == pytest.approx(1 / np.sqrt(moment), rel=1e-6)


@every_activation
def test_saturated_is_a_slope_below_a_twentieth_of_the_steepest(activation):
    z = np.linspace(-12, 12, 4_001)
    slopes = np.abs(torch_slopes(activation, z))
    limit = 0.05 * np.abs(torch_slopes(activation, np.linspace(-20, 20, 100_001))).max()
    clear = np.abs(slopes - limit) > 1e-5  # the grid itself decides nothing
    assert clear.sum() > 3_990
    np.testing.assert_array_equal(activation.saturated(z)[clear], (slopes < limit)[clear])


def test_saturated_sigmoid_begins_where_the_textbook_says():
    """s(1 - s) = 0.05/4 at s = (1 + sqrt(0.95))/2, that is |z| = 4.357."""
    s = (1 + np.sqrt(0.95)) / 2
    edge = np.log(s / (1 - s))
    z = np.array([-edge - 1e-6, -edge + 1e-6, edge - 1e-6, edge + 1e-6])
    assert ACTIVATIONS["sigmoid"].saturated(z).tolist() == [True, False, False, True]


def test_saturated_relu_is_exactly_the_silent_half():
    z = np.array([-1.0, -1e-30, 0.0, 1e-30, 1.0])
    assert ACTIVATIONS["relu"].saturated(z).tolist() == [True, True, True, False, False]


def test_leaky_relu_counts_as_saturated_below_zero_because_one_hundredth_is_less_than_a_twentieth():
    assert ACTIVATIONS["leaky_relu"].saturated(np.array([-1.0, 1.0])).tolist() == [True, False]


def test_identity_is_never_saturated():
    assert not ACTIVATIONS["identity"].saturated(np.linspace(-1e6, 1e6, 1_001)).any()


def test_the_normal_distribution_is_scipys():
    z = np.linspace(-10, 10, 20_001)
    np.testing.assert_allclose(normal_cdf(z), stats.norm.cdf(z), atol=2e-7)
    np.testing.assert_allclose(normal_density(z), stats.norm.pdf(z), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slopes_far_out_are_torchs(name):
    z = torch.tensor([-1e3, 1e3], dtype=torch.float64, requires_grad=True)
    getattr(nn, ACTIVATIONS[name].module)()(z).sum().backward()
    assert ACTIVATIONS[name].far_slopes == pytest.approx(z.grad.tolist(), abs=1e-9)


def test_a_rectifier_cuts_off_one_side():
    rectifiers = {name for name, activation in ACTIVATIONS.items() if activation.is_rectifier}
    assert rectifiers == {"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"}
