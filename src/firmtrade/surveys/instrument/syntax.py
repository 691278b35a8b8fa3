"""How a form spells conditions: written from two templates, and read back by the same two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmtrade.surveys.instrument.questionnaire import Condition


@dataclass(frozen=True, slots=True)
class ConditionSyntax:
    """The spelling of one kind of form.

    ``answered`` holds ``{question}``, ``equals`` holds ``{question}`` and ``{code}``; several codes are joined by
    ``or``. ``always`` stands where a question has no condition.
    """

    always: str
    answered: str
    equals: str

    def write(self, condition: Condition | None) -> str:
        """The condition in the form's words."""
        if condition is None:
            return self.always
        if not condition.equals:
            return self.answered.format(question=condition.question)
        return " or ".join(
            self.equals.format(question=condition.question, code=code) for code in condition.equals
        )

    def read(self, text: str) -> Condition | None:
        """The condition that these words state, its codes as text; None where they state none."""
        if found := re.fullmatch(_pattern(self.answered), text):
            return Condition(found["question"], ())
        tests = list(re.finditer(_pattern(self.equals), text))
        return Condition(tests[0]["question"], tuple(test["code"] for test in tests)) if tests else None


def _pattern(template: str) -> str:
    """A template as a regular expression with its names as groups."""
    question, code = "\0", "\1"
    escaped = re.escape(template.format(question=question, code=code))
    named = escaped.replace(re.escape(question), r"(?P<question>\w+)")
    return named.replace(re.escape(code), r"""(?P<code>[^'"]*)""")
