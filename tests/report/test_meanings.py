"""A colour means one thing through a whole publication."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmtrade.messages import language_of
from firmtrade.report.charts import chart
from firmtrade.report.meanings import with_meanings
from firmtrade.report.model import ChartKind, Column, Figure, Row, Section, Table
from firmtrade.report.palette import PLAIN, ROLES, SEQUENCE, colors
from report.sample import cell, grid_of
from report.test_same_text import STUDIES, published

ENGLISH = language_of("en")
YEARS = ("2001", "2002")


def lines(number: int, *names: str) -> Figure:
    """A line for each name, under keys that are the same in every figure."""
    rows = tuple(Row(f"r{at}", name) for at, name in enumerate(names))
    numbers = [
        cell(f"fig{number}", row.key, year, 10.0 + at) for at, row in enumerate(rows) for year in YEARS
    ]
    columns = tuple(Column(year, year) for year in YEARS)
    table = Table(f"fig{number}", str(number), "Lines", rows, columns, grid_of(numbers))
    return Figure(table, ChartKind.LINES, "")


def drawn(*figures: Figure) -> list[dict[str, str]]:
    """The colour of each name, figure by figure, as the charts draw them."""
    (section,) = with_meanings([Section("a", "A", (), figures)])
    found = []
    for figure in section.items:
        assert isinstance(figure, Figure)
        scale = chart(figure, ENGLISH)["layer"][0]["encoding"]["color"]["scale"]
        found.append(dict(zip(scale["domain"], scale["range"], strict=True)))
    return found


def test_a_name_keeps_its_colour_and_no_other_name_takes_it() -> None:
    first, second = drawn(lines(1, "Flanders", "Wallonia"), lines(2, "Small", "Wallonia"))
    assert second["Wallonia"] == first["Wallonia"]
    assert len({*first.values(), *second.values()}) == 3


def test_names_beyond_the_colours_are_plain_and_told_apart_by_their_dashes() -> None:
    names = [f"Province {at}" for at in range(len(SEQUENCE) + 4)]
    (one,) = drawn(lines(1, *names))
    assert [one[name] for name in names[-4:]] == [ROLES[PLAIN]] * 4
    (section,) = with_meanings([Section("a", "A", (), (lines(1, *names),))])
    figure = section.items[0]
    assert isinstance(figure, Figure)
    layer = chart(figure, ENGLISH)["layer"][0]["encoding"]
    signs = list(
        zip(layer["color"]["scale"]["range"], map(str, layer["strokeDash"]["scale"]["range"]), strict=True)
    )
    assert len(set(signs)) == len(signs)


def test_a_line_alone_needs_no_colour_of_its_own() -> None:
    first, second = drawn(lines(1, "All"), lines(2, "Flanders", "Wallonia"))
    assert first["All"] == ROLES[PLAIN]
    assert second["Flanders"] == ROLES[SEQUENCE[0]]


@pytest.mark.parametrize("name", STUDIES)
def test_a_colour_without_a_role_has_one_meaning_in_a_bundled_study(name: str) -> None:
    meaning: dict[str, set[str]] = {}
    for section in with_meanings(published(name, "en").sections):
        for item in section.items:
            if isinstance(item, Figure):
                said = {
                    **{column.key: column.label for column in item.table.columns},
                    **{row.key: row.label for row in item.table.rows},
                }
                for key, role in item.colors.items():
                    if role in SEQUENCE:
                        meaning.setdefault(role, set()).add(item.short_labels.get(key, said[key]))
    assert [names for names in meaning.values() if len(names) > 1] == []


def test_what_has_a_role_keeps_it() -> None:
    figure = replace(lines(1, "Import", "Other"), colors={"r0": "import"})
    (one,) = drawn(figure)
    assert one["Import"] == ROLES["import"]
    assert one["Other"] == colors(("x",), {"x": SEQUENCE[0]})[0]
