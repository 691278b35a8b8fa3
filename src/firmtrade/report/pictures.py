"""Vega-Lite specs drawn as SVG and PNG, without a browser and without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from firmtrade.errors import DataError
from firmtrade.messages import Language
from firmtrade.messages.text import UNPRINTABLE
from firmtrade.report import drawing_engines
from firmtrade.report.charts import addresses, chart, framed
from firmtrade.report.model import Figure, with_distinct_labels
from firmtrade.report.palette import FONT

KEPT = 256
"""Drawings that a process keeps, for a figure that it publishes again."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure drawn: for the page (wide and narrow), for print and for download."""

    spec: str
    svg: str
    narrow_svg: str
    png: bytes
    download: bytes
    """The SVG that stands alone: it names its language and brings its type along by reference."""


def drawing(figure: Figure, words: Language, banner: str = "") -> str:
    """A computed figure as SVG for the page and for print, with the banner of its document."""
    return svg(chart(_labelled(figure), words, banner=banner))


def draw(figure: Figure, words: Language, banner: str = "") -> Picture:
    """A computed figure in every form, with the banner of its document."""
    figure = _labelled(figure)
    wide, narrow = chart(figure, words, banner=banner), chart(figure, words, narrow=True, banner=banner)
    drawn = svg(wide)
    alone = framed(wide, figure, words, banner)
    taken = svg(alone)
    spec = json.dumps(alone, ensure_ascii=False, indent=1) + "\n"
    return Picture(spec, drawn, svg(narrow), png(taken), standalone(taken, figure, words))


def _labelled(figure: Figure) -> Figure:
    return replace(figure, table=with_distinct_labels(figure.table))


def standalone(drawn: str, figure: Figure, words: Language) -> bytes:
    """An SVG to take away: with title, alternative text and the release's own type."""
    head, _, body = drawn.partition(">")
    title = f"<title>{escape(figure.table.title)}</title><desc>{escape(figure.alternative)}</desc>"
    faces = "".join(
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};src:url(../assets/{name}) format('woff2')}}"
        for weight, name in ((400, "SourceSans3-Regular.ttf.woff2"), (600, "SourceSans3-Semibold.ttf.woff2"))
    )
    opening = f'{head} role="img" lang="{words.code}">'
    return f"{opening}{title}<style>{faces}</style>{body}\n".encode()


def svg(spec: Mapping[str, Any]) -> str:
    """The spec as SVG. The label of the whole picture is its alternative text."""
    _refuse_addresses(spec)
    _refuse_unprintable(spec)
    return _svg(json.dumps(spec))


@lru_cache(maxsize=KEPT)
def _svg(spec: str) -> str:
    return drawing_engines.svg(spec)


@lru_cache(maxsize=KEPT)
def png(drawn: str) -> bytes:
    """An SVG as PNG, at twice its size."""
    return drawing_engines.png(drawn)


def _refuse_unprintable(spec: Mapping[str, Any]) -> None:
    """The library that draws would end the program at a sign that SVG cannot hold."""
    waiting: list[Any] = [spec]
    while waiting:
        match waiting.pop():
            case str(text) if UNPRINTABLE.search(text):
                raise DataError(
                    "A text of a chart has a sign that no page can show.",
                    fix="Correct the labels of the study, and the title and source of the data.",
                )
            case Mapping() as inside:
                waiting += [*inside, *inside.values()]
            case list() | tuple() as inside:
                waiting += inside


def _refuse_addresses(spec: Mapping[str, Any]) -> None:
    if addresses(spec):
        raise DataError(
            "A chart refers to data outside itself, which would draw an empty picture.",
            fix="Put the numbers into the spec: charts are made from the cells of their table.",
        )
