"""Numbers about a batch against numpy written out, torchvision's transforms and hand-made cases."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import netlib
from netlib.stats import batch as stats

pixel_arrays = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=28))


@pytest.fixture(scope="module")
def batch():
    return netlib.sample(netlib.BatchSpec())


def test_the_notebooks_facts_about_normalised_mnist():
    """Mean about -0.735, second moment about 0.926, background exactly -1: over all bundled training digits."""
    images = np.concatenate([netlib.sample(netlib.BatchSpec(size=256, seed=seed)).images for seed in range(8)])
    summary = stats.summarise_pixels(images)
    assert summary.mean == pytest.approx(-0.735, abs=0.02)
    assert summary.mean**2 + summary.std**2 == pytest.approx(0.926, abs=0.02)
    assert (summary.low, summary.high) == (-1.0, 1.0)
    assert stats.background_share(images) == pytest.approx(0.81, abs=0.01)


def test_moments_are_torchs(batch):
    summary = stats.summarise_pixels(batch.images)
    pixels = torch.tensor(batch.images, dtype=torch.float64)
    assert summary.mean == pytest.approx(pixels.mean().item())
    assert summary.std == pytest.approx(pixels.std(correction=0).item())


def test_scaling_and_normalising_are_torchvisions(batch):
    transforms = pytest.importorskip("torchvision.transforms")
    before = transforms.ToTensor()(batch.pixels[0][:, :, np.newaxis].copy())
    assert np.array_equal(stats.scaled(batch.pixels[0]).astype(np.float32), before[0].numpy())
    after = transforms.Normalize((0.5,), (0.5,))(before)
    assert np.array_equal(batch.images[0], after.numpy())


@given(pixel_arrays)
def test_every_pixel_is_in_the_bin_of_its_value(pixels):
    histogram = stats.pixel_histogram(pixels)
    assert histogram.counts.sum() == pixels.size
    before = np.histogram(stats.scaled(pixels), histogram.before)[0]
    after = np.histogram((stats.scaled(pixels) - 0.5) / 0.5, histogram.after)[0]
    assert np.array_equal(histogram.counts, before)
    assert np.array_equal(histogram.counts, after)


def test_the_bins_cover_both_scales_evenly():
    histogram = stats.pixel_histogram(np.zeros((1, 28, 28), np.uint8))
    assert histogram.before[0] < 0 < histogram.before[1]
    assert histogram.before[-2] < 1 < histogram.before[-1]
    assert np.ptp(np.diff(histogram.before)) < 1e-12
    assert histogram.after == pytest.approx(2 * histogram.before - 1)
    assert list(histogram.counts) == [784] + [0] * 63


def test_the_table_of_the_histogram_names_every_byte_once():
    table = stats.histogram_table(stats.pixel_histogram(np.arange(256, dtype=np.uint8)))
    bytes_named = [
        b for first, last in zip(table["first byte"], table["last byte"], strict=True) for b in range(first, last + 1)
    ]
    assert bytes_named == list(range(256))
    assert set(table["pixels"]) == {4}
    assert (table["before to"] > table["before from"]).all()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=256))
def test_class_counts(labels):
    counts = stats.count_classes(np.array(labels))
    assert list(counts) == [labels.count(digit) for digit in range(10)]
    table = stats.class_table(counts)
    assert table["share"].sum() == pytest.approx(1)
    assert list(table["images"]) == list(counts)


@pytest.mark.parametrize(
    ("count", "digits", "share"), [(64, None, 6.4), (64, (1, 7), 32), (5, (3,), 5), (1, None, 0.1)]
)
def test_an_even_share(count, digits, share):
    assert stats.even_share(count, digits) == pytest.approx(share)


def test_the_usual_deviation_is_that_of_many_draws():
    draws = np.random.default_rng(0).integers(0, 10, (20_000, 64))
    measured = (draws == 3).sum(axis=1).std()
    assert stats.usual_deviation(64, None) == pytest.approx(measured, rel=0.02)
    assert stats.usual_deviation(64, None) == pytest.approx(math.sqrt(64 * 0.1 * 0.9))
    assert stats.usual_deviation(64, (3,)) == 0


def test_our_own_batches_deviate_as_usual():
    """Drawn without replacement from classes of 400 each, so a little less than the binomial distribution says."""
    counts = [stats.count_classes(netlib.sample(netlib.BatchSpec(seed=seed)).labels) for seed in range(200)]
    assert np.std(counts) == pytest.approx(stats.usual_deviation(64, None), rel=0.08)


def test_averages_are_means_of_their_images(batch):
    found = stats.average_images(batch.pixels, batch.labels)
    assert found.overall == pytest.approx(np.mean(batch.pixels.astype(float), axis=0))
    for digit in range(10):
        assert found.by_class[digit] == pytest.approx(batch.pixels[batch.labels == digit].astype(float).mean(axis=0))
    assert found.counts.sum() == 64


def test_a_digit_that_is_not_there_has_an_empty_average():
    batch = netlib.sample(netlib.BatchSpec(size=4, digits=(3,)))
    found = stats.average_images(batch.pixels, batch.labels)
    assert list(np.flatnonzero(found.counts)) == [3]
    assert found.by_class[[d for d in range(10) if d != 3]].max() == 0
    assert found.by_class[3] == pytest.approx(found.overall)


def test_the_flat_index_is_where_reshape_puts_the_pixel(batch):
    flat = torch.tensor(batch.images).view(64, -1)
    assert flat.shape == (64, 784)
    for row, column in [(0, 0), (0, 27), (1, 0), (13, 5), (27, 27)]:
        assert flat[9, stats.flat_index(row, column)] == batch.images[9, 0, row, column]
    assert stats.flat_index(27, 27) == 783


def test_the_example_pixel_is_the_brightest_of_the_fullest_row():
    image = np.full((28, 28), -1.0, np.float32)
    image[3, 4:9] = 0.5
    image[3, 6] = 0.9
    image[20, 1] = 1.0
    assert stats.fullest_row(image) == 3
    assert stats.brightest_pixel(image) == (3, 6)
    assert stats.brightest_pixel(np.full((28, 28), -1.0, np.float32)) == (0, 0)


def test_the_table_of_images(batch):
    table = stats.image_table(batch.images, batch.labels, batch.indices)
    assert list(table["image"]) == list(range(64))
    assert list(table["label"]) == list(batch.labels)
    assert list(table["index in file"]) == list(batch.indices)
    one = batch.images[17].astype(float)
    row = table.loc[17]
    assert (row["minimum"], row["maximum"]) == (one.min(), one.max())
    assert row["mean"] == pytest.approx(one.mean())
    assert row["std"] == pytest.approx(one.std())
    assert row["background"] == pytest.approx((batch.pixels[17] == 0).mean())
