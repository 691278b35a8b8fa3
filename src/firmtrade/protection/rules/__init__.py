"""The rules that make a number primary confidential, one per file. Names and defaults follow the Handbook on
Statistical Disclosure Control, tau-ARGUS and ACRO."""

from firmtrade.protection.rules.complements import complement
from firmtrade.protection.rules.concentration import Concentration
from firmtrade.protection.rules.contributions import of_contributions
from firmtrade.protection.rules.dominance import Dominance
from firmtrade.protection.rules.evidence import Breach, Contributors, Measure
from firmtrade.protection.rules.minimum_units import MinimumUnits
from firmtrade.protection.rules.models import Models
from firmtrade.protection.rules.negative import Negative
from firmtrade.protection.rules.order_statistics import OrderStatistics
from firmtrade.protection.rules.p_percent import PPercent
from firmtrade.protection.rules.partner_detail import PartnerDetail
from firmtrade.protection.rules.request import Request
from firmtrade.protection.rules.waivers import without_consent
from firmtrade.protection.rules.zero_and_full import ZeroAndFull

__all__ = [
    "Breach",
    "Concentration",
    "Contributors",
    "Dominance",
    "Measure",
    "MinimumUnits",
    "Models",
    "Negative",
    "OrderStatistics",
    "PPercent",
    "PartnerDetail",
    "Request",
    "ZeroAndFull",
    "complement",
    "of_contributions",
    "without_consent", ]  # fmt: skip
