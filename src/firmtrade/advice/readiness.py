"""The readiness profile: six dimensions, forty items, 200 points; a checklist, not a forecast.

No readiness score known to the literature has been tried against later exporting. So the profile shows what is
claimed and what is evidenced apart, an unanswered item as an interval, a minimum per dimension that no strength
elsewhere makes up for, and how far the order of the dimensions depends on weights that nobody has estimated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field

from firmtrade.advice.weights import Range, Weighed, range_of_mean
from firmtrade.study.declaration import Declaration


class Dimension(Declaration):
    """Items that belong together, and the points below which the dimension vetoes."""

    key: str
    minimum: Annotated[int, Field(ge=0)]
    items: tuple[str, ...]


class Weights(Declaration):
    """The weight of an item, and the factor by which it may be wrong."""

    item: Annotated[float, Field(gt=0)]
    doubt: Annotated[float, Field(ge=1)]


class Unscored(Declaration):
    """Items that are reported and count nothing."""

    items: tuple[str, ...]
    source: str


class Scheme(Declaration):
    """The whole file of the readiness profile."""

    source: str
    points: Annotated[int, Field(ge=1)]
    bands: dict[str, int]
    weights: Weights
    dimensions: tuple[Dimension, ...]
    unscored: Unscored

    @property
    def most(self) -> int:
        """Points of all items together."""
        return self.points * sum(len(dimension.items) for dimension in self.dimensions)

    def band(self, total: int) -> str:
        """The band of a total."""
        return max((least, name) for name, least in self.bands.items() if total >= least)[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """The points that a firm gives itself for an item, and what shows it (empty where nothing does)."""

    points: int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Points: the least, and the most that unanswered items allow."""

    low: int
    high: int


class Veto(StrEnum):
    """Whether a dimension is below its minimum: for certain, only if unanswered items score low, or not."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DimensionProfile:
    """One dimension: claimed and evidenced points, its share of its points (0 to 100) with the range over weights, the
    places (1 is the weakest) it may take among the six under other weights, and items from weakest to strongest."""

    key: str
    most: int
    minimum: int
    claimed: Score
    evidenced: Score
    share: Range
    places: tuple[int, int]
    veto: Veto
    gaps: tuple[str, ...]
    """Items that lack most points, the worst first; unanswered items are not among them."""
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadinessProfile:
    """The whole profile. ``bands`` are the bands of the least and of the most claimed total."""

    most: int
    claimed: Score
    evidenced: Score
    bands: tuple[str, str]
    share: Range
    dimensions: tuple[DimensionProfile, ...]
    unscored: Mapping[str, int]

    @property
    def answered(self) -> bool:
        """Whether any item that counts is answered."""
        return self.claimed.high - self.claimed.low < self.most

    @property
    def vetoes(self) -> tuple[DimensionProfile, ...]:
        """Dimensions that are below their minimum for certain."""
        return tuple(each for each in self.dimensions if each.veto is Veto.CERTAIN)


GAPS = 3
"""Items that are named as the gaps of a dimension."""


@cache
def scheme() -> Scheme:
    """The scheme as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "readiness.toml").read_text(encoding="utf-8")
    return Scheme.model_validate(tomllib.loads(text))


def profile(answers: Mapping[str, Answer], given: Scheme | None = None) -> ReadinessProfile:
    """The readiness profile of a firm.

    Parameters
    ----------
    answers
        By key of the item; items that are absent are unanswered.
    given
        A scheme in place of the one that is shipped.
    """
    by = given or scheme()
    shares = {each.key: _share(each.items, answers, by) for each in by.dimensions}
    dimensions = tuple(_dimension(each, answers, by, shares) for each in by.dimensions)
    claimed = _sum([each.claimed for each in dimensions])
    return ReadinessProfile(
        by.most,
        claimed,
        _sum([each.evidenced for each in dimensions]),
        (by.band(claimed.low), by.band(claimed.high)),
        _share([item for each in by.dimensions for item in each.items], answers, by),
        dimensions,
        {item: answers[item].points for item in by.unscored.items if item in answers},
    )


def _dimension(
    dimension: Dimension, answers: Mapping[str, Answer], by: Scheme, shares: Mapping[str, Range]
) -> DimensionProfile:
    given = {item: answers[item] for item in dimension.items if item in answers}
    open_items = tuple(item for item in dimension.items if item not in answers)
    room = by.points * len(open_items)
    points = sum(answer.points for answer in given.values())
    proven = sum(answer.points for answer in given.values() if answer.evidence)
    order = {item: at for at, item in enumerate(dimension.items)}
    lacking = [item for item, answer in given.items() if answer.points < by.points]
    gaps = sorted(lacking, key=lambda item: (given[item].points, order[item]))[:GAPS]
    return DimensionProfile(
        dimension.key,
        by.points * len(dimension.items),
        dimension.minimum,
        Score(points, points + room),
        Score(proven, proven + room),
        shares[dimension.key],
        _places(dimension.key, shares),
        _veto(points, points + room, dimension.minimum),
        tuple(gaps),
        open_items,
    )


def _share(items: tuple[str, ...] | list[str], answers: Mapping[str, Answer], by: Scheme) -> Range:
    parts = []
    for item in items:
        low, high = 0.0, 100.0
        if item in answers:
            low = high = 100 * answers[item].points / by.points
        parts.append(Weighed(low, high, by.weights.item))
    found = range_of_mean(parts, by.weights.doubt)
    return found if found is not None else Range(50.0, 0.0, 100.0)


def _places(key: str, shares: Mapping[str, Range]) -> tuple[int, int]:
    """Best and worst place from the weakest: dimensions surely weaker stand before, those surely stronger after."""
    own = shares[key]
    others = [share for name, share in shares.items() if name != key]
    surely_before = sum(share.high < own.low for share in others)
    surely_after = sum(share.low > own.high for share in others)
    return 1 + surely_before, len(shares) - surely_after


def _veto(low: int, high: int, minimum: int) -> Veto:
    if high < minimum:
        return Veto.CERTAIN
    return Veto.POSSIBLE if low < minimum else Veto.NONE


def _sum(scores: list[Score]) -> Score:
    return Score(sum(score.low for score in scores), sum(score.high for score in scores))
