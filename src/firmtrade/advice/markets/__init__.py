"""Markets: four filters, the attraction of what passes them, and the potential where figures of trade are given."""

from firmtrade.advice.markets.figures import Figure, Figures, read_figures
from firmtrade.advice.markets.shortlist import Market, Markets, markets

__all__ = ["Figure", "Figures", "Market", "Markets", "markets", "read_figures"]
