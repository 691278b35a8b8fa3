"""What a run of the evidence is asked for: confidence, windows, and how few firms are too few."""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.errors import StudyError, suggest
from firmtrade.inference.fixed_effects import COMPRESS_ABOVE

BLOCKS = ("premia", "selection", "survival", "ventures", "learning", "growth", "margins", "targeting")


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """The terms of a run.

    Parameters
    ----------
    window
        First and last year of growth; by default those of the panel.
    reference_year
        Second date of the trade status of growth (the first is the first year of the window); by default the
        last year with trade data.
    level
        Confidence of intervals.
    minimum_firms
        Fewer firms than this in a compared group, and a sentence stands in place of numbers.
    step
        Years from one wave of the panel to the next; leads, clean years, horizon and look back then count waves, and
        terms of estimates say years. By default that of the study (one without one).
    sample
        Whether the records are a sample: a firm without a row in a year was not asked, so that its trade is unknown
        then, and only a registered closing ends it. By default what the study says (all firms without one).
    leads
        Years before entry at which future starters are compared; the largest is also the number of years
        without exports that makes a start.
    clean_years
        Years without (with) trade before an entry (exit) that make it clean, and its comparison firms too.
    horizon
        Years followed after an event; ``leads`` before it test the pre-trends.
    look_back
        Years before the year before in which an entrant that traded is a re-entrant.
    closing_within
        Years after a firm's last active year within which a year of closing confirms its end; by default those
        of the study (two without one).
    blocks
        Which blocks to run, of :data:`BLOCKS`.
    compress_above
        Rows from which linear models are solved by sweeping their effects out once for all of them.
    """

    window: tuple[int, int] | None = None
    reference_year: int | None = None
    level: float = 0.95
    minimum_firms: int = 10
    step: int | None = None
    sample: bool | None = None
    leads: tuple[int, ...] = (1, 2, 3)
    clean_years: int = 2
    horizon: int = 4
    look_back: int = 3
    closing_within: int | None = None
    blocks: tuple[str, ...] = BLOCKS
    compress_above: int = COMPRESS_ABOVE

    @property
    def years_apart(self) -> int:
        """Years from one wave to the next."""
        return self.step or 1

    def __post_init__(self) -> None:
        for block in self.blocks:
            if block not in BLOCKS:
                raise StudyError(f"there is no block of evidence {block!r}", fix=suggest(block, BLOCKS))
        if not 0 < self.level < 1:
            raise StudyError(
                f"a confidence level of {self.level} is none", fix="Give one between 0 and 1, 0.95 say."
            )
        if self.window is not None and self.window[0] >= self.window[1]:
            raise StudyError(
                f"the window {self.window[0]}-{self.window[1]} ends before growth can begin",
                fix="Give a last year after the first.",
            )
        if not self.leads or min(self.leads) < 1 or self.clean_years < 1 or self.horizon < 0:
            raise StudyError(
                "leads and clean years count years before an event, the horizon years after it",
                fix="Leads and clean years are 1 or more, the horizon 0 or more.",
            )
        if self.step is not None and self.step < 1:
            raise StudyError(
                "a panel has a wave every year or every so many", fix="Give a step of 1 year or more."
            )
        if (self.closing_within or 0) < 0 or self.look_back < 1:
            raise StudyError(
                "a closing is registered within 0 years or more, and a look back takes 1 year or more",
                fix="Give numbers of years, 2 and 3 say.",
            )
