"""A questionnaire as it is asked: repetitions filled in, conditions gathered, one variable for every column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from firmtrade.messages import Text
from firmtrade.surveys.instrument.declared import Answers, Level, Question, QuestionGroup, When

ANSWER = re.compile(r"\{answer:([a-z0-9#]+)\}")
"""The answer to an earlier question in a text: ``{answer:mkt1c}``."""


@dataclass(frozen=True, slots=True)
class PlacedCondition:
    """A condition on a placed question: one of ``equals``, or any answer where that is empty; of a multiple choice,
    that its ``box`` is ticked."""

    question: str
    equals: tuple[int | str, ...]
    box: str | None = None


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question with its repetition filled in; it is asked where all its ``conditions`` hold."""

    id: str
    declared: Question
    text: Text
    items: tuple[tuple[str, Text, bool], ...]
    conditions: tuple[PlacedCondition, ...]
    at_least: str | None

    @property
    def piped(self) -> tuple[str, ...]:
        """The questions whose answers stand in its texts."""
        texts = (self.text, *(text for _, text, _ in self.items))
        return tuple(dict.fromkeys(name for text in texts for name in ANSWER.findall(text.say())))


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """A group with its repetition filled in; its ``conditions`` hold for every question of it."""

    id: str
    title: Text
    intro: Text | None
    conditions: tuple[PlacedCondition, ...]
    questions: tuple[PlacedQuestion, ...]
    repetition: int
    position: int


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the answers.

    ``kind`` is ``number``, ``choice``, ``scale`` (a line of a scale), ``flag`` (a box) or ``text``;
    ``stem`` is the question's text where the item has one of its own.
    """

    name: str
    kind: Literal["number", "choice", "scale", "flag", "text"]
    question: str
    text: Text
    stem: Text | None
    answers: Answers | None
    minimum: float | None
    maximum: float | None
    reverse: bool
    identifying: bool
    construct: str | None
    group: str
    level: Level
    missing: tuple[float, ...] = ()
    """Numbers that are no answer."""

    @property
    def leaves(self) -> bool:
        """Whether the column may stand in anything that is written out of the room's memory."""
        return not self.identifying and self.kind != "text"

    @property
    def is_year(self) -> bool:
        """Whether it asks for a year: its limits are years."""
        first, last = self.minimum, self.maximum
        return first is not None and last is not None and first >= 1000 and last < 3000

    @property
    def numeric(self) -> bool:
        """Whether its codes may be taken as numbers: they have an order, or are 0 and 1."""
        if self.kind == "flag":
            return True
        return self.level != "nominal" or (self.answers is not None and self.answers.dichotomous)


def placed_groups(groups: tuple[QuestionGroup, ...], answers: Mapping[str, Answers]) -> Iterator[PlacedGroup]:
    """Groups in the order in which they are asked.

    A question that screens out is a condition of everything after it: the others of its answers.
    """
    gates: tuple[PlacedCondition, ...] = ()
    boxes = box_questions(groups)
    for position, group in enumerate(groups):
        for repetition in range(1, group.repeat + 1):
            before = gates
            questions = []
            for question in group.questions:
                inside = gates[len(before) :]
                questions.append(_placed(question, repetition, inside, boxes))
                if question.screens_out and question.answers and question.answers in answers:
                    gates = (*gates, _gate(question, answers[question.answers], repetition))
            yield PlacedGroup(
                group.id if group.repeat == 1 else f"{group.id}{repetition}",
                _fill(group.title, repetition),
                _fill(group.intro, repetition) if group.intro and repetition == 1 else None,
                (*before, *_conditions(group.when, repetition, boxes)),
                tuple(questions),
                repetition,
                position,
            )


def box_questions(groups: Iterable[QuestionGroup]) -> dict[str, str]:
    """The multiple choice of every box, by the box's id as it is declared."""
    return {
        item.id: question.id
        for group in groups
        for question in group.questions
        if question.kind == "multiple"
        for item in question.items
    }


def variables_of(groups: Iterable[PlacedGroup], answers: Mapping[str, Answers]) -> Iterator[Variable]:
    """Every column of the answers, in the order asked."""
    for group in groups:
        for question in group.questions:
            yield from _variables(question, group.id, answers)


def _gate(question: Question, answers: Answers, repetition: int) -> PlacedCondition:
    inside = tuple(code.code for code in answers.codes if code.code not in question.screens_out)
    return PlacedCondition(_number(question.id, repetition), inside)


def _placed(
    question: Question, repetition: int, inside: tuple[PlacedCondition, ...], boxes: Mapping[str, str]
) -> PlacedQuestion:
    return PlacedQuestion(
        _number(question.id, repetition),
        question,
        _fill(question.text, repetition),
        tuple(
            (_number(item.id, repetition), _fill(item.text, repetition), item.reverse)
            for item in question.items
        ),
        (*inside, *_conditions(question.when, repetition, boxes)),
        _number(question.at_least, repetition) if question.at_least else None,
    )


def _variables(question: PlacedQuestion, group: str, lists: Mapping[str, Answers]) -> Iterator[Variable]:
    declared = question.declared
    answers = lists[declared.answers] if declared.answers else None
    level, stem = _level(declared, answers), without_answers(question.text)
    if declared.kind in ("scale", "multiple"):
        for name, text, reverse in question.items:
            yield Variable(
                name, "scale" if declared.kind == "scale" else "flag", question.id, without_answers(text), stem,
                answers, None, None, reverse, declared.identifying, declared.measures, group, level,
            )  # fmt: skip
        return
    kind: Literal["number", "choice", "text"] = (
        "number" if declared.kind == "number" else "choice" if declared.kind == "choice" else "text"
    )
    yield Variable(
        question.id, kind, question.id, stem, None, answers, declared.minimum, declared.maximum,
        False, declared.identifying, declared.measures, group, level, declared.missing,
    )  # fmt: skip


def _level(question: Question, answers: Answers | None) -> Level:
    """The declared level, or that of the kind: lines of a scale are in order, choices where their list is."""
    if question.level:
        return question.level
    if question.kind == "number":
        return "scale"
    if question.kind == "scale" or (answers is not None and answers.ordered):
        return "ordinal"
    return "nominal"


def _fill(text: Text, repetition: int) -> Text:
    def filled(words: str) -> str:
        numbered = ANSWER.sub(lambda found: piped_answer(_number(found[1], repetition)), words)
        return numbered.replace("{n}", str(repetition))

    return Text({language: filled(words) for language, words in text.root.items()})


def piped_answer(question: str) -> str:
    """What stands in a text for the answer to a question."""
    return f"{{answer:{question}}}"


def without_answers(text: Text) -> Text:
    """A text as it reads apart from any respondent: where an earlier answer would stand, three points."""
    return Text({language: ANSWER.sub("…", words) for language, words in text.root.items()})


def _number(name: str, repetition: int) -> str:
    return name.replace("#", str(repetition))


def _conditions(
    when: tuple[When, ...], repetition: int, boxes: Mapping[str, str]
) -> tuple[PlacedCondition, ...]:
    return tuple(
        _condition(one, repetition - 1 if one.previous else repetition, boxes)
        for one in when
        if not (one.previous and repetition == 1)
    )


def _condition(when: When, repetition: int, boxes: Mapping[str, str]) -> PlacedCondition:
    name = _number(when.question, repetition)
    if when.question in boxes:
        return PlacedCondition(_number(boxes[when.question], repetition), (), name)
    return PlacedCondition(name, when.equals)
