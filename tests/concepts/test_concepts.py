"""What the concepts say, against the literature they cite."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from firmtrade.concepts import concept, concept_fields, concepts, typology
from firmtrade.errors import StudyError

YEARS_ABROAD = {
    "born_global_rennie_1993": 2,
    "born_global_knight_cavusgil_1996": 2,
    "born_global_knight_cavusgil_2004": 3,
    "born_global_baldegger_schueffel_2009": 3,
    "born_global_kuivalainen_2007": 3,
    "international_new_venture_five_years": 5,
    "international_new_venture_six_years": 6,
}


@pytest.mark.parametrize(("key", "years"), YEARS_ABROAD.items())
def test_authors_allow_two_to_six_years_to_the_first_export(key: str, years: int) -> None:
    assert concept(key).thresholds["years_to_first_export_at_most"] == years


def test_a_born_global_of_knight_and_cavusgil_exports_a_quarter_within_three_years() -> None:
    born_global = concept("born_global_knight_cavusgil_2004")
    firms = {"years_to_first_export": pl.Series([3, 3, 4]), "export_share": pl.Series([0.25, 0.24, 0.9])}
    assert born_global.holds(firms).to_list() == [True, False, False]
    assert born_global.all_of["export_share"].within_years == 3


def test_kuivalainen_asks_for_more_than_a_quarter() -> None:
    firm = {"years_to_first_export": 3, "export_share": 0.25}
    assert concept("born_global_knight_cavusgil_2004").holds(firm) is True
    assert concept("born_global_kuivalainen_2007").holds(firm) is False


def test_the_swiss_definition_adds_a_second_continent() -> None:
    firms = {
        "years_to_first_export": pl.Series([1, 1]),
        "export_share": pl.Series([0.5, 0.5]),
        "regions": pl.Series([1, 2]),
    }
    assert concept("born_global_baldegger_schueffel_2009").holds(firms).to_list() == [False, True]


@pytest.mark.parametrize(
    ("years", "countries", "regions", "kind"),
    [
        (4, 4, 1, "born_international_nbb_2010"),
        (4, 5, 1, "born_global_nbb_2010"),
        (0, 2, 2, "born_global_nbb_2010"),
        (5, 5, 1, "born_again_global_nbb_2010"),
        (30, 2, 2, "born_again_global_nbb_2010"),
        (5, 4, 1, "traditional_nbb_2010"),
    ],
)
def test_the_typology_of_the_national_bank_cuts_at_five_years_five_countries_and_one_region(
    years: int, countries: int, regions: int, kind: str
) -> None:
    firm = {"years_to_first_export": years, "countries": countries, "regions": regions}
    assert [found.key for found in typology("nbb_2010") if found.holds(firm)] == [kind]


def test_the_typology_of_the_national_bank_gives_every_exporter_one_type() -> None:
    grid = pl.DataFrame(
        list(product(range(10), range(1, 10), range(1, 5))),
        schema=["years_to_first_export", "countries", "regions"],
        orient="row",
    )
    measures = {name: pl.col(name) for name in grid.columns}
    counted = grid.select(
        pl.sum_horizontal(kind.holds(measures).cast(pl.Int8) for kind in typology("nbb_2010")).alias("types")
    )
    assert counted["types"].unique().to_list() == [1]


def test_a_missing_measure_leaves_the_answer_open_unless_the_others_settle_it() -> None:
    firms = {
        "years_to_first_export": pl.Series([2, 9]),
        "export_share": pl.Series([None, None], dtype=pl.Float64),
    }
    assert concept("born_global_knight_cavusgil_2004").holds(firms).to_list() == [None, False]


def test_the_ventures_of_the_chapter_are_told_apart_by_exporting_alone() -> None:
    firms = {"age": pl.Series([4, 4, 5]), "exporter": pl.Series([True, False, True])}
    assert concept("international_new_venture_belgium_2008").holds(firms).to_list() == [True, False, False]
    assert concept("domestic_new_venture_belgium_2008").holds(firms).to_list() == [False, True, False]


def test_point_in_time_time_to_and_speed_are_three_constructs() -> None:
    three = {"year_of_first_export", "years_to_first_export", "expansion_speed"}
    for key in three:
        assert three - {key} <= set(concept(key).distinct_from)


def test_the_three_speeds_of_hilmersson_and_johanson_stay_apart() -> None:
    three = {"market_breadth_speed", "resource_commitment_speed", "foreign_sales_speed"}
    for key in three:
        assert set(concept(key).distinct_from) == three - {key}


def test_the_exporter_dynamics_database_has_98_indicators() -> None:
    (field,) = (field for field in concept_fields() if field.key == "exporter_dynamics")
    assert sum(max(1, len(entry.statistics)) for entry in field.concepts) == 98


def test_rates_print_their_denominator() -> None:
    assert concept("edd_entry_rate").formula == "entrants[t] / exporters[t]"
    assert concept("edd_exit_rate").formula == "exiters[t] / exporters[t-1]"


def test_exit_from_exporting_is_not_the_death_of_the_firm() -> None:
    assert "firm_death" in concept("export_exit").distinct_from


def test_a_one_year_spell_lasts_one_year() -> None:
    assert concept("one_year_spell").holds({"trade_spell": pl.Series([1, 2])}).to_list() == [True, False]


def test_every_concept_that_can_be_applied_is_met_by_some_firm_and_missed_by_another() -> None:
    values = {"ratio": [0.0, 0.25, 0.3, 1.0], "flag": [False, True]}
    for found in concepts().values():
        if found.criteria:
            choices = [values.get(concept(measure).unit, range(8)) for measure in found.measures]
            answers = {
                found.holds(dict(zip(found.measures, firm, strict=True))) for firm in product(*choices)
            }
            assert answers == {True, False}, found.key


def test_no_source_is_a_bare_name() -> None:
    assert all(
        any(sign.isdigit() for sign in found.source) or "M49" in found.source for found in concepts().values()
    )


@pytest.mark.parametrize("key", [key for key, one in concepts().items() if one.all_of or one.any_of])
def test_a_missing_value_leaves_one_firm_as_open_as_a_firm_among_many(key: str) -> None:
    one = concept(key)
    known = [None, 0, 0.3, 2, 40]
    for values in product(known, repeat=min(len(one.measures), 3)):
        firm = dict(zip(one.measures, (*values, *known), strict=False))
        many = {measure: pl.Series([value], dtype=pl.Float64) for measure, value in firm.items()}
        assert one.holds(firm) is one.holds(many)[0]


def test_a_concept_without_criteria_says_that_it_cannot_sort_firms() -> None:
    with pytest.raises(StudyError, match=r"has no criteria: it cannot sort firms by itself"):
        concept("international_new_venture_oviatt_mcdougall_1994").holds({})


def test_a_measure_that_is_not_given_is_named() -> None:
    with pytest.raises(StudyError, match=r"needs the measure `export_share`.*\n.*years_to_first_export"):
        concept("born_global_knight_cavusgil_2004").holds({"years_to_first_export": 1})


def test_unknown_concepts_and_typologies_are_answered_with_what_exists() -> None:
    with pytest.raises(StudyError, match="Did you mean `born_global_rennie_1993`"):
        concept("born_global_rennie")
    with pytest.raises(StudyError, match=r"no typology `nbb`.*\n.*Known: nbb_2010"):
        typology("nbb")
