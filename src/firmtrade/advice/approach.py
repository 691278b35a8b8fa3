"""Step by step or early and fast: the approach that fits a firm, by the criteria of the literature.

A firm that sells abroad, or has named the year in which it means to, is held against every definition of an early
start whose criteria its answers can decide. One that has done neither is judged by what bears on speed: a niche, a
short window, experience abroad, high technology.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from firmtrade.advice.answers import AnswerFile
from firmtrade.concepts import Concept, concept
from firmtrade.study.declaration import Declaration

TO_FIRST = "years_to_first_export"
"""The measure that decides whether a start is early."""


class ApproachPath(StrEnum):
    """The approach: an early and fast start, step by step, a jump of an older firm, or not decided."""

    VENTURE = "venture"
    STEPS = "steps"
    BORN_AGAIN = "born_again"
    OPEN = "open"


class ApproachFile(Declaration):
    """Which concepts decide, which are reported, and how many drivers of speed make an early start likely.

    ``jump`` is held of a late start whose markets were reached within ``jump_years`` of the first sale abroad.
    """

    source: str
    deciding: str
    reported: tuple[str, ...]
    jump: str
    jump_years: int
    drivers: tuple[str, ...]
    drivers_for_venture: int


@dataclass(frozen=True, slots=True)
class Held:
    """A definition, and whether the firm meets it; None where an answer that it needs is missing."""

    concept: str
    name: str
    source: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Approach:
    """The path, the definitions that it was held against, and the drivers of speed that the firm named.

    ``past`` says that the path is how the firm began: it sells abroad, and is too old to be called a new venture.
    """

    path: ApproachPath
    held: tuple[Held, ...]
    drivers: tuple[str, ...]
    past: bool

    @property
    def early(self) -> bool:
        """Whether the firm goes the way of an international new venture now."""
        return self.path is ApproachPath.VENTURE and not self.past


@cache
def terms() -> ApproachFile:
    """The terms as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "approach.toml").read_text(encoding="utf-8")
    return ApproachFile.model_validate(tomllib.loads(text))


def approach(answers: AnswerFile) -> Approach:
    """The approach that fits the answers."""
    by = terms()
    measures = _measures(answers)
    held = tuple(_held(concept(key), measures, answers) for key in (by.deciding, *by.reported, by.jump))
    drivers = tuple(name for name in by.drivers if _driver(name, answers))
    early = held[0].holds
    if early is True:
        path = ApproachPath.VENTURE
    elif early is False:
        path = ApproachPath.BORN_AGAIN if held[-1].holds else ApproachPath.STEPS
    elif len(drivers) >= by.drivers_for_venture:
        path = ApproachPath.VENTURE
    elif all(_answered(name, answers) for name in by.drivers):
        path = ApproachPath.STEPS
    else:
        path = ApproachPath.OPEN
    new = concept(by.deciding).all_of[TO_FIRST].at_most
    age = _years(answers.firm.founded, answers)
    past = answers.firm.exports is True and age is not None and new is not None and age > new
    return Approach(path, held, drivers, past)


def _measures(answers: AnswerFile) -> dict[str, float | None]:
    firm = answers.firm
    known = firm.founded is not None and firm.first_foreign_sale is not None
    return {
        TO_FIRST: firm.first_foreign_sale - firm.founded if known else None,  # type: ignore[operator]
        "export_share": None if firm.foreign_share is None else firm.foreign_share / 100,
        "countries": firm.countries,
        "regions": firm.world_regions,
    }


def _held(one: Concept, measures: Mapping[str, float | None], answers: AnswerFile) -> Held:
    """Held against a definition.

    What it asks for within so many years of founding only a firm so young can know, and the markets of a late jump only
    a firm that began so few years ago. A firm that does not export yet starts at its age or later: a definition that
    every such start meets, or misses, is decided.
    """
    firm, by = answers.firm, terms()
    age = _years(firm.founded, answers)
    abroad = _years(firm.first_foreign_sale, answers)
    jumped = abroad is not None and abroad <= by.jump_years
    found: dict[str, float | None] = {}
    for measure, bounds in one.criteria:
        told = measures[measure]
        if measure == TO_FIRST:
            if told is None and firm.exports is False and age is not None:
                told = age if bounds.holds(age) == bounds.holds(math.inf) else None
        elif bounds.within_years is not None:
            told = told if age is not None and age <= bounds.within_years else None
        elif one.key == by.jump:
            told = told if jumped else None
        found[measure] = told
    return Held(one.key, one.label.en, one.source, one.holds(found))


def _years(since: int | None, answers: AnswerFile) -> int | None:
    """Years from one to that of the answers."""
    today = answers.answered_on
    return None if since is None or today is None else today.year - since


def _driver(name: str, answers: AnswerFile) -> bool:
    if name == "technology":
        return answers.firm.technology in ("high", "medium_high")
    return getattr(answers.plans, name) is True


def _answered(name: str, answers: AnswerFile) -> bool:
    if name == "technology":
        return answers.firm.technology is not None
    return getattr(answers.plans, name) is not None
