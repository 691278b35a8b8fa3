"""Figures as Vega-Lite: every bar and line end carries its number, in the language of the page.

Charts are made from the printed cells of their table and from nothing else; a spec holds its data inline and
never an address. The same spec is the picture of the page, of the PDF and of the download.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.grid import labels, place_units
from firmtrade.report.intervals import curves, intervals, table_said
from firmtrade.report.marks import (
    LABELS,
    NARROW,
    SHAPES,
    THICKNESS,
    WIDE,
    Spec,
    by_series,
    dashes,
    labelled,
    room,
    scaled,
    spread,
    step,
    ticks,
    wrapped,
)
from firmtrade.report.model import ChartKind, Figure
from firmtrade.report.model_charts import ends_said, flow, likert, parts, specifications
from firmtrade.report.palette import FONT_STACK, INK, MUTED, RULE, WARNING, colors
from firmtrade.report.words import MARKS, cell_text, unit_name

PANEL_TITLE: Spec = {"fontSize": 15, "offset": 12}
"""The name of a population over its panel."""
NAMED_BARS = frozenset({ChartKind.GROUPED_BARS, ChartKind.SMALL_MULTIPLES})
"""Charts whose every bar has its name beside it."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Point:
    """One number of a chart."""

    series: str
    category: str
    value: float | None
    text: str


def chart(figure: Figure, words: Language, *, narrow: bool = False, banner: str = "") -> Spec:
    """The Vega-Lite spec of a figure.

    ``narrow`` is the drawing for a telephone. ``banner`` is written below the chart, so that a picture that
    travels alone still says that its data is synthetic or not for release.
    """
    draw = {
        ChartKind.GROUPED_BARS: _grouped_bars,
        ChartKind.STACKED_BAR: _stacked_bar,
        ChartKind.LINES: _lines,
        ChartKind.SMALL_MULTIPLES: _small_multiples,
        ChartKind.INTERVALS: intervals,
        ChartKind.CURVES: curves,
        ChartKind.FLOW: flow,
        ChartKind.LIKERT: likert,
        ChartKind.PARTS: parts,
        ChartKind.SPECIFICATIONS: specifications,
    }[figure.kind]
    panels = figure.panels(_top(figure, words))
    drawn = {name: draw(panel, words, narrow) for name, panel in panels.items()}
    stacked = {
        "vconcat": [{"title": {"text": name, **PANEL_TITLE}, **spec} for name, spec in drawn.items()],
        "spacing": 26,
    }
    return {
        "$schema": SCHEMA,
        "description": figure.alternative,
        **(stacked if len(drawn) > 1 else drawn[""]),
        **_below(banner),
        "padding": {"left": 2, "right": 2, "top": 4, "bottom": 4},
        "config": _config(words),
    }


def framed(spec: Spec, figure: Figure, words: Language, banner: str = "") -> Spec:
    """A chart to take away: its title, firms, years and unit above it, its source and the banner below."""
    table = figure.table
    about = " · ".join(part for part in (table.population, table.period) if part)
    overall, _, _ = place_units(table)
    unit = figure.y_label or table.unit or (unit_name(overall, words) if overall else "")
    colon = words.say("report.words.colon")
    source = f"{words.say('report.words.source')}{colon}{table.source}" if table.source else ""
    below = [*wrap(source, 95), *([banner.split(":")[0].strip()] if banner else [])]
    outside = ("$schema", "description", "padding", "config")
    inside = {key: value for key, value in spec.items() if key not in (*outside, "title")}
    title = {
        "text": wrap(table.title, 75),
        "subtitle": [line for part in (about, unit) for line in wrap(part, 95)],
        "subtitleFont": FONT_STACK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 12,
        "fontSize": 15,
        "offset": 14,
    }
    caption = {
        "title": {
            "text": below,
            "orient": "bottom",
            "anchor": "start",
            "fontSize": 11,
            "fontWeight": "normal",
            "color": WARNING if banner else MUTED,
            "offset": 12,
        }
    }
    return {
        **{key: spec[key] for key in outside},
        "title": title,
        "vconcat": [{**inside, **(caption if below else {})}],
    }


def _below(banner: str) -> Spec:
    if not banner:
        return {}
    text = banner.split(":")[0].strip()
    style = {"orient": "bottom", "anchor": "start", "fontSize": 11, "color": WARNING, "offset": 10}
    return {"title": {"text": text, **style}}


def _config(words: Language) -> Spec:
    heading = {"font": FONT_STACK, "color": INK, "fontSize": 14, "fontWeight": 600}
    names = {"labelFont": FONT_STACK, "labelColor": INK, "labelFontSize": 13, "labelLimit": 240}
    titles = {"titleFont": FONT_STACK, "titleColor": MUTED, "titleFontSize": 13, "titleFontWeight": "normal"}
    lines = {"gridColor": RULE, "domainColor": MUTED, "tickColor": MUTED}
    number = {"decimal": words.decimal_sign, "thousands": words.group_sign, "grouping": [3]}
    return {
        "background": "white",
        "font": FONT_STACK,
        "view": {"stroke": None},
        "text": {"font": FONT_STACK, "color": INK, "fontSize": 13},
        "axis": {**names, **titles, **lines},
        "title": {**heading, "anchor": "start", "offset": 6},
        "locale": {"number": {**number, "currency": ["", ""]}},
    }


def points(figure: Figure, words: Language) -> list[Point]:
    """The numbers of a figure in print order: a series per row, a category per column.

    Firms of unknown class are of none that an axis orders: their numbers stand in the table beside the picture.
    """
    table = figure.table
    names = dict(zip((column.key for column in table.columns), labels(table), strict=True))
    short = figure.short_labels
    found = []
    known = not figure.draw_unknown and any(_of_known_class(cell) for cell in table.cells.values())
    for row, column, cell in table.ordered_cells():
        if known and not _of_known_class(cell):
            continue
        hidden = cell.value is None or cell.status in MARKS
        found.append(
            Point(
                short.get(row.key, row.label),
                short.get(column.key, names[column.key]),
                None if hidden else float(printed(cell.value or 0.0, cell.decimals)),
                cell_text(cell, words, signed=column.signed),
            )
        )
    return _by_size(found, figure)


def _by_size(found: list[Point], figure: Figure) -> list[Point]:
    """Bars whose order means nothing from the longest to the shortest of the first group; totals and unknown last."""
    if not figure.by_size or figure.kind not in NAMED_BARS:
        return found
    rows, columns = figure.table.rows, figure.table.columns
    totals = [(row.key, row.label) for row in rows if row.emphasis or row.key == UNKNOWN]
    totals += [(column.key, column.label) for column in columns if column.key == UNKNOWN]
    last = {figure.short_labels.get(key, label) for key, label in totals}

    def order(names: list[str], values: Mapping[str, float | None]) -> dict[str, int]:
        size = {name: -(values.get(name) or 0.0) for name in names}
        ranked = sorted(names, key=lambda name: (name in last, size[name]))
        return {name: place for place, name in enumerate(ranked)}

    series = list(dict.fromkeys(point.series for point in found))
    categories = list(dict.fromkeys(point.category for point in found))
    down = {name: place for place, name in enumerate(series)}
    across = {name: place for place, name in enumerate(categories)}
    if "rows" in figure.by_size:
        down = order(series, {one.series: one.value for one in found if one.category == categories[0]})
    if "columns" in figure.by_size:
        across = order(categories, {one.category: one.value for one in found if one.series == series[0]})
    return sorted(found, key=lambda one: (down[one.series], across[one.category]))


def _of_known_class(cell: Cell) -> bool:
    return UNKNOWN not in (cell.key.row, cell.key.column)


def _rows(figure: Figure, words: Language) -> list[dict[str, Any]]:
    return [
        {"series": p.series, "category": p.category, "value": p.value or 0, "text": p.text}
        for p in points(figure, words)
    ]


def _series_scale(figure: Figure, words: Language) -> Spec:
    names = list(dict.fromkeys(point.series for point in points(figure, words)))
    said = {figure.short_labels.get(row.key, row.label): row.key for row in reversed(figure.table.rows)}
    keys = tuple(said[name] for name in names)
    named = figure.kind in NAMED_BARS
    return {"domain": names, "range": colors(keys, figure.colors, named=named)}


def _top(figure: Figure, words: Language) -> float:
    if figure.top is not None:
        return figure.top
    values = [point.value for point in points(figure, words) if point.value is not None]
    return max([*values, 0.1]) * 1.001


def _bars(rows: list[dict[str, Any]], color: Spec, top: float, width: int) -> Spec:
    """Horizontal bars, one per label, the printed number at the end of each."""
    names = list(dict.fromkeys(row["label"] for row in rows))
    distance = step(names)
    position = {
        "field": "label",
        "type": "nominal",
        "sort": names,
        "title": None,
        "axis": LABELS,
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.12},
    }
    length = {
        "field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, top], "nice": False},
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
                "encoding": {"y": position, "x": length, "text": {"field": "text"}},
            },
        ],
    }


def _grouped_bars(figure: Figure, words: Language, narrow: bool) -> Spec:
    """Categories under each other; within each, a bar per series with its name."""
    scale = _series_scale(figure, words)
    rows = _rows(figure, words)
    top = _top(figure, words)
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    for row in rows:
        row["label"] = wrapped(row["series"], narrow)
    width = room([row["label"] for row in rows], NARROW if narrow else WIDE)
    panels = [
        {"title": name, **_bars([r for r in rows if r["category"] == name], color, top, width)}
        for name in dict.fromkeys(row["category"] for row in rows)
    ]
    return {"vconcat": panels, "spacing": 14}


def _small_multiples(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A panel per series, a bar per category, all on one scale."""
    scale = _series_scale(figure, words)
    rows = _rows(figure, words)
    top = _top(figure, words)
    color = {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    for row in rows:
        row["label"] = wrapped(row["category"], narrow=True)
    width = room([row["label"] for row in rows], NARROW if narrow else WIDE // 2 - 13)
    panels = [
        {"title": name, **_bars([r for r in rows if r["series"] == name], color, top, width)}
        for name in dict.fromkeys(row["series"] for row in rows)
    ]
    return {"concat": panels, "columns": 1 if narrow else 2, "spacing": {"row": 18, "column": 26}}


def _stacked_bar(figure: Figure, words: Language, narrow: bool) -> Spec:
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
        "axis": LABELS,
        "scale": {"paddingInner": 0.22, "paddingOuter": 0.1},
    }  # fmt: skip
    x = {
        "field": "start", "type": "quantitative", "axis": None,
        "scale": {"domain": [0, max(start, 100.0)], "nice": False},
    }  # fmt: skip
    color = {"field": "series", "type": "nominal", "scale": _series_scale(figure, words), "legend": None}
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


def _lines(figure: Figure, words: Language, narrow: bool) -> Spec:
    """A line per series, its name and last number at its end, shapes and dashes beside colours."""
    scale = _series_scale(figure, words)
    names = scale["domain"]
    height = 260 if narrow else 300
    rows = [
        row
        for row, point in zip(_rows(figure, words), points(figure, words), strict=True)
        if point.value is not None
    ]
    marks = ticks(0.0, _top(figure, words))
    top = marks[-1]
    years = list(dict.fromkeys(point.category for point in points(figure, words)))
    ends = [next((r for r in reversed(rows) if r["series"] == name), None) for name in names]
    last = [row for row in ends if row is not None]
    placed = spread([row["value"] for row in last], gap=16 * top / height, top=top)
    ending = [
        {**row, "at": at, "name": f"{row['series']} {row['text']}"}
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


def alternative(figure: Figure, words: Language) -> str:
    """The alternative text: the form of the chart, its title, and what each series does."""
    table = figure.table
    if not table.computed:
        return words.say("report.alternative.empty", title=table.title)
    if figure.kind is ChartKind.SPECIFICATIONS:
        return words.say(
            "report.alternative.specifications", title=table.title, series="; ".join(ends_said(table, words))
        )
    if figure.kind in {ChartKind.INTERVALS, ChartKind.CURVES}:
        said = "; ".join(table_said(table, words))
        return words.say(f"report.alternative.{figure.kind.value}", title=table.title, series=said)
    colon = words.say("report.words.colon")
    said = "; ".join(
        f"{name}{colon}{one}" if name else one
        for name, panel in figure.panels(0.0).items()
        for one in _series_said(panel, words)
    )
    return words.say(f"report.alternative.{figure.kind.value}", title=table.title, series=said)


def _series_said(figure: Figure, words: Language) -> list[str]:
    series: dict[str, list[Point]] = {}
    for point in points(figure, words):
        series.setdefault(point.series, []).append(point)
    return [_said(name, members, figure.kind, words) for name, members in series.items()]


def _said(name: str, members: list[Point], kind: ChartKind, words: Language) -> str:
    if kind is ChartKind.LINES:
        drawn = [member for member in members if member.value is not None] or members
        first, last = drawn[0], drawn[-1]
        return words.say(
            "report.alternative.range", name=name, first=first.text, first_label=first.category, last=last.text,
            last_label=last.category,
        )  # fmt: skip
    if kind is ChartKind.STACKED_BAR:
        return words.say("report.alternative.series", name=name, values=members[0].text)
    values = ", ".join(f"{member.category} {member.text}" for member in members)
    return words.say("report.alternative.series", name=name, values=values)


def addresses(spec: Mapping[str, Any]) -> list[str]:
    """Data addresses inside a spec. There must be none: a chart whose data cannot be read draws nothing."""
    found: list[str] = []

    def visit(value: Any) -> None:
        if isinstance(value, Mapping):
            data = value.get("data")
            if isinstance(data, Mapping) and "url" in data:
                found.append(str(data["url"]))
            for child in value.values():
                visit(child)
        elif isinstance(value, list):
            for child in value:
                visit(child)

    visit(spec)
    return found
