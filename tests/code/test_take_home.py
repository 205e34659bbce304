"""Scripts and notebooks as files: whole, small, valid. That they run: test_execution."""

import json
import subprocess
import sys

import numpy as np
import pytest

import netlib
from netlib.code.filling import STYLES
from netlib.code.spellings import SPELLINGS, WEIGHTS_FILE
from netlib.code.take_home import notebook, script
from netlib.files.save import safetensors_file
from netlib.i18n import LANGUAGES, translator
from netlib.network import restore
from tests.code.exports import ruff, take_home
from tests.code.setups import DIFFICULT


def home_of(setup, spelling="ordered", language="en", style="modern"):
    batch = netlib.sample(setup.batch)
    trace = netlib.run(netlib.build(setup.network), batch)
    return take_home(setup, spelling, style, 0.0, trace, batch, translator(language))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notebook_is_what_jupyter_and_colab_read(spelling, language):
    content = json.loads(notebook(home_of(netlib.Setup(), spelling, language), translator(language)))
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in content["cells"]}) == len(content["cells"])
    for cell in content["cells"]:
        assert cell["cell_type"] in ("code", "markdown")
        assert ("outputs" in cell) == ("execution_count" in cell) == (cell["cell_type"] == "code")
        assert all(line.endswith("\n") for line in cell["source"][:-1])
        assert cell["source"]


@pytest.mark.parametrize("name", DIFFICULT)
def test_they_stay_small(name):
    home = home_of(DIFFICULT[name])
    assert len(script(home, translator("ru")).encode()) < 220_000
    assert len(notebook(home, translator("ru")).encode()) < 250_000


def test_a_link_cannot_leave_its_line():
    home = home_of(netlib.Setup())
    broken = type(home)(
        home.program, home.numbers, home.names, home.pixels, home.labels, "http://x/\nimport os\r\u2028'''\"\"\""
    )
    lines = script(broken, translator("en")).splitlines()
    assert not any(line.startswith("import os") for line in lines)


def loaded_home(folder, spelling, style):
    """A folder with a script, the cells of a notebook, and weights that no seed draws in the file beside them."""
    setup, text = netlib.Setup(netlib.NetworkSpec((12, 7), "tanh")), translator("en")
    draw = np.random.default_rng(3)
    own = [
        (draw.standard_t(9, (layer.fan_out, layer.fan_in)), draw.standard_t(9, layer.fan_out))
        for layer in setup.network.layers
    ]
    own = [(weight.astype(np.float32) / 20, bias.astype(np.float32)) for weight, bias in own]
    batch = netlib.sample(setup.batch)
    trace = netlib.run(restore(setup.network, own), batch)
    home = take_home(setup, spelling, style, 0.0, trace, batch, text, loaded=True)
    folder.mkdir()
    (folder / "script.py").write_text(script(home, text), encoding="utf-8")
    cells = json.loads(notebook(home, text))["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    (folder / "cells.py").write_text(code, encoding="utf-8")
    (folder / WEIGHTS_FILE).write_bytes(safetensors_file(trace))
    return folder


def with_other_weights(folder):
    """The same folder with a file of another network."""
    setup = netlib.Setup(netlib.NetworkSpec((12, 7), "tanh"))
    other = netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))
    (folder / WEIGHTS_FILE).write_bytes(safetensors_file(other))
    return folder


def test_weights_of_a_visitors_own_are_read_from_the_file_beside_it(tmp_path):
    """The numbers are those of weights that no seed draws; without the file, or with another, the script fails."""
    kinds = [(spelling, style) for spelling in SPELLINGS for style in STYLES]
    folders = {kind: loaded_home(tmp_path / "_".join(kind), *kind) for kind in kinds}
    for arguments in (("format", "--diff"), ("check",)):
        judged = ruff(tmp_path, *arguments, "--exclude", "cells.py")
        assert judged.returncode == 0, judged.stdout
    # Torch takes longest to load, so one process runs them all, each in its own folder.
    for place, said in run_in_turn(
        [folder / name for folder in folders.values() for name in ("script.py", "cells.py")]
    ):
        assert said.rstrip().endswith("The same numbers as on the screen."), f"{place}:\n{said}"
    one = folders["ordered", STYLES[0]]
    alone = subprocess.run(
        [*PYTHON, "script.py"], cwd=one, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert alone.returncode == 0, alone.stderr
    assert "The same numbers as on the screen." in alone.stdout
    wrong = {kind: with_other_weights(folders[kind]) for kind in kinds if kind[0] == "ordered"}
    missing = [folders["module", style] for style in STYLES]
    for folder in missing:
        (folder / WEIGHTS_FILE).unlink()
    ended = dict(run_in_turn([folder / "script.py" for folder in (*wrong.values(), *missing)]))
    assert all("AssertionError" in ended[str(folder / "script.py")] for folder in wrong.values())
    assert all("Error" in ended[str(folder / "script.py")] for folder in missing)


PYTHON = (sys.executable, "-X", "utf8", "-W", "error")
IN_TURN = """
import contextlib, io, json, os, pathlib, runpy, sys, traceback
for place in map(pathlib.Path, sys.argv[1:]):
    os.chdir(place.parent)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            runpy.run_path(place.name, run_name="__main__")
        except BaseException:
            traceback.print_exc(file=said)
    print(json.dumps([str(place), said.getvalue()]))
"""


def run_in_turn(programs):
    """Each program and what it said, a traceback at its end where it has failed; all of them in one fresh process."""
    command = [*PYTHON, "-c", IN_TURN, *map(str, programs)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_the_torchvision_switch_asserts_nothing():
    written = script(home_of(netlib.Setup()), translator("en"))
    assert "FROM_TORCHVISION = False" in written
    asserted = written[written.index("if not FROM_TORCHVISION:") :].split("\n")[1:]
    assert all(line.startswith("    ") for line in asserted if line)
    assert sum("check(" in line for line in asserted) == written.count("check(") - 1
