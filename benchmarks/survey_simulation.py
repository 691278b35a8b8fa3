"""Does the survey pipeline tell the truth? Bias, coverage, type-I error and power over many synthetic
surveys.

    PYTHONPATH=src python benchmarks/survey_simulation.py [draws]

Every draw takes a new stratified sample of the synthetic register, new answers from the declared effects,
leaves out careless respondents, weights the rest to the register and fits every model of the bundled survey,
unweighted and weighted. The truth is the same model on a very large synthetic population; a coefficient
without a declared effect is truly zero. Writes ``docs/explanation/survey-simulation.csv`` and ``.svg``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl
import vl_convert

from firmtrade.surveys.criteria import Answered, outcome_values, predictors
from firmtrade.surveys.design import draw_sample
from firmtrade.surveys.design.selection import active_frame
from firmtrade.surveys.fieldwork import answer_quality
from firmtrade.surveys.models.specification import FittedModel, UnfittedModel, fit_model
from firmtrade.surveys.plan import LoadedSurvey, load_survey
from firmtrade.surveys.scales import scale_scores
from firmtrade.surveys.simulator import simulate_field, simulate_population, synthetic_frame
from firmtrade.surveys.weighting import SampleDesign
from firmtrade.surveys.weighting.adjustment import final_weights

DOCS = Path(__file__).resolve().parents[1] / "docs" / "explanation"
POPULATION = 150_000
FIRST = 10_000
"""The seed of the first draw."""
EXPLAINED_BY = {
    "place": "sns_place", "importance": "sns_place", "adoption": "sns_place",
    "informational": "informational_benefits", "relational": "relational_benefits",
}  # fmt: skip
"""The scale whose declared effects drive each outcome; outcomes that are not here have none."""


def fits(
    loaded: LoadedSurvey, answers: pl.DataFrame, design: SampleDesign | None
) -> dict[str, FittedModel | UnfittedModel]:
    """Every declared model on one set of answers."""
    known = Answered(loaded, answers, scale_scores(loaded, answers))
    values, contrasts = predictors(known)
    outcomes = {name: outcome_values(known, o) for name, o in loaded.plan.outcomes.items()}
    return {
        name: fit_model(name, model, outcomes[model.outcome], values, design, contrasts)
        for name, model in loaded.plan.models.items()
    }


def one_draw(loaded: LoadedSurvey, frame: pl.DataFrame, seed: int) -> list[dict[str, object]]:
    """The coefficients of one synthetic survey."""
    drawn = draw_sample(frame, loaded.plan.design.model_copy(update={"seed": seed}))
    field = simulate_field(loaded, drawn.firms, np.random.default_rng([359, seed]))
    kept = field.answers.filter(pl.Series(answer_quality(loaded, field.answers).kept))
    people = kept.select("firm_id").join(drawn.firms, on="firm_id", how="left", maintain_order="left")
    population = active_frame(frame, loaded.plan.design)
    rules = loaded.plan.weighting
    design = replace(final_weights(population, drawn.firms, people, rules).design, target=rules.models)
    rows: list[dict[str, object]] = []
    for name, model in fits(loaded, kept, design).items():
        if not isinstance(model, FittedModel):
            continue
        for weighting, fit in (("unweighted", model.unweighted), ("weighted", model.weighted)):
            if fit is None:
                continue
            low, high = fit.interval()
            for place, term in enumerate(model.terms):
                rows.append(
                    {"draw": seed, "model": name, "term": term, "weighting": weighting,
                     "estimate": float(fit.coefficients[place]), "error": float(fit.std_errors[place]),
                     "low": float(low[place]), "high": float(high[place]), "p": float(fit.p_values[place])}
                )  # fmt: skip
    return rows


def truth(loaded: LoadedSurvey) -> pl.DataFrame:
    """Coefficients of every model in a very large synthetic population, and which are declared."""
    frame = synthetic_frame(POPULATION, 1, loaded.plan.survey.year)
    answers = simulate_population(loaded, frame, np.random.default_rng(2))
    assert loaded.plan.simulation is not None
    rows = []
    for name, model in fits(loaded, answers, None).items():
        assert isinstance(model, FittedModel), model
        scale = EXPLAINED_BY.get(model.declared.outcome)
        declared = loaded.plan.simulation.effects.get(scale, {}) if scale else {}
        for place, term in enumerate(model.terms):
            has = term in declared
            value = float(model.unweighted.coefficients[place])
            null = not has and term != "intercept"
            rows.append({"model": name, "term": term, "declared": has, "truth": 0.0 if null else value})
    return pl.DataFrame(rows)


def summary(draws: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Bias in standard errors, ratio of mean to true standard error, coverage and rejections per
    coefficient."""
    joined = draws.join(known, on=["model", "term"]).filter(pl.col("term") != "intercept")
    return (
        joined.group_by("model", "term", "weighting", "declared", "truth", maintain_order=True)
        .agg(
            pl.len().alias("draws"),
            pl.col("estimate").mean().alias("mean"),
            ((pl.col("estimate").mean() - pl.col("truth").first()) / pl.col("estimate").std()).alias("bias"),
            (pl.col("error").mean() / pl.col("estimate").std()).alias("error_ratio"),
            ((pl.col("low") <= pl.col("truth")) & (pl.col("truth") <= pl.col("high")))
            .mean()
            .alias("coverage"),
            (pl.col("p") < 0.05).mean().alias("rejected"),
        )
        .sort("model", "term", "weighting")
    )


def figure(table: pl.DataFrame, draws: int) -> str:
    """Three panels: bias, coverage, and rejections (type-I error where nothing is declared, power
    elsewhere)."""
    shown = table.with_columns(
        (pl.col("model") + ": " + pl.col("term")).alias("coefficient"),
        pl.when("declared").then(pl.lit("declared effect")).otherwise(pl.lit("no effect")).alias("world"),
    )
    data = alt.Data(values=shown.to_dicts())
    wide = 1.96 * np.sqrt(0.95 * 0.05 / draws)

    def panel(
        column: str, title: str, low: float, high: float, rule: float, band: float, axis: bool
    ) -> alt.LayerChart:
        points = (
            alt.Chart(data)
            .mark_point(filled=True, size=28)
            .encode(
                x=alt.X(f"{column}:Q", title=title, scale=alt.Scale(domain=[low, high], clamp=True)),
                y=alt.Y("coefficient:N", title=None, axis=alt.Axis(labelLimit=260) if axis else None),
                color=alt.Color("weighting:N", scale=alt.Scale(range=["#1f5a8a", "#d1782b"]), title=None),
                shape=alt.Shape("world:N", title=None),
            )
        )
        edges = alt.Chart(alt.Data(values=[{"a": rule - band, "b": rule + band}]))
        shade = edges.mark_rect(opacity=0.15, color="#555").encode(
            x=alt.X("a:Q", scale=alt.Scale(domain=[low, high])), x2="b:Q"
        )
        return alt.layer(shade, points).properties(width=190, height=14 * shown["coefficient"].n_unique())

    chart = alt.hconcat(
        panel("bias", "Bias, in standard errors", -0.4, 0.4, 0.0, 1.96 / np.sqrt(draws), True),
        panel("coverage", "Coverage of 95% intervals", 0.88, 1.0, 0.95, wide, False),
        panel("rejected", "Share rejected at 5%", 0.0, 1.0, 0.05, wide, False),
    ).properties(
        title=alt.TitleParams(
            "Synthetic surveys: does the pipeline tell the truth?",
            subtitle=f"{draws} draws; bands hold 95% of the points of an exact procedure. All synthetic.",
        )
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(chart.to_json())
    return svg


def main() -> None:
    """Draw, summarize, write."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    loaded = load_survey("sns-belgium")
    started = time.perf_counter()
    known = truth(loaded)
    assert loaded.plan.simulation is not None
    frame = synthetic_frame(
        loaded.plan.simulation.firms, loaded.plan.simulation.seed, loaded.plan.survey.year
    )
    rows: list[dict[str, object]] = []
    for draw in range(draws):
        rows += one_draw(loaded, frame, FIRST + draw)
        if draw % 50 == 49:
            print(f"{draw + 1} draws, {time.perf_counter() - started:.0f} s", file=sys.stderr)
    table = summary(pl.DataFrame(rows), known)
    DOCS.mkdir(parents=True, exist_ok=True)
    table.write_csv(DOCS / "survey-simulation.csv", float_precision=4)
    (DOCS / "survey-simulation.svg").write_text(figure(table, draws), encoding="utf-8")
    worst = table.select(
        pl.col("bias").abs().max(), pl.col("coverage").min(),
        pl.col("rejected").filter(~pl.col("declared")).mean().alias("type_i"),
        pl.col("rejected").filter(pl.col("declared")).mean().alias("power"),
    )  # fmt: skip
    print(worst)


if __name__ == "__main__":
    main()
