"""A sweep from a shell: `python -m netlib.sweep grid.toml --out results/`.

The exit code is 0 where the table is complete, 1 where it is not, 2 for a wrong command or file, 130 after Ctrl-C.
"""

import argparse
import os
import queue
import shlex
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from netlib.i18n import N_, Text, preferred, translator
from netlib.launch import Message, Process
from netlib.problem import Problem
from netlib.sweep import estimate, grid, rows
from netlib.sweep.messages import Report, Settings
from netlib.sweep.spec import Sweep
from netlib.sweep.store import Store, write_csv

CHUNK = 5.0
"""Seconds that a chunk is meant to last: what is lost, a worker, when all is switched off."""

_RUN = "run"
_DIED: Message = ("died",)
_PATIENCE = 20.0
_TERMINAL, _FILE = 0.2, 30.0


def main(arguments: list[str] | None = None) -> int:
    """What the command does; returns its exit code."""
    given = _arguments().parse_args(arguments)
    text = _voice()
    try:
        sweep = grid.read(given.grid)
        networks = estimate.count(sweep)
        _say(text.plural("{n} network.", "{n} networks.", networks))
        store = None if given.out is None or given.dry_run else Store(given.out.absolute())
        if store is not None and not given.resume and store.parts():
            raise Problem(
                N_("{folder} holds results already; --resume goes on with them and computes only what is missing."),
                folder=str(given.out),
            )
    except Problem as problem:
        _say(text.problem(problem))
        return 2
    if store is None and not given.dry_run:
        _say(text("Say where the results go: --out FOLDER."))
        return 2
    said: queue.SimpleQueue[Message] = queue.SimpleQueue()
    launcher = Process(
        "netlib.sweep.launcher",
        heard=said.put,
        died=lambda: said.put(_DIED),
        name="sweep",
        patience=_PATIENCE,
    )
    folder = None if store is None else store.folder
    launcher.send(("set", Settings(given.workers, given.scheduler, given.threads, folder, CHUNK, rows=False)))
    try:
        if given.dry_run:
            launcher.send(("measure", _RUN, sweep, given.local))
            return _estimated(text, sweep, said)
        launcher.send(("begin", _RUN, sweep, given.local))
        code = _followed(text, networks, said)
    except KeyboardInterrupt:
        _say(text("Stopped. What is done is kept; this goes on with it: {command}", command=_again(arguments)))
        return 130
    finally:
        launcher.close()
    try:
        if code == 0 and given.csv is not None:
            assert store is not None
            write_csv(store.read([key for task in sweep.tasks() for key in rows.keys(task)]), given.csv)
    except Problem as problem:
        _say(text.problem(problem))
        return 1
    if code:
        _say(text("What is done is kept; this goes on with it: {command}", command=_again(arguments)))
    return code


def _followed(text: Text, networks: int, said: "queue.SimpleQueue[Message]") -> int:
    terminal = sys.stderr.isatty()
    with tqdm(total=networks, unit=text(" networks"), mininterval=_TERMINAL if terminal else _FILE) as bar:
        while True:
            match said.get():
                case ("torn", _, names):
                    bar.clear()
                    _say(text("Torn files were moved aside, and are computed anew: {names}.", names=", ".join(names)))
                case ("report", _, Report() as report):
                    bar.update(report.done)
                    if report.state == "done":
                        return 0
                    if report.problem is not None:
                        bar.close()
                        return _failed(text, report.problem, away=report.away)
                case _:
                    bar.close()
                    _say(text("The process that ran the sweep has ended."))
                    return 1


def _estimated(text: Text, sweep: Sweep, said: "queue.SimpleQueue[Message]") -> int:
    match said.get():
        case ("measured", _, Report(problem=Problem() as problem, away=away)):
            return _failed(text, problem, away=away)
        case ("measured", _, (rate, workers)):
            seconds = rate * estimate.work(sweep) / workers
            _say(
                text.plural(
                    "About {seconds} s with {n} worker, by a measured sample.",
                    "About {seconds} s with {n} workers, by a measured sample.",
                    workers,
                    seconds=text.number(seconds, 2),
                )
            )
            return 0
    _say(text("The process that ran the sweep has ended."))
    return 1


def _failed(text: Text, problem: Problem, *, away: bool) -> int:
    _say(text.problem(problem))
    if away:
        _say(text("With --local this machine does the work."))
    return 1


def _again(arguments: list[str] | None) -> str:
    """The command that goes on where this one ended."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return shlex.join(["python", "-m", "netlib.sweep", *given, *([] if "--resume" in given else ["--resume"])])


def _voice() -> Text:
    """The language of the environment, by the order of POSIX."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return translator(preferred(next(filter(None, named), None)))


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m netlib.sweep", description="Measure every network of a grid.")
    add: Any = parser.add_argument
    add("grid", type=Path, help="a TOML file, see docs/sweeps.md")
    add("--out", type=Path, metavar="FOLDER", help="where the results are kept, as Parquet files")
    add("--csv", type=Path, metavar="FILE", help="write the table there, too, when it is complete")
    add("--resume", action="store_true", help="go on with the results in FOLDER: compute only what is missing")
    add("--dry-run", action="store_true", help="count the networks, measure a sample, say how long it would take")
    add("--workers", type=_positive, metavar="N", help="workers of this machine; by default one a core")
    add("--threads", action="store_true", help="workers are threads of one process: less memory, less speed")
    add("--scheduler", metavar="ADDRESS", help="a dask scheduler, such as tcp://10.0.0.1:8786")
    add("--local", action="store_true", help="this machine, even where dask's configuration names a scheduler")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
