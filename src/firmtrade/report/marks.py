"""What all charts share: sizes, signs, names beside marks, and the distance between labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

Spec = dict[str, Any]
WIDE, NARROW = 520, 300
LINE = 15
"""Pixels from line to line of a label."""
THICKNESS = 17

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
DASHES = (
    [1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [12, 3], [4, 2, 1, 2], [1, 3], [10, 2, 4, 2], [14, 2, 1, 2, 1, 2], [5, 5],
    [3, 1], [16, 6],
)  # fmt: skip
"""More than any chart has lines; their number and that of the shapes share no divisor, so that pairs repeat late."""


def wrapped(name: str, narrow: bool) -> str:
    """A label of an axis, broken into lines."""
    return "\n".join(wrap(name, 17 if narrow else 26, break_long_words=False))


def beside(names: Iterable[str]) -> Spec:
    """The labels of an axis, in several lines where they are long, each centred on its bar.

    >>> beside(["a\\nb\\nc", "d"])["labelOffset"]["condition"][1]["value"]
    -15.0
    """
    most = max((name.count("\n") + 1 for name in names), default=1)
    lines = "length(split(datum.label, '\\n'))"
    return {
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "labelExpr": "split(datum.label, '\\n')",
        "labelLineHeight": LINE,
        "labelOffset": {
            "condition": [
                {"test": f"{lines} == {count}", "value": -LINE / 2 * (count - 1)}
                for count in range(2, most + 1)
            ],
            "value": 0,
        },
    }


def heading(name: str, width: int) -> list[str]:
    """The name of a panel in the lines that it takes above so many pixels."""
    return wrap(name, max(int(width / 7), 12)) or [""]


def cut(name: str, most: int = 48) -> str:
    """A name that stands at the end of a line, cut where it is longer than so many signs; the table has all of it.

    >>> cut("Intra-EU import"), cut("Construction of roads", most=12)
    ('Intra-EU import', 'Constructio…')
    """
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def by_series(names: list[str], signs: Sequence[object]) -> Spec:
    scale = {"domain": names, "range": [signs[index % len(signs)] for index in range(len(names))]}
    return {"field": "series", "type": "nominal", "legend": None, "scale": scale}


def dashes(colors: Sequence[str]) -> list[list[int]]:
    """A dash for each line, so that no two lines of one colour have the same as long as there are enough.

    >>> dashes(["red", "blue", "red", "red"])
    [[1, 0], [6, 3], [6, 3], [2, 2]]
    """
    taken: dict[str, set[int]] = {}
    chosen = []
    for place, color in enumerate(colors):
        used = taken.setdefault(color, set())
        turn = [(place % 2 + step) % len(DASHES) for step in range(len(DASHES))]
        pick = next((dash for dash in turn if dash not in used), place % len(DASHES))
        used.add(pick)
        chosen.append(DASHES[pick])
    return chosen


def ticks(low: float, high: float, parts: int = 5, least: float = 0.0) -> list[float]:
    """Round numbers at equal distances, about so many, that begin at or below ``low`` and end at or above ``high``.

    ``least`` is the smallest distance between two.

    >>> ticks(0.0, 21.3)
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    >>> ticks(-0.04, 0.13)
    [-0.05, 0.0, 0.05, 0.1, 0.15]
    """
    rough = max((high - low) / parts, least) or 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    distance = next(size * step for step in (1, 2, 5, 10) if size * step >= rough * (1 - 1e-9))
    first, last = math.floor(low / distance + 1e-9), math.ceil(high / distance - 1e-9)
    digits = max(0, -math.floor(math.log10(distance)))
    return [round(place * distance, digits) + 0.0 for place in range(first, max(last, first + 1) + 1)]


def tick_format(values: Sequence[float], grouping: str = ",") -> str:
    """How the labels of ticks are written: never with a power of ten, all with as many decimals.

    >>> tick_format([0.0, 5.0, 10.0]), tick_format([-0.05, 0.0, 0.05])
    (',.0f', ',.2f')
    """
    decimals = max(0, -math.floor(math.log10(values[1] - values[0]) + 1e-9))
    return f"{grouping}.{decimals}f"


def scaled(values: Sequence[float]) -> Spec:
    """The scale of an axis from its first tick to its last."""
    return {"domain": [values[0], values[-1]], "nice": False, "zero": False}


def labelled(values: Sequence[float], grouping: str = ",") -> Spec:
    """The labels of an axis at these ticks."""
    return {"values": list(values), "format": tick_format(values, grouping)}


def spread(values: list[float], *, gap: float, top: float) -> list[float]:
    """Label positions near their values, at least ``gap`` apart and inside 0 to ``top``, in the order given.

    The lowest is half a gap above 0, where the labels of the axis stand.

    >>> spread([10.0, 10.2, 3.0], gap=1.0, top=20.0)
    [9.6, 10.6, 3.0]
    """
    order = sorted(range(len(values)), key=lambda index: values[index])
    clusters: list[tuple[list[int], float]] = []
    for index in order:
        clusters.append(([index], values[index]))
        while len(clusters) > 1:
            (low, low_middle), (high, high_middle) = clusters[-2:]
            if high_middle - low_middle >= gap * (len(low) + len(high)) / 2 - 1e-12:
                break
            members = low + high
            clusters[-2:] = [(members, sum(values[member] for member in members) / len(members))]
    placed = [0.0] * len(values)
    for members, middle in clusters:
        half = gap * (len(members) - 1) / 2
        middle = min(max(middle, half + gap / 2), top - half)
        for place, member in enumerate(members):
            placed[member] = round(middle - half + place * gap, 6)
    return placed


def step(names: list[str]) -> int:
    """Pixels from bar to bar: room for the longest name."""
    lines = max((name.count("\n") + 1 for name in names), default=1)
    return max(24, LINE * lines + 5)


def room(names: list[str], whole: int) -> int:
    """Pixels left for the marks beside names of this length and the number at the end of a bar."""
    return max(whole - round(room_of(names)) - 46, 90)


def room_of(names: Iterable[str]) -> float:
    """Pixels that names need, by their longest line."""
    return 6.4 * max((len(line) for name in names for line in name.split("\n")), default=0)
