"""The list of changes that no test can notice speaks of the program as it is."""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks" / "mutants"
SURVIVORS: list[dict[str, Any]] = tomllib.loads((FOLDER / "survivors.toml").read_text("utf-8"))["survivor"]


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("changes")


@pytest.mark.parametrize("module", sorted({one["module"] for one in SURVIVORS}))
def test_every_known_survivor_is_still_a_change_of_its_module_and_has_a_reason(
    changes: Any, module: str
) -> None:
    there = {mutant.key for mutant, _ in changes.mutants(module)}
    for one in SURVIVORS:
        if one["module"] == module:
            key = (module, one["function"], one["before"], one["after"], one.get("number", 0))
            assert key in there, key
            assert one["why"].endswith("."), key


def test_each_mutant_is_the_module_with_one_change(changes: Any) -> None:
    module = "statistics/formulas.py"
    whole = ast.parse((changes.PACKAGE / module).read_text("utf-8"))
    original = ast.unparse(whole).splitlines()
    found = list(changes.mutants(module))
    assert len({mutant.key for mutant, _ in found}) == len(found) > 50
    for mutant, tree in found:
        changed = ast.unparse(tree).splitlines()
        different = [(a, b) for a, b in zip(original, changed, strict=True) if a != b]
        assert len(different) <= 1, mutant
        assert mutant.before != mutant.after
