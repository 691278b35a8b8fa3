"""Learning: known effects are found, trends are not taken for effects, and the sentences say so."""

import numpy as np
import polars as pl
import pytest

from evidence.found import curve, english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, learning, prepare
from firmtrade.evidence.events import Event, Levels, cells_before, difference_of, members_before, path_of
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.learning.around import (
    AFTER,
    AFTER_ADJUSTED,
    BALANCED,
    BEFORE_ADJUSTED,
    BREAKDOWN,
    DETECTABLE,
    DRIFT,
    PRE_TRENDS,
    SLOPE,
)  # fmt: skip
from firmtrade.evidence.learning.verdicts import verdict
from firmtrade.inference.cell_difference import cell_difference, covariance_of
from firmtrade.inference.corrections import holm
from firmtrade.inference.fits import effect_of

PRODUCTIVITY = "log_labor_productivity"


@pytest.fixture(scope="module")
def learners() -> pl.DataFrame:
    """Five log points a year from the second year of exporting on."""
    return simulate(2500, 8, seed=11, truth=Truth(learning=0.05, selection=0.7))


@pytest.fixture(scope="module")
def found(learners, fast):
    return learning(prepare(learners), fast)


def test_learning_is_found_in_its_size_where_no_exporter_stops(fast) -> None:
    forever = simulate(2500, 8, seed=11, truth=Truth(learning=0.05, selection=0.7, leaving=1e-12))
    result = learning(prepare(forever), fast)
    for distance in range(5):
        step = estimate(result, "export/entry", PRODUCTIVITY, f"t+{distance}")
        assert abs(step.estimate - 0.05 * distance) < 3.5 * step.std_error
    assert estimate(result, "export/entry", PRODUCTIVITY, "t+4").conf_low > 0.1


def test_no_specification_follows_only_those_that_go_on(found) -> None:
    assert not [e for e in found.estimates if "lasting" in e.specification]


def test_levels_that_differ_are_no_pre_trend(found) -> None:
    assert estimate(found, "export/entry", PRODUCTIVITY, PRE_TRENDS).p_value > 0.05
    sentence = next(
        v for v in english(found.verdicts) if v.startswith("Starting to export, labor productivity: higher")
    )
    breaks = estimate(found, "export/entry", PRODUCTIVITY, BREAKDOWN).estimate
    assert ("by more than a steady trend" in sentence) == (breaks > 0)


def test_what_was_learned_is_lost_on_exit(found) -> None:
    assert estimate(found, "export/exit", PRODUCTIVITY, AFTER).conf_high < 0


def test_no_effect_of_importing_is_claimed_where_there_is_none(found) -> None:
    assert (
        "Starting to import, labor productivity: no effect that this sample could tell from chance "
        "(pre-trends do not differ)." in english(found.verdicts)
    )


def test_growing_firms_that_start_are_selection_and_no_effect(fast) -> None:
    frame = simulate(4000, 8, seed=12, truth=Truth(trend_selection=1.5))
    result = learning(prepare(frame), fast)
    assert estimate(result, "export/entry", PRODUCTIVITY, PRE_TRENDS).p_value < 0.05
    assert estimate(result, "export/entry", PRODUCTIVITY, AFTER).conf_low > 0
    assert (
        "Starting to export, labor productivity: selection, no credible effect (pre-trends differ before the "
        "event)." in english(result.verdicts)
    )


def test_few_comparison_firms_keep_the_tests_at_their_level() -> None:
    """No effect, and two to four comparison firms in every cell: about one test in twenty rejects."""
    rng, rejections, draws = np.random.default_rng(9), 0, 1500
    cells = np.repeat(np.arange(5), [6, 7, 8, 6, 7])
    treated = np.concatenate(
        [np.arange(size) >= few for size, few in zip([6, 7, 8, 6, 7], [2, 3, 4, 2, 3], strict=True)]
    )
    for _ in range(draws):
        found = cell_difference(rng.normal(size=len(cells)), treated, cells)
        error = np.sqrt(covariance_of(found.influence[:, None])[0, 0])
        rejections += effect_of(found.estimate, error, found.degrees_of_freedom).p_value < 0.05
    assert 0.03 <= rejections / draws <= 0.075


CHANCE = "no effect that this sample could tell from chance (pre-trends do not differ)."


@pytest.mark.parametrize(
    ("before", "after", "p_after", "bend", "beginning"),
    [
        (None, 0.2, 0.001, 0.1, "no verdict, because the panel is too short to test the pre-trends."),
        (
            (0.001, 0.01),
            0.2,
            0.001,
            0.1,
            "selection, no credible effect (pre-trends differ before the event).",
        ),
        (
            (0.01, 0.18),
            0.2,
            0.001,
            0.1,
            "no effect can be read; the years before differ, though by no more than",
        ),
        (
            (0.5, 1.0),
            0.2,
            0.001,
            0.1,
            "higher afterwards, by more than a steady trend from before would explain;",
        ),
        (
            (0.5, 1.0),
            -0.2,
            0.001,
            0.1,
            "lower afterwards, by more than a steady trend from before would explain;",
        ),
        (
            (0.5, 1.0),
            0.2,
            0.001,
            0.0,
            "higher afterwards, but a steady trend that the years before cannot exclude",
        ),
        (
            (0.5, 1.0),
            -0.2,
            0.001,
            0.0,
            "lower afterwards, but a steady trend that the years before cannot exclude",
        ),
        ((0.5, 1.0), 0.2, 0.300, 0.1, CHANCE),
        ((0.5, 1.0), 0.2, np.nan, 0.1, CHANCE),
    ],
)
def test_the_sentence_follows_from_the_tests(before, after, p_after, bend, beginning) -> None:
    assert str(verdict("X", before, after, p_after, bend, 0.05)).startswith(f"X: {beginning}")


@pytest.mark.parametrize(
    ("term", "again", "family"),
    [
        (AFTER, AFTER_ADJUSTED, "means after an event"),
        (PRE_TRENDS, BEFORE_ADJUSTED, "tests of the years before an event"),
    ],
)
def test_sentences_rest_on_p_values_adjusted_for_all_events_and_outcomes(found, term, again, family) -> None:
    plain = {e.key: e.p_value for e in found.estimates if e.term == term}
    adjusted = {(e.specification, e.outcome): e for e in found.estimates if e.term == again}
    expected = holm(np.array(list(plain.values())))
    for key, p_value in zip(plain, expected, strict=True):
        mine = adjusted[key.population, key.row]
        assert mine.p_value == pytest.approx(p_value)
        assert f"Holm for {len(plain)} {family}" in str(mine.note)
    assert len(plain) == 18
    assert f"Of {len(plain)} means after an event" in " ".join(map(str, found.section.paragraphs))


def test_the_balanced_window_holds_only_events_followed_to_its_end(found, learners) -> None:
    balanced = estimate(found, "export/entry", PRODUCTIVITY, BALANCED)
    first = estimate(found, "export/entry", PRODUCTIVITY, "t+0")
    assert balanced.contributions[0].n_firms < first.contributions[0].n_firms
    grid = grid_of(prepare(learners))
    level, cells = Levels(grid.values(PRODUCTIVITY)), cells_before(grid)
    event = Event(grid.status("exporter"), members_before(grid), 2)
    kept = np.isfinite(level.matrix)
    whole = np.zeros(kept.shape, bool)
    whole[:, 1:-4] = kept[:, :-5] & np.all([kept[:, 1 + k : kept.shape[1] - 4 + k] for k in range(5)], axis=0)
    points = [
        difference_of(grid, level.change(d), cells, event.treated(d) & whole, event.comparison(d), d)
        for d in range(5)
    ]
    assert balanced.estimate == pytest.approx(np.mean([point.estimate for point in points]))


def test_a_trend_of_their_own_is_not_read_as_an_effect_where_the_pre_test_misses_it(fast) -> None:
    """Growing firms start, nothing follows: the mean after rises, and a steady trend explains it."""
    claims, effects = 0, 0
    for seed in range(12):
        frame = simulate(600, 8, seed=300 + seed, truth=Truth(trend_selection=1.5))
        for sentence in english(learning(prepare(frame), fast).verdicts):
            if sentence.startswith("Starting to export, labor productivity: higher"):
                claims += 1
                effects += "by more than" in sentence
    assert effects <= max(1, claims // 4)


def test_the_trend_that_the_test_would_find_is_stated_with_what_it_adds(found) -> None:
    slope = estimate(found, "export/entry", PRODUCTIVITY, SLOPE).estimate
    drift = estimate(found, "export/entry", PRODUCTIVITY, DRIFT).estimate
    assert slope > 0
    assert drift == pytest.approx(slope * np.mean([1, 2, 3, 4, 5]))


def test_the_detectable_effect_is_the_usual_multiple_of_the_error(found) -> None:
    error = estimate(found, "export/entry", PRODUCTIVITY, AFTER).std_error
    detectable = estimate(found, "export/entry", PRODUCTIVITY, DETECTABLE).estimate
    assert detectable == pytest.approx(2.8016 * error, rel=1e-4)


def test_a_local_projection_equals_its_definition_firm_by_firm(fast) -> None:
    frame = simulate(250, 6, seed=13)
    result = learning(prepare(frame), EvidenceOptions(minimum_firms=2))
    assert estimate(result, "export/entry", PRODUCTIVITY, "t+1").estimate == pytest.approx(
        _naive_projection(frame, 1), rel=1e-9
    )


def _naive_projection(frame: pl.DataFrame, horizon: int) -> float:
    changes: dict[tuple[str, int], dict[bool, list[float]]] = {}
    for _, firm in frame.sort("year").group_by("firm_id", maintain_order=True):
        status = dict(zip(firm["year"], firm["exporter"], strict=True))
        level = dict(zip(firm["year"], np.log(firm["labor_productivity"].to_numpy()), strict=True))
        for year in status:
            clean = status.get(year - 1) is False and status.get(year - 2) is False
            if not clean or year + horizon not in level:
                continue
            later = [status.get(year + k) for k in range(1, horizon + 1)]
            treated = status[year]
            control = not status[year] and not any(later)
            if treated or control:
                cell = changes.setdefault((firm["division"][0], year), {True: [], False: []})
                cell[treated].append(level[year + horizon] - level[year - 1])
    matched = [cell for cell in changes.values() if cell[True] and len(cell[False]) >= 2]
    total = sum(sum(x - np.mean(cell[False]) for x in cell[True]) for cell in matched)
    return total / sum(len(cell[True]) for cell in matched)


def test_group_time_effects_equal_a_saturated_event_study_on_a_balanced_panel() -> None:
    """Against never-treated firms, ATT(g,t) are the coefficients of cohort x year dummies with firm
    effects."""
    frame = simulate(300, 5, seed=14, truth=Truth(death=1e-9, leaving=1e-9, initial=1e-6, entry=0.15))
    frame = frame.with_columns(division=pl.lit("15"))
    whole = frame.filter(pl.len().over("firm_id") == 5)
    grid = grid_of(prepare(whole))
    status, level = grid.status("exporter"), grid.values(PRODUCTIVITY)
    never = (status == 0).all(axis=1)
    start = np.where(never, -1, np.argmax(status == 1, axis=1))
    kept = never | (start > 0)
    firms = np.flatnonzero(kept)
    cohorts = sorted(set(start[firms]) - {-1})
    dummies = [
        np.outer(start[firms] == g, np.arange(5) == t).ravel()
        for g in cohorts
        for t in range(5)
        if t != g - 1
    ]
    firm_effects = np.repeat(np.eye(len(firms)), 5, axis=0)
    year_effects = np.tile(np.eye(5), (len(firms), 1))[:, 1:]
    design = np.column_stack([*dummies, firm_effects, year_effects]).astype(float)
    coefficients = np.linalg.lstsq(design, level[firms].ravel(), rcond=None)[0]
    labels = [(g, t) for g in cohorts for t in range(5) if t != g - 1]
    for (g, t), expected in zip(labels, coefficients, strict=False):
        own, compared = np.zeros(status.shape, bool), np.zeros(status.shape, bool)
        own[:, g] = start == g
        compared[:, g] = never
        point = difference_of(grid, Levels(level).change(t - g), cells_before(grid), own, compared, t - g)
        assert point is not None
        assert point.estimate == pytest.approx(expected, abs=1e-9)


def test_the_average_of_the_first_years_effects_is_that_of_its_groups(found) -> None:
    specification = "export/first_entry"
    groups = [
        e
        for e in found.estimates
        if e.specification == f"{specification}/att_gt" and e.term.split(", t=")[0][2:] == e.term[-4:]
    ]
    weights = [e.contributions[0].n_firms for e in groups]
    mean = np.average([e.estimate for e in groups], weights=weights)
    assert estimate(found, specification, PRODUCTIVITY, "t+0").estimate == pytest.approx(mean, rel=1e-9)


def test_the_event_study_is_zero_in_the_year_before(found) -> None:
    points = {point.x: point for point in curve(found, "export/entry", PRODUCTIVITY, "difference").points}
    assert sorted(points) == [-3, -2, -1, 0, 1, 2, 3, 4]
    assert points[-1].y == 0


def test_intervals_cover_and_pre_trends_reject_at_their_level() -> None:
    """300 economies without any effect: about one in twenty intervals misses zero, and as many tests
    reject."""
    misses, rejections = 0, 0
    for seed in range(300):
        grid = grid_of(prepare(simulate(250, 7, seed=1000 + seed, truth=Truth(entry=0.12))))
        event = Event(grid.status("exporter"), members_before(grid), 2)
        level, cells = Levels(grid.values(PRODUCTIVITY)), cells_before(grid)
        points = [
            difference_of(grid, level.change(d), cells, event.treated(d), event.comparison(d), d)
            for d in (-3, -2, 0, 1)
        ]
        path = path_of([point for point in points if point is not None])
        misses += path.mean(path.after, 0.95).p_value < 0.05
        rejections += path.test(path.before)[2] < 0.05
    assert 0.02 <= misses / 300 <= 0.10
    assert 0.02 <= rejections / 300 <= 0.11


def test_a_panel_of_one_year_gets_sentences(fast) -> None:
    result = learning(prepare(simulate(200, 1, seed=15)), fast)
    assert not result.estimates
    assert all("not computed" in sentence for sentence in english(result.switched_off))


def test_one_status_only_gets_sentences(fast) -> None:
    result = learning(prepare(simulate(200, 5, seed=15).with_columns(exporter=pl.lit(value=True))), fast)
    assert not [e for e in result.estimates if e.specification.startswith("export")]
    assert (
        "Starting to export, labor productivity: not computed, because fewer than 10 firms are"
        in " ".join(english(result.switched_off))
    )


def test_events_without_a_comparison_in_their_division_are_counted() -> None:
    frame = simulate(600, 6, seed=16).with_columns(
        division=pl.when(pl.col("firm_id").str.ends_with("3") & pl.col("exporter").any().over("firm_id"))
        .then(pl.lit("99"))
        .otherwise("division")
    )
    result = learning(prepare(frame), EvidenceOptions())
    assert "events without a comparison firm" in str(
        estimate(result, "export/entry", PRODUCTIVITY, "t+0").note
    )
