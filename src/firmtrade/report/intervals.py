"""Charts of evidence: estimates with their intervals, and curves with their bands.

A point is never drawn without its interval where it has one, and the line that decides is always drawn: zero, or one
for ratios.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell
from firmtrade.report.marks import (
    NARROW,
    SHAPES,
    WIDE,
    Spec,
    beside,
    by_series,
    cut,
    dashes,
    labelled,
    room,
    scaled,
    spread,
    step,
    ticks,
    wrapped,
)
from firmtrade.report.model import Figure, Table
from firmtrade.report.palette import MUTED, colors
from firmtrade.report.words import MARKS, cell_text

TITLE_ABOVE: Spec = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -24, "titleY": -8}
BANDS_UP_TO = 2
"""More curves than this, and their bands would hide one another: each point gets its own interval."""
APART, SPREAD = 0.09, 0.3
"""Distance between the points of neighbouring curves where they carry intervals, and the most of all of them, in units
of the axis."""
MARKED_UP_TO = 25
"""Points of a curve that carry a sign each; of more the line alone is drawn."""
RATIOS = frozenset({"hazard_ratio", "odds_ratio"})
"""Units in which no difference is one."""
PIXELS_PER_TICK = 60


def intervals(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A point and its interval per row, the printed estimate beside it."""
    rows: list[dict[str, Any]] = []
    names_of = _names(figure.table, words)
    for line in figure.table.rows:
        cells = {name: figure.table.cell(line, name) for name in ("estimate", "conf_low", "conf_high")}
        numbers = {name: _number(cell) for name, cell in cells.items()}
        if cells["estimate"] is not None:
            label = wrapped(names_of[line.key], narrow)
            rows.append({"label": label, "text": cell_text(cells["estimate"], words), **numbers})
    names = list(dict.fromkeys(row["label"] for row in rows))
    color = {"value": colors(("estimate",), figure.colors)[0]}
    y = {"field": "label", "type": "nominal", "sort": names, "title": None, "axis": beside(names)}
    ends = [
        row[name] for row in rows for name in ("estimate", "conf_low", "conf_high") if row[name] is not None
    ]
    nothing = 1.0 if any(cell.unit in RATIOS for cell in figure.table.cells.values()) else 0.0
    width = room(names, NARROW if narrow else WIDE)
    parts = min(max(width // PIXELS_PER_TICK, 2), 5)
    marks = ticks(min([0.0, *ends]), max([nothing, *ends]), parts)
    x = _axis("estimate", figure.x_label or figure.table.unit) | {
        "scale": scaled(marks),
        "axis": {**labelled(marks), "labelOverlap": False},
    }
    text = {"y": y, "x": x, "text": {"field": "text"}}
    return {
        "data": {"values": [row for row in rows if row["estimate"] is not None]},
        "width": width,
        "height": {"step": step(names) + 4},
        "layer": [
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"x": {"datum": nothing}}},
            {
                "mark": {
                    "type": "text",
                    "dy": -10,
                    "fontSize": 11,
                    "stroke": "white",
                    "strokeWidth": 4,
                    "aria": False,
                },
                "encoding": text,
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "conf_low"},
                    "x2": {"field": "conf_high"},
                    "color": color,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "aria": False},
                "encoding": {"y": y, "x": x, "color": color},
            },
            {
                "mark": {"type": "text", "dy": -10, "fontSize": 11},
                "encoding": text,
            },
        ],
    }


def _names(table: Table, words: Language) -> dict[str, str]:
    """Each row by what tells it apart from the others: its label, its group or both."""
    if len({line.group for line in table.rows}) == 1:
        return {line.key: line.label for line in table.rows}
    colon = words.say("report.words.colon")
    stems = {line.label.removesuffix(f" ({line.group})") for line in table.rows}
    if len(stems) == 1:
        return {line.key: line.group or line.label for line in table.rows}
    return {
        line.key: line.label
        if not line.group or line.label.endswith(f"({line.group})")
        else f"{line.group}{colon}{line.label}"
        for line in table.rows
    }


def curves(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A line per series with its name at its end; bands where there is room for them."""
    table = figure.table
    series = list(dict.fromkeys(column.key.rpartition("/")[0] for column in table.columns))
    names = {column.key.rpartition("/")[0]: column.spanner or column.label for column in table.columns}
    rows: list[dict[str, Any]] = [
        {"series": names[key], "x": float(line.key)}
        | {part: _number(table.cell(line, f"{key}/{part}")) for part in ("y", "low", "high")}
        for key in series
        for line in table.rows
    ]
    rows = [row for row in rows if row["y"] is not None]
    along = [row["x"] for row in rows] or [0.0]
    steps = ticks(min(along), max(along), 8, least=float(all(place.is_integer() for place in along)))
    bars = len(series) > BANDS_UP_TO and not figure.stepped and any(row["low"] is not None for row in rows)
    apart = min(APART, SPREAD / max(len(series) - 1, 1)) if bars else 0.0
    widest = apart * (len(series) - 1) / 2
    places = {names[key]: (place - (len(series) - 1) / 2) * apart for place, key in enumerate(series)}
    for row in rows if bars else ():
        row["x"] = round(row["x"] + places[row["series"]], 6)
    values = [row[part] for row in rows for part in ("y", "low", "high") if row[part] is not None]
    marks = ticks(min([0.0, *values]), max([0.0, *values]))
    low, high = marks[0], marks[-1]
    height = 260 if narrow else 300
    last = [next((r for r in reversed(rows) if r["series"] == names[key]), None) for key in series]
    ends = [row for row in last if row is not None]
    span = high - low
    placed = spread([row["y"] - low for row in ends], gap=16 * span / height, top=span)
    right = max((row["x"] for row in rows), default=0.0)
    ending = [
        {**row, "x": right, "at": at + low, "name": cut(row["series"])}
        for row, at in zip(ends, placed, strict=True)
    ]
    labels = [names[key] for key in series]
    often = Counter(row["series"] for row in rows)
    signed = [name for name in labels if often[name] <= MARKED_UP_TO]
    scale = {"domain": labels, "range": colors(tuple(series), figure.colors)}
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    y = {
        **_axis("y", figure.y_label),
        "scale": scaled(marks),
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": True,
            "labelPadding": 8,
            **labelled(marks),
            **TITLE_ABOVE,
        },
    }
    x = {
        **_axis("x", figure.x_label),
        "scale": scaled([steps[0] - widest, steps[-1] + widest]),
        "axis": {"grid": False, **labelled(steps, ""), "labelFlush": False},
    }
    shape = "step-after" if figure.stepped else "linear"
    bands = [
        {
            "mark": {"type": "area", "opacity": 0.14, "interpolate": shape, "aria": False},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color},
        }
    ]
    whiskers = {
        "mark": {"type": "rule", "strokeWidth": 1.4, "opacity": 0.7, "aria": False},
        "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color},
    }
    return {
        "data": {"values": rows},
        "width": room(list(map(cut, labels)), NARROW if narrow else WIDE),
        "height": height,
        "layer": [
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            *([whiskers] if bars else bands if len(series) <= 2 * BANDS_UP_TO else []),
            {
                "mark": {"type": "line", "strokeWidth": 2.2, "interpolate": shape, "aria": False},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": color,
                    "strokeDash": by_series(labels, dashes(scale["range"])),
                },
            },
            {
                "transform": [{"filter": {"field": "series", "oneOf": signed}}],
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1, "aria": False},
                "encoding": {"x": x, "y": y, "color": color, "shape": by_series(labels, SHAPES)},
            },
            {
                "data": {"values": ending},
                "mark": {"type": "text", "align": "left", "dx": 10, "fontWeight": 600},
                "encoding": {"x": x, "y": {**y, "field": "at"}, "text": {"field": "name"}, "color": color},
            },
        ],
    }


def table_said(table: Table, words: Language) -> list[str]:
    """Each row of a table of estimates or curves in words: its label and its printed numbers."""
    parts = []
    for line in table.rows:
        shown = [
            f"{column.spanner} {column.label} {cell_text(cell, words)}".strip()
            for column in table.columns
            if (cell := table.cell(line, column)) is not None
        ]
        parts.append(words.say("report.alternative.series", name=line.label, values=", ".join(shown)))
    return parts


def _number(cell: Cell | None) -> float | None:
    if cell is None or cell.value is None or cell.status in MARKS:
        return None
    return float(printed(cell.value, cell.decimals))


def _axis(name: str, title: str) -> Spec:
    return {"field": name, "type": "quantitative", "title": title or None}
