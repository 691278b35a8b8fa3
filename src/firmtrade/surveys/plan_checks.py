"""What a survey file may refer to: names that do not exist are found before any data is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from firmtrade.concepts import concept, concepts
from firmtrade.errors import StudyError, suggest
from firmtrade.study.declaration import Path, place
from firmtrade.surveys.instrument import Questionnaire, Variable
from firmtrade.surveys.level_checks import (
    Problem,
    columns_in,
    group_problems,
    level_problems,
    model_problems,
    not_a_number,
    number_pair_problems,
    numeric_criterion,
    numeric_outcome,
    outcome_problems,
)
from firmtrade.surveys.levels import FRAME, SCALE, VARIABLE
from firmtrade.surveys.terms import criteria_in

if TYPE_CHECKING:
    from firmtrade.surveys.plan import SurveyPlan

MEASURES: dict[str, tuple[str, ...]] = {
    "age": ("founded",),
    "years_to_first_export": ("founded", "first_export"),
    "market_breadth_speed": ("first_export", "countries"),
    "resource_commitment_speed": ("first_export", "foreign_staff", "staff"),
    "foreign_sales_speed": ("first_export", "export_share"),
    "expansion_rhythm": ("market_year",),
    "export_share": ("export_share",),
    "countries": ("countries",),
    "regions": ("market_country",),
    "entry_mode": ("market_mode",),
    "staff": ("staff",),
}
"""Measures that are computed from answers, and the entries of `[columns]` that they need."""

PARADATA = {"language", "duration", "wave", "firm", "weight", "stratum", "cluster", "population"}

ROLES_OF_NAMES = {"market_country"}
"""Entries of `[columns]` that hold categories; the others hold numbers."""


def check_plan(plan: SurveyPlan, questionnaire: Questionnaire, text: str, file: str) -> None:
    """Raise a :class:`StudyError` for the first name that leads nowhere."""
    for path, what, fix in _problems(plan, questionnaire):
        raise StudyError(what, where=place(text, file, path), fix=fix)


def _unknown(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    if name not in names:
        yield path, f"there is no {kind} `{name}`", suggest(name, names)


def _problems(plan: SurveyPlan, questionnaire: Questionnaire) -> Iterator[Problem]:
    variables = questionnaire.variables()
    yield from _columns(plan, variables)
    constructs = {variable.construct for variable in variables.values() if variable.construct}
    for name, scale in plan.scales.items():
        if name not in constructs:
            yield (
                ("scales", name),
                f"no question of the questionnaire measures `{name}`",
                f'Give a question `measures = "{name}"`. {suggest(name, constructs)}',
            )
        if scale.concept:
            yield from _unknown(("scales", name, "concept"), "concept", scale.concept, concepts())
    for factor in plan.measurement.factors:
        yield from _unknown(("measurement", "factors"), "scale", factor, plan.scales)
    if plan.measurement.marker:
        yield from _unknown(("measurement", "marker"), "scale", plan.measurement.marker, plan.scales)
    if plan.fieldwork.attention:
        item = plan.fieldwork.attention.item
        yield from _unknown(("fieldwork", "attention"), "item", item, variables)
    for name, criterion in plan.criteria.items():
        if criterion.concept:
            yield from _unknown(("criteria", name, "concept"), "concept", criterion.concept, concepts())
        if criterion.measure == "concept":
            if not criterion.concept or not concept(criterion.concept).criteria:
                yield (
                    ("criteria", name, "concept"),
                    f"criterion `{name}` is measured by a concept, but names none that sorts firms",
                    "Name a concept that sorts firms, such as `born_global_knight_cavusgil_2004`.",
                )
            else:
                for measure in concept(criterion.concept).measures:
                    yield from _measure(("criteria", name, "concept"), measure, plan, variables)
            continue
        found = list(_measure(("criteria", name, "measure"), criterion.measure, plan, variables))
        yield from found or level_problems(("criteria", name), criterion, plan, variables)
    for name, outcome in plan.outcomes.items():
        found = list(_measure(("outcomes", name, "measure"), outcome.measure, plan, variables))
        yield from found or outcome_problems(("outcomes", name), outcome, plan, variables)
    for name, model in plan.models.items():
        yield from _unknown(("models", name, "outcome"), "outcome", model.outcome, plan.outcomes)
        for part in ("terms", "controls"):
            for term in getattr(model, part):
                for criterion_name in criteria_in(term):
                    yield from _unknown(("models", name, part), "criterion", criterion_name, plan.criteria)
        yield from model_problems(("models", name), model, plan, variables)
    yield from _hypotheses(plan, variables)


def _columns(plan: SurveyPlan, variables: Mapping[str, Variable]) -> Iterator[Problem]:
    names = list(variables)
    for key in type(plan.columns).model_fields:
        name = getattr(plan.columns, key)
        if name is not None and key not in PARADATA:
            first = name.replace("#", "1")
            yield from _unknown(("columns", key), "question or item", first, names)
            if first in variables and key not in ROLES_OF_NAMES and not variables[first].numeric:
                yield not_a_number(("columns", key), first)


def _measure(
    path: Path, measure: str, plan: SurveyPlan, variables: Mapping[str, Variable]
) -> Iterator[Problem]:
    kind, _, name = measure.partition(":")
    if kind == SCALE:
        yield from _unknown(path, "scale", name, plan.scales)
    elif kind == VARIABLE:
        yield from _unknown(path, "question or item", name, variables)
    elif kind == FRAME:
        yield from _unknown(path, "column in [frame]", name, plan.frame)
    elif measure not in MEASURES:
        yield (
            path,
            f"there is no measure `{measure}`",
            suggest(measure, [*MEASURES, "scale:NAME", "variable:NAME"]),
        )
    else:
        for need in MEASURES[measure]:
            if getattr(plan.columns, need) is None:
                yield (
                    path,
                    f"the measure `{measure}` needs `{need}` in [columns]",
                    f"Add `{need} = ...` with the question that asks for it.",
                )


def _hypotheses(plan: SurveyPlan, variables: Mapping[str, Variable]) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, hypothesis in enumerate(plan.hypotheses):
        path: Path = ("hypotheses", position)
        if hypothesis.id in seen:
            yield (
                (*path, "id"),
                f"the hypothesis `{hypothesis.id}` stands twice",
                "Give each an id of its own.",
            )
        seen.add(hypothesis.id)
        yield from _unknown((*path, "family"), "family", hypothesis.family, plan.families)
        yield from _unknown((*path, "model"), "model", hypothesis.model, plan.models)
        if hypothesis.model in plan.models:
            terms = columns_in(plan.models[hypothesis.model].terms, plan, variables)
            yield from _unknown((*path, "term"), f"term in model {hypothesis.model}", hypothesis.term, terms)
    multiverse = plan.multiverse
    if multiverse:
        ids = [hypothesis.id for hypothesis in plan.hypotheses]
        yield from _unknown(("multiverse", "hypothesis"), "hypothesis", multiverse.hypothesis, ids)
        for name in multiverse.outcomes:
            yield from _unknown(("multiverse", "outcomes"), "outcome", name, plan.outcomes)
            if name in plan.outcomes:
                yield from numeric_outcome(("multiverse", "outcomes"), plan.outcomes[name], plan, variables)
        for name in multiverse.focal:
            yield from numeric_criterion(("multiverse", "focal"), name, plan, variables)
        for part in ("focal", "controls", "definitions"):
            for name in getattr(multiverse, part):
                yield from _unknown(("multiverse", part), "criterion", name, plan.criteria)
    questions = {variable.question for variable in variables.values()}
    for name in plan.report.first:
        yield from _unknown(("report", "first"), "question", name, questions)
    for measure in plan.report.groups or ():
        yield from group_problems(("report", "groups"), measure, plan, variables)
    for at, pair in enumerate(plan.report.beside):
        yield from number_pair_problems(("report", "beside", at), pair, plan, variables)
    if plan.simulation:
        for name in plan.simulation.shares:
            yield from _unknown(("simulation", "shares", name), "question or item", name, variables)
        for name in plan.simulation.answers:
            yield from _unknown(("simulation", "answers", name), "question", name, variables)
        for scale, effects in plan.simulation.effects.items():
            yield from _unknown(("simulation", "effects", scale), "scale", scale, plan.scales)
            for name in effects:
                yield from _unknown(("simulation", "effects", scale), "criterion", name, plan.criteria)
                yield from numeric_criterion(("simulation", "effects", scale), name, plan, variables)
