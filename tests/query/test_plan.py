"""Few views for many questions: classes share what wider ones answer, flags join the view of their classes."""

from __future__ import annotations

from firmtrade.query.cells import Term
from firmtrade.query.distributions import plan_distributions
from firmtrade.query.universes import Universe
from firmtrade.query.views import plan
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


def test_single_numbers_are_one_request_for_each_measure_of_a_universe() -> None:
    trade = Universe("services", "export")
    small, large = Is("year", ("2001",)) & Is("size", ("small",)), Is("year", ("2002",)) & Flag("exporter")
    terms = [Term(trade, where, measure) for measure in ("value", "value_growth") for where in (small, large)]
    growth, value, other = plan_distributions([*reversed(terms), Term(THERE, large, "value")])[::-1]
    assert (other.universe, other.measure) == (THERE, "value")
    assert (value.measure, {*value.terms}) == ("value", {*terms[:2]})
    assert (growth.measure, {*growth.terms}) == ("value_growth", {*terms[2:]})
    assert value.dimensions == ("exporter", "size", "year")
    assert not value.firms_repeat
    (ever,) = plan_distributions([Term(trade, Flag("exporter"), "value")])
    assert ever.firms_repeat


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
