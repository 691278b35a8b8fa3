"""Counts and shares of answers as cells, each with the firms behind it, so that small groups can be
protected."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from firmtrade.messages import message
from firmtrade.outputs import Cell, CellKey, Contribution, ObsStatus
from firmtrade.outputs.parts import COUNT
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.ledger import POPULATION, known, ones


def cells(analysis: Analysis) -> tuple[Cell, ...]:
    """Cells of the tables ``survey_response``, ``survey_frame`` and ``survey_answers``."""
    made = (*_dispositions(analysis), *_frame(analysis), *_answers(analysis))
    year = str(analysis.loaded.plan.survey.year)
    return tuple(_stated(cell, year) for cell in made)


Draft = tuple[CellKey, float | None, str, int | None, int | None, tuple[Contribution, ...]]


def _stated(draft: Draft, year: str) -> Cell:
    key, value, unit, numerator, denominator, contributions = draft
    undefined = value is None
    return Cell(
        key,
        known(value),
        unit,
        year,
        0 if unit == COUNT else 1,
        ObsStatus.UNDEFINED if undefined else ObsStatus.NORMAL,
        numerator=numerator,
        denominator=denominator,
        n_firms=denominator if denominator is not None else numerator,
        contributions=contributions,
        reason=message("reasons.nobody") if undefined else None,
    )


def _share(table: str, row: str, column: str, part: int, whole: int, value: float | None = None) -> Draft:
    percent = value if value is not None else (100 * part / whole if whole else None)
    key = CellKey(table, POPULATION, row, column)
    return (
        key,
        percent if whole else None,
        "percent",
        part,
        whole,
        (ones("count", part), ones("base", whole)),
    )


def _number(table: str, row: str, column: str, n: int) -> Draft:
    return CellKey(table, POPULATION, row, column), float(n), COUNT, n, None, (ones("count", n),)


def _dispositions(analysis: Analysis) -> Iterator[Draft]:
    if analysis.rates is not None:
        for name, count in analysis.rates.counts.items():
            yield _number("survey_response", name, "n", count)
    for step, count in analysis.quality.flow:
        yield _number("survey_quality", step, "n", count)


def _frame(analysis: Analysis) -> Iterator[Draft]:
    n = len(analysis.answers)
    for found in analysis.comparisons:
        for place, level in enumerate(found.levels):
            part = round(found.respondents[place] * n)
            row = f"{found.attribute}={level}"
            yield _share("survey_frame", row, "respondents", part, n)
            if found.weighted is not None:
                yield _share("survey_frame", row, "weighted", part, n, 100 * float(found.weighted[place]))


def _answers(analysis: Analysis) -> Iterator[Draft]:
    """Distribution of every closed question, unweighted; missing codes are columns of their own."""
    for name, variable in analysis.loaded.variables.items():
        if name not in analysis.answers.columns or not variable.leaves or variable.kind in ("number", "text"):
            continue
        given = analysis.answers[name].cast(pl.String)
        if variable.kind == "flag":
            codes = ["1"]
            valid = len(given) - given.null_count()
        else:
            assert variable.answers is not None
            codes = [str(code.code) for code in variable.answers.codes]
            counted = [str(code.code) for code in variable.answers.valid]
            valid = int(given.is_in(counted).sum())
        for code in codes:
            part = int((given == code).sum())
            if variable.answers is not None and code not in {str(c.code) for c in variable.answers.valid}:
                yield _number("survey_answers", name, code, part)
            else:
                yield _share("survey_answers", name, code, part, valid)
        yield _number("survey_answers", name, "n", valid)
