"""Answers from any survey system or package, with codes or labels, as one tidy table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from firmtrade.errors import DataError
from firmtrade.messages import Code, Count, Firms, Listing, Message, Slot, message
from firmtrade.surveys.fieldwork.answer_files import RawAnswers, read_answers
from firmtrade.surveys.fieldwork.boxes import SEEN, Boxes, box_words, joined_boxes, separate_boxes
from firmtrade.surveys.fieldwork.headings import paradata, placed_headings
from firmtrade.surveys.fieldwork.labels import NO_ANSWER, by_label, plain_labels, plain_numbers, plain_texts
from firmtrade.surveys.fieldwork.routing import SUBMITTED, asked
from firmtrade.surveys.fieldwork.written_numbers import read_numbers, suspect_codes
from firmtrade.surveys.instrument.placement import Variable
from firmtrade.surveys.instrument.questionnaire import TICKED
from firmtrade.surveys.plan import LoadedSurvey


@dataclass(frozen=True, slots=True)
class Responses:
    """Tidy answers, one row per respondent, and what had to be said about them.

    ``unknown`` are columns that belong to no question; ``absent`` questions without a column;
    ``out_of_range`` counts values per variable that no answer list or limit allows (they are missing in
    ``answers``); ``empty`` variables that nobody answered; ``withheld`` free text and identifying columns
    that were not read; ``as_codes`` variables whose answers could be read as codes and as labels of other codes;
    ``suspects`` numbers, by variable, that were kept and look like codes for no answer.
    """

    answers: pl.DataFrame
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    out_of_range: dict[str, int]
    empty: tuple[str, ...]
    withheld: tuple[str, ...]
    as_codes: tuple[str, ...] = ()
    suspects: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Message, ...]:
        """What a reader must know, each with what to do."""
        texts = []
        if self.out_of_range:
            counted = tuple(
                message("problems.counted", name=name, n=Firms(count))
                for name, count in sorted(self.out_of_range.items())
            )
            texts.append(message("problems.out_of_range", names=Listing(counted, "comma")))
        if self.unknown:
            texts.append(message("problems.unknown_columns", **_counted(self.unknown)))
        if self.absent:
            texts.append(message("problems.absent", **_counted(self.absent)))
        if self.empty:
            texts.append(message("problems.empty", **_counted(self.empty)))
        if self.as_codes:
            texts.append(message("problems.as_codes", names=_named(self.as_codes)))
        if self.suspects:
            named = tuple(f"{name} {', '.join(map(str, codes))}" for name, codes in self.suspects.items())
            texts.append(message("problems.suspect_codes", names=_named(named), key=Code("missing")))
        return tuple(texts)


_WHOLE = r"^0*(\d+)(?:[.,]0+)?$"
"""A whole number, however many zeros a system writes before it or behind its decimal mark."""

_TOGETHER = (
    "{code} - {label}", "{code} – {label}", "{code}. {label}", "{code}: {label}", "{code}) {label}", "{code} = {label}",
    "{code} {label}", "{code} ({label})", "[{code}] {label}", "{label} ({code})", "{label} [{code}]",
)  # fmt: skip
"""A code and its label in one value."""


def _named(names: tuple[str, ...]) -> Listing:
    """The first ten names."""
    return Listing(names[:10], "comma")


def _counted(names: tuple[str, ...]) -> dict[str, Slot]:
    return {"n": Count(len(names)), "names": _named(names)}


def read_responses(path: Path, loaded: LoadedSurvey) -> Responses:
    """Read a file of answers; its ending tells the format.

    LimeSurvey's ``question[item]`` and ``question_item`` headings, Qualtrics' three header rows, value
    labels of SPSS and Stata, and answers given as words of any language of the questionnaire are understood.

    Raises
    ------
    InputError
        The file cannot be read, has a format that is not known, or no column of the questionnaire.
    """
    return tidy_responses(read_answers(path), loaded)


def tidy_responses(raw: RawAnswers | pl.DataFrame, loaded: LoadedSurvey) -> Responses:
    """Rename, recode and check a table of answers that was read from anywhere.

    Raises
    ------
    InputError
        Not one column belongs to the questionnaire, or two columns claim the same question.
    """
    if isinstance(raw, pl.DataFrame):
        raw = RawAnswers(raw)
    placed, unknown = placed_headings(raw.frame, loaded)
    variables, columns = loaded.variables, loaded.plan.columns
    series: list[pl.Series] = []
    out_of_range: dict[str, int] = {}
    withheld, as_codes = [], []
    boxes: dict[str, pl.Series] = {}
    for name, heading in placed.items():
        text = _text(raw.frame[heading], raw.declared_missing(heading))
        if name in variables and not variables[name].leaves:
            withheld.append(name)
        elif name not in variables and name in paradata(loaded).values():
            series.append((text if name == columns.firm else raw.frame[heading]).alias(name))
        elif name not in variables:
            boxes[name] = text
        elif variables[name].kind == "flag":
            boxes[name] = by_label(text, raw.value_labels(heading), box_words(variables[name].text))
        else:
            variable = variables[name]
            if variable.answers is not None:
                text = by_label(text, raw.value_labels(heading), _labels(variable))
            values, wrong = _recode(text, variable)
            series.append(values.alias(name))
            if wrong:
                out_of_range[name] = wrong
            if variable.answers is not None and _labels_are_codes(variable):
                as_codes.append(name)
    ticked = _boxes(boxes, series, _submitted(raw.frame), loaded)
    answers = pl.DataFrame([*series, *(tick for each in ticked for tick in each.ticks.values())])
    if not answers.columns:
        raise DataError(
            "Every column of the answers is free text or tells who answered: nothing of it is analysed.",
            fix="Ask for numbers, or for answers from a list; people read what is written freely.",
        )
    out_of_range |= {name: count for each in ticked for name, count in each.wrong.items()}
    if columns.duration in answers.columns:
        answers = answers.with_columns(pl.col(columns.duration).cast(pl.Float64, strict=False))
    usable = [name for name, variable in variables.items() if variable.leaves]
    absent = tuple(name for name in usable if name not in answers.columns)
    empty = tuple(name for name in usable if name in answers.columns and answers[name].is_null().all())
    numbers = [name for name in usable if variables[name].kind == "number" and name in answers.columns]
    suspects = {name: found for name in numbers if (found := suspect_codes(answers[name]))}
    return Responses(
        answers,
        unknown,
        absent,
        out_of_range,
        empty,
        tuple(sorted(withheld)),
        tuple(sorted(as_codes)),
        suspects,
    )


def _text(values: pl.Series, missing: pl.Series) -> pl.Series:
    """A raw column as texts: empty ones, and those that the file declares missing, are missing."""
    text = plain_numbers(values.cast(pl.String))
    return text.set((text == "") | missing, None)


def _submitted(raw: pl.DataFrame) -> pl.Series:
    """Whether each respondent is known to have come to the end, shape (n,)."""
    found = pl.Series([False] * len(raw), dtype=pl.Boolean)
    for heading in raw.columns:
        if heading.lower() in SUBMITTED:
            found |= (raw[heading].cast(pl.String).str.strip_chars() != "").fill_null(False)
    return found


def _boxes(
    columns: dict[str, pl.Series], others: list[pl.Series], submitted: pl.Series, loaded: LoadedSurvey
) -> list[Boxes]:
    """The boxes of every multiple choice of the questionnaire that the answers hold."""
    found = []
    known = pl.DataFrame([*others, *(values.alias(name) for name, values in columns.items())])
    for group in loaded.questionnaire.placed():
        for question in group.questions:
            if question.declared.kind != "multiple":
                continue
            own = {name: columns[name] for name, _, _ in question.items if name in columns}
            if not own and question.id not in columns:
                continue
            was_asked = asked(loaded.questionnaire, question.id, known, submitted)
            found.append(
                separate_boxes(question, own, was_asked)
                if own
                else joined_boxes(question, columns[question.id], was_asked)
            )
            # What a later question depends on is the tick, however the file writes it.
            known = known.with_columns(
                pl.when(pl.lit(tick == TICKED))
                .then(pl.lit(str(TICKED)))
                .otherwise(pl.col(name) if name in known.columns else None)
                .alias(name)
                for name, tick in found[-1].ticks.items()
            )
    return found


def _recode(text: pl.Series, variable: Variable) -> tuple[pl.Series, int]:
    """Answers as codes, and how many were none that the questionnaire allows (these are missing)."""
    if variable.kind == "number":
        text = text.set(plain_texts(text).is_in(NO_ANSWER).fill_null(False), None)
        number = read_numbers(text)
        declined = number.is_in(variable.missing).fill_null(False)
        inside = ~declined
        if variable.minimum is not None:
            inside &= (number >= variable.minimum).fill_null(True)
        if variable.maximum is not None:
            inside &= (number <= variable.maximum).fill_null(True)
        kept = number.set(~inside, None)
        return kept, kept.null_count() - text.null_count() - int(declined.sum())
    names = _code_names(variable)
    unnamed = plain_texts(text).is_in([mark for mark in (*NO_ANSWER, SEEN) if mark not in names])
    text = text.set(unnamed.fill_null(False), None)
    plain = plain_texts(text)
    if _whole(variable):
        plain = plain.zip_with(plain.is_in(list(names)).fill_null(True), plain.str.replace(_WHOLE, "$1"))
    found = plain.replace_strict(names, default=None, return_dtype=pl.String)
    wrong = found.null_count() - text.null_count()
    return (found.cast(pl.Int64) if _whole(variable) else found), wrong


def _whole(variable: Variable) -> bool:
    return variable.answers is not None and all(isinstance(code.code, int) for code in variable.answers.codes)


def _code_names(variable: Variable) -> dict[str, str]:
    """Every way to write an answer, in lower case, with its code; a code wins over a label of the same letters."""
    assert variable.answers is not None  # only answers from a list are recoded by name
    codes = {str(code.code).lower(): str(code.code) for code in variable.answers.codes}
    return _labels(variable, _TOGETHER) | _labels(variable) | codes


def _labels(variable: Variable, shapes: Sequence[str] = ("{label}",)) -> dict[str, str]:
    """The codes of answers by their plain label in each language, written in each of some shapes."""
    assert variable.answers is not None  # as above
    pairs = [
        (shape.format(code=code.code, label=words), str(code.code))
        for code in variable.answers.codes
        for words in code.text.root.values()
        for shape in shapes
    ]
    plain = plain_labels(label for label, _ in pairs)
    return {label: code for label, (_, code) in zip(plain, pairs, strict=True)}


def _labels_are_codes(variable: Variable) -> bool:
    """Whether a label of one answer is the code of another, so that a value can be read in two ways."""
    assert variable.answers is not None  # as above
    labels = _labels(variable)
    return any(
        labels.get(str(code.code).lower(), str(code.code)) != str(code.code)
        for code in variable.answers.codes
    )
