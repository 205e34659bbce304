"""A real scheduler with real workers: the same bits as serial, deaths of workers and of the scheduler, sentences."""

import re

import pytest

from netlib.problem import Problem
from netlib.sweep import engine
from netlib.sweep.engine import Away, Engine, Place, compute, place
from netlib.sweep.spec import Task
from netlib.sweep.store import Store
from tests.sweep.cluster import Cluster, free_port
from tests.sweep.serial import SMALL, SWEEP, Harness, same, serial
from tests.training.oracles import soon


@pytest.fixture(scope="module")
def expected():
    return serial(SWEEP)


def test_a_cluster_from_its_beginning_to_its_end(tmp_path, expected, monkeypatch):
    """One scheduler for all that can happen to it: every process that is started costs seconds."""
    folder = tmp_path / "results"
    with Cluster(tmp_path) as cluster:
        with Harness(address=cluster.address) as launcher:
            launcher.begin("all", SWEEP)
            soon(lambda: launcher.done("all"))
            cluster.workers[0].kill()
            assert same(launcher.rows("all"), expected), "a worker that was killed in the middle lost nothing"
            assert len(launcher.reports("all")) > 4, "it came bit by bit"

        with Harness(address=cluster.address, folder=folder, rows=False) as launcher:
            launcher.begin("first", SWEEP)
            soon(lambda: launcher.done("first") > len(expected) / 8)
            cluster.scheduler.kill()
            report = launcher.end("first")
            assert report.away
            assert str(report.problem) == (
                f"The connection to the scheduler at {cluster.address} was lost; what was done is kept."
            )
            kept = Store(folder).read()
            assert 0 < len(kept) < len(expected)
            monkeypatch.setattr(engine, "REACH", 1.0)
            launcher.begin("away", SWEEP)
            report = launcher.end("away")
            assert report.away
            assert str(report.problem) == f"The scheduler at {cluster.address} cannot be reached."

            monkeypatch.undo()
            with Cluster(tmp_path, workers=1, port=cluster.port):
                launcher.begin("second", SWEEP)
                assert launcher.end("second").state == "done"
                assert launcher.done("second") == len(expected), "what was there counts as done"
            assert same(Store(folder).read(), expected)
            assert len(Store(folder).parts()) > len(kept["key"]) / 100


def refused(address):
    """Why a scheduler's workers are not good enough; empty where they are."""
    try:
        Engine(Place(address=address), print).close()
    except Problem as problem:
        return str(problem)
    return ""


def test_workers_that_would_compute_something_else_are_named(tmp_path, monkeypatch):
    with Cluster(tmp_path, workers=0) as cluster:
        monkeypatch.setattr(engine, "REACH", 1.0)
        assert refused(cluster.address) == f"The scheduler at {cluster.address} has no workers."
        monkeypatch.setattr(engine, "REACH", 30.0)
        cluster.workers.append(cluster.worker())
        assert refused(cluster.address) == ""
        with monkeypatch.context() as newer:
            newer.setattr(engine, "sources", lambda: "netlib=newer")
            assert re.fullmatch(
                r"The worker tcp://\S+ has netlib=[0-9a-f]{16} where we have netlib=newer: its numbers would not be ours.",
                refused(cluster.address),
            )
        cluster.workers.append(cluster.worker(cwd=tmp_path))
        soon(lambda: "cannot import netlib; start it in this project's folder" in refused(cluster.address))


def test_one_that_comes_later_is_asked_with_its_first_chunk():
    tasks = list(SMALL.tasks())
    with pytest.raises(Problem, match=r"has netlib=\w+ where we have netlib=other"):
        compute(tasks, ("netlib=other",))
    assert same(compute(tasks, ()).rows, serial(SMALL))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense://x", "127.0.0.1:99999999"])
def test_a_scheduler_that_is_away_is_one_sentence(address, monkeypatch):
    monkeypatch.setattr(engine, "REACH", 1.0)
    with pytest.raises(Away, match="cannot be reached"):
        Engine(Place(address=address.format(port=free_port())), print)


def test_where_it_works_is_what_the_operator_says(monkeypatch):
    import dask.config

    with dask.config.set({"scheduler-address": None}):
        assert place(3) == Place(3)
        assert place(3, "tcp://a:1") == Place(3, "tcp://a:1")
        assert place(2, "tcp://a:1", threads=True, here=True) == Place(2, threads=True)
        assert place().workers >= 1
    with dask.config.set({"scheduler-address": "tcp://b:2"}):  # that is what DASK_SCHEDULER_ADDRESS sets
        assert place(3).address == "tcp://b:2"
        assert place(3, "tcp://a:1").address == "tcp://a:1"
        assert place(3, here=True).address is None


def test_a_computation_that_fails_is_said(caplog):
    said = []
    workers = Engine(Place(threads=True), lambda ticket, found: said.append((ticket, found)))
    try:
        ticket = workers.submit([Task(None, (0,))])
        soon(lambda: said)
        assert said[0][0] == ticket
        assert str(said[0][1]) == "The computation failed; the server's log says why."
        assert workers.free == 2, "it is in flight no more"
    finally:
        workers.close()
