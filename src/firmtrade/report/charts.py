"""Figures as Vega-Lite: every bar and line end carries its number, in the language of the page.

Charts are made from the printed cells of their table and from nothing else; a spec holds its data inline and
never an address. The same spec is the picture of the page, of the PDF and of the download.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from firmtrade.messages import Language
from firmtrade.report.bars import grouped_bars, small_multiples, stacked_bar
from firmtrade.report.grid import unit_of
from firmtrade.report.intervals import curves, intervals
from firmtrade.report.lines import lines
from firmtrade.report.marks import Spec
from firmtrade.report.model import ChartKind, Figure
from firmtrade.report.model_charts import flow, likert, parts, specifications
from firmtrade.report.palette import FONT_STACK, INK, MUTED, RULE, WARNING
from firmtrade.report.points import span_of

PANEL_TITLE: Spec = {"fontSize": 15, "offset": 12}
"""The name of a population over its panel."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def chart(figure: Figure, words: Language, *, narrow: bool = False, banner: str = "") -> Spec:
    """The Vega-Lite spec of a figure.

    ``narrow`` is the drawing for a telephone. ``banner`` is written below the chart, so that a picture that
    travels alone still says that its data is synthetic or not for release.
    """
    draw = {
        ChartKind.GROUPED_BARS: grouped_bars,
        ChartKind.STACKED_BAR: stacked_bar,
        ChartKind.LINES: lines,
        ChartKind.SMALL_MULTIPLES: small_multiples,
        ChartKind.INTERVALS: intervals,
        ChartKind.CURVES: curves,
        ChartKind.FLOW: flow,
        ChartKind.LIKERT: likert,
        ChartKind.PARTS: parts,
        ChartKind.SPECIFICATIONS: specifications,
    }[figure.kind]
    panels = figure.panels(span_of(figure, words))
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
    unit = _unit(figure, words)
    colon = words.say("report.words.colon")
    sources = "; ".join(filter(None, (figure.source, table.source)))
    source = f"{words.say('report.words.source')}{colon}{sources}" if sources else ""
    below = [*wrap(source, 95, break_on_hyphens=False), *([banner.split(":")[0].strip()] if banner else [])]
    outside = ("$schema", "description", "padding", "config")
    inside = {key: value for key, value in spec.items() if key not in (*outside, "title")}
    title = {
        "text": wrap(table.title, 75),
        "subtitle": [line for part in (table.about, unit) for line in wrap(part, 95)],
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


def _unit(figure: Figure, words: Language) -> str:
    """What the numbers of a chart are measured in: the words along the axis of values, where it has some."""
    match figure.kind:
        case ChartKind.INTERVALS:
            axis = figure.x_label
        case ChartKind.FLOW:
            axis = ""
        case _:
            axis = figure.y_label
    return axis or unit_of(figure.table, words)


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
