"""Drawn studies are computed as the definitions say, and every construct of a study is drawn."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from canonical_data import Tables, world
from drawn_studies import KEYS_OF_ALL, drawn_study, drawn_world
from firm_table import agreed
from firmtrade.kinds import KINDS, specify
from firmtrade.query.dimensions import moments
from firmtrade.query.registry import dimensions, measures
from firmtrade.query.universes import FLOWS
from firmtrade.study import Population, Study
from firmtrade.study.model import LOOKED_UP, NUMBERS, StudyHead

MANY = range(70)


@cache
def drawn(seed: int) -> Study:
    return drawn_study(Random(seed))


def drawn_tables(study: Study, rng: Random, firms: int) -> Tables:
    return world(study, rng.randrange(10**6), drawn_world(rng, study, firms))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_every_kind_is_drawn(kind: str) -> None:
    own = {*KINDS[kind].declaration.model_fields} - KEYS_OF_ALL
    said = {
        name
        for seed in MANY
        for table in drawn(seed).tables
        if table.kind == kind
        for name in table.model_fields_set
    }
    assert own <= said


def test_every_sort_of_attribute_population_and_head_is_drawn() -> None:
    studies = [drawn(seed) for seed in MANY]
    assert {one.of for study in studies for one in study.attributes.values()} >= {*NUMBERS, *LOOKED_UP}
    columns = [one for study in studies for one in study.attributes.values() if one.column]
    assert {(one.column[0], one.in_bands) for one in columns if one.column} == {
        ("firms", False),
        ("accounts", True),
    }
    limits = {
        name for study in studies for one in study.populations.values() for name in one.model_fields_set
    }
    assert limits == {*Population.model_fields}
    deflators = [study.deflator for study in studies]
    assert {deflator and bool(deflator.branches) for deflator in deflators} == {None, False, True}
    left = {"edition", "currency", "closing_within", "contact", "next_release"}  # of reports and of models
    assert {name for study in studies for name in study.head.model_fields_set} == {
        *StudyHead.model_fields
    } - left


def test_every_measure_and_dimension_is_asked_for() -> None:
    cells = [cell for seed in MANY for spec in specify(drawn(seed)) for cell in spec.cells]
    terms = {
        term
        for cell in cells
        for term in (*cell.terms.values(), cell.group, *([cell.spread] if cell.spread else []))
    }
    counted_by_class = {f"traders_per_{term.by}" for term in terms if term.by}
    assert {term.measure for term in terms} | counted_by_class >= {*measures()}
    asked = {name for term in terms for name in term.dimensions}
    assert asked >= {name for name, one in dimensions().items() if one.moment is None and one.measure is None}
    known_numbers = {one.measure.name for name in asked if (one := dimensions().get(name)) and one.measure}
    assert known_numbers
    distances = {(one.subject, one.distance) for name in asked if (one := moments().get(name))}
    assert distances >= {(flow, distance) for flow in FLOWS for distance in (None, -1, 1, 2, 3)}


@pytest.mark.parametrize("seed", range(6))
def test_a_drawn_study_is_computed_as_the_definitions_say(seed: int) -> None:
    study, rng = drawn(seed), Random(seed)
    agreed(study, drawn_tables(study, rng, rng.choice((5, 40))))
