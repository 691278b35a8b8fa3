"""The engine and the plain computation agree on every cell of the chapter, whatever the data."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from canonical_data import Tables, write, worlds
from hypothesis import HealthCheck, Phase, given, settings
from naive import World, naive_cells

from firmtrade.observatory.observe import Observation
from firmtrade.observatory.views import FTE_START
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import Chapter, compute
from firmtrade.study import Study, load_study

EXAMPLES = settings(max_examples=10, phases=[Phase.explicit, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))


@cache
def belgium() -> Study:
    return load_study("belgium-2008")


def run(study: Study, tables: Tables) -> Chapter:
    with TemporaryDirectory() as folder:
        observation = Observation(CanonicalFolder(write(Path(folder), tables)), study)
        try:
            return compute(study, observation.answer, observation.missing)
        finally:
            observation.engine.close()


@EXAMPLES
@given(tables=worlds(belgium().years, 2002))
def test_every_cell_is_what_the_definitions_say(tables: Tables) -> None:
    study = belgium()
    chapter = run(study, tables)
    expected = naive_cells(study, tables["firms"], tables["accounts"], tables["trade"])
    found = {tuple(cell.key): cell for cell in chapter.cells}
    computed = {key: cell.value for key, cell in found.items() if cell.status != "L"}
    assert set(found) <= set(expected)
    assert {key for key in expected if key not in found} == set()
    assert {key for key, value in computed.items() if value is None} == {
        key for key in computed if expected[key] is None
    }
    for key, value in computed.items():
        if value is not None:
            assert value == pytest.approx(expected[key], rel=1e-9, abs=1e-9), key
    assert not chapter.broken


@EXAMPLES
@given(tables=worlds(belgium().years, 2002))
def test_contributions_are_those_of_the_units_behind_a_total(tables: Tables) -> None:
    study = belgium()
    chapter = run(study, tables)
    world = World(study, tables["firms"], tables["accounts"], tables["trade"])
    cells = {tuple(cell.key): cell for cell in chapter.cells}
    panel = world.panel("manufacturing")
    for row, members in {
        "export": [firm for firm in panel if firm["exporter"]],
        "no_export": [firm for firm in panel if not firm["exporter"]],
    }.items():
        cell = cells["6", "manufacturing", row, "employment_cagr"]
        if cell.status == "L":  # no firm has a value added column to sum
            continue
        start = next(part for part in cell.contributions if part.component == FTE_START)
        known = [one for one in members if None not in (one["a"]["value_added"], one["b"]["value_added"])]
        units: dict[str, Decimal] = {}
        for firm in known:
            units[firm["unit"]] = units.get(firm["unit"], Decimal(0)) + firm["a"]["employment"]
        largest = [*sorted(units.values(), reverse=True), Decimal(0), Decimal(0)]
        assert (start.n_firms, start.n_units) == (len(known), len(units))
        assert (start.total, start.largest, start.second_largest) == (sum(units.values()), largest[0], largest[1])
