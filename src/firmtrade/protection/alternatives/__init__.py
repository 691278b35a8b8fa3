"""Alternatives to hiding counts: every count is changed a little, and no reader can tell by how much."""

from firmtrade.protection.alternatives.changed import Changed, changed
from firmtrade.protection.alternatives.perturbation import Noise, NoiseRow, cell_key, table_of
from firmtrade.protection.alternatives.rounding import Rounded, controlled_rounding, possible_before_rounding

__all__ = [
    "Changed",
    "Noise",
    "NoiseRow",
    "Rounded",
    "cell_key",
    "changed",
    "controlled_rounding",
    "possible_before_rounding",
    "table_of",
]  # fmt: skip
