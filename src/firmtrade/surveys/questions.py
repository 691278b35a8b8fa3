"""Every question as columns of numbers: zeros and ones for its answers and boxes, amounts, positions on a scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.messages import Slot
from firmtrade.surveys.instrument import PlacedQuestion, Variable
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.scales import item_values

Array = NDArray[np.float64]

MEAN = "mean"
"""The term under which the mean of a number stands."""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One line of a question: its term (the code of an answer, an item, ``mean``), words, and values (n,), which may be
    years."""

    term: str
    label: Slot
    values: Array
    years: bool = False


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its lines; ``shares`` says that they are zeros and ones. NaN where no answer counts.

    ``name`` is the id of the question, or of the line of a scale that measures nothing: its answers are counted, as
    those of a choice are, and ``grid`` is the question that it is a line of.
    """

    name: str
    question: PlacedQuestion
    text: Slot
    shares: bool
    lines: tuple[QuestionLine, ...]
    grid: Slot = ""


def asked_questions(loaded: LoadedSurvey, answers: pl.DataFrame) -> tuple[AskedQuestion, ...]:
    """The questions that may be published and have an answer, in the order asked."""
    found = []
    columns: dict[str, list[Variable]] = {}
    for variable in loaded.variables.values():
        if variable.leaves and variable.name in answers.columns:
            columns.setdefault(variable.question, []).append(variable)
    for group in loaded.questionnaire.placed():
        for question in group.questions:
            variables = columns.get(question.id, [])
            if question.declared.kind == "scale" and not question.declared.measures:
                found += [
                    AskedQuestion(
                        each.name, question, each.text, True, tuple(_answers(answers, each)), each.stem or ""
                    )
                    for each in variables
                ]
                continue
            lines = tuple(line for each in variables for line in _lines(answers, each))
            if any(not np.isnan(line.values).all() for line in lines):
                text = variables[0].stem or variables[0].text
                shares = question.declared.kind in ("choice", "multiple")
                found.append(AskedQuestion(question.id, question, text, shares, lines))
    return tuple(found)


def _lines(answers: pl.DataFrame, variable: Variable) -> Iterator[QuestionLine]:
    if variable.kind == "choice":
        yield from _answers(answers, variable)
    elif variable.kind == "number":
        yield QuestionLine(MEAN, variable.text, item_values(answers, variable), variable.is_year)
    else:
        yield QuestionLine(variable.name, variable.text, item_values(answers, variable, turned=False))


def _answers(answers: pl.DataFrame, variable: Variable) -> Iterator[QuestionLine]:
    """A line for each answer of a list that counts."""
    assert variable.answers is not None  # only what is answered from a list comes here
    given = answers[variable.name].cast(pl.String)
    counted = given.is_in([str(code.code) for code in variable.answers.valid]).fill_null(False)
    for code in variable.answers.valid:
        here = (given == str(code.code)).cast(pl.Float64).set(~counted, None)
        yield QuestionLine(str(code.code), code.text, here.fill_null(float("nan")).to_numpy())
