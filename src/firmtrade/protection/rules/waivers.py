"""Waivers: units that agreed to be shown are no reason to hide a total.

With consent the rule looks at the largest unit that did *not* agree, ``x_s``, and at the one that would gain most,
``x_r``, the largest other unit (Handbook on Statistical Disclosure Control, chapter 4.2, waivers)."""

from __future__ import annotations

from collections.abc import Sequence

from firmtrade.protection.rules.evidence import Contributors, Measure


def without_consent(
    component: str, measure: Measure, amounts: Sequence[float], agreed: Sequence[bool], firms: int
) -> Contributors:
    """The evidence that the concentration rules judge where some units agreed: the largest unit that did not stands
    first, the largest of all the others second.

    >>> found = without_consent("turnover", Measure.AMOUNT, [90.0, 6.0, 4.0], [True, False, False], firms=3)
    >>> (found.largest, found.second, found.rest)
    (6.0, 90.0, 4.0)
    """
    order = sorted(range(len(amounts)), key=lambda at: (-abs(amounts[at]), at))
    asked = [at for at in order if not agreed[at]]
    protected = asked[0] if asked else None
    others = [at for at in order if at != protected]
    return Contributors(
        component,
        measure,
        firms,
        len(amounts),
        sum(abs(amount) for amount in amounts),
        0.0 if protected is None else abs(amounts[protected]),
        abs(amounts[others[0]]) if others else 0.0,
    )
