"""Step by step or early and fast: the approach that fits a firm, by the criteria of the literature.

A firm that sells abroad, or has named the year in which it means to, is held against every definition of an early
start whose criteria its answers can decide. One that has done neither is judged by what bears on speed: a niche, a
short window, experience abroad, high technology.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from firmtrade.advice.answers import AnswerFile
from firmtrade.concepts import Concept, concept
from firmtrade.study.declaration import Declaration


class Path(StrEnum):
    """The approach: an early and fast start, step by step, a jump of an older firm, or not decided."""

    VENTURE = "venture"
    STEPS = "steps"
    BORN_AGAIN = "born_again"
    OPEN = "open"


class Terms(Declaration):
    """Which concepts decide, which are reported, and how many drivers of speed make an early start likely."""

    source: str
    deciding: str
    reported: tuple[str, ...]
    jump: str
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
    """The path, the definitions that it was held against, and the drivers of speed that the firm named."""

    path: Path
    held: tuple[Held, ...]
    drivers: tuple[str, ...]

    @property
    def early(self) -> bool:
        """Whether the firm goes the way of an international new venture."""
        return self.path is Path.VENTURE


@cache
def terms() -> Terms:
    """The terms as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "approach.toml").read_text(encoding="utf-8")
    return Terms.model_validate(tomllib.loads(text))


def approach(answers: AnswerFile) -> Approach:
    """The approach that fits the answers."""
    by = terms()
    measures = _measures(answers)
    held = tuple(_held(concept(key), measures, answers) for key in (by.deciding, *by.reported, by.jump))
    drivers = tuple(name for name in by.drivers if _driver(name, answers))
    early = _early(held[0].holds, answers, concept(by.deciding))
    if early is True:
        path = Path.VENTURE
    elif early is False:
        path = Path.BORN_AGAIN if held[-1].holds else Path.STEPS
    elif len(drivers) >= by.drivers_for_venture:
        path = Path.VENTURE
    elif all(_answered(name, answers) for name in by.drivers):
        path = Path.STEPS
    else:
        path = Path.OPEN
    return Approach(path, held, drivers)


def _early(holds: bool | None, answers: AnswerFile, deciding: Concept) -> bool | None:
    """Whether the start is early; an older firm that does not export yet can no longer start early."""
    firm = answers.firm
    if holds is None and firm.exports is False and firm.founded and answers.answered_on:
        latest = deciding.all_of["years_to_first_export"].at_most
        if latest is not None and answers.answered_on.year - firm.founded > latest:
            return False
    return holds


def _measures(answers: AnswerFile) -> dict[str, float | None]:
    firm = answers.firm
    known = firm.founded is not None and firm.first_foreign_sale is not None
    return {
        "years_to_first_export": firm.first_foreign_sale - firm.founded if known else None,  # type: ignore[operator]
        "export_share": None if firm.foreign_share is None else firm.foreign_share / 100,
        "countries": firm.countries,
        "regions": firm.world_regions,
    }


def _held(one: Concept, measures: Mapping[str, float | None], answers: AnswerFile) -> Held:
    """Held against a definition; what it asks for within so many years of founding only a firm so young can know."""
    found = {
        measure: measures[measure]
        if bounds.within_years is None or _within(bounds.within_years, answers)
        else None
        for measure, bounds in one.criteria
    }
    return Held(one.key, one.label.en, one.source, one.holds(found))


def _within(years: int, answers: AnswerFile) -> bool:
    founded, today = answers.firm.founded, answers.answered_on
    return founded is not None and today is not None and today.year - founded <= years


def _driver(name: str, answers: AnswerFile) -> bool:
    if name == "technology":
        return answers.firm.technology in ("high", "medium_high")
    return getattr(answers.plans, name) is True


def _answered(name: str, answers: AnswerFile) -> bool:
    if name == "technology":
        return answers.firm.technology is not None
    return getattr(answers.plans, name) is not None
