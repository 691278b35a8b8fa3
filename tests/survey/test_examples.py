"""Every example in a docstring of the survey runs and says what it prints."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from firmtrade.surveys.plan import load_survey


@pytest.mark.parametrize("page", ["how-to/survey.md", "explanation/survey-methods.md"])
def test_examples_of_the_documentation_run(page: str) -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / page
    failed, _ = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


DOCS = Path(__file__).resolve().parents[2] / "docs" / "explanation"


def reach(share: float, draws: int, tests: int = 1) -> float:
    """How far the share of an event may lie from its chance in so many draws, in 95 of 100 tables of so many shares."""
    return float(norm.isf(0.025 / tests) * np.sqrt(share * (1 - share) / draws))


def test_the_simulation_that_the_documentation_shows_supports_what_it_says() -> None:
    table = pl.read_csv(DOCS / "survey-simulation.csv")
    models = load_survey("sns-belgium").plan.models
    terms = {(name, term) for name, model in models.items() for term in (*model.terms, *model.controls)}
    assert set(table.select("model", "term").iter_rows()) == terms
    draws = int(table["draws"].min())  # type: ignore[arg-type]
    assert draws >= 500
    assert table["bias"].abs().max() < 0.17
    assert np.abs(table["coverage"] - 0.95).max() < reach(0.95, draws, len(table))
    nulls = table.filter(~pl.col("declared"))
    assert np.abs(nulls["rejected"] - 0.05).max() < reach(0.05, draws, len(nulls))
    # The coefficients of a draw share its firms: at worst all of them reject together.
    means = nulls.group_by("weighting").agg(pl.col("rejected").mean())
    assert np.abs(means["rejected"] - 0.05).max() < reach(0.05, draws)


def test_errors_are_right_for_the_target_they_are_made_for_and_for_no_other() -> None:
    table = pl.read_csv(DOCS / "survey-size.csv").filter(variance="design_corrected")
    missed = {(truth, target): (share, error) for truth, target, share, error in table.select(
        "truth", "target", "missed", "std_error"
    ).iter_rows()}  # fmt: skip
    register, process = "finite_population", "superpopulation"
    for target in (register, process):
        assert abs(missed[target, target][0] - 0.05) < reach(0.05, int(table["draws"].min()))  # type: ignore[arg-type]
    too_often, error = missed[process, register]
    assert too_often - missed[process, process][0] > 4 * error
    too_seldom, error = missed[register, process]
    assert missed[register, register][0] - too_seldom > 4 * error
