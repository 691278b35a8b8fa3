"""The sections on the models: coefficients, verdicts on the hypotheses, and every defensible analysis."""

from __future__ import annotations

from typing import Any

import numpy as np

from firmtrade.messages import P_VALUE, Count, Message, message
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import CellKey
from firmtrade.outputs.layout import (
    ChartLayout,
    ColumnLayout,
    DecidedWords,
    RowLayout,
    SectionLayout,
    TableLayout,
    Words,
)
from firmtrade.outputs.parts import place
from firmtrade.surveys.models.regression import estimator_name
from firmtrade.surveys.models.specification import FittedModel
from firmtrade.surveys.room.ledger import in_cell, in_estimate
from firmtrade.surveys.room.model_details import model_details
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.selection import selection_words
from firmtrade.surveys.room.terms import base_words, term_words
from firmtrade.surveys.room.words import columns, note, paragraph, section, table, word, words

PARTS = ("estimate", "conf_low", "conf_high")
SPECIFICATIONS = 100
"""Specifications that are printed, evenly over their order; ``curves.csv`` holds all."""


def models_section(report: Report) -> SectionLayout:
    """A table and a chart of every model that could be fitted."""
    models = report.analysis.models.values()
    paragraphs: list[Words] = [note("robust")] if models else []
    if any(isinstance(model, FittedModel) and model.weighted for model in models):
        paragraphs.append(note(f"target_{report.analysis.loaded.plan.weighting.models}"))
    tables: list[TableLayout] = []
    charts: list[ChartLayout] = []
    for number, (name, model) in enumerate(report.analysis.models.items(), 1):
        outcome = report.analysis.loaded.plan.outcomes[model.declared.outcome].label
        title = table("model", number=Count(number), name=outcome)
        if not isinstance(model, FittedModel):
            paragraphs.append(words("unfitted", model=title, reason=model.reason))
            continue
        tables.append(_model(report, name, title, model))
        tables += model_details(report, name, outcome, model)
        charts.append(_coefficients(report, name, title, model))
    return SectionLayout("models", section("models"), tuple(paragraphs), (*tables, *charts))


def _coefficient(name: str, weighting: str, model: FittedModel, term: str, part: str) -> Reference:
    return in_estimate("models", f"{name}, {weighting}", model.declared.outcome, term, part)


def _model(report: Report, name: str, title: Message, model: FittedModel) -> TableLayout:
    rows: list[Row] = []
    for at, term in enumerate(model.terms):
        standardized = float(model.standardized[at])
        rows.append(
            (
                term_words(report, term),
                *(
                    _coefficient(name, "unweighted", model, term, part)
                    for part in ("estimate", "std_error", "conf_low", "conf_high", "p_value")
                ),
                report.ledger.number(f"model_{name}", term, "standardized", standardized, model.n, 3),
                *(
                    _coefficient(name, "weighted", model, term, part) if model.weighted else None
                    for part in ("estimate", "p_value")
                ),
            )
        )
    heads = columns("term", "estimate", "error", "low", "high", "p", "standardized", "weighted_estimate", "p")
    fit = _coefficient(name, "unweighted", model, "r_squared", "estimate")
    n = Reference(fit.key, "n_obs")
    everyone = in_cell("survey_quality", report.analysis.quality.flow[-1][0], "n")
    remarks: list[Words] = [
        words("complete", n=n, all=everyone),
        *selection_words(report.analysis.loaded, model.declared),
        words("fitted", estimator=estimator_name(model.declared.estimator), n=n, r_squared=fit),
    ]
    if model.linear is not None:
        checks = {
            "vif": (float(model.linear.inflation.max(initial=1.0)), 1, "pure"),
            "breusch_pagan": (model.linear.breusch_pagan_p, 3, P_VALUE),
            "reset": (model.linear.reset_p, 3, P_VALUE),
        }
        texts = {
            key: report.ledger.number(f"model_{name}", "checks", key, value, model.n, decimals, unit)
            for key, (value, decimals, unit) in checks.items()
        }
        remarks.append(words("checks", **texts))
    for term, (turn, inside) in model.turning_points.items():
        value = report.ledger.number(f"model_{name}", term, "turning_point", turn, model.n, 2)
        key = "turning_point" if inside else "turning_point_outside"
        remarks.append(words(key, term=term_words(report, term), value=value))
    if model.proportional_odds is not None and not np.isnan(model.proportional_odds.p_value):
        remarks.append(
            words("brant", p=_coefficient(name, "unweighted", model, "proportional odds", "p_value"))
        )
    remarks += [base_words(report, criterion, base) for criterion, base in model.bases.items()]
    remarks += [
        words(
            "joint",
            term=term_words(report, criterion),
            p=_coefficient(name, "unweighted", model, criterion, "p_value"),
        )
        for criterion in model.joint
    ]
    remarks += [*model.problems, *report.notes]
    return report.table(f"model_{name}", title, heads, rows, remarks)


def _coefficients(report: Report, name: str, title: Message, model: FittedModel) -> ChartLayout:
    """Intervals of the terms, a block of rows for each weighting where there are both."""
    weightings = ("unweighted", "weighted") if model.weighted else ("unweighted",)
    terms = [term for term in model.terms if term != "intercept"]
    key = f"coefficients_{name}"
    rows = [
        RowLayout(
            f"{key}_{number}",
            term_words(report, term),
            tuple(_coefficient(name, weighting, model, term, part) for part in PARTS),
            words(weighting) if len(weightings) > 1 else "",
        )
        for number, (weighting, term) in enumerate(
            ((weighting, term) for weighting in weightings for term in terms), start=1
        )
    ]
    return ChartLayout(
        "intervals",
        TableLayout(
            key,
            title,
            _estimated(),
            tuple(rows),
            report.analysis.loaded.plan.survey.name,
            stub=message("report.words.row"),
        ),
        x_label=message("report.estimates.estimate"),
    )


def _estimated() -> tuple[ColumnLayout, ...]:
    return tuple(ColumnLayout(part, message(f"report.estimates.{part}")) for part in PARTS)


def hypotheses_section(report: Report) -> SectionLayout:
    """Every hypothesis with its verdict, which is hidden where its estimate is."""
    counts = dict.fromkeys(("supported", "contradicted", "not_supported", "not_tested"), 0)
    rows: list[Row] = []
    for found in report.analysis.verdicts:
        counts[found.verdict] += 1
        declared = found.hypothesis
        of = ("hypotheses", declared.id, declared.model, declared.term)
        key = CellKey("survey.hypotheses", *of[1:])
        tested = found.estimate is not None
        rows.append(
            (
                declared.id,
                declared.text,
                declared.source,
                words("either_sign") if declared.sign == "either" else declared.sign.replace("-", "−"),
                *(in_estimate(*of, part) if tested else None for part in PARTS),
                report.ledger.p_value("hypotheses", declared.id, "p", found.p_value, found.n)
                if tested
                else None,
                in_estimate(*of, "p_value") if tested else None,
                report.ledger.number(
                    "hypotheses", declared.id, "standardized", found.standardized, found.n, 3
                )
                if tested
                else None,
                DecidedWords(word("strengths", found.strength), (key,)),
                DecidedWords(word("verdicts", found.verdict), (key,)),
            )
        )
    heads: tuple[Words, ...] = (
        "",
        *columns(
            "hypothesis", "source", "expected", "estimate", "low", "high", "p", "p_corrected",
            "standardized", "strength", "verdict",
        ),
    )  # fmt: skip
    remarks = (note("two_sided"), note("not_reproduced"), *report.notes)
    made = report.table("hypotheses", table("hypotheses"), heads, rows, remarks)
    texts = {
        name: report.ledger.number("verdicts", name, "n", count, report.n, 0)
        for name, count in counts.items()
    }
    summary = paragraph("verdicts", total=Count(len(rows)), **texts)
    return SectionLayout(
        "hypotheses", section("hypotheses"), (summary,) if rows else (), (made,) if rows else ()
    )


def multiverse_sections(report: Report) -> tuple[SectionLayout, ...]:
    """The specification curve of one hypothesis, where it was drawn."""
    curve = report.analysis.multiverse
    if curve is None:
        return ()

    def of(term: str, part: str = "estimate", decimals: int = 0) -> Reference:
        return in_estimate("multiverse", curve.hypothesis, "standardized effect", term, part, decimals)

    summary = paragraph(
        "multiverse",
        fitted=report.ledger.number("multiverse", "specifications", "fitted", len(curve.table), report.n, 0),
        possible=Count(curve.possible),
        hypothesis=curve.hypothesis,
        median=of("median", decimals=2),
        expected=of("share_as_expected", "percent"),
        against=of("share_against", "percent"),
    )
    title = section("multiverse")
    choices = ("outcome", "focal", "definition", "sample", "weighted")
    key = ("survey.multiverse", curve.hypothesis, "standardized effect", "specifications")
    shown = _spaced(len(curve.table), SPECIFICATIONS)
    rows = []
    for at, point in zip(shown, curve.table[shown].iter_rows(named=True), strict=True):
        parts = (Reference(key, place(part, at + 1), 3) for part in ("y", "conf_low", "conf_high"))
        chosen = tuple(_choice(report, choice, point[choice]) for choice in choices)
        rows.append(RowLayout(f"specification_curve_{at + 1}", str(at + 1), (*parts, *chosen)))
    notes: list[Words] = [summary]
    if len(shown) < len(curve.table):
        notes.append(message("report.words.thinned", shown=Count(len(shown)), all=Count(len(curve.table))))
    columns_ = (*_estimated(), *(ColumnLayout(choice, words(f"choice_{choice}")) for choice in choices))
    survey = report.analysis.loaded.plan.survey.name
    chart = ChartLayout(
        "specifications",
        TableLayout(
            "specification_curve",
            title,
            columns_,
            tuple(rows),
            survey,
            stub=words("rank"),
            notes=tuple(notes),
        ),
        y_label=message("report.estimates.estimate"),
    )
    return (SectionLayout("multiverse", title, (summary,), (chart,)),)


def _choice(report: Report, name: str, value: Any) -> Words:
    """One choice of a specification in words."""
    plan = report.analysis.loaded.plan
    match name:
        case "weighted":
            return words("weighted" if value else "unweighted")
        case "sample":
            return words(f"sample_{value}")
        case "outcome":
            return plan.outcomes[value].label
        case _:
            return plan.criteria[value].label if value in plan.criteria else words("none")


def _spaced(count: int, most: int) -> list[int]:
    """Places from the first to the last, at most so many, evenly apart.

    >>> _spaced(3, 5), _spaced(9, 3)
    ([0, 1, 2], [0, 4, 8])
    """
    if count <= most:
        return list(range(count))
    return [round(place * (count - 1) / (most - 1)) for place in range(most)]
