"""The two phase pictures of docs/sweeps.md and the sweep that the page begins with, from the results of two commands.

python -m netlib.sweep docs/grids/order-and-chaos.toml --out sweeps/order-and-chaos
python -m netlib.sweep netlib/sweep/shipped/grid.toml --out sweeps/shipped
python -m scripts.sweep_pictures sweeps
"""

import base64
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from plotly.graph_objects import Figure

from netlib.digits import sample
from netlib.figures.sweep import Line
from netlib.i18n import translator
from netlib.stats import sweep as stats
from netlib.stats.sweep import Grid
from netlib.sweep import grid, rows
from netlib.sweep.shipped import GRID, TABLE
from netlib.sweep.spec import Sweep
from netlib.sweep.store import Store
from netlib.theory.meanfield import mean_field, start_of
from netlib.theory.phase import phase_map
from netlib.views import sweep as views
from netlib.words import sweep as words

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PHASE = ROOT / "docs" / "grids" / "order-and-chaos.toml"
PLOTLY = next((ROOT / "netlib" / "ui" / "components" / "chart").glob("plotly-*.min.js"))
TENTH = 0.1
WIDTH = 760

_TEXT = translator("en")
_DRAW = """async ([figure, width]) => {
    const place = document.body.appendChild(document.createElement("div"));
    const { data, layout } = JSON.parse(figure);
    const settled = { ...layout, width, paper_bgcolor: "#ffffff", font: { size: 14, color: "#0f1621" } };
    return await Plotly.toImage({ data, layout: settled }, { format: "svg", width, height: layout.height });
}"""


def main(folder: Path) -> None:
    """Writes the shipped table and all pictures; reads nothing but the results and the grids."""
    phase, order = _results(folder / "order-and-chaos", PHASE)
    learned, trained = _results(folder / "shipped", GRID)
    shipped = Store(folder / "shipped").read([key for task in learned.tasks() for key in rows.keys(task)])
    shipped.attrs["versions"] = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy"))
    shipped.to_parquet(TABLE, index=False, compression="zstd")
    figures = {
        f"sweep-{metric}": _figure(order, metric, {}, _tenth(phase) if metric == "signal_ratio" else None)
        for metric in ("signal_ratio", "gradient_ratio")
    }
    for place, activation in enumerate(learned.activation):
        figures[f"sweep-trained-{activation}"] = _figure(trained, "held_out_accuracy", {"activation": place})
    _write(figures)
    for name, found in (("order and chaos", order), ("shipped", trained)):
        print(f"{name}: {words.listed(found, _TEXT)}; {TABLE.stat().st_size / 1e3:.0f} kB in {TABLE.name}")


def _results(folder: Path, asked: Path) -> tuple[Sweep, Grid]:
    sweep = grid.read(asked)
    table = Store(folder).read([key for task in sweep.tasks() for key in rows.keys(task)])
    if len(table) != sweep.most:
        sys.exit(f"{folder} holds {len(table)} of {sweep.most} networks of {asked.name}.")
    return sweep, stats.grid(table, sweep)


def _figure(found: Grid, metric: str, chosen: dict[str, int], line: Line | None = None) -> Figure:
    x, y = stats.pair(found)
    plane = stats.plane(found, metric, x, y, chosen)
    critical = views.critical(found, chosen, phase_map)
    picture = views.pictures(plane, None, critical, _TEXT, line=line)[0]
    return picture.figure


def _tenth(sweep: Sweep) -> Line:
    """The depth at which mean-field theory leaves a tenth of the signal, for each sigma_w at which that is reached."""
    batch = sample(sweep.batch)
    start = start_of(batch.images.reshape(batch.spec.size, -1))
    deep = replace(sweep, depth=(max(sweep.depth),))
    points = []
    for task in deep.tasks():
        q = np.array(
            [layer.q for layer in mean_field(task.network, start.second_moment, None).layers], dtype=np.float64
        )
        ratio = np.sqrt(q / q[0])
        below = np.flatnonzero(ratio < TENTH)
        if len(below):
            at = int(below[0])  # the ratio of a network of `at` hidden layers: its output is layer at + 1
            logs = np.log(ratio[at - 1 : at + 1])
            points.append((float(task.sigma_w or 0.0), at - (np.log(TENTH) - logs[1]) / (logs[0] - logs[1])))
    across, upwards = map(tuple, zip(*points, strict=True))
    return Line(across, upwards, "theory: a tenth of the signal is left")


def _write(figures: dict[str, Figure]) -> None:
    from playwright.sync_api import sync_playwright

    found = subprocess.run(
        [sys.executable, ROOT / "scripts" / "browser.py"], capture_output=True, text=True, check=True
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=["--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(path=PLOTLY)
        for name, figure in figures.items():
            address = page.evaluate(_DRAW, [figure.to_json(), WIDTH])
            head, _, content = address.partition(",")
            drawn = base64.b64decode(content).decode() if "base64" in head else _unquoted(content)
            (PICTURES / f"{name}.svg").write_text(drawn + "\n", encoding="utf-8")
        browser.close()


def _unquoted(content: str) -> str:
    from urllib.parse import unquote

    return unquote(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
