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
SVG = "{http://www.w3.org/2000/svg}"
SHIFT = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
BELOW_TITLE = 6
"""Pixels under the last line of a title that go with it."""


def drawing(svg: bytes, alternative: str, prefix: str) -> Markup:
    """A drawing with its alternative text, its inner names unique; empty where it holds more than a drawing may.

    The title within goes: it stands above the drawing on the page.
    """
    text = ALONE.sub("", svg.decode("utf-8", "replace"))
    if "<!" in text:
        return Markup()
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return Markup()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.removeprefix(SVG) not in SHAPES:
            return Markup()
        # Without its namespace: a prefix would depend on what else the process has registered.
        element.tag = element.tag.removeprefix(SVG)
        if any(OUTWARD.search(name.rpartition("}")[2]) for name in element.attrib):
            return Markup()
    _drop_title(root)
    return inline(ElementTree.tostring(root, encoding="unicode"), alternative, "wide", prefix)


def _drop_title(root: ElementTree.Element) -> None:
    """Take out the title of the whole drawing, with the ground it stood on."""
    whole, box = root.find("g"), root.get("viewBox", "").split()
    if whole is None or len(box) != 4:
        return
    for frame in whole.iterfind("g/g/g"):
        for title in frame.findall("g[@class='mark-group role-title']"):
            lines = [_down(whole) + _down(title.find("g")) + _last_line(text) for text in title.iter("text")]
            top = max(lines, default=0.0) + BELOW_TITLE
            frame.remove(title)
            root.set("viewBox", f"{box[0]} {top:g} {box[2]} {float(box[3]) - top:g}")


def _last_line(text: ElementTree.Element) -> float:
    """How far down the last line of a text stands."""
    return _down(text) + sum(float(line.get("dy", "0")) for line in text.iter("tspan"))


def _down(element: ElementTree.Element | None) -> float:
    """How far down an element is moved."""
    found = None if element is None else SHIFT.search(element.get("transform", ""))
    return float(found[2]) if found else 0.0
