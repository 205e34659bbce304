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


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_weights_of_a_visitors_own_are_read_from_the_file_beside_it(tmp_path, spelling, style):
    """The numbers are those of weights that no seed draws; without the file, or with another, the script fails."""
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
    (tmp_path / "script.py").write_text(script(home, text), encoding="utf-8")
    cells = json.loads(notebook(home, text))["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    (tmp_path / "cells.py").write_text(code, encoding="utf-8")
    (tmp_path / WEIGHTS_FILE).write_bytes(safetensors_file(trace))
    formatted = ruff(tmp_path / "script.py", "format", "--diff")
    assert formatted.returncode == 0, formatted.stdout
    checked = ruff(tmp_path / "script.py", "check")
    assert checked.returncode == 0, checked.stdout
    # A process each, and torch to load: the cells are run of one spelling, `test_execution` has them all.
    for name in ("script.py", "cells.py") if spelling == "module" else ("script.py",):
        run = started(tmp_path, name)
        assert run.returncode == 0, run.stderr
        assert "The same numbers as on the screen." in run.stdout
    if spelling == "ordered":
        other = netlib.run(netlib.build(setup.network), batch)
        (tmp_path / WEIGHTS_FILE).write_bytes(safetensors_file(other))
        assert "AssertionError" in started(tmp_path, "script.py").stderr


def started(folder, name):
    """A program in a fresh process, in its own folder."""
    command = [sys.executable, "-X", "utf8", "-W", "error", name]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_torchvision_switch_asserts_nothing():
    written = script(home_of(netlib.Setup()), translator("en"))
    assert "FROM_TORCHVISION = False" in written
    asserted = written[written.index("if not FROM_TORCHVISION:") :].split("\n")[1:]
    assert all(line.startswith("    ") for line in asserted if line)
    assert sum("check(" in line for line in asserted) == written.count("check(") - 1
