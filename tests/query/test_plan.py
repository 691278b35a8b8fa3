"""Few views for many questions: classes share what wider ones answer, flags join the view of their classes."""

from __future__ import annotations

from firmtrade.query.cells import Term
from firmtrade.query.universes import Universe
from firmtrade.query.views import ViewRequest, plan, plan_values
from firmtrade.query.where import All, Flag, Is

CLASSES = {"size", "region", "division"}
HERE, THERE = Universe("services", "reference"), Universe("manufacturing", "reference")


def planned(*asked: tuple[Universe, str]) -> list[tuple[str, str]]:
    terms = [Term(universe, All(tuple(map(Flag, names.split())))) for universe, names in asked]
    requests = plan(terms, CLASSES)
    return [(request.universe.population, " ".join(request.dimensions)) for request in requests]


def test_questions_about_the_same_classes_share_a_view_with_all_their_flags() -> None:
    asked = [(HERE, "size exporter"), (HERE, "size importer"), (HERE, "size")]
    assert planned(*asked) == [("services", "exporter importer size")]


def test_different_classes_have_views_of_their_own_and_a_part_of_wider_ones_has_none() -> None:
    asked = [(HERE, "size region"), (HERE, "size exporter"), (HERE, "division"), (HERE, "importer")]
    assert planned(*asked) == [("services", "division"), ("services", "exporter importer region size")]


def test_universes_share_nothing() -> None:
    asked = [(HERE, "size region"), (THERE, "size"), (THERE, "exporter")]
    assert planned(*asked) == [("manufacturing", "exporter size"), ("services", "region size")]


def test_single_numbers_of_a_universe_are_one_request_with_all_that_is_asked_of_them() -> None:
    trade = Universe("services", "export")
    asked = [(trade, frozenset({"size"}), "value"), (trade, frozenset({"region"}), "value_growth"),
             (THERE, frozenset({"size"}), "value")]  # fmt: skip
    assert sorted(plan_values(asked), key=lambda one: one.universe.population) == [
        ViewRequest(THERE, ("size",), ("value",)),
        ViewRequest(trade, ("region", "size"), ("value", "value_growth")),
    ]


def test_a_view_keeps_apart_what_every_question_asks_one_class_of() -> None:
    years = Universe("services", "years")
    small, first, second = Is("size", ("small",)), Is("year", ("2001",)), Is("year", ("2002",))
    asked = [Term(years, first & small), Term(years, second & ~small)]
    (view,) = plan(asked, {"size", "year"})
    assert view.apart == ("year",)
    assert not view.firms_repeat
    assert all(map(view.answers, asked))
    both = Term(years, Is("year", ("2001", "2002")) & small)
    assert not view.answers(both)
    (view,) = plan([*asked, both], {"size", "year"})
    assert view.apart == ()
    assert view.firms_repeat
    assert view.answers(both)


def test_a_number_for_each_class_of_a_dimension_keeps_its_classes_apart() -> None:
    relations = Universe("services", "export").by("partner")
    each = Term(relations, Is("year", ("2001",)), by="partner")
    (view,) = plan([each], {"partner", "year"})
    assert view.dimensions == view.apart == ("partner", "year")
