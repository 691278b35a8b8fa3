"""Published shares and means of a survey, to be set beside its own: a CSV file with its source in every line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

from firmtrade.errors import Place, StudyError, suggest
from firmtrade.surveys.instrument import Variable

COLUMNS = ("question", "answer", "group", "value", "source")
EVERYONE, MEAN = "all", "mean"


@dataclass(frozen=True, slots=True)
class PublishedNumber:
    """A published number: of an answer or box (percent) or the ``mean`` of a number, for a group as in
    ``size_class=size_lt10`` or ``all``, and where it is printed."""

    question: str
    answer: str
    group: str
    value: float
    source: str


def read_edition(text: str, file: str, variables: Mapping[str, Variable]) -> tuple[PublishedNumber, ...]:
    """Read published numbers.

    Raises
    ------
    StudyError
        A column is missing, a line names no question or answer of the questionnaire, or its value is no number.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise StudyError(
            f"the edition has no column `{missing[0]}`",
            where=Place(file=file, line=1),
            fix=f"Its columns are {', '.join(COLUMNS)}.",
        )
    return tuple(_line(row, Place(file=file, line=line), variables) for line, row in enumerate(reader, 2))


def _line(row: Mapping[str, str], here: Place, variables: Mapping[str, Variable]) -> PublishedNumber:
    questions = {variable.question for variable in variables.values()} | set(variables)
    if row["question"] not in questions:
        raise StudyError(
            f"there is no question `{row['question']}`", where=here, fix=suggest(row["question"], questions)
        )
    answers = _answers(row["question"], variables)
    if row["answer"] not in answers:
        raise StudyError(
            f"`{row['answer']}` is no answer to `{row['question']}`",
            where=here,
            fix=suggest(row["answer"], answers),
        )
    try:
        value = float(row["value"])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise StudyError("the value is no number", where=here, fix="Write it with a decimal point.")
    if not row["source"]:
        raise StudyError("the source is missing", where=here, fix="Say where the number is printed.")
    return PublishedNumber(row["question"], row["answer"], row["group"] or EVERYONE, value, row["source"])


def _answers(question: str, variables: Mapping[str, Variable]) -> list[str]:
    """The terms under which the numbers of a question stand."""
    found: list[str] = []
    for variable in variables.values():
        if question not in (variable.name, variable.question):
            continue
        if variable.kind == "number":
            found.append(MEAN)
        elif variable.answers is not None and (variable.kind == "choice" or question == variable.name):
            found += [str(code.code) for code in variable.answers.valid]
        else:
            found.append(variable.name)
    return found
