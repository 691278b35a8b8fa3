"""Few views for many questions: classes share what wider ones answer, flags join the view of their classes."""

from __future__ import annotations

from firmtrade.query.universes import Universe
from firmtrade.query.views import ViewRequest, plan, plan_values

CLASSES = {"size", "region", "division"}
HERE, THERE = Universe("services", "reference"), Universe("manufacturing", "reference")


def planned(*asked: tuple[Universe, str]) -> list[tuple[str, str]]:
    requests = plan(((universe, frozenset(names.split())) for universe, names in asked), CLASSES)
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
