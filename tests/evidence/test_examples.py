"""Every example in the rooms' docstrings and pages runs."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
SURVEY_STATISTICS = {"corrections", "effect_sizes"}
"""Modules of the inference room that the survey uses; its tests run their examples."""
MODULES = [
    module.name
    for room in map(importlib.import_module, ("firmtrade.evidence", "firmtrade.inference"))
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + ".")
    if module.name.rpartition(".")[2] not in SURVEY_STATISTICS
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_run(name) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, extraglobs={"np": np, "pl": pl}).failed == 0


def test_examples_of_the_page_run() -> None:
    result = doctest.testfile(str(DOCS / "evidence.md"), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0
