"""Readers are told what was not computed by its cause, in the names that tables carry, without configuration."""

from __future__ import annotations

from firm_table import canonical, declared, run, without
from firmtrade.messages import language_of
from firmtrade.report.absences import absences
from firmtrade.study import Study
from firmtrade.study.tables import TableDeclaration

FIRMS = "firm | employees_fte | export 2000\na | 5 | FR 10\nb | 25 | US 70"
BY_PARTNERS = {"kind": "trade", "flow": "export", "rows": "number_of_partners", "totals": ["total"]}


def said(study: Study, *, lang: str = "en", missing: str = "") -> list[str]:
    tables = canonical(study, FIRMS)
    cells = run(study, without(tables, "trade", *missing.split()) if missing else tables).cells
    return [language_of(lang).render(line) for line in absences(study, cells)]


def twice(study: Study) -> Study:
    """The table once more, as a figure."""
    table: TableDeclaration = study.tables[0]
    return study.model_copy(update={"figures": (table.model_copy(update={"id": "fig7"}),)})


def test_tables_and_figures_of_one_cause_stand_in_one_line() -> None:
    study = twice(declared(BY_PARTNERS))
    (line,) = said(study, missing="partner")
    assert line == "Table X; Figure 7: needs the column `partner` of trade"


def test_a_table_that_lacks_a_part_names_its_rows_or_columns() -> None:
    """A record that begins in 1999 does not say who came back; one that ends in 2001 not who stays for longer."""
    study = declared({"kind": "dynamics", "flow": "export", "years": [1999, 2000]})
    lines = said(study)
    back = "Re-entrants, Re-entry (% of entrants)"
    assert f"Table X ({back}): needs the year 1998, which the study does not read" in lines
    assert not [line for line in lines if "`" in line]


def test_what_is_there_is_not_said() -> None:
    assert said(declared({"kind": "trade", "flow": "export", "rows": "type_of_trader"})) == []


def test_the_names_are_those_of_the_language() -> None:
    (line,) = said(declared(BY_PARTNERS), lang="de", missing="partner")
    assert line.startswith("Tabelle X: benötigt die Spalte")
