"""What stands beside a model's coefficients: odds ratios and marginal effects, simple slopes, Firth's estimates."""

from __future__ import annotations

from firmtrade.messages import Slot, Text
from firmtrade.outputs.layout import TableLayout, Words
from firmtrade.surveys.models.joint import SimpleSlope
from firmtrade.surveys.models.specification import FittedModel
from firmtrade.surveys.room.ledger import in_estimate
from firmtrade.surveys.room.model_statements import slope_term
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.terms import term_words
from firmtrade.surveys.room.words import columns, note, table, words


def model_details(report: Report, name: str, outcome: Text, model: FittedModel) -> list[TableLayout]:
    """The tables beside the coefficients of a model, those that it has."""
    found = []
    if model.marginal is not None:
        found.append(_effects(report, name, outcome, model))
    if model.slopes:
        found.append(_slopes(report, name, outcome, model))
    if model.penalized:
        found.append(_penalized(report, name, outcome, model))
    return found


def _effects(report: Report, name: str, outcome: Text, model: FittedModel) -> TableLayout:
    """Odds ratios with their intervals, and what one unit moves in the probability of each answer."""
    assert model.marginal is not None
    width = model.marginal.effects.shape[1]
    heads: list[Words] = [*columns("term", "odds_ratio", "low", "high")]
    for number in range(width):
        label = _category(report, model, number) if width > 1 else ""
        heads += [
            words("marginal_of", category=label) if label else columns("marginal")[0],
            *columns("error"),
        ]
    rows: list[Row] = []
    for term in (term for term in model.terms if term != "intercept"):
        of = (name, model.declared.outcome, term)
        row: list[Slot | None] = [term_words(report, term)]
        row += [in_estimate("effects", *of, part, 2) for part in ("estimate", "conf_low", "conf_high")]
        for number in range(width):
            label_ = f"{term}, category {number + 1}" if width > 1 else term
            key = ("marginal_effects", name, model.declared.outcome, label_)
            row += [in_estimate(*key), in_estimate(*key, "std_error")]
        rows.append(tuple(row))
    remarks = (note("marginal"), *report.notes)
    return report.table(f"effects_{name}", table("effects", name=outcome), heads, rows, remarks)


def _category(report: Report, model: FittedModel, number: int) -> Slot:
    """The words of the answer behind a category of an ordered outcome."""
    code = f"{model.unweighted.categories[number]:g}"
    measure = report.analysis.loaded.plan.outcomes[model.declared.outcome].measure
    variable = report.analysis.loaded.variables.get(measure.partition(":")[2])
    listed = variable.answers.valid if variable is not None and variable.answers else ()
    return next((answer.text for answer in listed if str(answer.code) == code), code)


def _slopes(report: Report, name: str, outcome: Text, model: FittedModel) -> TableLayout:
    rows: list[Row] = []
    for slope in model.slopes:
        of = ("slopes", name, model.declared.outcome, slope_term(slope))
        parts = ("estimate", "std_error", "conf_low", "conf_high", "p_value")
        rows.append((_where(report, model, slope), *(in_estimate(*of, part) for part in parts)))
    heads = columns("term", "estimate", "error", "low", "high", "p")
    return report.table(
        f"slopes_{name}", table("slopes", name=outcome), heads, rows, (note("slopes"), *report.notes)
    )


def _where(report: Report, model: FittedModel, slope: SimpleSlope) -> Words:
    """Where a slope is taken: in a category, or at a value of a number."""
    term, moderator = term_words(report, slope.term), term_words(report, slope.moderator)
    if slope.value is None:
        key = slope.at or model.bases[slope.moderator]
        category = report.analysis.contrasts[slope.moderator].categories[key]
        return words("slope_in", term=term, moderator=moderator, category=category)
    return words("slope_at", term=term, moderator=moderator, at=words(f"slope_{slope.at}"))


def _penalized(report: Report, name: str, outcome: Text, model: FittedModel) -> TableLayout:
    parts = ("estimate", "std_error", "conf_low", "conf_high", "p_value")
    rows: list[Row] = [
        (
            term_words(report, term),
            *(
                in_estimate("models", f"{name}, penalized", model.declared.outcome, term, part)
                for part in parts
            ),
        )
        for term in model.penalized
    ]
    heads = columns("term", "estimate", "error", "low", "high", "p")
    remarks = (note("penalized"), *report.notes)
    return report.table(f"penalized_{name}", table("penalized", name=outcome), heads, rows, remarks)
