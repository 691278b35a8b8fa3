"""The colours and the type of every engine: page, print and charts.

Blue and orange stay apart for every form of colour blindness, and each colour keeps a contrast of 4.5:1
with white (WCAG 2.2, 1.4.3), so that it may also be the colour of a label. Meaning never rests on colour
alone: charts carry labels and shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

FONT = "Source Sans 3"
FONT_STACK = f"'{FONT}', sans-serif"
"""Quoted: a family name whose last word is a digit is no CSS name without quotes, and draws no text."""

INK = "#1b2733"
MUTED = "#55626f"
RULE = "#d5dbe1"
WARNING = "#7f3205"

ROLES: Mapping[str, str] = {
    "import": "#0f3a5f",
    "import_intra": "#1f5596",
    "import_light": "#2f75b5",
    "import_only": "#006d77",
    "export": "#7f3205",
    "export_intra": "#9c4106",
    "export_light": "#bd5a10",
    "export_only": "#8a5a00",
    "both": "#4b2e62",
    "none": "#6b7783",
    "inv": "#a32a3a",
    "dnv": "#39434d",
    "plain": "#4a6072",
    "first": "#0b6e4f",
    "second": "#a02c78",
    "third": "#6b6a00",
    "fourth": "#4a4fb0",
    "fifth": "#7d3f98",
}
"""Roles that keep their colour across the figures of a publication."""

PALE: Mapping[str, str] = {"gone": "#c3ccd4"}
"""Roles of a part that is no longer there; its numbers are written in ink."""

PLAIN = "plain"
"""The role of what has none: it means nothing anywhere."""

SEQUENCE = ("first", "second", "third", "fourth", "fifth")
"""Roles that a publication gives to names that have none, in their order."""


def font_folder() -> Path:
    """The folder of the one family that all engines use (SIL Open Font License, unmodified files)."""
    return Path(str(files("firmtrade.report") / "fonts"))


def colors(keys: tuple[str, ...], roles: Mapping[str, str]) -> list[str]:
    """The colour of each key: that of its role, or the plain one."""
    return [{**ROLES, **PALE}[roles.get(key, PLAIN)] for key in keys]
