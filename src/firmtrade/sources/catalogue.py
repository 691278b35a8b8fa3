"""The reference page of mappings: ``python -m firmtrade.sources.catalogue`` writes it."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from firmtrade.sources.canonical import STORED, TABLES
from firmtrade.sources.mapping import declaration, model
from firmtrade.sources.mapping.raw_file import RawFile, Replacement
from firmtrade.sources.mapping.rule import ColumnRule, Months, Own, RowCondition
from firmtrade.sources.quality import ALL_RELATIONS, RULES
from firmtrade.sources.readers import FORMATS

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("`[stamp]`", model.StampOf),
    ("`[import]`", model.Options),
    ("`[currencies.NAME]`", model.Currency),
    ("`[files.NAME]`", RawFile),
    ("`[TABLE]` or `[[TABLE]]`", model.Feed),
    ("`[[TABLE.join]]`", model.Addition),
    ("A rule: `[TABLE.columns]`", ColumnRule),
    ("A column of your own: `[TABLE.extra]`, a rule with one more key", Own),
    ("A condition: `where`", RowCondition),
    ("`prefer`", model.Preference),
    ("`pivot`", model.Pivot),
    ("`lookup`", model.Lookup),
    ("`replaces`", Replacement),
    ("`months`", Months),
)
"""Headings of the page and the declarations whose keys stand under them."""
LETTERS = {"upper": "in capitals", "lower": "in small letters"}


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Mappings",
        "",
        "<!-- Made by `python -m firmtrade.sources.catalogue > docs/reference/mapping.md`; edit the docstrings",
        "of `sources/mapping/` and the rules of `sources/quality/` instead. -->",
        "",
        "A mapping is a TOML file that says which raw column of which raw file is which canonical column; `firmtrade",
        "import` reads it. How to write one is told in [Import your files](../how-to/import.md). An unknown key is an",
        "error that names the nearest known one.",
        "",
        *_prose(declaration),
        "",
        *_formats(),
        *_keys(),
        *_tables(),
        *_rules(),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _formats() -> Iterator[str]:
    yield "## Formats"
    yield ""
    yield "| `format` | Endings |"
    yield "|---|---|"
    for known in FORMATS.values():
        yield f"| `{known.name}` | {', '.join(f'`{ending}`' for ending in known.endings)} |"
    yield ""
    yield "Archives (`.zip`, `.gz`) are opened. A database has a `url` instead of a `path`."
    yield ""


def _keys() -> Iterator[str]:
    for heading, declared in SECTIONS:
        yield f"## {heading}"
        yield ""
        yield from _prose(declared)
        yield ""
        yield "| Key | Value | Meaning |"
        yield "|---|---|---|"
        above = ColumnRule.model_fields if declared is Own else {}
        for name, field in declared.model_fields.items():
            if name in above:
                continue
            meaning = " ".join((field.description or "").replace("``", "`").split())
            yield f"| `{field.alias or name}` | {_value(field)} | {meaning} |"
        yield ""


def _prose(described: Any) -> Iterator[str]:
    """The docstring without its first sentence where it is a module's, as lines of the page."""
    text = (described.__doc__ or "").replace("``", "`").strip()
    if isinstance(described, types.ModuleType):
        text = text.split("\n\n", 1)[1]
    yield from (line.strip() for line in text.splitlines())


def _value(field: FieldInfo) -> str:
    """What may stand behind a key: its kind, whether it must be there, or what holds without it."""
    if field.is_required():
        return f"{_kind(field.annotation)}, required"
    default = field.get_default(call_default_factory=True)
    if default in (None, (), {}, "") or isinstance(default, BaseModel):
        return _kind(field.annotation)
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    return f"{_kind(field.annotation)}; `{shown}`"


def _kind(annotation: Any) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _kind(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f"`{argument}`" for argument in arguments if argument != "")
    if origin in (typing.Union, types.UnionType):
        return _kind(next(argument for argument in arguments if argument is not type(None)))
    if origin is tuple:
        pair = len(arguments) == 2 and arguments[1] is not Ellipsis
        return "two numbers" if pair else f"{_kind(arguments[0])} or list"
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return "table"
    return {bool: "true or false", int: "number", float: "number", Decimal: "number"}.get(annotation, "text")


def _tables() -> Iterator[str]:
    yield "## Canonical columns"
    yield ""
    yield "Codes stand as their list writes them, without blanks: an import writes capitals or small letters where"
    yield "the column says so and counts the rows, and everything else compares them literally."
    yield ""
    yield "Stored types: " + ", ".join(f"{kind} {stored}" for kind, stored in STORED.items()) + "."
    yield ""
    for table in TABLES.values():
        key = " and ".join(f"`{name}`" for name in table.grain)
        yield f"### `{table.name}`"
        yield ""
        yield table.meaning + (f" Key: {key}." if key else " Without a key: rows may repeat.")
        yield ""
        yield "| Column | Kind | Meaning |"
        yield "|---|---|---|"
        for column in table.columns:
            unit = f", in {column.unit}" if column.unit else ""
            needed = " (required)" if column.required else ""
            letters = f"; {LETTERS[column.letters]}" if column.letters else ""
            yield f"| `{column.name}` | {column.kind} | {column.meaning}{unit}{letters}{needed} |"
        yield ""


def _rules() -> Iterator[str]:
    yield "## Findings of the quality report"
    yield ""
    yield "Nothing is repaired. `error`: the data contradicts itself or what is possible; `warning`: likely wrong;"
    yield "`note`: good to know."
    yield ""
    yield "| Finding | Tables | Severity | What | What to do |"
    yield "|---|---|---|---|---|"
    for name in dict.fromkeys(rule.id for rule in RULES):
        alike = [rule for rule in RULES if rule.id == name]
        tables = "all" if len(alike) == len(TABLES) else ", ".join(rule.table for rule in alike)
        first = alike[0]
        yield f"| `{name}` | {tables} | {first.severity} | {first.sentence} | {first.fix} |"
    for relation in ALL_RELATIONS:
        yield f"| `{relation.id}` | | {relation.severity} | {relation.sentence} | {relation.fix} |"


if __name__ == "__main__":
    sys.stdout.write(page())
