"""Generated lines are laid out as ruff lays them out."""

import subprocess
import sys

import pytest

from netlib.code.layout import WIDTH, blocks, call, exploded, indented


@pytest.mark.parametrize("count", range(0, 24, 3))
@pytest.mark.parametrize("opening", ["f(", "x = a.rather.long_name_of_a_function("])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_call_is_broken_as_ruff_breaks_it(count, opening, depth):
    lines = call(opening, [f"argument{i}" for i in range(count)], depth=depth)
    for _ in range(depth):
        lines = ["if True:", *indented(lines)]
    source = "\n".join(lines) + "\n"
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    formatted = subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout
    assert source == formatted
    assert max(map(len, lines)) <= WIDTH


def test_an_exploded_call_has_a_comma_a_line_and_comments_have_none():
    assert exploded("f(", ["# why", "a", "b"]) == ["f(", "    # why", "    a,", "    b,", ")"]


def test_blocks_leave_out_what_is_empty():
    assert blocks(["a"], [], ["b"], blank=2) == ["a", "", "", "b"]
    assert blocks([], []) == []
    assert indented(["a", "", "b"]) == ["    a", "", "    b"]
