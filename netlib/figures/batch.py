"""The Batch page's pictures: flattening, the pixels' histogram, class counts, average digits."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import square
from netlib.i18n import Text
from netlib.stats.batch import (
    SIDE,
    ClassAverages,
    PixelHistogram,
    PixelSummary,
    brightest_pixel,
    even_share,
    flat_index,
    usual_deviation,
)
from netlib.trace import Array

LOWEST_COUNT = 0.5  # where the log axis of counts begins, so that a single pixel still has a bar
USUAL_DEVIATIONS = 2
TILES_ACROSS = 5
TILE_WIDTH = SIDE + 3
TILE_HEIGHT = SIDE + 10  # room for a label on a phone, where a pixel of an image is 1.6 of the screen

_NO_MARGIN = {"l": 0, "r": 0, "t": 0, "b": 0}
_SMALL_FONT = 12
_WHITE = 255


def flattening(image: Array, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """An image (28, 28) in [-1, 1] over the 784 numbers that it is flattened to; one row is framed in both.

    Hovering tells row, column and position: 28 r + c.
    """
    row, _ = brightest_pixel(image)
    start, end = flat_index(row, 0), flat_index(row, SIDE - 1)
    positions = np.arange(image.size, dtype=np.int16)
    ink: theme.Trace = {
        "type": "heatmap",
        "colorscale": theme.INK,
        "zmin": -1,
        "zmax": 1,
        "showscale": False,
    }
    picture = {
        **ink,
        "z": image,
        "customdata": positions.reshape(image.shape),
        "hovertemplate": text("row %{y}, column %{x} → number %{customdata}: %{z:.3f}") + "<extra></extra>",
    }
    strip = {
        **ink,
        "z": image.reshape(1, -1),
        "customdata": np.stack([positions // SIDE, positions % SIDE], axis=1).astype(np.uint8)[np.newaxis],
        "hovertemplate": text("number %{x} = 28 · %{customdata[0]} + %{customdata[1]}: %{z:.3f}") + "<extra></extra>",
        "xaxis": "x2",
        "yaxis": "y2",
    }
    axes = square()
    return theme.figure(
        [picture, strip],
        text,
        height=height,
        xaxis={**axes["xaxis"], "range": [-0.5, SIDE - 0.5]},
        yaxis={**axes["yaxis"], "domain": [0.42, 1], "range": [SIDE - 0.5, -0.5], "autorange": False},
        xaxis2=theme.axis(
            text("position among the 784 numbers = 28 · row + column"),
            anchor="y2",
            range=[-0.5, image.size - 0.5],
            tickvals=[*range(0, image.size - SIDE, 4 * SIDE), image.size - 1],
            showgrid=False,
            fixedrange=True,
        ),
        yaxis2=theme.hidden_axis(domain=[0, 0.2], anchor="x2"),
        shapes=[
            _frame("", -0.5, SIDE - 0.5, row - 0.5, row + 0.5),
            _frame("2", start - 0.5, end + 0.5, -0.5, 0.5),
        ],
        annotations=[
            {
                **_note(text("row {row}", row=row)),
                "x": SIDE - 0.5,
                "y": row,
                "xanchor": "left",
                "xshift": 6,
                "font": {"size": theme.FONT, "color": theme.POSITIVE},
            },
            {
                **_note(text("row {row}: numbers {start} to {end}", row=row, start=start, end=end)),
                "xref": "x2",
                "yref": "y2 domain",
                "x": (start + end) / 2,
                "y": 1,
                "yanchor": "bottom",
                "font": {"size": theme.FONT, "color": theme.POSITIVE},
            },
        ],
    )


def pixel_histogram(
    histogram: PixelHistogram, before: PixelSummary, after: PixelSummary, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """The pixels before and after normalisation, one over the other on the same axes; counts on a logarithmic scale."""
    top = float(np.log10(max(int(histogram.counts.max()), 1))) + 0.6
    panels = (
        ("", histogram.before, before, "ToTensor", [0.56, 1]),
        ("2", histogram.after, after, "Normalize((0.5,), (0.5,))", [0, 0.44]),
    )
    traces, shapes, annotations, axes = [], [], [], {}
    for suffix, edges, summary, name, domain in panels:
        width = float(edges[1] - edges[0])
        traces.append(
            {
                "type": "bar",
                "x": ((edges[:-1] + edges[1:]) / 2).astype(np.float32),
                "width": width,
                "y": histogram.counts.astype(np.int32),
                "marker": {"color": theme.SIZE, "line": {"width": 0}},
                "customdata": np.stack([edges[:-1], edges[1:]], axis=1).astype(np.float32),
                "hovertemplate": text("from %{customdata[0]:.3f} to %{customdata[1]:.3f}: %{y:,} pixels")
                + "<extra></extra>",
                "yaxis": f"y{suffix}",
            }
        )
        axes[f"yaxis{suffix}"] = theme.axis(
            text("pixels (log)"),
            type="log",
            domain=domain,
            range=[float(np.log10(LOWEST_COUNT)), top],
            dtick=1 if top < 4 else 2,
            tickformat=",d",
            fixedrange=True,
        )
        shapes.append(
            {
                "type": "line",
                "x0": summary.mean,
                "x1": summary.mean,
                "y0": 0,
                "y1": 0.86,
                "yref": f"y{suffix} domain",
                "line": {"color": theme.POSITIVE, "width": 2},
            }
        )
        annotations += [
            {
                **_note(text("mean {mean}, std {std}", mean=summary.mean, std=summary.std)),
                "x": summary.mean,
                "y": 0.86,
                "yref": f"y{suffix} domain",
                "yanchor": "bottom",
                "xanchor": "left",
                "xshift": -4,
                "font": {"size": _SMALL_FONT, "color": theme.POSITIVE},
            },
            {
                **_note(text("after {step}", step=f"<b>{name}</b>")),
                "x": 1,
                "xref": "paper",
                "y": 1,
                "yref": f"y{suffix} domain",
                "xanchor": "right",
                "yanchor": "bottom",
            },
        ]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(text("value of a pixel"), range=[-1.06, 1.06], anchor="y2", dtick=0.5, fixedrange=True),
        shapes=shapes,
        annotations=annotations,
        bargap=0,
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
        **axes,
    )


def class_counts(counts: Array, digits: tuple[int, ...] | None, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """How many images each digit has, against the even share (dashed) and what other seeds usually give (band).

    counts (10,); digits are those that may occur, None for all ten.
    """
    total = int(counts.sum())
    share, usual = even_share(total, digits), USUAL_DEVIATIONS * usual_deviation(total, digits)
    low, high = max(share - usual, 0.0), min(share + usual, float(total))
    possible = range(len(counts)) if digits is None else digits
    bars = {
        "type": "bar",
        "x": np.arange(len(counts), dtype=np.int8),
        "y": counts.astype(np.int16),
        "marker": {"color": theme.SIZE},
        "text": [text.number(count) for count in counts],
        "textposition": "inside",
        "insidetextanchor": "start",
        "constraintext": "none",
        "textangle": 0,
        "textfont": {"color": "#ffffff"},
        "hovertemplate": text("digit %{x}: %{y} images") + "<extra></extra>",
    }
    shapes: list[dict[str, Any]] = []
    for digit in possible:
        across = {"x0": digit - 0.5, "x1": digit + 0.5}
        band = {"type": "rect", **across, "y0": low, "y1": high, "line": {"width": 0}, "layer": "below"}
        shapes.append({**band, "fillcolor": theme.rgba(theme.NEUTRAL, 0.22)})
        line = {"type": "line", **across, "y0": share, "y1": share}
        shapes.append({**line, "line": {"color": theme.NEUTRAL, "width": 1.5, "dash": "dash"}})
    return theme.figure(
        [bars],
        text,
        height=height,
        xaxis=theme.axis(text("digit"), tickvals=list(range(len(counts))), range=[-0.6, 9.6], fixedrange=True),
        yaxis=theme.axis(
            text("images in the batch"), range=[0, max(float(counts.max()), high) * 1.15], fixedrange=True
        ),
        shapes=shapes,
        annotations=[
            {
                **_note(text("dashed: even share {share}; band: usual with other seeds", share=share)),
                "x": 1,
                "xref": "paper",
                "y": 1,
                "yref": "paper",
                "xanchor": "right",
                "yanchor": "bottom",
                "font": {"size": _SMALL_FONT, "color": theme.NEUTRAL},
            }
        ],
        bargap=0.3,
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
    )


def average_digit(averages: ClassAverages, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The average of all images of the batch, in bytes rounded to whole ones."""
    picture = {
        **_average(averages.overall, text("all images")),
        "hovertemplate": text("row %{y}, column %{x}: %{z} of 255 on average") + "<extra></extra>",
        "showscale": True,
        "colorbar": theme.color_bar(text("average ink, 0 to 255"), tickvals=[0, 64, 128, 192, 255]),
    }
    return theme.figure([picture], text, height=height, **square(), margin={**_NO_MARGIN, "t": 12, "b": 12})


def class_averages(averages: ClassAverages, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The average of each digit, two rows of five, under its label and count; an empty frame where there is none."""
    traces: list[theme.Trace] = []
    shapes: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for digit, (average, count) in enumerate(zip(averages.by_class, averages.counts, strict=True)):
        x, y = digit % TILES_ACROSS * TILE_WIDTH, digit // TILES_ACROSS * TILE_HEIGHT
        if count:
            name = text.plural("digit {digit}, {n} image", "digit {digit}, {n} images", int(count), digit=digit)
            traces.append({**_average(average, name), "x0": x, "y0": y, "hovertemplate": "%{z} / 255"})
        else:
            frame = {"type": "rect", "x0": x - 0.5, "x1": x + SIDE - 0.5, "y0": y - 0.5, "y1": y + SIDE - 0.5}
            shapes.append({**frame, "line": {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}})
        label = f"<b>{digit}</b>  × {text.number(int(count))}"
        annotations.append({**_note(label, _SMALL_FONT), "x": x + SIDE / 2, "y": y - 0.5, "yanchor": "bottom"})
    axes = square()
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis={**axes["xaxis"], "range": [-1, TILES_ACROSS * TILE_WIDTH - (TILE_WIDTH - SIDE)]},
        yaxis={**axes["yaxis"], "range": [TILE_HEIGHT + SIDE, SIDE - TILE_HEIGHT], "autorange": False},
        shapes=shapes,
        annotations=annotations,
        margin=_NO_MARGIN,
    )


def _average(image: Array, name: str) -> theme.Trace:
    return {
        "type": "heatmap",
        "name": name,
        "z": np.round(image).astype(np.uint8),
        "colorscale": theme.INK,
        "zmin": 0,
        "zmax": _WHITE,
        "showscale": False,
    }


def _frame(axis: str, x0: float, x1: float, y0: float, y1: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": f"x{axis}",
        "yref": f"y{axis}",
        "x0": x0,
        "x1": x1,
        "y0": y0,
        "y1": y1,
        "line": {"color": theme.POSITIVE, "width": 2},
    }


def _note(words: str, size: int = theme.FONT) -> dict[str, Any]:
    return {"text": words, "showarrow": False, "font": {"size": size}}
