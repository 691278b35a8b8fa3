"""A figure of a release inside a page: its SVG, where it holds shapes and texts and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

from firmtrade.report.html import inline

SHAPES = frozenset(
    ("svg", "g", "path", "text", "tspan", "rect", "line", "circle", "ellipse",
     "polyline", "polygon", "defs", "clipPath", "linearGradient", "stop")
)  # fmt: skip
ALONE = re.compile(r"<(title|desc|style)>.*?</\1>", re.DOTALL)
"""What a drawing brings to stand alone, and a page has itself."""
OUTWARD = re.compile(r"^on|href$|^style$", re.IGNORECASE)
"""Attributes that act, lead elsewhere, or that the page's policy does not let through."""


def drawing(svg: bytes, alternative: str, prefix: str) -> Markup:
    """A drawing with its alternative text, its inner names unique; empty where it holds more than a drawing may."""
    text = ALONE.sub("", svg.decode("utf-8", "replace"))
    if "<!" in text:
        return Markup()
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return Markup()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] not in SHAPES:
            return Markup()
        if any(OUTWARD.search(name.rpartition("}")[2]) for name in element.attrib):
            return Markup()
    return inline(text.strip(), alternative, "wide", prefix)
