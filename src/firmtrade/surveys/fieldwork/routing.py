"""Who was asked a question: by its conditions, and by how far a respondent came."""

from __future__ import annotations

import polars as pl

from firmtrade.surveys.instrument.questionnaire import Condition, PlacedQuestion, Questionnaire

SUBMITTED = ("submitdate", "_submission_time", "recordeddate", "completed")
"""Headings, in lower case, whose value says that a respondent came to the end."""


def _holds(condition: Condition | None, answers: pl.DataFrame) -> pl.Series:
    """Whether a condition is met, shape (n,); a condition on a column that is not there is taken as met."""
    everyone = pl.Series([True] * len(answers), dtype=pl.Boolean)
    if condition is None or condition.question not in answers.columns:
        return everyone
    given = answers[condition.question].cast(pl.String)
    if not condition.equals:
        return given.is_not_null()
    return given.is_in([str(code) for code in condition.equals]).fill_null(False)


def asked(
    questionnaire: Questionnaire, question: str, answers: pl.DataFrame, submitted: pl.Series
) -> pl.Series:
    """Whether each respondent was asked a question, shape (n,).

    A respondent was asked where the conditions of question and group hold and the form was not left before: it was
    submitted, or a later question that everyone is asked has an answer. Where the file has no such later question, an
    answer to anything else shows that the respondent was there; where it has nothing else at all, everyone was.
    """
    placed = [(group, each) for group in questionnaire.placed() for each in group.questions]
    position = next(at for at, (_, each) in enumerate(placed) if each.id == question)
    group, here = placed[position]
    routed = _holds(group.condition, answers) & _holds(here.condition, answers)
    always = [each for g, each in placed[position + 1 :] if g.condition is None and each.condition is None]
    later = _columns(always, answers)
    others = _columns([each for _, each in placed if each.id != question], answers)
    if later:
        reached = submitted | _any_answer(answers, later)
    elif others:
        reached = submitted | _any_answer(answers, others)
    else:
        reached = pl.Series([True] * len(answers), dtype=pl.Boolean)
    return routed & reached


def _columns(questions: list[PlacedQuestion], answers: pl.DataFrame) -> list[str]:
    names = [name for each in questions for name in (each.id, *(item for item, _, _ in each.items))]
    return [name for name in names if name in answers.columns]


def _any_answer(answers: pl.DataFrame, columns: list[str]) -> pl.Series:
    return answers.select(pl.any_horizontal(pl.col(columns).is_not_null())).to_series()
