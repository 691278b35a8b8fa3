"""Barriers to going abroad: what is published of each, whether a firm shows it, and which support answers it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from firmtrade.advice.readiness import Answer, Score, Veto, scheme
from firmtrade.study.declaration import Declaration


class Barrier(Declaration):
    """A barrier: where it lies, what the founding study says of it, the items that show it, and what answers it."""

    key: str
    question: str
    """Its question in a survey."""
    side: Literal["internal", "external"]
    published: Literal["main", "named"]
    belgium: Literal["more", "alike"] | None = None
    items: tuple[str, ...]
    kinds: tuple[str, ...]
    rules: tuple[int, ...]
    source: str


class BarrierSource(Declaration):
    """Where a release of a survey has the share of firms to which a barrier is a major problem."""

    block: str
    term: str


class BarriersFile(Declaration):
    """The whole file of the barriers; ``sectors`` are spans of divisions by revision of NACE and sector."""

    source: str
    survey: BarrierSource
    sectors: dict[str, dict[str, tuple[str, ...]]]
    felt_below: Annotated[float, Field(gt=0, lt=100)]
    barriers: tuple[Barrier, ...]


@dataclass(frozen=True, slots=True)
class Faced:
    """A barrier and whether the firm faces it: for certain, perhaps as unanswered items turn out, or not.

    ``points`` are those of its items out of ``most``; ``answered`` is the number of its items that have an answer.
    """

    barrier: Barrier
    felt: Veto
    points: Score
    most: int
    answered: int


@cache
def terms() -> BarriersFile:
    """The terms as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "barriers.toml").read_text(encoding="utf-8")
    return BarriersFile.model_validate(tomllib.loads(text))


def barriers(answers: Mapping[str, Answer]) -> tuple[Faced, ...]:
    """Every barrier, from the answers to the items of the readiness profile by key."""
    return tuple(_faced(each, answers) for each in terms().barriers)


def _faced(barrier: Barrier, answers: Mapping[str, Answer]) -> Faced:
    most = scheme().points * len(barrier.items)
    given = [answers[item].points for item in barrier.items if item in answers]
    low = sum(given)
    high = low + scheme().points * (len(barrier.items) - len(given))
    limit = terms().felt_below / 100 * most
    felt = Veto.CERTAIN if high < limit else Veto.POSSIBLE if low < limit else Veto.NONE
    return Faced(barrier, felt, Score(low, high), most, len(given))
