"""The house stands as drawn: a room imports only from rooms above it, and the quiet rules hold."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "firmtrade"

ROOMS = [
    "errors", "version", "progress", "storage", "workers", "messages", "outputs", "classifications", "concepts",
    "study", "query", "kinds", "studies",
    "engines", "sources", "observatory", "statistics", "inference", "evidence", "surveys", "linked", "protection",
    "advice", "report", "releases", "web", "api", "cli",
]  # fmt: skip

APART = [{"statistics", "evidence", "surveys"}, {"linked", "report"}, {"protection", "report"}]
"""Rooms that do not know each other, in either direction."""

EXPRESSION_ROOMS = {"engines", "sources", "observatory"}
"""Rooms that write what an engine is asked as Ibis expressions."""

ENGINES = {"duckdb", "pyspark"}
DATABASE_READER = "sources/readers/database.py"
"""It reads tables of databases; every other use of an engine goes through the room `engines`."""


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(SOURCE.rglob("*.py")))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def modules_of(room: str) -> list[Path]:
    return [path for path in modules() if room_of(path) == room]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def rooms_imported(path: Path) -> set[str]:
    parts = [name.split(".") for name in imported(path) if name.startswith("firmtrade.")]
    return {part[1] for part in parts if part[1] in ROOMS}


BUILT = sorted({room_of(path) for path in modules()} - {"__init__", "__main__"})


@pytest.mark.parametrize("room", BUILT)
def test_a_room_imports_only_from_rooms_above_it(room: str) -> None:
    assert room in ROOMS, f"{room} has no place in the house"
    for path in modules_of(room):
        below = {other for other in rooms_imported(path) if ROOMS.index(other) > ROOMS.index(room)}
        assert not below, f"{path.name} imports from {sorted(below)}, which stand below {room}"


@pytest.mark.parametrize("room", BUILT)
def test_neighbours_that_do_not_know_each_other_stay_apart(room: str) -> None:
    others = set().union(*(group for group in APART if room in group)) - {room}
    for path in modules_of(room):
        assert not rooms_imported(path) & others, path.name


def test_only_the_room_of_engines_talks_to_one_and_few_write_what_it_is_asked() -> None:
    for path in modules():
        libraries = {name.split(".")[0] for name in imported(path)}
        if room_of(path) not in EXPRESSION_ROOMS:
            assert "ibis" not in libraries, path.name
        if room_of(path) != "engines":
            assert not libraries & ENGINES, path.name
            if path != SOURCE / DATABASE_READER:
                assert "ibis.duckdb" not in path.read_text(encoding="utf-8"), path.name


BLIND_TO_KINDS = {
    "observatory",
    "engines",
    "statistics",
    "protection",
    "report",
    "releases",
    "api",
    "cli",
    "web",
}
"""Rooms that take a table as its kind gives it; `linked` knows the identities of printed tables by kind."""


@pytest.mark.parametrize("room", sorted(BLIND_TO_KINDS & set(BUILT)))
def test_no_room_but_that_of_kinds_asks_which_kind_a_table_is_of(room: str) -> None:
    for path in modules_of(room):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(
                ("table.kind", "declaration.kind")
            ):
                raise AssertionError(f"{path.name}, line {node.lineno}: {ast.unparse(node)}")


def loaded_by(*names: str) -> set[str]:
    """The libraries that a fresh process holds after it has imported modules."""
    program = f"import sys, {', '.join(names)}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
                           capture_output=True, text=True, check=True)  # fmt: skip
    return set(found.stdout.split())


def test_what_is_published_and_read_again_loads_no_engine() -> None:
    """Reports, audits and releases work on statements: whoever opens one waits for no engine."""
    loaded = loaded_by("firmtrade.releases", "firmtrade.linked", "firmtrade.statistics")
    assert not {"ibis", "duckdb"} & loaded


def test_help_and_a_release_that_protects_nothing_load_no_solver_and_no_models() -> None:
    heavy = {"scipy", "highspy", "statsmodels", "sklearn", "firmtrade.evidence", "firmtrade.inference"}
    assert not heavy & loaded_by("firmtrade.releases", "firmtrade.cli.app")
    assert not {"polars", "numpy", "pydantic", "babel"} & loaded_by("firmtrade.cli.app")


def test_advice_to_a_firm_loads_no_frames_and_no_engine() -> None:
    loaded = loaded_by("firmtrade.api.advising", "firmtrade.report.advice")
    assert not {"polars", "pyarrow", "duckdb", "ibis"} & loaded


def test_no_two_classes_have_the_same_name() -> None:
    """Who reads a name, in code, a message or a traceback, need not ask which of two it is."""
    names = [
        node.name for path in modules() for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)
    ]
    assert not [name for name, times in Counter(names).items() if times > 1]


def test_every_module_says_what_it_is() -> None:
    silent = [path for path in modules() if not ast.get_docstring(tree(path))]
    assert not silent


def test_the_attack_shares_no_code_with_the_hiding() -> None:
    """Who checks must not have the blind spots of who hides: neither imports the other, nor the linear systems of
    `linked`, which the hiding uses."""
    room = SOURCE / "protection"
    attack = {path for path in modules() if path.is_relative_to(room / "attack")}
    hiding = {path for path in modules() if path.is_relative_to(room)} - attack
    assert attack
    assert hiding
    own = ("firmtrade.protection.attack", "firmtrade.protection")
    for path in sorted(attack):
        foreign = {
            name
            for name in imported(path)
            if name.startswith("firmtrade.linked")
            or (name.startswith("firmtrade.protection") and not name.startswith(own[0]) and name != own[1])
        }
        assert not foreign, path.name
    for path in sorted(hiding):
        assert not {name for name in imported(path) if name.startswith(own[0])}, path.name
