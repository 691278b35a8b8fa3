"""The examples in docstrings give what they say they give."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import firmtrade

ROOT = Path(__file__).parents[1]
NAMES = sorted(
    found.name for found in pkgutil.walk_packages(firmtrade.__path__, "firmtrade.") if "__main__" not in found.name
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_hold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # examples read the project's own
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        pytest.skip(str(error))
    found = doctest.testmod(module, extraglobs={"np": np, "pl": pl}, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = (importlib.import_module(name) for name in NAMES if name.startswith("firmtrade.messages"))
    assert sum(len(test.examples) for module in modules for test in finder.find(module)) > 30
