"""The registry: every name is declared once, and says what it means, in which unit, from what and by whom."""

from __future__ import annotations

import pytest

from firmtrade.query import measures as names
from firmtrade.query.dimensions import known, moments
from firmtrade.query.names import problems
from firmtrade.query.registry import (
    dimensions,
    field_of,
    meaning,
    measures,
    numbers_of_firms,
    numbers_of_samples,
    numbers_of_traders,
    reserved,
)
from firmtrade.sources.canonical import TABLES
from firmtrade.studies import bundled_studies, load_study
from firmtrade.study import Study

STUDIES = [load_study(name) for name in bundled_studies()]


def test_every_measure_that_a_universe_or_a_table_asks_for_is_declared() -> None:
    asked = {
        *names.CROSS_SECTION_MEASURES, *names.WINDOW_MEASURES, *names.FLOW_MEASURES, *names.RELATION_MEASURES,
        *numbers_of_traders(), *numbers_of_firms(), *numbers_of_samples(),
    }  # fmt: skip
    assert asked == {*measures()}


def test_every_field_has_a_meaning_a_unit_and_a_source() -> None:
    study = STUDIES[0]
    for field in (*dimensions().values(), *measures().values()):
        assert meaning(field, study), field.name
        assert "{" not in meaning(field, study), field.name
        assert "<" not in f"{field.name} {field.meaning} {field.grain} {field.needs} {field.reads}", (
            field.name
        )
        assert field.unit, field.name
        assert field.source, field.name


def test_every_column_that_a_field_needs_or_reads_is_canonical() -> None:
    canonical = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns}
    for study in STUDIES:
        own = (field_of(name, study) for name in study.attributes)
        for field in (*dimensions().values(), *measures().values(), *own):
            needed = {name for group in field.needs for name in group}
            assert needed | {*field.reads} | {*field.reads_first_of} <= canonical, field.name
            assert {*field.rests_on} <= {*dimensions()}, field.name


def test_names_are_lower_case_so_that_no_engine_mixes_them_up() -> None:
    assert all(name == name.casefold() for name in reserved())
    assert {*moments()} | {known(name) for name in measures()} <= {*dimensions()}
    assert not {*dimensions()} & {*measures()}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("turnover", "the panel has a column 'turnover' of its own"),
        ("Turnover", "the panel has a column 'Turnover' of its own"),
        ("export_12_before", "the panel has a column 'export_12_before' of its own"),
        ("total_value", "the panel has a column 'total_value' of its own"),
        ("IN_Services", "the panel has a column 'IN_Services' of its own"),
        ("Size_Class", "the attribute 'size_class' differs in nothing but capitals"),
    ],
)
def test_an_attribute_cannot_take_the_name_of_another_column(name: str, says: str) -> None:
    study = load_study("belgium-2008")
    assert [*problems(study)] == []
    renamed = study.model_copy(
        update={"attributes": study.attributes | {name: study.attributes["size_class"]}}
    )
    (problem,) = problems(renamed)
    assert problem[:2] == (("attributes", name), says)


def test_a_bundled_study_s_attributes_are_fields_too() -> None:
    for study in STUDIES:
        for name in study.attributes:
            field = field_of(name, study)
            assert field.kind == "class"
            assert field.meaning.endswith(study.attributes[name].definition)


def test_a_flag_of_a_zone_says_how_the_study_s_union_tells_zones() -> None:
    study = load_study("belgium-2008")
    field = dimensions()["intra_eu_export"]
    assert "the zone inside the union (EU-15)" in meaning(field, study)
    declared = study.model_copy(update={"head": study.head.model_copy(update={"union": "declared"})})
    assert "with trade.flow export and trade.zone inside the union" in meaning(field, declared)


def test_the_value_of_a_partner_is_said_to_be_that() -> None:
    study: Study = STUDIES[0]
    assert meaning(measures()["value"], study, "partner").endswith("of the flow with the partner")
    assert meaning(measures()["value"], study).endswith("of the flow")


def test_whether_a_number_of_a_firm_is_known_asks_its_accounts_or_its_declarations() -> None:
    assert not dimensions()[known("turnover")].of_declarations
    assert dimensions()[known("export_value")].of_declarations
    assert dimensions()[known("value_growth")].of_declarations
