"""Every example in a docstring of the survey runs and says what it prints."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import firmtrade.survey

MODULES = [
    module.name for module in pkgutil.walk_packages(firmtrade.survey.__path__, "firmtrade.survey.")
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
