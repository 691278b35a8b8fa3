"""The workbook read back: one table per sheet, numbers as numbers, marks in place of what is missing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.report import Section
from firmtrade.report.workbook import sheet_names, workbook
from report.sample import document

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(scope="module")
def book(release: Path) -> Any:
    return openpyxl.load_workbook(release / "tables.xlsx")


def test_cover_contents_and_notes_come_first_and_then_one_sheet_per_table(book: Any) -> None:
    computed = [table for table in document().tables() if table.computed]
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert len(book.sheetnames) == 3 + len(computed)
    assert book.sheetnames[3] == "Figure 15"


def test_every_sheet_of_numbers_holds_exactly_one_marked_up_table(book: Any) -> None:
    for name in book.sheetnames[1:]:
        assert len(book[name].tables) == 1, name


def test_numbers_are_numbers_with_a_format(book: Any) -> None:
    sheet = book["Table 6"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    new = rows["New to export"]
    assert [cell.value for cell in new[1:]] == [707, 3.9, 5.7, 1.7]
    assert new[1].number_format == "#,##0"
    assert new[2].number_format == "+#,##0.0;-#,##0.0;#,##0.0"


def test_a_hidden_value_is_a_mark_and_never_a_zero_or_an_empty_cell(book: Any) -> None:
    rows = {row[0].value: row for row in book["Table 4"].iter_rows()}
    assert rows["Extra-EU import (%)"][4].value == "[c]"


def test_names_of_columns_stand_without_signs_around_them(book: Any) -> None:
    texts = [cell.value for name in book.sheetnames for row in book[name].iter_rows() for cell in row]
    assert any("needs value_added in accounts" in str(text) for text in texts)
    assert not any("`" in str(text) for text in texts)


def test_no_cells_are_merged_and_the_header_row_stays_in_view(book: Any) -> None:
    for name in book.sheetnames:
        assert not book[name].merged_cells.ranges
    assert book["Table 4"].freeze_panes is not None


def test_every_sheet_carries_the_banner(book: Any) -> None:
    for name in book.sheetnames:
        assert "SYNTHETIC DATA" in book[name].oddHeader.left.text


def test_the_contents_lead_to_the_sheets(book: Any) -> None:
    links = [
        cell.hyperlink.location for row in book["Contents"].iter_rows() for cell in row if cell.hyperlink
    ]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[3:]]


def test_headers_of_a_table_differ_and_say_their_unit(book: Any) -> None:
    table = next(iter(book["Table 6"].tables.values()))
    headers = [column.name for column in table.tableColumns]
    assert len(set(headers)) == len(headers)
    assert any("% per year" in header for header in headers)


def test_two_workbooks_of_one_document_have_the_same_bytes() -> None:
    assert workbook(document(rows=3)) == workbook(document(rows=3))


def test_a_label_that_begins_like_a_formula_stays_text() -> None:
    from dataclasses import replace

    plain = document(rows=3)
    made = workbook(replace(plain, title="=1+1"))
    path = openpyxl.load_workbook(__import__("io").BytesIO(made))
    assert path["Cover"]["A1"].value == "=1+1"
    assert path["Cover"]["A1"].data_type == "s"


@given(st.lists(st.text(min_size=1, max_size=60), max_size=12))
def test_names_of_sheets_are_distinct_and_taken_by_spreadsheet_programs(texts: list[str]) -> None:
    names = sheet_names(texts)
    assert len({name.casefold() for name in names}) == len(texts)
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\'") & set(name) for name in names)


def test_tables_whose_names_differ_in_capitals_or_past_the_limit_have_sheets_of_their_own() -> None:
    table = next(document().tables())
    ids = ("a1", "A1", "t-1", "t_1", "t.1", *(f"{'a very long name of a table ' * 2}{end}" for end in "xyz"))
    tables = tuple(replace(table, id=each, number=each) for each in ids)
    made = workbook(replace(document(), sections=(Section("all", "All", (), tables),), findings=()))
    assert len(openpyxl.load_workbook(io.BytesIO(made)).sheetnames) == len(ids) + 3
