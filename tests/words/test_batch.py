"""The Batch page's sentences follow the numbers; every page's line says which digits it shows."""

from dataclasses import replace

import numpy as np
import pytest

import netlib
from netlib.draft import Draft
from netlib.i18n import LANGUAGES, translator
from netlib.stats import batch as stats
from netlib.words import batch as words

en, ru = translator("en"), translator("ru")


def batch_of(**choices):
    return netlib.sample(netlib.BatchSpec(**choices))


def as_if(batch, **choices):
    """The batch as though it came from elsewhere."""
    return replace(batch, spec=replace(batch.spec, **choices))


class TestDataLine:
    """How many, of what, chosen by which seed."""

    def test_the_bundled_training_part(self):
        assert words.data_line(batch_of(), en) == (
            "64 digits of the bundled sample (4,000 of MNIST's training split), training part, seed 0."
        )

    def test_the_bundled_test_part_is_not_called_a_test_set(self):
        said = words.data_line(batch_of(split="test", seed=7), en)
        assert said == "64 of 1,000 held-out digits, also from MNIST's training split, not its test set, seed 7."

    @pytest.mark.parametrize(("split", "said"), [("train", "60,000 training"), ("test", "10,000 test")])
    def test_the_full_set(self, split, said):
        assert f"of MNIST's {said} digits" in words.data_line(as_if(batch_of(), source="full", split=split), en)

    def test_chosen_digits_are_named_with_how_many_there_are(self):
        assert words.data_line(batch_of(digits=(7, 1)), en).endswith("Chosen digits: 1, 7; 800 match.")

    @pytest.mark.parametrize(("size", "said"), [(1, "1 цифра"), (2, "2 цифры"), (5, "5 цифр"), (64, "64 цифры")])
    @pytest.mark.parametrize("split", ["train", "test"])
    @pytest.mark.parametrize("source", ["bundled", "full"])
    def test_russian_plurals(self, size, said, split, source):
        assert words.data_line(as_if(batch_of(size=size), split=split, source=source), ru).startswith(f"{said} из ")


def test_the_answer_has_the_batchs_numbers():
    batch = batch_of()
    said = words.answer(batch, en)
    share = (batch.pixels == 0).mean()
    assert said.startswith("64 handwritten digits, each 28 × 28 = 784")
    assert (
        f"{share:.1%} of them are background, exactly −1, so their mean is {batch.images.mean():.3f}".replace("-", "−")
        in said
    )
    counts = np.bincount(batch.labels, minlength=10)
    assert f"{counts.min()} to {counts.max()} times" in said


def test_an_answer_about_one_image_says_nothing_of_classes():
    assert "Each digit" not in words.answer(batch_of(size=1), en)
    assert words.answer(batch_of(size=1), en).startswith("1 handwritten digit, 28")


def test_with_little_background_the_mean_is_not_put_down_to_it():
    batch = batch_of(size=4)
    inked = replace(batch, images=np.zeros_like(batch.images))
    assert "0.0% of them are background, exactly −1; their mean is 0." in words.answer(inked, en)


@pytest.mark.parametrize(
    ("counts", "digits", "said"),
    [
        ([6, 7, 6, 7, 6, 7, 6, 7, 6, 6], None, "chance explains"),
        ([64, 0, 0, 0, 0, 0, 0, 0, 0, 0], None, "chance rarely goes that far"),
        ([0, 30, 0, 0, 0, 0, 0, 34, 0, 0], (1, 7), "30 to 34 times; even would be 32.0, and chance explains"),
        ([0, 0, 0, 9, 0, 0, 0, 0, 0, 0], (3,), "All of them are the digit 3."),
    ],
)
def test_how_even_the_classes_are(counts, digits, said):
    assert said in words.evenness(np.array(counts), digits, en)


def test_chance_explains_nearly_all_of_our_own_batches():
    """Three standard deviations for each of ten classes: some 3 in 100 batches go beyond by chance alone."""
    said = [words.evenness(stats.count_classes(batch_of(seed=seed).labels), None, en) for seed in range(200)]
    assert 0.9 < np.mean(["chance explains" in one for one in said]) <= 1


def test_the_facts_of_one_image():
    batch = batch_of()
    said = words.image_facts(batch, 5, en)
    assert f"Label {batch.labels[5]}; number {batch.indices[5]:,} in its file." in said
    assert f"mean {batch.images[5].mean():.3f}".replace("-", "−") in said
    assert said.endswith(f"from {batch.pixels[5].min()} to {batch.pixels[5].max()}, mean {batch.pixels[5].mean():.1f}.")


def test_the_code_prints_what_it_says():
    import torch

    batch = batch_of(size=7)
    names = {"trainloader": [(torch.tensor(batch.images), torch.tensor(batch.labels))]}
    lines = words.shapes_code(7).splitlines()
    for line in lines:
        code, _, printed = line.partition("#")
        if printed:
            assert str(eval(code, names)) == printed.strip()
        else:
            exec(code, names)


def test_the_example_of_flattening_is_true():
    image = batch_of().images[3, 0]
    row, column = stats.brightest_pixel(image)
    said = words.flattening_example(image, en)
    assert f"28 · {row} + {column} = {28 * row + column}" in said
    assert f"{image.reshape(-1)[28 * row + column]:.3g}" in said


def test_the_axes_have_the_batchs_sizes():
    assert "| `dim=0` | 7 |" in words.axes(7, en)
    assert "(7,)" in words.axes(7, en)


def test_missing_digits_are_named():
    batch = batch_of(size=9, digits=(1, 7))
    said = words.class_averages_alt(stats.average_images(batch.pixels, batch.labels), en)
    assert said == "Average images of the digits 1, 7. None in this batch: 0, 2, 3, 4, 5, 6, 8, 9."


def test_the_counts_in_words_are_about_digits_that_may_occur():
    counts = np.array([0, 30, 0, 0, 0, 0, 0, 34, 0, 0])
    assert "most are 7 (34), fewest are 1 (30)." in words.classes_alt(counts, (1, 7), en)
    assert words.classes_alt(np.array([0, 0, 0, 9, 0, 0, 0, 0, 0, 0]), (3,), en) == "All of them are the digit 3."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choices", [{}, {"size": 1}, {"size": 256, "digits": (3,), "split": "test"}])
def test_every_sentence_is_filled_in(language, choices):
    text, batch = translator(language), batch_of(**choices)
    counts, image = stats.count_classes(batch.labels), batch.images[0, 0]
    averages, pixels = stats.average_images(batch.pixels, batch.labels), stats.summarise_pixels(batch.images)
    for said in (
        words.answer(batch, text),
        words.classes_alt(counts, batch.spec.digits, text),
        words.pixels_alt(pixels, pixels, 0.8, text),
        words.flattening_alt(image, text),
        words.flattening_text(len(batch), text),
        words.normalisation_text(text),
        words.shuffling_text(batch, text),
        words.average_alt(averages, text),
        words.averages_note(text),
        words.classes_note(text),
        words.grid_question(text),
    ):
        assert len(said) > 10
        assert "{" not in said
        assert "NaN" not in said
    assert "{image}" in words.image_name(text)
    assert "{label}" in words.image_name(text)
    table = stats.image_table(batch.images, batch.labels, batch.indices)
    assert set(words.columns(text)) == set(table.columns)


def test_what_to_try_changes_the_batch_alone():
    draft = Draft(batch=netlib.BatchSpec(size=64, digits=(2, 3), seed=4, image=60))
    drafts = [change(draft) for _, change in words.tries(netlib.sample(draft.batch), en)]
    assert [replace(tried, batch=draft.batch) for tried in drafts] == [draft] * 3
    assert drafts[0].batch == replace(draft.batch, digits=(1, 7))
    assert drafts[1].batch == replace(draft.batch, digits=None, size=256)
    assert drafts[2].batch == replace(draft.batch, seed=5)


def test_the_last_seed_is_followed_by_the_first():
    batch = batch_of(seed=2**32 - 1)
    assert words.tries(batch, en)[2][1](Draft()).batch.seed == 0
