"""Headings of a file of answers: which column holds which variable, by id or by the words of the question."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from firmtrade.errors import InputError
from firmtrade.surveys.fieldwork.labels import plain_label
from firmtrade.surveys.instrument.limesurvey import line_code
from firmtrade.surveys.instrument.placement import ANSWER, PlacedQuestion
from firmtrade.surveys.plan import LoadedSurvey

SYNTHETIC = "synthetic"
"""A column that says that answers were drawn by the simulator."""

PARADATA_NAMES = {
    "duration": ("interviewtime", "duration (in seconds)", "duration__in_seconds_", "duration"),
    "language": ("startlanguage", "userlanguage", "language"),
    "wave": ("wave", "reminder"),
    "firm": ("firm_id", "token", "externalreference", "externaldatareference"),
}
"""Names under which survey systems keep what `[columns]` asks for beside the questionnaire."""

DESIGN_ROLES = ("weight", "stratum", "cluster", "population")
"""Entries of `[columns]` for the design of a sample that others drew; their names are those of the file."""

FORM_COLUMNS = ("welcome", "privacy", "closing")
_OF_FORM = re.compile(r"intro_\w+|\w+_shown")
"""Notes and calculated words of a form that this program wrote: they hold no answer."""

_CODE_BEFORE_TEXT = re.compile(r"^([\w\[\]]+)\. ")
"""LimeSurvey can head a column with the code of a question and its text."""


def paradata(loaded: LoadedSurvey) -> dict[str, str]:
    """Every heading, in lower case, of what `[columns]` asks for beside the questionnaire."""
    columns = loaded.plan.columns
    named = [getattr(columns, role) for role in (*PARADATA_NAMES, *DESIGN_ROLES)]
    return {
        heading: getattr(columns, role) for role, names in PARADATA_NAMES.items() for heading in names
    } | {name.lower(): name for name in named if name}


def placed_headings(raw: pl.DataFrame, loaded: LoadedSurvey) -> tuple[dict[str, str], tuple[str, ...]]:
    """The heading of each variable that the answers hold, and headings that belong to none.

    A heading is looked for among the ids first, then among what stands beside the questionnaire, then among the
    texts of the questions in every language, as exports with words for headings have them.

    Raises
    ------
    InputError
        Not one column belongs to the questionnaire, or two columns claim the same question.
    """
    known = _by_text(loaded) | paradata(loaded) | _by_id(loaded)
    placed: dict[str, str] = {}
    unknown: list[str] = []
    for heading in raw.columns:
        last = _within_groups(heading)
        if heading == SYNTHETIC or last in FORM_COLUMNS or _OF_FORM.fullmatch(last):
            continue
        name = next((known[each] for each in _readings(heading) if each in known), None)
        if name is None:
            unknown.append(heading)
        elif name in placed and placed[name] != heading:
            raise InputError(
                f"The columns `{placed[name]}` and `{heading}` both hold `{name}`.", fix="Keep one of them."
            )
        else:
            placed[name] = heading
    questions = {variable.question for variable in loaded.variables.values()}
    if not any(name in loaded.variables or name in questions for name in placed):
        raise InputError(
            "No column of the answers belongs to the questionnaire.",
            fix=f"Name the columns by the ids of the questions, such as {', '.join(list(loaded.variables)[1:4])}.",
        )
    return placed, tuple(unknown)


def _readings(heading: str) -> Iterator[str]:
    """What a heading may say, from the whole of it to its last part."""
    yield heading.lower()
    yield _within_groups(heading)
    coded = _CODE_BEFORE_TEXT.match(heading)
    if coded:
        yield coded[1].lower()
    parts = heading.split("/")
    for start in range(len(parts)):
        yield _plain_heading("/".join(parts[start:]))


def _by_id(loaded: LoadedSurvey) -> dict[str, str]:
    """The variable of every heading made of ids, in lower case."""
    found: dict[str, str] = {}
    for question in _questions(loaded):
        if not question.items or question.declared.kind == "multiple":
            found[question.id.lower()] = question.id
        for number, (name, _, _) in enumerate(question.items, 1):
            for heading in (
                name, f"{question.id}[{name}]", f"{question.id}_{name}", f"{question.id}/{name}",
                f"{question.id}.{name}", f"{question.id}_{number}",
                f"{question.id}[{line_code(name)}]", f"{question.id}_{line_code(name)}",
            ):  # fmt: skip
                found.setdefault(heading.lower(), name)
    return found


def _by_text(loaded: LoadedSurvey) -> dict[str, str]:
    """The variable of every heading made of the words of a question and its line, where it is the only one."""
    claimed: dict[str, set[str]] = {}
    for question in _questions(loaded):
        for language in loaded.plan.survey.languages:
            asked = question.text.say(language)
            if ANSWER.search(asked):
                continue
            if not question.items or question.declared.kind == "multiple":
                claimed.setdefault(_plain_heading(asked), set()).add(question.id)
            for name, text, _ in question.items:
                line = text.say(language)
                for words in (f"{asked} [{line}]", f"{asked} - {line}", f"{asked}/{line}", line):
                    claimed.setdefault(_plain_heading(words), set()).add(name)
    return {words: next(iter(names)) for words, names in claimed.items() if len(names) == 1}


def _questions(loaded: LoadedSurvey) -> Iterator[PlacedQuestion]:
    for group in loaded.questionnaire.placed():
        yield from group.questions


def _plain_heading(words: str) -> str:
    """The words of a heading in lower case, with single spaces and without a mark that it must be answered.

    >>> _plain_heading("Do you  sell abroad? *")
    'do you sell abroad?'
    """
    return plain_label(words).strip(" *")


def _within_groups(heading: str) -> str:
    """A heading without the pages that ODK and KoboToolbox write before it, in lower case.

    >>> _within_groups("page_sns/place/plc1"), _within_groups("page_profile-found"), _within_groups("sites/s1")
    ('plc1', 'found', 's1')
    """
    return re.split(r"[/:-]", heading)[-1].strip().lower()
