"""Learning: what happens to firms after they start to trade, and after they stop."""

from firmtrade.evidence.learning.block import learning

__all__ = ["learning"]
