"""Which rules a cell breaks: every component of its formula against every rule that speaks of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from firmtrade.outputs import Cell, Contribution
from firmtrade.protection.profile import Profile
from firmtrade.protection.rules import Breach, Contributors, Measure, Negative, order_statistics, revisions
from firmtrade.protection.rules import complements as complement_rule
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import (
    COMPLETE,
    FIRMS,
    FTE_END,
    FTE_START,
    VALUE,
    VALUE_EXTRA,
    VALUE_INTRA,
    VALUE_PARTNERS,
    WEIGHT,
    weighted,
)
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import FLOWS

COUNTS = frozenset({FIRMS, COMPLETE})
NEVER_NEGATIVE = frozenset({FTE_START, FTE_END, weighted("employment")})
TRADE = frozenset({VALUE, VALUE_INTRA, VALUE_EXTRA, VALUE_PARTNERS}) | {
    weighted(f"{flow}_value") for flow in FLOWS
}
DETAIL = frozenset({"partner", "product"})
POSITIONS = {Statistic.FIRST_QUARTILE: 0.25, Statistic.MEDIAN: 0.5, Statistic.THIRD_QUARTILE: 0.75}
TOPS = {
    Statistic.HERFINDAHL: 0,
    Statistic.TOP_5: 5,
    Statistic.TOP_10: 10,
    Statistic.TOP_20: 20,
    Statistic.TOP_50: 50,
    Statistic.TOP_100: 100,
}
SHARES = {Statistic.TOP_1_PERCENT: 0.01, Statistic.TOP_5_PERCENT: 0.05, Statistic.TOP_25_PERCENT: 0.25}


NOTHING: Mapping[Term, Sequence[float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class JudgedComponent:
    """A breach, with the component of the cell that it protects; ``complement`` where it is what the component
    leaves of its base."""

    breach: Breach
    component: str
    complement: bool = False


def measure_of(name: str) -> Measure:
    """What kind of total a measure is: trade is corrected downwards now and then, but its totals are not negative."""
    if name in COUNTS or name == WEIGHT:  # the weight of a firm is nothing of its own
        return Measure.COUNT
    return Measure.AMOUNT if name in NEVER_NEGATIVE | TRADE else Measure.SIGNED


def evidence_of(part: Contribution, measure: str) -> Contributors:
    """A contribution as rules read it."""
    return Contributors(
        part.component,
        measure_of(measure),
        part.n_firms,
        part.n_units,
        float(part.total),
        float(part.largest),
        float(part.second_largest),
    )


def judge(
    spec: CellSpec, cell: Cell, profile: Profile, before: Mapping[Term, Sequence[float]] = NOTHING
) -> Iterator[JudgedComponent]:
    """Every breach of a cell; ``before`` are numbers of firms that were printed from other data, of a cell that was
    printed then too."""
    if str(cell.key) in {waiver.cell for waiver in profile.waivers}:
        return
    behind = {
        part.component: evidence_of(part, spec.terms[part.component].measure)
        for part in cell.contributions
        if part.component in spec.terms
    }
    for name, evidence in behind.items():
        for breach in component_breaches(evidence, profile, spared=_spared(profile, cell)):
            yield JudgedComponent(breach, name)
        if profile.rules.partner_detail and spec.terms[name].where.dimensions & DETAIL:
            detail = profile.rules.partner_detail.judge(evidence)
            if detail:
                yield JudgedComponent(detail, name)
        earlier = before.get(replace(spec.terms[name], measure=FIRMS), ()) if profile.rules.revisions else ()
        changed = revisions.judge(profile.rules.minimum_units, name, evidence.firms, earlier)
        if changed:
            yield JudgedComponent(changed, name)
    if spec.formula in (Formula.SHARE, Formula.WEIGHTED) and {"count", "base"} <= behind.keys():
        yield from _share(behind["count"], behind["base"], profile)
    if spec.formula is Formula.QUARTILE:
        yield from _quartile(cell, profile)
    if spec.formula is Formula.DISTRIBUTION and spec.statistic is not None:
        for evidence in behind.values():
            found = distribution_breach(spec.statistic, evidence, profile)
            if found:
                yield JudgedComponent(found, evidence.component)


def component_breaches(evidence: Contributors, profile: Profile, *, spared: bool = False) -> Iterator[Breach]:
    """Number of units and concentration of one component; ``spared`` leaves concentration out."""
    rules = profile.rules
    few = rules.minimum_units.judge(evidence)
    if few:
        yield few
    if evidence.measure is Measure.SIGNED and evidence.firms:
        if rules.negative is Negative.HIDE:
            yield Breach("negative", evidence.component)
        if rules.negative is not Negative.ABSOLUTE:
            return
    if spared:
        return
    for rule in (*((rules.p_percent,) if rules.p_percent else ()), *rules.dominance):
        dominated = rule.judge(evidence)
        if dominated:
            yield dominated


def distribution_breach(statistic: Statistic, evidence: Contributors, profile: Profile) -> Breach | None:
    """What order statistics and concentration of the numbers of single firms give away."""
    rules = profile.rules
    if statistic in POSITIONS and rules.order_statistics:
        return rules.order_statistics.judge(evidence, POSITIONS[statistic])
    if rules.concentration and statistic in TOPS:
        return rules.concentration.judge(evidence, TOPS[statistic])
    if rules.concentration and statistic in SHARES:
        return rules.concentration.judge(evidence, max(round(SHARES[statistic] * evidence.units), 1))
    return None


def _quartile(cell: Cell, profile: Profile) -> Iterator[JudgedComponent]:
    """A quartile is the number of one firm, or of two: enough units must stand behind it, and on either side."""
    for part in cell.contributions:
        evidence = Contributors(
            part.component, Measure.COUNT, part.n_firms, part.n_units, float(part.n_firms)
        )
        few = profile.rules.minimum_units.judge(evidence)
        if few:
            yield JudgedComponent(few, part.component)
        beyond = profile.rules.order_statistics
        if beyond and part.n_firms > 0 and part.n_units < beyond.units:
            yield JudgedComponent(Breach(order_statistics.NAME, part.component), part.component)


def _share(part: Contributors, group: Contributors, profile: Profile) -> Iterator[JudgedComponent]:
    if part.measure is not Measure.COUNT:
        return
    rules = profile.rules
    if rules.zero_and_full:
        found = rules.zero_and_full.judge(part, group)
        if found:  # of all firms of a group it is a secret that none is left
            yield JudgedComponent(found, "count", complement=part.firms == group.firms)
    if rules.complements and part.firms < group.firms:
        left = complement_rule.judge(rules.minimum_units, part, group)
        if left:
            yield JudgedComponent(left, "count", complement=True)


def _spared(profile: Profile, cell: Cell) -> bool:
    request = profile.rules.request
    return request is not None and request.spares(cell.key.table, str(cell.key))
