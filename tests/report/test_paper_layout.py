"""Nothing is lost on the way to paper: every row is printed, nothing runs off the page or over its neighbour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.messages import language_of
from firmtrade.report.grid import grid
from firmtrade.report.model import (
    ChartKind,
    Column,
    Document,
    Figure,
    Row,
    Section,
    Table,
    with_distinct_labels,
)
from firmtrade.report.paper import annex, paper, parts_of
from firmtrade.report.pictures import drawing
from report.pdf_words import missing_words, pages
from report.sample import cell, document, grid_of, long_table

LONG = "Establishments that manufacture, repair and install machinery and equipment of every kind for others"


def provinces(rows: int, columns: int, label: str = LONG) -> Table:
    """A table of long row labels, broad numbers and heads that do not break."""
    heads = [Column(f"c{at}", f"Ostvlaanderenprovinz{at}") for at in range(columns)]
    lines = [
        Row(f"r{at}", f"{label} {at}", group="First half" if at < rows // 2 else "Second half")
        for at in range(rows)
    ]
    cells = [
        cell("9", line.key, head.key, 1234567.0 + 1000 * at, "count")
        for at, line in enumerate(lines)
        for head in heads
    ]
    return Table("9", "9", "Firms by province", tuple(lines), tuple(heads), grid_of(cells), stub="Activity")


def words_table(rows: int) -> Table:
    """A table of sentences, whose rows are much higher than one line."""
    names = [Row(f"r{at}", f"item_of_some_scale_{at}") for at in range(rows)]
    columns = (Column("definition", "Definition"), Column("source", "Source"), Column("n", "n"))
    texts = {
        (row.key, key): f"{LONG}, as {key} number {at}. " * 2
        for at, row in enumerate(names)
        for key in ("definition", "source")
    }
    cells = grid_of([cell("s1", row.key, "n", 10.0 + at, "count") for at, row in enumerate(names)])
    return Table("s1", "S1", "Criteria", tuple(names), columns, cells, stub="Criterion", texts=texts)


def with_items(*items: Table | Figure) -> Document:
    return replace(document(), sections=(Section("a", "A", ("Words before.",) * 6, items),), findings=())


@pytest.mark.parametrize(
    "table",
    [
        long_table(90), provinces(12, 3), provinces(20, 8), provinces(12, 12, "Row"), provinces(9, 15, "Row"),
        words_table(21), words_table(60),
    ],
    ids=["many rows", "provinces", "broad", "twelve columns", "fifteen columns", "sentences", "many sentences"],
)  # fmt: skip
def test_every_row_is_printed_within_the_page_and_beside_its_neighbours(table: Table, tmp_path: Path) -> None:
    made = with_items(long_table(8), table, long_table(8))
    (tmp_path / "a.pdf").write_bytes(paper(made, {}))
    found = pages(tmp_path / "a.pdf")
    assert missing_words(made, found) == {}
    assert [page.past_the_margins() for page in found] == [[]] * len(found)
    assert [page.overlapping() for page in found] == [[]] * len(found)


def test_a_broad_table_is_cut_into_parts_of_about_one_width() -> None:
    """Not into full parts and a last one of a single column."""
    cut = parts_of(grid(provinces(2, 11, label="Row"), language_of("en")))
    widths = [len(part.heads) for part in cut]
    assert len(widths) > 1
    assert sum(widths) == 11
    assert max(widths) - min(widths) <= 1


def test_a_short_table_is_not_broken_and_a_tall_one_fills_the_page_before_it(tmp_path: Path) -> None:
    def rows(*tables: Table) -> list[int]:
        (tmp_path / "a.pdf").write_bytes(paper(with_items(*tables), {}))
        counted = [sum(word.text == "things" for word in page.words) for page in pages(tmp_path / "a.pdf")]
        return [count for count in counted if count]

    assert all(count % 10 == 0 for count in rows(*[long_table(10)] * 5))
    first, second = rows(long_table(25), long_table(25))
    assert first > 30
    assert first + second == 50


def tall_figure() -> Figure:
    rows = tuple(Row(f"r{at}", f"Estimate of the model number {at}") for at in range(60))
    columns = (Column("estimate", "Estimate"), Column("conf_low", "Low"), Column("conf_high", "High"))
    cells = grid_of(
        [cell("fig1", row.key, key, value, "pure") for row in rows for key, value in
         (("estimate", 0.5), ("conf_low", 0.2), ("conf_high", 0.9))]
    )  # fmt: skip
    table = Table("fig1", "1", "Estimates", rows, columns, cells, stub="Term")
    return Figure(table, ChartKind.INTERVALS, "Sixty estimates with their intervals.")


def test_a_picture_taller_than_the_page_is_made_smaller(tmp_path: Path) -> None:
    figure = tall_figure()
    made = with_items(figure)
    drawn = drawing(figure, language_of("en"), "SYNTHETIC DATA")
    (tmp_path / "a.pdf").write_bytes(paper(made, {"fig1": drawn}))
    found = pages(tmp_path / "a.pdf")
    assert [page.past_the_margins() for page in found] == [[]] * len(found)
    names = [sum(word.text == "number" for word in page.words) for page in found]
    assert max(names) >= 60  # the whole picture stands on one page


def test_the_data_of_models_beside_a_study_stand_whole_in_an_annex_of_their_own(tmp_path: Path) -> None:
    """The pictures stay in the publication; every row of tables and pictures is printed once, in the annex."""
    section = Section(
        "models", "Models", ("What the models say.",), (tall_figure(), long_table(40)), annex=True
    )
    made = replace(document(), sections=(*with_items(long_table(8)).sections, section), findings=())
    drawn = drawing(tall_figure(), language_of("en"), "SYNTHETIC DATA")
    behind = annex(made)
    assert behind is not None
    (tmp_path / "a.pdf").write_bytes(paper(made, {"fig1": drawn}))
    (tmp_path / "b.pdf").write_bytes(behind)
    body, rest = pages(tmp_path / "a.pdf"), pages(tmp_path / "b.pdf")
    assert missing_words(made, body + rest) == {}
    assert [page.past_the_margins() for page in body + rest] == [[]] * len(body + rest)
    said, behind_said = (
        [" ".join(word.text for word in page.words) for page in parts] for parts in (body, rest)
    )
    assert any("model" in text for text in said[1:])
    assert sum(text.count("things number 39") for text in said) == 0
    assert sum(text.count("things number 39") for text in behind_said) == 1


def test_a_publication_without_models_has_no_annex() -> None:
    assert annex(with_items(long_table(8))) is None


def test_rows_of_one_label_are_told_apart_in_a_chart() -> None:
    rows = (
        Row("a", "language", group="Market 1"),
        Row("b", "language", group="Market 2"),
        Row("c", "law"),
        Row("d", "law"),
    )
    table = Table("fig1", "1", "Distance", rows, (), {})
    named = with_distinct_labels(table)
    assert [row.label for row in named.rows] == [
        "language (Market 1)",
        "language (Market 2)",
        "law (1)",
        "law (2)",
    ]
