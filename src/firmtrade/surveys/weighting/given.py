"""The design of a sample that others drew and weighted, from columns that came with the answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.messages import Firms
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.fieldwork.written_numbers import read_numbers
from firmtrade.surveys.plan import Columns
from firmtrade.surveys.weighting.checks import checked_design
from firmtrade.surveys.weighting.estimation import SampleDesign

Codes = NDArray[np.intp]


def given_design(answers: pl.DataFrame, columns: Columns) -> SampleDesign | None:
    """The design by the entries ``weight``, ``stratum``, ``cluster`` and ``population`` of ``[columns]``.

    None where the answers have no weight. A missing stratum or cluster is one of its own.

    Raises
    ------
    ImpossibleError
        A weight is missing, zero, negative or no number; a stratum has different populations, or fewer in its
        population than in the sample; every stratum has a single primary unit.
    """
    if columns.weight is None or columns.weight not in answers.columns:
        return None
    weights = read_numbers(answers[columns.weight].cast(pl.String))
    wrong = int((~((weights > 0) & weights.is_finite()).fill_null(False)).sum())
    if wrong:
        raise ImpossibleError("wrong_given_weights", n=Firms(wrong))
    n = len(answers)
    strata = _codes(answers, columns.stratum, np.zeros(n, dtype=np.intp))
    clusters = None
    if columns.cluster is not None and columns.cluster in answers.columns:
        # The same name of a cluster in two strata is two clusters.
        inside = _codes(answers, columns.cluster, np.arange(n))
        clusters = np.unique(strata * (int(inside.max()) + 1) + inside, return_inverse=True)[1].astype(
            np.intp
        )
    design = SampleDesign(strata, weights.to_numpy(), None, None, clusters)
    if columns.population is None or columns.population not in answers.columns:
        return checked_design(design)
    return checked_design(replace(design, population=_population(answers[columns.population], design)))


def _codes(answers: pl.DataFrame, name: str | None, otherwise: Codes) -> Codes:
    if name is None or name not in answers.columns:
        return otherwise
    found = answers[name].cast(pl.String).fill_null("")
    return np.unique(found.to_numpy().astype(str), return_inverse=True)[1].astype(np.intp)


def _population(values: pl.Series, design: SampleDesign) -> NDArray[np.float64]:
    """Primary units per stratum, by its number in every answer of the stratum."""
    numbers = read_numbers(values.cast(pl.String)).fill_null(float("nan")).to_numpy()
    drawn = np.bincount(design.units)
    found = np.empty(len(drawn))
    for stratum in range(len(drawn)):
        totals = np.unique(numbers[design.strata == stratum])
        if len(totals) != 1 or not totals[0] >= drawn[stratum]:
            raise ImpossibleError("wrong_population")
        found[stratum] = totals[0]
    return found
