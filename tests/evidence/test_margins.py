"""Margins: parts of growth that add up, counted again firm by firm."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english, estimate
from evidence.simulator import simulate
from firmtrade.evidence import EvidenceOptions, margins, prepare
from firmtrade.evidence.margins import MEAN


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return simulate(900, 6, seed=71)


@pytest.fixture(scope="module")
def lines(frame) -> pl.DataFrame:
    """Synthetic relations: the exports of a firm over its countries, one product each, shares by rank."""
    rng = np.random.default_rng(5)
    rows = []
    for firm, year, value in frame.filter("exporter").select("firm_id", "year", "export_value").rows():
        countries = rng.choice(["FR", "DE", "NL", "US", "CN"], size=rng.integers(1, 5), replace=False)
        rows += [
            (firm, year, "export", country, "847130" if country < "F" else "940360", value / len(countries))
            for country in countries
        ]
    schema = ["firm_id", "year", "flow", "country", "product", "value"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("year").cast(pl.Int32))


@pytest.fixture(scope="module")
def found(frame, lines):
    return margins(prepare(frame, lines=lines), EvidenceOptions())


@pytest.fixture(scope="module")
def values(frame) -> dict[int, dict[str, float]]:
    trading = frame.filter("exporter").group_by("year").agg("firm_id", "export_value")
    return {year: dict(zip(firms, amounts, strict=True)) for year, firms, amounts in trading.iter_rows()}


def test_the_parts_of_growth_are_those_of_a_plain_count_and_add_up(found, values) -> None:
    before, now = values[1998], values[1999]
    middle = (sum(before.values()) + sum(now.values())) / 2
    expected = {
        "starts": sum(value for firm, value in now.items() if firm not in before),
        "ceases": -sum(value for firm, value in before.items() if firm not in now),
        "goes_on": sum(now[firm] - before[firm] for firm in now.keys() & before.keys()),
    }
    parts = {
        name: estimate(found, "export/growth_parts", name, "1999").estimate for name in (*expected, "total")
    }
    for name, change in expected.items():
        assert parts[name] == pytest.approx(100 * change / middle)
    assert parts["total"] == pytest.approx(sum(parts[name] for name in expected))


def test_relations_added_dropped_and_kept_are_the_change_of_firms_that_go_on(found, lines, values) -> None:
    stays = values[1998].keys() & values[1999].keys()
    key = ["firm_id", "country", "product"]
    old, new = (
        {tuple(row[:3]): row[3] for row in lines.filter(pl.col("year") == year).select(*key, "value").rows()}
        for year in (1998, 1999)
    )
    middle = (sum(values[1998].values()) + sum(values[1999].values())) / 2
    added = sum(value for relation, value in new.items() if relation not in old and relation[0] in stays)
    parts = [
        estimate(found, "export/growth_parts", f"relations_{name}", "1999")
        for name in ("added", "dropped", "kept")
    ]
    assert parts[0].estimate == pytest.approx(100 * added / middle)
    whole = estimate(found, "export/growth_parts", "goes_on", "1999").estimate
    assert sum(part.estimate for part in parts) == pytest.approx(whole)
    assert all(part.contributions[0].component.endswith(":export_value") for part in parts)


def test_the_value_of_a_flow_is_the_product_of_its_margins(found, values) -> None:
    def level(name: str) -> float:
        return estimate(found, "export/levels", name, "2000").estimate

    total = sum(values[2000].values())
    product = level("number_of_traders") * level("relations_of_a_trader") * level("value_of_a_relation")
    assert product == pytest.approx(total)
    assert level("number_of_traders") * level("value_of_a_trader") == pytest.approx(total)
    assert level("number_of_traders") == len(values[2000])


def test_granular_growth_is_growth_weighted_less_growth_of_the_mean_firm(found, values) -> None:
    before, now = values[1998], values[1999]
    stays = sorted(now.keys() & before.keys())
    rates = np.array([200 * (now[f] - before[f]) / (now[f] + before[f]) for f in stays])
    size = np.array([now[f] + before[f] for f in stays])
    granular = estimate(found, "export/granular", "granular_part", "1999").estimate
    assert granular == pytest.approx(np.average(rates, weights=size) - rates.mean())


def test_the_largest_and_how_many_of_them_stay_so(found, values) -> None:
    top = {
        year: set(sorted(values[year], key=lambda firm: -values[year][firm])[:10]) for year in (1998, 1999)
    }
    share = estimate(found, "export/concentration", "share_of_the_largest_10", "1999")
    expected = sum(values[1999][firm] for firm in top[1999]) / sum(values[1999].values())
    assert share.estimate == pytest.approx(100 * expected)
    assert share.contributions[0].n_firms == 10
    again = estimate(found, "export/concentration", "largest_10_again", "1999").estimate
    assert again == 10 * len(top[1998] & top[1999])


def test_a_mean_of_the_years_is_that_of_its_years(found) -> None:
    parts = [e for e in found.estimates if (e.specification, e.outcome) == ("export/growth_parts", "starts")]
    mean = [e.estimate for e in parts if e.term == MEAN]
    assert mean == pytest.approx([np.mean([e.estimate for e in parts if e.term != MEAN])])


def test_a_year_that_is_not_covered_has_no_growth_on_either_side(frame) -> None:
    hidden = frame.with_columns(exporter=pl.when(pl.col("year") != 1999).then("exporter"))
    found = margins(prepare(hidden), EvidenceOptions())
    years = {e.term for e in found.estimates if e.specification == "export/growth_parts"} - {MEAN}
    assert years == {"1997", "1998", "2001"}
    assert not [e for e in found.estimates if e.outcome.startswith("relations_")]


def test_what_the_data_lacks_is_said(frame) -> None:
    found = margins(prepare(frame.drop("export_value")), EvidenceOptions())
    assert str(found.switched_off[0]) == (
        "Margins of exports: not computed, because the column is missing or empty: `export_value`."
    )


def test_growth_that_cannot_be_told_is_said_by_year(frame) -> None:
    """All exporters are gone in 2000; the files then cover every second year alone."""
    gone = frame.with_columns(pl.col("exporter") & (pl.col("year") < 2000))
    said = english(margins(prepare(gone), EvidenceOptions(minimum_firms=5)).switched_off)
    assert "Margins of exports, growth, years 2000" in " ".join(said)
    assert "among those that start, cease or go on" in " ".join(said)
    seldom = frame.with_columns(pl.when(pl.col("year") % 2 == 0).then("exporter").alias("exporter"))
    said = english(margins(prepare(seldom), EvidenceOptions(minimum_firms=5)).switched_off)
    assert (
        "Margins of exports, growth, years 1998, 2000: not computed, because the trade files do not cover the "
        "year before."
    ) in said


def test_a_firm_that_joins_a_group_goes_on_trading(frame, lines, found) -> None:
    """A third of the firms is in a group from 1999 on: who stands behind the numbers changes, the numbers do not."""
    joins = (pl.col("year") >= 1999) & (pl.col("firm_id").str.slice(-1).cast(pl.Int32) < 3)
    joined = frame.with_columns(unit=pl.when(joins).then(pl.lit("G")).otherwise("unit"))
    again = margins(prepare(joined, lines=lines), EvidenceOptions())
    assert {e.key: e.estimate for e in again.estimates} == pytest.approx(
        {e.key: e.estimate for e in found.estimates}
    )


def test_countries_or_products_that_no_declaration_tells_are_not_counted(frame, lines, found) -> None:
    nameless = lines.with_columns(product=pl.lit(None, pl.String))
    result = margins(prepare(frame, lines=nameless), EvidenceOptions())
    outcomes = {e.outcome for e in result.estimates}
    assert "countries_of_a_trader" in outcomes
    assert "products_of_a_trader" not in outcomes
    said = "Margins of exports, products of a trader: not computed, because the column is missing or empty: `product`."
    assert said in english(result.switched_off)
    said = (
        "Margins of imports, relations of a trader: not computed, because the columns are missing or empty: "
    )
    assert any(sentence.startswith(said) for sentence in english(found.switched_off))
