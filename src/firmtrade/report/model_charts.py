"""Charts of flows, of answers and of specifications: every number that is drawn stands in the table beside it."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell
from firmtrade.report.marks import (
    NARROW,
    WIDE,
    Spec,
    beside,
    labelled,
    room,
    room_of,
    scaled,
    step,
    ticks,
    wrapped,
)
from firmtrade.report.model import Figure, Table
from firmtrade.report.palette import INK, MUTED, PALE, RULE, colors
from firmtrade.report.points import shares
from firmtrade.report.words import MARKS, cell_text

DARK = 55.0
"""Percent from which a field is dark enough for white figures."""
FIELD = ("#f3f6f9", "#12436d")
"""From a share of nothing to a share of all."""
ANSWERS = ("#5e2a6b", "#8a5a9e", "#c9b3d4", "#e4e7eb", "#a9cfae", "#3b7d4f", "#12512d")
"""From the lowest answer over the middle to the highest; cut to the number of answers, the ends kept."""
ON_LIGHT = frozenset({"#c9b3d4", "#e4e7eb", "#a9cfae", *PALE.values()})
LEAST_FIELD = 42
"""Pixels that a field needs for its number."""
TURNED = {"labelAngle": -40, "labelAlign": "right", "labelBaseline": "middle", "labelExpr": "datum.label"}
"""Names below fields that are too narrow for them."""
ROOM_FOR_A_NUMBER = 7.0
"""Percent of a bar that a printed share needs."""


def flow(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A field per pair of states: the darker, the more of the row's firms go there."""
    table = figure.table
    width = (NARROW if narrow else WIDE) - (90 if narrow else 150)
    below = {
        column.key: "\n".join(wrap(column.label, 11, break_long_words=False)) for column in table.columns
    }
    field = max(width / len(below), LEAST_FIELD)
    turned = room_of(below.values()) > field
    rows: list[dict[str, Any]] = [
        {
            "from": wrapped(row.label, narrow),
            "to": column.label if turned else below[column.key],
            "value": _number(cell) or 0.0,
            "text": cell_text(cell, words),
        }
        for row, column, cell in table.ordered_cells()
    ]
    origins, targets = (list(dict.fromkeys(row[side] for row in rows)) for side in ("from", "to"))
    y = {"field": "from", "type": "nominal", "sort": origins, "title": None, "axis": beside(origins)}
    x = {
        "field": "to", "type": "nominal", "sort": targets, "title": figure.y_label or None,
        "axis": {**beside(targets), "labelOffset": 0, "labelFontSize": 11, "titlePadding": 8, "labelLimit": 240,
                 **(TURNED if turned else {"labelAngle": 0})},
    }  # fmt: skip
    share = {
        "field": "value", "type": "quantitative", "legend": None,
        "scale": {"domain": [0, 100], "range": list(FIELD)},
    }  # fmt: skip
    white = {"condition": {"test": f"datum.value >= {DARK}", "value": "white"}, "value": INK}
    return {
        "data": {"values": rows},
        "width": round(field * len(targets)),
        "height": {"step": max(step(origins), 40)},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2, "aria": False},
                "encoding": {"y": y, "x": x, "color": share},
            },
            {
                "mark": {"type": "text", "fontSize": 12 if narrow else 13},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}, "color": white},
            },
        ],
    }


def likert(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A bar of 100 per item, a segment per answer from the lowest to the highest, its share where it has room."""
    return _bars_of_100(figure, words, narrow, answer_colors(len(shares(figure.table))))


def parts(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A bar of 100 per row, a segment per column of shares, each in the colour of its meaning."""
    keys = tuple(column.key for column in shares(figure.table))
    return _bars_of_100(figure, words, narrow, colors(keys, figure.colors))


def _bars_of_100(figure: Figure, words: Language, narrow: bool, shades: list[str]) -> Spec:
    table = figure.table
    columns = shares(table)
    rows: list[dict[str, Any]] = []
    for item in table.rows:
        start = 0.0
        for place, column in enumerate(columns):
            cell = table.cell(item, column)
            value = _number(cell) or 0.0
            rows.append(
                {
                    "item": wrapped(item.label, narrow),
                    "part": column.label,
                    "place": place,
                    "start": start,
                    "end": start + value,
                    "middle": start + value / 2,
                    "text": words.number(value, 0) if value >= ROOM_FOR_A_NUMBER * (2 if narrow else 1) else "",
                }
            )  # fmt: skip
            start += value
    names = list(dict.fromkeys(row["item"] for row in rows))
    labels = [column.label for column in columns]
    y = {"field": "item", "type": "nominal", "sort": names, "title": None, "axis": beside(names),
         "scale": {"paddingInner": 0.25, "paddingOuter": 0.1}}  # fmt: skip
    x = {"field": "start", "type": "quantitative", "axis": None, "scale": {"domain": [0, 100], "nice": False}}
    color = {
        "field": "part", "type": "nominal", "scale": {"domain": labels, "range": shades}, "sort": labels,
        "legend": {"orient": "top", "title": None, "direction": "horizontal", "labelFontSize": 12,
                   "columns": _legend_columns(labels, narrow), "symbolType": "square", "symbolSize": 150,
                   "labelLimit": 220},
    }  # fmt: skip
    light = [label for label, shade in zip(labels, shades, strict=True) if shade in ON_LIGHT]
    ink = {"condition": {"test": {"field": "part", "oneOf": light}, "value": INK}, "value": "white"}
    return {
        "data": {"values": rows},
        "width": room(names, NARROW if narrow else WIDE) + 30,
        "height": {"step": step(names)},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1, "aria": False},
                "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": color},
            },
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {"y": y, "x": {**x, "field": "middle"}, "text": {"field": "text"}, "color": ink},
            },
        ],
    }


def _legend_columns(labels: list[str], narrow: bool) -> int:
    """As many as the drawing has room for, so that the names do not make it wider."""
    wide = 40 + 6 * max(map(len, labels), default=0)
    return min(max((NARROW if narrow else WIDE) // wide, 1), 3)


def answer_colors(count: int) -> list[str]:
    """Colours of answers from the lowest to the highest.

    >>> answer_colors(3)
    ['#5e2a6b', '#e4e7eb', '#12512d']
    """
    if count == 1:
        return [ANSWERS[-1]]
    last = len(ANSWERS) - 1
    return [ANSWERS[round(place * last / (count - 1))] for place in range(count)]


def specifications(figure: Figure, words: Language, narrow: bool) -> Spec:
    """Estimates in order of size with their intervals; below, which choices made each (Simonsohn et al. 2020)."""
    table = figure.table
    points = [
        {
            "rank": rank,
            **{name: _number(table.cell(row, name)) for name in ("estimate", "conf_low", "conf_high")},
        }
        for rank, row in enumerate(table.rows, start=1)
    ]
    made = [
        {"rank": rank, "group": column.label, "choice": table.texts[row.key, column.key]}
        for column in table.columns
        for rank, row in enumerate(table.rows, start=1)
        if (row.key, column.key) in table.texts
    ]
    colon = words.say("report.words.colon")
    for mark in made:
        name = f"{mark['group']}{colon}{mark['choice']}".replace("_", " ")
        mark["choice"] = wrapped(name, narrow) if narrow else name
    choices = sorted({str(mark["choice"]) for mark in made}, key=[str(mark["choice"]) for mark in made].index)
    width = room(choices, NARROW if narrow else WIDE + 60)
    ink = colors(("estimate",), figure.colors)[0]
    x: Spec = {
        "field": "rank", "type": "quantitative", "title": None,
        "scale": {"domain": [0, len(points) + 1], "nice": False}, "axis": None,
    }  # fmt: skip
    ends = [point[name] for point in points for name in ("estimate", "conf_low", "conf_high")]
    known = [0.0, *(end for end in ends if end is not None)]
    marks = ticks(min(known), max(known))
    y = {
        "field": "estimate", "type": "quantitative", "title": figure.y_label or None, "scale": scaled(marks),
        "axis": {"domain": False, "ticks": False, **labelled(marks), "titleAngle": 0, "titleAlign": "left",
                 "titleAnchor": "end", "titleX": -24, "titleY": -8},
    }  # fmt: skip
    thin = 1 if len(points) > 150 else 2
    upper = {
        "data": {"values": [point for point in points if point["estimate"] is not None]},
        "width": width,
        "height": 220,
        "layer": [
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "rule", "strokeWidth": thin, "color": "#9dbbd8", "aria": False},
                "encoding": {"x": x, "y": {**y, "field": "conf_low"}, "y2": {"field": "conf_high"}},
            },
            {
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 14,
                    "opacity": 1,
                    "color": ink,
                    "aria": False,
                },
                "encoding": {"x": x, "y": y},
            },
        ],
    }
    lower = {
        "data": {"values": made},
        "width": width,
        "height": {"step": step(choices) if narrow else 17},
        "mark": {"type": "tick", "thickness": thin, "size": 11, "color": ink, "aria": False},
        "encoding": {
            "x": x,
            "y": {
                "field": "choice", "type": "nominal", "sort": choices, "title": None,
                "axis": {**beside(choices), "grid": True, "gridColor": RULE, "labelFontSize": 12, "labelLimit": 0},
            },
        },
    }  # fmt: skip
    return {"vconcat": [upper, lower], "spacing": 8} if made else upper


def ends_said(table: Table, words: Language) -> list[str]:
    """The lowest, the middle and the highest estimate of a specification curve, in words."""
    rows = [row for row in table.rows if table.cell(row, "estimate") is not None]
    picked = [rows[place] for place in dict.fromkeys((0, len(rows) // 2, len(rows) - 1))] if rows else []
    parts = []
    for row in picked:
        shown = (
            f"{column.label} {cell_text(cell, words)}"
            for column in table.columns
            if (cell := table.cell(row, column)) is not None
        )
        name = f"{row.label} / {len(rows)}"
        parts.append(words.say("report.alternative.series", name=name, values=", ".join(shown)))
    return parts


def _number(cell: Cell | None) -> float | None:
    if cell is None or cell.value is None or cell.status in MARKS:
        return None
    return float(printed(cell.value, cell.decimals))
