"""From the text of a raw file to values of canonical kinds."""

from firmtrade.sources.values.context import Context
from firmtrade.sources.values.convert import Converted, convert
from firmtrade.sources.values.texts import code_in

__all__ = ["Context", "Converted", "code_in", "convert"]
