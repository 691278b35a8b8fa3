"""Size, allocation and draw of the sample."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.surveys.design import (
    allocate,
    detectable_correlation,
    detectable_difference,
    detectable_f2,
    draw_sample,
    frame_strata,
    margin_of_error,
    sample_for_margin,
)
from survey.world import drawn, frame, loaded

POPULATION = np.array([1400, 620, 900, 260, 310, 75])
DESIGN = loaded().plan.design


def test_what_359_answers_can_show() -> None:
    assert 100 * margin_of_error(359) == pytest.approx(5.17, abs=0.005)
    assert sample_for_margin(0.05) == 385
    assert detectable_correlation(359) == pytest.approx(0.147, abs=0.0005)
    assert detectable_difference(359) == pytest.approx(0.297, abs=0.0005)
    assert detectable_f2(359, 1, 10) == pytest.approx(0.022, abs=0.0005)
    assert [round(detectable_f2(359, k), 3) for k in (6, 10, 15)] == [0.039, 0.046, 0.054]


def test_the_detectable_difference_is_found_with_the_power_asked_for() -> None:
    size = detectable_difference(100, power=0.8)
    critical = stats.t.ppf(0.975, 98)
    assert stats.nct.sf(critical, 98, size * 5) == pytest.approx(0.8, abs=1e-6)


def test_a_census_has_no_margin_and_a_small_population_needs_fewer() -> None:
    assert margin_of_error(500, 500) == 0
    assert sample_for_margin(0.05, 500) < sample_for_margin(0.05)


@pytest.mark.parametrize("method", ["proportional", "power", "neyman"])
@pytest.mark.parametrize("size", [60, 500, 3564])
def test_every_allocation_adds_up_and_stays_inside_the_strata(method: str, size: int) -> None:
    spread = np.array([1.0, 2, 0.5, 3, 1, 4])
    drawn = allocate(POPULATION, size, method, spread=spread, minimum=5)
    assert drawn.sum() == size
    assert np.all(drawn <= POPULATION)
    assert np.all(drawn >= np.minimum(POPULATION, 5))


def test_proportional_allocation_gives_each_stratum_its_share() -> None:
    assert allocate(np.array([600, 300, 100]), 50).tolist() == [30, 15, 5]


def test_power_one_is_proportional_and_power_zero_equal() -> None:
    assert np.array_equal(allocate(POPULATION, 300, "power", power=1.0), allocate(POPULATION, 300))
    assert allocate(POPULATION, 300, "power", power=0.0).tolist() == [50] * 6


def test_neyman_allocation_has_the_smallest_variance_of_the_total() -> None:
    spread = np.array([1.0, 2, 0.5, 3, 1, 4])

    def variance(sizes: np.ndarray) -> float:
        return float((POPULATION**2 * spread**2 / sizes).sum())

    best = allocate(POPULATION, 400, "neyman", spread=spread)
    assert variance(best) < variance(allocate(POPULATION, 400))
    for a in range(6):
        for b in range(6):
            moved = best.copy()
            moved[a] += 1
            moved[b] -= 1
            if a != b and moved[b] > 0 and moved[a] <= POPULATION[a]:
                assert variance(moved) > variance(best) * (1 - 1e-3)


def test_impossible_samples_are_refused() -> None:
    with pytest.raises(DataError, match="The sample of 4000 firms is larger than the frame of 3565"):
        allocate(POPULATION, 4000)
    with pytest.raises(DataError, match="A minimum of 50 firms in 6 strata"):
        allocate(POPULATION, 100, minimum=50)
    with pytest.raises(UsageError, match="Did you mean `neyman`"):
        allocate(POPULATION, 100, "neymann")
    with pytest.raises(UsageError, match="needs the spread"):
        allocate(POPULATION, 100, "neyman")


def test_only_firms_of_the_population_are_drawn() -> None:
    assert set(drawn().firms["mode"].unique()) == {"export_only", "import_and_export"}
    assert drawn().frame_size == int(frame()["mode"].is_in(["export_only", "import_and_export"]).sum())


def test_weights_of_the_draw_add_up_to_the_frame_in_every_stratum() -> None:
    totals = drawn().firms.group_by("stratum").agg(pl.col("weight").sum()).sort("stratum")
    strata = frame_strata(frame(), DESIGN)
    assert totals["weight"].to_numpy() == pytest.approx(strata["firms"].to_numpy())


def test_the_draw_depends_on_the_seed_and_not_on_the_order_of_the_frame() -> None:
    shuffled = frame().sample(fraction=1.0, shuffle=True, seed=5)
    assert draw_sample(shuffled, DESIGN).firms.equals(drawn().firms)
    other = draw_sample(frame(), DESIGN.model_copy(update={"seed": 1}))
    assert not other.firms["firm_id"].equals(drawn().firms["firm_id"])


def test_every_firm_of_a_stratum_is_drawn_equally_often() -> None:
    small = pl.DataFrame(
        {
            "firm_id": [f"f{i:02d}" for i in range(20)],
            "region": ["a"] * 20,
            "size_class": ["s"] * 20,
            "mode": ["export_only"] * 20,
        }
    )
    design = DESIGN.model_copy(update={"size": 5, "minimum": 0})
    counts = dict.fromkeys(small["firm_id"], 0)
    for seed in range(400):
        for firm in draw_sample(small, design.model_copy(update={"seed": seed})).firms["firm_id"]:
            counts[firm] += 1
    assert stats.chisquare(list(counts.values())).pvalue > 0.001


def test_a_frame_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(InputError, match=r"The frame has no column `size_class`"):
        draw_sample(frame().drop("size_class"), DESIGN)
    with pytest.raises(DataError, match="A firm stands twice"):
        draw_sample(pl.concat([frame(), frame().head(1)]), DESIGN)
    with pytest.raises(DataError, match="No firm of the frame"):
        draw_sample(frame().filter(pl.col("mode") == "none"), DESIGN)
    with pytest.raises(InputError, match="needs `neyman_of`"):
        draw_sample(frame(), DESIGN.model_copy(update={"allocation": "neyman"}))


def test_neyman_allocation_draws_more_where_the_variable_varies_more() -> None:
    varied = frame().with_columns(
        pl.when(pl.col("region") == "wallonia")
        .then(pl.col("founded") * 5)
        .otherwise(pl.col("founded"))
        .alias("spread")
    )
    design = DESIGN.model_copy(update={"allocation": "neyman", "neyman_of": "spread"})
    by_key = {stratum.key: stratum for stratum in draw_sample(varied, design).strata}
    wallonia, flanders = by_key["wallonia/size_10_49"], by_key["flanders/size_10_49"]
    assert wallonia.drawn / wallonia.firms > 2 * flanders.drawn / flanders.firms
