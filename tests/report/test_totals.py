"""A total is called one where it is of all firms; one of the firms of known class says so."""

from __future__ import annotations

import pytest

from firm_table import Computed, canonical, declared, run
from firmtrade.report import Provenance
from firmtrade.report.from_study import assemble
from firmtrade.report.model import Table
from report.test_same_text import published

UNKNOWN_SIZE = "firm | employees_fte | export 2000\na | 5 | FR 10\nb | 15 | FR 70"
KNOWN_SIZE = "firm | employees_fte | export 2000\na | 5 | FR 10\nb | 25 | FR 70"
TRADERS = {"kind": "trade", "flow": "export", "totals": ["total"]}


def table_of(declaration: dict[str, object], firms: str, lang: str = "en") -> Table:
    study = declared(declaration)
    cells = Computed(run(study, canonical(study, firms))).chapter.cells
    return next(assemble(study, cells, Provenance("small", "real", "0c6a"), lang=lang).tables())


def total_of(table: Table) -> str:
    return next(row.label for row in table.rows if row.key == "total")


@pytest.mark.parametrize(
    ("lang", "called"),
    [
        ("en", "Total (size known)"),
        ("fr", "Total (size\N{NO-BREAK SPACE}: information connue)"),
        ("nl", "Totaal (size bekend)"),
        ("de", "Insgesamt (Size bekannt)"),
    ],
)
def test_a_total_of_known_classes_says_so_beside_firms_of_unknown_class(lang: str, called: str) -> None:
    by_size = TRADERS | {"rows": "size_class"}
    assert total_of(table_of(by_size | {"totals_of": "known"}, UNKNOWN_SIZE, lang)) == called
    assert "(" not in total_of(table_of(by_size, UNKNOWN_SIZE, lang))
    assert "(" not in total_of(table_of(by_size | {"totals_of": "known"}, KNOWN_SIZE, lang))


def test_a_total_of_partners_is_of_those_that_are_known() -> None:
    """Declarations without a partner stand in no row of such a table."""
    firms = "firm | export 2000\na | FR 10\nb | ? 70"
    assert total_of(table_of(TRADERS | {"rows": "partner"}, firms)) == "Total (partner known)"


def test_totals_of_the_same_firms_are_the_same_number_in_every_table() -> None:
    firms = "firm | employees_fte | export 2000\na | 5 | FR 10\nb | 15 | ? 70\nc | 25 | US 3"
    for rows in ("size_class", "division", "number_of_partners", "type_of_trader"):
        table = table_of(TRADERS | {"rows": rows}, firms)
        cell = table.cell("total", "n")
        assert cell is not None
        assert cell.value == 3, rows


@pytest.mark.parametrize(
    ("lang", "called"),
    [
        ("en", "Total core manufacturing (NACE 15–37; division known)"),
        ("fr", "Total industrie manufacturière (NACE 15–37\u202f; division\u00a0: information connue)"),
        ("nl", "Totaal kernindustrie (NACE 15–37; afdeling bekend)"),
        ("de", "Insgesamt verarbeitendes Gewerbe (NACE 15–37; Abteilung bekannt)"),
    ],
)
def test_a_total_whose_name_ends_in_brackets_says_so_within_them(lang: str, called: str) -> None:
    table = next(one for one in published("belgium-2008", lang).tables() if one.id == "3")
    assert table.rows[-1].label == called
