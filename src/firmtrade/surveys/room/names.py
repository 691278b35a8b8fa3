"""What a reader calls the keys of a survey: strata, attributes, scales, criteria and items in words."""

from __future__ import annotations

from firmtrade.messages import Listing
from firmtrade.outputs.layout import Words
from firmtrade.surveys.groups import attribute_label, level_label
from firmtrade.surveys.levels import FRAME
from firmtrade.surveys.room.report import Report


def attribute_words(report: Report, name: str) -> Words:
    """An attribute of the frame."""
    return attribute_label(report.analysis.loaded.plan, f"{FRAME}:{name}")


def level_words(report: Report, name: str, level: str) -> Words:
    """A class of an attribute of the frame."""
    return level_label(report.analysis.loaded.plan, name, level)


def stratum_words(report: Report, key: str) -> Words:
    """A stratum: the classes of its attributes."""
    plan = report.analysis.loaded.plan
    levels = key.split("/")
    if len(levels) != len(plan.design.strata):
        return key
    pairs = zip(plan.design.strata, levels, strict=True)
    return Listing(tuple(level_words(report, name, level) for name, level in pairs), "comma")


def measured_words(report: Report, name: str) -> Words:
    """A scale or a criterion."""
    plan = report.analysis.loaded.plan
    if name in plan.scales:
        return plan.scales[name].label
    return plan.criteria[name].label if name in plan.criteria else name


def item_words(report: Report, name: str) -> Words:
    """An item by its text."""
    variable = report.analysis.loaded.variables.get(name)
    return variable.text if variable else name
