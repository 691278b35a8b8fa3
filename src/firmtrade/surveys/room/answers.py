"""The sections on the answers: items, criteria, the checklist of a report, and the codebook."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from importlib.resources import files

import numpy as np

from firmtrade.concepts import concept
from firmtrade.messages import DEFAULT_LANGUAGE, LANGUAGES, Text
from firmtrade.outputs.layout import ChartLayout, SectionLayout, Words
from firmtrade.surveys.room.codebook import codebook
from firmtrade.surveys.room.correlations import correlation_table
from firmtrade.surveys.room.ledger import in_cell
from firmtrade.surveys.room.names import measured_words
from firmtrade.surveys.room.question_sections import question_tables
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, section, table, word, words


def answers_section(report: Report) -> SectionLayout:
    """Every question that is not at the beginning of the report, and the answers to the items of every scale."""
    analysis, charts = report.analysis, []
    pages = {group.id: group.title for group in analysis.loaded.questionnaire.placed()}
    first = analysis.loaded.plan.report.first
    tables = question_tables(report, [asked for asked in report.asked if asked.question.id not in first])
    for scale, declared in analysis.loaded.plan.scales.items():
        items = [each for each in analysis.loaded.items(scale) if each.name in analysis.answers.columns]
        if not items or items[0].answers is None:
            continue
        codes = [code for code in items[0].answers.valid if isinstance(code.code, int)]
        repeated = len({item.group for item in items}) > 1
        rows: list[Row] = [
            (
                item.name,
                words("called", label=item.text, name=pages[item.group]) if repeated else item.text,
                *(in_cell("survey_answers", item.name, str(code.code)) for code in codes),
                in_cell("survey_answers", item.name, "n"),
            )
            for item in items
        ]
        item_head, text_head, n_head = columns("item", "text", "n")
        heads: tuple[Words, ...] = (item_head, text_head, *(code.text for code in codes), n_head)
        title = words("titled", title=table("likert"), name=declared.label)
        charts.append(ChartLayout("likert", report.table(f"likert_{scale}", title, heads, rows)))
    return SectionLayout("answers", section("answers"), (), (*tables, *charts))


def criteria_section(report: Report) -> SectionLayout:
    """What each criterion of internationalization is, and how it is distributed."""
    rows: list[Row] = []
    for name, declared in report.analysis.loaded.plan.criteria.items():
        if name in report.analysis.contrasts:
            rows += _categories(report, name)
            continue
        values = report.analysis.criteria[name]
        known = values[~np.isnan(values)]
        n = int(known.size)
        cited = concept(declared.concept) if declared.concept else None
        mean = float(known.mean()) if n else None
        spread = float(known.std(ddof=1)) if n > 1 else None
        rows.append(
            (
                declared.label,
                cited.said if cited else "",
                cited.source if cited else "",
                word("transforms", declared.transform),
                report.ledger.number("criteria", name, "mean", mean, n, 2),
                report.ledger.number("criteria", name, "sd", spread, n, 2),
                report.ledger.count("criteria", name, "n", n),
            )
        )
    heads: tuple[Words, ...] = (
        *columns("criterion", "definition", "source"),
        *columns("transform", "mean", "sd", "n"),
    )
    made = report.table("criteria", table("criteria"), heads, rows)
    pairs = correlation_table(report)
    return SectionLayout("criteria", section("criteria"), (), (made, *([pairs] if pairs else [])))


def _categories(report: Report, name: str) -> list[Row]:
    """A row for each category of a criterion: its share, and how many gave an answer that counts."""
    found = report.analysis.contrasts[name]
    known = found.place[~np.isnan(found.place)]
    n = int(known.size)
    rows: list[Row] = []
    for at, (key, category) in enumerate(found.categories.items()):
        share = float((known == at).mean()) if n else None
        label = words("category", term=found.label, category=category)
        mean = report.ledger.number("criteria", f"{name}={key}", "mean", share, n, 2)
        rows.append((label, "", "", "", mean, None, report.ledger.count("criteria", f"{name}={key}", "n", n)))
    return rows


def checklist_section(report: Report, there: Collection[str]) -> SectionLayout:
    """Where the report says what guidelines ask for; points whose section is not ``there`` are left out."""
    content = tomllib.loads((files(__package__) / "checklist.toml").read_text(encoding="utf-8"))
    rows: list[Row] = [
        (point["guideline"], Text.model_validate(point["text"]), section(point["section"]))
        for point in content["points"]
        if point["section"] in there
    ]
    heads = columns("guideline", "point", "where")
    made = report.table("checklist", table("checklist"), heads, rows, ())
    return SectionLayout("checklist", section("checklist"), (), (made,))


def codebook_section(report: Report) -> SectionLayout:
    """Every variable that may be published."""
    loaded, answers = report.analysis.loaded, report.analysis.answers
    codebooks = {language: codebook(loaded, answers, language) for language in LANGUAGES}
    rows: list[Row] = []
    for place, entry in enumerate(codebooks[DEFAULT_LANGUAGE].iter_rows(named=True)):

        def said(column: str, place: int = place) -> Words:
            texts = {language: book[column][place] for language, book in codebooks.items()}
            return Text(texts) if texts[DEFAULT_LANGUAGE] else ""

        name = entry["variable"]
        counts = (report.ledger.count("codebook", name, column, entry[column]) for column in ("n", "missing"))
        scale = measured_words(report, entry["scale"]) if entry["scale"] else ""
        rows.append((name, said("text"), word("kinds", entry["kind"]), scale, said("codes"), *counts))
    heads = columns("variable", "text", "kind", "scale", "codes", "n", "missing")
    made = report.table("codebook", table("codebook"), heads, rows, ())
    return SectionLayout("codebook", section("codebook"), (), (made,))
