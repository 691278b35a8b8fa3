"""What all charts share: sizes, signs, names beside marks, and the distance between labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

Spec = dict[str, Any]
LABELS: Spec = {
    "domain": False,
    "ticks": False,
    "labelPadding": 6,
    "labelExpr": "split(datum.label, '\\n')",
    "labelLineHeight": 15,
    "labelOffset": {
        "condition": [
            {"test": f"length(split(datum.label, '\\n')) == {lines}", "value": -7.5 * (lines - 1)}
            for lines in (2, 3, 4)
        ],
        "value": 0,
    },
}
"""Names beside bars, in several lines where they are long, centred on their bar."""
WIDE, NARROW = 520, 300
THICKNESS = 17

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ([1, 0], [6, 3], [1, 0], [6, 3], [2, 2], [8, 2, 2, 2])


def wrapped(name: str, narrow: bool) -> str:
    """A label of an axis, broken into lines."""
    return "\n".join(wrap(name, 17 if narrow else 26, break_long_words=False))


def by_series(names: list[str], signs: Sequence[object]) -> Spec:
    scale = {"domain": names, "range": [signs[index % len(signs)] for index in range(len(names))]}
    return {"field": "series", "type": "nominal", "legend": None, "scale": scale}


def spread(values: list[float], *, gap: float, top: float) -> list[float]:
    """Label positions near their values, at least ``gap`` apart and inside 0 to ``top``, in the order given.

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
        middle = min(max(middle, half), top - half)
        for place, member in enumerate(members):
            placed[member] = round(middle - half + place * gap, 6)
    return placed


def step(names: list[str]) -> int:
    """Pixels from bar to bar: room for the longest name."""
    lines = max((name.count("\n") + 1 for name in names), default=1)
    return max(24, 15 * lines + 5)


def room(names: list[str], whole: int) -> int:
    """Pixels left for the marks beside names of this length and the number at the end of a bar."""
    return max(whole - round(room_of(names)) - 46, 90)


def room_of(names: Iterable[str]) -> float:
    """Pixels that names need, by their longest line."""
    return 6.4 * max((len(line) for name in names for line in name.split("\n")), default=0)
