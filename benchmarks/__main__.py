"""Measure, print and keep: `python -m benchmarks [name ...] [--quick] [--report]`."""

import argparse
import sys
import time
import traceback

from benchmarks.effort import FULL, QUICK
from benchmarks.measures import MEASURES
from benchmarks.report import write_report


def main() -> None:
    """Runs the benchmarks named, or all; a bar that is missed is said, and is no failure of the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(MEASURES)}; none means all")
    parser.add_argument("--quick", action="store_true", help="few repetitions, to see that everything works; not kept")
    parser.add_argument("--keep", action="store_true", help="keep the results of a quick run too")
    parser.add_argument("--report", action="store_true", help="only write docs/performance.md anew from kept results")
    given = parser.parse_args()
    if unknown := set(given.names) - MEASURES.keys():
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    failed = []
    if not given.report:
        began = time.monotonic()
        failed = [name for name in given.names or MEASURES if not measured(name, quick=given.quick, keep=given.keep)]
        print(f"\n{time.monotonic() - began:.0f} seconds.")
    if given.report or given.keep or not given.quick:
        print(f"Written: {write_report()}")
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")


def measured(name: str, *, quick: bool, keep: bool) -> bool:
    """Runs one benchmark, prints its tables and keeps its results; False where it could not be run to its end."""
    try:
        results = MEASURES[name](QUICK if quick else FULL)
    except Exception:  # noqa: BLE001 - whatever it was, the others are worth their time
        traceback.print_exc()
        return False
    for result in results:
        print(f"\n{result.page()}", flush=True)
        if keep or not quick:
            result.save()
    return True


if __name__ == "__main__":
    main()
