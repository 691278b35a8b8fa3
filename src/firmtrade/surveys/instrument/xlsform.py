"""XLSForm: the workbook that ODK, KoboToolbox and SurveyCTO understand."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from firmtrade.errors import InputError
from firmtrade.messages import Text
from firmtrade.sources.workbook import read_sheet
from firmtrade.surveys.instrument.placement import ANSWER, PlacedQuestion, piped_answer
from firmtrade.surveys.instrument.questionnaire import Questionnaire
from firmtrade.surveys.instrument.readback import Written
from firmtrade.surveys.instrument.syntax import ConditionSyntax

LANGUAGE_NAMES = {"en": "English", "fr": "French", "nl": "Dutch", "de": "German"}

_RELEVANT = ConditionSyntax(
    "", "${{{question}}} != ''", "${{{question}}} = '{code}'", "selected(${{{question}}}, '{code}')"
)

_SHOWN = "_shown"
"""After the name of a question: the row that holds its answer in words."""

_BOXES = "_boxes"
"""After the name of a multiple choice: the list of its boxes, which no list of answers is called."""

_PIPED = r"\$\{(\w+)" + _SHOWN + r"\}"

_CREATED = datetime(2000, 1, 1)
"""Files do not depend on a clock."""


def _columns(prefix: str, text: Text | None, languages: tuple[str, ...]) -> dict[str, str]:
    if text is None:
        return {}
    return {f"{prefix}::{LANGUAGE_NAMES[code]} ({code})": _shown(text.say(code)) for code in languages}


def _shown(words: str) -> str:
    """Earlier answers in a text: the words of their choice, which a row of their own calculates."""
    return ANSWER.sub(rf"${{\1{_SHOWN}}}", words)


def _note(name: str, text: Text | None, languages: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"type": "note", "name": name} | _columns("label", text, languages)] if text else []


def _in_words(question: PlacedQuestion) -> str:
    """The answer to a question as it stands in a text: the words of a choice, a number or a text as it was given."""
    given = f"${{{question.id}}}"
    return f"jr:choice-name({given}, '{given}')" if question.declared.kind == "choice" else given


def _constraint(question: PlacedQuestion) -> str:
    declared = question.declared
    parts = []
    if declared.minimum is not None:
        parts.append(f". >= {declared.minimum:g}")
    if declared.maximum is not None:
        parts.append(f". <= {declared.maximum:g}")
    if question.at_least:
        parts.append(f". >= ${{{question.at_least}}}")
    return " and ".join(parts)


def _survey_rows(questionnaire: Questionnaire, languages: tuple[str, ...]) -> list[dict[str, str]]:
    texts = questionnaire.texts
    rows = [*_note("welcome", texts.welcome, languages), *_note("privacy", texts.privacy, languages)]
    piped = {
        name for group in questionnaire.placed() for question in group.questions for name in question.piped
    }
    for group in questionnaire.placed():
        rows.append(
            {"type": "begin_group", "name": f"page_{group.id}", "relevant": _RELEVANT.write(group.conditions)}
            | _columns("label", group.title, languages)
        )
        if group.intro:
            rows.append(
                {"type": "note", "name": f"intro_{group.id}"} | _columns("label", group.intro, languages)
            )
        for question in group.questions:
            rows += _question_rows(question, languages)
            if question.id in piped:
                rows.append(
                    {"type": "calculate", "name": question.id + _SHOWN, "calculation": _in_words(question)}
                )
        rows.append({"type": "end_group"})
    return [*rows, *_note("closing", texts.closing, languages)]


def _question_rows(question: PlacedQuestion, languages: tuple[str, ...]) -> list[dict[str, str]]:
    declared = question.declared
    required = {"required": "yes" if declared.required else ""}
    relevant = {"relevant": _RELEVANT.write(question.conditions)}
    label = _columns("label", question.text, languages) | _columns("hint", declared.help, languages)
    if declared.kind == "scale":
        head = {"type": "begin_group", "name": question.id, "appearance": "field-list"} | relevant | label
        lines = [
            {"type": f"select_one {declared.answers}", "name": name}
            | _columns("label", text, languages)
            | required
            for name, text, _ in question.items
        ]
        return [head, *lines, {"type": "end_group"}]
    types = {
        "number": "integer" if declared.whole else "decimal",
        "choice": f"select_one {declared.answers}",
        "multiple": f"select_multiple {question.id}{_BOXES}",
        "text": "text",
    }
    row = {"type": types[declared.kind], "name": question.id, "constraint": _constraint(question)}
    return [row | required | relevant | label]


def _choice_rows(questionnaire: Questionnaire, languages: tuple[str, ...]) -> list[dict[str, str]]:
    rows = [
        {"list_name": name, "name": str(code.code)} | _columns("label", code.text, languages)
        for name, answers in questionnaire.answers.items()
        for code in answers.codes
    ]
    rows += [
        {"list_name": question.id + _BOXES, "name": item} | _columns("label", text, languages)
        for group in questionnaire.placed()
        for question in group.questions
        if question.declared.kind == "multiple"
        for item, text, _ in question.items
    ]
    return rows


def write_xlsform(
    questionnaire: Questionnaire, title: Text, languages: tuple[str, ...], path: Path, form: str = "survey"
) -> None:
    """Write the questionnaire as an XLSForm workbook; the first language is the default one."""
    default = f"{LANGUAGE_NAMES[languages[0]]} ({languages[0]})"
    settings = [{"form_title": title.say(languages[0]), "form_id": form, "default_language": default}]
    sheets = {
        "survey": _survey_rows(questionnaire, languages),
        "choices": _choice_rows(questionnaire, languages),
        "settings": settings,
    }
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column)
                for number, row in enumerate(rows, 1):
                    if row.get(column):
                        sheet.write_string(number, place, row[column])


def _sheet(path: Path, name: str) -> list[dict[str, str]]:
    sheet = read_sheet(path, name, header=True)
    rows = () if sheet is None else sheet.cells.iter_rows(named=True)
    return [{key: value or "" for key, value in row.items()} for row in rows]


def _texts(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for column, words in row.items():
        if language := re.fullmatch(r"label::.* \((\w+)\)", column):
            found.append((language[1], re.sub(_PIPED, lambda each: piped_answer(each[1]), words)))
    return tuple(found)


def _bound(constraint: str, sign: str) -> float | None:
    found = re.search(rf"\. {sign} (-?[\d.e+]+)", constraint)
    return float(found[1]) if found else None


def _other(constraint: str) -> str | None:
    """The question that an order check compares with."""
    found = re.search(r"\. >= \$\{(\w+)\}", constraint)
    return found[1] if found else None


def read_xlsform(path: Path) -> tuple[Written, ...]:
    """The variables of an XLSForm workbook, in the order asked.

    Raises
    ------
    InputError
        A sheet is missing, or a question has a type that this program does not write.
    """
    lists: dict[str, list[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for row in _sheet(path, "choices"):
        lists.setdefault(row["list_name"], []).append((row["name"], _texts(row)))
    kinds = {
        "decimal": "number",
        "integer": "number",
        "text": "text",
        "select_one": "choice",
        "select_multiple": "flag",
    }
    found: list[Written] = []
    groups: list[dict[str, str]] = []
    for row in _sheet(path, "survey"):
        kind, _, answers = row["type"].partition(" ")
        if kind == "begin_group":
            groups.append(row)
        elif kind == "end_group":
            groups.pop()
        elif kind in kinds:
            scale = bool(groups) and groups[-1].get("appearance") == "field-list"
            conditions = tuple(c for r in (*groups, row) for c in _RELEVANT.read(r.get("relevant", "")))
            limits = row.get("constraint", "")
            entry = Written(
                row["name"],
                "scale" if scale else kinds[kind],
                _texts(row),
                tuple(lists[answers]) if kind == "select_one" else (),
                _bound(limits, ">="),
                _bound(limits, "<="),
                row.get("required") == "yes",
                conditions,
                kind == "integer",
                _other(limits),
            )
            if kind == "select_multiple":
                found += [
                    Written(name, "flag", texts, (), None, None, entry.required, conditions)
                    for name, texts in lists[answers]
                ]
            else:
                found.append(entry)
        elif kind not in ("note", "calculate"):
            raise InputError(
                f"Question `{row['name']}` of {path.name} has the type `{row['type']}`, which is not read.",
                fix=f"Types that are read: {', '.join(kinds)}, note and groups.",
            )
    return tuple(found)
