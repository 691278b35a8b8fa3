"""Names of dimensions say what they ask about, and classes of partners what they hold."""

from __future__ import annotations

import pytest

from firmtrade.query.dimensions import PARTNER_CLASSES, distance_of, is_history, subject, traded, years_asked


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
    assert is_history(dimension)
    assert subject(dimension) == about
    assert distance_of(dimension) == distance
    assert years_asked(dimension, 2000, range(1996, 2004)) == years
    if distance is not None:
        assert traded(about, distance) == dimension


def test_before_a_record_that_is_too_short_there_is_the_year_that_it_would_need() -> None:
    assert years_asked("export_earlier", 2000, (2000,)) == (1998,)
    assert not is_history("exporter")
