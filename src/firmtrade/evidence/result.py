"""What a block of evidence hands over: numbers, and how a report should lay them out.

Sections quote no value: they name estimates and curves by key, so that a report shows what disclosure
control has left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import polars as pl

from firmtrade.messages import Message, Slot
from firmtrade.outputs import Curve, Estimate

ChartKind = Literal["coefficients", "event_study", "survival", "incidence", "flow", "lines"]


class EstimateKey(NamedTuple):
    """The name of an estimate, unique within a run."""

    block: str
    specification: str
    outcome: str
    term: str


class CurveKey(NamedTuple):
    """The name of a curve, unique within a run."""

    block: str
    specification: str
    outcome: str
    series: str


@dataclass(frozen=True, slots=True)
class EstimateTable:
    """A printed table: one estimate per row, in this order."""

    title: Message
    rows: tuple[EstimateKey, ...]
    unit: Message
    notes: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceChart:
    """A picture as data: what kind, of which estimates or curves, and its text alternative."""

    kind: ChartKind
    title: Message
    description: Message
    x_label: Message
    y_label: Message
    estimates: tuple[EstimateKey, ...] = ()
    curves: tuple[CurveKey, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceSection:
    """One section of the report on the evidence."""

    block: str
    title: Message
    paragraphs: tuple[Slot, ...]
    tables: tuple[EstimateTable, ...] = ()
    charts: tuple[EvidenceChart, ...] = ()
    switched_off: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockResult:
    """One block: its numbers, its section, and a sentence for everything that could not be computed.

    ``verdicts`` are sentences that the numbers decide (by published rules, not by an author). ``inside`` are tables
    about single firms by the name of their file: they are written to the room and never leave it.
    """

    block: str
    estimates: tuple[Estimate, ...]
    curves: tuple[Curve, ...]
    section: EvidenceSection
    verdicts: tuple[Message, ...] = ()
    inside: tuple[tuple[str, pl.DataFrame], ...] = ()

    @property
    def switched_off(self) -> tuple[Message, ...]:
        """Why parts of the block are not there."""
        return self.section.switched_off


def key_of(estimate: Estimate) -> EstimateKey:
    """The key of an estimate."""
    return EstimateKey(estimate.block, estimate.specification, estimate.outcome, estimate.term)


def curve_key_of(curve: Curve) -> CurveKey:
    """The key of a curve."""
    return CurveKey(curve.block, curve.specification, curve.outcome, curve.series)


def keys_of(
    estimates: Iterable[Estimate], *, specification: str | None = None, outcome: str | None = None
) -> tuple[EstimateKey, ...]:
    """Keys of the estimates whose specification and outcome begin as asked, in order."""
    return tuple(
        key_of(estimate)
        for estimate in estimates
        if estimate.specification.startswith(specification or "")
        and estimate.outcome.startswith(outcome or "")
    )
