"""No attribute of a study can take the name of a column that the observatory has of its own."""

from __future__ import annotations

import tomllib
from pathlib import Path

from canonical_data import World, world
from firm_table import observing
from firmtrade.query.dimensions import population_columns
from firmtrade.query.registry import reserved
from firmtrade.studies import load_study, study_from
from firmtrade.study import Study

TRADERS = Path(__file__).parents[1] / "statistics" / "studies" / "dynamics.toml"
EVERYTHING = World(
    firms=3, groups=True, headcount=True, yearly_register=True, zones=True, months=True, products=True
)


def own(study: Study) -> set[str]:
    """Columns that the study names."""
    return {*study.attributes, *population_columns(study).values()}


def test_every_column_of_panel_and_window_is_a_taken_name_or_the_study_s_own() -> None:
    study = load_study("belgium-2008")
    with observing(study, world(study, 1, EVERYTHING)) as observed:
        columns = {*observed.derived.panel.columns, *observed.derived.window.columns}
    assert columns - own(study) <= reserved()
    assert not set(study.attributes) & reserved()


def test_every_column_of_the_tables_of_traders_is_a_taken_name_or_the_study_s_own() -> None:
    study = study_from(tomllib.loads(TRADERS.read_text(encoding="utf-8")))
    with observing(study, world(study, 1, EVERYTHING)) as observed:
        tables = [
            observed.derived.history,
            observed.derived.traders("import"),
            observed.derived.relations("export", "partner"),
        ]
        columns = {name for table in tables for name in table.columns}
    assert columns - own(study) <= reserved()


def test_names_of_columns_made_of_a_number_are_taken_and_no_others() -> None:
    taken = (
        "export_1_before",
        "present_12_after",
        "import_earlier",
        "value_1",
        "firms_2",
    )
    assert {*taken} <= reserved()
    free = ("nuts_1", "export_class", "export_1", "value_3", "in_population", "size_2", "region")
    assert not {*free} & reserved()
