"""What a survey file may ask of a measure: a number of a nominal one is refused before any data is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from firmtrade.errors import suggest
from firmtrade.study.declaration import Path
from firmtrade.surveys.instrument import Variable
from firmtrade.surveys.levels import FRAME, VARIABLE, categories_of, is_number
from firmtrade.surveys.terms import OF, SQUARE, columns_of, criteria_in, parts_of

if TYPE_CHECKING:
    from firmtrade.surveys.plan import Beside, ExplainedVariable, PlannedModel, Predictor, SurveyPlan

Problem = tuple[Path, str, str]
Variables = Mapping[str, Variable]


def not_a_number(path: Path, name: str) -> Problem:
    """A nominal question where a number is asked for."""
    return (
        path,
        f"`{name}` is nominal: its codes are names, not numbers",
        "Name a question with numbers; or give its answers `ordered = true`, or the question a `level`, if they have "
        "an order.",
    )


def _is_free_text(measure: str, variables: Variables) -> bool:
    kind, _, name = measure.partition(":")
    return kind == VARIABLE and variables[name].kind == "text"


def _free_text(path: Path, name: str) -> Problem:
    return (*path, "measure"), f"`{name}` is free text, which is in no model", "Ask with a list of answers."


def level_problems(
    path: Path, criterion: Predictor, plan: SurveyPlan, variables: Variables
) -> Iterator[Problem]:
    """A base that is no category, a transformation of names, and names without a list."""
    _, _, name = criterion.measure.partition(":")
    if _is_free_text(criterion.measure, variables):
        yield _free_text(path, name)
        return
    categories = categories_of(criterion.measure, variables, plan.frame)
    number = is_number(criterion.measure, variables, plan.frame)
    if not number and not categories:
        yield (
            (*path, "measure"),
            f"`{name}` is nominal and has no list of answers, so its categories are not known",
            "Ask it as a choice with `answers`.",
        )
        return
    if criterion.base is not None and str(criterion.base) not in categories:
        yield (
            (*path, "base"),
            f"the base `{criterion.base}` is no category of `{criterion.measure}`",
            suggest(str(criterion.base), categories) if categories else "Leave `base` out: this is a number.",
        )
    if criterion.transform != "none" and _compared(criterion, plan, variables):
        yield (
            (*path, "transform"),
            f"`{criterion.measure}` is compared by category, and names have no {criterion.transform}",
            "Leave `transform` out; each category becomes a contrast with the base.",
        )


def outcome_problems(
    path: Path, outcome: ExplainedVariable, plan: SurveyPlan, variables: Variables
) -> Iterator[Problem]:
    """Categories of an outcome that it does not have, and free text."""
    _, _, name = outcome.measure.partition(":")
    if _is_free_text(outcome.measure, variables):
        yield _free_text(path, name)
        return
    categories = categories_of(outcome.measure, variables, plan.frame)
    for code in outcome.categories:
        if str(code) not in categories:
            yield (
                (*path, "categories"),
                f"`{code}` is no category of `{outcome.measure}`",
                suggest(str(code), categories) if categories else "Leave `categories` out: this is a number.",
            )


def model_problems(
    path: Path, model: PlannedModel, plan: SurveyPlan, variables: Variables
) -> Iterator[Problem]:
    """A nominal outcome, the square of names, an interaction without its main effects."""
    if model.outcome in plan.outcomes:
        yield from numeric_outcome((*path, "outcome"), plan.outcomes[model.outcome], plan, variables)
    terms = (*model.terms, *model.controls)
    for term in terms:
        parts = parts_of(term)
        if len(parts) > 2:
            yield (*path, "terms"), f"`{term}` joins more than two terms", "Write interactions of two terms."
        for part in parts:
            name = part.removesuffix(SQUARE)
            if part.endswith(SQUARE):
                yield from numeric_criterion((*path, "terms"), name, plan, variables)
            if len(parts) > 1 and part not in terms:
                yield (
                    (*path, "terms"),
                    f"the interaction `{term}` stands without its main effect `{part}`",
                    f"Add `{part}` to the terms or the controls.",
                )
            if OF in part:
                yield (
                    (*path, "terms"),
                    f"`{part}` is one contrast of `{criteria_in(part)[0]}`",
                    f"Write `{criteria_in(part)[0]}`: all its categories enter.",
                )


def numeric_outcome(
    path: Path, outcome: ExplainedVariable, plan: SurveyPlan, variables: Variables
) -> Iterator[Problem]:
    """Refuse an outcome whose codes are names."""
    if outcome.categories or not _known(outcome.measure, plan, variables):
        return
    if not is_number(outcome.measure, variables, plan.frame):
        codes = categories_of(outcome.measure, variables, plan.frame)
        listed = (
            f"Say which answers count as 1 with `categories = [...]` in [outcomes], of {', '.join(codes)}; or, if "
            "they have an order, give them `ordered = true`."
        )
        yield (
            path,
            f"the outcome `{outcome.measure}` is nominal: its codes are names, not numbers",
            listed if codes else "Ask it as a choice with `answers`.",
        )


def numeric_criterion(path: Path, name: str, plan: SurveyPlan, variables: Variables) -> Iterator[Problem]:
    """Refuse a criterion that is compared by category where one number is asked for."""
    criterion = plan.criteria.get(name)
    if criterion is not None and _compared(criterion, plan, variables):
        yield (
            path,
            f"`{name}` is compared by category and has no single effect",
            "Name a criterion that is a number.",
        )


def group_problems(path: Path, measure: str, plan: SurveyPlan, variables: Variables) -> Iterator[Problem]:
    """Refuse groups by what has no categories."""
    kind, _, name = measure.partition(":")
    known = {*plan.frame, *plan.design.strata, *plan.weighting.margins}
    if kind == FRAME and name in known:
        return
    if kind not in (FRAME, VARIABLE) or name not in (variables if kind == VARIABLE else known):
        names = [f"{VARIABLE}:{each}" for each in variables] + [f"{FRAME}:{each}" for each in sorted(known)]
        yield path, f"there is no measure `{measure}` with categories", suggest(measure, names)
    elif not categories_of(measure, variables, plan.frame):
        yield (
            path,
            f"`{measure}` has no categories to tell firms apart by",
            "Name a choice, or a class of the frame.",
        )


def number_pair_problems(
    path: Path, pair: Beside, plan: SurveyPlan, variables: Variables
) -> Iterator[Problem]:
    """Refuse a pair of which one is no amount."""
    amounts = [name for name, variable in variables.items() if variable.level == "scale"]
    if pair.question not in amounts:
        yield (
            (*path, "question"),
            f"there is no question `{pair.question}` that asks for an amount",
            suggest(pair.question, amounts),
        )
    held = [name for name, declared in plan.frame.items() if declared.level == "scale"]
    if pair.frame not in held:
        yield (
            (*path, "frame"),
            f"there is no amount `{pair.frame}` in [frame]",
            suggest(pair.frame, held) if held else 'Declare the column in [frame] with `level = "scale"`.',
        )


def columns_in(terms: tuple[str, ...], plan: SurveyPlan, variables: Variables) -> tuple[str, ...]:
    """The names under which the effects of terms stand: ``sector=2`` for a category of ``sector``."""
    others: dict[str, list[str]] = {}
    for name, criterion in plan.criteria.items():
        if _compared(criterion, plan, variables):
            base = criterion.base_of(variables, plan.frame)
            keys = categories_of(criterion.measure, variables, plan.frame)
            others[name] = [key for key in keys if key != base]
    return tuple(column for term in terms for column in columns_of(term, others))


def _known(measure: str, plan: SurveyPlan, variables: Variables) -> bool:
    kind, _, name = measure.partition(":")
    return name in variables if kind == VARIABLE else kind != FRAME or name in plan.frame


def _compared(criterion: Predictor, plan: SurveyPlan, variables: Variables) -> bool:
    if criterion.measure == "concept" or not _known(criterion.measure, plan, variables):
        return False
    return criterion.base_of(variables, plan.frame) is not None
