"""The stamp runs what the page shows: exact among the forms with Linear, and nobody's random numbers are moved."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import netlib
from netlib.code.filling import STYLES
from netlib.code.forms import FORMS
from netlib.code.spellings import SPELLINGS, program
from netlib.i18n import translator
from netlib.stamp import difference, execute, stamp
from tests.code.setups import DIFFICULT


def trace_of(setup):
    return netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_forms_with_linear_and_addmm_differ_by_exactly_zero(name, style):
    forms = stamp(DIFFICULT[name].network, style, trace_of(DIFFICULT[name]))
    assert tuple(form.name for form in forms) == FORMS
    assert all(form.difference == 0 for form in forms if form.name != "tensors")


@pytest.mark.parametrize("seed", range(10))
def test_tensors_are_about_a_millionth_away(seed):
    setup = netlib.Setup(netlib.NetworkSpec(seed=seed), netlib.BatchSpec(size=256))
    tensors = stamp(setup.network, "notebook", trace_of(setup))[0]
    assert tensors.name == "tensors"
    assert tensors.difference < 1e-5


def test_what_is_printed_is_torchs_own_text():
    """R10."""
    forms = {form.name: form for form in stamp(netlib.NetworkSpec(), "modern", trace_of(netlib.Setup()))}
    assert forms["ordered"].printed == str(netlib.build(netlib.NetworkSpec()))
    assert forms["ordered"].keys == tuple(netlib.build(netlib.NetworkSpec()).state_dict())
    assert (forms["tensors"].printed, forms["tensors"].keys) == ("", ())


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_global_generator_is_not_moved(spelling):
    before = torch.get_rng_state()
    images = netlib.sample(netlib.BatchSpec(size=2)).images
    spec = netlib.NetworkSpec((20,), weight_init=("sparse", "orthogonal"))
    execute(program(spec, spelling, "notebook", "fc1", translator("en")), images)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_weights_of_a_visitors_own_are_spelled_too(name, style):
    """From a file instead of the seed: the same forms, exact among themselves, whatever the spec would draw."""
    spec = DIFFICULT[name].network
    other = trace_of(netlib.Setup(replace(spec, seed=spec.seed + 1), DIFFICULT[name].batch))
    forms = stamp(spec, style, other, loaded=True)
    assert tuple(form.name for form in forms) == FORMS
    assert all(form.difference == 0 for form in forms if form.name != "tensors")


def test_a_wrong_form_would_be_seen():
    setup = netlib.Setup()
    other = trace_of(netlib.Setup(netlib.NetworkSpec(seed=1)))
    assert all(form.difference > 1e-3 for form in stamp(setup.network, "modern", other))


def test_no_number_agrees_with_no_number_only():
    nan, one = np.array([np.nan, 1.0]), np.array([0.5, 1.0])
    assert difference(nan, nan) == 0
    assert difference(nan, one) == np.inf
    assert difference(one, one + np.array([0, 0.25])) == 0.25
