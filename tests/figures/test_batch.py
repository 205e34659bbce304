"""The Batch page's pictures carry the numbers that they should, for any batch, and Plotly accepts them."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import batch as figures
from netlib.i18n import LANGUAGES, translator
from netlib.stats import batch as stats

SPECS = {
    "the notebook's": netlib.BatchSpec(),
    "one image": netlib.BatchSpec(size=1, image=0),
    "many": netlib.BatchSpec(size=256),
    "one class, twice over": netlib.BatchSpec(split="test", digits=(3,), size=256),
    "two classes": netlib.BatchSpec(digits=(1, 7), size=9),
}


def all_figures(spec, text):
    batch = netlib.sample(spec)
    averages = stats.average_images(batch.pixels, batch.labels)
    before, after = stats.summarise_pixels(stats.scaled(batch.pixels)), stats.summarise_pixels(batch.images)
    return {
        "flattening": figures.flattening(batch.images[0, 0], text),
        "pixels": figures.pixel_histogram(stats.pixel_histogram(batch.pixels), before, after, text),
        "classes": figures.class_counts(stats.count_classes(batch.labels), spec.digits, text),
        "average": figures.average_digit(averages, text),
        "averages": figures.class_averages(averages, text),
    }


# Some 7 kB of each are the template of the theme.
BYTES = {"flattening": 26_000, "pixels": 14_000, "classes": 12_000, "average": 10_000, "averages": 24_000}


def arrays(figure):
    for trace in figure.data:
        for name in ("x", "y", "z", "customdata"):
            if getattr(trace, name, None) is not None:
                yield np.asarray(getattr(trace, name), dtype=float)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SPECS)
def test_every_figure_is_valid_finite_and_light(name, language):
    for kind, figure in all_figures(SPECS[name], translator(language)).items():
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < BYTES[kind], kind
        for values in arrays(figure):
            assert np.isfinite(values).all(), kind


class TestFlattening:
    """One picture twice: square, and as one row."""

    image = netlib.sample(netlib.BatchSpec()).images[3, 0]
    picture, strip = figures.flattening(image, translator("en")).data

    def test_both_show_the_same_numbers(self):
        assert np.array_equal(self.picture.z, self.image)
        assert np.array_equal(self.strip.z, self.image.reshape(1, 784))
        assert (self.picture.zmin, self.picture.zmax) == (self.strip.zmin, self.strip.zmax) == (-1, 1)

    def test_hovering_tells_the_indices_of_both(self):
        rows, columns = np.indices((28, 28))
        assert np.array_equal(self.picture.customdata, 28 * rows + columns)
        assert np.array_equal(self.strip.customdata[0, :, 0], rows.ravel())
        assert np.array_equal(self.strip.customdata[0, :, 1], columns.ravel())

    def test_the_framed_row_is_the_same_in_both(self):
        figure = figures.flattening(self.image, translator("en"))
        square, line = figure.layout.shapes
        row = stats.fullest_row(self.image)
        assert (square.y0, square.y1) == (row - 0.5, row + 0.5)
        assert (line.x0, line.x1) == (28 * row - 0.5, 28 * row + 27.5)
        assert any(f"numbers {28 * row} to {28 * row + 27}" in note.text for note in figure.layout.annotations)


class TestPixelHistogram:
    """The same bars on one axis, moved and stretched."""

    figure = all_figures(netlib.BatchSpec(), translator("en"))["pixels"]

    def test_the_bars_are_the_same_and_twice_as_wide(self):
        before, after = self.figure.data
        assert np.array_equal(before.y, after.y)
        assert sum(before.y) == 64 * 784
        assert after.width == pytest.approx(2 * before.width)
        assert np.asarray(after.x) == pytest.approx(2 * np.asarray(before.x) - 1, abs=1e-6)

    def test_both_panels_have_one_range_and_say_that_it_is_logarithmic(self):
        axes = (self.figure.layout.yaxis, self.figure.layout.yaxis2)
        assert axes[0].range == axes[1].range
        for axis in axes:
            assert axis.type == "log"
            assert "log" in axis.title.text
        low, high = self.figure.layout.xaxis.range
        assert low < -1
        assert high > 1

    def test_a_single_pixel_has_a_bar_and_the_largest_count_fits(self):
        low, high = self.figure.layout.yaxis.range
        assert 10**low < 1
        assert 10**high > max(self.figure.data[0].y)

    def test_the_means_stand_where_they_are(self):
        pixels = netlib.sample(netlib.BatchSpec()).pixels / 255
        before, after = self.figure.layout.shapes
        assert before.x0 == pytest.approx(pixels.mean())
        assert after.x0 == pytest.approx(2 * pixels.mean() - 1)


@pytest.mark.parametrize("digits", [None, (1, 7), (3,)])
def test_class_counts_against_the_even_share_of_those_that_may_occur(digits):
    labels = netlib.sample(netlib.BatchSpec(digits=digits)).labels
    figure = figures.class_counts(stats.count_classes(labels), digits, translator("en"))
    (bars,) = figure.data
    assert list(bars.y) == [int((labels == digit).sum()) for digit in range(10)]
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    possible = digits or range(10)
    assert [shape.y0 for shape in lines] == pytest.approx([64 / len(possible)] * len(possible))
    assert {(shape.x0 + shape.x1) / 2 for shape in lines} == set(possible)
    assert {shape.line.dash for shape in lines} == {"dash"}
    assert figure.layout.yaxis.range[1] > max(bars.y)
    bands = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert all(0 <= band.y0 <= band.y1 <= 64 for band in bands)


def test_averages_are_bytes_of_the_images():
    batch = netlib.sample(netlib.BatchSpec())
    shown = all_figures(netlib.BatchSpec(), translator("en"))
    (overall,) = shown["average"].data
    assert np.array_equal(overall.z, np.round(batch.pixels.mean(axis=0)))
    assert (overall.zmin, overall.zmax) == (0, 255)
    tiles = {trace.name: trace for trace in shown["averages"].data}
    sevens = batch.pixels[batch.labels == 7]
    assert np.array_equal(tiles[f"digit 7, {len(sevens)} images"].z, np.round(sevens.mean(axis=0)))


def test_tiles_do_not_overlap_and_each_has_its_label():
    figure = all_figures(netlib.BatchSpec(size=256), translator("en"))["averages"]
    places = [(trace.x0, trace.y0) for trace in figure.data]
    assert len(set(places)) == 10
    for x, y in places:
        assert all(abs(x - other) >= 28 or abs(y - below) >= 28 for other, below in places if (other, below) != (x, y))
    assert [note.text[3] for note in figure.layout.annotations] == list("0123456789")


def test_a_digit_that_is_missing_has_an_empty_frame():
    figure = all_figures(netlib.BatchSpec(size=9, digits=(1, 7)), translator("en"))["averages"]
    assert len(figure.data) == 2
    assert len(figure.layout.shapes) == 8
    assert sum("× 0" in note.text for note in figure.layout.annotations) == 8
