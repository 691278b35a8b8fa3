"""Tables that no bundled study has say the same on the page, in the workbook and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.messages import language_of
from firmtrade.outputs import ObsStatus
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report import html
from firmtrade.report.alternatives import alternative
from firmtrade.report.charts import chart
from firmtrade.report.from_study import assemble
from firmtrade.report.model import ChartKind, Column, Document, Figure, Row, Section, Table
from firmtrade.report.paper import paper
from firmtrade.report.pictures import drawing, svg
from firmtrade.report.words import cell_text
from firmtrade.report.workbook import workbook
from report.pdf_words import missing_words, pages
from report.same_text import differences
from report.sample import cell, document, grid_of
from report.test_same_text import SYNTHETIC, made_up
from report.test_several_populations import doubled

ENGLISH = language_of("en")
LONG = "Manufacture of machinery, of equipment and of parts thereof for the extraction and for the processing of "


def table(rows: int, columns: int, label: str = "Row", head: str = "2001") -> Table:
    lines = tuple(Row(f"r{at}", f"{label} {at}") for at in range(rows))
    heads = tuple(Column(f"c{at}", f"{head} {at}") for at in range(columns))
    numbers = [
        cell("1", line.key, column.key, 10.0 * at + place, "percent")
        for at, line in enumerate(lines)
        for place, column in enumerate(heads)
    ]
    return Table("1", "1", "Firms", lines, heads, grid_of(numbers), stub="Group", population="All")


def suppressed(one: Table) -> Table:
    cells = {
        place: replace(each, value=None, status=ObsStatus.SUPPRESSED) for place, each in one.cells.items()
    }
    return replace(one, cells=cells)


def valued(one: Table, change: Callable[[float], float]) -> Table:
    cells = {place: replace(each, value=change(each.value or 0.0)) for place, each in one.cells.items()}
    return replace(one, cells=cells)


def with_many_unknown(one: Table) -> Table:
    """The first row is that of firms of unknown class, and larger than all others."""
    first = one.rows[0]
    rows = (replace(first, key=UNKNOWN, label="Unknown"), *one.rows[1:])
    cells = {
        (UNKNOWN if row == first.key else row, column): replace(each, value=5000.0)
        if row == first.key
        else each
        for (row, column), each in one.cells.items()
    }
    return replace(one, rows=rows, cells=cells)


VARIATIONS = {
    "one row": table(1, 4),
    "one cell": table(1, 1),
    "forty columns": table(12, 40),
    "labels of 200 signs": table(9, 5, label=(LONG * 2)[:200]),
    "heads of 200 signs": table(4, 4, head=(LONG * 2)[:200]),
    "one word of 90 signs": table(
        4, 4, label="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten" * 2
    ),
    "Hebrew": table(4, 4, label="חברות יצוא", head="תעשייה"),
    "Arabic": table(3, 3, label="صادرات", head="صناعة"),
    "all suppressed": suppressed(table(5, 4)),
    "one year": table(4, 1),
    "below zero": valued(table(4, 5), lambda value: value - 60),
    "around zero": valued(table(4, 5), lambda value: value - 20),
    "all nought": valued(table(3, 3), lambda value: 0.0),
    "millions": valued(table(3, 4), lambda value: 1_000_000 * value + 0.1),
    "mostly unknown": with_many_unknown(table(4, 4)),
}
FROM_RIGHT = frozenset({"Hebrew", "Arabic"})
"""Whose words are read from paper in another order than they are written."""


def of(*items: Table | Figure) -> Document:
    return replace(document(), sections=(Section("a", "A", (), items),), findings=())


@pytest.mark.parametrize("name", VARIATIONS)
def test_an_unusual_table_says_the_same_everywhere(name: str, tmp_path: Path) -> None:
    made = of(VARIATIONS[name])
    page = html.index(made, {}, ()).decode("utf-8")
    assert differences(made, page, workbook(made)) == []
    (tmp_path / "a.pdf").write_bytes(paper(made, {}))
    found = pages(tmp_path / "a.pdf")
    missing = missing_words(made, found)
    assert [word for word in missing if name not in FROM_RIGHT or word.isascii()] == []
    assert [one.past_the_margins() for one in found] == [[]] * len(found)
    assert [one.overlapping() for one in found] == [[]] * len(found)


@pytest.mark.parametrize("kind", [ChartKind.GROUPED_BARS, ChartKind.LINES])
@pytest.mark.parametrize("name", VARIATIONS)
def test_an_unusual_table_is_drawn_with_its_numbers(name: str, kind: ChartKind) -> None:
    figure = Figure(replace(VARIATIONS[name], id="fig1"), kind, "A chart.", by_size=frozenset({"rows"}))
    if not figure.drawn:
        assert name == "all suppressed"
        return
    drawn = svg(chart(figure, ENGLISH))
    (*_, last) = figure.table.ordered_cells()
    assert cell_text(last[2], ENGLISH) in drawn
    assert float(drawn.split(' width="', 1)[1].split('"', 1)[0]) < 1000


def test_a_line_breaks_where_a_number_is_hidden() -> None:
    """Five years of which the third is hidden: the path of the series begins twice."""

    def path(one: Table) -> str:
        drawn = svg(chart(Figure(replace(one, id="fig1"), ChartKind.LINES, "A chart."), ENGLISH))
        return next(found for found in re.findall(r' d="([^"]+)"', drawn) if found.count("L") >= 2)

    whole = table(1, 5)
    hidden = replace(whole, cells={**whole.cells, ("r0", "c2"): suppressed(whole).cells["r0", "c2"]})
    assert path(whole).count("M") == 1
    assert path(hidden).count("M") == 2


@pytest.mark.parametrize("kind", [ChartKind.GROUPED_BARS, ChartKind.SMALL_MULTIPLES, ChartKind.LINES])
def test_rows_and_columns_that_are_called_the_same_are_drawn_and_told_apart(kind: ChartKind) -> None:
    alike = table(3, 3)
    rows = tuple(replace(row, label="Other" if at else "First") for at, row in enumerate(alike.rows))
    columns = tuple(replace(column, label="Again") for column in alike.columns)
    figure = Figure(replace(alike, id="fig1", rows=rows, columns=columns), kind, "A chart.")
    told = alternative(figure, ENGLISH)
    assert re.findall(r"\w+(?: \(\d\))?(?=: )", told) == ["First", "Other (1)", "Other (2)"]
    assert re.findall(r"Again \(\d\)", told)[:2] == [
        "Again (1)",
        "Again (3)" if kind is ChartKind.LINES else "Again (2)",
    ]
    drawn = drawing(figure, ENGLISH)
    assert [name for name in ("Other (1)", "Other (2)", "Again (1)", "Again (2)") if name not in drawn] == []


@pytest.mark.parametrize(("name", "lang"), [("belgium-2008", "fr"), ("belgium-traders", "de")])
def test_two_populations_side_by_side_in_every_kind_say_the_same_everywhere(
    name: str, lang: str, tmp_path: Path
) -> None:
    study = doubled(name)
    made = assemble(study, made_up(study), SYNTHETIC, lang=lang)
    assert differences(made, html.index(made, {}, ()).decode("utf-8"), workbook(made)) == []
    (tmp_path / "a.pdf").write_bytes(paper(made, {}))
    found = pages(tmp_path / "a.pdf")
    assert missing_words(made, found) == {}
    assert [one.past_the_margins() for one in found] == [[]] * len(found)
