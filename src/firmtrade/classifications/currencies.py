"""Currencies by code, those of earlier years too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from firmtrade.classifications.provenance import table


@lru_cache
def currencies() -> Mapping[str, str]:
    """The names of currencies by ISO 4217 code.

    >>> currencies()["EUR"], currencies()["BEF"]
    ('Euro', 'Belgian Franc')
    """
    return MappingProxyType({row["code"]: row["name"] for row in table("currencies")})
