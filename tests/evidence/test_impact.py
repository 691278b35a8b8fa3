"""Impact of support: held to a plain walk through the firms, to known effects, and to what a design can say."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english
from evidence.found import estimate as of
from evidence.supported import Programme, supported
from firmtrade.errors import StudyError, UsageError
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    changed_keys,
    evaluated_programmes,
    form,
    impact,
    load_preregistration,
    parse_preregistration,
)
from firmtrade.evidence.impact.verdicts import OutcomeClaim, verdict
from firmtrade.inference.corrections import holm
from firmtrade.inference.fits import Effect
from firmtrade.messages import LANGUAGES, language_of

AFTER = "after the support"
REGISTERED = """
[impact]
name = "test"
title = { en = "A test" }
question = "Does it help?"
study = "belgium-2008"
registered = 2006-01-01
"""


def design(outcomes=("first_export",), *, groups=(), more="", **terms):
    """A pre-registration with these outcomes and terms of the design."""
    said = "\n".join(f"{key} = {value!r}".replace("(", "[").replace(")", "]") for key, value in terms.items())
    asked = "\n".join(f'[[outcomes]]\nname = "{name}"\nprimary = true' for name in outcomes)
    return parse_preregistration(
        f"groups = {list(groups)!r}\n{REGISTERED}\n[design]\n{said}\n{asked}\n{more}".replace("'", '"')
    )


def panel_of(programme: Programme, firms: int = 3000, seed: int = 3, years: int = 9):
    frame, took = supported(firms, years, seed=seed, programme=programme)
    return prepare(frame, support=took)


@pytest.fixture(scope="module")
def helped():
    """Support adds 10 points to the yearly chance of a first export, for three years."""
    return panel_of(Programme(effect=0.10, takes=0.03))


@pytest.fixture(scope="module")
def answer(helped):
    asked = design(
        ("first_export", "destinations", "survival"), groups=("size_class", "programme"),
        more='[cost]\noverhead_percent = 10.0\nsource = "a guess"',
    )  # fmt: skip
    return impact(helped, asked)


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


def test_the_cost_of_an_additional_exporter_is_what_was_granted_over_those_there_are(answer) -> None:
    values = {e.term: e for e in answer.estimates if e.specification == "cost"}
    granted, more = values["granted"].estimate, values["additional exporters"]
    assert granted == pytest.approx(1.1 * 10_000 * values["supported firms"].estimate)
    each = values["cost of an additional exporter"]
    assert each.estimate == pytest.approx(granted / more.estimate)
    assert (each.conf_low, each.conf_high) == pytest.approx(
        (granted / more.conf_high, granted / more.conf_low)
    )


def test_without_additional_exporters_there_is_no_cost_of_one() -> None:
    asked = design(more='[cost]\nsource = "none"')
    found = impact(panel_of(Programme(takes=0.04), seed=14), asked)
    assert {e.term for e in found.estimates if e.specification == "cost"} == {"supported firms", "granted"}
    assert "finds no additional exporters that it could tell from none" in english(found.switched_off)[-1]


COSTED = design(more='[cost]\nsource = "none"')


@pytest.fixture(scope="module")
def economy():
    """Firm-years and support that helps, from which tests make tables of their own."""
    return supported(1500, 9, seed=11, programme=Programme(effect=0.15, takes=0.05))


def cost_of(economy, amount: pl.Expr):
    """Cost by term, and all that is said, where the table of support has these amounts."""
    frame, took = economy
    result = impact(prepare(frame, support=took.with_columns(amount=amount)), COSTED)
    return {e.term: e for e in result.estimates if e.specification == "cost"}, result


def test_support_of_unknown_amount_makes_a_cost_the_least_that_it_can_be(economy) -> None:
    every_second = pl.when(pl.int_range(pl.len()) % 2 == 0).then(10_000.0)
    values, result = cost_of(economy, every_second)
    known, _ = cost_of(economy, pl.lit(10_000.0))
    least, whole = (each["cost of an additional exporter"] for each in (values, known))
    assert least.conf_high is None
    assert whole.conf_high is not None
    assert least.estimate < whole.estimate
    assert "costs at least what is told" in " ".join(english(result.verdicts))
    assert "with an amount that is not known" in str(least.note)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (pl.lit(0.0), "do not come to more than nothing"),
        (pl.lit(-5.0), "do not come to more than nothing"),
        (pl.lit(None, dtype=pl.Float64), "missing or empty: `amount`"),
    ],
)
def test_amounts_of_nothing_or_unknown_throughout_give_no_cost(economy, amount, said) -> None:
    values, result = cost_of(economy, amount)
    assert not values
    assert said in english(result.switched_off)[-1]


def test_what_was_paid_back_is_taken_off_the_amounts(economy) -> None:
    frame, took = economy
    back = took.with_columns(amount=-0.25 * pl.col("amount"))
    [whole, less] = (
        of(impact(prepare(frame, support=rows), COSTED), "cost", "first_export", "granted").estimate
        for rows in (took, pl.concat([took, back]))
    )
    assert less == pytest.approx(0.75 * whole)


def test_a_difference_of_firms_with_other_support_as_well_is_told_as_that_of_both(economy) -> None:
    frame, took = economy
    loan = took.with_columns((pl.col("year") + 1).cast(pl.Int32), programme=pl.lit("loan"))
    asked = design(more='[support]\nprogrammes = ["mission", "advice"]')
    said = [
        "of all their support together" in " ".join(english(impact(prepare(frame, support=rows), asked).verdicts))
        for rows in (took, pl.concat([took, loan]))
    ]  # fmt: skip
    assert said == [False, True]


def test_an_outcome_that_nobody_has_gives_no_interval_of_no_width(economy) -> None:
    frame, took = economy
    none = frame.with_columns(exporter=pl.lit(value=False), export_value=pl.lit(0.0))
    found = impact(prepare(none, support=took), design(("first_export", "exporter", "survival")))
    assert {e.outcome for e in found.estimates if e.term == AFTER} == {"survival"}
    assert sum("does not vary among the firms compared" in text for text in english(found.switched_off)) >= 4


def test_support_of_a_whole_region_at_once_claims_no_effect(economy) -> None:
    """Nobody can tell the support from whatever else befell the region in that year."""
    frame, _ = economy
    flemish = frame.filter(pl.col("region") == "flanders")
    took = flemish.select("firm_id").unique(maintain_order=True).select(
        "firm_id", pl.lit(2000, dtype=pl.Int32).alias("year"), pl.lit("tax relief").alias("programme"),
        pl.lit("tax").alias("kind"), pl.lit(1.0).alias("amount"),
    )  # fmt: skip
    befell = (pl.col("region") == "flanders") & (pl.col("year") >= 2000)
    better = frame.with_columns(exporter=pl.col("exporter") | befell & (pl.col("employment") > 20))
    found = impact(prepare(better, support=took), COSTED)
    assert english(found.verdicts)[0].startswith(
        "First export: supported firms differ, but whole classes were supported at once (region)"
    )
    assert "cost of an additional exporter" not in {e.term for e in found.estimates}


def test_the_follow_up_register_holds_every_supported_firm_and_what_became_of_it(answer, helped) -> None:
    [(name, register)] = answer.inside
    assert name == "follow-up.csv"
    assert register.height == helped.support["firm"].n_unique()
    assert register["firm_id"].is_sorted()
    late = register.filter(pl.col("first_support") + 3 > helped.last_year)
    assert (late["due"] == late["first_support"] + 3).all()
    assert register.filter(pl.col("first_support") + 3 <= helped.last_year)["due"].null_count() > 0
    after = register.drop_nulls("first_export_after")
    assert (after["first_export_after"] >= after["first_support"]).all()
    assert register["granted"].sum() == helped.support["amount"].sum()


def test_support_before_the_data_or_by_others_first_is_told_apart(helped) -> None:
    frame, took = supported(800, 8, seed=15, programme=Programme(takes=0.05))
    firms = took["firm_id"].unique().sort()
    early = pl.DataFrame({"firm_id": [firms[0]], "year": [1990], "programme": ["mission"], "kind": ["grant"],
                          "amount": [1.0]}).cast({"year": pl.Int32})  # fmt: skip
    panel = prepare(frame, support=pl.concat([took, early]))
    asked = design(more='[support]\nprogrammes = ["mission"]', minimum_firms=5)
    [(_, register)] = impact(panel, asked).inside
    fates = dict(register.select("firm_id", "fate").rows())
    assert fates[firms[0]] == "supported_before_data"
    assert set(register["fate"]) == {"compared", "supported_before_data"}


def test_support_in_other_years_than_registered_or_after_the_data_is_told_apart(economy) -> None:
    frame, took = economy
    late = took.head(1).with_columns(year=pl.lit(2010, dtype=pl.Int32))
    later = pl.concat([took.filter(pl.col("firm_id") != late["firm_id"][0]), late])
    asked = design(more="[support]\nfirst_year = 2000\nlast_year = 2001")
    [(_, register)] = impact(prepare(frame, support=later), asked).inside
    in_time = pl.col("first_support").is_between(2000, 2001)
    assert set(register.filter(in_time)["fate"]) == {"compared"}
    assert set(register.filter(~in_time & (pl.col("first_support") < 2010))["fate"]) == {"other_years"}
    assert register.filter(pl.col("first_support") == 2010)["fate"].to_list() == ["supported_after_data"]


def test_a_firm_supported_in_an_unknown_year_is_neither_supported_nor_compared(economy) -> None:
    """It may have had its support before, in or after any year, so to count it as without support would be wrong."""
    frame, took = economy
    firms = took["firm_id"].unique(maintain_order=True).head(40).implode()
    known = pl.when(~pl.col("firm_id").is_in(firms)).then("year")
    panel = prepare(frame, support=took.with_columns(year=known))
    [gone, without] = (
        impact(each, design(methods=("local_projections",)))
        for each in (panel, prepare(frame.filter(~pl.col("firm_id").is_in(firms)), support=took))
    )
    terms = ("local_projections", "first_export", AFTER)
    assert of(gone, *terms).estimate == pytest.approx(of(without, *terms).estimate)
    [(_, register)] = gone.inside
    lost = register.filter(pl.col("firm_id").is_in(firms))
    assert set(lost["fate"]) == {"undated"}
    assert lost["first_support"].null_count() == lost["due"].null_count() == lost.height
    assert "40 firms have support of an unknown year" in " ".join(english(panel.notes))


def test_firms_supported_later_compare_until_then_or_never() -> None:
    panel = panel_of(Programme(takes=0.06), firms=1500, seed=16)
    counts = {}
    for comparison in ("not_yet", "never"):
        found = impact(panel, design(comparison=comparison, methods=("local_projections",)), plan=True)
        counts[comparison] = of(found, "power/local_projections", "first_export", "comparison firms").estimate
    assert counts["never"] < counts["not_yet"]


def test_an_outcome_that_never_changes_tests_nothing_and_no_number_is_without_end() -> None:
    frame, took = supported(300, 8, seed=3, programme=Programme(takes=0.06, effect=0.1))
    panel = prepare(frame.with_columns(employment=pl.lit(10.0)), support=took)
    found = impact(panel, design(("first_export", "employment"), minimum_firms=5))
    numbers = [n for e in found.estimates for n in (e.estimate, e.std_error, e.p_value) if n is not None]
    assert np.isfinite(numbers).all()


def test_without_a_table_of_support_or_with_too_few_supported_a_sentence_says_so() -> None:
    frame, took = supported(200, 8, seed=17)
    assert "the data has no table `support`" in english(impact(prepare(frame), design()).switched_off)[0]
    few = impact(prepare(frame, support=took.head(3)), design())
    assert "fewer than 10 firms are first supported" in english(few.switched_off)[0]


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


def test_a_panel_with_waves_is_told_in_place_of_an_evaluation_by_years() -> None:
    frame, took = supported(200, 8, seed=17)
    waves = prepare(frame.filter(pl.col("year") % 2 == 0), support=took, step=2)
    found = impact(waves, design())
    assert english(found.switched_off) == (
        "Impact of support: not computed, because the panel has a wave every 2 years.",
    )
    assert not found.estimates


def test_a_programme_that_the_data_does_not_have_is_named_and_nothing_is_said_twice() -> None:
    frame, took = supported(300, 8, seed=17)
    found = impact(
        prepare(frame, support=took),
        design(more='[support]\nprogrammes = ["mission", "fair"]', minimum_firms=200),
    )
    said = english(found.switched_off)
    assert said[0] == (
        "Impact of support, `fair`: not computed, because no row of the table `support` has it as `programme`."
    )
    everyone = (
        took.head(1)
        .join(frame.select("firm_id").unique(), how="cross", suffix="_all")
        .select(firm_id="firm_id_all", year=pl.lit(1999, pl.Int32), programme="programme")
    )
    alone = english(impact(prepare(frame, support=everyone), design(minimum_firms=5)).switched_off)
    assert len(alone) == len(set(alone)) > 0


ZERO, UP, DOWN = (
    Effect(0.1, 1.0, -1.9, 2.1, 0.9),
    Effect(5.0, 1.0, 3, 7, 0.0001),
    Effect(-5.0, 1.0, -7, -3, 0.0001),
)
CLEAR = (0.5, 1.0)
"""P-values of years before that do not differ."""


@pytest.mark.parametrize(
    ("claim", "key"),
    [
        (OutcomeClaim("X", UP, 0.001, (0.01, 0.03), 1.0), "other_path"),
        (OutcomeClaim("X", UP, 0.001, (0.03, 0.09), 1.0), "unsettled"),
        (OutcomeClaim("X", UP, 0.2, (0.03, 0.09), 1.0), "unsettled"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (ZERO,)), "disputed"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (DOWN,)), "disputed"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (None,)), "one_method"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0, (None,)), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (UP,), "region"), "whole_classes"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0, (UP,), "region"), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 0.0, (UP,)), "higher_or_trend"),
        (OutcomeClaim("X", DOWN, 0.001, CLEAR, 0.0, (DOWN,)), "lower_or_trend"),
        (OutcomeClaim("X", UP, 0.001, None, None, (UP,)), "higher_untested"),
        (OutcomeClaim("X", DOWN, 0.001, None, None), "lower_untested"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (UP,)), "higher"),
        (OutcomeClaim("X", DOWN, 0.001, CLEAR, None, (DOWN,)), "lower"),
    ],
)  # fmt: skip
def test_a_sentence_says_no_more_than_its_numbers_carry(claim, key) -> None:
    assert verdict(claim, 0.05).key == f"evidence.impact.verdict.{key}"


def test_every_evaluated_programme_is_cited_and_said_in_every_language(answer) -> None:
    assert all(one.source for one in evaluated_programmes())
    [listed] = [text for text in answer.section.paragraphs if "published.list" in getattr(text, "key", "")]
    assert len({language_of(language).render(listed) for language in LANGUAGES}) == len(LANGUAGES)


def test_the_form_is_a_valid_pre_registration() -> None:
    assert parse_preregistration(form()).design.horizon == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("horizon = 3", "horizont = 3"), "Did you mean `horizon`"),
        (('name = "first_export"', 'name = "turnover"'), "first_export"),
        (('name = "destinations"', 'name = "first_export"'), "`first_export` stands twice"),
        (("match_on = [", 'match_on = ["growth", "growth", '), "`growth` stands twice"),
        (("groups = [", 'groups = ["region", "region", '), "`region` stands twice"),
        (("[support]", "[support]\nfirst_year = 2004\nlast_year = 2003"), "`first_year` is 2004, after"),
        (("level = 0.95", "level = 95.0"), "less than 1"),
        (("registered = 2026-01-01", ""), "`registered` is missing"),
        (('methods = ["matched", "local_projections"]', 'methods = ["matched", "matched"]'), "stands twice"),
    ],
)  # fmt: skip
def test_a_wrong_pre_registration_names_file_line_and_fix(wrong, said) -> None:
    assert wrong[0] in form()
    with pytest.raises(StudyError, match=r"mine.toml") as caught:
        parse_preregistration(form().replace(*wrong, 1), "mine.toml")
    assert said in str(caught.value)


def test_a_pre_registration_that_is_not_there_leads_to_the_form(tmp_path) -> None:
    with pytest.raises(UsageError, match="firmtrade impact --form"):
        load_preregistration(tmp_path / "none.toml")


def test_changes_of_a_pre_registration_are_named_by_key() -> None:
    assert changed_keys(form(), form().replace("horizon = 3", "horizon = 4")) == ("design.horizon",)
    assert changed_keys(form(), form() + "\n# a comment\n") == ()
