"""How a form spells conditions: written from two templates, and read back by the same two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmtrade.surveys.instrument.placement import PlacedCondition

_AND = ") and ("


@dataclass(frozen=True, slots=True)
class ConditionSyntax:
    """The spelling of one kind of form.

    ``answered`` holds ``{question}``, ``equals`` holds ``{question}`` and ``{code}``; several codes are joined by
    ``or``. ``ticked`` holds ``{question}`` and, as ``{code}``, its box. ``always`` stands where a question has no
    condition.
    """

    always: str
    answered: str
    equals: str
    ticked: str

    def write(self, conditions: tuple[PlacedCondition, ...]) -> str:
        """Conditions that must all hold, in the form's words; several stand in brackets."""
        if not conditions:
            return self.always
        written = [self._one(condition) for condition in conditions]
        return written[0] if len(written) == 1 else _AND.join(written).join("()")

    def _one(self, condition: PlacedCondition) -> str:
        if condition.box:
            return self.ticked.format(question=condition.question, code=condition.box)
        if not condition.equals:
            return self.answered.format(question=condition.question)
        return " or ".join(
            self.equals.format(question=condition.question, code=code) for code in condition.equals
        )

    def read(self, text: str) -> tuple[PlacedCondition, ...]:
        """The conditions that these words state, their codes as text."""
        parts = text[1:-1].split(_AND) if _AND in text else [text]
        return tuple(found for part in parts if (found := self._read(part)))

    def _read(self, text: str) -> PlacedCondition | None:
        if found := re.fullmatch(_pattern(self.answered), text):
            return PlacedCondition(found["question"], ())
        if found := re.fullmatch(_pattern(self.ticked), text):
            return PlacedCondition(found["question"], (), found["code"])
        tests = list(re.finditer(_pattern(self.equals), text))
        return PlacedCondition(tests[0]["question"], tuple(test["code"] for test in tests)) if tests else None


def _pattern(template: str) -> str:
    """A template as a regular expression with its names as groups."""
    question, code = "\0", "\1"
    escaped = re.escape(template.format(question=question, code=code))
    named = escaped.replace(re.escape(question), r"(?P<question>\w+)")
    return named.replace(re.escape(code), r"""(?P<code>[^'"]*)""")
