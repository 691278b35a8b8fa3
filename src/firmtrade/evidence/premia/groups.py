"""Who is compared: groups with firms enough, and those who stand behind a number."""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.models import PremiaModel
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import of_status, too_few
from firmtrade.messages import Message
from firmtrade.outputs import Contribution

OUTSIDE = "outside"
"""The group of the firms that have none of the statuses compared."""


def large_enough(
    sample: Sample,
    usable: dict[str, tuple[str, ...]],
    model: PremiaModel,
    options: EvidenceOptions,
    outcome: str,
) -> tuple[dict[str, tuple[str, ...]], list[Message]]:
    """Status sets all of whose groups have firms enough; under firm effects, firms that change status."""
    rows, minimum = sample.rows, options.minimum_firms
    allowed: dict[str, tuple[str, ...]] = {}
    off: list[Message] = []
    for status, columns in usable.items():
        groups = {name: pl.col(name) for name in columns}
        groups[OUTSIDE] = ~pl.any_horizontal(columns)
        if model.firm_effects:
            counts = {name: _switchers(rows, name)["firm"].n_unique() for name in columns}
        else:
            counts = {name: rows.filter(flag)["firm"].n_unique() for name, flag in groups.items()}
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


def _switchers(rows: pl.DataFrame, status: str) -> pl.DataFrame:
    changes = (pl.col(status).any() & ~pl.col(status).all()).over("firm")
    return rows.filter(changes)


def stands_behind(rows: pl.DataFrame, status: str, model: PremiaModel) -> tuple[Contribution, ...]:
    """Who stands behind the coefficient of a status: under firm effects only firms that change it."""
    if model.firm_effects:
        rows = _switchers(rows, status)
    return contributions(rows, {status: pl.col(status), f"not_{status}": ~pl.col(status)})
