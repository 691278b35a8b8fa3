"""Charts of bars: beside each other, in panels, and as the parts of one whole."""

from __future__ import annotations

from typing import Any

from firmtrade.messages import Language
from firmtrade.report.marks import NARROW, THICKNESS, WIDE, Spec, beside, heading, room, step, wrapped
from firmtrade.report.model import Figure
from firmtrade.report.points import points, rows_of, series_scale, span_of


def _bars(rows: list[dict[str, Any]], color: Spec, span: tuple[float, float], width: int) -> Spec:
    """Horizontal bars, one per label, the printed number right of each."""
    rows = [{**row, "end": max(row["value"], 0)} for row in rows]
    names = list(dict.fromkeys(row["label"] for row in rows))
    distance = step(names)
    position = {
        "field": "label",
        "type": "nominal",
        "sort": names,
        "title": None,
        "axis": beside(names),
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.12},
    }
    length = {
        "field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [*span], "nice": False},
    }  # fmt: skip
    return {
        "data": {"values": rows},
        "width": width,
        "height": {"step": distance},
        "layer": [
            {
                "mark": {"type": "bar", "aria": False, "size": THICKNESS},
                "encoding": {"y": position, "x": length, "color": color},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"y": position, "x": {**length, "field": "end"}, "text": {"field": "text"}},
            },
        ],
    }


def grouped_bars(figure: Figure, words: Language, narrow: bool) -> Spec:
    """Categories under each other; within each, a bar per series with its name."""
    scale = series_scale(figure, words)
    rows = rows_of(figure, words)
    span = span_of(figure, words)
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    for row in rows:
        row["label"] = wrapped(row["series"], narrow)
    width = room([row["label"] for row in rows], NARROW if narrow else WIDE)
    panels = [
        {
            "title": heading(name, NARROW if narrow else WIDE),
            **_bars([r for r in rows if r["category"] == name], color, span, width),
        }
        for name in dict.fromkeys(row["category"] for row in rows)
    ]
    return {"vconcat": panels, "spacing": 14}


def small_multiples(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A panel per series, a bar per category, all on one scale."""
    scale = series_scale(figure, words)
    rows = rows_of(figure, words)
    span = span_of(figure, words)
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    for row in rows:
        row["label"] = wrapped(row["category"], narrow=True)
    width = room([row["label"] for row in rows], NARROW if narrow else WIDE // 2 - 13)
    panels = [
        {
            "title": heading(name, NARROW if narrow else WIDE // 2),
            **_bars([r for r in rows if r["series"] == name], color, span, width),
        }
        for name in dict.fromkeys(row["series"] for row in rows)
    ]
    return {"concat": panels, "columns": 1 if narrow else 2, "spacing": {"row": 18, "column": 26}}


def stacked_bar(figure: Figure, words: Language, narrow: bool) -> Spec:
    """The whole on top; below it each part at its own place, with its name and number."""
    whole = words.say("report.words.of_all")
    found = points(figure, words)
    names = [point.series for point in found]
    start = 0.0
    segments: list[dict[str, Any]] = []
    for point in found:
        end = start + (point.value or 0.0)
        part = {"series": point.series, "start": start, "end": end}
        segments.append({**part, "line": whole, "text": ""})
        segments.append({**part, "line": wrapped(point.series, narrow), "text": point.text})
        start = end
    lines = list(dict.fromkeys(part["line"] for part in segments))
    left = {part["series"] for part in segments if part["end"] > 80}
    y = {
        "field": "line", "type": "nominal", "sort": lines, "title": None,
        "axis": beside(lines),
        "scale": {"paddingInner": 0.22, "paddingOuter": 0.1},
    }  # fmt: skip
    x = {
        "field": "start", "type": "quantitative", "axis": None,
        "scale": {"domain": [0, max(start, 100.0)], "nice": False},
    }  # fmt: skip
    color = {"field": "series", "type": "nominal", "scale": series_scale(figure, words), "legend": None}
    bars: Spec = {
        "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1, "aria": False, "size": THICKNESS},
        "encoding": {"y": y, "x": x, "x2": {"field": "end"}, "color": color},
    }

    def text(side: str) -> Spec:
        at = "start" if side == "right" else "end"
        return {
            "transform": [
                {"filter": {"field": "series", "oneOf": [n for n in names if (n in left) == (at == "start")]}}
            ],
            "mark": {"type": "text", "align": side, "dx": -5 if side == "right" else 5},
            "encoding": {"y": y, "x": {**x, "field": at}, "text": {"field": "text"}},
        }

    return {
        "data": {"values": segments},
        "width": room(lines, NARROW if narrow else WIDE),
        "height": {"step": step(lines)},
        "layer": [bars, text("left"), text("right")],
    }
