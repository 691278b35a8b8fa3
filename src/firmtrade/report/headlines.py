"""The few findings of the front page, each with its number in large type.

The rules are data (``headlines.toml``). They look at printed numbers alone: what is hidden is not compared, and a
finding of which a number is hidden is not said.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell, CellKey
from firmtrade.report.model import HIDDEN, Document, Finding
from firmtrade.report.words import cell_text, short_unit

SIGNED = frozenset({"percent_per_year"})
"""Units of changes, whose positive numbers print their plus."""


class HeadlineRule(BaseModel):
    """How a sentence is ranked, and which of its numbers is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Literal["first", "last", "largest"]
    large: float
    ratio: bool = False
    expected: bool = False


class HeadlineRules(BaseModel):
    """The rules of the front page, by the sentence of the finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    most: int
    least: int
    of_one_population: int
    surprise: float
    rules: dict[str, HeadlineRule]


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding of the front page and the number that stands before it; without one, a verdict of models."""

    number: str
    finding: Finding


@cache
def rules() -> HeadlineRules:
    """The rules as the package holds them."""
    text = files("firmtrade.report").joinpath("headlines.toml").read_text(encoding="utf-8")
    return HeadlineRules.model_validate(tomllib.loads(text))


def headlines(document: Document, words: Language) -> tuple[Headline, ...]:
    """The findings of the front page, those of the largest contrast first; none where there are fewer than the least.

    A verdict of models, which has no number of its own, is the last where there is one.
    """
    asked = rules()
    cells = {cell.key: cell for table in document.tables() for cell in table.cells.values()}
    ranked = sorted(
        (
            (-score, place, finding)
            for place, finding in enumerate(document.findings)
            if (score := contrast(finding, cells)) is not None
        ),
        key=lambda one: one[:2],
    )
    verdict = next((finding for finding in document.findings if finding.verdict), None)
    room = asked.most - (verdict is not None)
    kinds, whose = set[str](), Counter[str]()
    chosen: list[Finding] = []
    for _, _, finding in ranked:
        population = finding.cells[0].population
        if len(chosen) < room and finding.kind not in kinds and whose[population] < asked.of_one_population:
            kinds.add(finding.kind)
            whose[population] += 1
            chosen.append(finding)
    found = [Headline(_number(finding, cells, words), finding) for finding in chosen]
    found += [Headline("", verdict)] if verdict is not None else []
    return tuple(found) if len(found) >= asked.least else ()


def contrast(finding: Finding, cells: Mapping[CellKey, Cell]) -> float | None:
    """How far apart the printed numbers of a finding are, by the rule of its sentence.

    None where its sentence has no rule, or one of its numbers is not there to be read.
    """
    asked = rules()
    rule = asked.rules.get(finding.kind)
    held = [cells.get(key) for key in finding.cells]
    there = [
        cell for cell in held if cell is not None and cell.value is not None and cell.status not in HIDDEN
    ]
    if rule is None or not there or len(there) < len(held):
        return None
    values = [
        float(printed(cell.value or 0.0, cell.decimals)) for cell in there if cell.unit == there[0].unit
    ]
    low, high = min(values), max(values)
    if rule.ratio and low <= 0:
        return None
    apart = (high / low - 1 if rule.ratio else high - low) / rule.large
    against = rule.expected and len(values) > 1 and values[0] < values[1]
    return apart + (asked.surprise if against else 0.0)


def _number(finding: Finding, cells: Mapping[CellKey, Cell], words: Language) -> str:
    rule = rules().rules[finding.kind]
    held = [cells[key] for key in finding.cells]
    shown = {"first": held[0], "last": held[-1]}.get(rule.number) or max(
        held, key=lambda cell: cell.value or 0.0
    )
    text = cell_text(shown, words, signed=shown.unit in SIGNED)
    unit = short_unit(shown.unit, words)
    if not unit.startswith("%"):
        return f"{text} {unit}"
    return " ".join((words.say("report.words.percent_value", value=text), *unit[1:].split()))
