"""Principal components against the covariance's eigenvectors, neighbours against scipy's tree, t-SNE by what it is asked."""

import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from netlib.stats import embedding as stats
from tests.judged import drawn


def cloud(seed, count=60, units=7):
    source = np.random.default_rng(seed)
    return (source.normal(size=(count, units)) * np.arange(1, units + 1) + 5).astype(np.float32)


@given(st.integers(0, 1000), st.integers(3, 40), st.integers(2, 50))
def test_the_directions_are_the_covariances_eigenvectors(seed, count, units):
    values = cloud(seed, count, units).astype(np.float64)
    found = stats.principal(values)
    eigenvalues, vectors = np.linalg.eigh(np.cov(values.T))
    assert found.explained == pytest.approx(eigenvalues[::-1][:2] / eigenvalues.sum(), abs=1e-9)
    for place in range(2):
        direction = vectors[:, -1 - place]
        direction = direction * np.sign(direction[np.abs(direction).argmax()])
        assert found.places[:, place] == pytest.approx((values - values.mean(axis=0)) @ direction, abs=1e-6)


@given(st.integers(0, 1000))
def test_the_picture_does_not_depend_on_where_the_cloud_lies(seed):
    values = cloud(seed).astype(np.float64)
    moved = stats.principal(values + 100)
    assert moved.places == pytest.approx(stats.principal(values).places, abs=1e-7)


def test_turning_the_layers_sign_turns_the_picture():
    """The sign is fixed by the weights, not by chance: the largest one is positive."""
    values = cloud(3).astype(np.float64)
    assert stats.principal(-values).places == pytest.approx(-stats.principal(values).places)


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1, 1e36])
def test_any_size_of_activation_will_do(scale):
    values = cloud(4).astype(np.float64) * scale
    found = stats.principal(values)
    assert found.explained == pytest.approx(stats.principal(cloud(4)).explained, rel=1e-5)
    assert np.isfinite(found.places).all()


@pytest.mark.parametrize("values", [np.full((9, 4), 3.3), np.zeros((9, 4)), np.full((1, 4), 2.0), np.ones((5, 1))])
def test_what_does_not_vary_lies_on_one_point(values):
    found = stats.principal(values.astype(np.float32))
    assert not found.places.any()
    assert not found.explained.any()
    assert len(found) == len(values)


def test_one_unit_is_one_direction():
    values = np.array([[1.0], [2.0], [6.0]])
    found = stats.principal(values)
    assert found.explained.tolist() == [1, 0]
    assert found.places == pytest.approx(np.array([[-2, 0], [-1, 0], [3, 0]]))


def test_what_is_no_number_is_left_out():
    values = cloud(1)
    values[[2, 5], 0] = np.nan, np.inf
    found = stats.principal(values)
    assert found.images.tolist() == [i for i in range(60) if i not in (2, 5)]
    assert found.places == pytest.approx(stats.principal(np.delete(values, [2, 5], axis=0)).places)
    assert len(stats.principal(np.full((4, 3), np.nan))) == 0


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(n, units\)"):
        stats.principal(np.zeros((2, 3, 4)))


# --- neighbours ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 1000), st.integers(2, 700))
def test_the_nearest_neighbour_is_scipys(seed, count):
    _, labels = drawn(seed, count)
    places = np.random.default_rng(seed).normal(size=(count, 2))
    plane = stats.Plane(places, np.arange(count), np.array([0.6, 0.3]))
    nearest = cKDTree(places).query(places, 2)[1][:, 1]
    found = stats.separate(plane, labels)
    if len(set(labels.tolist())) < 2:
        assert found.same is None
    else:
        assert found.same == pytest.approx((labels[nearest] == labels).mean())
    pairs = [(a, b) for a in range(count) for b in range(count) if a != b] if count < 40 else []
    if pairs:
        assert found.guess == pytest.approx(np.mean([labels[a] == labels[b] for a, b in pairs]))


@pytest.mark.parametrize(
    ("places", "labels"), [([[0, 0]], [3]), ([[0, 0], [1, 1]], [3, 3]), ([[2, 2], [2, 2]], [1, 2])]
)
def test_there_may_be_nothing_to_compare(places, labels):
    plane = stats.Plane(np.array(places, float), np.arange(len(labels)), np.zeros(2))
    assert stats.separate(plane, np.array(labels)).same is None


def test_labels_are_those_of_the_images_that_are_left():
    plane = stats.Plane(np.array([[0, 0], [0, 1], [9, 0], [9, 1.5]]), np.array([1, 2, 5, 6]), np.zeros(2))
    labels = np.array([7, 0, 0, 7, 7, 4, 4])
    assert stats.separate(plane, labels).same == 1
    assert stats.centres(plane, labels) == [(0, 0, 0.5), (4, 9, 0.75)]


# --- t-SNE ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """A stand-in for scikit-learn that notes what it is asked and gives the start back."""
    notes = {}

    class Layout:
        def __init__(self, **options):
            notes.update(options)

        def fit_transform(self, values):
            notes["values"] = values
            return notes["init"]

    class Limit:
        def __init__(self, limits, user_api):
            notes["threads"] = (limits, user_api)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    for name, members in {
        "sklearn": {},
        "sklearn.manifold": {"TSNE": Layout},
        "threadpoolctl": {"threadpool_limits": Limit},
    }.items():
        module = ModuleType(name)
        for key, value in members.items():
            setattr(module, key, value)
        monkeypatch.setitem(sys.modules, name, module)
    return notes


@pytest.mark.parametrize(("count", "perplexity"), [(5, 4 / 3), (40, 13), (300, 30), (1_500, 30)])
def test_tsne_is_asked_for_a_bounded_seeded_layout_on_one_thread(asked, count, perplexity):
    found = stats.neighbourhoods(cloud(0, count), seed=11)
    points = min(count, 1_000)
    assert len(found) == len(asked["values"]) == len(asked["init"]) == points
    assert asked["perplexity"] == pytest.approx(perplexity)
    assert (asked["random_state"], asked["threads"]) == (11, (1, "openmp"))
    assert asked["init"][:, 0].std() == pytest.approx(1e-4, rel=1e-3)
    assert np.abs(asked["values"]).max() == pytest.approx(1)
    assert found.explained is None


def test_tsne_leaves_out_what_is_no_number(asked):
    values = cloud(0, 20)
    values[4] = np.inf
    assert 4 not in stats.neighbourhoods(values, seed=0).images
    assert np.isfinite(asked["values"]).all()


def test_tsne_needs_a_few_images(asked):
    with pytest.raises(ValueError, match="at least 5 images, not 4"):
        stats.neighbourhoods(cloud(0, 4), seed=0)


@pytest.mark.skipif(not stats.tsne_available(), reason="scikit-learn, an extra, is not installed")
def test_tsne_keeps_groups_apart_and_repeats_itself():
    labels = np.repeat([0, 1, 2], 30)
    values = (np.random.default_rng(0).normal(size=(90, 5)) + 12 * np.eye(5)[labels]).astype(np.float32)
    found = stats.neighbourhoods(values, seed=1)
    assert stats.separate(found, labels).same == 1
    assert np.array_equal(found.places, stats.neighbourhoods(values, seed=1).places)
