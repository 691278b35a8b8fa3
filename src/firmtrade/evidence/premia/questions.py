"""Models are asked first and answered together: those on the same rows share one reading of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.premia.firm_years import RowsInUse
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import Model, fit_fixed_effects
from firmtrade.messages import Message
from firmtrade.outputs import Curve, Estimate


@dataclass(frozen=True, slots=True)
class PremiaFindings:
    """What is found, and a sentence for everything that is not."""

    estimates: list[Estimate] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    off: list[Message] = field(default_factory=list)

    def __iadd__(self, other: PremiaFindings) -> PremiaFindings:
        self.estimates.extend(other.estimates)
        self.curves.extend(other.curves)
        self.off.extend(other.off)
        return self


@dataclass(frozen=True, slots=True)
class PremiaQuestion:
    """Models on the same rows, and what their fits say."""

    rows: RowsInUse
    models: Sequence[Model]
    firm_effects: bool
    told_by: Callable[[Sequence[Fit | None]], PremiaFindings]


def answered(parts: Iterable[PremiaFindings | PremiaQuestion], options: EvidenceOptions) -> PremiaFindings:
    """All findings in the order of their parts."""
    parts = list(parts)
    together: dict[tuple[RowsInUse, bool], list[PremiaQuestion]] = {}
    for part in parts:
        if isinstance(part, PremiaQuestion):
            together.setdefault((part.rows, part.firm_effects), []).append(part)
    fits: dict[int, list[Fit | None]] = {}
    for (rows, firm_effects), questions in together.items():
        found = iter(
            fit_fixed_effects(
                rows.years.frame,
                [model for question in questions for model in question.models],
                groups="cell",
                clusters="firm",
                within_clusters=firm_effects,
                used=rows.used,
                compress_above=options.compress_above,
            )
        )
        for question in questions:
            fits[id(question)] = [next(found) for _ in question.models]
    whole = PremiaFindings()
    for part in parts:
        whole += part.told_by(fits[id(part)]) if isinstance(part, PremiaQuestion) else part
    return whole
