"""Names of dimensions say what they ask about, and classes of partners what they hold."""

from __future__ import annotations

import pytest

from firmtrade.query.dimensions import (
    PARTNER_CLASSES,
    Moment,
    moments,
    population_columns,
    traded,
    traded_earlier,
)
from firmtrade.studies import load_study


def test_every_number_of_partners_is_in_the_one_class_whose_name_says_so() -> None:
    """The classes are those of Eurostat's tables: 1, 2, 3-5, 6-9, 10-14, 15-19, 20 and more."""
    named = {"partners_1": {1}, "partners_2": {2}, "partners_3_5": {*range(3, 6)}, "partners_6_9": {*range(6, 10)},
             "partners_10_14": {*range(10, 15)}, "partners_15_19": {*range(15, 20)},
             "partners_ge20": {*range(20, 50)}}  # fmt: skip
    found = {
        name: {number for number in range(50) if first <= number <= (last or number)}
        for name, (first, last) in PARTNER_CLASSES.items()
    }
    assert found == named


@pytest.mark.parametrize(
    ("dimension", "about", "distance", "years"),
    [
        ("export_1_before", "export", -1, (1999,)),
        ("import_3_after", "import", 3, (2003,)),
        ("present_2_after", "present", 2, (2002,)),
        ("export_earlier", "export", None, (1996, 1997, 1998)),
    ],
)
def test_a_dimension_of_history_asks_about_years_beside_the_one_looked_at(
    dimension: str, about: str, distance: int | None, years: tuple[int, ...]
) -> None:
    moment = moments()[dimension]
    assert moment == Moment(about, distance)
    assert moment.name == dimension
    assert moment.years(2000, range(1996, 2004)) == years
    assert dimension == (traded_earlier(about) if distance is None else traded(about, distance))


def test_before_a_record_that_is_too_short_there_is_the_year_that_it_would_need() -> None:
    assert Moment("export", None).years(2000, (2000,)) == (1998,)


def test_no_other_dimension_is_taken_for_one_about_another_year() -> None:
    others = {
        "exporter",
        "export_first",
        "export_reference",
        "year",
        "known_value",
        "export_1",
        "export_0_before",
    }
    assert not others & {*moments()}


def test_a_population_s_column_says_its_name_whatever_that_is() -> None:
    study = load_study("belgium-2008")
    assert population_columns(study) == {
        "manufacturing": "in_manufacturing",
        "manufacturing without construction": "in_manufacturing without construction",
        "services": "in_services",
    }
    one = study.populations["services"]
    names = ("SME", "sme", "Sme", "sme_2", 'the "core"')
    several = study.model_copy(update={"populations": dict.fromkeys(names, one)})
    columns = population_columns(several)
    assert list(columns) == list(names)
    assert len({name.casefold() for name in columns.values()}) == len(names)
    assert columns["SME"] == "in_SME"
    assert columns['the "core"'] == 'in_the "core"'
