"""Scripts and notebooks as files: whole, small, valid. That they run: test_execution."""

import json

import pytest

import netlib
from netlib.code.spellings import SPELLINGS
from netlib.code.take_home import notebook, script
from netlib.i18n import LANGUAGES, translator
from tests.code.exports import take_home
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


def test_the_torchvision_switch_asserts_nothing():
    written = script(home_of(netlib.Setup()), translator("en"))
    assert "FROM_TORCHVISION = False" in written
    asserted = written[written.index("if not FROM_TORCHVISION:") :].split("\n")[1:]
    assert all(line.startswith("    ") for line in asserted if line)
    assert sum("check(" in line for line in asserted) == written.count("check(") - 1
