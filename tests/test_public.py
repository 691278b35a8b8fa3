"""The public names are the same wherever they are listed: for type checkers, for loading late, for the API itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import firmtrade
from firmtrade import api, errors

INSIDE = {"check_room"}
"""What the command line needs before it works, and a notebook does not."""

ERRORS = {"FirmtradeError", "UsageError", "StudyError", "InputError", "DataError"}
EAGER = {"__version__", *ERRORS}
OF_THE_API = set(firmtrade.__all__) - EAGER - set(firmtrade.OPTIONS)


def test_the_package_offers_what_the_api_offers() -> None:
    assert set(api.__all__) - INSIDE == OF_THE_API


def test_a_type_checker_sees_every_public_name() -> None:
    tree = ast.parse(Path(str(firmtrade.__file__)).read_text(encoding="utf-8"))
    seen = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"firmtrade.api", *firmtrade.OPTIONS.values()}
        for alias in node.names
    }
    assert seen == set(firmtrade.__all__) - EAGER
    assert (Path(str(firmtrade.__file__)).parent / "py.typed").is_file()


def test_every_public_name_is_what_the_api_calls_so() -> None:
    for name in OF_THE_API:
        assert getattr(firmtrade, name) is getattr(api, name)
    for name, room in firmtrade.OPTIONS.items():
        assert getattr(firmtrade, name) is getattr(importlib.import_module(room), name)


def test_errors_are_caught_by_their_public_names() -> None:
    for name in ERRORS:
        assert getattr(firmtrade, name) is getattr(errors, name)
    with pytest.raises(firmtrade.FirmtradeError, match="belgium-2008"):
        firmtrade.load_study("belgium-208")


ROOMS = [each.name for each in pkgutil.iter_modules(firmtrade.__path__)]


@pytest.mark.parametrize("name", ROOMS)
def test_no_function_takes_the_name_of_a_room(name: str) -> None:
    if name == "__main__":
        return
    assert name not in firmtrade.__all__
    room = importlib.import_module(f"firmtrade.{name}")
    assert isinstance(room, ModuleType)
    assert getattr(firmtrade, name) is room


def test_the_version_is_known_before_anything_is_loaded() -> None:
    program = "import sys, firmtrade; print(firmtrade.__version__, *sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    version, *loaded = found.split()
    assert version == firmtrade.__version__
    assert not {"polars", "pydantic", "firmtrade.api"} & set(loaded)
