"""Zones in words: flows inside and outside the union that a study speaks of."""

from __future__ import annotations

from firmtrade.messages import Message, message
from firmtrade.study import Study


def zone_of(zone: str, study: Study) -> Message:
    """``intra-EU``, or the name of another union: ``intra-ASEAN``."""
    return message(f"names.{zone}", union=study.union_name or message("names.eu"))
