"""Who was asked a question: by its conditions, and by how far a respondent came."""

from __future__ import annotations

import polars as pl

from firmtrade.surveys.instrument.placement import PlacedCondition, PlacedQuestion
from firmtrade.surveys.instrument.questionnaire import TICKED, Questionnaire

SUBMITTED = ("submitdate", "submissiondate", "_submission_time", "recordeddate", "completed")
"""Headings, in lower case, whose value says that a respondent came to the end."""


def _holds(condition: PlacedCondition, answers: pl.DataFrame) -> pl.Series:
    """Whether a condition is met, shape (n,): missing where the question it rests on has no answer.

    A condition on a column that is not there is taken as met; where any answer will do, none is a no.
    """
    column = condition.box or condition.question
    if column not in answers.columns:
        return pl.Series([True] * len(answers), dtype=pl.Boolean)
    given = answers[column].cast(pl.String)
    if condition.box:
        return given == str(TICKED)
    if not condition.equals:
        return given.is_not_null()
    return given.is_in([str(code) for code in condition.equals])


def _all_hold(conditions: tuple[PlacedCondition, ...], answers: pl.DataFrame) -> pl.Series:
    """Whether all conditions are met; missing where that is open."""
    found = pl.Series([True] * len(answers), dtype=pl.Boolean)
    for condition in conditions:
        found &= _holds(condition, answers)
    return found


def _placed(questionnaire: Questionnaire) -> list[tuple[tuple[PlacedCondition, ...], PlacedQuestion]]:
    """Every question in the order asked, with its own conditions and those of its group."""
    return [
        ((*group.conditions, *question.conditions), question)
        for group in questionnaire.placed()
        for question in group.questions
    ]


def asked(
    questionnaire: Questionnaire, question: str, answers: pl.DataFrame, submitted: pl.Series
) -> pl.Series:
    """Whether each respondent was asked a question, shape (n,).

    A respondent was asked where the conditions of question and group hold and the form was not left before: it was
    submitted, or a later question that is asked of everyone who comes here has an answer. Where the file has no such
    later question, an answer to anything else shows that the respondent was there; where it has nothing else at all,
    everyone was.
    """
    placed = _placed(questionnaire)
    position = next(at for at, (_, each) in enumerate(placed) if each.id == question)
    conditions = placed[position][0]
    routed = _all_hold(conditions, answers).fill_null(False)
    always = [each for c, each in placed[position + 1 :] if set(c) <= set(conditions)]
    later = _columns(always, answers)
    others = _columns([each for _, each in placed if each.id != question], answers)
    if later:
        reached = submitted | _any_answer(answers, later)
    elif others:
        reached = submitted | _any_answer(answers, others)
    else:
        reached = pl.Series([True] * len(answers), dtype=pl.Boolean)
    return routed & reached


def routed_past(questionnaire: Questionnaire, answers: pl.DataFrame) -> dict[str, pl.Series]:
    """By question, which respondents an answer of theirs leads past it, shape (n,).

    Where the question that decides has no answer, nobody is led past: who left the form there was still to be asked.
    """
    return {
        question.id: (~_all_hold(conditions, answers)).fill_null(False)
        for conditions, question in _placed(questionnaire)
    }


def routed(questionnaire: Questionnaire, answers: pl.DataFrame) -> pl.DataFrame:
    """Answers without those to questions that the form would not have asked, one question after the other."""
    kept = answers
    for conditions, question in _placed(questionnaire):
        names = _columns([question], kept)
        if conditions and names:
            here = _all_hold(conditions, kept).fill_null(False)
            kept = kept.with_columns(pl.when(pl.lit(here)).then(pl.col(name)).alias(name) for name in names)
    return kept


def screened_out(questionnaire: Questionnaire, answers: pl.DataFrame) -> pl.Series:
    """Which respondents said that they are outside the population, shape (n,)."""
    found = pl.Series([False] * len(answers), dtype=pl.Boolean)
    for _, question in _placed(questionnaire):
        codes = [str(code) for code in question.declared.screens_out]
        if codes and question.id in answers.columns:
            found |= answers[question.id].cast(pl.String).is_in(codes).fill_null(False)
    return found


def _columns(questions: list[PlacedQuestion], answers: pl.DataFrame) -> list[str]:
    names = [name for each in questions for name in (each.id, *(item for item, _, _ in each.items))]
    return [name for name in names if name in answers.columns]


def _any_answer(answers: pl.DataFrame, columns: list[str]) -> pl.Series:
    return answers.select(pl.any_horizontal(pl.col(columns).is_not_null())).to_series()
