"""A published edition: printed numbers read as intervals, each matched to the cell of a study that it prints.

The layout is that of ``cells.csv``: ``table,population,row,column,value,unit,year`` and, where they are
known, ``printed`` (the number as it stands on the page, which tells its precision) and ``reading``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from firmtrade.classifications import activity
from firmtrade.errors import InputError, Place, UsageError, suggest
from firmtrade.kinds import KINDS, specify
from firmtrade.linked.interval import Interval
from firmtrade.linked.reading import Reading, half_unit, read
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, TableSpec
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.groups import division_key
from firmtrade.studies import bundled_studies, load_study
from firmtrade.study import Study

REQUIRED = ("table", "population", "row", "column", "value", "unit")
_CUT_TO = 6
"""Digits after the point beyond which a number is taken as unrounded."""


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One printed number.

    ``interval`` holds the values that may stand behind it, in its unit; ``decimals`` is its precision on the
    page; ``line`` is where it stands in the file.
    """

    key: CellKey
    spec: CellSpec
    value: float
    interval: Interval
    printed: str
    decimals: int
    reading: Reading
    line: int

    @property
    def half_unit(self) -> float:
        """Half of one in the last printed digit."""
        return half_unit(self.decimals)


@dataclass(frozen=True)
class Edition:
    """The printed cells of a study, in the order of the file.

    ``silent`` are cells that stand in the file without a number (hidden or undefined): nothing is known of
    them. ``listed`` are codes of tables that only list a classification; ``aside`` are tables of kinds that are
    not bound: they look at single traders over several years, which no base cell of the other tables does."""

    study: Study
    name: str
    cells: tuple[PrintedCell, ...]
    silent: frozenset[CellKey]
    listed: tuple[tuple[CellKey, str, int], ...] = ()
    aside: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[CellKey, PrintedCell]:
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def statistics(self) -> tuple[PrintedCell, ...]:
        """Printed numbers, without codes of classifications."""
        return tuple(cell for cell in self.cells if cell.spec.formula is not Formula.CODE)

    @cached_property
    def specs(self) -> tuple[CellSpec, ...]:
        """Every cell that the study's tables of bound kinds could print."""
        return tuple(cell for table in bound_tables(self.study) for cell in table.cells)

    @cached_property
    def empty(self) -> frozenset[CellKey]:
        """Groups that a printed table leaves out because they have no firms."""
        return frozenset(spec.key for spec in left_out(self.study, self.by_key, self.silent))


def bound_tables(study: Study) -> tuple[TableSpec, ...]:
    """Tables whose cells are sums and shares over base cells of firms."""
    return tuple(table for table in specify(study) if KINDS[study.output(table.id).kind].binds)


def left_out(study: Study, printed: Iterable[CellKey], silent: Iterable[CellKey]) -> list[CellSpec]:
    """Counts that printed tables leave out because there are no firms: divisions, and scopes left open.

    A class ``unknown`` of an attribute that is not printed may still have firms: editions leave it out.
    """
    there = {*printed, *silent}
    tables = {(key.table, key.population) for key in there}
    kinds = {table.id: table.kind for table in study.outputs}
    return [
        spec
        for table in bound_tables(study)
        for spec in table.cells
        if spec.optional
        and spec.formula is Formula.COUNT
        and spec.key not in there
        and (spec.key.table, spec.key.population) in tables
        and (KINDS[kinds[spec.key.table]].leaves_out_empty or UNKNOWN not in (spec.key.row, spec.key.column))
    ]


def read_edition(cells: str | Path, study: Study | str | Path | None = None) -> Edition:
    """Read an edition from a file, or the bundled edition of a study by its name.

    Without ``study``, the bundled study that declares all the file's tables is used.

    Raises
    ------
    UsageError
        There is no such file, or no bundled study knows its tables.
    InputError
        The file is empty, lacks a column, has a key twice or a key the study does not have, or a value that
        its cell cannot have (no number, a share over 100 %, a count that is no whole number).
    """
    name, text = _text(cells)
    rows = _rows(name, text)
    if study is None and str(cells) in bundled_studies():
        study = str(cells)
    known = (
        study
        if isinstance(study, Study)
        else load_study(study)
        if study is not None
        else _study_of(name, rows)
    )
    return parse_edition(rows, known, name)


def parse_edition(
    rows: Iterable[tuple[int, Mapping[str, str]]], study: Study, name: str = "edition.csv"
) -> Edition:
    """Match rows (line number and columns) to the cells of a study."""
    specs = {cell.key: cell for table in specify(study) for cell in table.cells}
    tables = {table.id: table.kind for table in study.outputs}
    aside: dict[str, None] = {}
    cells: list[PrintedCell] = []
    silent: set[CellKey] = set()
    listed: list[tuple[CellKey, str, int]] = []
    seen: dict[CellKey, int] = {}
    for line, row in rows:
        key = CellKey(*(row[column].strip() for column in ("table", "population", "row", "column")))
        if key in seen:
            raise InputError(
                f"the cell {key} is printed twice, on lines {seen[key]} and {line}",
                where=Place(file=name, line=line),
                fix="Keep one of the two rows.",
            )
        seen[key] = line
        if key.table not in tables and row["unit"].strip() == "code":
            listed.append((key, row["value"].strip(), line))
        elif key in specs and not KINDS[tables[key.table]].binds:
            aside[key.table] = None
        elif key not in specs:
            raise _unknown(key, specs, name, line)
        elif row["value"].strip():
            cells.append(_cell(specs[key], row, name, line))
        else:
            silent.add(key)
    if not seen:
        raise InputError("there are no cells in this file", where=Place(file=name), fix=_LAYOUT)
    edition = Edition(study, name, tuple(cells), frozenset(silent), tuple(listed), tuple(aside))
    _check_lists(edition)
    return edition


_LAYOUT = f"An edition is a CSV file: {', '.join(REQUIRED)} and, if known, year, printed and reading."


def _text(cells: str | Path) -> tuple[str, str]:
    path = Path(cells)
    if str(cells) in bundled_studies() and not path.is_file():
        name = load_study(str(cells)).study.edition
        if name is None:
            raise UsageError(
                f"the study {cells} has no published edition", fix="Give the path of a CSV file."
            )
        return name, files("firmtrade.studies").joinpath(name).read_text(encoding="utf-8")
    try:
        return path.name, path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        known = [name for name in bundled_studies() if load_study(name).study.edition]
        raise UsageError(
            f"there is no file and no bundled edition {str(cells)!r}",
            fix=f"{_LAYOUT} {suggest(str(cells), known)}",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise InputError(
            "this file cannot be read as UTF-8 text", where=Place(file=path.name), fix=_LAYOUT
        ) from None


def _rows(name: str, text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), restval="", restkey="")
    if not reader.fieldnames:
        raise InputError("the file is empty", where=Place(file=name), fix=_LAYOUT)
    for column in REQUIRED:
        if column not in reader.fieldnames:
            raise InputError(
                f"the column `{column}` is missing",
                where=Place(file=name, line=1),
                fix=suggest(column, reader.fieldnames),
            )
    rows = []
    for row in reader:
        if "" in row:
            raise InputError(
                "this line has more fields than the head of the file",
                where=Place(file=name, line=reader.line_num),
                fix='Put fields that hold a comma in double quotes, as in "21,814".',
            )
        if any(value.strip() for value in row.values()):
            rows.append((reader.line_num, row))
    return rows


def _study_of(name: str, rows: list[tuple[int, dict[str, str]]]) -> Study:
    wanted = {row["table"].strip() for _, row in rows if row["unit"].strip() != "code"}
    for candidate in bundled_studies():
        study = load_study(candidate)
        if wanted <= {table.id for table in study.outputs}:
            return study
    raise UsageError(
        f"no bundled study has all the tables of {name}",
        fix="Say which tables these are: `--study STUDY.toml`.",
    )


def _unknown(key: CellKey, specs: Mapping[CellKey, CellSpec], name: str, line: int) -> InputError:
    """The first part of a key that nothing matches, with the nearest that would."""
    candidates = list(specs)
    for part in CellKey._fields:
        value = getattr(key, part)
        matching = [candidate for candidate in candidates if getattr(candidate, part) == value]
        if not matching:
            known = {getattr(candidate, part) for candidate in candidates}
            place = Place(file=name, line=line, column=part)
            return InputError(
                f"the study has no {part} {value!r} here", where=place, fix=suggest(value, known)
            )
        candidates = matching
    raise AssertionError(key)


_NUMBER = re.compile(r"[-+]?\d[\d,\u00a0\u202f ]*(?:\.\d+)?")


def _cell(spec: CellSpec, row: Mapping[str, str], name: str, line: int) -> PrintedCell:
    def wrong(what: str, column: str, fix: str) -> InputError:
        return InputError(f"{spec.key}: {what}", where=Place(file=name, line=line, column=column), fix=fix)

    text = row["value"].strip()
    if spec.formula is Formula.CODE:
        exact = Interval.point(0)
        return PrintedCell(
            spec.key, spec, 0, exact, (row.get("printed") or text).strip(), 0, Reading.EXACT, line
        )
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise wrong(
            f"{text!r} is not a number", "value", "Write a plain number with a point, as in 21814 or 58.7."
        )
    if row["unit"].strip() != spec.unit:
        raise wrong(
            f"the unit is {row['unit'].strip()!r}, not {spec.unit!r}", "unit", f"This cell is in {spec.unit}."
        )
    if (year := (row.get("year") or "").strip()) and year != spec.year:
        raise wrong(f"the year is {year!r}, not {spec.year!r}", "year", f"This cell is of {spec.year}.")
    if spec.formula is Formula.SHARE and not 0 <= value <= 100:
        raise wrong(f"{text} % is no share", "value", "A share lies between 0 and 100 percent.")
    if spec.formula is Formula.COUNT and (value < 0 or value != value.to_integral_value()):
        raise wrong(f"{text} is no number of firms", "value", "A count is a whole number, 0 or more.")
    word = (row.get("reading") or "").strip() or ("exact" if spec.formula is Formula.COUNT else "rounded")
    if word not in set(Reading):
        raise wrong(f"there is no reading {word!r}", "reading", suggest(word, list(Reading)))
    printed = (row.get("printed") or "").strip()
    decimals = _decimals(value) if not printed else _decimals_on_page(printed, value, wrong)
    decimals = min(decimals, _CUT_TO if printed else spec.decimals)
    reading = Reading(word)
    return PrintedCell(
        spec.key, spec, float(value), read(value, decimals, reading), printed or text, decimals, reading, line
    )


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _decimals_on_page(printed: str, value: Decimal, wrong: object) -> int:
    """The precision of the number as it stands on the page, which must be the number in ``value``."""
    found = _NUMBER.search(printed.replace("\u2212", "-"))
    number = Decimal(re.sub(r"[,\u00a0\u202f ]", "", found[0])) if found else None
    if number != value:
        assert callable(wrong)
        raise wrong(
            f"`printed` says {printed!r}, `value` says {value}", "printed", "Give the same number in both."
        )
    return _decimals(number)


def _check_lists(edition: Edition) -> None:
    """Tables that only list codes must list codes of the study's activity scheme."""
    scheme = activity(edition.study.study.activity)
    for key, code, line in edition.listed:
        if code not in scheme.divisions or division_key(edition.study, code) != key.row:
            known = [division_key(edition.study, division) for division in scheme.divisions]
            raise InputError(
                f"{key}: {code!r} is not the code of {key.row!r} in {scheme.name}",
                where=Place(file=edition.name, line=line, column="value"),
                fix=suggest(key.row, known),
            )


__all__ = ["Edition", "PrintedCell", "parse_edition", "read_edition"]
