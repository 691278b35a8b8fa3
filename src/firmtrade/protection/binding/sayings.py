"""What a cell says of totals, by the formula of its specification: a total within an interval, or a ratio of two.

A level change and the growth of productivity are ratios of ratios. Beside what else is shown either ratio may follow
from them, so they are taken to say both, each as exactly as they are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import FIRMS, FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.query.statistic import Statistic

THOUSAND = 1000.0


@dataclass(frozen=True, slots=True)
class Saying:
    """``low <= over / under <= high``, or of ``over`` alone where ``under`` is None; in firms, units of employment and
    currency. ``low`` may be infinite where the printed number says nothing of this ratio by itself."""

    over: Term
    under: Term | None
    low: float
    high: float


def sayings(spec: CellSpec, value: float) -> list[Saying]:
    """What a cell says by its value, as it is printed; nothing where it is no sum or ratio (a quartile, an index)."""
    half = 0.0 if spec.formula is Formula.COUNT else 0.5 * 10.0**-spec.decimals
    printed = value if spec.formula is Formula.COUNT else round(value, spec.decimals)
    saying = _SAYINGS.get(spec.formula)
    return [] if saying is None else saying(spec, printed - half, printed + half)


def _count(spec: CellSpec, low: float, high: float) -> list[Saying]:
    return [Saying(spec.terms["count"], None, low, high)]


def _share(spec: CellSpec, low: float, high: float) -> list[Saying]:
    part, base = spec.terms["count"], spec.terms["base"]
    if (
        part.measure == base.measure == FIRMS
    ):  # corrections may make a part of an amount larger than the whole
        low, high = max(low, 0.0), min(high, 100.0)
    return [Saying(part, base, low / 100, high / 100)]


def _level(spec: CellSpec, low: float, high: float) -> list[Saying]:
    value_added, employment = spec.terms.values()
    return [Saying(value_added, employment, low * THOUSAND, high * THOUSAND)]


def _growth(spec: CellSpec, low: float, high: float) -> list[Saying]:
    start, end = spec.terms.values()
    factors = [max(1 + each / 100, 0.0) ** spec.years for each in (low, high)]
    return [Saying(end, start, *factors)]


def _amount(spec: CellSpec, low: float, high: float) -> list[Saying]:
    (value,) = spec.terms.values()
    return [Saying(value, None, low * THOUSAND, high * THOUSAND)]


def _level_change(spec: CellSpec, low: float, high: float) -> list[Saying]:
    by = _by_measure(spec)
    return [
        Saying(by[VALUE_ADDED_START], by[FTE_START], *_SILENT),
        Saying(by[VALUE_ADDED_END], by[FTE_END], *_SILENT),
    ]


def _productivity(spec: CellSpec, low: float, high: float) -> list[Saying]:
    by = _by_measure(spec)
    return [
        Saying(by[VALUE_ADDED_END], by[VALUE_ADDED_START], *_SILENT),
        Saying(by[FTE_END], by[FTE_START], *_SILENT),
    ]


def _distribution(spec: CellSpec, low: float, high: float) -> list[Saying]:
    """A mean is a ratio of a total to the number of firms; other statistics are no sums."""
    if spec.statistic is not Statistic.MEAN or spec.spread is None or spec.spread.by:
        return []
    return [Saying(spec.spread, spec.group, low * spec.scale, high * spec.scale)]


def _weighted(spec: CellSpec, low: float, high: float) -> list[Saying]:
    """An estimate is a total or a ratio of weighted numbers; its standard error is taken to say it, too."""
    over, *under = spec.terms.values()
    match spec.statistic:
        case Statistic.WEIGHTED_TOTAL | Statistic.WEIGHTED_RATIO:
            within = low * spec.scale, high * spec.scale
        case Statistic.WEIGHTED_SHARE:
            within = max(low, 0.0) / 100, min(high, 100.0) / 100
        case _:
            within = _SILENT
    return [Saying(over, under[0] if under else None, *within)]


def _by_measure(spec: CellSpec) -> Mapping[str, Term]:
    return {term.measure: term for term in spec.terms.values()}


_SILENT = (float("-inf"), float("inf"))

_SAYINGS: Mapping[Formula, Callable[[CellSpec, float, float], list[Saying]]] = {
    Formula.COUNT: _count,
    Formula.SHARE: _share,
    Formula.LEVEL: _level,
    Formula.CAGR: _growth,
    Formula.AMOUNT: _amount,
    Formula.LEVEL_CHANGE: _level_change,
    Formula.PRODUCTIVITY_CAGR: _productivity,
    Formula.DISTRIBUTION: _distribution,
    Formula.WEIGHTED: _weighted,
}
