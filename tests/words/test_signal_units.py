"""What is said of sleeping units and of the common mode carries the counts that were measured."""

import netlib
from netlib.i18n import translator
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats.signal_common import common_mode
from netlib.stats.signal_units import sleepers, unit
from netlib.words import signal_units as words

en = translator("en")


def trace_of(spec, **batch):
    return netlib.run(netlib.build(spec), netlib.sample(BatchSpec(**batch)))


def test_the_common_mode_says_what_it_counted():
    trace = trace_of(NetworkSpec(), size=64)
    found = common_mode(trace)
    said = words.common_says(found, en)
    assert f"says {found.favourite} to {int(found.predicted.max())} of 64 images" in said
    assert str(found.said(found.without_logits)) in said


def test_a_single_image_shares_everything():
    assert "larger batch" in words.common_says(common_mode(trace_of(NetworkSpec(), size=1)), en)


def test_dead_units_are_counted():
    layer = trace_of(NetworkSpec((40,), "relu", "kaiming_normal", Init("constant", value=-4.0)), size=24).layers[0]
    found = sleepers(layer)
    dead = int((layer.after == 0).all(axis=0).sum())
    assert f"{dead} of 40 units of fc1 are exactly zero for all 24 images" in words.sleepers_say(found, en)
    index = int(found.chosen[0])
    assert words.unit_option(found, index, en) == f"unit {index}: silent"
    assert words.unit_note(unit(layer, index), found, en)


def test_where_nobody_sleeps_it_says_so():
    found = sleepers(trace_of(NetworkSpec((12,), "identity"), size=24).layers[0])
    assert "No unit of fc1" in words.sleepers_say(found, en)
