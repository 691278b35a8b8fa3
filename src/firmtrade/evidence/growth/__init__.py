"""Growth by trade status: of totals, and of firms, with those that did not survive."""

from firmtrade.evidence.growth.block import growth

__all__ = ["growth"]
