"""The public names are the same wherever they are listed: for type checkers, for loading late, for the API itself."""

from __future__ import annotations

import ast
from pathlib import Path

import firmtrade
from firmtrade import api

INSIDE = {"check_room"}
"""What the command line needs before it works, and a notebook does not."""


def test_the_package_offers_what_the_api_offers() -> None:
    assert set(firmtrade.__all__) == {"__version__", *api.__all__} - INSIDE


def test_a_type_checker_sees_every_public_name() -> None:
    tree = ast.parse(Path(str(firmtrade.__file__)).read_text(encoding="utf-8"))
    seen = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "firmtrade.api"
        for alias in node.names
    }
    assert seen == set(firmtrade.__all__) - {"__version__"}


def test_every_public_name_is_what_the_api_calls_so() -> None:
    for name in set(firmtrade.__all__) - {"__version__"}:
        assert getattr(firmtrade, name) is getattr(api, name)
