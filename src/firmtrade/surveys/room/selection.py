"""Of whom a model or a question speaks: the answers by which the form leads firms to its questions."""

from __future__ import annotations

from firmtrade.messages import Listing, Message, Text
from firmtrade.surveys.instrument.placement import PlacedCondition, without_answers
from firmtrade.surveys.levels import SCALE, VARIABLE
from firmtrade.surveys.plan import LoadedSurvey, PlannedModel
from firmtrade.surveys.room.words import words
from firmtrade.surveys.terms import criteria_in


def selected_by(loaded: LoadedSurvey, model: PlannedModel) -> tuple[PlacedCondition, ...]:
    """The conditions under which the outcome or a predictor of a model is asked.

    Answers that screen out are left aside: they bound the population, and every model speaks of it. A scale that is
    asked several times counts as asked where any of its lines is.
    """
    plan = loaded.plan
    names = dict.fromkeys(name for term in (*model.terms, *model.controls) for name in criteria_in(term))
    measures = [plan.outcomes[model.outcome].measure, *(plan.criteria[name].measure for name in names)]
    conditions = _conditions(loaded)
    found: dict[PlacedCondition, None] = {}
    for measure in measures:
        kind, _, name = measure.partition(":")
        columns = [item.name for item in loaded.items(name)] if kind == SCALE else [name]
        if kind in (SCALE, VARIABLE) and columns:
            first, *others = (conditions[loaded.variables[column].question] for column in columns)
            found |= dict.fromkeys(each for each in first if all(each in other for other in others))
    return tuple(condition for condition in found if condition.equals or condition.box)


def selection_words(loaded: LoadedSurvey, model: PlannedModel) -> list[Message]:
    """One sentence for each condition of a model."""
    return [_condition_words("selected", loaded, condition) for condition in selected_by(loaded, model)]


def asked_words(loaded: LoadedSurvey) -> dict[str, list[Message]]:
    """By question, one sentence for each condition under which it is asked; those that screen out are left aside."""
    return {
        question: [
            _condition_words("asked" if each.equals or each.box else "asked_after", loaded, each)
            for each in conditions
        ]
        for question, conditions in _conditions(loaded).items()
    }


def _condition_words(key: str, loaded: LoadedSurvey, condition: PlacedCondition) -> Message:
    texts = {q.id: q.text for group in loaded.questionnaire.placed() for q in group.questions}
    question = without_answers(texts[condition.question])
    chosen = _chosen(loaded, condition)
    return words(key, question=question, **({"answers": Listing(chosen, "or")} if chosen else {}))


def _chosen(loaded: LoadedSurvey, condition: PlacedCondition) -> tuple[Text | str, ...]:
    """The answers that lead further: of a list or a box its words, of a number the numbers."""
    if condition.box:
        return (loaded.variables[condition.box].text,)
    answers = loaded.variables[condition.question].answers
    if answers is None:
        return tuple(str(code) for code in condition.equals)
    return tuple(code.text for code in answers.codes if code.code in condition.equals)


def _conditions(loaded: LoadedSurvey) -> dict[str, tuple[PlacedCondition, ...]]:
    """By question, the answers to others that lead to it."""
    placed = loaded.questionnaire.placed()
    screeners = {q.id for group in placed for q in group.questions if q.declared.screens_out}
    return {
        question.id: tuple(
            each for each in (*group.conditions, *question.conditions) if each.question not in screeners
        )
        for group in placed
        for question in group.questions
    }
