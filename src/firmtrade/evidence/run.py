"""All blocks of the evidence on one panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.concepts.firm_end import CONFIRMED_WITHIN
from firmtrade.evidence.deflator import Prices
from firmtrade.evidence.growth import growth
from firmtrade.evidence.learning import learning
from firmtrade.evidence.margins import margins
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel, prepare
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.premia import premia
from firmtrade.evidence.result import BlockResult, EvidenceSection
from firmtrade.evidence.selection import selection
from firmtrade.evidence.statements import not_computed
from firmtrade.evidence.survival import survival
from firmtrade.evidence.targeting import targeting
from firmtrade.evidence.ventures import ventures
from firmtrade.messages import Message
from firmtrade.outputs import ESTIMATE_COLUMNS, Curve, Estimate
from firmtrade.progress import Progress

RUNNERS: dict[str, Callable[[Panel, EvidenceOptions], BlockResult]] = {
    "premia": premia,
    "selection": selection,
    "survival": survival,
    "ventures": ventures,
    "learning": learning,
    "growth": growth,
    "margins": margins,
    "targeting": lambda panel, options: targeting(panel, options).result,
}


@dataclass(frozen=True, slots=True)
class EvidenceResults:
    """What a run of the evidence found, block by block."""

    blocks: tuple[BlockResult, ...]

    def __repr__(self) -> str:
        return f"<{len(self.estimates):,} estimates and {len(self.curves):,} curves of {len(self.blocks)} blocks>"

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """All estimates, in the order of the report."""
        return tuple(estimate for block in self.blocks for estimate in block.estimates)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """All curves, in the order of the report."""
        return tuple(curve for block in self.blocks for curve in block.curves)

    @property
    def sections(self) -> tuple[EvidenceSection, ...]:
        """Sections of the report."""
        return tuple(block.section for block in self.blocks)

    @property
    def verdicts(self) -> tuple[Message, ...]:
        """Sentences that the tests decide."""
        return tuple(sentence for block in self.blocks for sentence in block.verdicts)

    @property
    def switched_off(self) -> tuple[Message, ...]:
        """Why parts are not there, one sentence each."""
        return tuple(sentence for block in self.blocks for sentence in block.switched_off)

    @property
    def inside(self) -> dict[str, pl.DataFrame]:
        """Tables about single firms by the name of their file: they stay in the room."""
        return dict(pair for block in self.blocks for pair in block.inside)

    def table(self, block: str) -> pl.DataFrame:
        """The estimates of one block as a frame, in the columns of ``estimates.csv``."""
        mine = (estimate for estimate in self.estimates if estimate.block == block)
        rows = [tuple(_plain(getattr(estimate, name)) for name in ESTIMATE_COLUMNS) for estimate in mine]
        return pl.DataFrame(rows, schema=_schema(), orient="row")


def run_evidence(
    panel: pl.DataFrame,
    options: EvidenceOptions | None = None,
    *,
    deflator: pl.DataFrame | Prices | None = None,
    lines: pl.DataFrame | None = None,
    support: pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> EvidenceResults:
    """Run the blocks of the evidence on a panel of firm-years.

    Parameters
    ----------
    panel
        One row per ``firm_id`` and ``year``; the other columns are optional and switch off only what needs
        them. See :func:`firmtrade.evidence.panel.prepare`.
    options
        The terms; by default all blocks at 95% confidence.
    deflator
        ``year``, ``index`` and optionally ``division``; money is then at constant prices, those of the first year of
        the panel, or of the base year of ``Prices``.
    lines
        Relations of trade by ``firm_id``, ``year``, ``flow``, ``country`` and ``product`` with their ``value``.
    support
        Who took part in which programme: ``firm_id``, ``year``, ``programme``, ``kind``, ``amount``, ``end``.
    progress
        Called with the name of each block before it runs.

    Raises
    ------
    InputError, DataError
        If the panel or the deflator cannot be used at all. Nothing else is an error: what cannot be computed
        is a sentence of the result.

    Examples
    --------
    >>> frame = pl.DataFrame({"firm_id": ["a", "a"], "year": [1998, 1999]})
    >>> str(run_evidence(frame, EvidenceOptions(blocks=("growth",))).switched_off[0])
    'Growth: not computed, because the column is missing or empty: `employment`.'
    """
    options = options or EvidenceOptions()
    within = CONFIRMED_WITHIN if options.closing_within is None else options.closing_within
    prepared = prepare(
        panel, deflator, closing_within=within, lines=lines, support=support, step=options.years_apart,
        sample=bool(options.sample),
    )  # fmt: skip
    blocks = []
    for name in options.blocks:
        if progress:
            progress(name)
        try:
            blocks.append(RUNNERS[name](prepared, options))
        except (ArithmeticError, np.linalg.LinAlgError):
            title = phrase(f"{name}.title")
            sentence = not_computed(title, phrase("reasons.numbers"))
            blocks.append(
                BlockResult(name, (), (), EvidenceSection(name, title, (), switched_off=(sentence,)))
            )
    return EvidenceResults(tuple(blocks))


def _schema() -> dict[str, pl.DataType]:
    texts = {"block", "specification", "outcome", "term", "estimator", "note"}
    return {
        column: pl.String() if column in texts else pl.Int64() if column.startswith("n_") else pl.Float64()
        for column in ESTIMATE_COLUMNS
    }


def _plain(value: object) -> object:
    """A value of a frame: a message in English, anything else as it is."""
    return value if value is None or isinstance(value, str | int | float) else str(value)
