"""An estimate: one coefficient or test of a model, with its uncertainty and its sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmtrade.messages import Slot
from firmtrade.outputs.cell import CellKey
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.status import Confidentiality, ObsStatus

ESTIMATE_COLUMNS = (
    "block", "specification", "outcome", "term", "estimate", "std_error", "conf_low", "conf_high",
    "p_value", "n_obs", "n_firms", "estimator", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a model. None where a number does not exist (a test has no interval, say).

    ``decimals`` is the printed precision of the estimate and of its interval; ``synthetic`` is true where no real
    firm stands behind it.
    """

    block: str
    specification: str
    outcome: str
    term: str
    estimate: float | None
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    p_value: float | None = None
    n_obs: int | None = 0
    n_firms: int | None = 0
    estimator: Slot = ""
    note: Slot = ""
    contributions: tuple[Contribution, ...] = ()
    unit: str = ""
    year: str = ""
    decimals: int = 3
    status: ObsStatus = ObsStatus.NORMAL
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    synthetic: bool = False

    @property
    def key(self) -> CellKey:
        """Block, specification, outcome and term."""
        return CellKey(self.block, self.specification, self.outcome, self.term)

    def hidden(self, confidentiality: Confidentiality) -> Estimate:
        """The estimate without its numbers; the contributions behind it stay, for those who protect it."""
        return replace(
            self,
            estimate=None,
            std_error=None,
            conf_low=None,
            conf_high=None,
            p_value=None,
            n_obs=None,
            n_firms=None,
            status=ObsStatus.SUPPRESSED,
            confidentiality=confidentiality,
        )
