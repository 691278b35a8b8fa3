"""Groups of answers: everyone, and the classes of the attributes by which the report tells firms apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmtrade.messages import Slot
from firmtrade.surveys.criteria import Answered
from firmtrade.surveys.levels import FRAME, categories_of
from firmtrade.surveys.plan import SurveyPlan
from firmtrade.surveys.weighting.adjustment import natural_order

EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers of one class: its key (``size_class=size_lt10``), attribute and class in words, who is in it (n,)."""

    key: str
    attribute: Slot
    level: Slot
    inside: NDArray[np.bool_]


def answer_groups(answered: Answered) -> tuple[AnswerGroup, ...]:
    """Everyone, then the classes of every attribute of ``[report] groups``; classes without an answer are left out."""
    everyone = AnswerGroup(EVERYONE, "", "", np.ones(len(answered.answers), dtype=np.bool_))
    found = [everyone]
    for measure in answered.loaded.plan.group_measures:
        given = answered.categories(measure)
        name = measure.partition(":")[2]
        for level, words in _levels(answered, measure, given.drop_nulls().unique().to_list()).items():
            inside = (given == level).fill_null(False).to_numpy()
            if inside.any():
                label = attribute_label(answered.loaded.plan, measure, answered)
                found.append(AnswerGroup(f"{name}={level}", label, words, inside))
    return tuple(found)


def _levels(answered: Answered, measure: str, seen: list[str]) -> Mapping[str, Slot]:
    plan, variables = answered.loaded.plan, answered.loaded.variables
    kind, _, name = measure.partition(":")
    if kind == FRAME:
        return {level: level_label(plan, name, level) for level in ordered_levels(plan, name, seen)}
    return dict(categories_of(measure, variables, plan.frame))


def ordered_levels(plan: SurveyPlan, name: str, levels: Iterable[str]) -> list[str]:
    """Classes of a frame attribute in the order in which ``[frame]`` declares them; those that it does not name, and
    all where it does not declare the attribute, in the order of the numbers in their keys."""
    natural = natural_order(levels)
    declared = list(plan.frame[name].categories) if name in plan.frame else []
    known = [level for level in declared if level in natural]
    return known + [level for level in natural if level not in known]


def attribute_label(plan: SurveyPlan, measure: str, answered: Answered | None = None) -> Slot:
    """What an attribute is called: by ``[frame]`` or its question, else by its key in plain words."""
    kind, _, name = measure.partition(":")
    if kind == FRAME:
        return plan.frame[name].label if name in plan.frame else plain_key(name)
    assert answered is not None
    return answered.loaded.variables[name].text


def level_label(plan: SurveyPlan, name: str, level: str) -> Slot:
    """What a class of a frame attribute is called: by ``[frame]``, else its key in plain words."""
    declared = plan.frame.get(name)
    return declared.categories.get(level, plain_key(level)) if declared else plain_key(level)


def plain_key(key: str) -> str:
    """A key as plain words.

    >>> plain_key("medium_high")
    'medium high'
    """
    return key.replace("_", " ")
