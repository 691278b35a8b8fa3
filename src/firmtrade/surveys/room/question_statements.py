"""Shares, means and scale scores by group, as estimates with the answers behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from firmtrade.messages import YEAR, Slot
from firmtrade.outputs import Contribution, Estimate
from firmtrade.outputs.parts import PERCENT
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.groups import AnswerGroup, answer_groups
from firmtrade.surveys.questions import MEAN, AskedQuestion, QuestionLine, asked_questions
from firmtrade.surveys.room.ledger import known, ones
from firmtrade.surveys.weighting import SampleDesign, domain_mean, simple_design

QUESTIONS, SCORES = "survey.questions", "survey.scores"
MOST_BY_GROUP = 12
"""A list with more answers than this is not told apart by group: its cells would hold single firms."""


def question_estimates(analysis: Analysis) -> Iterator[Estimate]:
    """Every question and every scale, for everyone and by group, weighted where weights exist."""
    design = analysis.design or simple_design(len(analysis.answers))
    groups = answer_groups(analysis.answered)
    for asked in asked_questions(analysis.loaded, analysis.answers):
        for group in groups_of(asked, groups):
            for line in asked.lines:
                key = (QUESTIONS, group.key, asked.name, line.term)
                yield _estimated(key, line, group, design, shares=asked.shares)
    for scale, values in analysis.scores.items():
        label = analysis.loaded.plan.scales[scale].label
        for group in groups:
            key = (SCORES, group.key, scale, MEAN)
            yield _estimated(key, QuestionLine(MEAN, label, values), group, design, shares=False)


def groups_of(asked: AskedQuestion, groups: Sequence[AnswerGroup]) -> Sequence[AnswerGroup]:
    """The groups by which a question is told apart: everyone alone, where its list of answers is long."""
    return groups[:1] if asked.shares and len(asked.lines) > MOST_BY_GROUP else groups


def _estimated(
    key: tuple[str, str, str, str],
    line: QuestionLine,
    group: AnswerGroup,
    design: SampleDesign,
    *,
    shares: bool,
) -> Estimate:
    inside = group.inside & ~np.isnan(line.values)
    found = domain_mean(line.values[:, None], inside, design, shares=shares)
    scale = 100.0 if shares else 1.0
    n = found.n

    def number(values: NDArray[np.float64]) -> float | None:
        return known(scale * float(values[0]))

    behind: tuple[Contribution, ...] = (ones("base", n),)
    if shares:
        behind = (ones("count", int(line.values[inside].sum())), *behind)
    statistic: Slot = "share" if shares else "mean"
    return Estimate(
        *key,
        number(found.estimate),
        number(found.std_error),
        number(found.low),
        number(found.high),
        n_obs=n,
        n_firms=n,
        estimator=f"{statistic}, linearized",
        contributions=behind,
        unit=PERCENT if shares else YEAR if line.years else "",
        decimals=1 if shares or line.years else 2,
    )
