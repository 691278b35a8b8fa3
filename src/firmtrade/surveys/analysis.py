"""The whole analysis of one survey, from answers to verdicts, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.errors import DataError, FirmtradeError
from firmtrade.messages import Code, Firms, Listing, Message, message
from firmtrade.progress import Progress, silent
from firmtrade.surveys.attempts import attempt, in_step
from firmtrade.surveys.criteria import Answered, outcome_values, predictors
from firmtrade.surveys.design import DrawnSample
from firmtrade.surveys.design.selection import active_frame
from firmtrade.surveys.faults import reason_of
from firmtrade.surveys.fieldwork import (
    Equivalence,
    FrameComparison,
    ResponseQuality,
    ResponseRates,
    Responses,
    answer_quality,
    frame_comparison,
    observed_dispositions,
    representativity,
    response_rates,
    wave_comparison,
)
from firmtrade.surveys.fieldwork.headings import DESIGN_ROLES
from firmtrade.surveys.groups import attribute_label, level_label
from firmtrade.surveys.instrument.invitations import TOKEN
from firmtrade.surveys.levels import FRAME, SCALE
from firmtrade.surveys.models.hypotheses import HypothesisVerdict, judge
from firmtrade.surveys.models.multiverse import SpecificationCurve, specification_curve
from firmtrade.surveys.models.specification import FittedModel, UnfittedModel, fit_model
from firmtrade.surveys.plan import LoadedSurvey, SurveyPlan
from firmtrade.surveys.scale_tests import ScaleTests, scale_tests
from firmtrade.surveys.scales import scale_scores
from firmtrade.surveys.terms import Contrasts
from firmtrade.surveys.weighting import SampleDesign
from firmtrade.surveys.weighting.adjustment import FinalWeights, final_weights
from firmtrade.surveys.weighting.checks import remarks_on_design
from firmtrade.surveys.weighting.given import given_design

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known after the analysis; parts that were not possible are None or empty.

    ``answers`` are those kept, in the order of ``scores`` and ``criteria``; ``given`` is the design that came with
    them; ``dispositions`` what became of every drawn firm; ``register`` are the attributes of their firms in the
    frame, where they are linked; ``contrasts`` are the criteria with categories, whose columns stand among the
    ``criteria`` as ``name=key``; ``problems`` say in words what was switched off or is not to be trusted.
    """

    loaded: LoadedSurvey
    answers: pl.DataFrame
    responses: Responses
    quality: ResponseQuality
    rates: ResponseRates | None
    dispositions: pl.DataFrame | None
    drawn: DrawnSample | None
    comparisons: tuple[FrameComparison, ...]
    waves: dict[str, Equivalence]
    r_indicator: float | None
    weights: FinalWeights | None
    given: SampleDesign | None
    register: pl.DataFrame | None
    scores: dict[str, Array]
    criteria: dict[str, Array]
    contrasts: dict[str, Contrasts]
    outcomes: dict[str, Array]
    scales: ScaleTests
    models: dict[str, FittedModel | UnfittedModel]
    verdicts: tuple[HypothesisVerdict, ...]
    multiverse: SpecificationCurve | None
    problems: tuple[Message, ...] = field(default=())

    @property
    def answered(self) -> Answered:
        """The kept answers as measures are computed from them."""
        return Answered(self.loaded, self.answers, self.scores, self.register)

    @property
    def design(self) -> SampleDesign | None:
        """Strata and weights of the kept answers: those computed here, else those that came with the answers."""
        return self.weights.design if self.weights else self.given


def analyse(
    loaded: LoadedSurvey,
    responses: Responses,
    *,
    frame: pl.DataFrame | None = None,
    drawn: DrawnSample | None = None,
    dispositions: pl.DataFrame | None = None,
    multiverse: bool = True,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse answers by the survey file.

    Parameters
    ----------
    responses
        Tidy answers. With ``drawn`` they are linked to the sample by the firm column of ``[columns]``.
    frame
        The register: population of weights and representativeness.
    drawn
        The drawn sample; without it nothing is known of selection, and only unweighted models are fitted.
    dispositions
        One row per drawn firm with ``disposition``, for the response rates.

    Raises
    ------
    DataError
        No answer is left after the checks of quality.
    """
    say = progress or silent
    plan, problems = loaded.plan, list(responses.problems)
    answers, people, linked = _linked(loaded, responses.answers, drawn, problems)
    quality = answer_quality(loaded, answers)
    if not quality.kept.any():
        raise DataError(
            "No answer is left after the checks of quality.",
            fix="Look at the exclusions in [fieldwork]; at `partial`, if most lines are empty.",
        )
    problems += [
        message("problems.unchecked", rule=message(f"survey.steps.{rule}")) for rule in quality.unchecked
    ]
    contradictory = int(quality.flags["inconsistent"].sum())
    if contradictory and "inconsistent" not in plan.fieldwork.exclude:
        rule = Code('exclude = ["inconsistent"]')
        problems.append(message("problems.contradictory", n=Firms(contradictory), rule=rule))
    kept = answers.filter(pl.Series(quality.kept))
    say("setting answers against the register")
    rates, became = attempt(
        message("problems.steps.rates"),
        lambda: _rates(loaded, drawn if linked else None, people, quality, dispositions, problems),
        problems,
    ) or (None, None)
    weights: FinalWeights | None = None
    comparisons: tuple[FrameComparison, ...] = ()
    indicator: float | None = None
    if linked and people is not None and drawn is not None and frame is not None:
        there = people.filter(pl.Series(quality.kept))
        weights, comparisons, indicator = _against_register(loaded, frame, drawn, there, problems)
    scores = scale_scores(loaded, kept)
    firms = None if people is None else people.filter(pl.Series(quality.kept))
    known = Answered(loaded, kept, scores, firms)
    criteria, contrasts = predictors(known)
    outcomes = {name: outcome_values(known, declared) for name, declared in plan.outcomes.items()}
    given = attempt(message("problems.steps.weights"), lambda: given_design(kept, plan.columns), problems)
    if given is not None:
        problems += [
            message("problems.design_column_absent", column=Code(name), role=Code(role))
            for role in DESIGN_ROLES
            if (name := getattr(plan.columns, role)) is not None and name not in kept.columns
        ]
    say("testing scales")
    scales = scale_tests(loaded, kept, scores)
    say("fitting models")
    design = weights.design if weights else given
    if design:
        problems += [
            in_step(message("problems.steps.weights"), remark) for remark in remarks_on_design(design)
        ]
    about = replace(design, target=plan.weighting.models) if design else None
    models = {
        name: fit_model(name, declared, outcomes[declared.outcome], criteria, about, contrasts)
        for name, declared in plan.models.items()
    }
    problems += [
        in_step(message("problems.steps.model", name=plan.outcomes[m.declared.outcome].label), remark)
        for m in models.values()
        for remark in ((m.reason,) if isinstance(m, UnfittedModel) else m.problems)
    ]
    verdicts = judge(plan.hypotheses, plan.families, models, plan.weighting.primary)
    own = {f"{SCALE}:{name}" for name in scores}
    numbers = {
        name: criteria[name]
        for name, declared in plan.criteria.items()
        if name not in contrasts and (declared.measure not in own or declared.transform != "none")
    }
    waves = _waves(loaded, kept, scores, numbers)
    curve = None
    if plan.multiverse and multiverse:
        sign = next(h.sign for h in plan.hypotheses if h.id == plan.multiverse.hypothesis)
        attentive = ~(quality.flags["straight_lining"] | quality.flags["inconsistent"])[quality.kept]
        curve = specification_curve(
            plan.multiverse, sign, outcomes, criteria, attentive, design.weights if design else None,
            lambda share: say(f"fitting specifications: {share:.0%}"), contrasts,
        )  # fmt: skip
    return Analysis(
        loaded, kept, responses, quality, rates, became, drawn, comparisons, waves, indicator, weights, given, firms,
        scores, criteria, contrasts, outcomes, scales, models, verdicts, curve, (*problems, *scales.problems),
    )  # fmt: skip


def _rates(
    loaded: LoadedSurvey, drawn: DrawnSample | None, people: pl.DataFrame | None, quality: ResponseQuality,
    recorded: pl.DataFrame | None, problems: list[Message],
) -> tuple[ResponseRates | None, pl.DataFrame | None]:  # fmt: skip
    """Response rates by what was answered, with what became of every drawn firm; by the record of the fieldwork
    alone where answers cannot be linked. A record that names no firms cannot be set beside linked answers."""
    rules, firm = loaded.plan.fieldwork, loaded.plan.columns.firm
    if recorded is not None and firm in recorded.columns:
        recorded = recorded.rename({firm: "firm_id"})
    if drawn is not None and people is not None:
        if recorded is not None and "firm_id" not in recorded.columns:
            problems.append(message("problems.record_without_firms", column=Code("firm_id")))
            recorded = None
        answered = people.select(
            "firm_id",
            share=pl.Series(quality.answered),
            screened_out=pl.Series(quality.flags["screened_out"]),
        )
        observed = observed_dispositions(
            drawn.firms["firm_id"], answered, recorded, complete=rules.complete, partial=rules.partial
        )
        if observed.without_answer:
            problems.append(message("problems.without_answer", n=Firms(observed.without_answer)))
        return response_rates(observed.counts, rules.eligibility), observed.firms
    if recorded is None:
        return None, None
    return response_rates(dict(recorded["disposition"].value_counts().iter_rows()), rules.eligibility), None


def _linked(
    loaded: LoadedSurvey, answers: pl.DataFrame, drawn: DrawnSample | None, problems: list[Message]
) -> tuple[pl.DataFrame, pl.DataFrame | None, bool]:
    """Answers with their drawn firms; answers of firms that were not drawn, or came twice, are left out."""
    if drawn is None:
        if loaded.plan.columns.weight not in answers.columns:
            problems.append(message("problems.unlinked"))
        return answers, None, False
    firm = loaded.plan.columns.firm
    if firm not in answers.columns:
        problems.append(message("problems.no_firm_column", column=Code(firm)))
        return answers, None, False
    if TOKEN in drawn.firms.columns:
        answers = answers.with_columns(
            pl.col(firm).replace(dict(drawn.firms.select(TOKEN, "firm_id").iter_rows()))
        )
    known = answers.filter(pl.col(firm).is_not_null())
    if len(known) < len(answers):
        nameless = Firms(len(answers) - len(known))
        problems.append(message("problems.no_firm", n=nameless, column=Code(firm)))
    once = _one_answer_per_firm(loaded, known)
    inside = once.join(
        drawn.firms.select("firm_id"), left_on=firm, right_on="firm_id", how="semi", maintain_order="left"
    )
    if len(once) < len(known):
        problems.append(message("problems.answered_twice", n=Firms(len(known) - len(once))))
    if len(inside) < len(once):
        problems.append(message("problems.not_drawn", n=Firms(len(once) - len(inside))))
    if inside.is_empty():
        problems.append(message("problems.none_drawn"))
        return answers, None, False
    people = inside.select(pl.col(firm).alias("firm_id")).join(
        drawn.firms, on="firm_id", how="left", maintain_order="left"
    )
    return inside, people, True


def _one_answer_per_firm(loaded: LoadedSurvey, answers: pl.DataFrame) -> pl.DataFrame:
    """The most complete answer of each firm, the first of equals, in the order in which they came."""
    asked = [name for name in loaded.variables if name in answers.columns]
    ranked = answers.with_row_index("_place").with_columns(
        _given=pl.sum_horizontal(pl.col(asked).is_not_null())
    )
    best = ranked.sort(["_given", "_place"], descending=[True, False]).unique(
        loaded.plan.columns.firm, keep="first", maintain_order=True
    )
    return best.sort("_place").drop("_place", "_given")


def _against_register(
    loaded: LoadedSurvey,
    frame: pl.DataFrame,
    drawn: DrawnSample,
    people: pl.DataFrame,
    problems: list[Message],
) -> tuple[FinalWeights | None, tuple[FrameComparison, ...], float | None]:
    plan = loaded.plan
    population = active_frame(frame, plan.design)
    attributes = [name for name in plan.weighting.margins if name in population.columns]
    weights = None
    try:
        weights = final_weights(population, drawn.firms, people, plan.weighting)
        remarks = [*weights.problems, *_merged(plan, weights)]
        problems += [in_step(message("problems.steps.weights"), one) for one in remarks]
    except (FirmtradeError, pl.exceptions.ColumnNotFoundError) as error:
        absent = message("problems.margin_absent")
        why = reason_of(error) if isinstance(error, FirmtradeError) else absent
        problems.append(in_step(message("problems.steps.no_weights"), why))
    final = weights.final if weights else None
    attributes_known = [name for name in attributes if population[name].n_unique() > 1]
    problems += [message("problems.alike", name=name) for name in attributes if name not in attributes_known]
    comparisons = tuple(
        frame_comparison(population, people, name, final, drawn.firms) for name in attributes_known
    )
    answered = drawn.firms["firm_id"].is_in(people["firm_id"].implode()).to_numpy().astype(float)
    indicator = attempt(
        message("problems.steps.representativeness"),
        lambda: representativity(drawn.firms, answered, tuple(attributes))[0],
        problems,
    )
    return weights, comparisons, indicator


def _merged(plan: SurveyPlan, weights: FinalWeights) -> list[Message]:
    """The classes that were taken together for calibration, in words."""
    found = []
    for name, groups in weights.merged.items():
        together = tuple(
            Listing(tuple(level_label(plan, name, level) for level in group), "and") for group in groups
        )
        attribute = attribute_label(plan, f"{FRAME}:{name}")
        found.append(message("problems.merged", attribute=attribute, names=Listing(together, "comma")))
    return found


def _waves(
    loaded: LoadedSurvey, answers: pl.DataFrame, scores: dict[str, Array], criteria: dict[str, Array]
) -> dict[str, Equivalence]:
    column = loaded.plan.columns.wave
    if column not in answers.columns:
        return {}
    wave = answers[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return wave_comparison(wave, scores | criteria, loaded.plan.fieldwork.equivalence_bound)
