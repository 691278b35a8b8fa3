"""Charts of lines: a series over years, its name and last number at its end."""

from __future__ import annotations

from firmtrade.messages import Language
from firmtrade.report.marks import (
    NARROW,
    SHAPES,
    WIDE,
    Spec,
    by_series,
    cut,
    dashes,
    labelled,
    room,
    scaled,
    spread,
    ticks,
)
from firmtrade.report.model import Figure
from firmtrade.report.points import points, rows_of, series_scale, span_of


def lines(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A line per series, its name and last number at its end, shapes and dashes beside colours.

    Where a number is hidden or missing the line breaks: what would join its neighbours is no number of the table.
    """
    scale = series_scale(figure, words)
    names = scale["domain"]
    height = 260 if narrow else 300
    rows = [
        {**row, "value": point.value}
        for row, point in zip(rows_of(figure, words), points(figure, words), strict=True)
    ]
    known = [row for row in rows if row["value"] is not None]
    marks = ticks(*span_of(figure, words))
    low, height_of_scale = marks[0], marks[-1] - marks[0]
    years = list(dict.fromkeys(point.category for point in points(figure, words)))
    ends = [next((r for r in reversed(known) if r["series"] == name), None) for name in names]
    last = [row for row in ends if row is not None]
    above = [row["value"] - low for row in last]
    placed = spread(above, gap=16 * height_of_scale / height, top=height_of_scale)
    ending = [
        {**row, "at": low + at, "name": f"{cut(row['series'])} {row['text']}"}
        for row, at in zip(last, placed, strict=True)
    ]
    x = {
        "field": "category", "type": "ordinal", "sort": years, "title": None, "scale": {"padding": 0.2},
        "axis": {"labelAngle": 0, "domain": True, "ticks": True, "grid": False,
                 "labelOverlap": True, "labelFontSize": 12 if narrow else 13},
    }  # fmt: skip
    y = {
        "field": "value", "type": "quantitative", "scale": scaled(marks),
        "title": figure.y_label or words.say("report.words.share_axis"),
        "axis": {**labelled(marks), "domain": False, "ticks": False, "titleAngle": 0, "titleAlign": "left",
                 "titleAnchor": "end", "titleX": -24, "titleY": -8, "labelPadding": 4},
    }  # fmt: skip
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    dash = by_series(names, dashes(scale["range"]))
    shape = by_series(names, SHAPES)
    return {
        "data": {"values": rows},
        "width": room([entry["name"] for entry in ending], NARROW if narrow else WIDE),
        "height": height,
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2.2, "aria": False},
                "encoding": {"x": x, "y": y, "color": color, "strokeDash": dash},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1, "aria": False},
                "encoding": {"x": x, "y": y, "color": color, "shape": shape},
            },
            {
                "data": {"values": ending},
                "mark": {"type": "text", "align": "left", "dx": 12, "fontWeight": 600},
                "encoding": {"x": x, "y": {**y, "field": "at"}, "text": {"field": "name"}, "color": color},
            },
        ],
    }
