"""Markets: four filters, the attraction of what passes them, and the potential where figures of trade are given."""

from firmtrade.advice.markets.figures import Figures, MarketFigure, read_figures
from firmtrade.advice.markets.shortlist import Market, Markets, markets

__all__ = ["Figures", "Market", "MarketFigure", "Markets", "markets", "read_figures"]
