"""The sections on the questions: first what readers came for, then every question, by group."""

from __future__ import annotations

from collections.abc import Sequence

from firmtrade.messages import Statement as Reference
from firmtrade.outputs.layout import (
    ColumnLayout,
    Entry,
    RowLayout,
    SectionLayout,
    TableLayout,
    Words,
)
from firmtrade.surveys.groups import EVERYONE, AnswerGroup
from firmtrade.surveys.questions import MEAN, AskedQuestion
from firmtrade.surveys.room.question_statements import QUESTIONS, SCORES, groups_of
from firmtrade.surveys.room.report import Report
from firmtrade.surveys.room.words import columns, note, paragraph, section, table, words

PARTS = ("estimate", "std_error", "conf_low", "conf_high")


def headline_section(report: Report) -> SectionLayout:
    """The questions that the file puts first: a sentence for each that is answered by yes or no, and their tables."""
    first = report.analysis.loaded.plan.report.first
    chosen = [asked for name in first for asked in report.asked if asked.question.id == name]
    sentences = [_share_said(asked) for asked in chosen if _dichotomous(asked)]
    return SectionLayout(
        "headline", section("headline"), tuple(sentences), tuple(question_tables(report, chosen))
    )


def question_tables(report: Report, chosen: Sequence[AskedQuestion]) -> list[TableLayout]:
    """A table for each question with a list of answers, and one for all numbers."""
    numbers = [asked for asked in chosen if asked.question.declared.kind == "number"]
    others = [asked for asked in chosen if asked.question.declared.kind != "number"]
    found: list[TableLayout] = []
    for grid in dict.fromkeys(asked.question.id for asked in others):
        same = [asked for asked in others if asked.question.id == grid]
        if same[0].grid:
            found += [_grid(report, same), _grid_by_group(report, same)]
        else:
            found.append(_items(report, same[0]) if same[0].question.items else _shares(report, same[0]))
    return [*([_numbers(report, numbers)] if numbers else []), *found]


def scores_table(report: Report) -> TableLayout:
    """Means of the scales, by group."""
    rows = [
        _means(scale, declared.label, (SCORES, scale, MEAN), report.groups)
        for scale, declared in report.analysis.loaded.plan.scales.items()
    ]
    return _table(report, "scores", table("scores"), _heads(report.groups, "mean"), rows)


def _dichotomous(asked: AskedQuestion) -> bool:
    return asked.question.declared.kind == "choice" and {line.term for line in asked.lines} == {"0", "1"}


def _share_said(asked: AskedQuestion) -> Words:
    yes = next(line for line in asked.lines if line.term == "1")
    key = (QUESTIONS, "all", asked.name, "1")
    return paragraph(
        "share", question=asked.text, answer=yes.label, share=Reference(key, "estimate", 0),
        low=Reference(key, "conf_low", 0), high=Reference(key, "conf_high", 0), n=Reference(key, "n_obs"),
    )  # fmt: skip


def _shares(report: Report, asked: AskedQuestion) -> TableLayout:
    """A row for each answer, and one for the answers that count."""
    groups = groups_of(asked, report.groups)
    name = asked.name

    def key(group: AnswerGroup, term: str) -> tuple[str, ...]:
        return (QUESTIONS, group.key, name, term)

    rows = [
        RowLayout(
            line.term,
            line.label,
            (
                *(Reference(key(groups[0], line.term), part) for part in PARTS),
                *(Reference(key(group, line.term), "estimate") for group in groups[1:]),
            ),
        )
        for line in asked.lines
    ]
    first = asked.lines[0].term
    counts: tuple[Entry, ...] = (
        Reference(key(groups[0], first), "n_obs"),
        *(None,) * (len(PARTS) - 1),
        *(Reference(key(group, first), "n_obs") for group in groups[1:]),
    )
    rows.append(RowLayout("n", columns("n")[0], counts))
    return _table(
        report,
        f"question_{name}",
        asked.text,
        _heads(groups, "share")[: len(PARTS)] + _group_heads(groups),
        rows,
    )


def _grid(report: Report, lines: Sequence[AskedQuestion]) -> TableLayout:
    """A row for each line of a scale that measures nothing, a column for each answer."""
    rows = [
        RowLayout(
            asked.name,
            asked.text,
            (
                *(
                    Reference((QUESTIONS, EVERYONE, asked.name, line.term), "estimate")
                    for line in asked.lines
                ),
                Reference((QUESTIONS, EVERYONE, asked.name, asked.lines[0].term), "n_obs"),
            ),
        )
        for asked in lines
    ]
    heads = tuple(ColumnLayout(line.term, line.label) for line in lines[0].lines)
    n = ColumnLayout("n_obs", columns("n")[0])
    return _table(report, f"question_{lines[0].question.id}", lines[0].grid, (*heads, n), rows)


def _grid_by_group(report: Report, lines: Sequence[AskedQuestion]) -> TableLayout:
    """The last answer of the list to each line, with its error and by group."""
    rows = [
        _means(asked.name, asked.text, (QUESTIONS, asked.name, asked.lines[-1].term), report.groups)
        for asked in lines
    ]
    title = words("answered", title=lines[0].grid, answer=lines[0].lines[-1].label)
    return _table(report, f"most_{lines[0].question.id}", title, _heads(report.groups, "share"), rows)


def _items(report: Report, asked: AskedQuestion) -> TableLayout:
    """A row for each line of a scale or box."""
    name = asked.question.id
    rows = [
        _means(line.term, line.label, (QUESTIONS, name, line.term), report.groups) for line in asked.lines
    ]
    head = "share" if asked.shares else "mean"
    scale = report.analysis.loaded.plan.scales.get(asked.question.declared.measures or "")
    title = words("called", label=asked.text, name=scale.label) if scale else asked.text
    return _table(report, f"question_{name}", title, _heads(report.groups, head), rows)


def _numbers(report: Report, numbers: Sequence[AskedQuestion]) -> TableLayout:
    rows = [
        _means(asked.question.id, asked.text, (QUESTIONS, asked.question.id, MEAN), report.groups)
        for asked in numbers
    ]
    return _table(report, "numbers", table("numbers"), _heads(report.groups, "mean"), rows)


def _means(key: str, label: Words, of: tuple[str, str, str], groups: Sequence[AnswerGroup]) -> RowLayout:
    block, outcome, term = of

    def reference(group: AnswerGroup, part: str) -> Reference:
        return Reference((block, group.key, outcome, term), part)

    everyone = (reference(groups[0], part) for part in (*PARTS, "n_obs"))
    return RowLayout(key, label, (*everyone, *(reference(group, "estimate") for group in groups[1:])))


def _heads(groups: Sequence[AnswerGroup], value: str) -> tuple[ColumnLayout, ...]:
    everyone = words("everyone")
    heads = columns(value, "error", "low", "high", "n")
    parts = (*PARTS, "n_obs")
    first = tuple(ColumnLayout(part, head, everyone) for part, head in zip(parts, heads, strict=True))
    return first + _group_heads(groups)


def _group_heads(groups: Sequence[AnswerGroup]) -> tuple[ColumnLayout, ...]:
    return tuple(ColumnLayout(group.key, group.level, group.attribute) for group in groups[1:])


def _table(
    report: Report, key: str, title: Words, heads: tuple[ColumnLayout, ...], rows: Sequence[RowLayout]
) -> TableLayout:
    weighted = note("weighted" if report.analysis.design else "unweighted")
    survey = report.analysis.loaded.plan.survey.name
    stub = columns("answer")[0]
    return TableLayout(key, title, heads, tuple(rows), survey, stub=stub, notes=(weighted, *report.notes))
