"""All that the Code page gives for a Setup, written into a folder, and a fresh process that executes it."""

import json
import subprocess
import sys

import numpy as np

import netlib
from netlib.code.filling import STYLES
from netlib.code.forms import by_name
from netlib.code.shown import shown
from netlib.code.spellings import SPELLINGS, program
from netlib.code.take_home import TakeHome, notebook, script
from netlib.i18n import translator
from netlib.stamp import stamp
from tests.messages import ROOT


def write(folder, name, setup, language="en"):
    """Writes each spelling in both styles as a program, a script and a notebook, with what they must give."""
    text = translator(language)
    batch = netlib.sample(setup.batch)
    trace = netlib.run(netlib.build(setup.network), batch)
    place = folder / name
    place.mkdir()
    np.savez(
        place / "expected.npz",
        images=trace.images,
        labels=trace.labels,
        probabilities=trace.probabilities,
        logits=trace.logits,
    )
    for style in STYLES:
        forms = stamp(setup.network, style, trace)
        for spelling in SPELLINGS:
            home = take_home(setup, spelling, style, by_name(forms, spelling).difference, trace, batch, text)
            stem = f"{spelling}_{style}"
            (place / f"{stem}_plain.py").write_text(home.program.text, encoding="utf-8")
            (place / f"{stem}_script.py").write_text(script(home, text), encoding="utf-8")
            (place / f"{stem}.ipynb").write_text(notebook(home, text), encoding="utf-8")
    return place


def take_home(setup, spelling, style, apart, trace, batch, text, looked_at="output", loaded=False):
    """What a script is made of."""
    return TakeHome(
        program(setup.network, spelling, style, looked_at, text, loaded=loaded),
        shown(trace, setup.batch.image, apart),
        tuple(layer.name for layer in trace.layers),
        batch.pixels,
        batch.labels,
        "http://localhost:8501/code?v=1",
    )


def execute(folder):
    """Runs everything in the folder in one fresh process; what it found, program by program."""
    command = [sys.executable, "-X", "utf8", "-W", "error", "-m", "tests.code.runner", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout)


def ruff(folder, *arguments):
    """What ruff says of all exports, with its own defaults."""
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
