"""Every sentence of a first page, read back from its text, says what the tables of the same publication print."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise

import pytest

from firmtrade.kinds import specify
from firmtrade.messages import LANGUAGES, language_of, message
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.report import Document, Table
from firmtrade.report.from_study import assemble
from firmtrade.report.model import Finding
from firmtrade.report.words import cell_text, unit_name
from firmtrade.studies import load_study
from firmtrade.study import Study
from report.test_same_text import SYNTHETIC, of_twelve_provinces
from report.test_several_populations import doubled

NUMBER = r"[+−]?\d[\d.,\s\u00a0\u202f]*\d|[+−]?\d"
OWN_NUMBERS = {"level": 1, "series": 1, "export_concentration": 1, "import_concentration": 1}
"""A difference, and the 5% of the largest."""
STUDIES = {
    "chapter": load_study("belgium-2008"),
    "traders": load_study("belgium-traders"),
    "side by side": doubled("belgium-2008"),
    "traders side by side": doubled("belgium-traders"),
    "twelve provinces": of_twelve_provinces(),
}


def drawn(study: Study, seed: int) -> list[Cell]:
    """Numbers that are often equal, nought or negative; of an odd seed, some are missing."""
    chance = random.Random(seed)
    cells = []
    for spec in specify(study):
        few = chance.random() < 0.3
        for one in spec.cells:
            value = chance.choice((0.0, 5.0, 5.04, 5.05, 33.3)) if few else chance.uniform(0, 100)
            if "per_year" in one.unit:
                value -= chance.choice((0.0, 20.0))
            cell = Cell(
                one.key, float(one.code or value), one.unit, one.year, one.decimals,
                confidentiality=Confidentiality.FREE,
            )  # fmt: skip
            if seed % 2 and chance.random() < 0.03:
                cell = replace(
                    cell, value=None, status=ObsStatus.SUPPRESSED, reason=message("reasons.nobody")
                )
            cells.append(cell)
    return cells


@dataclass(frozen=True)
class Page:
    """A publication in one language, and what its tables print, by key."""

    document: Document
    lang: str

    @cached_property
    def printed(self) -> dict[CellKey, str]:
        return {
            cell.key: cell_text(cell, language_of(self.lang)).lstrip("+")
            for table in self.document.tables()
            for *_, cell in table.ordered_cells()
        }

    def unit(self, finding: Finding) -> str:
        """The unit that a comparison of levels names."""
        cell = next(cell for cell in self.table(finding.table).cells.values() if cell.key == finding.cells[0])
        return unit_name(cell.unit, language_of(self.lang))

    def table(self, identifier: str) -> Table:
        return next(table for table in self.document.tables() if table.id == identifier)


@cache
def pages(lang: str = "en") -> tuple[Page, ...]:
    """Two publications of each study in English, one in other languages."""
    return tuple(
        Page(assemble(study, drawn(study, seed), SYNTHETIC, lang=lang), lang)
        for study in STUDIES.values()
        for seed in range(2 if lang == "en" else 1)
    )


def amounts(text: str) -> list[Decimal]:
    return [
        Decimal(one.replace("−", "-").replace(",", "")) for one in re.findall(r"[+−]?\d[\d,]*\.?\d*", text)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_a_sentence_stands_in_a_table(lang: str) -> None:
    """Beside years, names of classes and the difference that a comparison states."""
    count = 0
    for page in pages(lang):
        printed = page.printed
        for finding in page.document.findings:
            numbers = [printed[key] for key in finding.cells]
            rest = finding.text
            assert all(number in rest for number in numbers), finding
            for number in sorted(numbers, key=len, reverse=True):
                rest = rest.replace(number, " ")
            for name in (*names(page.table(finding.table)), page.unit(finding)):
                rest = rest.replace(name, " ")
            left = [one for one in re.findall(NUMBER, rest) if not re.fullmatch(r"(19|20)\d\d", one.strip())]
            assert len(left) <= OWN_NUMBERS.get(finding.kind, 0), (finding, left)
            count += 1
    assert count > 25


def names(table: Table) -> list[str]:
    heads = [row.label for row in table.rows] + [column.label for column in table.columns]
    return sorted(filter(lambda name: re.search(r"\d", name), heads), key=len, reverse=True)


def test_a_comparison_says_the_difference_of_its_two_numbers() -> None:
    kinds = set()
    for page in pages():
        for finding in page.document.findings:
            first, last = (page.printed[finding.cells[at]] for at in (0, -1))
            ends = amounts(first)[0], amounts(last)[0]
            if finding.kind == "level":
                apart = ends[0] - ends[1]
                way = "higher" if apart > 0 else "lower"
                relation = f"{abs(apart)} {way} in the first" if apart else "equal at"
            elif finding.kind == "series":
                apart = ends[1] - ends[0]
                relation = f"({'+' if apart > 0 else '−'}{abs(apart)} percentage points)"
            elif finding.kind == "series_equal":
                relation = "the same" if ends[0] == ends[1] else "nothing"
            else:
                continue
            assert relation in finding.text
            kinds.add(finding.kind)
    assert kinds >= {"level", "series"}


def test_a_rise_a_largest_change_and_a_largest_move_are_those_of_the_table() -> None:
    kinds = set()
    for page in pages():
        for finding in page.document.findings:
            rows = numbers_of(page, finding)
            said = finding.cells[0]
            if finding.kind == "classes":
                steps = [value for key, value in rows[said.row].items() if key not in ("unknown", "total")]
                asked = {column.key for column in page.table(finding.table).columns} - {
                    "unknown",
                    "total",
                    "n",
                }
                rising = len(steps) == len(asked) and all(low < high for low, high in pairwise(steps))
                assert ("higher in every next class" in finding.text) == rising
                kinds.add("classes")
            elif finding.kind.startswith("series"):
                ends = {key.column for key in finding.cells}
                moves = {
                    key: abs(row[finding.cells[1].column] - row[said.column])
                    for key, row in rows.items()
                    if ends <= set(row)
                }
                assert moves[said.row] == max(moves.values())
                kinds.add("series")
            elif finding.kind == "transition" and "largest change" in finding.text:
                moved = {
                    (row, column): value
                    for row, columns in rows.items()
                    for column, value in columns.items()
                    if column in rows and column != row
                }
                largest = finding.cells[-1]
                most = [place for place, value in moved.items() if value == max(moved.values())]
                assert most == [(largest.row, largest.column)]
                kinds.add("transition")
    assert kinds >= {"classes", "series", "transition"}


def numbers_of(page: Page, finding: Finding) -> dict[str, dict[str, Decimal]]:
    """The printed shares of a finding's table and population, by row and column."""
    rows: dict[str, dict[str, Decimal]] = {}
    for *_, cell in page.table(finding.table).ordered_cells():
        key = cell.key
        if (
            key.population == finding.cells[0].population
            and cell.value is not None
            and cell.unit == "percent"
        ):
            rows.setdefault(key.row, {})[key.column] = amounts(page.printed[key])[0]
    return rows
