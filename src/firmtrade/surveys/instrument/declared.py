"""What a questionnaire declares: answer lists, questions with their level of measurement, conditions, groups."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration

Kind = Literal["number", "choice", "multiple", "scale", "text"]
Level = Literal["nominal", "ordinal", "scale"]
"""Level of measurement (Stevens 1946, Science 103, 677-680): names, an order, or amounts."""

Missing = Literal["unknown", "not_applicable"]
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9#]{0,17}$")]
"""Letters and digits only, as LimeSurvey asks; `#` stands for the number of the repetition."""
_WORDS_OF_FORMS = ("and", "eq", "ge", "gt", "le", "lt", "ne", "or", "self", "that", "this")
"""Words of LimeSurvey's conditions, operators among them, which cannot be the code of a question there."""
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9#]{0,4}$")]

ListName = Annotated[str, StringConstraints(pattern=r"^\S+$")]
"""The name of a list of answers, without blanks: XLSForm writes it behind the type of a question."""


class AnswerCode(Declaration):
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
    codes: tuple[AnswerCode, ...] = Field(min_length=2)
    ordered: bool = False

    @model_validator(mode="after")
    def _codes_are_told_apart(self) -> Answers:
        codes = [answer.code for answer in self.codes]
        twice = sorted({str(code) for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"the code {twice[0]} stands twice in this list of answers")
        if self.ordered and not self.whole:
            raise ValueError("the codes of an ordered list of answers must be whole numbers")
        return self

    @property
    def whole(self) -> bool:
        """Whether all codes are whole numbers."""
        return all(isinstance(answer.code, int) for answer in self.codes)

    @property
    def valid(self) -> tuple[AnswerCode, ...]:
        """The answers that count: all but the missing ones."""
        return tuple(answer for answer in self.codes if answer.missing is None)

    @property
    def dichotomous(self) -> bool:
        """Whether the answers that count are 0 and 1, whose mean is a share."""
        return {answer.code for answer in self.valid} == {0, 1}


class Item(Declaration):
    """One line of a scale, or one box of a multiple choice."""

    id: ItemId
    text: Text
    reverse: bool = False


class When(Declaration):
    """A question or group is asked only then: another question has one of some answers, or any answer, or a box of a
    multiple choice, named by its own id, is ticked (``answered``).

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


def _several(value: Any) -> Any:
    """One condition may stand without a list."""
    return (value,) if isinstance(value, dict | When) else value


Conditions = Annotated[tuple[When, ...], BeforeValidator(_several)]
"""Conditions that must all hold."""


class Question(Declaration):
    """One question. ``identifying`` marks what tells who answered; it never leaves, nor does free text.

    ``level`` is its level of measurement, where that does not follow from its kind and answers. A firm that gives one
    of the answers ``screens_out`` is outside the population: it is asked nothing more. A number is ``whole`` where it
    has no decimals, and ``at_least`` the answer to an earlier question.
    """

    id: QuestionId
    kind: Kind
    text: Text
    help: Text | None = None
    answers: str | None = None
    items: tuple[Item, ...] = ()
    measures: str | None = None
    level: Level | None = None
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    at_least: QuestionId | None = None
    missing: tuple[float, ...] = ()
    """Numbers that are no answer, such as 99 for "don't know"."""
    required: bool = False
    identifying: bool = False
    when: Conditions = ()
    screens_out: tuple[int | str, ...] = ()

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
        if self.kind != "number" and (self.whole or self.at_least):
            raise ValueError(f"a {self.kind} question has no `whole` or `at_least`: only numbers have")
        if self.kind != "number" and self.missing:
            raise ValueError(
                f"a {self.kind} question has no `missing`: codes of its `answers` say what they mean"
            )
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("`minimum` must be below `maximum`")
        if self.kind == "text" and self.level not in (None, "nominal"):
            raise ValueError("free text has no order and no amount: leave `level` out")
        if self.id in _WORDS_OF_FORMS:
            raise ValueError(
                f"`{self.id}` is a word of LimeSurvey and no code of a question there; choose another id"
            )
        if self.screens_out and self.kind != "choice":
            raise ValueError("only a choice can screen out, by codes of its `answers`")
        return self


class Letter(Declaration):
    """A letter to a drawn firm; ``{link}`` stands for its way into the form."""

    subject: Text
    body: Text


class FormTexts(Declaration):
    """What a form says before and after its questions, and the letters that bring it; each where it is given."""

    welcome: Text | None = None
    privacy: Text | None = None
    closing: Text | None = None
    invitation: Letter | None = None
    reminder: Letter | None = None


class QuestionGroup(Declaration):
    """A page of questions; with ``repeat`` it is asked that many times, and `#` in ids counts along."""

    id: QuestionId
    title: Text
    questions: tuple[Question, ...] = Field(min_length=1)
    intro: Text | None = None
    repeat: int = Field(default=1, ge=1, le=20)
    when: Conditions = ()
