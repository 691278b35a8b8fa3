"""Levels of measurement: which measures are numbers, and which are categories to be compared."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, model_validator

from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration
from firmtrade.surveys.instrument import Level, Variable

VARIABLE, FRAME, SCALE = "variable", "frame", "scale"
"""Kinds of measures that name a question, a column of the register, or a scale: ``variable:NAME``."""


class FrameAttribute(Declaration):
    """A column of the register: what it is called, its level of measurement, and its categories in order."""

    label: Text
    level: Level
    categories: dict[str, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_categories(self) -> FrameAttribute:
        if (self.level == "scale") == bool(self.categories):
            raise ValueError(
                "an amount has no `categories`"
                if self.categories
                else f"a {self.level} column needs `categories`: its values, in order, with their words"
            )
        return self


def is_number(
    measure: str, variables: Mapping[str, Variable], register: Mapping[str, FrameAttribute]
) -> bool:
    """Whether a measure is an amount, an order in whole numbers, or 0 and 1."""
    kind, _, name = measure.partition(":")
    if kind == VARIABLE:
        return variables[name].numeric
    return kind != FRAME or register[name].level != "nominal"


def categories_of(
    measure: str, variables: Mapping[str, Variable], register: Mapping[str, FrameAttribute]
) -> dict[str, Text]:
    """The categories of a measure, by key, with their words; none where it has no list of them."""
    kind, _, name = measure.partition(":")
    if kind == VARIABLE and variables[name].answers is not None and variables[name].kind != "flag":
        answers = variables[name].answers
        assert answers is not None
        return {str(code.code): code.text for code in answers.valid}
    return dict(register[name].categories) if kind == FRAME else {}
