"""Several sweeps on local workers: in turns, serial's bits, a worker killed, what is kept, samples; and who is there."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from netlib.launch import ROOT, Process, cores
from netlib.sweep.launcher import of_server
from netlib.sweep.messages import Report, Settings
from netlib.sweep.spec import Sweep
from netlib.sweep.store import Store
from tests.sweep.serial import SMALL, SWEEP, Harness, same, serial
from tests.training.oracles import alive, soon


@pytest.fixture(scope="module")
def expected():
    return serial(SWEEP)


def test_threads_several_sweeps_in_turns(tmp_path):
    one = Sweep(depth=tuple(range(1, 9)), width=(16,), activation=("tanh", "relu"), sigma_w=(1.0, 2.0), seeds=4)
    other, third, more = replace(one, first_seed=20), replace(one, first_seed=30), replace(one, seeds=6)
    with Harness(threads=True, workers=2, folder=tmp_path, seconds=0.01) as launcher:
        for run, sweep in (("one", one), ("other", other), ("cancelled", third)):
            launcher.begin(run, sweep)
        soon(lambda: launcher.done("cancelled"))
        launcher.inbox.put(("cancel", "cancelled"))
        assert same(launcher.rows("one"), serial(one))
        assert same(launcher.rows("other"), serial(other))
        order = [run for word, run, report in launcher.said if word == "report" and report.done and run != "cancelled"]
        assert {"one", "other"} <= set(order[: len(order) // 2]), "they took turns"
        assert all(report.state == "running" for report in launcher.reports("cancelled"))
        assert any(report.seconds_left for report in launcher.reports("one"))

        # More seeds of the same: those that are kept are read, only the others are computed.
        parts = set(Store(tmp_path).parts())
        launcher.begin("more", more)
        assert same(launcher.rows("more"), serial(more))
        added = [Store(tmp_path)._rows(name) for name in set(Store(tmp_path).parts()) - parts]
        assert sum(map(len, added)) == 32 * 2, "two seeds in six"
        launcher.begin("again", more)
        assert same(launcher.rows("again"), serial(more))


def test_a_sample_is_measured_beside_them():
    with Harness(threads=True) as launcher:
        launcher.inbox.put(("measure", "key", SMALL, False))
        word, key, (rate, workers) = soon(lambda: launcher.said and launcher.said[-1])
    assert (word, key, workers) == ("measured", "key", cores())
    assert 0 < rate < 100


def test_what_goes_wrong_is_said_of_that_sweep_alone(tmp_path):
    (tmp_path / "file").write_text("")
    with Harness(threads=True, folder=tmp_path / "file" / "results") as launcher:
        launcher.begin("bad", SMALL)
        report = launcher.end("bad")
        assert "Not a directory" in str(report.problem)
        assert not report.away
        launcher.inbox.put(("set", Settings(threads=True, address="tcp://127.0.0.1:1")))
        launcher.begin("here", SMALL, here=True)
        assert same(launcher.rows("here"), serial(SMALL))


def test_what_a_server_is_set_to(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_SWEEPS", str(tmp_path))
    assert of_server(threads=True) == Settings(workers=1, threads=True, folder=tmp_path)
    monkeypatch.setenv("LAYERSCOPE_SWEEPS", " ")
    assert of_server(threads=False) == Settings(workers=max(1, cores() - 1))


def test_processes_one_of_which_is_killed(expected):
    """In a process of its own, as a server and a command have it; Ctrl-C goes to all of them, and is for the parent."""
    said = []
    child = Process(
        "netlib.sweep.launcher", heard=said.append, died=lambda: said.append(("died",)), name="sweep", patience=30
    )
    try:
        child.send(("set", Settings(workers=2, seconds=0.02)))
        child.send(("begin", "run", SWEEP, False))
        soon(lambda: any(report.done for _, _, report in list(said)))
        processes = psutil.Process(child.process.pid).children(recursive=True)
        workers = [process for process in processes if "spawn_main" in " ".join(process.cmdline())]
        assert len(workers) == 2
        assert all(process.nice() == 15 for process in workers)
        open_ports = [
            connection for one in workers for connection in one.net_connections() if connection.status == "LISTEN"
        ]
        assert {connection.laddr.ip for connection in open_ports} == {"127.0.0.1"}
        for process in (psutil.Process(child.process.pid), *processes):
            process.send_signal(signal.SIGINT)
        workers[0].kill()
        soon(lambda: said[-1] == ("report", "run", Report("done")))
    finally:
        child.close()
    import pandas as pd

    found = pd.concat([report.rows for _, _, report in said if report.rows is not None], ignore_index=True)
    assert same(found, expected), "a worker that was killed in the middle lost nothing"
    assert child.process.returncode == 0
    soon(lambda: not any(alive(process.pid) for process in processes), 20)


def test_no_process_runs_the_servers_script_and_none_outlives_it(tmp_path):
    """A script without a guard, as Streamlit runs ours: it is executed once, and its end is that of all."""
    (tmp_path / "dashboard.py").write_text(
        textwrap.dedent(
            f"""
            import os, pathlib, sys, time
            with open({str(tmp_path / "executed")!r}, "a") as file:
                file.write(f"{{os.getpid()}}\\n")
            sys.path.insert(0, {str(ROOT)!r})
            from netlib.sweep.runs import Runs
            from netlib.sweep.spec import Sweep
            runs = Runs(threads=False)
            run = runs.begin(Sweep(depth=tuple(range(1, 31)), width=(64,), sigma_w=tuple(range(1, 20)), seeds=20))
            while not runs.look(run).done:
                time.sleep(0.05)
            assert not {{"torch", "dask", "distributed"}} & sys.modules.keys()
            print("running", flush=True)
            time.sleep(600)
            """
        )
    )
    server = subprocess.Popen([sys.executable, "dashboard.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    with server:
        assert server.stdout.readline() == "running\n"
        children = psutil.Process(server.pid).children(recursive=True)
        commands = [" ".join(process.cmdline()) for process in children]
        assert sum("netlib.sweep.launcher" in command for command in commands) == 1
        assert sum("spawn_main" in command for command in commands) == max(1, cores() - 1)
        assert not any("dashboard.py" in command for command in commands)
        assert (tmp_path / "executed").read_text() == f"{server.pid}\n"
        os.kill(server.pid, signal.SIGKILL)
        soon(lambda: not any(alive(process.pid) for process in children), 20)
    assert Path("/proc").exists()
