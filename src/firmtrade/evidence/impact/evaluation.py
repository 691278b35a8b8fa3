"""What every question of an evaluation shares, and what has been said so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from firmtrade.evidence.grid import PanelGrid
from firmtrade.evidence.impact import comparison as cells_of
from firmtrade.evidence.impact.difference import PreparedOutcome
from firmtrade.evidence.impact.outcomes import OUTCOMES, exported_so_far
from firmtrade.evidence.impact.preregistration import Preregistration
from firmtrade.evidence.impact.statements import SampleWords
from firmtrade.evidence.impact.treatment import Treatment
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.statements import part_of
from firmtrade.messages import Message
from firmtrade.outputs import CellKey, Curve, Estimate


@dataclass
class ImpactReport:
    """What an evaluation has said so far."""

    estimates: list[Estimate] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    verdicts: list[Message] = field(default_factory=list)
    off: list[Message] = field(default_factory=list)
    higher: set[str] = field(default_factory=set)
    """Outcomes that a sentence calls higher, beyond chance, trend and dispute."""

    def follow(self, again: Mapping[CellKey, Estimate]) -> None:
        """Put estimates behind those whose keys they have."""
        self.estimates = [
            each for plain in self.estimates for each in (plain, again.get(plain.key)) if each is not None
        ]


@dataclass(frozen=True)
class Evaluation:
    """The parts that every question of an evaluation shares."""

    panel: Panel
    grid: PanelGrid
    design: Preregistration
    events: Treatment
    _kept: dict[tuple[str, str], PreparedOutcome] = field(default_factory=dict, repr=False)

    @property
    def words(self) -> SampleWords:
        """What is said of the sample."""
        return SampleWords(self.design)

    def comparison(self, name: str, method: str) -> PreparedOutcome:
        """An outcome by a method, of all events; kept, for the plan, the answer and the parts ask it again."""
        if (name, method) not in self._kept:
            outcome = OUTCOMES[name]
            level = outcome.level(self.panel, self.grid)
            everyone = np.ones(level.shape, dtype=np.bool_)
            asked = outcome.asked(exported_so_far(self.grid)) if outcome.newcomers else everyone
            cells = cells_of.cells(self.grid, self.design, method, name, self.events.untouched)
            self._kept[name, method] = PreparedOutcome(
                self.grid, self.events, outcome, level, cells, asked, everyone
            )
        return self._kept[name, method]

    def lacks(self, name: str, method: str) -> tuple[str, ...]:
        """Columns that the data does not have for an outcome by a method."""
        needs = (*OUTCOMES[name].needs, *(cells_of.needed(self.design) if method == "matched" else ()))
        return self.panel.lacks(*dict.fromkeys(needs))


def asked_of(name: str) -> Message:
    """The impact of support on an outcome, as what a sentence is about."""
    return part_of(phrase("impact.what"), named(name))
