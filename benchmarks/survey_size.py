"""How often do the intervals of weighted models miss, for the population at hand and for the process behind it?

    PYTHONPATH=src python benchmarks/survey_size.py [draws]

Two synthetic worlds. In the *superpopulation* every draw makes the answers of all firms anew, and the truth is a
coefficient that is exactly zero. In the *finite population* the answers of the register are made once, every draw
takes another sample of them, and the truth is the coefficient of a census. In both, every coefficient of the bundled
survey is set against its truth with the errors of both targets, plain (``design``) and corrected
(``design_corrected``). A rule is right where its 95% intervals miss in 5% of draws. Writes
``docs/explanation/survey-size.csv``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import polars as pl
from survey_simulation import DOCS, truth

from firmtrade.surveys.criteria import Answered, outcome_values, predictors
from firmtrade.surveys.design import draw_sample
from firmtrade.surveys.design.selection import active_frame
from firmtrade.surveys.fieldwork import answer_quality
from firmtrade.surveys.fieldwork.routing import screened_out
from firmtrade.surveys.models.estimators import ESTIMATORS
from firmtrade.surveys.models.specification import FittedModel, fit_model, subset_design
from firmtrade.surveys.plan import LoadedSurvey, load_survey
from firmtrade.surveys.scales import scale_scores
from firmtrade.surveys.simulator import simulate_field, simulate_population, synthetic_frame
from firmtrade.surveys.terms import compared, complete_rows, design_matrix
from firmtrade.surveys.weighting import SampleDesign
from firmtrade.surveys.weighting.adjustment import final_weights
from firmtrade.surveys.weighting.estimation import Target

SEED = 4711
RULES = [(target, variance) for target in get_args(Target) for variance in ("design", "design_corrected")]
Truth = dict[tuple[str, str], float]


def zeros(loaded: LoadedSurvey) -> Truth:
    """The coefficients without a declared effect."""
    known = truth(loaded).filter(~pl.col("declared"), pl.col("term") != "intercept")
    return dict.fromkeys(known.select("model", "term").iter_rows(), 0.0)


def census(loaded: LoadedSurvey, answers: pl.DataFrame) -> Truth:
    """Coefficients of every model over all firms."""
    known = Answered(loaded, answers, scale_scores(loaded, answers))
    values, contrasts = predictors(known)
    found: Truth = {}
    for name, model in loaded.plan.models.items():
        outcome = outcome_values(known, loaded.plan.outcomes[model.outcome])
        fitted = fit_model(name, model, outcome, values, None, contrasts)
        assert isinstance(fitted, FittedModel), fitted
        coefficients = zip(fitted.terms, fitted.unweighted.coefficients, strict=True)
        found |= {(name, term): float(value) for term, value in coefficients if term != "intercept"}
    return found


def misses(
    loaded: LoadedSurvey, answers: pl.DataFrame, design: SampleDesign, known: Truth
) -> Iterator[tuple[str, str, bool]]:
    """By target, variance and coefficient, whether the interval misses the truth."""
    answered = Answered(loaded, answers, scale_scores(loaded, answers))
    values, contrasts = predictors(answered)
    for name, model in loaded.plan.models.items():
        outcome = outcome_values(answered, loaded.plan.outcomes[model.outcome])
        declared = (*model.terms, *model.controls)
        rows = complete_rows(outcome, values, declared)
        terms = compared(declared, contrasts, rows)[0]
        matrix, sample = design_matrix(values, terms, rows), subset_design(design, rows)
        for target, variance in RULES:
            fit = ESTIMATORS[model.estimator](
                matrix, outcome[rows], variance=variance, sample=replace(sample, target=target)
            )
            low, high = (limit[-len(terms) :] for limit in fit.interval())
            for place, term in enumerate(terms):
                if (name, term) in known:
                    yield target, variance, not low[place] <= known[name, term] <= high[place]


def main() -> None:
    """Draw in both worlds, count, write."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    loaded = load_survey("sns-belgium")
    simulation, year = loaded.plan.simulation, loaded.plan.survey.year
    assert simulation is not None
    frame = synthetic_frame(simulation.firms, simulation.seed, year)
    population = active_frame(frame, loaded.plan.design)
    everyone = simulate_population(loaded, population, np.random.default_rng(SEED))
    everyone = everyone.filter(~screened_out(loaded.questionnaire, everyone))
    truths = {"superpopulation": zeros(loaded), "finite_population": census(loaded, everyone)}
    rows = []
    for draw in range(draws):
        drawn = draw_sample(frame, loaded.plan.design.model_copy(update={"seed": SEED + draw}))
        field = simulate_field(loaded, drawn.firms, np.random.default_rng([SEED, draw]))
        kept = field.answers.filter(pl.Series(answer_quality(loaded, field.answers).kept))
        fixed = kept.select("firm_id").join(everyone, on="firm_id", how="inner", maintain_order="left")
        for world, answers in (("superpopulation", kept), ("finite_population", fixed)):
            people = answers.select("firm_id").join(
                drawn.firms, on="firm_id", how="left", maintain_order="left"
            )
            design = final_weights(population, drawn.firms, people, loaded.plan.weighting).design
            for target, variance, missed in misses(loaded, answers, design, truths[world]):
                rows.append((draw, world, target, variance, missed))
        if draw % 100 == 99:
            print(f"{draw + 1} draws", file=sys.stderr, flush=True)
    names = ["draw", "truth", "target", "variance", "missed"]
    each = (
        pl.DataFrame(rows, schema=names, orient="row")
        .group_by("draw", "truth", "target", "variance")
        .agg(pl.len().alias("coefficients"), pl.col("missed").mean())
    )
    table = (
        each.group_by("truth", "target", "variance")
        .agg(
            pl.len().alias("draws"), pl.col("coefficients").max(), pl.col("missed").mean().alias("missed"),
            (pl.col("missed").std() / pl.len().sqrt()).alias("std_error"),
        )
        .sort("truth", "target", "variance")
    )  # fmt: skip
    table.write_csv(DOCS / "survey-size.csv", float_precision=5)
    print(table)


if __name__ == "__main__":
    main()
