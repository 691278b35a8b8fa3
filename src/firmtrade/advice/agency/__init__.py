"""Advice to an agency inside the secure room: firms by class, in groups that no firm can be told from."""

from firmtrade.advice.agency.brief import Brief, Clients, Known, agency_brief
from firmtrade.advice.agency.groups import Group, Parted, guarded

__all__ = ["Brief", "Clients", "Group", "Known", "Parted", "agency_brief", "guarded"]
