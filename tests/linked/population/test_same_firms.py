"""Studies of the same firms share one synthetic population; studies of other firms keep their own."""

from __future__ import annotations

import pytest

from firmtrade.linked.population.same_firms import population_study
from firmtrade.studies import load_study
from firmtrade.study import Study

TRADERS = load_study("belgium-traders")


def changed(**about: object) -> Study:
    return TRADERS.model_copy(update={"head": TRADERS.head.model_copy(update=about)})


def asking(years: tuple[int, int]) -> Study:
    table = next(table for table in TRADERS.tables if table.kind == "dynamics")
    return TRADERS.model_copy(update={"tables": (table.model_copy(update={"years": years}),)})


def test_the_traders_of_belgium_are_drawn_from_the_population_of_the_chapter() -> None:
    assert population_study(TRADERS).name == "belgium-2008"


def test_a_study_with_published_numbers_is_drawn_from_them() -> None:
    chapter = load_study("belgium-2008")
    assert population_study(chapter) is chapter


@pytest.mark.parametrize(
    "other",
    [
        changed(country="NL"),
        changed(union="EU-12"),
        asking((1998, 2004)),
        asking((1995, 2002)),
        TRADERS.model_copy(update={"populations": {}}),
        TRADERS.model_copy(
            update={
                "populations": {
                    **TRADERS.populations,
                    "large": TRADERS.populations["services"].model_copy(update={"employees_below": 1000}),
                }
            }
        ),
    ],
    ids=["country", "union", "later years", "earlier years", "no populations", "other rules"],
)
def test_a_study_of_other_firms_keeps_its_own_population(other: Study) -> None:
    assert population_study(other) is other
