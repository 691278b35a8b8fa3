"""A published edition: printed numbers read as intervals, each matched to the cell of a study that it prints.

The layout is that of ``cells.csv``: ``table,population,row,column,value,unit,year`` and, where they are
known, ``printed`` (the number as it stands on the page, which tells its precision) and ``reading``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from importlib.resources import files
from math import inf
from pathlib import Path

from firmtrade.classifications import activity
from firmtrade.errors import InputError, Place, UsageError, is_name, suggest
from firmtrade.kinds import KINDS, specify
from firmtrade.linked.interval import Interval
from firmtrade.linked.reading import OF_ONE_NUMBER, Reading, count_reading, half_unit, read
from firmtrade.outputs import CellKey
from firmtrade.outputs.several import releases_in
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.dimensions import UNKNOWN, moments
from firmtrade.query.groups import division_key
from firmtrade.query.measures import FIRMS
from firmtrade.sources.edition import (
    AS_COUNTED,
    LAYOUT,
    CountRounding,
    EditionFile,
    ambiguous,
    keyed,
    parse_text,
    read_file,
)  # fmt: skip
from firmtrade.sources.notation import bounds_of, is_not_shown, numbers_in, numbers_within
from firmtrade.studies import bundled_studies, load_study
from firmtrade.study import Study

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
    rounding: CountRounding = AS_COUNTED
    """How a count is rounded; nothing for the number itself."""

    @property
    def half_unit(self) -> float:
        """Half of one in the last printed digit, or how far a rounded count may lie from what is printed."""
        return self.rounding.reach if self.rounding.base else half_unit(self.decimals)


@dataclass(frozen=True)
class Edition:
    """The printed cells of a study, in the order of the file.

    ``silent`` are cells that stand in the file without a number (hidden or undefined): nothing is known of
    them. ``listed`` are codes of tables that only list a classification. ``undeclared`` are tables of a release that
    the study does not declare. ``left_out_is_empty`` says how to read the silence of a table that leaves a group out:
    the group has no firms, or nothing is known of it."""

    study: Study
    name: str
    cells: tuple[PrintedCell, ...]
    silent: frozenset[CellKey]
    listed: tuple[tuple[CellKey, str, int], ...] = ()
    undeclared: tuple[str, ...] = ()
    left_out_is_empty: bool = True

    @cached_property
    def by_key(self) -> Mapping[CellKey, PrintedCell]:
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def numbers(self) -> tuple[PrintedCell, ...]:
        """Printed numbers, without codes of classifications."""
        return tuple(cell for cell in self.cells if cell.spec.formula is not Formula.CODE)

    @cached_property
    def statistics(self) -> tuple[PrintedCell, ...]:
        """The numbers that bind the base cells of a linear system."""
        return tuple(cell for cell in self.numbers if binds(self.study, cell.spec))

    @cached_property
    def unbound(self) -> tuple[PrintedCell, ...]:
        """The others: of single firms, partners or products, held against the numbers beside them alone."""
        return tuple(cell for cell in self.numbers if not binds(self.study, cell.spec))

    @cached_property
    def classed(self) -> tuple[PrintedCell, ...]:
        """The numbers of tables whose groups are classes of the firms of a population."""
        tables = {table.id for table in tables_of_classes(self.study)}
        return tuple(cell for cell in self.statistics if cell.key.table in tables)

    def printed(self, keys: Iterable[CellKey]) -> list[PrintedCell]:
        """The printed cells of some keys."""
        return [self.by_key[key] for key in keys]

    @cached_property
    def specs(self) -> tuple[CellSpec, ...]:
        """Every cell that the study's tables could print."""
        return tuple(cell for table in specify(self.study) for cell in table.cells)

    @cached_property
    def left_out(self) -> tuple[CellSpec, ...]:
        """Groups that a printed table leaves out because they have no firms."""
        return tuple(left_out(self.study, self.by_key, self.silent)) if self.left_out_is_empty else ()

    @cached_property
    def empty(self) -> frozenset[CellKey]:
        """The counts of these groups."""
        return frozenset(spec.key for spec in self.left_out)


def binds(study: Study, spec: CellSpec) -> bool:
    """Whether a cell is made of totals over base cells of firms."""
    kind = KINDS[study.output(spec.key.table).kind]
    return spec.formula in kind.binds and all(term.universe.level is None for term in terms_of(spec))


def tables_of_classes(study: Study) -> tuple[TableSpec, ...]:
    """Tables whose groups are classes of the firms of a population: what the study's own dimensions tell apart, and not
    what a firm does in other years or with whom it trades."""
    return tuple(
        table
        for table in specify(study)
        if KINDS[study.output(table.id).kind].binds and all(map(_of_classes, table.cells))
    )


def _of_classes(spec: CellSpec) -> bool:
    return all(
        term.universe.flow is None and not term.where.dimensions & moments().keys() for term in terms_of(spec)
    )


def terms_of(spec: CellSpec) -> Iterator[Term]:
    """Every term of a cell, its group last."""
    yield from spec.terms.values()
    yield spec.group


def left_out(study: Study, printed: Iterable[CellKey], silent: Iterable[CellKey]) -> list[CellSpec]:
    """Counts that printed tables leave out because there are no firms: divisions, and scopes left open.

    A group of which anything stands in the file has firms, and a table that lacks a cell which every edition of it
    prints says nothing by its silence. A class ``unknown`` of an attribute that is not printed may still have firms:
    editions leave it out.
    """
    there = {*printed, *silent}
    found = []
    for table in tables_of_classes(study):
        kind = KINDS[study.output(table.id).kind]
        by_population: dict[str, list[CellSpec]] = {}
        for spec in table.cells:
            by_population.setdefault(spec.key.population, []).append(spec)
        for specs in by_population.values():
            known = {(spec.group.universe, spec.group.where) for spec in specs if spec.key in there}
            whole = all(spec.optional or spec.formula is Formula.CODE or spec.key in there for spec in specs)
            if not known or not whole:
                continue
            found += [
                spec
                for spec in specs
                if spec.optional
                and spec.formula is Formula.COUNT
                and (spec.group.universe, spec.group.where) not in known
                and (kind.leaves_out_empty or UNKNOWN not in (spec.key.row, spec.key.column))
            ]
    return found


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
    if str(cells) in bundled_studies() and not Path(cells).exists():
        file = _bundled(str(cells))
        return parse_edition(file.rows, _study(study or str(cells)), file.name, file.rounding)
    try:
        file = read_file(Path(cells))
    except FileNotFoundError:
        if several := releases_in(Path(cells)):
            raise UsageError(
                f"{cells} holds the releases of several studies",
                fix=f"Give one of them, such as {several[0]}.",
            ) from None
        if Path(cells).is_dir():
            raise UsageError(
                f"the folder {cells} has no cells.csv", fix="Give a release or a room, or its `cells.csv`."
            ) from None
        known = [name for name in bundled_studies() if load_study(name).head.edition]
        raise UsageError(
            f"there is no file and no bundled edition {str(cells)!r}",
            fix=f"{LAYOUT} {suggest(str(cells), known)}",
        ) from None
    if study is not None:
        return parse_edition(file.rows, _study(study), file.name, file.rounding)
    found = _study_of(file)
    try:
        return parse_edition(file.rows, found, file.name, file.rounding)
    except InputError as error:
        hint = f"The file was read as tables of {found.name}; say `--study STUDY` where they are of another."
        raise InputError(error.what, where=error.where, fix=f"{error.fix} {hint}".strip()) from None


def parse_edition(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    study: Study,
    name: str = "edition.csv",
    rounding: CountRounding = AS_COUNTED,
) -> Edition:
    """Match rows (line number and columns) to the cells of a study, with their counts rounded as the edition
    declares."""
    specs = {cell.key: cell for table in specify(study) for cell in table.cells}
    tables = {table.id for table in study.outputs}
    undeclared: dict[str, None] = {}
    cells: list[PrintedCell] = []
    silent: set[CellKey] = set()
    listed: list[tuple[CellKey, str, int]] = []
    for line, key, row in keyed(rows, name):
        if key.table not in tables and row["unit"].strip() == "code":
            listed.append((key, row["value"].strip(), line))
        elif key not in specs and key.table not in tables and "status" in row:
            undeclared[key.table] = None
        elif key not in specs:
            raise _unknown(key, specs, name, line)
        elif is_not_shown(row["value"]) and is_not_shown(row.get("printed") or ""):
            silent.add(key)
        else:
            cells.append(_cell(specs[key], row, name, line, rounding))
    if not (cells or silent or listed or undeclared):
        raise InputError("there are no cells in this file", where=Place(file=name), fix=LAYOUT)
    edition = Edition(study, name, tuple(cells), frozenset(silent), tuple(listed), tuple(undeclared))
    _check_lists(edition)
    return edition


def _study(study: Study | str | Path) -> Study:
    return study if isinstance(study, Study) else load_study(study)


def _bundled(study: str) -> EditionFile:
    name = load_study(study).head.edition
    if name is None:
        raise UsageError(f"the study {study} has no published edition", fix="Give the path of a CSV file.")
    return parse_text(name, files("firmtrade.studies").joinpath(name).read_text(encoding="utf-8"))


def _study_of(file: EditionFile) -> Study:
    """The bundled study that has all tables of a file; of several, the one that knows most of its cells."""
    wanted = {
        row["table"].strip() for _, row in file.rows if row["unit"].strip() != "code" and "status" not in row
    }
    named = {CellKey(*(row[part].strip() for part in CellKey._fields)) for _, row in file.rows}
    best: tuple[int, Study | None] = (0, None)
    for candidate in bundled_studies():
        study = load_study(candidate)
        if not study.outputs or not wanted <= {table.id for table in study.outputs}:
            continue
        known = len(named & {cell.key for table in specify(study) for cell in table.cells})
        if best[1] is None or known > best[0]:
            best = (known, study)
    if best[1] is None:
        raise UsageError(
            f"no bundled study has all the tables of {file.name}",
            fix="Say which tables these are: `--study STUDY.toml`.",
        )
    return best[1]


def _unknown(key: CellKey, specs: Mapping[CellKey, CellSpec], name: str, line: int) -> InputError:
    """The first part of a key that nothing matches, with the nearest that would."""
    candidates = list(specs)
    for part in CellKey._fields:
        value = getattr(key, part)
        matching = [candidate for candidate in candidates if getattr(candidate, part) == value]
        if not matching:
            known = {getattr(candidate, part) for candidate in candidates}
            place = Place(file=name, line=line, column=part)
            reason = (
                f"the study has no {part} {value!r} here"
                if is_name(value)
                else f"the study has no such {part}"
            )
            return InputError(reason, where=place, fix=suggest(value, known))
        candidates = matching
    raise AssertionError(key)


class _Wrong:
    """What is wrong with one row of a file, and where."""

    def __init__(self, spec: CellSpec, name: str, line: int) -> None:
        self._spec, self._name, self._line = spec, name, line

    def __call__(self, what: str, column: str, fix: str) -> InputError:
        return InputError(f"{self._spec.key}: {what}", where=self.place(column), fix=fix)

    def place(self, column: str) -> Place:
        return Place(file=self._name, line=self._line, column=column)


def _cell(
    spec: CellSpec, row: Mapping[str, str], name: str, line: int, rounding: CountRounding
) -> PrintedCell:
    wrong = _Wrong(spec, name, line)
    text, printed = row["value"].strip(), (row.get("printed") or "").strip()
    if spec.formula is Formula.CODE:
        return PrintedCell(spec.key, spec, 0, Interval.point(0), printed or text, 0, Reading.EXACT, line)
    if is_not_shown(text):
        text = printed
    if row["unit"].strip() != spec.unit:
        raise wrong(f"the unit is another than {spec.unit!r}", "unit", f"This cell is in {spec.unit}.")
    if (year := (row.get("year") or "").strip()) and year != spec.year:
        raise wrong(f"the year is another than {spec.year}", "year", f"This cell is of {spec.year}.")
    whole = spec.formula is Formula.COUNT
    if bounds := bounds_of(text):
        return _bounded(spec, bounds, text, line, wrong)
    value = _value(text, printed, spec, wrong)
    decimals = max(0, -_exponent(value))
    decimals = min(decimals, _CUT_TO if printed else spec.decimals)
    of_counts = rounding if whole else AS_COUNTED
    if of_counts.base and value % of_counts.base:
        raise wrong(
            f"the count is no multiple of {of_counts.base}, to which counts are rounded",
            "value",
            "Correct the count, or its base.",
        )
    word = (row.get("reading") or "").strip() or (count_reading(of_counts) if whole else Reading.ROUNDED)
    known = [one for one in OF_ONE_NUMBER if one is not Reading.RANDOM or of_counts.by_chance]
    if word not in known:
        raise wrong("there is no such reading", "reading", suggest(word, known))
    reading, number = Reading(word), float(value)
    interval = read(value, decimals, reading)
    if of_counts.base and reading is count_reading(of_counts):
        interval = Interval(max(0.0, number - of_counts.reach), number + of_counts.reach)
    return PrintedCell(spec.key, spec, number, interval, printed or text, decimals, reading, line, of_counts)


def _bounded(
    spec: CellSpec, bounds: tuple[tuple[str, str], ...], text: str, line: int, wrong: _Wrong
) -> PrintedCell:
    """``<5`` firms are 0 to 4; ``> 95`` percent are 95 to 100; ``1-4`` are 1 to 4."""
    whole = spec.formula is Formula.COUNT
    meant = [numbers_in(number, whole=whole) for _, number in bounds]
    if any(len(found) != 1 for found in meant):
        raise wrong("the value is not a number", "value", "Write a bound as in <5, or a range as in 1-4.")
    low, high = 0.0 if spec.unit in ("count", "number") or whole else -inf, inf
    if spec.formula is Formula.SHARE and spec.terms["count"].measure == FIRMS:
        low, high = 0.0, 100.0
    for (sign, _), (found,) in zip(bounds, meant, strict=True):
        edge, step = float(found), 1.0 if whole and len(sign) == 1 else 0.0
        low, high = (low, min(high, edge - step)) if sign[0] == "<" else (max(low, edge + step), high)
    if low > high:
        raise wrong("no value lies within these bounds", "value", "Write the lower number first, as in 1-4.")
    reading = Reading.AT_MOST if bounds[0][0][0] == "<" else Reading.AT_LEAST
    if len(bounds) > 1:
        reading = Reading.BETWEEN
    first = meant[0][0]
    return PrintedCell(
        spec.key, spec, float(first), Interval(low, high), text, max(0, -_exponent(first)), reading, line
    )


def _value(text: str, printed: str, spec: CellSpec, wrong: _Wrong) -> Decimal:
    """The number of a row; where a mark may part thousands or decimals, the one that both columns can mean."""
    whole = spec.formula is Formula.COUNT
    meant = numbers_in(text, whole=whole)
    if not meant:
        raise wrong(
            "the value is not a number", "value", "Write a plain number with a point, as in 21814 or 58.7."
        )
    if whole and (meant[0] < 0 or meant[0] != meant[0].to_integral_value()):
        raise wrong("the value is no number of firms", "value", "A count is a whole number, 0 or more.")
    if spec.formula is Formula.SHARE and spec.terms["count"].measure == FIRMS:
        shares = tuple(number for number in meant if 0 <= number <= 100)
        if not shares:
            raise wrong("the value is no share", "value", "A share lies between 0 and 100 percent.")
        meant = shares
    if not printed or printed == text:
        if len(meant) > 1 and "," in text:
            raise ambiguous(wrong.place("value"))
        return meant[0]
    page = numbers_within(printed, whole=whole)
    both = [number for number in page if number in meant]
    if not both:
        raise wrong("`printed` and `value` say different numbers", "printed", "Give the same number in both.")
    return both[0]


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _check_lists(edition: Edition) -> None:
    """Tables that only list codes must list codes of the study's activity scheme."""
    scheme = activity(edition.study.head.activity)
    for key, code, line in edition.listed:
        if code not in scheme.divisions or division_key(edition.study, code) != key.row:
            known = [division_key(edition.study, division) for division in scheme.divisions]
            raise InputError(
                f"the code is another than that of its row in {scheme.name}",
                where=Place(file=edition.name, line=line, column="value"),
                fix=suggest(key.row, known),
            )


__all__ = ["Edition", "PrintedCell", "parse_edition", "read_edition"]
