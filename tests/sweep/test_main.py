"""The command itself: a table, a csv, a dry run; killed, stopped, resumed, twice at once; and what it refuses."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import psutil
import pytest

from netlib.launch import ROOT
from netlib.sweep.__main__ import main
from netlib.sweep.spec import Sweep
from netlib.sweep.store import ASIDE, Store
from tests.sweep.cluster import free_port
from tests.sweep.serial import same, serial
from tests.training.oracles import alive, soon

GRID = """
depth = {from = 2, to = 20, step = 2}
width = [128, 192]
activation = ["tanh", "relu"]
sigma_w = [1, 2]
seeds = 30
"""
SWEEP = Sweep(depth=tuple(range(2, 22, 2)), width=(128, 192), activation=("tanh", "relu"), sigma_w=(1.0, 2.0), seeds=30)


@pytest.fixture
def grid(tmp_path):
    (tmp_path / "grid.toml").write_text(GRID)
    return tmp_path / "grid.toml"


@pytest.fixture(scope="module")
def expected():
    return serial(SWEEP)


def command(grid, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "netlib.sweep", str(grid), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C"},
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def ended(process, code=0):
    said = process.communicate(timeout=120)[1]
    assert process.returncode == code, said
    assert "Traceback" not in said, said
    assert "Warning" not in said, said
    return said


def test_killed_resumed_and_twice_at_once(grid, tmp_path, expected):
    """What a sweep may live through, on one folder: each command costs seconds to start."""
    out = tmp_path / "results"
    killed, stopped = (command(grid, "--out", out, "--workers", 1, start_new_session=True) for _ in range(2))
    soon(lambda: out.exists() and len(Store(out).parts()) >= 1)
    children = [psutil.Process(process.pid).children(recursive=True) for process in (killed, stopped)]
    assert all(any("spawn_main" in " ".join(child.cmdline()) for child in each) for each in children)
    os.kill(killed.pid, signal.SIGKILL)
    os.killpg(stopped.pid, signal.SIGINT)
    killed.communicate()
    said = ended(stopped, 130)
    assert said.endswith(
        "Stopped. What is done is kept; this goes on with it: "
        f"python -m netlib.sweep {grid} --out {out} --workers 1 --resume\n"
    )
    soon(lambda: not any(alive(child.pid) for each in children for child in each), 20)
    kept = Store(out).read()
    assert 0 < len(kept) < len(expected)

    torn = Store(out).parts()[0]
    (out / torn).write_bytes((out / torn).read_bytes()[:100])
    first, second = (
        command(grid, "--out", out, "--resume", "--csv", tmp_path / f"{name}.csv", "--threads", "--workers", 1)
        for name in "ab"
    )
    both = ended(first) + ended(second)
    assert f"Torn files were moved aside, and are computed anew: {torn}." in both
    assert "2,400 networks." in both
    assert "networks/s" in both
    assert len(list((out / ASIDE).iterdir())) == 1
    assert same(Store(out).read(), expected)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    table = pd.read_csv(tmp_path / "a.csv")
    assert list(table["key"]) == list(expected["key"]), "in the order of the grid"

    began = time.monotonic()
    assert "2400/2400" in ended(
        command(grid, "--out", out, "--resume", "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    )
    assert time.monotonic() - began < 30, "nothing is left to be computed: nobody is asked"


def test_a_dry_run_counts_and_measures(grid, tmp_path, capfd):
    assert main([str(grid), "--dry-run", "--out", str(tmp_path / "results"), "--threads", "--workers", "1"]) == 0
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "2,400 networks."
    assert said[1].startswith("About ")
    assert said[1].endswith(" s with 1 worker, by a measured sample.")
    assert list(tmp_path.iterdir()) == [grid]


def test_a_scheduler_that_is_away_is_one_sentence(grid, tmp_path, capfd):
    address = f"tcp://127.0.0.1:{free_port()}"
    assert main([str(grid), "--out", str(tmp_path / "results"), "--scheduler", address]) == 1
    said = [line for line in capfd.readouterr().err.splitlines() if line.strip() and "networks/s" not in line]
    assert said[:2] == ["2,400 networks.", f"The scheduler at {address} cannot be reached."]
    assert said[2] == "With --local this machine does the work."
    assert said[3].startswith("What is done is kept; this goes on with it: python -m netlib.sweep ")


def test_what_it_refuses(grid, tmp_path, capsys, monkeypatch, expected):
    out = tmp_path / "results"
    assert main([str(grid)]) == 2
    assert "Say where the results go: --out FOLDER." in capsys.readouterr().err
    Store(out).add(expected[:3])
    assert main([str(grid), "--out", str(out)]) == 2
    assert "holds results already; --resume goes on with them" in capsys.readouterr().err
    assert len(Store(out).read()) == 3
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    grid.write_text("depth = 1\nwidht = 3")
    assert main([str(grid), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert "widht" in said
    assert "строка 2" in said
    for wrong in (["--workers", "0"], ["--workers", "x"], ["--nonsense"]):
        with pytest.raises(SystemExit) as found:
            main([str(grid), *wrong])
        assert found.value.code == 2
