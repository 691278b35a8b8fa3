"""The panel that models get: which years it holds, and how it counts partners."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from canonical_data import write
from firm_table import canonical, study_of
from firmtrade.observatory.engine import Engine
from firmtrade.observatory.export import panel_frame
from firmtrade.observatory.observe import Observation
from firmtrade.sources.folder import CanonicalFolder

FIRMS = """
    firm | trade
    a    | export EL 100, export GR 50, export FR 10, export BE 900, import FR 5
    b    | export FR 100, export DE -20
    c    |
"""


def panel(tmp_path: Path, *, every_year: bool = False) -> pl.DataFrame:
    tables = canonical(study_of("fig17"), FIRMS)
    study = study_of("1")
    with Engine() as engine:
        folder = CanonicalFolder(write(tmp_path, tables))
        return panel_frame(Observation(folder, study, engine=engine, models=True, every_year=every_year))


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


def test_the_mode_of_a_firm_is_what_its_flows_make_it(tmp_path: Path) -> None:
    tables = canonical(study_of("1"), """
        firm | trade
        both | export FR 100, import US 100
        out  | export US 100
        in   | import FR 100
        none |
    """)  # fmt: skip
    with Engine() as engine:
        observation = Observation(
            CanonicalFolder(write(tmp_path, tables)), study_of("1"), engine=engine, models=True
        )
        rows = panel_frame(observation)
    values = rows.sort("firm_id").select("firm_id", "export_value", "import_value")
    assert values.rows() == [("both", 100, 100), ("in", 0, 100), ("none", 0, 0), ("out", 100, 0)]
    assert dict(rows.select("firm_id", "mode").iter_rows()) == {
        "both": "import_and_export", "out": "export_only", "in": "import_only", "none": "no_internationalization",
    }  # fmt: skip
