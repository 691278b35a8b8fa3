"""How carefully was it answered? Flags per respondent, and who is left out of the analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.surveys.criteria import Answered
from firmtrade.surveys.fieldwork.routing import routed_past, screened_out
from firmtrade.surveys.instrument.placement import Variable
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.scales import item_values

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

QUALITY_FLAGS = ("screened_out", "incomplete", "attention", "speeding", "straight_lining", "inconsistent")


@dataclass(frozen=True, slots=True)
class ResponseQuality:
    """Flags by name, shape (n,), and the indices behind them.

    ``longest_run`` is the longest run of equal answers as a share of the lines answered (Johnson 2005);
    ``variability`` the standard deviation over a respondent's lines (Dunn and others 2018); ``answered`` the
    share of lines answered of those that a respondent was to be asked; ``kept`` who stays in the analysis;
    ``flow`` how many each rule leaves out in turn; ``unchecked`` the rules for which the answers hold nothing.
    """

    flags: dict[str, Flags]
    longest_run: Array
    variability: Array
    answered: Array
    kept: Flags
    flow: tuple[tuple[str, int], ...]
    unchecked: tuple[str, ...] = ()


def _longest_run(values: Array) -> Array:
    """Longest run of equal neighbours in each row, missing answers skipped, as a share of those answered."""
    n, p = values.shape
    longest, current = np.zeros(n), np.zeros(n)
    last = np.full(n, np.nan)
    for column in range(p):
        value = values[:, column]
        there = ~np.isnan(value)
        current = np.where(there, np.where(value == last, current + 1, 1), current)
        last = np.where(there, value, last)
        longest = np.maximum(longest, current)
    answered = (~np.isnan(values)).sum(axis=1)
    return np.asarray(np.divide(longest, answered, out=np.zeros(n), where=answered > 0))


def inconsistent_dates(answered: Answered) -> Flags:
    """A year after that of the survey, a first foreign sale before the founding, or a market entered before the first
    foreign sale."""
    columns, year = answered.loaded.plan.columns, answered.loaded.plan.survey.year
    first, founded = answered.column("first_export"), answered.column("founded")
    wrong = (first < founded) | (first > year) | (founded > year)
    if columns.market_year:
        for name in answered.repeated("market_year"):
            market = answered.number(name)
            wrong |= (market < first) | (market > year)
    return np.asarray(wrong)


def _answered_share(loaded: LoadedSurvey, answers: pl.DataFrame, lines: list[Variable]) -> Array:
    """Share of lines answered of those that the form did not lead past, shape (n,); one where there are none."""
    if not lines:
        return np.ones(len(answers))
    past = routed_past(loaded.questionnaire, answers)
    there = np.stack([answers[line.name].is_not_null().to_numpy() for line in lines], axis=1)
    due = there | ~np.stack([past[line.question].to_numpy() for line in lines], axis=1)
    number = due.sum(axis=1)
    share: Array = np.divide(there.sum(axis=1), number, out=np.ones(len(answers)), where=number > 0)
    return share


def answer_quality(loaded: LoadedSurvey, answers: pl.DataFrame) -> ResponseQuality:
    """Check every respondent by the rules of ``[fieldwork]``.

    Straight-lining is looked for over all lines of scales as they were ticked, before reversed items are
    turned: an honest answer to a reversed item breaks the line. Speeding is a duration below a share of the
    median.
    """
    rules = loaded.plan.fieldwork
    n = len(answers)
    lines = [v for v in loaded.variables.values() if v.kind == "scale" and v.name in answers.columns]
    ticked = np.full((n, len(lines)), np.nan)
    for place, variable in enumerate(lines):
        ticked[:, place] = item_values(answers, variable, turned=False)
    share = _answered_share(loaded, answers, lines)
    run = _longest_run(ticked)
    number = (~np.isnan(ticked)).sum(axis=1)
    mean = np.divide(np.nansum(ticked, axis=1), number, out=np.zeros(n), where=number > 0)
    squares = np.nansum((ticked - mean[:, None]) ** 2, axis=1)
    variability = np.sqrt(np.divide(squares, number - 1, out=np.zeros(n), where=number > 1))
    none = np.zeros(n, dtype=bool)
    outside = screened_out(loaded.questionnaire, answers).to_numpy()
    flags: dict[str, Flags] = {"screened_out": outside, "incomplete": share < rules.partial}
    checked = {"straight_lining"} if len(lines) > 1 else set()
    attention = none
    if rules.attention and rules.attention.item in answers.columns:
        given = answers[rules.attention.item].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        checked.add("attention")
        attention = ~np.isnan(given) & (given != rules.attention.code)
    speeding = none
    if loaded.plan.columns.duration in answers.columns:
        seconds = (
            answers[loaded.plan.columns.duration].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        )
        if not np.isnan(seconds).all():
            checked.add("speeding")
            speeding = seconds < rules.speeding * np.nanmedian(seconds)
    flags["attention"] = attention
    flags["speeding"] = speeding
    flags["straight_lining"] = run > rules.straight_lining
    known = Answered(loaded, answers, {})
    flags["inconsistent"] = inconsistent_dates(known)
    if not all(np.isnan(known.column(name)).all() for name in ("first_export", "founded")):
        checked.add("inconsistent")
    kept = np.ones(n, dtype=bool)
    flow: list[tuple[str, int]] = [("received", n)]
    unchecked = tuple(name for name in rules.exclude if name not in checked)
    first = ("screened_out", "incomplete") if outside.any() else ("incomplete",)
    for name in (*first, *(name for name in rules.exclude if name in checked)):
        out = kept & flags[name]
        kept = kept & ~flags[name]
        flow.append((name, int(out.sum())))
    flow.append(("analysed", int(kept.sum())))
    return ResponseQuality(flags, run, variability, share, kept, tuple(flow), unchecked)
