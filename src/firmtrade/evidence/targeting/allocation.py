"""Whom support helps most, asked of data on who was supported; refused where that data cannot answer.

A forecast says who would start anyway. What support adds to a firm needs both kinds of firms, supported and not, among
firms that are alike. Every firm's gain is a doubly robust score (Robins, Rotnitzky & Zhao 1994; Chernozhukov and others
2018): forecasts with and without support and of support itself, made of other firms, and corrected by what happened.
The mean of the scores in a band of the forecast is what support adds there, if the firms of a band that got it differ
from the others in nothing that is not observed. A rule that prefers a band needs bands that differ.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.samples import contributions, note
from firmtrade.evidence.statements import estimate_of, not_computed
from firmtrade.evidence.targeting.forecast import BANDS, OUTCOME, Forecasts
from firmtrade.evidence.targeting.models import learned
from firmtrade.evidence.targeting.risk_set import YEARS, RiskSet
from firmtrade.inference.arrays import Flags, Floats
from firmtrade.inference.corrections import holm
from firmtrade.inference.fits import Effect, effect_of, wald_test
from firmtrade.messages import Count, Firms, Message, Percent
from firmtrade.outputs import Estimate

SPECIFICATION = "allocation"
SUPPORTED = "supported"
ENOUGH = 50
"""Supported firms from which gains are computed at all."""
OVERLAP = (0.02, 0.98)
"""Chances of support between which a firm could have been supported and could have been passed over."""
COVERED = 0.8
"""Share of the firms that must lie between."""

_Found = tuple[list[Estimate], list[Message], list[Message]]


def allocation(panel: Panel, risk: RiskSet, found: Forecasts, options: EvidenceOptions) -> _Found:
    """Gains by band, whether they differ, and the sentences; a reason instead where the data cannot answer.

    A firm at risk in year t is supported if its first support of all is in t; the others have none until the end of the
    years in which a first export counts. Years without any support compare nothing and are left out;
    so do firms that begin to export in the very year of their support, because annual data does not tell which came
    first.
    """
    what = phrase("targeting.allocation.what")
    if panel.support is None:
        return [], [], [not_computed(what, phrase("reasons.no_support"))]
    rows = _treated(risk.labelled, panel.support)
    supported = rows[SUPPORTED].to_numpy()
    n_supported = rows.filter(SUPPORTED)["firm"].n_unique()
    if n_supported < ENOUGH:
        return [], [], [not_computed(what, phrase("reasons.few_supported", minimum=Firms(ENOUGH)))]
    outcome = rows[OUTCOME].to_numpy().astype(np.bool_)
    if min(outcome[supported].sum(), outcome[~supported].sum()) < options.minimum_firms:
        reason = phrase(
            "reasons.few", minimum=Firms(options.minimum_firms), group=phrase("groups.first_exports")
        )
        return [], [], [not_computed(what, reason)]
    chance, gain, place = _gains(rows, risk, found.chosen)
    inside = (chance >= OVERLAP[0]) & (chance <= OVERLAP[1])
    if inside.mean() < COVERED:
        reason = phrase(
            "reasons.no_overlap", share=Percent(100 * COVERED), low=Percent(100 * OVERLAP[0]),
            high=Percent(100 * OVERLAP[1]),
        )  # fmt: skip
        return [], [], [not_computed(what, reason)]
    return _by_band(rows, gain, place, inside, options)


def _treated(rows: pl.DataFrame, support: pl.DataFrame) -> pl.DataFrame:
    first = support.drop_nulls("year").group_by("firm").agg(first_support=pl.col("year").min())
    undated = support.filter(pl.col("year").is_null())["firm"].unique()
    joined = rows.join(first, on="firm", how="left", maintain_order="left")
    joined = joined.filter(~pl.col("firm").is_in(undated.implode()))
    now = (pl.col("first_support") == pl.col("year")).fill_null(value=False)
    later = (pl.col("first_support") > pl.col("year") + YEARS).fill_null(value=True)
    return joined.filter(now | later, pl.col("year").is_in(support["year"].unique().to_list())).with_columns(
        now.alias(SUPPORTED)
    )


def _gains(rows: pl.DataFrame, risk: RiskSet, model: str) -> tuple[Floats, Floats, Floats]:
    """Chance of support, doubly robust gain, and rank of the forecast without support (1 the highest), of each row.

    Every forecast of a firm is learned from the other half of the firms.
    """
    firms = rows["firm"].to_numpy()
    each = np.unique(firms)
    half = np.random.default_rng(13).random(len(each)) < 0.5
    fold = half[np.searchsorted(each, firms)]
    outcome, supported = (rows[name].to_numpy().astype(np.float64) for name in (OUTCOME, SUPPORTED))
    chance, with_it, without = (np.zeros(len(rows)) for _ in range(3))
    for side in (False, True):
        theirs, mine = rows.filter(fold != side), rows.filter(fold == side)
        at = fold == side
        chance[at] = learned("logit", theirs, SUPPORTED, risk.numbers, risk.classes)(mine)
        for status, into in ((True, with_it), (False, without)):
            part = theirs.filter(pl.col(SUPPORTED) == status)
            into[at] = learned("logit", part, OUTCOME, risk.numbers, risk.classes)(mine)
    bounded = np.clip(chance, *OVERLAP)
    gain = with_it - without
    gain += supported * (outcome - with_it) / bounded
    gain -= (1 - supported) * (outcome - without) / (1 - bounded)
    order = np.empty(len(rows))
    order[np.argsort(-without, kind="stable")] = np.arange(1, len(rows) + 1) / len(rows)
    return chance, gain, order


def _by_band(
    rows: pl.DataFrame, gain: Floats, place: Floats, inside: Flags, options: EvidenceOptions
) -> _Found:
    firm = rows["firm"].to_numpy()
    edges = np.array([share for share, _ in BANDS])
    band = np.where(inside, np.searchsorted(edges, place), -1)
    effects, influences, used, freedoms = [], [], [], []
    for number, (_, name) in enumerate(BANDS):
        mine = band == number
        both = [rows.filter(mine & side)["firm"].n_unique() for side in _sides(rows)]
        if min(both) < options.minimum_firms:
            continue
        mean = float(gain[mine].mean())
        influence = np.bincount(
            firm[mine], weights=(gain[mine] - mean) / mine.sum(), minlength=int(firm.max()) + 1
        )
        n_firms = len(np.unique(firm[mine]))
        error = math.sqrt(float(np.sum(influence**2)) * n_firms / (n_firms - 1))
        freedoms.append(max(min(both) - 1, 1))
        effects.append(effect_of(mean, error, freedoms[-1], options.level))
        influences.append(influence)
        used.append((number, name))
    if len(used) < 2:
        reason = phrase(
            "reasons.few", minimum=Firms(options.minimum_firms), group=phrase("groups.supported_bands")
        )
        return [], [], [not_computed(phrase("targeting.allocation.what"), reason)]
    adjusted = holm(np.array([each.p_value for each in effects]))
    differ = _differ(np.array([each.estimate for each in effects]), np.array(influences), min(freedoms))
    words = note(phrase("targeting.allocation.sample", bands=Count(len(used))))
    estimates = []
    for (number, name), effect, p_value in zip(used, effects, adjusted.tolist(), strict=True):
        mine = rows.filter(band == number)
        points = Effect(
            100 * effect.estimate,
            100 * effect.std_error,
            100 * effect.conf_low,
            100 * effect.conf_high,
            p_value,
        )
        supported = pl.col(SUPPORTED)
        estimates.append(
            estimate_of(
                "targeting", SPECIFICATION, "gain_of_support", name, points, n_obs=mine.height,
                n_firms=mine["firm"].n_unique(), estimator=phrase("estimators.doubly_robust"), note=words,
                contributions=contributions(mine, {"supported": supported, "not_supported": ~supported}),
            )
        )  # fmt: skip
    return estimates, [_verdict(used, effects, differ, options)], []


def _sides(rows: pl.DataFrame) -> tuple[Flags, Flags]:
    supported = rows[SUPPORTED].to_numpy()
    return supported, ~supported


def _differ(means: Floats, influences: Floats, freedom: int) -> float:
    """P-value of the test that all means are one; the side with the fewest firms carries the variance."""
    contrast = np.eye(len(means))[1:] - np.eye(len(means))[:-1]
    covariance = influences @ influences.T
    return wald_test(contrast @ means, contrast @ covariance @ contrast.T, freedom)[2]


def _verdict(
    used: list[tuple[int, str]], effects: list[Effect], differ: float, options: EvidenceOptions
) -> Message:
    if not differ < 1 - options.level:
        return phrase("targeting.allocation.no_rule")
    best = max(range(len(used)), key=lambda place: effects[place].estimate)
    return phrase("targeting.allocation.rule", band=named(used[best][1]))
