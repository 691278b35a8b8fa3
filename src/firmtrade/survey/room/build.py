"""The sections of the report of one survey, filled from its analysis."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import polars as pl

from firmtrade.concepts import concept
from firmtrade.messages import Text
from firmtrade.survey.analysis import Analysis
from firmtrade.survey.design import (
    detectable_correlation,
    detectable_difference,
    detectable_f2,
    margin_of_error,
)
from firmtrade.survey.models.specification import FittedModel
from firmtrade.survey.room.codebook import codebook
from firmtrade.survey.room.methods import methods_paragraphs
from firmtrade.survey.room.phrases import Phrases
from firmtrade.survey.room.scale_sections import scales_section
from firmtrade.survey.room.sections import ChartSpec, Entry, Section, TableSpec

Row = tuple[Entry, ...]


def build_sections(
    analysis: Analysis, language: str = "en", *, synthetic: bool = False
) -> tuple[Section, ...]:
    """Every section of the report in one language; what was not possible is not in it."""
    say = Phrases(language)
    notes = (say.note("synthetic"),) if synthetic else ()
    return (
        _sample(analysis, say, notes),
        _representativeness(analysis, say, notes),
        _answers(analysis, say, notes),
        scales_section(analysis, say, notes),
        _criteria(analysis, say, notes),
        _models(analysis, say, notes),
        _hypotheses(analysis, say, notes),
        *_multiverse(analysis, say),
        Section("methods", say.section("methods"), (*methods_paragraphs(analysis, say), *notes)),
        _checklist(say),
        _codebook(analysis, say),
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _sample(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    quality, n = analysis.quality, len(analysis.answers)
    paragraphs = [say.paragraph("response", n=n, received=quality.flow[0][1])]
    tables = []
    if analysis.rates is not None:
        rates = analysis.rates
        shown = {key: say.number(_percent(getattr(rates, key)), 1) for key in ("rr1", "rr3")}
        paragraphs.append(say.paragraph("rate", e=say.number(100 * rates.eligibility, 1), **shown))
        rows: list[Row] = [
            (name.upper(), _percent(getattr(rates, name)))
            for name in type(rates).__slots__
            if name not in ("counts", "eligibility")
        ]
        tables.append(
            TableSpec("rates", say.table("rates"), say.columns("rate", "value"), tuple(rows), 1, notes)
        )
    if analysis.drawn is not None:
        firm = analysis.loaded.plan.columns.firm
        answered: dict[str, int] = {}
        if firm in analysis.answers.columns:
            linked = analysis.answers.select(pl.col(firm).alias("firm_id")).join(
                analysis.drawn.firms, on="firm_id"
            )
            answered = dict(linked["stratum"].value_counts().iter_rows())
        rows = [(s.key, s.firms, s.drawn, answered.get(s.key, 0)) for s in analysis.drawn.strata]
        heads = say.columns("stratum", "firms", "drawn", "answered")
        tables.append(TableSpec("strata", say.table("strata"), heads, tuple(rows), 0, notes))
    else:
        paragraphs.append(say.paragraph("unlinked"))
    flow: tuple[Row, ...] = tuple((say.word("steps", step), count) for step, count in quality.flow)
    tables.append(TableSpec("flow", say.table("flow"), say.columns("step", "n"), flow, 0, notes))
    aims = analysis.loaded.plan.design.aims
    if n > aims.predictors + 4:
        power: tuple[Row, ...] = (
            (say.sentence("share_margin"), 100 * margin_of_error(n)),
            ("|r|", detectable_correlation(n)),
            ("d", detectable_difference(n)),
            (f"f2 (1 / {aims.predictors})", detectable_f2(n, 1, aims.predictors)),
        )
        tables.append(TableSpec("aims", say.table("aims"), say.columns("index", "value"), power, 3, notes))
    return Section("sample", say.section("sample"), tuple(paragraphs), tuple(tables))


def _representativeness(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    paragraphs, tables = [], []
    if analysis.weights is not None and analysis.r_indicator is not None:
        found = analysis.weights.diagnostics
        paragraphs.append(
            say.paragraph(
                "indicator",
                r=say.number(analysis.r_indicator),
                deff=say.number(found.design_effect),
                n=len(analysis.answers),
                effective=say.number(found.effective_n, 0),
            )
        )
    rows: list[Row] = []
    for compared in analysis.comparisons:
        for place, level in enumerate(compared.levels):
            rows.append(
                (
                    compared.attribute,
                    level,
                    100 * float(compared.frame[place]),
                    None if compared.sample is None else 100 * float(compared.sample[place]),
                    100 * float(compared.respondents[place]),
                    None if compared.weighted is None else 100 * float(compared.weighted[place]),
                    compared.p_value if place == 0 else None,
                    compared.effect.value if place == 0 else None,
                )
            )
    if rows:
        heads = say.columns("attribute", "level", "frame", "sample", "respondents", "weighted", "p", "effect")
        tables.append(TableSpec("comparison", say.table("comparison"), heads, tuple(rows), 3, notes, (6,)))
    waves: tuple[Row, ...] = tuple(
        (name, w.difference, w.effect.value, w.low, w.high, w.p_value, w.equivalent_p)
        for name, w in analysis.waves.items()
    )
    if waves:
        heads = say.columns("variable", "difference", "effect", "low", "high", "p", "p_equivalence")
        bound = say.number(analysis.loaded.plan.fieldwork.equivalence_bound)
        remarks = (say.note("equivalence", bound=bound), *notes)
        tables.append(TableSpec("waves", say.table("waves"), heads, waves, 3, remarks, (5, 6)))
    if not paragraphs:
        paragraphs.append(say.paragraph("unlinked"))
    return Section("representativeness", say.section("representativeness"), tuple(paragraphs), tuple(tables))


def _answers(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    """Likert tables and bars of every scale, shares of valid answers."""
    tables, charts = [], []
    for scale, declared in analysis.loaded.plan.scales.items():
        items = [v for v in analysis.loaded.items(scale) if v.name in analysis.answers.columns]
        if not items or items[0].answers is None:
            continue
        codes = [code for code in items[0].answers.valid if isinstance(code.code, int)]
        rows: list[Row] = []
        bars: list[dict[str, object]] = []
        for item in items:
            given = analysis.answers[item.name].cast(pl.Float64, strict=False)
            counts = [int((given == code.code).sum()) for code in codes]
            valid = sum(counts)
            shares = [100 * count / valid if valid else None for count in counts]
            words = item.text.say(say.language)
            rows.append((item.name, words, *shares, valid))
            bars += [
                {
                    "item": words,
                    "name": item.name,
                    "code": code.code,
                    "answer": code.text.say(say.language),
                    "share": share,
                }
                for code, share in zip(codes, shares, strict=True)
            ]
        label = declared.label.say(say.language)
        heads = (
            say.column("item"),
            say.column("text"),
            *(c.text.say(say.language) for c in codes),
            say.column("n"),
        )
        title = f"{say.table('likert')}: {label}"
        tables.append(TableSpec(f"likert_{scale}", title, heads, tuple(rows), 1, notes))
        charts.append(
            ChartSpec(
                f"likert_{scale}",
                "likert",
                title,
                say.sentence("likert_drawn", title=title, items=len(items), answers=len(codes)),
                pl.DataFrame(bars),
                {"y": "item", "x": "share", "color": "code", "label": "answer"},
            )
        )
    return Section("answers", say.section("answers"), (), tuple(tables), tuple(charts))


def _criteria(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    rows: list[Row] = []
    for name, declared in analysis.loaded.plan.criteria.items():
        values = analysis.criteria[name]
        known = values[~np.isnan(values)]
        cited = concept(declared.concept) if declared.concept else None
        rows.append(
            (
                declared.label.say(say.language),
                cited.definition if cited else "",
                cited.source if cited else "",
                declared.transform,
                float(known.mean()) if known.size else None,
                float(known.std(ddof=1)) if known.size > 1 else None,
                int(known.size),
            )
        )
    heads = (
        *say.columns("criterion", "definition", "source"),
        "f",
        *say.columns("mean", "sd", "n"),
    )
    table = TableSpec("criteria", say.table("criteria"), heads, tuple(rows), 2, notes)
    return Section("criteria", say.section("criteria"), (), (table,))


def _term(analysis: Analysis, term: str, language: str) -> str:
    declared = analysis.loaded.plan.criteria.get(term.removesuffix("^2"))
    label = declared.label.say(language) if declared else term
    return f"{label}²" if term.endswith("^2") else label


def _models(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    tables, charts, paragraphs = [], [], [say.note("robust")]
    for name, model in analysis.models.items():
        label = analysis.loaded.plan.outcomes[model.declared.outcome].label.say(say.language)
        title = say.table("model", name=f"{label} ({name})")
        if not isinstance(model, FittedModel):
            paragraphs.append(f"{title}: {model.reason}")
            continue
        low, high = model.unweighted.interval()
        rows: list[Row] = []
        for place, term in enumerate(model.terms):
            rows.append(
                (
                    _term(analysis, term, say.language),
                    float(model.unweighted.coefficients[place]),
                    float(model.unweighted.std_errors[place]),
                    float(low[place]),
                    float(high[place]),
                    float(model.unweighted.p_values[place]),
                    float(model.standardized[place]),
                    float(model.weighted.coefficients[place]) if model.weighted else None,
                    float(model.weighted.p_values[place]) if model.weighted else None,
                )
            )
        heads = say.columns(
            "term", "estimate", "error", "low", "high", "p", "standardized", "weighted_estimate", "p"
        )
        remarks = [
            f"{model.declared.estimator}, n = {model.n}, R2 = {say.number(model.unweighted.r_squared, 3)}"
        ]
        for term, (turn, inside) in model.turning_points.items():
            place_said = "turning_point" if inside else "turning_point_outside"
            of = _term(analysis, term, say.language)
            remarks.append(say.sentence(place_said, term=of, value=say.number(turn)))
        if model.proportional_odds is not None and not np.isnan(model.proportional_odds.p_value):
            remarks.append(f"Brant: {say.p_value(model.proportional_odds.p_value)}")
        remarks += [*model.problems, *notes]
        tables.append(TableSpec(f"model_{name}", title, heads, tuple(rows), 3, tuple(remarks), (5, 8)))
        charts.append(_coefficients(analysis, name, title, model, say))
    return Section("models", say.section("models"), tuple(paragraphs), tuple(tables), tuple(charts))


def _coefficients(analysis: Analysis, name: str, title: str, model: FittedModel, say: Phrases) -> ChartSpec:
    points = []
    for weighting, fit in (("unweighted", model.unweighted), ("weighted", model.weighted)):
        if fit is None:
            continue
        low, high = fit.interval()
        for place, term in enumerate(model.terms):
            if term != "intercept":
                points.append(
                    {
                        "term": _term(analysis, term, say.language),
                        "weighting": weighting,
                        "estimate": float(fit.coefficients[place]),
                        "low": float(low[place]),
                        "high": float(high[place]),
                    }
                )
    encoding = {"y": "term", "x": "estimate", "x_low": "low", "x_high": "high", "color": "weighting"}
    description = say.sentence("coefficients_drawn", title=title, terms=len(model.terms))
    return ChartSpec(
        f"coefficients_{name}", "coefficients", title, description, pl.DataFrame(points), encoding
    )


def _hypotheses(analysis: Analysis, say: Phrases, notes: tuple[str, ...]) -> Section:
    counts = dict.fromkeys(("supported", "contradicted", "not_supported", "not_tested"), 0)
    rows: list[Row] = []
    for found in analysis.verdicts:
        counts[found.verdict] += 1
        rows.append(
            (
                found.hypothesis.id,
                found.hypothesis.text.say(say.language),
                found.hypothesis.source,
                found.hypothesis.sign,
                found.estimate,
                found.low,
                found.high,
                found.p_value,
                found.corrected_p,
                found.standardized,
                say.word("strengths", found.strength),
                say.word("verdicts", found.verdict),
            )
        )
    heads = (
        "",
        *say.columns(
            "hypothesis",
            "source",
            "expected",
            "estimate",
            "low",
            "high",
            "p",
            "p_corrected",
            "standardized",
            "strength",
            "verdict",
        ),
    )
    remarks = (say.note("two_sided"), say.note("not_reproduced"), *notes)
    table = TableSpec("hypotheses", say.table("hypotheses"), heads, tuple(rows), 3, remarks, (7, 8))
    paragraph = say.paragraph("verdicts", total=len(rows), **counts)
    return Section("hypotheses", say.section("hypotheses"), (paragraph,), (table,) if rows else ())


def _multiverse(analysis: Analysis, say: Phrases) -> tuple[Section, ...]:
    curve = analysis.multiverse
    if curve is None:
        return ()
    paragraph = say.paragraph(
        "multiverse",
        fitted=len(curve.table),
        possible=curve.possible,
        hypothesis=curve.hypothesis,
        median=say.number(curve.median),
        expected=say.number(_percent(curve.as_expected), 0),
        against=say.number(_percent(curve.against), 0),
    )
    chart = ChartSpec(
        "specification_curve",
        "specification_curve",
        say.section("multiverse"),
        paragraph,
        curve.table.with_row_index("rank", offset=1),
        {
            "x": "rank",
            "y": "estimate",
            "y_low": "low",
            "y_high": "high",
            "choices": "outcome,focal,definition,sample,weighted",
        },
    )
    return (Section("multiverse", say.section("multiverse"), (paragraph,), (), (chart,)),)


def _checklist(say: Phrases) -> Section:
    content = tomllib.loads((files(__package__) / "checklist.toml").read_text(encoding="utf-8"))
    rows: tuple[Row, ...] = tuple(
        (
            point["guideline"],
            Text.model_validate(point["text"]).say(say.language),
            say.section(point["section"]),
        )
        for point in content["points"]
    )
    table = TableSpec("checklist", say.table("checklist"), say.columns("guideline", "point", "where"), rows)
    return Section("checklist", say.section("checklist"), (), (table,))


def _codebook(analysis: Analysis, say: Phrases) -> Section:
    book = codebook(analysis.loaded, analysis.answers, say.language)
    shown = book.select("variable", "text", "kind", "scale", "codes", "n", "missing")
    heads = say.columns("variable", "text", "kind", "scale", "codes", "n", "missing")
    table = TableSpec("codebook", say.table("codebook"), heads, tuple(shown.iter_rows()), 0)
    return Section("codebook", say.section("codebook"), (), (table,))
