"""What a written form says, so that every format can be checked by reading it back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmtrade.errors import DataError
from firmtrade.messages import Text
from firmtrade.surveys.instrument.placement import PlacedCondition, PlacedQuestion, Variable
from firmtrade.surveys.instrument.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Written:
    """One variable as a form holds it: its kind, texts and codes by language, limits and duty.

    ``at_least`` is the number, asked before, that it may not be below.
    """

    name: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    minimum: float | None
    maximum: float | None
    required: bool
    conditions: tuple[PlacedCondition, ...]
    whole: bool = False
    at_least: str | None = None


def written(questionnaire: Questionnaire, languages: tuple[str, ...]) -> tuple[Written, ...]:
    """Every variable of a questionnaire, as a form in these languages should hold it."""
    variables = questionnaire.variables()
    found = []
    for group in questionnaire.placed():
        for question in group.questions:
            texts = {name: text for name, text, _ in question.items} or {question.id: question.text}
            for name, text in texts.items():
                conditions = (*group.conditions, *question.conditions)
                found.append(_written(variables[name], text, languages, question, conditions))
    return tuple(found)


def _written(
    variable: Variable,
    text: Text,
    languages: tuple[str, ...],
    question: PlacedQuestion,
    conditions: tuple[PlacedCondition, ...],
) -> Written:
    codes = variable.answers.codes if variable.answers else ()
    return Written(
        variable.name,
        variable.kind,
        tuple((language, text.say(language)) for language in languages),
        tuple(
            (str(code.code), tuple((language, code.text.say(language)) for language in languages))
            for code in codes
        ),
        variable.minimum,
        variable.maximum,
        question.declared.required,
        tuple(map(_plain, conditions)),
        question.declared.whole,
        question.at_least,
    )


def _plain(condition: PlacedCondition) -> PlacedCondition:
    """Codes as text: a form does not tell 1 from "1"."""
    return replace(condition, equals=tuple(str(code) for code in condition.equals))


def check_readback(expected: tuple[Written, ...], found: tuple[Written, ...], form: str) -> None:
    """Compare what was written with what is read.

    Raises
    ------
    DataError
        A variable is absent, added or different; the message names it and the part that differs.
    """
    there = {entry.name: entry for entry in found}
    for entry in expected:
        if entry.name not in there:
            raise DataError(f"The {form} lacks the variable `{entry.name}`.", fix="Write the form again.")
        for part in Written.__slots__:
            if getattr(entry, part) != getattr(there[entry.name], part):
                raise DataError(
                    f"The {form} differs from the questionnaire in the {part} of `{entry.name}`.",
                    fix="Write the form again, and do not edit it by hand.",
                )
    added = sorted(there.keys() - {entry.name for entry in expected})
    if added:
        raise DataError(
            f"The {form} has a variable that the questionnaire lacks: `{added[0]}`.",
            fix="Write the form again.",
        )
