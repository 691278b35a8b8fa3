"""An edition beside a new release: the numbers of both, and what lies between them.

An edition is a file of published cells or the folder of an earlier release. Numbers are compared as they are
printed; nothing is ever tuned to an edition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files as resources
from pathlib import Path

from firmtrade.errors import Place, UsageError, suggest
from firmtrade.messages import Count, Language, language_of, printed
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.outputs.csv_file import csv_file
from firmtrade.report.grid import headings
from firmtrade.report.model import Column, Document, Figure, Section, Table
from firmtrade.report.words import MARKS
from firmtrade.sources.edition import CELLS, KEYED, EditionFile, keyed, number_of, parse_text, read_file
from firmtrade.sources.notation import bounds_of

CODE = "code"
COUNTS = frozenset({"count", "number"})
"""Units of whole numbers."""
REVIEW_COLUMNS = (*CellKey._fields, "unit", "now", "edition", "difference", "equal")


@dataclass(frozen=True, slots=True)
class PrintedEdition:
    """Printed numbers by key; a cell that prints no number is None."""

    name: str
    values: Mapping[CellKey, Decimal | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell of both."""

    cell: Cell
    now: Decimal | None
    then: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New minus edition; None where one of the two has no number."""
        return None if self.now is None or self.then is None else self.now - self.then


def load_edition(name_or_path: str | Path) -> PrintedEdition:
    """An edition: a CSV file, the folder of a release, or the name of a bundled edition.

    Raises
    ------
    UsageError
        Where there is no such edition.
    InputError
        Where a file lacks a column, prints a cell twice or holds something that is no number.
    """
    path = Path(name_or_path)
    if path.exists():
        file = read_file(path, KEYED)
        return edition_of(file, _name(path))
    bundled = {
        item.name.removesuffix(".csv"): item
        for item in resources("firmtrade.studies").iterdir()
        if item.name.endswith(".csv")
    }
    name = str(name_or_path)
    if name in bundled:
        return edition_of(parse_text(name, bundled[name].read_text(encoding="utf-8")), name)
    raise UsageError(
        f"There is no edition `{name}`.",
        fix=f"Give a file of published cells, the folder of a release, or a bundled name. {suggest(name, bundled)}",
    )


def _name(path: Path) -> str:
    """What an edition is called: its file, or the folder of the release that it is the cells of."""
    return path.name if path.is_dir() else path.parent.name if path.name == CELLS else path.stem


def edition_of(file: EditionFile, name: str) -> PrintedEdition:
    """The numbers in a file of printed cells; codes are left out, and what only bounds a number is none.

    Raises
    ------
    InputError
        A cell stands twice, or holds something that is no number.
    """
    return PrintedEdition(
        name,
        {
            key: _number(row, Place(file=file.name, line=line, column="value"))
            for line, key, row in keyed(file.rows, file.name)
            if _unit(row) != CODE
        },
    )


def _number(row: Mapping[str, str], where: Place) -> Decimal | None:
    return None if bounds_of(row["value"]) else number_of(row["value"], where, whole=_unit(row) in COUNTS)


def _unit(row: Mapping[str, str]) -> str:
    return row.get("unit", "").strip()


def compare(document: Document, edition: PrintedEdition) -> Iterator[Compared]:
    """Every statistic of the document, with the edition's number where it has one; codes are not compared."""
    for table in document.tables():
        for _, _, cell in table.ordered_cells():
            if cell.unit != CODE:
                yield _compared(cell, edition)


def _compared(cell: Cell, edition: PrintedEdition) -> Compared:
    hidden = cell.value is None or cell.status in MARKS
    then = edition.values.get(cell.key)
    decimals = max(cell.decimals, 0) if then is None else max(-int(then.as_tuple().exponent), 0)
    now = None if hidden or cell.value is None else printed(cell.value, decimals)
    return Compared(cell, now, then)


def review_file(document: Document, edition: PrintedEdition) -> bytes:
    """The comparison as CSV, a line per cell; cells that only the edition has come last."""

    def text(value: Decimal | None) -> str:
        return "" if value is None else f"{value:f}"

    rows = []
    for item in compare(document, edition):
        equal = "" if item.difference is None else "yes" if item.difference == 0 else "no"
        rows.append(
            (*item.cell.key, item.cell.unit, text(item.now), text(item.then), text(item.difference), equal)
        )
    here = {item.cell.key for item in compare(document, edition)}
    rows += [(*key, "", "", text(value), "", "") for key, value in edition.values.items() if key not in here]
    return csv_file(REVIEW_COLUMNS, rows)


def review(document: Document, edition: PrintedEdition) -> Document:
    """The comparison as a document of its own: each table with now, edition and difference side by side."""
    language = language_of(document.language)
    pairs = list(compare(document, edition))
    both = [item for item in pairs if item.difference is not None]
    alone = len(set(edition.values) ^ {item.cell.key for item in pairs}) + sum(
        (item.now is None) != (item.then is None) for item in pairs if item.cell.key in edition.values
    )
    sentence = language.say(
        "report.words.review_intro",
        edition=edition.name,
        equal=Count(sum(item.difference == 0 for item in both)),
        compared=Count(len(both)),
        missing=Count(alone),
    )
    sections = [
        replace(section, items=tuple(beside(_table(item), edition, language) for item in shared))
        for section in document.sections
        if (shared := [item for item in section.items if _shared(_table(item), edition)])
    ]
    title = language.say("report.words.review", edition=edition.name)
    intro = Section("review", title, (sentence,))
    return replace(
        document,
        title=f"{title} – {document.title}",
        sections=(intro, *(replace(section, level=2) for section in sections)),
        findings=(),
        explanations={},
    )


def _table(item: Table | Figure) -> Table:
    return item.table if isinstance(item, Figure) else item


def _shared(table: Table, edition: PrintedEdition) -> bool:
    return any(cell.key in edition.values for *_, cell in table.ordered_cells())


def beside(table: Table, edition: PrintedEdition, language: Language) -> Table:
    """``table`` with the edition's number beside each of its own, and the difference where there is one."""
    columns: list[Column] = []
    cells: dict[tuple[str, str], Cell] = {}
    heads = headings(table, language)
    for column in table.columns:
        if any(cell.unit == CODE for (_, key), cell in table.cells.items() if key == column.key):
            continue
        names = [f"{column.key}/{part}" for part in ("now", "edition", "difference")]
        texts = [language.say(f"report.words.{part}") for part in ("now", "edition", "difference")]
        columns += [
            Column(name, text, heads[column.key], signed=column.signed or part == 2)
            for part, (name, text) in enumerate(zip(names, texts, strict=True))
        ]
        for row in table.rows:
            cell = table.cell(row, column)
            if cell is None:
                continue
            item = _compared(cell, edition)
            values = (item.now, item.then, item.difference or None)
            for part, (name, value) in enumerate(zip(names, values, strict=True)):
                if value is not None:
                    decimals = max(-int(value.as_tuple().exponent), 0)
                    cells[row.key, name] = replace(
                        cell, value=float(value), decimals=decimals, status=ObsStatus.NORMAL
                    )
                elif part == 0:
                    cells[row.key, name] = cell
    return replace(table, columns=tuple(columns), cells=cells)
