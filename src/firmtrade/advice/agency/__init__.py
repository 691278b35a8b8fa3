"""Advice to an agency inside the secure room: firms by class, in groups that no firm can be told from."""

from firmtrade.advice.agency.brief import Brief, Clients, KnownAnswers, agency_brief
from firmtrade.advice.agency.groups import FirmGroup, Parted, guarded

__all__ = ["Brief", "Clients", "FirmGroup", "KnownAnswers", "Parted", "agency_brief", "guarded"]
