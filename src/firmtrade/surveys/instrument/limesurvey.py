"""LimeSurvey: the tab-separated survey structure, its one writable form without foreign keys.

No row has an id. Where some rows have one and others do not, LimeSurvey numbers the others from 1 and takes them for
the questions that already have these numbers. What else its import asks for is in its manual, *Tab Separated Value
survey structure*, and in the function ``TSVImportSurvey`` of its source.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

from firmtrade.errors import InputError
from firmtrade.messages import Text
from firmtrade.outputs.csv_file import PlainEnds
from firmtrade.surveys.instrument.declared import FormTexts
from firmtrade.surveys.instrument.placement import ANSWER, PlacedCondition, PlacedQuestion, piped_answer
from firmtrade.surveys.instrument.questionnaire import Questionnaire
from firmtrade.surveys.instrument.readback import Written
from firmtrade.surveys.instrument.syntax import ConditionSyntax

COLUMNS = (
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation",
    "mandatory", "encrypted", "other", "default", "same_default", "same_script",
    "max_num_value_n", "min_num_value_n", "num_value_int_only", "em_validation_q",
)  # fmt: skip

_LONG_LIST = 9
"""Choices with more answers are shown as a drop-down list."""

_RELEVANCE = ConditionSyntax(
    "1",
    "!is_empty({question}.NAOK)",
    '({question}.NAOK == "{code}")',
    '({question}_{code}.NAOK == "Y")',
)

_ORDER = "is_empty({question}.NAOK) or is_empty({other}.NAOK) or {question}.NAOK >= {other}.NAOK"

_SETTINGS = {
    "format": "G",
    "anonymized": "N",
    "tokenanswerspersistence": "Y",
    "ipaddr": "N",
    "refurl": "N",
    "htmlemail": "N",
    "savetimings": "Y",
    "datestamp": "Y",
    "shownoanswer": "N",
}
"""A page for each group; answers keep their token, and no address of a computer; letters are plain text."""

_DECIMAL_COMMA = ("fr", "nl", "de")
"""Languages that write decimals behind a comma."""

_TAKEN = {"time": "time0"}
"""Codes that LimeSurvey keeps for itself, which it would rename on import, and those that lines get instead."""

_SAMPLES = (1000, 10_000)
"""Bytes of a file by which LimeSurvey guesses its encoding; it takes a letter that is cut there for Japanese."""

_KINDS = {"N": "number", "L": "choice", "!": "choice", "M": "flag", "F": "scale", "S": "text", "T": "text"}


def _type(question: PlacedQuestion, questionnaire: Questionnaire) -> str:
    declared = question.declared
    if declared.kind == "choice":
        assert declared.answers is not None
        return "!" if len(questionnaire.answers[declared.answers].codes) > _LONG_LIST else "L"
    if declared.kind == "text":
        return "S" if declared.identifying else "T"
    return {"number": "N", "multiple": "M", "scale": "F"}[declared.kind]


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _order(question: PlacedQuestion) -> str:
    """The expression that an answer must meet: it is not below another one, where both are given."""
    other = question.at_least
    return _ORDER.format(question=question.id, other=other) if other else ""


def limesurvey_text(questionnaire: Questionnaire, title: Text, languages: tuple[str, ...]) -> str:
    """The survey as LimeSurvey imports it (file extension ``.txt``), first language the base one.

    Scales become arrays, repetitions become groups of their own, conditions become relevance equations.
    """
    rows: list[dict[str, str]] = [
        {"class": "S", "name": "language", "text": languages[0]},
        {"class": "S", "name": "additional_languages", "text": " ".join(languages[1:])},
        *({"class": "S", "name": name, "text": value} for name, value in _SETTINGS.items()),
        {"class": "S", "name": "showsurveypolicynotice", "text": "1" if questionnaire.texts.privacy else "0"},
    ]
    for language in languages:
        rows += [
            {"class": "SL", "name": name, "text": text, "language": language}
            for name, text in _around(questionnaire.texts, title, language).items()
        ]
    for language in languages:
        rows += _rows(questionnaire, language, base=language == languages[0])
    buffer = io.StringIO()
    writer = csv.DictWriter(PlainEnds(buffer), COLUMNS, delimiter="\t", lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows({name: _quoted(cell) for name, cell in row.items()} for row in rows)
    return _with_whole_samples(buffer.getvalue())


def _quoted(cell: str) -> str:
    """A cell that keeps the quotation marks in which it stands: LimeSurvey takes those off that a spreadsheet set."""
    return '"' + cell.replace('"', '""') + '"' if re.fullmatch('".*"', cell) else cell


def _unquoted(cell: str) -> str:
    """A cell as LimeSurvey reads it."""
    return cell[1:-1].replace('""', '"') if re.fullmatch('".*"', cell) else cell


def _with_whole_samples(text: str) -> str:
    """The file with as many blank lines below its header as it takes that no sample of its bytes ends in a letter."""
    head, _, body = text.partition("\n")
    padded = text
    while any(_is_cut(padded.encode(), sample) for sample in _SAMPLES):
        body = "\n" + body
        padded = f"{head}\n{body}"
    return padded


def _is_cut(data: bytes, sample: int) -> bool:
    """Whether a letter of UTF-8 begins in the sample and ends behind it."""
    return len(data) > sample and data[sample] & 0b1100_0000 == 0b1000_0000


def _around(texts: FormTexts, title: Text, language: str) -> dict[str, str]:
    """What stands around the questions in a language, by the name of its setting."""
    pages = {
        "surveyls_welcometext": texts.welcome,
        "surveyls_policy_notice": texts.privacy,
        "surveyls_endtext": texts.closing,
    }
    found = {"surveyls_title": title.say(language)}
    found |= {name: text.say(language).replace("\n", "<br />") for name, text in pages.items() if text}
    for name, letter in (("invite", texts.invitation), ("remind", texts.reminder)):
        if letter is not None:
            found[f"surveyls_email_{name}_subj"] = letter.subject.say(language)
            found[f"surveyls_email_{name}"] = letter.body.say(language).replace("{link}", "{SURVEYURL}")
    return found | {"surveyls_numberformat": "1" if language in _DECIMAL_COMMA else "0"}


def _shown(words: str) -> str:
    """Earlier answers in a text, as LimeSurvey fills them in."""
    return ANSWER.sub(r"{\1.shown}", words)


def line_code(name: str) -> str:
    """The code of a line in LimeSurvey: its id, except where LimeSurvey keeps that for itself."""
    return _TAKEN.get(name, name)


def _relevance(conditions: tuple[PlacedCondition, ...]) -> str:
    """Conditions as an expression, boxes by the code of their line."""
    return _RELEVANCE.write(tuple(_box_named(each, line_code) for each in conditions))


def _box_named(condition: PlacedCondition, name: Callable[[str], str]) -> PlacedCondition:
    return replace(condition, box=name(condition.box)) if condition.box else condition


def _rows(questionnaire: Questionnaire, language: str, *, base: bool) -> list[dict[str, str]]:
    """Groups, questions, lines and answers in one language.

    Settings of a question (its limits) hold for all languages and stand in the rows of the ``base`` one alone.
    """
    rows: list[dict[str, str]] = []
    for place, group in enumerate(questionnaire.placed(), 1):
        rows.append(
            {
                "class": "G",
                "type/scale": f"G{place}",
                "name": group.title.say(language),
                "relevance": _relevance(group.conditions),
                "text": group.intro.say(language) if group.intro else "",
                "language": language,
            }
        )
        for question in group.questions:
            declared = question.declared
            kind = _type(question, questionnaire)
            rows.append(
                {
                    "class": "Q",
                    "type/scale": kind,
                    "name": question.id,
                    "relevance": _relevance(question.conditions),
                    "text": _shown(question.text.say(language)),
                    "help": declared.help.say(language) if declared.help else "",
                    "language": language,
                    "mandatory": "Y" if declared.required else "N",
                    "encrypted": "Y" if base and declared.identifying else "",
                    "other": "N",
                    "min_num_value_n": _limit(declared.minimum) if base else "",
                    "max_num_value_n": _limit(declared.maximum) if base else "",
                    "num_value_int_only": "1" if base and declared.whole else "",
                    "em_validation_q": _order(question) if base else "",
                }
            )
            rows += [
                {"class": "SQ", "type/scale": "0", "name": line_code(name), "relevance": "1",
                 "text": _shown(text.say(language)), "language": language, "mandatory": "N"}
                for name, text, _ in question.items
            ]  # fmt: skip
            if declared.answers:
                rows += [
                    {"class": "A", "type/scale": "0", "name": str(code.code), "text": code.text.say(language),
                     "language": language}
                    for code in questionnaire.answers[declared.answers].codes
                ]  # fmt: skip
    return rows


def read_limesurvey(text: str, file: str = "survey.txt") -> tuple[Written, ...]:
    """The variables of a tab-separated survey structure, in the order asked.

    Raises
    ------
    InputError
        Not a survey structure, or a question type that this program does not write.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", restval="")
    lines = {code: name for name, code in _TAKEN.items()}
    if not {"class", "type/scale", "name", "text", "language"} <= set(reader.fieldnames or ()):
        raise InputError(
            f"{file} is no survey structure of LimeSurvey: the columns `class`, `type/scale` or `name` lack.",
            fix="Export the survey from LimeSurvey as a tab-separated structure (.txt).",
        )
    texts: dict[str, dict[str, str]] = {}
    codes: dict[str, dict[str, dict[str, str]]] = {}
    questions: dict[str, dict[str, str]] = {}
    items: dict[str, list[str]] = {}
    group = question = ""
    for written in reader:
        row = {name: _unquoted(cell) for name, cell in written.items() if name is not None}
        language = row["language"]
        if row["class"] == "G":
            group = row["relevance"]
        elif row["class"] == "Q":
            question = row["name"]
            if row["type/scale"] not in _KINDS:
                raise InputError(
                    f"Question `{question}` of {file} has the type `{row['type/scale']}`, which is not read.",
                    fix=f"Types that are read: {', '.join(_KINDS)}.",
                )
            questions.setdefault(question, {**row, "group": group})
            items.setdefault(question, [])
            codes.setdefault(question, {})
            texts.setdefault(question, {})[language] = _answers(row["text"])
        elif row["class"] == "SQ":
            line = lines.get(row["name"], row["name"])
            if line not in items[question]:
                items[question].append(line)
            texts.setdefault(line, {})[language] = _answers(row["text"])
        elif row["class"] == "A":
            codes[question].setdefault(row["name"], {})[language] = row["text"]
    found = []
    for name, row in questions.items():
        conditions = tuple(
            _box_named(each, lambda code: lines.get(code, code))
            for each in (*_RELEVANCE.read(row["group"]), *_RELEVANCE.read(row["relevance"]))
        )
        found += [
            Written(
                variable,
                _KINDS[row["type/scale"]],
                tuple(texts[variable].items()),
                tuple((code, tuple(words.items())) for code, words in codes[name].items()),
                float(row["min_num_value_n"]) if row["min_num_value_n"] else None,
                float(row["max_num_value_n"]) if row["max_num_value_n"] else None,
                row["mandatory"] == "Y",
                conditions,
                row.get("num_value_int_only") == "1",
                _other(row.get("em_validation_q") or ""),
            )
            for variable in items[name] or [name]
        ]
    return tuple(found)


def _other(expression: str) -> str | None:
    """The question that an order check compares with."""
    found = re.search(r">= (\w+)\.NAOK$", expression)
    return found[1] if found else None


def _answers(words: str) -> str:
    return re.sub(r"\{(\w+)\.shown\}", lambda found: piped_answer(found[1]), words)
