"""Long lists: pages print the largest rows, in order of size; workbook and files print every row."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

from firmtrade.messages import language_of
from firmtrade.outputs import ObsStatus
from firmtrade.report import html
from firmtrade.report.largest import MOST, shortened
from firmtrade.report.model import Column, Document, Row, Section, Table
from firmtrade.report.publish import render
from report.same_text import differences, on_the_page
from report.sample import cell, document, grid_of
from report.test_same_text import published

ENGLISH = language_of("en")


def partners(count: int, hidden: tuple[int, ...] = ()) -> Table:
    """A list of partners, the later of which trade more, with their total."""
    rows = (
        *(Row(f"p{at}", f"Partner {at}") for at in range(count)),
        Row("total", "Total", emphasis=True, sums=True),
    )
    numbers = [cell("1", row.key, "value", 100.0 + at, "count") for at, row in enumerate(rows)]
    cells = {
        place: replace(one, value=None, status=ObsStatus.SUPPRESSED)
        if place[0] in {f"p{at}" for at in hidden}
        else one
        for place, one in grid_of(numbers).items()
    }
    return Table("1", "1", "Partners", rows, (Column("value", "Value"),), cells, ranked_by="value")


def of(table: Table) -> Document:
    return replace(document(), sections=(Section("a", "A", (), (table,)),), findings=())


def test_the_largest_come_first_and_the_total_last() -> None:
    said = shortened(partners(40), ENGLISH)
    assert [row.key for row in said.rows] == [*(f"p{at}" for at in range(39, 39 - MOST, -1)), "total"]
    assert "The 10 largest of 40 are shown" in said.notes[-1]


def test_a_short_list_is_printed_whole() -> None:
    table = partners(12)
    assert shortened(table, ENGLISH) is table


def test_a_hidden_number_is_not_ranked() -> None:
    said = shortened(partners(40, hidden=(39, 37)), ENGLISH)
    assert [row.key for row in said.rows][:3] == ["p38", "p36", "p35"]
    assert "the largest of those with a printed number" in said.notes[-1]


def test_where_every_number_is_hidden_the_total_remains() -> None:
    said = shortened(partners(40, hidden=tuple(range(40))), ENGLISH)
    assert [row.key for row in said.rows] == ["total"]
    assert "None of 40 rows has a printed number" in said.notes[-1]


def test_workbook_and_files_hold_every_row_and_explanations_too() -> None:
    made = of(partners(40))
    files = render(made, ("html", "xlsx", "csv"))
    page = files["index.html"].decode("utf-8")
    assert len(on_the_page(page)["table-1"]) == MOST + 1
    assert differences(made, page, files["tables.xlsx"]) == []
    assert len(list(csv.reader(StringIO(files["tables/table-1.csv"].decode("utf-8-sig"))))) == 42


def test_a_release_without_them_prints_every_row_on_its_pages() -> None:
    page = render(of(partners(40)), ("html",))["index.html"].decode("utf-8")
    assert len(on_the_page(page)["table-1"]) == 41


def test_partners_of_a_study_are_a_list_of_this_kind() -> None:
    page = html.index(published("belgium-traders", "en"), {}, ()).decode("utf-8")
    printed = on_the_page(page)["table-17"]
    assert ["By union and continent"] in printed
    rows = [row for row in printed if len(row) > 1]
    values = [float(row[3].replace(",", "")) for row in rows[:MOST]]
    assert values == sorted(values, reverse=True)
    assert [row[0] for row in rows[MOST:]] == [
        "EU", "Europe (non-EU)", "Africa", "Americas", "Asia", "Oceania", "Antarctica",
        "Total (partner known)",
    ]  # fmt: skip
