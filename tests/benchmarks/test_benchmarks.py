"""The statistics are right, every kept result is whole, and docs/performance.md says what the results say."""

import gc
import json
import threading
import time
from dataclasses import fields
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.ui import cached
from benchmarks import report
from benchmarks.machine import Circumstances, circumstances
from benchmarks.pages import EMPTY, PAGES
from benchmarks.pictures import _round_steps, bars, curves
from benchmarks.result import RESULTS, Result, Row, matrix, shown, table
from benchmarks.servers.clock import Clock
from benchmarks.servers.places import OURS, place
from benchmarks.spread import median, percentile, slow, steepest_step
from netlib.stats import sweep
from tests.e2e.server import ROOT

KEPT = sorted(RESULTS.glob("*.json"))
numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(numbers, st.floats(0, 1))
def test_a_percentile_is_numpys(values, share):
    assert percentile(values, share) == pytest.approx(np.percentile(values, 100 * share), rel=1e-9, abs=1e-6)


def test_the_middle_and_the_slow_ones():
    assert median([3, 1, 2]) == 2
    assert median([1, 2, 3, 4]) == 2.5
    assert slow(range(101)) == 95
    with pytest.raises(ValueError, match="no values"):
        median([])


def test_growth_is_judged_step_by_step():
    assert steepest_step([1, 2, 4], [5, 10, 20]) == 1
    assert steepest_step([1, 2, 4], [5, 6, 7]) < 1
    assert steepest_step([1, 10, 20], [10, 10, 40]) == 2  # flat at first, then squared: not hidden by the start


def test_a_bar_is_on_the_ratio_or_on_the_value():
    assert Row.against("a", 3.0, 2.0, "ms", 1.5) == Row("a", 3.0, "ms", 2.0, 1.5, 1.5, True)
    assert Row.against("a", 3.1, 2.0, "ms", 1.5).holds is False
    assert Row.within("b", 150.0, "kB", 150.0).holds is True
    assert Row.within("b", 1.0, "kB", 0.0).holds is False
    assert Row.within("b", 1.0, "kB").holds is None


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123"), (3.0, "3"), (None, "–")],
)
def test_three_digits_are_shown(value, written):
    assert shown(value) == written


def test_a_table_has_the_columns_that_it_needs():
    missed = table([Row.against("a", 3.0, 1.0, "ms", 1.5)], "empty page")
    assert missed.splitlines()[2] == "| a | 3 ms | 1 ms | 3 × | ≤ 1.50 × | **no** |"
    assert table([Row.within("b", 5.0, "kB", 9.0)], "").splitlines()[2] == "| b | 5 kB | ≤ 9 kB | yes |"


def test_a_matrix_has_a_line_and_a_column_for_each():
    rows = [
        Row.within("ours x home", 1.0, "ms"),
        Row.within("ours x batch", 2.0, "ms"),
        Row.within("all x home", 3.0, "ms"),
    ]
    assert matrix(rows).splitlines()[2:] == ["| ours | 1 ms | 2 ms |", "| all | 3 ms | – |"]


@pytest.mark.parametrize(
    ("module", "part"),
    [
        ("netlib.stats.outputs", "numbers"),
        ("netlib.query", "link, specs"),
        ("netlib.digits.batch", "network"),
        ("netlib.ui.shell", None),
        ("netlib", None),
        ("numpy", None),
    ],
)
def test_every_module_has_its_part(module, part):
    assert place(module) == part
    assert part is None or part in OURS


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_the_clock_charges_each_part_with_its_own_time_only():
    clock = Clock()
    inner = clock.inside(lambda: busy(0.02), "numbers", "stats.some")
    theirs = clock.inside(lambda: (busy(0.03), ours_again()), "Streamlit")
    ours_again = clock.inside(lambda: busy(0.01), "figures")
    outer = clock.inside(lambda: (busy(0.01), inner(), theirs(), busy(0.01)), "words")
    clock.read()
    thread = threading.Thread(target=outer)
    thread.start()
    thread.join()
    found = clock.read()
    parts = {name: seconds for name, seconds in found["parts"].items() if name in (*OURS, "Streamlit")}
    assert parts == pytest.approx({"words": 0.02, "numbers": 0.02, "figures": 0.01, "Streamlit": 0.03}, abs=0.008)
    assert found["functions"] == pytest.approx({"numbers/stats.some": 0.02}, abs=0.005)
    assert sum(clock.read()["parts"].values()) < 0.01


def test_what_ended_threads_spent_is_remembered_without_them_and_reading_is_not_charged():
    clock = Clock()
    step = clock.inside(lambda: busy(0.0002), "numbers", "stats.some")

    def run(times):
        for _ in range(times):
            thread = threading.Thread(target=step)
            thread.start()
            thread.join()
        return clock.read()

    clock.read()
    assert run(300)["functions"]["numbers/stats.some"] == pytest.approx(300 * 0.0002, rel=0.5)
    assert len(clock._everybody) < 20
    assert run(10)["functions"]["numbers/stats.some"] == pytest.approx(10 * 0.0002, rel=0.5)
    assert sum(clock.read()["parts"].values()) < 0.01


def test_the_clock_knows_garbage():
    clock = Clock()
    kept = [[index] for index in range(100_000)]
    gc.collect()
    found = clock.read()["parts"]
    assert 0 < found["garbage collection"] < sum(found.values())
    assert len(kept) == 100_000


@pytest.fixture(autouse=True)
def no_clock_is_left_behind():
    before = list(gc.callbacks)
    yield
    gc.callbacks[:] = before


def test_every_page_of_the_menu_is_measured():
    assert {page.name for page in PAGES} == {path.stem for path in (ROOT / "pages").glob("*.py")}
    for page in (EMPTY, *PAGES):
        values = [page.value(step) for step in range(1, page.steps + 1)]
        assert len(set(values)) == page.steps
        assert page.start not in values
        assert page.value(page.steps + 1) == values[0]


def test_a_menu_has_the_options_that_are_gone_through():
    (menu,) = (page for page in PAGES if page.menu)
    assert menu.name == "sweep"
    assert len(sweep.metrics(cached.shipped_grid())) == menu.steps + 1 == menu.turns + 1


def test_a_result_is_the_same_after_it_was_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.result.RESULTS", tmp_path)
    rows = (Row.against("a", 3.0, 2.0, "ms", 1.5), Row.within("b", 1.0, "kB"))
    result = Result("some", "Why?", "other", rows, circumstances(quick=True), ("a note",), {"curve": [1, 2]})
    result.save()
    assert Result.load(result.path) == result
    assert result.path.with_suffix(".md").read_text(encoding="utf-8") == result.page()


def test_there_are_results():
    assert {path.stem for path in KEPT} == set(report.DRAWINGS)


def test_the_readme_says_of_a_class_and_of_a_key_press_what_was_measured():
    """The words are "as fast as one", "within a second", "half as long again" and "most less than a quarter"."""
    visitors, press = (
        {row.what: row for row in Result.load(RESULTS / f"{name}.json").rows} for name in ("visitors", "press")
    )
    assert visitors["60 visitors, 95th percentile"].ratio < 1.25
    assert visitors["100 visitors, 95th percentile"].measured < 1000
    assert {visitors[f"{count} visitors, errors"].measured for count in (60, 100)} == {0}
    medians = [row.ratio for what, row in press.items() if what.endswith(", median")]
    assert len(medians) == len(PAGES)
    assert max(medians) <= 1.5
    assert sum(ratio < 1.25 for ratio in medians) > len(medians) / 2
    said = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "as fast as one" in said
    assert "within a second" in said
    assert "no page takes more than half as long again" in said
    assert "most less than a quarter longer" in said


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
class TestAKeptResult:
    """One JSON of benchmarks/results/."""

    def test_has_its_fields(self, path):
        kept = json.loads(path.read_text(encoding="utf-8"))
        assert set(kept) == {field.name for field in fields(Result)}
        assert set(kept["circumstances"]) == {field.name for field in fields(Circumstances)}
        assert {"Python", "streamlit", "torch", "plotly"} <= set(kept["circumstances"]["versions"])
        assert kept["name"] == path.stem
        assert kept["rows"]
        for row in kept["rows"]:
            assert set(row) == {field.name for field in fields(Row)}
            if row["reference"] is not None:
                assert row["ratio"] == pytest.approx(row["measured"] / row["reference"])
            if row["bar"] is not None:
                assert row["holds"] == ((row["measured"] if row["ratio"] is None else row["ratio"]) <= row["bar"])

    def test_is_what_its_table_and_the_report_say(self, path):
        result = Result.load(path)
        assert path.with_suffix(".md").read_text(encoding="utf-8") == result.page()
        text = report.REPORT.read_text(encoding="utf-8")
        assert report.replaced(text, result.name, report.block(result)) == text
        drawn = (report.PICTURES / f"{result.name}.svg").read_text(encoding="utf-8")
        assert drawn == report.DRAWINGS[result.name](result)
        assert len(drawn) < 20_000


def test_a_picture_is_an_svg_of_the_right_lengths():
    drawn = ElementTree.fromstring(bars("Title", {"a": {"": 50.0}, "b": {"": 100.0}}, "ms", limits={"bar": 75.0}))
    widths = [float(box.get("width")) for box in drawn.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    named = ElementTree.fromstring(bars("Title", {"a name that is as long as this one": {"": 1.0}}, "ms"))
    (name,) = (text for text in named.iter("{http://www.w3.org/2000/svg}text") if text.get("text-anchor") == "end")
    assert float(name.get("x")) >= 7.5 * len(name.text), "its beginning would be cut off"
    lines = ElementTree.fromstring(curves("T", [0, 1], {"a": [1.0, 2.0], "b": [2.0, 1.0]}, ("x", "MB")))
    assert len(list(lines.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


@given(st.floats(1e-3, 1e7))
def test_an_axis_has_few_round_steps(end):
    steps = _round_steps(end)
    assert 3 <= len(steps) <= 7
    assert steps[-1] <= end < 2 * steps[-1]
