"""What a sweep's page shows: pictures with questions and findings, tiles, tables, and theory where there is some."""

import io
import math

import pandas as pd
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init
from netlib.stats import sweep as stats
from netlib.sweep.metrics import METRICS
from netlib.sweep.spec import ShortTraining, Sweep
from netlib.theory.phase import phase_map
from netlib.views import sweep as views
from tests.sweep.tables import table

EN = translator("en")
DEEP = Sweep(
    depth=(0, 1, 2),
    width=(4,),
    activation=("relu", "tanh"),
    weight_init=(Init("zeros"), Init("pytorch")),
    seeds=3,
    training=ShortTraining(),
)


def depth_of(task, seed):
    return 0.1 * (1 + len(task.network.hidden_sizes)) + 0.01 * seed


@pytest.mark.parametrize("metric", [*METRICS, "keeps"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_a_question_and_says_what_it_finds(metric, language):
    text = translator(language)
    found = stats.grid(table(DEEP, depth_of), DEEP)
    plane = stats.plane(found, metric, "depth", "weight_init", {})
    pictures = views.pictures(plane, stats.extremes(found, metric), None, text)
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.question.endswith("?")
        assert len(picture.alt) > 20
        assert "nan" not in picture.alt.lower()
    assert pictures[0].note


def test_one_seed_spreads_over_nothing():
    sweep = Sweep(depth=(1, 2), width=(4,), seeds=1)
    plane = stats.plane(stats.grid(table(sweep, depth_of), sweep), "entropy", "depth", "width", {})
    assert [picture.key for picture in views.pictures(plane, None, None, EN)] == ["sweep_median"]
    kept = stats.plane(
        stats.grid(table(sweep, verdict=lambda task, seed: "keeps"), sweep), "keeps", "depth", "width", {}
    )
    (alone,) = views.pictures(kept, None, None, EN)
    assert "other picture" not in alone.note


def test_best_and_worst_are_framed_where_they_are_to_be_seen():
    found = stats.grid(table(DEEP, depth_of), DEEP)
    ends = stats.extremes(found, "entropy")
    plane = stats.plane(found, "entropy", "depth", "weight_init", {"activation": 1})
    shapes = views.pictures(plane, ends, None, EN)[0].figure.layout.shapes
    assert {shape.line.dash for shape in shapes} == {"solid", "dot"}
    moved = stats.plane(found, "entropy", "activation", "weight_init", {"depth": 1})
    assert not views.pictures(moved, ends, None, EN)[0].figure.layout.shapes


@pytest.mark.parametrize(
    ("biases", "activation", "wanted"),
    [
        ({"bias_init": (Init("zeros"),)}, "tanh", 1.0),
        ({"bias_init": (Init("zeros"),)}, "relu", math.sqrt(2)),
        ({"bias_init": (Init("pytorch"),)}, "tanh", None),
        ({"sigma_b": (0.0,)}, "tanh", 1.0),
    ],
)
def test_the_critical_sigma_w_is_that_of_the_literature(biases, activation, wanted):
    sweep = Sweep(depth=(2,), width=(4,), activation=(activation,), sigma_w=(0.5, 2.0), seeds=1, **biases)
    found = views.critical(stats.grid(table(sweep), sweep), {}, phase_map)
    assert found == (None if wanted is None else pytest.approx(wanted, rel=1e-2))


def test_more_bias_takes_a_larger_sigma_w_to_be_critical():
    sweep = Sweep(depth=(2,), width=(4,), activation=("tanh",), sigma_w=(1.0,), sigma_b=(0.0, 0.05, 0.3), seeds=1)
    found = stats.grid(table(sweep), sweep)
    critical = [views.critical(found, {"sigma_b": place}, phase_map) for place in range(3)]
    assert critical == sorted(critical)
    assert critical[2] > 1.2  # Schoenholz et al. 2017, figure 1
    assert views.critical(stats.grid(table(DEEP), DEEP), {}, phase_map) is None


def test_the_tiles_count_the_networks_and_name_best_and_worst():
    rows = table(DEEP, depth_of, verdict=lambda task, seed: "keeps" if seed else "dies")
    found = stats.grid(rows, DEEP)
    tiles = views.tiles(found, "entropy", stats.extremes(found, "entropy"), rows, EN)
    assert [tile.label for tile in tiles] == ["Networks", "Keep signal and gradient", "Best", "Worst"]
    assert tiles[0].value == str(len(rows))
    assert tiles[1].value == "67%"
    assert "2 hidden layers" in tiles[2].meaning
    assert "0 hidden layers" in tiles[3].meaning
    assert len(views.tiles(found, "entropy", None, rows.iloc[:0], EN)) == 2


def test_the_table_for_the_eye_has_words_and_no_keys():
    frame = views.table(table(DEEP, depth_of, verdict=lambda task, seed: "sure"), EN)
    assert set(frame["verdict"]) == {"too sure"}
    assert not {"key", "link", "signal", "sigma_w"} & set(frame.columns)


def test_the_file_of_lines_gives_every_number_back():
    rows = table(DEEP, depth_of)
    read = pd.read_csv(io.StringIO(views.flat(rows).to_csv(index=False)))
    assert list(read.columns) == list(rows.columns)
    assert read["entropy"].to_numpy() == pytest.approx(rows["entropy"].to_numpy())
    assert [float(one) for one in read["signal"].astype(str).iloc[-1].split()] == rows["signal"].iloc[-1]
