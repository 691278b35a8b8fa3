"""Premia: how much more productive, better paying and larger traders are than other firms of their industry."""

from firmtrade.evidence.premia.block import premia

__all__ = ["premia"]
