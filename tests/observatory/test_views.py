"""Views: their statement can be run, their declarations read once or twice are the same, their units add up."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from random import Random

import polars as pl
import pytest

from canonical_data import World, full_coverage, world, write
from firm_table import observing, study_of
from firmtrade.observatory.aggregate import aggregate
from firmtrade.observatory.observe import Observation
from firmtrade.query.cells import Term
from firmtrade.query.measures import FIRMS, UNITS
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.query.where import Is
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics.compute import totals
from firmtrade.statistics.result import compute
from firmtrade.studies import study_from
from firmtrade.study import Study

TRADERS = Path(__file__).parents[1] / "statistics" / "studies" / "dynamics.toml"
TABLES = {"D1", "D4", "T1", "V1", "V3", "V15", "C1", "S1", "S5", "S7"}


def of_traders() -> Study:
    document = tomllib.loads(TRADERS.read_text(encoding="utf-8"))
    document["tables"] = [table for table in document["tables"] if table["id"] in TABLES]
    return study_from(document)


def views(observation: Observation, study: Study) -> list[View]:
    """Every view that a study asks for."""
    answered: list[View] = []

    def answer(requests: list[ViewRequest]) -> list[View]:
        answered.extend(observation.answer(requests))
        return answered

    compute(study, answer, observation.missing)
    return answered


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize(
    "study", [of_traders(), study_of("1", "3", "5", "6", "fig17")], ids=["traders", "2008"]
)
def test_the_statement_of_a_view_gives_its_totals_when_somebody_runs_it(study: Study, groups: bool) -> None:
    about = World(firms=40, groups=groups, products=True)
    with observing(study, world(study, 5, about)) as observation:
        asked = views(observation, study)
        assert len({view.request.universe.period for view in asked}) >= 3
        for view in asked:
            found = observation.engine.fetch(view.query)
            if view.request.values:
                columns = [*view.request.dimensions, *view.request.values]
            else:
                columns = [*view.request.dimensions, *view.request.universe.measures]
            assert sorted(map(spoken, found.select(columns).rows())) == sorted(
                map(spoken, view.rows.select(columns).rows())
            ), view.request


def spoken(row: tuple[object, ...]) -> tuple[str, ...]:
    """Numbers by their value, missing ones as nothing: a sum over no known amounts is nothing, or 0."""
    return tuple(
        "0" if one is None else f"{one.normalize():f}" if isinstance(one, Decimal) else str(one)
        for one in row
    )


@pytest.mark.parametrize("options", [{"zones": True}, {"months": True}, {"partners": False, "zones": True}])
def test_flows_from_details_are_the_flows_of_the_declarations(
    tmp_path: Path, options: dict[str, bool]
) -> None:
    study = study_of("1")
    folder = CanonicalFolder(write(tmp_path, world(study, 6, World(firms=60, products=True, **options))))
    found = []
    for levels in ((), ("partner",), ("product",), ("product", "partner")):
        observation = Observation(folder, study, levels=levels)
        with observation.engine as engine:
            flows = observation.flows.select("firm_id", "year", "flow", "zone", "value")
            found.append(engine.look(flows).sort("firm_id", "year", "flow", "zone"))
            assert (observation.details is None) == (not observation.levels)
    assert found[0].height > 100
    assert all(one.equals(found[0]) for one in found[1:])


def test_details_keep_countries_and_products_apart_and_what_has_none_together(tmp_path: Path) -> None:
    study = study_of("1")
    declared = [
        ("FR", "84.71.30"), ("FR", "84713010"), ("FR", "8471"), ("FR", None), ("GR", "010121"), ("EL", "0101 21 00"),
        ("QV", "010121"), (None, "010121"), ("BE", "010121"),
    ]  # fmt: skip
    export = {"firm_id": "a", "year": 2002, "flow": "export"}
    trade = [
        export | {"value": Decimal(10**place), "partner": partner, "product": product}
        for place, (partner, product) in enumerate(declared)
    ]
    books = [{"firm_id": "a", "year": year, "employees_fte": Decimal(5)} for year in study.years]
    tables = {"firms": [{"firm_id": "a", "nace": "15"}], "accounts": books, "trade": trade}
    folder = CanonicalFolder(write(tmp_path, tables | {"coverage": full_coverage(study.years)}))
    observation = Observation(folder, study, levels=("partner", "product"))
    with observation.engine as engine:
        assert observation.details is not None
        rows = engine.look(observation.details)
    summed: dict[tuple[str | None, str | None], Decimal] = defaultdict(Decimal)
    for row in rows.to_dicts():
        summed[row["country"], row["product_group"]] += row["value"]
    assert summed == {
        ("FR", "847130"): 11, ("FR", None): 1100, ("GR", "010121"): 110_000, (None, "010121"): 11_000_000,
    }  # fmt: skip


def test_units_that_span_rows_are_counted_once_in_any_union_of_rows() -> None:
    """Against brute force: number of units and the two largest of them, for every union of classes."""
    rng, measure = Random(7), "value"
    universe = Universe("firms", "export")
    classes = ("a", "b", "c", "d")
    firms = [
        {
            "class": rng.choice(classes), "unit": rng.randrange(12),
            **{name: Decimal(rng.randrange(-50, 200)) for name in universe.measures if name != FIRMS},
        }
        for _ in range(40)
    ]  # fmt: skip
    frame = pl.DataFrame(firms, schema_overrides=dict.fromkeys(universe.measures[1:], pl.Decimal(18, 2)))
    view = aggregate(frame, ViewRequest(universe, ("class",)), "", grouped=True)
    assert view.spanning["unit"].n_unique() > 3
    assert view.rows[UNITS].sum() > 0
    unions = [union for size in range(1, 5) for union in combinations(classes, size)]
    terms = {union: Term(universe, Is("class", union), measure) for union in unions}
    found = totals(terms.values(), [view])
    for union, term in terms.items():
        inside = [firm for firm in firms if firm["class"] in union]
        amounts: dict[int, Decimal] = defaultdict(Decimal)
        for firm in inside:
            amounts[firm["unit"]] += firm[measure]
        largest = sorted((abs(amount) for amount in amounts.values()), reverse=True)[:2]
        total = found[term]
        assert (total.n_firms, total.n_units) == (len(inside), len(amounts)), union
        assert total.total == sum(amounts.values()), union
        assert [total.largest, total.second_largest] == largest, union


def test_a_view_without_dimensions_is_one_row() -> None:
    frame = pl.DataFrame({"unit": ["x", "x", "y"]})
    whole = ViewRequest(Universe("firms", "reference"), ())
    (row,) = aggregate(frame, whole, "SELECT 1", grouped=True).rows.to_dicts()
    assert row == {FIRMS: 3, UNITS: 2, "firms_1": 2, "firms_2": 1}
    (row,) = aggregate(frame, whole, "SELECT 1", grouped=False).rows.to_dicts()
    assert row == {FIRMS: 3, UNITS: 3, "firms_1": 1, "firms_2": 1}


def test_a_single_unit_has_no_second_largest() -> None:
    frame = pl.DataFrame({"unit": ["x", "x"]})
    (row,) = aggregate(
        frame, ViewRequest(Universe("firms", "reference"), ()), "", grouped=True
    ).rows.to_dicts()
    assert row == {FIRMS: 2, UNITS: 1, "firms_1": 2, "firms_2": None}
