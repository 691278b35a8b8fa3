"""Who is compared: groups with firms enough."""

from __future__ import annotations

import numpy as np

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.firm_years import RowsInUse
from firmtrade.evidence.premia.models import PremiaModel
from firmtrade.evidence.statements import of_status, too_few
from firmtrade.messages import Message

OUTSIDE = "outside"
"""The group of the firms that have none of the statuses compared."""


def large_enough(
    rows: RowsInUse,
    usable: dict[str, tuple[str, ...]],
    model: PremiaModel,
    options: EvidenceOptions,
    outcome: str,
) -> tuple[dict[str, tuple[str, ...]], list[Message]]:
    """Status sets all of whose groups have firms enough; under firm effects, firms that change status."""
    minimum = options.minimum_firms
    allowed: dict[str, tuple[str, ...]] = {}
    off: list[Message] = []
    for status, columns in usable.items():
        if model.firm_effects:
            counts = {name: np.count_nonzero(rows.switching(name)) for name in columns}
        else:
            counts = {name: np.count_nonzero(rows.having(name)) for name in columns}
            counts[OUTSIDE] = np.count_nonzero(rows.having(*columns) < rows.sizes)
        short = [name for name, count in counts.items() if count < minimum]
        if short:
            off.append(too_few(asked(outcome, status, model), _group(short[0], model), minimum))
        else:
            allowed[status] = columns
    return allowed, off


def asked(outcome: str, status: str, model: PremiaModel) -> Message:
    """What a model asks, in words."""
    return phrase("premia.model", outcome=named(outcome), status=named(status), model=named(model.name))


def _group(status: str, model: PremiaModel) -> Message:
    if status == OUTSIDE:
        return phrase("groups.outside")
    return phrase("groups.switching", status=named(status)) if model.firm_effects else of_status(status)
