"""The questionnaire as data: groups of questions in several languages, answer lists, routing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from firmtrade.errors import StudyError, suggest
from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration, parse, place

Kind = Literal["number", "choice", "multiple", "scale", "text"]
Missing = Literal["unknown", "not_applicable"]
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9#]{0,17}$")]
"""Letters and digits only, as LimeSurvey asks; `#` stands for the number of the repetition."""
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9#]{0,4}$")]


class Code(Declaration):
    """One answer: its code, its words, and what it means for analysis.

    ``missing`` sets a code apart from the scale: ``unknown`` (don't know) or ``not_applicable``. ``group``
    gathers codes, such as countries of one region of the world.
    """

    code: int | Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,5}$")]
    text: Text
    missing: Missing | None = None
    group: str | None = None


class Answers(Declaration):
    """A list of answers that questions share."""

    label: str
    codes: tuple[Code, ...] = Field(min_length=2)
    ordered: bool = False

    @model_validator(mode="after")
    def _codes_are_told_apart(self) -> Answers:
        codes = [answer.code for answer in self.codes]
        twice = sorted({str(code) for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"the code {twice[0]} stands twice in this list of answers")
        if self.ordered and not all(isinstance(answer.code, int) for answer in self.codes):
            raise ValueError("the codes of an ordered list of answers must be whole numbers")
        return self

    @property
    def valid(self) -> tuple[Code, ...]:
        """The answers that count: all but the missing ones."""
        return tuple(answer for answer in self.codes if answer.missing is None)


class Item(Declaration):
    """One line of a scale, or one box of a multiple choice."""

    id: ItemId
    text: Text
    reverse: bool = False


class When(Declaration):
    """A question or group is asked only then: another question has one of some answers, or any answer.

    ``previous`` refers to the repetition before; the first repetition is always asked.
    """

    question: QuestionId
    equals: tuple[int | str, ...] = ()
    answered: bool = False
    previous: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> When:
        if bool(self.equals) == self.answered:
            raise ValueError("a condition needs either `equals = [...]` or `answered = true`")
        return self


class Question(Declaration):
    """One question. ``identifying`` marks what tells who answered; it never leaves, nor does free text."""

    id: QuestionId
    kind: Kind
    text: Text
    help: Text | None = None
    answers: str | None = None
    items: tuple[Item, ...] = ()
    measures: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    missing: tuple[float, ...] = ()
    """Numbers that are no answer, such as 99 for "don't know"."""
    required: bool = False
    identifying: bool = False
    when: When | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Question:
        if (self.kind in ("choice", "scale")) != (self.answers is not None):
            raise ValueError(
                f"a {self.kind} question {'needs' if self.answers is None else 'has no'} `answers`"
            )
        if (self.kind in ("multiple", "scale")) != bool(self.items):
            raise ValueError(f"a {self.kind} question {'has no' if self.items else 'needs'} `items`")
        if self.kind != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"a {self.kind} question has no `minimum` or `maximum`")
        if self.kind != "number" and self.missing:
            raise ValueError(
                f"a {self.kind} question has no `missing`: codes of its `answers` say what they mean"
            )
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("`minimum` must be below `maximum`")
        return self


class Group(Declaration):
    """A page of questions; with ``repeat`` it is asked that many times, and `#` in ids counts along."""

    id: QuestionId
    title: Text
    questions: tuple[Question, ...] = Field(min_length=1)
    intro: Text | None = None
    repeat: int = Field(default=1, ge=1, le=20)
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a placed question: one of ``equals``, or any answer where that is empty."""

    question: str
    equals: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question with its repetition filled in."""

    id: str
    declared: Question
    text: Text
    items: tuple[tuple[str, Text, bool], ...]
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """A group with its repetition filled in."""

    id: str
    title: Text
    intro: Text | None
    condition: Condition | None
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
    missing: tuple[float, ...] = ()
    """Numbers that are no answer."""

    @property
    def leaves(self) -> bool:
        """Whether the column may stand in anything that is written out of the room's memory."""
        return not self.identifying and self.kind != "text"


def _fill(text: Text, repetition: int) -> Text:
    return Text({language: words.replace("{n}", str(repetition)) for language, words in text.root.items()})


def _number(name: str, repetition: int) -> str:
    return name.replace("#", str(repetition))


def _condition(when: When | None, repetition: int) -> Condition | None:
    if when is None or (when.previous and repetition == 1):
        return None
    return Condition(_number(when.question, repetition - 1 if when.previous else repetition), when.equals)


class Questionnaire(Declaration):
    """A whole questionnaire."""

    answers: dict[str, Answers]
    groups: tuple[Group, ...] = Field(min_length=1)

    def placed(self) -> tuple[PlacedGroup, ...]:
        """Groups in the order in which they are asked, repetitions filled in."""
        return tuple(self._placed())

    def _placed(self) -> Iterator[PlacedGroup]:
        for position, group in enumerate(self.groups):
            for repetition in range(1, group.repeat + 1):
                questions = tuple(
                    PlacedQuestion(
                        _number(question.id, repetition),
                        question,
                        _fill(question.text, repetition),
                        tuple(
                            (_number(item.id, repetition), _fill(item.text, repetition), item.reverse)
                            for item in question.items
                        ),
                        _condition(question.when, repetition),
                    )
                    for question in group.questions
                )
                yield PlacedGroup(
                    group.id if group.repeat == 1 else f"{group.id}{repetition}",
                    _fill(group.title, repetition),
                    _fill(group.intro, repetition) if group.intro and repetition == 1 else None,
                    _condition(group.when, repetition),
                    questions,
                    repetition,
                    position,
                )

    def variables(self) -> dict[str, Variable]:
        """Every column of the answers by its name, in the order asked."""
        return {
            variable.name: variable
            for group in self.placed()
            for question in group.questions
            for variable in self._variables_of(question, group.id)
        }

    def _variables_of(self, question: PlacedQuestion, group: str) -> Iterator[Variable]:
        declared = question.declared
        answers = self.answers[declared.answers] if declared.answers else None
        if declared.kind in ("scale", "multiple"):
            for name, text, reverse in question.items:
                yield Variable(
                    name, "scale" if declared.kind == "scale" else "flag", question.id, text, question.text,
                    answers, None, None, reverse, declared.identifying, declared.measures, group,
                )  # fmt: skip
            return
        kind: Literal["number", "choice", "text"] = (
            "number" if declared.kind == "number" else "choice" if declared.kind == "choice" else "text"
        )
        yield Variable(
            question.id, kind, question.id, question.text, None, answers, declared.minimum, declared.maximum,
            False, declared.identifying, declared.measures, group, declared.missing,
        )  # fmt: skip

    def missing_texts(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Places without a text in one of the languages: nobody should meet a half-translated form."""
        found = []
        for name, answers in self.answers.items():
            for code in answers.codes:
                found += _gaps(f"answers.{name} {code.code}", code.text, languages)
        for group in self.groups:
            found += _gaps(f"group {group.id}", group.title, languages)
            found += _gaps(f"intro of group {group.id}", group.intro, languages)
            for question in group.questions:
                found += _gaps(f"question {question.id}", question.text, languages)
                found += _gaps(f"help of question {question.id}", question.help, languages)
                for item in question.items:
                    found += _gaps(f"item {item.id}", item.text, languages)
        return tuple(found)


def _gaps(where: str, text: Text | None, languages: tuple[str, ...]) -> list[str]:
    if text is None:
        return []
    return [f"{where} ({language})" for language in languages if not text.root.get(language)]


def parse_questionnaire(text: str, file: str, languages: tuple[str, ...] = ("en",)) -> Questionnaire:
    """Validate a questionnaire.

    Raises
    ------
    StudyError
        An unknown key or answer list, an id used twice, a condition on a question that does not come before,
        or a text that lacks one of the languages.
    """
    questionnaire = parse(Questionnaire, text, file)
    seen: set[str] = set()
    asked: set[str] = set()
    for number, group in enumerate(questionnaire.groups):
        for position, question in enumerate(group.questions):
            here = place(text, file, ("groups", number, "questions", position))
            if question.answers and question.answers not in questionnaire.answers:
                raise StudyError(
                    f"question `{question.id}` uses the answers `{question.answers}`, which are not declared",
                    where=here,
                    fix=suggest(question.answers, questionnaire.answers),
                )
            if group.repeat > 1 and not all("#" in name for name in (question.id, *_item_ids(question))):
                raise StudyError(
                    f"question `{question.id}` is repeated, so its id and those of its items need a `#`",
                    where=here,
                    fix="Write the id with `#` where the number of the repetition belongs.",
                )
    for placed in questionnaire.placed():
        _claim(placed.id, seen, text, file, ("groups", placed.position))
        for position, asking in enumerate(placed.questions):
            path = ("groups", placed.position, "questions", position)
            for condition in (placed.condition if position == 0 else None, asking.condition):
                if condition and condition.question not in asked:
                    raise StudyError(
                        f"`{asking.id}` depends on `{condition.question}`, which is not asked before it",
                        where=place(text, file, path),
                        fix=suggest(condition.question, asked),
                    )
            for name in (asking.id, *(item[0] for item in asking.items)):
                _claim(name, seen, text, file, path)
            asked.add(asking.id)
    gaps = questionnaire.missing_texts(languages)
    if gaps:
        raise StudyError(
            f"{len(gaps)} text(s) are missing, the first: {gaps[0]}",
            where=place(text, file, ()),
            fix="Add the translation, or take the language out of the survey's `languages`.",
        )
    return questionnaire


def _item_ids(question: Question) -> list[str]:
    return [item.id for item in question.items]


def _claim(name: str, seen: set[str], text: str, file: str, path: tuple[str | int, ...]) -> None:
    if name in seen:
        raise StudyError(
            f"the id `{name}` stands twice",
            where=place(text, file, path),
            fix="Give each id to one thing only.",
        )
    seen.add(name)
