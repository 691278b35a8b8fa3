"""A mapping says which column of which raw file is which canonical column: data, strictly validated."""

from firmtrade.sources.mapping.load import load_mapping
from firmtrade.sources.mapping.model import Currency, Feed, Mapping, Options, Pivot, Preference
from firmtrade.sources.mapping.raw_file import RawFile
from firmtrade.sources.mapping.rule import ColumnRule, RowCondition

__all__ = [
    "ColumnRule",
    "Currency",
    "Feed",
    "Mapping",
    "Options",
    "Pivot",
    "Preference",
    "RawFile",
    "RowCondition",
    "load_mapping",
]
