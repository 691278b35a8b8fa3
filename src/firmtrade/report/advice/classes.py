"""What a class of firms is called: bands by the study, regions, technologies and activities by their lists."""

from __future__ import annotations

from firmtrade.advice.agency.brief import UNKNOWN
from firmtrade.advice.agency.groups import OTHER, FirmGroup, Parted
from firmtrade.classifications import classification
from firmtrade.errors import StudyError
from firmtrade.messages import Language
from firmtrade.study import Study

LISTS = {"technology_class": "technology", "region": "regions-be"}


def class_label(by: str, key: str, study: Study, language: Language) -> str:
    """The label of a class in a language; its key where no list names it."""
    if key in (UNKNOWN, OTHER):
        return language.say(f"advice.agency.{key}")
    if by in study.attributes:
        for band in study.attributes[by].classes:
            if band.key == key:
                return band.label.say(language.code)
    try:
        names = classification(study.head.activity if by == "division" else LISTS[by])
        label = names.label(key, language.code if language.code in names.languages else "en")
    except (KeyError, StudyError):
        return key
    return f"{key} {label}" if by == "division" else label


def in_order(parted: Parted, study: Study) -> list[FirmGroup]:
    """The groups in the order in which the study names their classes; those that it does not name stay behind."""
    bands = study.attributes[parted.by].keys if parted.by in study.attributes else ()
    return sorted(
        parted.groups, key=lambda group: bands.index(group.key) if group.key in bands else len(bands)
    )
