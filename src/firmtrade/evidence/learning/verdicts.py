"""The sentences of learning: p-values adjusted over the whole block, and no more said than the design can tell."""

from __future__ import annotations

from collections.abc import Sequence

from firmtrade.evidence.learning.around import AFTER_ADJUSTED, BEFORE_ADJUSTED, EventClaim
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.statements import by_holm
from firmtrade.messages import Count, Message, Slot
from firmtrade.outputs import CellKey, Estimate


def adjusted(claims: Sequence[EventClaim]) -> dict[CellKey, Estimate]:
    """Means after an event and tests of the years before with p-values by Holm, by the key of the plain one.

    Each is a family of its own: all events and outcomes of the block.
    """
    after = [claim.after for claim in claims]
    before = [claim.before for claim in claims if claim.before is not None]
    means = by_holm(after, lambda _: AFTER_ADJUSTED, phrase("learning.family", tests=Count(len(after))))
    remark = phrase("learning.family_before", tests=Count(len(before)))
    return means | by_holm(before, lambda _: BEFORE_ADJUSTED, remark)


def verdict_of(claim: EventClaim, found: dict[CellKey, Estimate], size: float) -> Message:
    """The sentence about a claim, its tests adjusted."""
    after = found.get(claim.after.key)
    before = None
    if claim.before is not None and claim.before.p_value is not None:
        again = found[claim.before.key].p_value
        before = (claim.before.p_value, 1.0 if again is None else again)
    p_after = 1.0 if after is None or after.p_value is None else after.p_value
    return verdict(claim.subject, before, claim.after.estimate or 0.0, p_after, claim.breakdown, size)


def verdict(
    subject: Slot, before: tuple[float, float] | None, after: float, p_after: float, bend: float, size: float
) -> Message:
    """The sentence that the tests decide.

    Parameters
    ----------
    before
        P-values of the joint test of the years before, as it is and adjusted for the family; None where there are none.
        Selection is claimed by the adjusted one; an effect is not where either rejects.
    after, p_after
        The mean after the event, and its adjusted p-value.
    bend
        The bend of a trend at which the mean breaks down; zero where a steady trend from before explains it.
    size
        The size of the tests, 0.05 say.

    >>> str(verdict("Starting to export", (0.001, 0.018), 0.2, 0.0, 0.0, 0.05))
    'Starting to export: selection, no credible effect (pre-trends differ before the event).'
    """
    if before is None:
        return phrase("learning.verdict.untested", subject=subject)
    if before[1] < size:
        return phrase("learning.verdict.selection", subject=subject)
    if before[0] < size:
        return phrase("learning.verdict.unsettled", subject=subject)
    if not p_after < size:
        return phrase("learning.verdict.chance", subject=subject)
    way = "higher" if after > 0 else "lower"
    return phrase(
        f"learning.verdict.{way}" if bend > 0 else f"learning.verdict.{way}_or_trend", subject=subject
    )
