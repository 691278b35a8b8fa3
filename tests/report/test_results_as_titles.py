"""A table may state its result as its title, with printed numbers; the neutral title stands below it, or alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmtrade.errors import DataError
from firmtrade.messages import Text
from firmtrade.outputs import ObsStatus
from firmtrade.report.html import index
from firmtrade.report.model import Table
from firmtrade.study import Study
from firmtrade.study.checks import problems
from report.test_prose import LARGE, SMALL, cells_of, published, written

RESULT = f"Large firms export twice as often as small ones: {{{LARGE}}} against {{{SMALL}}}"


def stating(finding: str = RESULT, *claims: str, title: str = "Exporters by size") -> Study:
    study = written("Words.")
    (table,) = study.tables
    declared = {"title": Text({"en": title}), "finding": Text({"en": finding}), "claims": claims}
    return study.model_copy(update={"tables": (table.model_copy(update=declared),)})


def table_of(study: Study) -> Table:
    (table,) = published(study).tables()
    return table


def test_the_result_is_the_title_with_its_numbers_and_the_neutral_one_stands_below() -> None:
    table = table_of(stating(RESULT, f"{LARGE} > {SMALL}"))
    assert table.title == "Large firms export twice as often as small ones: 66.7% against 33.3%"
    assert table.about == "Exporters by size · Firms · 2000"
    page = index(published(stating()), {}, ()).decode()
    assert page.index(table.title) < page.index("Exporters by size · Firms")


@pytest.mark.parametrize("status", [ObsStatus.SUPPRESSED, ObsStatus.UNDEFINED])
def test_where_a_number_of_the_result_is_hidden_the_neutral_title_stands_alone(status: ObsStatus) -> None:
    study = stating("Exports go with size", f"{LARGE} > {SMALL}")
    hidden = tuple(
        replace(cell, value=None, status=status) if str(cell.key) == SMALL else cell
        for cell in cells_of(study)
    )
    (table,) = published(study, cells=hidden).tables()
    assert (table.title, table.subject) == ("Exporters by size", "")


def test_a_result_that_the_numbers_contradict_is_refused() -> None:
    with pytest.raises(DataError, match="the printed numbers say otherwise"):
        table_of(stating(RESULT, f"{LARGE} < {SMALL}"))


@pytest.mark.parametrize(
    ("study", "wrong"),
    [
        (stating("Small firms export: {Y/firms/small/n}"), "there is no table 'Y'"),
        (stating("Small firms export", "small < large"), "'small' is no key of a cell"),
        (stating("Small firms export", "small firms export less"), "is no comparison"),
    ],
)
def test_a_wrong_reference_is_found_when_the_study_is_read(study: Study, wrong: str) -> None:
    assert any(wrong in what for _, what, _ in problems(study))


def test_a_result_speaks_of_its_own_table_and_claims_need_one() -> None:
    study = stating()
    (table,) = study.tables
    other = table.model_copy(update={"id": "Z"})
    both = study.model_copy(update={"tables": (table, other)})
    assert any("is of another table" in what for _, what, _ in problems(both))
    bare = study.model_copy(
        update={"tables": (table.model_copy(update={"finding": None, "claims": ("a",)}),)}
    )
    assert any("claims stand without a finding" in what for _, what, _ in problems(bare))
