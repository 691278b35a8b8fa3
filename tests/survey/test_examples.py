"""Every example in a docstring of the survey runs and says what it prints."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

MODULES = [
    module.name
    for module in pkgutil.walk_packages(
        importlib.import_module("firmtrade.survey").__path__, "firmtrade.survey."
    )
] + ["firmtrade.inference.corrections", "firmtrade.inference.effect_sizes"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0
