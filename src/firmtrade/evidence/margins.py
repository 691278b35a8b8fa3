"""Margins and granularity: how many firms trade, in how many relations, and how much the largest carry.

The value of a flow is the number of firms times the relations of a firm (country and product) times the value of a
relation (Bernard, Jensen, Redding & Schott 2009, *American Economic Review* 99). Its growth between two years is the
sum of what firms add that start, of what is lost with those that stop, and of the change of those that go on, for the
latter also by relations added, dropped and kept; all as a share of the midpoint, so that the parts add up (Davis,
Haltiwanger & Schuh 1996; Bricongne, Fontagné, Gaulier, Taglioni & Vicard 2012). Among those that go on the growth of
the total is the mean growth of firms plus a granular part, the growth by which large firms differ from the mean
(Gabaix 2011; Gabaix & Koijen 2024). These are figures of the population: they have no sampling error.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import commas, named, phrase
from firmtrade.evidence.result import (
    BlockResult,
    EstimateTable,
    EvidenceChart,
    EvidenceSection,
    curve_key_of,
    keys_of,
)
from firmtrade.evidence.samples import note
from firmtrade.evidence.statements import lacking, not_computed, part_of, too_few
from firmtrade.evidence.trade_lines import (
    VALUES,
    YearPair,
    covered_years,
    lines_of,
    owners_by,
    traders_of,
    year_pairs,
)
from firmtrade.messages import Message, Year
from firmtrade.outputs import Contribution, Curve, CurvePoint, Estimate

BLOCK = "margins"
RELATIONS = "relations_of_a_trader"
TOLD = {"country": "countries_of_a_trader", "product": "products_of_a_trader"}
"""The columns of relations, and the outcome that each alone tells."""
TOP = (10, 50)
"""Numbers of the largest traders whose share of the total is told."""


def margins(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Extensive and intensive margins, growth by entrants, leavers and those that go on, concentration, granularity.

    Specifications: ``DIRECTION/levels`` (numbers and means by year), ``DIRECTION/growth_parts`` (contributions to the
    growth since the year before, percent of the midpoint), ``DIRECTION/concentration`` (shares of the largest, percent,
    and how many of them were among the largest the year before) and ``DIRECTION/granular``. Terms are the years, and
    ``mean of the years``.
    """
    estimates: list[Estimate] = []
    off: list[Message] = []
    for direction, columns in VALUES.items():
        what = phrase(f"margins.{direction}.what")
        missing = panel.lacks(*columns)
        if missing:
            off.append(lacking(what, missing))
            continue
        traders = traders_of(panel, direction)
        small = [
            year
            for year in covered_years(panel, direction)
            if traders.filter(pl.col("year") == year).height < options.minimum_firms
        ]
        if small:
            off.append(too_few(part_of(what, _years(small)), phrase("groups.trading"), options.minimum_firms))
        lines = lines_of(panel, direction)
        untold = _untold(lines)
        if untold:
            off.append(lacking(part_of(what, named(RELATIONS if lines is None else TOLD[untold[0]])), untold))
        estimates += _levels(panel, traders, lines, direction, options)
        few: list[int] = []
        pairs = tuple(year_pairs(panel, direction))
        for pair in pairs:
            growth = _growth(pair, direction, options)
            if not growth:
                few.append(pair.year)
            estimates += growth
            estimates += _concentration(pair, direction, options)
        growing = part_of(what, phrase("margins.growth"))
        if few:
            off.append(
                too_few(part_of(growing, _years(few)), phrase("groups.by_change"), options.minimum_firms)
            )
        alone = sorted(set(covered_years(panel, direction)[1:]) - {pair.year for pair in pairs})
        if alone:
            off.append(not_computed(part_of(growing, _years(alone)), phrase("reasons.year_before")))
        estimates += _means(estimates, direction)
    curves = _curves(estimates)
    section = _section(estimates, curves, panel, off)
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), section)


def _years(years: Iterable[int]) -> Message:
    return phrase("margins.years", years=commas(*map(Year, years)))


def _stated(
    direction: str,
    part: str,
    outcome: str,
    term: str,
    value: float | None,
    behind: tuple[Contribution, ...],
    n_obs: int,
    n_firms: int,
) -> Estimate:
    text = note(phrase(f"margins.{direction}.sample"), (), phrase(f"margins.notes.{part}"))
    return Estimate(
        BLOCK, f"{direction}/{part}", outcome, term, value, n_obs=n_obs, n_firms=n_firms,
        estimator=phrase("estimators.population_figure"), note=text, contributions=behind,
    )  # fmt: skip


def _untold(lines: pl.DataFrame | None) -> tuple[str, ...]:
    """The columns of relations that are known of none."""
    return tuple(name for name in TOLD if lines is None or lines[name].null_count() == lines.height)


def _levels(
    panel: Panel, traders: pl.DataFrame, lines: pl.DataFrame | None, direction: str, options: EvidenceOptions
) -> list[Estimate]:
    """Number of traders, relations of each, value of a relation and of a trader, by year."""
    estimates = []
    for year in covered_years(panel, direction):
        firms = traders.filter(pl.col("year") == year)
        if firms.height < options.minimum_firms:
            continue
        total = float(firms["value"].sum())
        found = {"number_of_traders": float(firms.height), "value_of_a_trader": total / firms.height}
        if lines is not None:
            mine = lines.filter(pl.col("year") == year).join(firms.select("firm"), on="firm", how="semi")
            per_firm = mine.group_by("firm").agg(
                pl.col("country").n_unique(), pl.col("product").n_unique(), pl.len().alias("relations")
            )
            if per_firm.height:
                found |= {
                    outcome: float(per_firm[column].to_numpy().mean())
                    for column, outcome in TOLD.items()
                    if column not in _untold(lines)
                }
                found |= {
                    RELATIONS: mine.height / per_firm.height,
                    "value_of_a_relation": float(mine["value"].sum()) / mine.height,
                }
        owners = owners_by(firms, pl.col("value"), f"{direction}_value")
        behind = (owners.contribution(np.arange(firms.height), "traders"),)
        estimates += [
            _stated(direction, "levels", name, str(year), value, behind, firms.height, firms.height)
            for name, value in found.items()
        ]
    return estimates


def _growth(pair: YearPair, direction: str, options: EvidenceOptions) -> list[Estimate]:
    """Contributions to the growth of the total, and of those that go on its mean and its granular part."""
    before, now = pair.firms["before"].to_numpy(), pair.firms["now"].to_numpy()
    middle = (before.sum() + now.sum()) / 2
    stays = (before > 0) & (now > 0)
    groups = {"starts": (before == 0) & (now > 0), "ceases": (before > 0) & (now == 0), "goes_on": stays}
    if min(int(flag.sum()) for flag in groups.values()) < options.minimum_firms or middle <= 0:
        return []
    owners = owners_by(pair.firms, (pl.col("before") + pl.col("now")) / 2, f"{direction}_value")
    change = 100 * (now - before) / middle
    rows = np.arange(len(change))
    estimates = [
        _stated(
            direction, "growth_parts", name, str(pair.year), float(change[flag].sum()),
            (owners.contribution(rows[flag], name),), int(flag.sum()), int(flag.sum()),
        )
        for name, flag in ({"total": np.ones(len(change), np.bool_)} | groups).items()
    ]  # fmt: skip
    estimates += _by_relations(pair, direction, stays, middle, options)
    size = (before[stays] + now[stays]) / 2
    rates = 100 * (now[stays] - before[stays]) / size
    share = size / size.sum()
    behind = (owners.contribution(rows[stays], "goes_on"),)
    parts = {
        "growth_of_those_that_go_on": float(share @ rates),
        "mean_growth_of_a_trader": float(rates.mean()),
        "granular_part": float(share @ rates - rates.mean()),
    }
    n = int(stays.sum())
    return estimates + [
        _stated(direction, "granular", name, str(pair.year), value, behind, n, n)
        for name, value in parts.items()
    ]


def _by_relations(
    pair: YearPair,
    direction: str,
    stays: np.typing.NDArray[np.bool_],
    middle: float,
    options: EvidenceOptions,
) -> list[Estimate]:
    """What relations added, dropped and kept by firms that go on contribute, where the declarations tell them."""
    if pair.lines is None:
        return []
    mine = pair.lines.join(pair.firms.filter(pl.Series(stays)).select("firm"), on="firm", how="semi")
    before, now = mine["before"].to_numpy(), mine["now"].to_numpy()
    owners = owners_by(mine, (pl.col("before") + pl.col("now")) / 2, f"{direction}_value")
    groups = {
        "relations_added": (before == 0) & (now > 0),
        "relations_dropped": (before > 0) & (now == 0),
        "relations_kept": (before > 0) & (now > 0),
    }
    estimates = []
    for name, flag in groups.items():
        behind = owners.contribution(np.flatnonzero(flag), name)
        if behind.n_firms >= options.minimum_firms:
            value = float(100 * (now[flag] - before[flag]).sum() / middle)
            estimates.append(
                _stated(
                    direction, "growth_parts", name, str(pair.year), value, (behind,), int(flag.sum()),
                    behind.n_firms,
                )
            )  # fmt: skip
    return estimates


def _concentration(pair: YearPair, direction: str, options: EvidenceOptions) -> list[Estimate]:
    """Share of the largest traders of the year, and how many of them were among the largest the year before."""
    before, now = pair.firms["before"].to_numpy(), pair.firms["now"].to_numpy()
    estimates = []
    n = int((now > 0).sum())
    for size in TOP:
        if size < options.minimum_firms or n < 2 * size or int((before > 0).sum()) < 2 * size:
            continue
        top, earlier = (np.argsort(-values, kind="stable")[:size] for values in (now, before))
        owners = owners_by(pair.firms, pl.col("now"), f"{direction}_value")
        behind = (owners.contribution(top, "top"), owners.contribution(np.flatnonzero(now > 0), "traders"))
        shares = {
            f"share_of_the_largest_{size}": 100 * float(now[top].sum() / now.sum()),
            f"largest_{size}_again": 100 * float(np.isin(top, earlier).mean()),
        }
        estimates += [
            _stated(direction, "concentration", name, str(pair.year), value, behind, n, n)
            for name, value in shares.items()
        ]
    return estimates


MEAN = "mean of the years"


def _means(estimates: list[Estimate], direction: str) -> list[Estimate]:
    """The mean over the years of every part of growth, with the year of most firms behind it."""
    found: dict[tuple[str, str], list[Estimate]] = {}
    for each in estimates:
        if each.specification in (f"{direction}/growth_parts", f"{direction}/granular"):
            found.setdefault((each.specification, each.outcome), []).append(each)
    return [
        _stated(
            direction, specification.partition("/")[2], outcome, MEAN,
            float(np.mean([each.estimate for each in years])),
            max(years, key=lambda each: each.n_firms or 0).contributions,
            sum(each.n_obs or 0 for each in years), max(each.n_firms or 0 for each in years),
        )
        for (specification, outcome), years in found.items()
        if len(years) > 1
    ]  # fmt: skip


def _curves(estimates: list[Estimate]) -> list[Curve]:
    """Contributions to growth and the granular part, year by year."""
    lines: dict[tuple[str, str], list[Estimate]] = {}
    for each in estimates:
        if each.term != MEAN and each.specification.endswith(("/growth_parts", "/granular")):
            lines.setdefault((each.specification, each.outcome), []).append(each)
    return [
        Curve(
            BLOCK, specification, outcome, "all",
            tuple(CurvePoint(float(each.term), each.estimate, None, None, each.n_firms) for each in years),
            x_label="year", y_label="percent", n_firms=max(each.n_firms or 0 for each in years),
            estimator=years[0].estimator, note=years[0].note, contributions=years[0].contributions,
        )
        for (specification, outcome), years in lines.items()
        if len(years) > 1
    ]  # fmt: skip


PARTS = {
    "levels": "axes.number_or_value", "growth_parts": "axes.percent", "granular": "axes.percent",
    "concentration": "axes.percent",
}  # fmt: skip


def _section(
    estimates: list[Estimate], curves: list[Curve], panel: Panel, off: list[Message]
) -> EvidenceSection:
    tables, charts = [], []
    for direction in VALUES:
        for part, axis in PARTS.items():
            keys = keys_of(estimates, specification=f"{direction}/{part}")
            title = phrase(f"margins.{direction}.{part}")
            if keys:
                tables.append(EstimateTable(title, keys, phrase(axis)))
            drawn = tuple(
                curve_key_of(curve) for curve in curves if curve.specification == f"{direction}/{part}"
            )
            if drawn:
                text = phrase("margins.drawn", title=title)
                charts.append(
                    EvidenceChart("lines", title, text, phrase("axes.year"), phrase(axis), curves=drawn)
                )
    paragraphs = (phrase("margins.read"), phrase("margins.granular_read"), *panel.notes)
    return EvidenceSection(
        BLOCK, phrase("margins.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
