"""Which entry modes suit a firm and a market: a resource filter first, then three axes scored apart.

Table 33 gives signs and no weights. Each answer moves one axis up or down; the score of an axis (0 to 100, 50 where
nothing decides) has a range over all weights within the stated doubt and over the answers that are missing. A mode
is described by its place on the axes and by the gap between its place and the scores: never by a probability.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from firmtrade.advice.table33 import PrintedLine, line_of
from firmtrade.advice.weights import Range, Weighed, range_of_mean
from firmtrade.study.declaration import Declaration

Axis = Literal["control", "commitment", "dissemination"]
AXES: tuple[Axis, ...] = ("control", "commitment", "dissemination")
UNKNOWN = Range(50.0, 0.0, 100.0)
"""An axis on which nothing is known."""

Aim = Literal["sell", "source"]
Delivery = Literal["goods", "services", "on_site"]
"""What a firm sells: goods, services at a distance, or services where the customer is."""
Place = Annotated[float, Field(ge=0, le=100)]


class EntryQuestion(Declaration):
    """A question that asks for a printed variable.

    Without an ``axis`` of its own it moves that of its block, without a ``weight`` of its own it has that of the
    confidence.
    """

    key: str
    variable: str
    high: str
    low: str
    axis: Axis | None = None
    weight: Annotated[float, Field(ge=0)] | None = None


class Means(Declaration):
    """The least people and money that a mode asks for."""

    people: str
    money: str


class Mode(Declaration):
    """An entry mode: its place on the axes, the least resources it asks for, and the need without which it cannot be.

    ``goods`` says that it is for goods alone; ``at_a_distance`` are the resources that it asks for where services are
    delivered from home.
    """

    key: str
    side: Aim
    control: Place
    commitment: Place
    guards: Place
    people: str
    money: str
    needs: str | None = None
    goods: bool = False
    at_a_distance: Means | None = None
    source: str


class Resources(Declaration):
    """What a firm can spare, from least to most."""

    people: tuple[str, ...]
    money: tuple[str, ...]


class EntryModesFile(Declaration):
    """The whole file of the entry modes."""

    source: str
    doubt: Annotated[float, Field(ge=1)]
    effect_weights: dict[str, float]
    axis_of_block: dict[str, Axis]
    questions: tuple[EntryQuestion, ...]
    resources: Resources
    needs: dict[str, dict[str, str]]
    modes: tuple[Mode, ...]

    def line(self, question: EntryQuestion, answer: str) -> PrintedLine:
        """The printed line that an answer picks."""
        return line_of(question.variable, "high" if answer == question.high else "low")

    def weight(self, question: EntryQuestion) -> float:
        """Confidence in the effect, or the question's own weight in its place, times confidence in the alignment."""
        line = line_of(question.variable, "high")
        own = self.effect_weights[line.effect] if question.weight is None else question.weight
        return own * line.alignment

    def axis(self, question: EntryQuestion) -> Axis:
        """The axis that a question moves."""
        return question.axis or self.axis_of_block[line_of(question.variable, "high").block]


@dataclass(frozen=True, slots=True)
class Reason:
    """One answered question: the printed line it picks, the axis it moves and by which weight."""

    question: str
    answer: str
    axis: Axis
    column: Literal["high", "low"]
    weight: float
    effect: str
    source: str


@dataclass(frozen=True, slots=True)
class RankedMode:
    """A mode that the resources and the answers allow, or do not.

    ``lacks`` names what falls short (resources, and the mode's need where the answers rule it out), ``unchecked`` what
    was not answered of them. ``gap`` is the mean
    distance from the scores over the three axes, 0 to 100; ``contender`` says that some choice of weights
    and missing answers makes it at least as close as every other mode that the resources allow.
    """

    mode: Mode
    gap: Range
    lacks: tuple[str, ...]
    unchecked: tuple[str, ...]
    contender: bool


@dataclass(frozen=True, slots=True)
class EntryAdvice:
    """Scores of the axes, reasons row by row, questions without answer, and the modes from closest to farthest."""

    axes: Mapping[Axis, Range]
    reasons: tuple[Reason, ...]
    unanswered: tuple[str, ...]
    modes: tuple[RankedMode, ...]


@cache
def terms() -> EntryModesFile:
    """The terms as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "entry-mode.toml").read_text(encoding="utf-8")
    return EntryModesFile.model_validate(tomllib.loads(text))


def advise_modes(
    answers: Mapping[str, str],
    resources: Mapping[str, str],
    aims: tuple[Aim, ...],
    delivery: Delivery = "goods",
    given: EntryModesFile | None = None,
) -> EntryAdvice:
    """Score the axes and rank the modes.

    Parameters
    ----------
    answers
        Answer by key of the question, and of what the needs ask beside (`AnswerFile.conditions`); those that are absent
        are unanswered.
    resources
        What the firm can spare: ``people`` and ``money``, each one of the levels of the terms.
    aims
        Selling abroad, sourcing abroad, or both.
    delivery
        What the firm sells: some modes are for goods alone, and services at a distance ask for less.
    given
        Terms in place of those that are shipped.
    """
    by = given or terms()
    reasons = tuple(
        _reason(by, question, answers[question.key]) for question in by.questions if question.key in answers
    )
    axes = {axis: _score(by, axis, answers) for axis in AXES}
    ranked = [
        _ranked(mode, axes, _lacking(by, mode, resources, answers, delivery))
        for mode in by.modes
        if mode.side in aims and (delivery == "goods" or not mode.goods)
    ]
    best: dict[Aim, float] = {}
    for each in ranked:
        if not each.lacks:
            side = each.mode.side
            best[side] = min(best.get(side, float("inf")), each.gap.high)
    modes = tuple(
        RankedMode(
            each.mode,
            each.gap,
            each.lacks,
            each.unchecked,
            not each.lacks and each.gap.low <= best[each.mode.side],
        )
        for each in sorted(ranked, key=lambda each: (bool(each.lacks), each.gap.central, each.mode.key))
    )
    unanswered = tuple(question.key for question in by.questions if question.key not in answers)
    return EntryAdvice(axes, reasons, unanswered, modes)


def _reason(by: EntryModesFile, question: EntryQuestion, answer: str) -> Reason:
    line = by.line(question, answer)
    axis = by.axis(question)
    return Reason(question.key, answer, axis, line.column, by.weight(question), line.effect, line.source)


def _score(by: EntryModesFile, axis: Axis, answers: Mapping[str, str]) -> Range:
    parts = []
    for question in by.questions:
        if by.axis(question) == axis:
            low, high = 0.0, 100.0
            if question.key in answers:
                low = high = 100.0 if answers[question.key] == question.high else 0.0
            parts.append(Weighed(low, high, by.weight(question)))
    return range_of_mean(parts, by.doubt) or UNKNOWN


def _lacking(
    by: EntryModesFile,
    mode: Mode,
    resources: Mapping[str, str],
    answers: Mapping[str, str],
    delivery: Delivery,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What falls short of a mode, and what was not answered of it."""
    least = mode.at_a_distance if delivery == "services" and mode.at_a_distance is not None else mode
    asked = {
        "people": (by.resources.people, least.people),
        "money": (by.resources.money, least.money),
    }
    lacks = tuple(
        name
        for name, (levels, needed) in asked.items()
        if name in resources and levels.index(resources[name]) < levels.index(needed)
    )
    unchecked = tuple(name for name in asked if name not in resources)
    if mode.needs is not None:
        needed = by.needs[mode.needs]
        if not any(answers.get(key) == answer for key, answer in needed.items()):
            if needed.keys() <= answers.keys():
                lacks += (mode.needs,)
            else:
                unchecked += (mode.needs,)
    return lacks, unchecked


def _ranked(
    mode: Mode, axes: Mapping[Axis, Range], lacking: tuple[tuple[str, ...], tuple[str, ...]]
) -> RankedMode:
    parts = (
        _distance(axes["control"], mode.control),
        _distance(axes["commitment"], mode.commitment),
        _shortfall(axes["dissemination"], mode.guards),
    )
    gap = Range(
        sum(part.central for part in parts) / 3,
        sum(part.low for part in parts) / 3,
        sum(part.high for part in parts) / 3,
    )
    return RankedMode(mode, gap, *lacking, contender=False)


def _distance(score: Range, place: float) -> Range:
    """How far a mode stands from a score, nearest and farthest over its range."""
    nearest = max(score.low - place, place - score.high, 0.0)
    farthest = max(abs(score.low - place), abs(score.high - place))
    return Range(abs(score.central - place), nearest, farthest)


def _shortfall(score: Range, guards: float) -> Range:
    """How much less a mode guards know-how than its risk asks for; guarding more costs nothing here."""
    return Range(
        max(score.central - guards, 0.0), max(score.low - guards, 0.0), max(score.high - guards, 0.0)
    )
