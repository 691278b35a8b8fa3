"""The examples in the room's docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

MODULES = sorted(
    module.name for module in pkgutil.iter_modules(importlib.import_module("firmtrade.report").__path__)
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_print_what_they_say(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"firmtrade.report.{name}")).failed == 0
