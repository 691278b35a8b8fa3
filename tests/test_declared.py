"""Whatever the code imports, the project file asks for: an environment made from it alone is whole.

A script that stands by itself may ask for more in its own head, as inline script metadata (PEP 723).
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PARTS = {"markupsafe": "jinja2", "pydantic-core": "pydantic", "packaging": "pytest"}
"""Packages that always come with another one, which declares them."""


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", each)[0].lower() for each in requirements}


def declared(*, for_users: bool) -> set[str]:
    """Distributions of the main list and, for developers, of every extra; users need what `all` brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: found for name, found in project["optional-dependencies"].items() if name != "all"}
    if for_users:
        del extras["dev"]
    return requirement_names(
        [*project["dependencies"], *(each for found in extras.values() for each in found)]
    )


def asked_in_its_head(path: Path) -> set[str]:
    """Distributions that a script asks for in its inline metadata."""
    head = re.search(r"^# /// script\n((?:#.*\n)+?)# ///$", path.read_text(encoding="utf-8"), re.MULTILINE)
    if not head:
        return set()
    content = "\n".join(line.removeprefix("#").strip() for line in head[1].splitlines())
    return requirement_names(tomllib.loads(content)["dependencies"])


def modules_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def is_own(module: str, beside: Path) -> bool:
    places = (ROOT / "src", ROOT / "tests", beside)
    return any((place / name).exists() for place in places for name in (module, f"{module}.py"))


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks", "docs"])
def test_every_package_imported_is_declared(folder: str) -> None:
    distributions = packages_distributions()
    allowed = declared(for_users=folder == "src")
    strangers = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        known = allowed if folder == "src" else allowed | asked_in_its_head(path)
        for module in set(modules_imported(path)) - sys.stdlib_module_names:
            names = {name.lower().replace("_", "-") for name in distributions.get(module, [module])}
            if not is_own(module, path.parent) and not {PARTS.get(name, name) for name in names} & known:
                strangers[module] = path.name
    assert not strangers
