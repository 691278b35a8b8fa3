"""Views: their statement can be run, their declarations read once or twice are the same, their units add up."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from canonical_data import World, full_coverage, world, write
from firm_table import observing, study_of
from firmtrade.observatory.study_data import StudyData
from firmtrade.query.views import View, ViewRequest
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics.result import compute
from firmtrade.studies import study_from
from firmtrade.study import Study
from tested_engine import an_engine

TRADERS = Path(__file__).parents[1] / "statistics" / "studies" / "dynamics.toml"
TABLES = {"D1", "D4", "T1", "V1", "V3", "V15", "C1", "S1", "S5", "S7"}


def of_traders() -> Study:
    document = tomllib.loads(TRADERS.read_text(encoding="utf-8"))
    document["tables"] = [table for table in document["tables"] if table["id"] in TABLES]
    return study_from(document)


def views(observed: StudyData, study: Study) -> list[View]:
    """Every view that a study asks for."""
    requests = compute(study, observed).queries
    return observed.answer(request for request in requests if isinstance(request, ViewRequest))


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize(
    "study", [of_traders(), study_of("1", "3", "5", "6", "fig17")], ids=["traders", "2008"]
)
def test_the_statement_of_a_view_gives_its_totals_when_somebody_runs_it(study: Study, groups: bool) -> None:
    about = World(firms=40, groups=groups, products=True)
    with observing(study, world(study, 5, about)) as observed:
        asked = views(observed, study)
        assert len({view.request.universe.period for view in asked}) >= 3
        for view in asked:
            found = observed.engine.fetch(view.query())
            columns = [*view.request.dimensions, *view.request.universe.measures]
            assert sorted(map(text_of, found.select(columns).rows())) == sorted(
                map(text_of, view.rows.select(columns).rows())
            ), view.request


def text_of(row: tuple[object, ...]) -> tuple[str, ...]:
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
        observed = StudyData(folder, study, an_engine(), levels=levels)
        with observed.engine as engine:
            flows = observed.derived.flows.select("firm_id", "year", "flow", "zone", "value")
            found.append(engine.collect(flows).sort("firm_id", "year", "flow", "zone"))
            assert (observed.derived.details is None) == (not observed.derived.levels)
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
    observed = StudyData(folder, study, an_engine(), levels=("partner", "product"))
    with observed.engine as engine:
        assert observed.derived.details is not None
        rows = engine.collect(observed.derived.details)
    summed: dict[tuple[str | None, str | None], Decimal] = defaultdict(Decimal)
    for row in rows.to_dicts():
        summed[row["country"], row["product_group"]] += row["value"]
    assert summed == {
        ("FR", "847130"): 11, ("FR", None): 1100, ("GR", "010121"): 110_000, (None, "010121"): 11_000_000,
    }  # fmt: skip
