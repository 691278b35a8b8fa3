"""The panel that models get: which years it holds, and how it counts partners."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from canonical_data import write
from firm_table import canonical, study_of
from firmtrade.observatory.export import panel_frame
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.studies import load_study, study_from
from tested_engine import an_engine

FIRMS = """
    firm | trade
    a    | export EL 100, export GR 50, export FR 10, export BE 900, import FR 5
    b    | export FR 100, export DE -20
    c    |
"""


def panel(tmp_path: Path, *, every_year: bool = False) -> pl.DataFrame:
    tables = canonical(study_of("fig17"), FIRMS)
    study = study_of("1")
    with an_engine() as engine:
        folder = CanonicalFolder(write(tmp_path, tables))
        return panel_frame(StudyData(folder, study, engine, models=True, every_year=every_year))


def test_a_study_of_one_year_reads_one_year() -> None:
    assert study_of("1").years == (2002,)
    assert study_of("6").years == (1998, 2002, 2003)


def test_models_get_every_year_of_the_accounts(tmp_path: Path) -> None:
    assert panel(tmp_path)["year"].unique().to_list() == [2002]
    assert panel(tmp_path / "all", every_year=True)["year"].unique().sort().to_list() == [*range(1996, 2003)]


def test_partners_are_countries_with_trade_above_the_threshold(tmp_path: Path) -> None:
    rows = panel(tmp_path).sort("firm_id")
    assert rows["export_partners"].to_list() == [2, 1, None]
    assert rows["import_partners"].to_list() == [1, 0, None]


def test_a_closing_that_a_later_state_of_the_register_gives_is_known_in_every_year(tmp_path: Path) -> None:
    tables = canonical(study_of("fig17"), """
        firm | year | closed | trade
        a    | 1996 |        | export FR 100 1998
        a    | 2001 |        |
        a    | 2004 | 2003   |
        b    | 1996 | 1999   |
        b    | 1998 |        |
        b    | 2004 | 2000   |
        c    | 1996 |        |
    """)  # fmt: skip
    with an_engine() as engine:
        observed = StudyData(CanonicalFolder(write(tmp_path, tables)), study_of("fig17"), engine, models=True)
        rows = panel_frame(observed)
    closed = rows.group_by("firm_id").agg(years="closed").sort("firm_id")
    assert [set(years) for years in closed["years"]] == [{2003}, {2000}, {None}]


def test_the_mode_of_a_firm_is_what_its_flows_make_it(tmp_path: Path) -> None:
    tables = canonical(study_of("1"), """
        firm | trade
        both | export FR 100, import US 100
        out  | export US 100
        in   | import FR 100
        none |
    """)  # fmt: skip
    with an_engine() as engine:
        observed = StudyData(CanonicalFolder(write(tmp_path, tables)), study_of("1"), engine, models=True)
        rows = panel_frame(observed)
    values = rows.sort("firm_id").select("firm_id", "export_value", "import_value")
    assert values.rows() == [("both", 100, 100), ("in", 0, 100), ("none", 0, 0), ("out", 100, 0)]
    assert dict(rows.select("firm_id", "mode").iter_rows()) == {
        "both": "import_and_export", "out": "export_only", "in": "import_only", "none": "no_internationalization",
    }  # fmt: skip


def test_the_mode_is_unknown_in_a_year_in_which_one_direction_is_not_covered(tmp_path: Path) -> None:
    study = study_of("fig17")
    tables = canonical(study, "firm | trade\nout | export US 100 2001, export US 100 2002\nnone |")
    tables["coverage"] = [row for row in tables["coverage"] if (row["flow"], row["year"]) != ("import", 2001)]
    with an_engine() as engine:
        observed = StudyData(CanonicalFolder(write(tmp_path, tables)), study, engine, models=True)
        rows = panel_frame(observed).filter(pl.col("year") >= 2001)
    assert rows.select("firm_id", "year", "mode").sort("firm_id", "year").rows() == [
        ("none", 2001, None), ("none", 2002, "no_internationalization"),
        ("out", 2001, None), ("out", 2002, "export_only"),
    ]  # fmt: skip


def test_age_is_counted_from_the_year_of_foundation_which_may_not_lie_ahead(tmp_path: Path) -> None:
    study = study_of("4")
    tables = canonical(study, """
        firm    | founded
        old     | 1990
        before  | 1997
        venture | 1998
        new     | 2002
        ahead   | 2003
        never   |
    """)  # fmt: skip
    with an_engine() as engine:
        observed = StudyData(CanonicalFolder(write(tmp_path, tables)), study, engine, models=True)
        panel = engine.collect(observed.derived.panel)
    assert study.ventures_since == 1998
    assert panel.select("firm_id", "age", "venture").sort("firm_id").rows() == [
        ("ahead", None, False), ("before", 5, False), ("never", None, False), ("new", 0, True), ("old", 12, False),
        ("venture", 4, True),
    ]  # fmt: skip


def test_models_look_at_the_populations_of_levels_and_growth_or_at_all(tmp_path: Path) -> None:
    full = load_study("belgium-2008").model_dump(mode="json", by_alias=True)
    inside = {}
    for identifier in ("1", "6"):
        table = next(one for one in full["tables"] if one["id"] == identifier)
        study = study_from({**full, "tables": [table], "figures": []})
        tables = canonical(study, "firm | nace\nmade | 15\nserved | 72\nneither | 01")
        with an_engine() as engine:
            folder = CanonicalFolder(write(tmp_path / identifier, tables))
            frame = panel_frame(StudyData(folder, study, engine, models=True))
        inside[identifier] = dict(frame.select("firm_id", "in_population").iter_rows())
    assert inside["1"] == {"made": True, "served": True, "neither": False}
    assert inside["6"] == {"made": True, "served": False, "neither": False}


def test_labor_productivity_is_value_added_per_unit_of_employment(tmp_path: Path) -> None:
    study = study_of("6")
    tables = canonical(study, """
        firm   | employees_fte 2002 | value_added 2002
        some   | 4                  | 100
        none   | 0                  | 100
        silent | 4                  |
    """)  # fmt: skip
    with an_engine() as engine:
        folder = CanonicalFolder(write(tmp_path, tables))
        rows = panel_frame(StudyData(folder, study, engine, models=True)).filter(pl.col("year") == 2002)
    found = dict(rows.select("firm_id", "labor_productivity").iter_rows())
    assert found == {"some": 25.0, "none": None, "silent": None}


@pytest.mark.parametrize("monthly", [True, False])
@pytest.mark.parametrize("union", ["EU-15", "membership", "declared"])
def test_a_declaration_counts_once_whether_or_not_it_has_a_month(
    union: str, monthly: bool, tmp_path: Path
) -> None:
    study = study_of("1", head={"union": union})
    tables = canonical(study, "firm | trade\na | export FR 100, export US 10, import FR 1")
    for row in tables["trade"] if monthly else ():
        row["month"] = 5
    with an_engine() as engine:
        folder = CanonicalFolder(write(tmp_path, tables))
        rows = panel_frame(StudyData(folder, study, engine, models=True))
    assert rows.select("export_value", "import_value").rows() == [(110, 1)]
    assert rows.select("intra_eu_export", "extra_eu_export", "extra_eu_import").rows() == [
        (union != "declared", union != "declared", False)
    ]
