"""The pictures of docs/performance.md: small SVG, written by hand, in the colours of the dashboard."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from benchmarks.result import shown
from netlib.figures import theme

WIDTH = 760
LEFT = 120
LETTER = 7.6  # px of a row's name, in the widest of the usual fonts
RIGHT = 120
ROW = 28
TOP = 36
LEGEND = 22
BOTTOM = 34
COLORS = (theme.SIZE, theme.DEPTH[1], theme.POSITIVE, theme.DEPTH[0], theme.NEGATIVE, "#b0487f", "#8c6d46", "#4a5568")

_STYLE = "text{font:13px system-ui,sans-serif;fill:#0f1621}.title{font-weight:600}.small{font-size:12px;fill:#4a5568}"

Parts = Mapping[str, float]


def bars(
    title: str,
    rows: Mapping[str, Parts],
    unit: str,
    *,
    marks: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
) -> str:
    """One horizontal bar a row, made of named parts; a mark is a tick beyond it, a limit a dashed line through all."""
    marks, limits = marks or {}, limits or {}
    totals = {name: sum(parts.values()) for name, parts in rows.items()}
    end = 1.08 * max([*totals.values(), *marks.values(), *limits.values(), 1e-9])
    left = max(LEFT, 16 + LETTER * max(map(len, rows)))
    names = list(dict.fromkeys(part for parts in rows.values() for part in parts))
    drawn = [*_legend(names)]
    top = TOP + LEGEND * bool(drawn)
    height = top + ROW * len(rows) + BOTTOM

    def along(value: float) -> float:
        return left + (WIDTH - left - RIGHT) * value / end

    for index, (name, parts) in enumerate(rows.items()):
        y = top + ROW * index
        drawn.append(_text(left - 8, y + 17, name, anchor="end"))
        at = float(left)
        for part, value in parts.items():
            width = along(value) - left
            drawn.append(_box(at, y + 4, width, ROW - 8, _of(part, names)))
            at += width
        label = shown(totals[name], unit)
        if name in marks:
            label = f"{shown(totals[name])} | {shown(marks[name], unit)}"
            x = along(marks[name])
            drawn.append(f'<path d="M{x:.1f} {y + 4}v{ROW - 8}M{at:.1f} {y + ROW / 2:g}H{x:.1f}" {_line("#0f1621")}/>')
            at = max(at, x)
        drawn.append(_text(at + 6, y + 17, label, css="small"))
    for index, (name, value) in enumerate(limits.items()):
        x, bottom = along(value), height - BOTTOM
        drawn.append(f'<path d="M{x:.1f} {top}V{bottom}" {_line(theme.NEUTRAL, dashed=True)}/>')
        drawn.append(_text(x, bottom + 14 + 13 * (index % 2), name, anchor="middle", css="small"))
    return _svg(title, height, drawn)


def curves(
    title: str,
    across: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    labels: tuple[str, str],
    *,
    limits: Mapping[str, float] | None = None,
) -> str:
    """Lines over a common horizontal axis; labels are what stands along it and what unit the lines are in."""
    limits = limits or {}
    drawn = [*_legend(list(lines))]
    top = TOP + LEGEND * bool(drawn)
    height, plot = top + 220 + BOTTOM + 12, 220
    end = 1.08 * max([*(max(values) for values in lines.values()), *limits.values(), 1e-9])

    def point(x: float, y: float) -> tuple[float, float]:
        return LEFT + (WIDTH - LEFT - RIGHT) * x / max(across), top + plot * (1 - y / end)

    for value in _round_steps(end):
        y = point(0, value)[1]
        drawn.append(_text(LEFT - 8, y + 4, shown(value, labels[1]), anchor="end", css="small"))
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#c9d1dc" stroke-width="0.7"/>')
    drawn += [
        _text(point(value, 0)[0], top + plot + 18, shown(value), anchor="middle", css="small")
        for value in _round_steps(max(across))
    ]
    drawn.append(_text((LEFT + WIDTH - RIGHT) / 2, top + plot + 36, labels[0], anchor="middle"))
    for name, value in limits.items():
        y = point(0, value)[1]
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" {_line(theme.NEUTRAL, dashed=True)}/>')
        drawn.append(_text(WIDTH - RIGHT, y - 5, name, anchor="end", css="small"))
    for name, values in lines.items():
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(point, across, values))
        drawn.append(f'<polyline points="{points}" {_line(_of(name, list(lines)), width=2)}/>')
    return _svg(title, height, drawn)


def _of(name: str, names: Sequence[str]) -> str:
    return COLORS[names.index(name) % len(COLORS)]


def _round_steps(end: float) -> list[float]:
    """From zero in steps of 1, 2 or 5 times a power of ten, at most six of them, none beyond the end."""
    power = 10.0 ** math.floor(math.log10(end / 6))
    step = min(size * power for size in (1, 2, 5, 10) if size * power >= end / 6)
    return [index * step for index in range(int(end / step) + 1)]


def _legend(names: Sequence[str]) -> list[str]:
    if len(names) < 2:
        return []
    drawn, x = [], float(LEFT)
    for name in names:
        drawn += [_box(x, 36, 10, 10, _of(name, names)), _text(x + 14, 45, name, css="small")]
        x += 26 + 6.2 * len(name)
    return drawn


def _box(x: float, y: float, width: float, height: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:g}" width="{max(width, 0):.1f}" height="{height:g}" fill="{color}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", css: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(words)}</text>'


def _line(color: str, *, dashed: bool = False, width: float = 1.5) -> str:
    return f'fill="none" stroke="{color}" stroke-width="{width:g}"' + (' stroke-dasharray="5 4"' if dashed else "")


def _svg(title: str, height: int, drawn: Sequence[str]) -> str:
    # A card of its own colour: it is read on a light and on a dark page alike.
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
        _text(16, 22, title, css="title"),
        *drawn,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
