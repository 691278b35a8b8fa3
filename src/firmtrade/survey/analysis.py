"""The whole analysis of one survey, from answers to verdicts, as one frozen value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.errors import DataError, FirmtradeError
from firmtrade.survey.criteria import Answered, criterion_values, measured
from firmtrade.survey.design import DrawnSample
from firmtrade.survey.design.selection import active_frame
from firmtrade.survey.fieldwork import (
    Comparison,
    Equivalence,
    Quality,
    ResponseRates,
    Responses,
    answer_quality,
    frame_comparison,
    representativity,
    response_rates,
    wave_comparison,
)
from firmtrade.survey.models.hypotheses import Verdict, judge
from firmtrade.survey.models.multiverse import SpecificationCurve, specification_curve
from firmtrade.survey.models.specification import FittedModel, UnfittedModel, fit_model
from firmtrade.survey.plan import LoadedSurvey
from firmtrade.survey.scale_tests import ScaleTests, scale_tests
from firmtrade.survey.scales import scale_scores
from firmtrade.survey.weighting import SampleDesign
from firmtrade.survey.weighting.adjustment import FinalWeights, final_weights

Array = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is known after the analysis; parts that were not possible are None or empty.

    ``answers`` are those kept, in the order of ``scores`` and ``criteria``; ``problems`` say in words what
    was switched off or is not to be trusted.
    """

    loaded: LoadedSurvey
    answers: pl.DataFrame
    responses: Responses
    quality: Quality
    rates: ResponseRates | None
    drawn: DrawnSample | None
    comparisons: tuple[Comparison, ...]
    waves: dict[str, Equivalence]
    r_indicator: float | None
    weights: FinalWeights | None
    scores: dict[str, Array]
    criteria: dict[str, Array]
    outcomes: dict[str, Array]
    scales: ScaleTests
    models: dict[str, FittedModel | UnfittedModel]
    verdicts: tuple[Verdict, ...]
    multiverse: SpecificationCurve | None
    problems: tuple[str, ...] = field(default=())

    @property
    def design(self) -> SampleDesign | None:
        """Strata and weights of the kept answers."""
        return self.weights.design if self.weights else None


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
    say: Progress = progress or (lambda _step: None)
    plan, problems = loaded.plan, list(responses.problems)
    answers, people, linked = _linked(loaded, responses.answers, drawn, problems)
    quality = answer_quality(loaded, answers)
    if not quality.kept.any():
        raise DataError(
            "No answer is left after the checks of quality.",
            fix="Look at the exclusions in [fieldwork]; at `partial`, if most lines are empty.",
        )
    kept = answers.filter(pl.Series(quality.kept))
    say("setting answers against the register")
    rates = None
    if dispositions is not None:
        counts = dict(dispositions["disposition"].value_counts().iter_rows())
        rates = response_rates(counts, plan.fieldwork.eligibility)
    weights: FinalWeights | None = None
    comparisons: tuple[Comparison, ...] = ()
    indicator: float | None = None
    if linked and people is not None and drawn is not None and frame is not None:
        there = people.filter(pl.Series(quality.kept))
        weights, comparisons, indicator = _against_register(loaded, frame, drawn, there, problems)
    scores = scale_scores(loaded, kept)
    known = Answered(loaded, kept, scores)
    criteria = {name: criterion_values(known, declared) for name, declared in plan.criteria.items()}
    outcomes = {name: measured(known, declared.measure) for name, declared in plan.outcomes.items()}
    say("testing scales")
    scales = scale_tests(loaded, kept, scores)
    say("fitting models")
    design = weights.design if weights else None
    models = {
        name: fit_model(name, declared, outcomes[declared.outcome], criteria, design)
        for name, declared in plan.models.items()
    }
    problems += [f"model {m.name}: {m.reason}" for m in models.values() if isinstance(m, UnfittedModel)]
    problems += [
        f"model {m.name}: {said}"
        for m in models.values()
        if isinstance(m, FittedModel)
        for said in m.problems
    ]
    verdicts = judge(plan.hypotheses, plan.families, models, plan.weighting.primary)
    waves = _waves(loaded, kept, scores, criteria)
    curve = None
    if plan.multiverse and multiverse:
        sign = next(h.sign for h in plan.hypotheses if h.id == plan.multiverse.hypothesis)
        attentive = ~(quality.flags["straight_lining"] | quality.flags["inconsistent"])[quality.kept]
        curve = specification_curve(
            plan.multiverse, sign, outcomes, criteria, attentive, design.weights if design else None,
            lambda share: say(f"fitting specifications: {share:.0%}"),
        )  # fmt: skip
    return Analysis(
        loaded, kept, responses, quality, rates, drawn, comparisons, waves, indicator, weights, scores,
        criteria, outcomes, scales, models, verdicts, curve, (*problems, *scales.problems),
    )  # fmt: skip


def _linked(
    loaded: LoadedSurvey, answers: pl.DataFrame, drawn: DrawnSample | None, problems: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame | None, bool]:
    """Answers with their drawn firms; answers of firms that were not drawn, or came twice, are left out."""
    if drawn is None:
        problems.append(
            "nothing is known of the sample: no weights, response rates or comparison with the register; "
            "pass the drawn sample and the frame to have them"
        )
        return answers, None, False
    firm = loaded.plan.columns.firm
    if firm not in answers.columns:
        problems.append(
            f"the answers have no column `{firm}`, so they cannot be linked to the sample: no weights; "
            "export the token of each invitation with the answers"
        )
        return answers, None, False
    once = answers.unique(firm, keep="first", maintain_order=True)
    inside = once.join(
        drawn.firms.select("firm_id"), left_on=firm, right_on="firm_id", how="semi", maintain_order="left"
    )
    if len(once) < len(answers):
        problems.append(f"{len(answers) - len(once)} firm(s) answered twice; their first answer counts")
    if len(inside) < len(once):
        problems.append(f"{len(once) - len(inside)} answer(s) came from firms that were not drawn; left out")
    if inside.is_empty():
        problems.append("no answer belongs to a drawn firm: no weights; check the tokens")
        return answers, None, False
    people = inside.select(pl.col(firm).alias("firm_id")).join(
        drawn.firms, on="firm_id", how="left", maintain_order="left"
    )
    return inside, people, True


def _against_register(
    loaded: LoadedSurvey, frame: pl.DataFrame, drawn: DrawnSample, people: pl.DataFrame, problems: list[str]
) -> tuple[FinalWeights | None, tuple[Comparison, ...], float | None]:
    plan = loaded.plan
    population = active_frame(frame, plan.design)
    attributes = [name for name in plan.weighting.margins if name in population.columns]
    weights = None
    try:
        weights = final_weights(population, drawn.firms, people, plan.weighting)
        problems += [f"weights: {said}" for said in weights.problems]
        problems += [f"weights: levels merged for calibration, {said}" for said in weights.merged]
    except (FirmtradeError, pl.exceptions.ColumnNotFoundError) as error:
        what = error.what if isinstance(error, FirmtradeError) else "a margin is no column of the frame"
        problems.append(f"no weights: {what}")
    final = weights.final if weights else None
    told = [name for name in attributes if population[name].n_unique() > 1]
    problems += [
        f"no comparison by {name}: all firms of the register are alike"
        for name in attributes
        if name not in told
    ]
    comparisons = tuple(frame_comparison(population, people, name, final, drawn.firms) for name in told)
    answered = drawn.firms["firm_id"].is_in(people["firm_id"].implode()).to_numpy()
    indicator, _ = representativity(drawn.firms, answered.astype(float), tuple(attributes))
    return weights, comparisons, indicator


def _waves(
    loaded: LoadedSurvey, answers: pl.DataFrame, scores: dict[str, Array], criteria: dict[str, Array]
) -> dict[str, Equivalence]:
    column = loaded.plan.columns.wave
    if column not in answers.columns:
        return {}
    wave = answers[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    return wave_comparison(wave, scores | criteria, loaded.plan.fieldwork.equivalence_bound)
