"""Every export of random Setups, executed in fresh processes: the same numbers as `netlib`, bit for bit with Linear."""

import pytest

from netlib.i18n import LANGUAGES
from tests.code.exports import execute, ruff, write
from tests.code.setups import DIFFICULT, EACH, random_setup

SOME = 24
MANY = 300
A_FEW = 25


def folders(tmp_path, setups):
    """The exports of these Setups, in both languages by turns."""
    for index, (name, setup) in enumerate(setups.items()):
        write(
            tmp_path,
            f"{index:03} {name}".replace(" ", "_").replace(",", "").replace("'", ""),
            setup,
            LANGUAGES[index % 2],
        )
    return tmp_path


def assert_the_same_numbers(found):
    assert found
    for one in found:
        assert one["same_batch"], one
        if "tensors" in one["program"]:
            # Where logits are large, float32 itself has no five decimals left.
            assert one["apart"] <= 1e-5 or one["largest_logit"] > 50, one
        else:
            assert one["apart"] == 0, one
        if "plain" not in one["program"]:
            assert any(words in one["said"] for words in ("The same numbers", "Числа те же")), one


def assert_formatted(folder):
    formatted = ruff(folder, "format", "--diff")
    assert formatted.returncode == 0, formatted.stdout[:3000]
    checked = ruff(folder, "check", "--config", 'builtins = ["images"]')  # the plain spellings are given theirs
    assert checked.returncode == 0, checked.stdout[:3000]


@pytest.mark.parametrize("setups", [DIFFICULT, EACH], ids=["difficult", "each scheme"])
def test_the_exports_of_chosen_setups(tmp_path, setups):
    folder = folders(tmp_path, setups)
    assert_the_same_numbers(execute(folder))
    assert_formatted(folder)


def test_the_exports_of_some_random_setups(tmp_path):
    folder = folders(tmp_path, {str(number): random_setup(number) for number in range(SOME)})
    assert_the_same_numbers(execute(folder))
    assert_formatted(folder)


@pytest.mark.long
@pytest.mark.parametrize("first", range(1_000, 1_000 + MANY, A_FEW))
def test_the_exports_of_many_random_setups(tmp_path, first):
    folder = folders(tmp_path, {str(number): random_setup(number) for number in range(first, first + A_FEW)})
    assert_the_same_numbers(execute(folder))
    assert_formatted(folder)


def test_a_wrong_number_is_noticed(tmp_path):
    """The assertions of a script are real: with another seed it fails."""
    place = write(tmp_path, "one", random_setup(1))
    script = place / "ordered_modern_script.py"
    for other in place.glob("*.*"):
        if other not in (script, place / "expected.npz"):
            other.unlink()
    seed = random_setup(1).network.seed
    script.write_text(
        script.read_text(encoding="utf-8").replace(f"seed = {seed}", f"seed = {seed + 1}"), encoding="utf-8"
    )
    with pytest.raises(AssertionError, match="AssertionError"):
        execute(tmp_path)
