"""Targeting: which firms are likely to export for the first time within 24 months, and whether to choose by that."""

from firmtrade.evidence.targeting.block import Targeting, targeting

__all__ = ["Targeting", "targeting"]
