import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.digits import Digits, known, load, normalised, sample, sample_or_bundled
from netlib.digits.batch import choose
from netlib.problem import Problem
from netlib.spec import BatchSpec

ALL_BYTES = np.arange(256, dtype=np.uint8)

seeds = st.integers(0, 2**32 - 1)
digit_sets = st.none() | st.sets(st.integers(0, 9), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
specs = st.builds(
    BatchSpec,
    split=st.sampled_from(["train", "test"]),
    size=st.integers(1, 256),
    seed=seeds,
    digits=digit_sets,
)


def test_pixels_are_normalised_exactly_as_torchvision_does_it():
    from PIL import Image
    from torchvision.transforms import Compose, Normalize, ToTensor

    transform = Compose([ToTensor(), Normalize((0.5,), (0.5,))])
    theirs = transform(Image.fromarray(ALL_BYTES.reshape(16, 16))).numpy()
    assert normalised(ALL_BYTES).tobytes() == theirs.tobytes()


def test_a_batch_is_the_one_that_torchvision_would_give():
    from torchvision.datasets import MNIST
    from torchvision.transforms import Compose, Normalize, ToTensor

    from netlib.digits.folders import raw_folder

    theirs = MNIST(
        raw_folder("bundled").parents[1], train=True, transform=Compose([ToTensor(), Normalize((0.5,), (0.5,))])
    )
    batch = sample(BatchSpec(size=256))
    for image, label, index in zip(batch.images, batch.labels, batch.indices, strict=True):
        their_image, their_label = theirs[int(index)]
        assert image.tobytes() == their_image.numpy().tobytes()
        assert label == their_label


def test_background_is_exactly_minus_one_and_ink_exactly_one():
    assert normalised(np.array([0, 255], dtype=np.uint8)).tolist() == [-1.0, 1.0]


@given(specs)
def test_a_batch_has_the_shapes_types_and_range_that_it_promises(spec):
    batch = sample(spec)
    n = spec.size
    assert (batch.images.shape, batch.images.dtype) == ((n, 1, 28, 28), np.float32)
    assert (batch.labels.shape, batch.labels.dtype) == ((n,), np.int64)
    assert (batch.pixels.shape, batch.pixels.dtype) == ((n, 28, 28), np.uint8)
    assert (batch.indices.shape, batch.indices.dtype) == ((n,), np.int64)
    assert len(batch) == n
    assert batch.spec == spec
    assert batch.images.min() == -1
    assert batch.images.max() <= 1
    assert np.array_equal(batch.images[:, 0] == -1, batch.pixels == 0)


@given(specs)
def test_a_batch_holds_the_digits_of_the_file_at_its_indices(spec):
    batch, digits = sample(spec), load(spec.source, spec.split)
    assert np.array_equal(batch.pixels, digits.images[batch.indices])
    assert np.array_equal(batch.labels, digits.labels[batch.indices])


@given(specs)
def test_only_the_asked_digits_are_shown(spec):
    batch = sample(spec)
    assert set(batch.labels.tolist()) <= set(spec.digits or range(10))
    each = 400 if spec.split == "train" else 100
    assert batch.available == each * len(spec.digits or range(10))


@given(specs)
def test_the_same_spec_is_the_same_batch(spec):
    assert np.array_equal(sample(spec).indices, sample(spec).indices)


@given(specs, st.integers(0, 255))
def test_which_image_is_looked_at_changes_nothing(spec, image):
    looked_at = replace(spec, image=image % spec.size)
    assert np.array_equal(sample(spec).indices, sample(looked_at).indices)


@given(specs, st.integers(1, 256))
def test_a_larger_batch_keeps_the_earlier_images(spec, size):
    small, large = sorted([spec.size, size])
    few, many = (sample(replace(spec, size=n)) for n in (small, large))
    assert np.array_equal(few.indices, many.indices[:small])


@given(specs)
def test_no_image_comes_twice_before_each_came_once(spec):
    batch = sample(spec)
    for start in range(0, spec.size, batch.available):
        epoch = batch.indices[start : start + batch.available]
        assert len(set(epoch.tolist())) == len(epoch)
    assert (batch.notice is not None) == (batch.available < spec.size)


def test_where_too_few_digits_match_each_epoch_has_an_order_of_its_own():
    batch = sample(BatchSpec(split="test", digits=(3,), size=256))
    first, second = batch.indices[:100], batch.indices[100:200]
    assert set(first.tolist()) == set(second.tolist())
    assert first.tolist() != second.tolist()
    assert str(batch.notice) == (
        "100 digits match and the batch has 256 images, so some are shown more than once: "
        "like a shuffled DataLoader, it starts over in a new order."
    )


def test_exactly_enough_digits_need_no_notice():
    digits = Digits(load("bundled", "test").images[:64], load("bundled", "test").labels[:64], "bundled", "test")
    indices, available = choose(digits, BatchSpec(size=64))
    assert available == 64
    assert sorted(indices.tolist()) == list(range(64))


def test_no_matching_digit_is_said():
    nines = Digits(np.zeros((5, 28, 28), np.uint8), np.full(5, 9, np.uint8), "bundled", "test")
    with pytest.raises(Problem, match=r"^No digit of this split matches\.$"):
        choose(nines, BatchSpec(digits=(1,)))


def test_different_seeds_choose_different_digits():
    chosen = {tuple(sample(BatchSpec(seed=seed)).indices.tolist()) for seed in range(200)}
    assert len(chosen) == 200


def test_the_choice_is_even():
    # 500 batches of 64 out of 1,000: each digit is expected 32 times, with a spread of sqrt(32 * 0.936) = 5.5.
    counts = Counter()
    for seed in range(500):
        counts.update(sample(BatchSpec(split="test", seed=seed)).indices.tolist())
    often = np.array([counts[i] for i in range(1000)])
    assert often.mean() == 32
    assert 4.9 < often.std() < 6.1
    assert often.min() > 32 - 5 * 5.5
    assert often.max() < 32 + 5.5 * 5.5


def test_old_links_show_the_same_digits():
    # Written down once. Seed: printf '0:batch' | sha256sum, its first 63 bits.
    assert sample(BatchSpec()).indices[:8].tolist() == [474, 2006, 1587, 3683, 2787, 2256, 2788, 3578]
    seed = int("aaa919e1e31a40b6", 16) >> 1
    order = np.argsort(np.random.PCG64(seed).random_raw(4000), kind="stable")
    assert sample(BatchSpec()).indices.tolist() == order[:64].tolist()


def test_nobody_can_write_into_a_batch():
    batch = sample(BatchSpec())
    for array in (batch.images, batch.labels, batch.pixels, batch.indices):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_batch_knows_its_memory():
    batch = sample(BatchSpec(size=10))
    assert batch.nbytes == 10 * (784 * 4 + 8 + 784 + 8)


def test_the_random_numbers_of_others_are_left_alone():
    import torch

    np.random.seed(7)  # noqa: NPY002 - the global state is what this is about
    torch.manual_seed(7)
    numpy_before, torch_before = np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    sample(BatchSpec(seed=3))
    numpy_after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(a, b) for a, b in zip(numpy_before, numpy_after, strict=True))
    assert torch.equal(torch_before, torch.get_rng_state())


def test_the_random_numbers_of_others_change_nothing():
    before = sample(BatchSpec()).indices
    np.random.seed(12345)  # noqa: NPY002
    assert np.array_equal(sample(BatchSpec()).indices, before)


# --- the full set -------------------------------------------------------------------------------------------------


@pytest.fixture
def downloaded(cache, small):
    raw = cache / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in small.files.items():
        (raw / name).write_bytes(content)
    return raw


def test_the_full_set_is_sampled_like_the_bundled_one(downloaded):
    batch = sample_or_bundled(BatchSpec(source="full"))
    assert batch.spec == BatchSpec(source="full")
    assert batch.available == 600
    assert batch.notice is None


def test_without_the_full_set_it_is_a_problem():
    with pytest.raises(Problem, match="has not been downloaded"):
        sample(BatchSpec(source="full"))


def test_a_page_gets_the_bundled_digits_and_the_reason():
    batch = sample_or_bundled(BatchSpec(source="full", split="test", seed=4, digits=(1, 7)))
    assert batch.spec == BatchSpec(source="bundled", split="test", seed=4, digits=(1, 7))
    assert np.array_equal(batch.indices, sample(batch.spec).indices)
    assert str(batch.notice) == (
        "The full MNIST cannot be shown, so these are the bundled digits. The full MNIST has not been downloaded here."
    )
    assert isinstance(batch.notice.values["reason"], Problem)


def test_a_page_says_which_file_is_bad(downloaded, small):
    name = small.manifest.train.images.name
    (downloaded / name).write_bytes(small.files[name][:-1])
    batch = sample_or_bundled(BatchSpec(source="full"))
    assert batch.spec.source == "bundled"
    assert "train-images-idx3-ubyte declares 600 digits" in str(batch.notice)


def test_damaged_bundled_digits_are_a_problem_for_pages_too(monkeypatch):
    monkeypatch.setattr(known, "BUNDLED", known.FULL)
    with pytest.raises(Problem, match="train-images-idx3-ubyte must hold 60000 digits; found 4000"):
        sample_or_bundled(BatchSpec())


# --- the public face ----------------------------------------------------------------------------------------------


def test_the_public_face_has_it():
    assert netlib.sample is sample


def test_digits_load_no_torch():
    code = "import sys, netlib; netlib.sample(netlib.BatchSpec()); sys.exit('torch' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
