"""Every example in a docstring of the survey runs and says what it prints."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import polars as pl
import pytest

from firmtrade.surveys.plan import load_survey

MODULES = [
    module.name
    for module in pkgutil.walk_packages(
        importlib.import_module("firmtrade.surveys").__path__, "firmtrade.surveys."
    )
] + ["firmtrade.inference.corrections", "firmtrade.inference.effect_sizes"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


@pytest.mark.parametrize("page", ["how-to/survey.md", "explanation/survey-methods.md"])
def test_examples_of_the_documentation_run(page: str) -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / page
    failed, _ = doctest.testfile(str(path), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


def test_the_simulation_that_the_documentation_shows_supports_what_it_says() -> None:
    table = pl.read_csv(Path(__file__).resolve().parents[2] / "docs/explanation/survey-simulation.csv")
    models = load_survey("sns-belgium").plan.models
    terms = {(name, term) for name, model in models.items() for term in (*model.terms, *model.controls)}
    assert set(table.select("model", "term").iter_rows()) == terms
    assert table["draws"].min() == 500
    assert table["bias"].abs().max() < 0.17
    assert table["coverage"].is_between(0.92, 0.98).all()
    nulls = table.filter(~pl.col("declared")).group_by("weighting").agg(pl.col("rejected").mean())
    assert nulls["rejected"].is_between(0.044, 0.056).all()
