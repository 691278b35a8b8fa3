"""The engine and the plain computation agree on every cell about traders and on everyone behind it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canonical_data import World, world
from firm_table import Gaps, agreed
from firmtrade.studies import load_study, study_from
from firmtrade.study import Study

STUDY = Path(__file__).parent / "studies" / "dynamics.toml"
NONE: Gaps = frozenset()

CORPUS: dict[str, tuple[int, dict[str, Any], World, Gaps]] = {
    "partners and products": (1, {}, World(products=True), NONE),
    "groups in a yearly register": (
        2, {}, World(products=True, groups=True, yearly_register=True, headcount=True), NONE,
    ),
    "declared zones beside partners, by month": (
        3, {"union": "declared"}, World(products=True, groups=True, zones=True, months=True), NONE,
    ),
    "no threshold, membership of the union": (
        4, {"trade_threshold": 0, "union": "membership"}, World(products=True, headcount=True), NONE,
    ),
    "flows scattered over all partners": (5, {}, World(groups=True, headcount=True), NONE),
    "zones without partners": (6, {}, World(partners=False, zones=True, products=True), NONE),
    "neither partners nor zones": (7, {}, World(partners=False, groups=True), NONE),
    "a handful of firms": (8, {}, World(firms=5, products=True), NONE),
    "values that corrections turn negative": (16, {}, World(firms=12, groups=True), NONE),
    "the first year of the record": (9, {"reference_year": 1998}, World(products=True), NONE),
    "the second year of the record": (10, {"reference_year": 1999}, World(products=True, groups=True), NONE),
    "the last year of the record": (11, {"reference_year": 2003}, World(products=True), NONE),
    "exports that are not covered after the reference year, imports before it": (
        12, {}, World(products=True, groups=True), frozenset({("export", "extra", 2001), ("import", "intra", 1999)}),
    ),
    "new numbers, mergers and splits": (17, {}, World(products=True, groups=True, links=True), NONE),
    "new numbers in a yearly register, and years that are not covered": (
        18, {}, World(products=True, yearly_register=True, headcount=True, links=True),
        frozenset({("export", "extra", 2001), ("import", "intra", 1999)}),
    ),
    "each number a firm": (19, {"firms": "as_registered"}, World(products=True, links=True), NONE),
    "the highest threshold held for all years": (
        20, {"threshold": "constant"}, World(products=True, thresholds=True, links=True), NONE,
    ),
    "thresholds by declared zone": (
        21, {"threshold": "constant", "union": "declared"},
        World(zones=True, products=True, thresholds=True, groups=True), frozenset({("export", "intra", 1999)}),
    ),
    "a reference year that is covered inside the union alone": (
        13, {}, World(products=True), frozenset({("export", "extra", 2000)}),
    ),
}  # fmt: skip


@cache
def document() -> str:
    return STUDY.read_text(encoding="utf-8")


def study(*, only: frozenset[str] = frozenset(), **head: Any) -> Study:
    """The study of this test, with another head, cut down to some of its tables."""
    changed = tomllib.loads(document())
    changed["study"] |= head
    changed["tables"] = [table for table in changed["tables"] if not only or table["id"] in only]
    return study_from(changed)


def test_the_study_of_this_test_is_sound() -> None:
    assert load_study(STUDY).model_dump() == study().model_dump()


@pytest.mark.parametrize("case", CORPUS)
def test_every_cell_about_traders_and_everyone_behind_it_is_what_the_definitions_say(case: str) -> None:
    seed, head, about, gaps = CORPUS[case]
    asked = study(**head)
    agreed(asked, world(asked, seed, about), gaps)


def test_hundreds_of_traders_are_ranked_alike() -> None:
    asked = study(only=frozenset({"V1", "V13", "C1", "S1", "S5"}))
    agreed(asked, world(asked, 14, World(firms=800, products=True, groups=True)))


def test_a_year_that_the_study_does_not_read_is_no_year_without_trade() -> None:
    """Without tables that ask about a record, the study reads the reference year alone; a record may have holes."""
    only = frozenset({"D6", "V13", "V15", "V16", "V18", "V23", "C1", "S3"})
    asked = study(only=only - {"D6"})
    assert asked.years == (1998, 2000)
    agreed(asked, world(asked, 50, World(products=True)))
    shorter = study(only=only)
    assert shorter.years == (1998, 2000, 2001)
    agreed(shorter, world(shorter, 50, World(products=True)))


FAST = frozenset(
    {"D1", "D4", "T1", "V1", "V2", "V5", "V7", "V19", "V24", "V25", "C1", "S1", "S3", "S5", "S7"}
)


@settings(max_examples=6, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    firms=st.integers(1, 30),
    options=st.fixed_dictionaries({name: st.booleans() for name in ("groups", "yearly_register", "zones")}),
    threshold=st.sampled_from((0, 50, 100)),
)
def test_small_worlds_of_any_sort_are_computed_alike(
    seed: int, firms: int, options: dict[str, bool], threshold: float
) -> None:
    asked = study(only=FAST, trade_threshold=threshold)
    agreed(asked, world(asked, seed, World(firms=firms, products=True, **options)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200, 230))
def test_many_more_worlds_of_traders_are_computed_alike(seed: int) -> None:
    rng = Random(seed)
    asked = study(
        reference_year=rng.choice((1998, 1999, 2000, 2000, 2001, 2003)),
        trade_threshold=rng.choice((0, 50)),
        union=rng.choice(("EU-15", "membership", "declared")),
    )
    options = ("groups", "yearly_register", "headcount", "zones", "months", "products")
    about = World(
        firms=rng.choice((1, 20, 300)),
        partners=rng.random() < 0.9,
        **{name: rng.random() < 0.6 for name in options},
    )
    tables = world(asked, seed, about)
    covered = [(row["flow"], row["zone"], row["year"]) for row in tables["coverage"]]
    agreed(asked, tables, frozenset(rng.sample(covered, k=rng.choice((0, 0, 1, 3)))))
