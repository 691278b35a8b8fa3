"""Tests that a statistician can read: a text table of firms in, one table of the chapter out.

A table of firms has one line per firm and ``|`` between columns::

    firm | nace | founded | employees_fte | value_added 1998 | trade
    a    | 15   | 1990    | 12            | 500              | export FR 100, import US
    b    | K    |         | 8             |                  | export FR 100 1998

- ``firm`` names the firm; columns of the register (``nace``, ``founded``, ``postcode``, ...) stand as they are.
- Columns of the accounts hold for every year, or for the one year behind their name. A firm has 5
  ``employees_fte`` in every year where the table does not say otherwise, and is in food (division 15).
- ``trade`` lists declarations: flow, partner (or ``intra``, ``extra``, ``?``; ``FR/extra`` gives both), value (100
  where it is not given) and year (the reference year where it is not given).
- ``export 1999`` (``import 1999``) lists those of one flow and year: partner, value, and product where it has one
  (``FR 100, DE 50 847130``).
- ``accounts 2001`` is ``no`` where the firm has none in that year.
- An empty field is a missing value.

Results are compared with a text table of the same form: a row per row of the table. ``-`` is an undefined
value, ``*`` one that is not computed, ``.`` a cell that is not printed, ``...`` at the end stands for rows that the
test does not speak of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from canonical_data import SCHEMAS, Row, Tables, full_coverage, write
from firmtrade.messages import Message
from firmtrade.observatory.study_data import StudyData
from firmtrade.outputs import Cell, CellKey, Contribution
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import StudyResult, compute
from firmtrade.studies import study_from
from firmtrade.study import Study
from firmtrade.study.checks import problems
from naive.answers import Answer
from naive.cells import naive_cells
from tested_engine import an_engine

REGISTER = tuple(SCHEMAS["firms"])
ACCOUNTS = tuple(SCHEMAS["accounts"])
Lines = list[dict[str, str]]
Gaps = frozenset[tuple[str, str, int]]


def parse(text: str) -> Lines:
    """The lines of a text table, each a dictionary by column."""
    rows = [[field.strip() for field in line.split("|")] for line in text.strip().splitlines()]
    head = rows[0]
    assert all(len(row) == len(head) for row in rows), "every line has the columns of the head"
    return [dict(zip(head, row, strict=True)) for row in rows[1:]]


@cache
def _document(name: str) -> str:
    return files("firmtrade.studies").joinpath(f"{name}.toml").read_text(encoding="utf-8")


def study_of(*identifiers: str, head: dict[str, Any] | None = None, **changes: Any) -> Study:
    """The study of 2008 cut down to some of its tables; ``head`` changes its head, ``changes`` the tables."""
    document = tomllib.loads(_document("belgium-2008"))
    document["study"] |= head or {}
    for family in ("tables", "figures"):
        document[family] = [one | changes for one in document[family] if one["id"] in identifiers]
    used = {
        name
        for family in ("tables", "figures")
        for one in document[family]
        for name in _names(one["population"])
    }
    document["populations"] = {name: one for name, one in document["populations"].items() if name in used}
    asked = {
        name for family in ("tables", "figures") for one in document[family] for name in _attributes(one)
    }
    document["attributes"] = {name: one for name, one in document["attributes"].items() if name in asked}
    return study_from(document)


def _attributes(table: dict[str, Any]) -> set[str]:
    cohort = {"founding_cohort"} if "cohort" in table else set()
    return {table.get("rows", ""), table.get("columns", ""), *table.get("where", {})} | cohort


def _names(population: str | Iterable[str]) -> Iterable[str]:
    return [population] if isinstance(population, str) else population


def canonical(study: Study, text: str) -> Tables:
    """The canonical tables of a text table of firms. Firms named twice are one firm in two states."""
    lines = parse(text)
    firms: list[Row] = []
    accounts: dict[tuple[str, int], Row] = {}
    trade: list[Row] = []
    for line in lines:
        firm = line["firm"]
        state: Row = {"firm_id": firm, "nace": "15"}
        books: dict[int, Row] = {
            year: {"firm_id": firm, "year": year, "employees_fte": Decimal(5)}
            for year in range(min(study.years), max(study.years) + 1)
        }
        for column, value in line.items():
            name, _, year = column.partition(" ")
            if name in REGISTER:
                state[name] = _value("firms", name, value)
            elif name in ACCOUNTS:
                for one in [int(year)] if year else books:
                    books[one][name] = _value("accounts", name, value)
            elif name == "trade":
                trade += [_declaration(study, firm, one) for one in value.split(",") if one.strip()]
            elif name in ("export", "import"):
                trade += [_of_year(firm, name, int(year), one) for one in value.split(",") if one.strip()]
            elif name == "accounts":
                books = {one: book for one, book in books.items() if one != int(year) or value != "no"}
            else:
                assert name == "firm", f"no column {name!r}"
        firms.append(state)
        accounts |= {(firm, year): book for year, book in books.items()}
    return {
        "firms": firms,
        "accounts": list(accounts.values()),
        "trade": trade,
        "coverage": full_coverage(study.years),
    }


def _value(table: str, column: str, text: str) -> Any:
    if text == "":
        return None
    kind = (
        SCHEMAS[table][column].__class__.__name__
        if not isinstance(SCHEMAS[table][column], type)
        else SCHEMAS[table][column].__name__
    )
    match kind:
        case "Int32":
            return int(text)
        case "Boolean":
            return {"yes": True, "no": False}[text]
        case "Decimal":
            return Decimal(text)
        case _:
            return text


def _declaration(study: Study, firm: str, text: str) -> Row:
    """``export FR 100 1998``: flow, partner or zone, value, year."""
    flow, where, *numbers = text.split()
    row: Row = {"firm_id": firm, "flow": flow, "year": study.reference_year, "value": Decimal(100)}
    row |= _place(where)
    if numbers:
        row["value"] = Decimal(numbers[0])
    if len(numbers) > 1:
        row["year"] = int(numbers[1])
    return row


def _of_year(firm: str, flow: str, year: int, text: str) -> Row:
    """``FR 100 847130``: partner or zone, value, product."""
    where, value, *product = text.split()
    row: Row = {"firm_id": firm, "flow": flow, "year": year, "value": Decimal(value), **_place(where)}
    return row | ({"product": product[0]} if product else {})


def _place(where: str) -> Row:
    """``FR``, ``intra``, ``?``, or a partner with its declared zone: ``FR/extra``."""
    partner, _, zone = ("", "/", where) if where in ("intra", "extra") else where.partition("/")
    return {"partner": None if partner in ("", "?") else partner, "zone": zone or None}


def run(study: Study, tables: Tables) -> StudyResult:
    """Compute a study on canonical tables, the road that every run goes."""
    with observing(study, tables) as observed:
        return compute(study, observed)


@contextmanager
def observing(study: Study, tables: Tables, *, models: bool = False) -> Iterator[StudyData]:
    """An observation of a study on canonical tables, by tables or by models."""
    with TemporaryDirectory() as folder, an_engine() as engine:
        yield StudyData(CanonicalFolder(write(Path(folder), tables)), study, engine, models=models)


def agreed(study: Study, tables: Tables, gaps: Gaps = frozenset()) -> StudyResult:
    """A chapter on which the engine and the plain computation agree: same cells, same values, same undefined and
    uncomputed ones, same firms, units, totals and largest units. ``gaps`` are not covered."""
    covered = [row for row in tables["coverage"] if (row["flow"], row["zone"], row["year"]) not in gaps]
    chapter = run(study, tables | {"coverage": covered})
    expected = naive_cells(
        study, tables["firms"], tables["accounts"], tables["trade"], covered, tables.get("links")
    )
    found = {tuple(cell.key): cell for cell in chapter.cells}
    assert set(found) == set(expected)
    uncomputed = {key for key, answer in expected.items() if not answer.computed}
    assert {key for key, cell in found.items() if cell.status == "L"} == uncomputed
    for key, cell in found.items():
        answer = expected[key]
        if not answer.computed:
            assert cell.value is None, key
            assert cell.reason is not None, key
            continue
        assert_alike(cell, answer)
    assert not chapter.broken
    return chapter


def assert_alike(cell: Cell, answer: Answer) -> None:
    """A computed cell and the plain answer: the same value or both undefined, and the same firms behind it."""
    if answer.value is None:
        assert (cell.value, cell.status) == (None, "M"), cell.key
    else:
        assert cell.value == pytest.approx(answer.value, rel=1e-9, abs=1e-9), cell.key
    assert {part.component for part in cell.contributions} == set(answer.behind), cell.key
    for part in cell.contributions:
        numbers = (part.n_firms, part.n_units, part.total, part.largest, part.second_largest)
        assert numbers == answer.contribution(part.component), (cell.key, part.component)


class Computed:
    """The cells of one run."""

    def __init__(self, chapter: StudyResult) -> None:
        assert not chapter.broken
        self.chapter = chapter
        self.cells = {cell.key: cell for cell in chapter.cells}

    def cell(self, key: str) -> Cell:
        """The cell ``table/population/row/column``."""
        return self.cells[CellKey(*key.split("/"))]

    def behind(self, key: str, component: str) -> tuple[Any, ...]:
        """Firms, units, total and the two largest behind a component of a cell."""
        part: Contribution = next(one for one in self.cell(key).contributions if one.component == component)
        return part.n_firms, part.n_units, part.total, part.largest, part.second_largest

    def rows(self, population: str | None = None) -> list[str]:
        """Row keys in print order."""
        return list(dict.fromkeys(key.row for key in self.cells if population in (None, key.population)))

    def shows(self, expected: str, population: str | None = None) -> None:
        """The cells are those of a text table; compared to the digits that it writes."""
        more = expected.rstrip().endswith("...")
        lines = parse(expected.rstrip().removesuffix("...") if more else expected)
        names = list(lines[0])
        found = {
            (key.row, key.column): cell
            for key, cell in self.cells.items()
            if population in (None, key.population)
        }
        for line in lines:
            for column in names[1:]:
                _compare(found.get((line[names[0]], column)), line[column], f"{line[names[0]]}/{column}")
        if not more:
            assert sorted({row for row, _ in found}) == sorted(line[names[0]] for line in lines)


def _compare(cell: Cell | None, expected: str, where: str) -> None:
    if expected == ".":
        assert cell is None, f"{where} is printed"
        return
    assert cell is not None, f"{where} is not printed"
    if expected in "-*":
        assert (cell.value, cell.status) == (None, {"-": "M", "*": "L"}[expected]), where
        return
    assert cell.value is not None, f"{where}: {cell.reason}"
    digits = len(expected.partition(".")[2])
    assert cell.value == pytest.approx(float(expected), abs=0.5 * 10**-digits + 1e-9), where


def without(tables: Tables, table: str, *columns: str) -> Tables:
    """Canonical tables that lack columns, or (without columns) a whole table."""
    if not columns:
        return {name: rows for name, rows in tables.items() if name != table}
    rows = [{name: value for name, value in row.items() if name not in columns} for row in tables[table]]
    return tables | {table: rows}


def computed(identifier: str, text: str, **changes: Any) -> Computed:
    """One table of the study of 2008, computed on a text table of firms."""
    study = study_of(identifier, **changes)
    return Computed(run(study, canonical(study, text)))


WORDS = {"definition": "For tests", "source": "For tests"}
SIZES = [{"key": "small", "below": 10, "label": "<10"}, {"key": "large", "from": 20, "label": "20+"}]
HEAD = {
    "name": "small", "title": "Small", "country": "BE", "reference_year": 2000, "window": [1999, 2001],
    "union": "EU-15", "activity": "nace-1.1", "employment": "employees_fte",
}  # fmt: skip


def declared(
    table: dict[str, Any],
    *,
    attributes: dict[str, Any] | None = None,
    unions: dict[str, Any] | None = None,
    deflator: dict[str, Any] | None = None,
    checked: bool = True,
    **head: Any,
) -> Study:
    """A study of 2000 with one table ``X`` on firms of food and textiles with at least one employee."""
    document = {
        "study": HEAD | WORDS | head,
        "populations": {"firms": {"label": "Firms", "activity": "15-17", "employment_at_least": 1} | WORDS},
        "subtotals": {"food": {"label": "Food", "activity": "15"} | WORDS},
        "attributes": {
            "size_class": {"label": "Size", "of": "employees", "classes": SIZES, "unit": "employees"} | WORDS
        }
        | (attributes or {}),
        "tables": [{"id": "X", "title": "X", "population": "firms"} | table],
    }
    document |= {"deflator": deflator} if deflator else {}
    document |= {"unions": unions} if unions else {}
    study = study_from(document)
    for wrong in problems(study) if checked else ():
        raise AssertionError(wrong)
    return study


def computed_table(
    table: dict[str, Any], text: str, *, uncovered: Iterable[tuple[str, str, int]] = (), **head: Any
) -> Computed:
    """A table declared in the test, computed on a text table of firms: by the engine and once more by the judge.

    ``uncovered`` are flows, zones and years that the trade files do not cover.
    """
    study = declared(table, **head)
    return Computed(agreed(study, canonical(study, text), frozenset(uncovered)))


def in_words(messages: Mapping[str, Message]) -> dict[str, str]:
    """Messages by their key, as they read in English."""
    return {key: str(each) for key, each in messages.items()}
