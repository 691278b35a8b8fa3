"""Impact of support: held to a plain walk through the firms and to known effects."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english
from evidence.found import estimate as of
from evidence.programmes import AFTER, design, panel_of
from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    impact,
)
from firmtrade.inference.corrections import holm


def naive_first_export(panel, *, horizon: int, anticipation: int) -> float:
    """The difference within 3 years among firms of one division and base year, firm by firm."""
    rows = panel.rows.select("firm", "year", "division", "exporter", "last_active").rows()
    exports, division, last = {}, {}, {}
    for firm, year, where, trades, end in rows:
        exports[firm, year], division[firm, year], last[firm] = trades, where, end
    first = dict(panel.support.group_by("firm").agg(pl.col("year").min()).rows())
    years = range(panel.first_year, panel.last_year + 1)

    def started(firm: int, until: int) -> bool:
        return any(exports.get((firm, year), False) for year in years if year <= until)

    def usable(firm: int, year: int) -> bool:
        base = year - 1 - anticipation
        return (firm, base) in division and last[firm] >= year and not started(firm, year - 1)

    gains = []
    for firm, year in first.items():
        if year + horizon > panel.last_year or not usable(firm, year):
            continue
        base = year - 1 - anticipation
        others = [
            other
            for other in last
            if usable(other, year)
            and division[other, base] == division[firm, base]
            and first.get(other, 10**6) > year + horizon + anticipation
        ]
        if len(others) > 1:
            gains.append(
                started(firm, year + horizon) - np.mean([started(each, year + horizon) for each in others])
            )
    return 100 * float(np.mean(gains))


@pytest.mark.parametrize(("horizon", "anticipation"), [(3, 1), (2, 0), (1, 2)])
def test_the_difference_in_first_exports_is_that_of_a_walk_through_the_firms(horizon, anticipation) -> None:
    panel = panel_of(Programme(effect=0.1, takes=0.04), firms=500, seed=11)
    asked = design(horizon=horizon, anticipation=anticipation, methods=("local_projections",), pre_years=1)
    found = of(impact(panel, asked), "local_projections", "first_export", AFTER)
    assert found.estimate == pytest.approx(
        naive_first_export(panel, horizon=horizon, anticipation=anticipation)
    )


def test_survival_is_compared_with_firms_without_support_so_far_whatever_they_get_later() -> None:
    """The dead get no support: to leave out firms supported later would leave out survivors of the comparison."""
    panel = panel_of(Programme(takes=0.12), firms=500, seed=19)
    asked = design(("survival",), horizon=3, anticipation=0, methods=("local_projections",))
    found = of(impact(panel, asked), "local_projections", "survival", AFTER)
    rows = panel.rows.select("firm", "year", "division", "last_active", "ended").rows()
    division = {(firm, year): where for firm, year, where, _, _ in rows}
    last = {firm: (end, ended) for firm, _, _, end, ended in rows}
    first = dict(panel.support.group_by("firm").agg(pl.col("year").min()).rows())

    def lives(firm: int, year: int) -> bool | None:
        end, ended = last[firm]
        return True if end >= year else False if ended else None

    gains = []
    for firm, year in first.items():
        others = [
            other
            for other in last
            if division.get((other, year - 1)) == division.get((firm, year - 1))
            and lives(other, year)
            and first.get(other, 9999) > year
            and lives(other, year + 3) is not None
        ]
        if lives(firm, year) and lives(firm, year + 3) is not None and year + 3 <= panel.last_year:
            gains.append(lives(firm, year + 3) - np.mean([lives(other, year + 3) for other in others]))
    assert found.estimate == pytest.approx(100 * np.mean(gains))


def test_support_that_helps_is_found_in_its_size_and_no_sentence_says_that_it_caused(answer) -> None:
    """Three years of 10 points on top of a chance of some 4 raise starts within three years by some 25 points."""
    found = of(answer, "matched", "first_export", AFTER)
    assert found.conf_low < 25 < found.conf_high
    said = english(answer.verdicts)[0]
    assert said.startswith("First export: higher among supported firms than among comparable ones")
    assert "as far as the firms that sought it differ from the others in nothing" in said
    assert not [text for text in english(answer.verdicts) if "cause" in text]


def test_an_outcome_that_support_does_not_touch_is_no_effect(answer) -> None:
    assert english(answer.verdicts)[2] == (
        "Survival: no difference from comparable firms that could be told from chance."
    )


def test_firms_that_choose_support_because_they_grow_are_on_another_path() -> None:
    panel = panel_of(Programme(takes=0.04, by_trend=1.2), seed=5)
    found = impact(panel, design(("employment", "first_export")))
    assert english(found.verdicts) == (
        "Employment: supported firms were on another path before the support; no effect can be read.",
        "First export: supported firms were on another path before the support; no effect can be read.",
    )


def test_all_tests_of_the_years_before_of_an_evaluation_are_one_family() -> None:
    found = impact(
        panel_of(Programme(takes=0.04), firms=1000, seed=7), design(("employment", "exporter", "survival"))
    )
    plain = [
        of(found, specification, outcome, "pre-trends (joint test)")
        for specification, outcome in (
            ("matched", "employment"),
            ("matched", "exporter"),
            ("local_projections/placebo", "employment"),
            ("local_projections/placebo", "labor_productivity"),
        )
    ]
    by_holm = [of(found, each.specification, each.outcome, "pre-trends (Holm)").p_value for each in plain]
    assert by_holm == pytest.approx(holm(np.array([each.p_value for each in plain])).tolist())


def test_firms_that_choose_support_by_their_level_are_not_taken_for_another_path() -> None:
    panel = panel_of(Programme(takes=0.04, by_level=0.8), seed=6)
    found = impact(panel, design(("first_export", "labor_productivity")))
    assert not [said for said in english(found.verdicts) if "another path" in said]
    assert (
        of(found, "balance/local_projections", "log_labor_productivity", "standardized difference").estimate
        > 0.4
    )
    within = of(found, "balance/matched", "log_labor_productivity", "standardized difference within cells")
    assert abs(within.estimate) < 0.25


def test_the_plan_reads_nothing_of_what_became_of_supported_firms(helped) -> None:
    first = helped.support.group_by("firm").agg(since=pl.col("year").min())
    rows = helped.rows.join(first, on="firm", how="left", maintain_order="left")
    after = pl.col("year") >= pl.col("since")
    altered = rows.with_columns(
        exporter=pl.when(after).then(~pl.col("exporter")).otherwise("exporter"),
        employment=pl.when(after).then(1.0).otherwise("employment"),
    ).drop("since")
    frame = altered.select(
        name for name in altered.columns
        if name in ("firm_id", "year", "founded", "closed", "division", "region", "size_class", "employment",
                    "value_added", "turnover", "exporter", "importer", "export_value", "export_partners")
    )  # fmt: skip
    took = helped.support.join(helped.rows.select("firm", "firm_id").unique(), on="firm").drop("firm")
    asked = design(("first_export", "employment"))
    one = impact(helped, asked, plan=True)
    two = impact(prepare(frame, support=took), asked, plan=True)
    assert {e.key: e.estimate for e in one.estimates} == {e.key: e.estimate for e in two.estimates}
    assert {e.specification.split("/")[0] for e in one.estimates} == {"power", "balance"}
    assert not one.verdicts
    assert not one.inside


def test_the_smallest_detectable_effect_is_that_of_the_error_without_an_effect() -> None:
    panel = panel_of(Programme(takes=0.04), seed=8)
    found = impact(panel, design(("first_export", "employment")))
    for outcome in ("first_export", "employment"):
        planned = of(found, "power/local_projections", outcome, "smallest detectable effect").estimate
        error = of(found, "local_projections", outcome, AFTER).std_error
        assert planned == pytest.approx(2.802 * error, rel=0.2), outcome


def test_what_a_firm_does_in_view_of_support_is_kept_out_of_the_base_year() -> None:
    """Firms grow by 10 log points in the year before they are supported: seen from then on, nothing is left."""
    frame, took = supported(3000, 9, seed=9, programme=Programme(takes=0.04))
    first = took.group_by("firm_id").agg(since=pl.col("year").min())
    rows = frame.join(first, on="firm_id", how="left")
    early = (pl.col("year") >= pl.col("since") - 1).fill_null(value=False)
    frame = rows.with_columns(
        employment=pl.col("employment") * pl.when(early).then(np.exp(0.1)).otherwise(1.0)
    )
    panel = prepare(frame.drop("since"), support=took)

    def after(anticipation: int) -> float:
        asked = design(("employment",), anticipation=anticipation, methods=("local_projections",))
        return of(impact(panel, asked), "local_projections", "employment", AFTER).estimate

    assert after(1) == pytest.approx(0.1, abs=0.02)
    assert after(0) == pytest.approx(0.0, abs=0.02)


def test_a_firm_that_exported_before_its_support_is_no_first_exporter_of_it() -> None:
    """Programmes that take new exporters would otherwise look as if they made them."""
    frame, _ = supported(2000, 9, seed=12)
    starts = frame.filter("exporter").group_by("firm_id").agg(year=pl.col("year").min() + 1)
    took = starts.filter(pl.col("year").is_between(1998, 2001)).with_columns(programme=pl.lit("for new ones"))
    found = impact(prepare(frame, support=took), design())
    assert not [e for e in found.estimates if e.outcome == "first_export" and e.term == AFTER]
    assert "fewer than 10 firms" in english(found.switched_off)[0]


def test_comparison_firms_are_there_when_the_others_are_supported() -> None:
    """Supported firms are alive in their year; firms that ended before it would make support save lives."""
    frame, took = supported(3000, 9, seed=13, programme=Programme(takes=0.04))
    found = impact(prepare(frame, support=took), design(("survival",), anticipation=3, pre_years=0))
    survival = of(found, "local_projections", "survival", AFTER)
    assert survival.conf_low < 0 < survival.conf_high


def test_parts_of_the_supported_firms_are_asked_alike_and_tested_together(answer) -> None:
    parts = [
        e for e in answer.estimates if e.specification == "matched/programme" and e.outcome == "first_export"
    ]
    assert [e.term for e in parts] == [
        "advice",
        "mission",
        "parts differ (joint test)",
        "parts differ (Holm)",
    ]
    assert "First export: the parts by programme do not differ detectably" in "".join(
        english(answer.verdicts)
    )


def test_firms_supported_later_compare_until_then_or_never() -> None:
    panel = panel_of(Programme(takes=0.06), firms=1500, seed=16)
    counts = {}
    for comparison in ("not_yet", "never"):
        found = impact(panel, design(comparison=comparison, methods=("local_projections",)), plan=True)
        counts[comparison] = of(found, "power/local_projections", "first_export", "comparison firms").estimate
    assert counts["never"] < counts["not_yet"]


def test_a_firm_of_a_sample_is_compared_in_years_in_which_it_was_asked() -> None:
    """A firm that has no row in a year is taken for one without exports where the records are of all firms."""
    frame, took = supported(900, 8, seed=23, programme=Programme(effect=0.3, takes=0.1))
    asked = frame.filter(pl.Series(np.random.default_rng(5).random(frame.height) < 0.75)).drop("closed")
    terms = design(("exporter",), horizon=0, anticipation=0, pre_years=0, methods=("local_projections",))
    sample = prepare(asked, support=took, sample=True)
    rows = sample.rows.select("firm", "year", "division", "exporter").rows()
    exports = {(firm, year): trades for firm, year, _, trades in rows}
    division = {(firm, year): where for firm, year, where, _ in rows}
    first = dict(sample.support.group_by("firm").agg(pl.col("year").min()).rows())

    def changed(firm: int, year: int) -> int:
        return exports[firm, year] - exports[firm, year - 1]

    gains = []
    for firm, year in first.items():
        if {(firm, year), (firm, year - 1)} <= exports.keys():
            others = [
                other
                for other, at in exports
                if at == year
                and (other, year - 1) in exports
                and division[other, year - 1] == division[firm, year - 1]
                and first.get(other, 9999) > year
            ]
            gains.append(changed(firm, year) - np.mean([changed(other, year) for other in others]))
    found = of(impact(sample, terms), "local_projections", "exporter", AFTER)
    assert found.estimate == pytest.approx(100 * np.mean(gains))
    taken_for_all = impact(prepare(asked, support=took), terms)
    assert of(taken_for_all, "local_projections", "exporter", AFTER).estimate != pytest.approx(found.estimate)
