"""From single contributions to evidence: firms of one group are one unit, and weights of a sample count.

Firms are first added up by unit *within the cell*: a cell that looks safe by firms may be one enterprise group. Of a
weighted sample the largest contributions are compared unweighted with the weighted total (the default of
GaussSuppression), or each as often as its weight says (tau-ARGUS). The number of units is never weighted."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from firmtrade.protection.rules.evidence import Contributors, Measure


def of_contributions(
    component: str,
    measure: Measure,
    amounts: Sequence[float],
    units: Sequence[Hashable] | None = None,
    weights: Sequence[float] | None = None,
    *,
    repeated: bool = False,
) -> Contributors:
    """The evidence of one component.

    Parameters
    ----------
    amounts
        One amount per firm.
    units
        The unit of each firm; every firm is its own without.
    weights
        The weight of each firm, at least 1; 1 without.
    repeated
        Whether a contribution of weight w counts as w contributions, as tau-ARGUS has it.

    >>> found = of_contributions("turnover", Measure.AMOUNT, [700, 200, 60, 40, 10], units=[6, 6, 7, 8, 9])
    >>> (found.firms, found.units, found.largest, found.second)
    (5, 4, 900.0, 60.0)
    """
    owners: Sequence[Hashable] = range(len(amounts)) if units is None else units
    heavy = [1.0] * len(amounts) if weights is None else list(weights)
    total = sum(amount * weight for amount, weight in zip(amounts, heavy, strict=True))
    held: dict[Hashable, float] = {}
    times: dict[Hashable, float] = {}
    for amount, owner, weight in zip(amounts, owners, heavy, strict=True):
        held[owner] = held.get(owner, 0.0) + amount
        times[owner] = max(times.get(owner, 1.0), weight)
    order = sorted(held, key=lambda owner: -abs(held[owner]))
    top: list[float] = []
    for owner in order:
        top += [held[owner]] * (int(times[owner]) if repeated else 1)
        if len(top) >= 2:
            break
    largest, second = [*top, 0.0, 0.0][:2]
    return Contributors(
        component, measure, len(amounts), len(held), float(total), float(largest), float(second)
    )
