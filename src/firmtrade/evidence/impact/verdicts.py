"""The sentence about an outcome: what the numbers carry under the design that was registered, and no more.

Nobody was drawn by lot, so no sentence says that support caused something.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.evidence.phrases import phrase
from firmtrade.inference.fits import Effect
from firmtrade.messages import Message, Slot

HIGHER = ("evidence.impact.verdict.higher", "evidence.impact.verdict.higher_untested")
"""Keys of the sentences that call an outcome higher among supported firms without a reserve that explains it."""


@dataclass(frozen=True, slots=True)
class OutcomeClaim:
    """What the sentence about an outcome may rest on.

    Parameters
    ----------
    effect
        The difference after the support, by the method that was registered first.
    p_value
        Its p-value, adjusted for the outcomes asked together.
    before
        P-values of the joint test of the years before, of the outcome itself or of what stands in for it: as it is, and
        adjusted for all such tests of the evaluation; None where nothing can be tested. Another path is claimed by the
        adjusted one; an effect is not where either rejects.
    bend
        The bend of a trend at which the difference is no longer told from zero; None for an outcome without a path
        before.
    others
        The difference by the other methods, None of a method that could not be computed.
    whole_classes
        What the supported firms were supported by as a whole, regions say; None where each stands for itself.
    """

    subject: Slot
    effect: Effect
    p_value: float
    before: tuple[float, float] | None
    bend: float | None
    others: tuple[Effect | None, ...] = ()
    whole_classes: Slot | None = None

    def contradicted(self, size: float) -> bool:
        """Whether another method does not find the difference, or finds the opposite."""
        return any(
            not each.p_value < size or (each.estimate > 0) != (self.effect.estimate > 0)
            for each in self.others
            if each is not None
        )


def verdict(claim: OutcomeClaim, size: float) -> Message:
    """The sentence that the tests decide; ``size`` is that of the tests, 0.05 say.

    >>> nothing = Effect(0.1, 1.0, -1.9, 2.1, 0.92)
    >>> str(verdict(OutcomeClaim("First export", nothing, 0.92, (0.6, 1.0), None), 0.05))
    'First export: no difference from comparable firms that could be told from chance.'
    """
    subject, way = claim.subject, "higher" if claim.effect.estimate > 0 else "lower"
    if claim.before is not None and claim.before[1] < size:
        return phrase("impact.verdict.other_path", subject=subject)
    if claim.before is not None and claim.before[0] < size:
        return phrase("impact.verdict.unsettled", subject=subject)
    if not claim.p_value < size:
        return phrase("impact.verdict.chance", subject=subject)
    if claim.whole_classes is not None:
        return phrase("impact.verdict.whole_classes", subject=subject, group=claim.whole_classes)
    if claim.contradicted(size):
        return phrase("impact.verdict.disputed", subject=subject)
    if None in claim.others:
        return phrase("impact.verdict.one_method", subject=subject)
    if claim.bend == 0:
        return phrase(f"impact.verdict.{way}_or_trend", subject=subject)
    if claim.before is None:
        return phrase(f"impact.verdict.{way}_untested", subject=subject)
    return phrase(f"impact.verdict.{way}", subject=subject)
