"""No attribute of a study can take the name of a column that the panel has of its own."""

from __future__ import annotations

from canonical_data import World, world
from firm_table import observing
from firmtrade.observatory.panel import population_column
from firmtrade.study import load_study
from firmtrade.study.checks import TAKEN


def test_every_column_of_panel_and_window_is_a_taken_name_or_the_study_s_own() -> None:
    study = load_study("belgium-2008")
    about = World(firms=3, groups=True, headcount=True, yearly_register=True, partners=True)
    own = {*study.attributes, *(population_column(position) for position in range(len(study.populations)))}
    with observing(study, world(study, 1, about)) as observation:
        columns = {*observation.panel.columns, *observation.window.columns}
    assert columns - own <= TAKEN
    assert not set(study.attributes) & TAKEN
