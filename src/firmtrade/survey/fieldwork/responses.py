"""Answers from LimeSurvey, Qualtrics, SPSS, Stata, Excel and CSV, with codes or labels, as one tidy table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl
import pyreadstat

from firmtrade.errors import InputError
from firmtrade.survey.instrument.questionnaire import Variable
from firmtrade.survey.plan import LoadedSurvey

FORMATS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".sav", ".dta", ".parquet")

SYNTHETIC = "synthetic"
"""A column that says that answers were drawn by the simulator."""

PARADATA_NAMES = {
    "duration": ("interviewtime", "duration (in seconds)", "duration__in_seconds_", "duration"),
    "language": ("startlanguage", "userlanguage", "language"),
    "wave": ("wave", "reminder"),
    "firm": ("firm_id", "token", "externalreference", "externaldatareference"),
}
"""Names under which survey systems keep what `[columns]` asks for beside the questionnaire."""


@dataclass(frozen=True, slots=True)
class Responses:
    """Tidy answers, one row per respondent, and what had to be said about them.

    ``unknown`` are columns that belong to no question; ``absent`` questions without a column;
    ``out_of_range`` counts values per variable that no answer list or limit allows (they are missing in
    ``answers``); ``empty`` variables that nobody answered; ``withheld`` free text and identifying columns
    that were not read.
    """

    answers: pl.DataFrame
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    out_of_range: dict[str, int]
    empty: tuple[str, ...]
    withheld: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What a reader must know, each with what to do."""
        said = []
        if self.out_of_range:
            names = ", ".join(f"{name} ({count})" for name, count in sorted(self.out_of_range.items()))
            said.append(
                f"values that no answer allows were set to missing: {names}; "
                "check the coding of these columns"
            )
        if self.unknown:
            said.append(
                f"{len(self.unknown)} column(s) belong to no question and were not read: "
                f"{', '.join(self.unknown[:10])}; "
                "rename them to the ids of the questionnaire if they should count"
            )
        if self.absent:
            said.append(
                f"{len(self.absent)} question(s) have no column: {', '.join(self.absent[:10])}; "
                "what needs them is left out"
            )
        if self.empty:
            said.append(
                f"{len(self.empty)} column(s) hold no answer at all: {', '.join(self.empty[:10])}; "
                "what needs them is left out"
            )
        return tuple(said)


def read_responses(path: Path, loaded: LoadedSurvey) -> Responses:
    """Read a file of answers; its ending tells the format.

    LimeSurvey's ``question[item]`` and ``question_item`` headings, Qualtrics' three header rows, value
    labels of SPSS and Stata, and answers given as words of any language of the questionnaire are understood.

    Raises
    ------
    InputError
        The file cannot be read, has a format that is not known, or no column of the questionnaire.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"Answers in `{path.name}` have a format that is not read.",
            fix=f"Use one of {', '.join(FORMATS)}.",
        )
    try:
        raw = _read(path, ending)
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"The answers in `{path.name}` cannot be read ({type(error).__name__}).",
            fix="Export them again from the survey system, as UTF-8 where it is text.",
        ) from error
    return tidy_responses(raw, loaded)


def _read(path: Path, ending: str) -> pl.DataFrame:
    if ending in (".xlsx", ".xls"):
        book: pl.DataFrame = fastexcel.read_excel(str(path)).load_sheet(0, dtypes="string").to_polars()
        return book
    if ending == ".parquet":
        return pl.read_parquet(path)
    if ending in (".sav", ".dta"):
        read = pyreadstat.read_sav if ending == ".sav" else pyreadstat.read_dta
        frame, _ = read(str(path), output_format="polars", user_missing=True)
        return frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)
    head = path.read_bytes()[:20000].decode("utf-8-sig", errors="strict").split("\n", 1)[0]
    separator = max("\t;,", key=head.count)
    raw = pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8")
    raw = raw.rename({name: name.lstrip("\ufeff").strip('"') for name in raw.columns})
    return _without_qualtrics_heads(raw)


def _without_qualtrics_heads(raw: pl.DataFrame) -> pl.DataFrame:
    """Qualtrics writes the texts and import ids of its columns as two rows below the header."""
    for row in range(min(2, len(raw))):
        if any(isinstance(value, str) and '"ImportId"' in value for value in raw.row(row)):
            return raw.slice(row + 1)
    return raw


def _sources(loaded: LoadedSurvey) -> dict[str, str]:
    """Every heading, in lower case, under which a variable may stand."""
    found: dict[str, str] = {}
    for group in loaded.questionnaire.placed():
        for question in group.questions:
            if not question.items or question.declared.kind == "multiple":
                found[question.id.lower()] = question.id
            for number, (name, _, _) in enumerate(question.items, 1):
                for heading in (
                    name, f"{question.id}[{name}]", f"{question.id}_{name}", f"{question.id}/{name}",
                    f"{question.id}.{name}", f"{question.id}_{number}",
                ):  # fmt: skip
                    found.setdefault(heading.lower(), name)
    return found


def tidy_responses(raw: pl.DataFrame, loaded: LoadedSurvey) -> Responses:
    """Rename, recode and check a table of answers that was read from anywhere.

    Raises
    ------
    InputError
        Not one column belongs to the questionnaire, or two columns claim the same question.
    """
    headings = _sources(loaded)
    columns = loaded.plan.columns
    paradata = {
        heading: getattr(columns, role) for role, names in PARADATA_NAMES.items() for heading in names
    } | {getattr(columns, role).lower(): getattr(columns, role) for role in PARADATA_NAMES}
    placed: dict[str, str] = {}
    unknown: list[str] = []
    for heading in raw.columns:
        name = headings.get(heading.lower()) or paradata.get(heading.lower())
        if heading == SYNTHETIC:
            continue
        if name is None:
            unknown.append(heading)
        elif name in placed and placed[name] != heading:
            raise InputError(
                f"The columns `{placed[name]}` and `{heading}` both hold `{name}`.", fix="Keep one of them."
            )
        else:
            placed[name] = heading
    variables = loaded.variables
    if not any(name in variables for name in placed):
        raise InputError(
            "No column of the answers belongs to the questionnaire.",
            fix=f"Name the columns by the ids of the questions, such as {', '.join(list(variables)[1:4])}.",
        )
    series: list[pl.Series] = []
    out_of_range: dict[str, int] = {}
    withheld = []
    for name, heading in placed.items():
        if name not in variables:
            if name in paradata.values():
                series.append(raw[heading].alias(name))
            continue
        if not variables[name].leaves:
            withheld.append(name)
            continue
        values, wrong = _recode(raw[heading], variables[name])
        series.append(values.alias(name))
        if wrong:
            out_of_range[name] = wrong
    for question, heading in placed.items():
        series += _split_multiple(raw[heading], question, loaded, placed)
    answers = pl.DataFrame(series)
    if columns.duration in answers.columns:
        answers = answers.with_columns(pl.col(columns.duration).cast(pl.Float64, strict=False))
    usable = [name for name, variable in variables.items() if variable.leaves]
    absent = tuple(name for name in usable if name not in answers.columns)
    empty = tuple(name for name in usable if name in answers.columns and answers[name].is_null().all())
    return Responses(answers, tuple(unknown), absent, out_of_range, empty, tuple(sorted(withheld)))


def _split_multiple(
    values: pl.Series, question: str, loaded: LoadedSurvey, placed: dict[str, str]
) -> list[pl.Series]:
    """The boxes of a multiple choice that was exported as one column of names with blanks between."""
    items = [v.name for v in loaded.variables.values() if v.question == question and v.kind == "flag"]
    if question in loaded.variables or not items or any(item in placed for item in items):
        return []
    chosen = values.cast(pl.String).str.split(" ")
    return [chosen.list.contains(item).cast(pl.Int64).alias(item) for item in items]


def _recode(values: pl.Series, variable: Variable) -> tuple[pl.Series, int]:
    """Answers as codes, and how many were none that the questionnaire allows (these are missing)."""
    text = values.cast(pl.String).str.strip_chars()
    text = text.set(text == "", None)
    if variable.kind == "number":
        number = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        inside = pl.Series([True] * len(number))
        if variable.minimum is not None:
            inside &= (number >= variable.minimum).fill_null(True)
        if variable.maximum is not None:
            inside &= (number <= variable.maximum).fill_null(True)
        kept = number.set(~inside, None)
        return kept, kept.null_count() - text.null_count()
    codes = _code_names(variable)
    # Numbers of statistical packages arrive as "3.0".
    plain = text.str.replace(r"^(-?\d+)\.0+$", "$1").str.to_lowercase()
    found = plain.replace_strict(codes, default=None, return_dtype=pl.String)
    wrong = found.null_count() - text.null_count()
    if variable.kind == "flag" or _whole(variable):
        return found.cast(pl.Int64), wrong
    return found, wrong


def _whole(variable: Variable) -> bool:
    return variable.answers is not None and all(isinstance(code.code, int) for code in variable.answers.codes)


def _code_names(variable: Variable) -> dict[str, str]:
    """Every way to write an answer, in lower case, with its code."""
    if variable.kind == "flag":
        yes, no = ("1", "y", "yes", "true", "selected"), ("0", "n", "no", "false", "not selected")
        return dict.fromkeys(yes, "1") | dict.fromkeys(no, "0")
    assert variable.answers is not None
    names = {
        words.lower(): str(code.code) for code in variable.answers.codes for words in code.text.root.values()
    }
    return names | {str(code.code).lower(): str(code.code) for code in variable.answers.codes}
