"""The answers that were analysed, for other programs: SPSS, Stata and Parquet with labels, flags, scores and weights.

They hold single answers and stay inside. No file holds a clock: what the writers stamp is set to a fixed day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat

from firmtrade.messages import Slot, language_of, message
from firmtrade.outputs.working import WorkingFolder
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.groups import attribute_label, level_label
from firmtrade.surveys.instrument import Level, Variable
from firmtrade.surveys.levels import FRAME
from firmtrade.surveys.room.words import words
from firmtrade.surveys.weighting.adjustment import natural_order

FOLDER = "analysis"
WEIGHT = "weight_"
"""The columns of weights begin so."""

_STATA_NAME, _STATA_LABEL, _SPSS_LABEL = 32, 80, 250
_SPSS_NAME = 64
_SPSS_MISSING = 3
"""Single codes that a variable of SPSS may declare as missing."""

_RESERVED = re.compile(
    "all|and|by|byte|double|eq|float|ge|gt|if|in|int|le|long|lt|ne|not|or|str[0-9]+|strl|to|using|with"
)
"""Words of SPSS and Stata that no variable may be called by; question ids have small letters and digits alone."""

_SPSS_DAY = (92, b"01 Jan 0000:00:00")
"""Place and text of the day and time of a file of SPSS."""

_STATA_DAY = re.compile(rb"<timestamp>\x11.{17}</timestamp>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AnalysisColumn:
    """A column of the file: values, label, level, labels of whole numbers, those that are no answer, and the question
    where it holds answers."""

    name: str
    values: pl.Series
    label: Slot
    level: Level
    labels: Mapping[int, Slot]
    missing: tuple[int, ...] = ()
    variable: Variable | None = None


def analysis_columns(analysis: Analysis) -> tuple[AnalysisColumn, ...]:
    """Answers that may be published, attributes of the frame, flags, scores, criteria and weights, a row per answer."""
    loaded = analysis.loaded
    found = [
        _answer(variable, analysis.answers[name])
        for name, variable in loaded.variables.items()
        if variable.leaves and name in analysis.answers.columns
    ]
    if analysis.register is not None:
        attributes = dict.fromkeys((*loaded.plan.design.strata, *loaded.plan.weighting.margins))
        found += [
            _attribute(analysis, name, analysis.register[name])
            for name in attributes
            if name in analysis.register.columns
        ]
    kept = analysis.quality.kept
    for name, flag in analysis.quality.flags.items():
        if flag[kept].any():
            found.append(
                _number(f"flag_{name}", flag[kept].astype(float), message(f"survey.steps.{name}"), "nominal")
            )
    for name, scores in analysis.scores.items():
        found.append(_number(f"s_{name}", scores, loaded.plan.scales[name].label, "scale"))
    for name, declared in loaded.plan.criteria.items():
        if name not in analysis.contrasts:
            found.append(_number(f"c_{name}", analysis.criteria[name], declared.label, "scale"))
    if analysis.weights is not None:
        for name, weights in (("base", analysis.weights.base), ("final", analysis.weights.final)):
            found.append(_number(f"{WEIGHT}{name}", weights, words(f"weight_{name}"), "scale"))
    return tuple(found)


def analysis_files(analysis: Analysis) -> dict[str, bytes]:
    """The files by path: ``analysis/answers.sav``, ``.dta`` and ``.parquet``."""
    columns = analysis_columns(analysis)
    language = language_of(analysis.loaded.plan.survey.languages[0])
    labels = {each.name: language.render(each.label) for each in columns}
    listed = {
        each.name: {code: language.render(label) for code, label in each.labels.items()}
        for each in columns
        if each.labels
    }
    frame = pl.DataFrame([each.values.alias(each.name) for each in columns])
    title = language.render(analysis.loaded.plan.survey.title)
    with WorkingFolder() as folder:
        files = {
            "answers.sav": _spss(frame, columns, labels, listed, title, folder / "answers.sav"),
            "answers.dta": _stata(frame, columns, labels, listed, title, folder / "answers.dta"),
            "answers.parquet": _parquet(frame, labels, listed),
        }
    return {f"{FOLDER}/{name}": content for name, content in files.items()}


def _answer(variable: Variable, values: pl.Series) -> AnalysisColumn:
    """An answer as a whole number; a list with letters is numbered in its order."""
    level = variable.level
    name = f"q_{variable.name}" if _RESERVED.fullmatch(variable.name) else variable.name
    if variable.answers is None or variable.kind == "flag":
        return AnalysisColumn(name, values.cast(pl.Float64), variable.text, level, {}, variable=variable)
    codes = variable.answers.codes
    number = {
        str(code.code): code.code if isinstance(code.code, int) else place
        for place, code in enumerate(codes, 1)
    }
    whole = values.cast(pl.String).replace_strict(number, default=None, return_dtype=pl.Int64)
    return AnalysisColumn(
        name,
        whole.cast(pl.Float64),
        variable.text,
        level,
        {number[str(code.code)]: code.text for code in codes},
        tuple(number[str(code.code)] for code in codes if code.missing),
        variable,
    )


def _attribute(analysis: Analysis, name: str, values: pl.Series) -> AnalysisColumn:
    plan = analysis.loaded.plan
    declared = plan.frame.get(name)
    text = values.cast(pl.String)
    levels = list(declared.categories) if declared else []
    levels += [each for each in natural_order(text.drop_nulls().unique().to_list()) if each not in levels]
    places = {level: float(place) for place, level in enumerate(levels, 1)}
    return AnalysisColumn(
        f"frame_{name}",
        text.replace_strict(places, default=None, return_dtype=pl.Float64),
        attribute_label(plan, f"{FRAME}:{name}"),
        declared.level if declared else "nominal",
        {int(place): level_label(plan, name, level) for level, place in places.items()},
    )


def _number(name: str, values: np.ndarray, label: Slot, level: Level) -> AnalysisColumn:
    return AnalysisColumn(name, pl.Series(values, dtype=pl.Float64).fill_nan(None), label, level, {})


def _spss(
    frame: pl.DataFrame, columns: tuple[AnalysisColumn, ...], labels: Mapping[str, str],
    listed: Mapping[str, dict[int, str]], title: str, path: Path,
) -> bytes:  # fmt: skip
    """Codes that are no answer are declared missing; where SPSS cannot declare as many, they are missing."""
    declared = {each.name: ranges for each in columns if (ranges := _missing_ranges(each))}
    lost = [each for each in columns if each.missing and each.name not in declared]
    short = _shortened([each.name for each in columns], _SPSS_NAME)
    pyreadstat.write_sav(
        _without_missing(frame, lost).rename(short),
        path,
        file_label=title[:60],
        column_labels={short[name]: label[:_SPSS_LABEL] for name, label in labels.items()},
        variable_value_labels={short[name]: dict(codes) for name, codes in listed.items()},
        missing_ranges={short[name]: ranges for name, ranges in declared.items()},
        variable_measure={short[each.name]: each.level for each in columns},
    )
    content = bytearray(path.read_bytes())
    at, day = _SPSS_DAY
    content[at : at + len(day)] = day
    return bytes(content)


def _stata(
    frame: pl.DataFrame, columns: tuple[AnalysisColumn, ...], labels: Mapping[str, str],
    listed: Mapping[str, dict[int, str]], title: str, path: Path,
) -> bytes:  # fmt: skip
    """Codes that are no answer are missing: a number of them would enter every model."""
    short = _shortened([each.name for each in columns], _STATA_NAME)
    pyreadstat.write_dta(
        _without_missing(frame, columns).rename(short),
        path,
        file_label=title[:_STATA_LABEL],
        column_labels={short[name]: label[:_STATA_LABEL] for name, label in labels.items()},
        variable_value_labels={short[name]: dict(codes) for name, codes in listed.items()},
        version=14,
    )
    return _STATA_DAY.sub(b"<timestamp>\x1101 Jan 2000 00:00</timestamp>", path.read_bytes(), count=1)


def _missing_ranges(column: AnalysisColumn) -> list[int | dict[str, int]]:
    """The codes that are no answer as SPSS declares them: three of them, or a range without an answer in it and one
    code; none where that does not cover them all."""
    codes = sorted(column.missing)
    if len(codes) <= _SPSS_MISSING:
        return list(codes)
    answers = sorted(set(column.labels) - set(codes))
    for single in (None, codes[0], codes[-1]):
        low, *_, high = (code for code in codes if code != single)
        if not any(low <= answer <= high for answer in answers):
            return [{"lo": low, "hi": high}, *([] if single is None else [single])]
    return []


def _without_missing(frame: pl.DataFrame, columns: Iterable[AnalysisColumn]) -> pl.DataFrame:
    """The values of ``columns`` without the codes that are no answer."""
    return frame.with_columns(
        pl.when(~pl.col(each.name).is_in([float(code) for code in each.missing]))
        .then(pl.col(each.name))
        .alias(each.name)
        for each in columns
        if each.missing
    )


def _shortened(names: Sequence[str], most: int) -> dict[str, str]:
    """Names of ``most`` letters at most; where two are cut to the same one, those that follow end in their number."""
    found: dict[str, str] = {}
    for place, name in enumerate(names, 1):
        cut = name[:most]
        end = f"_{place}"
        found[name] = cut if cut not in found.values() else f"{name[: most - len(end)]}{end}"
    return found


def _parquet(frame: pl.DataFrame, labels: Mapping[str, str], listed: Mapping[str, dict[int, str]]) -> bytes:
    """Labels stand in the metadata of the file, as JSON."""
    buffer = BytesIO()
    about = {
        "labels": json.dumps(dict(labels), ensure_ascii=False),
        "value_labels": json.dumps(dict(listed), ensure_ascii=False),
    }
    frame.write_parquet(buffer, metadata=about)
    return buffer.getvalue()
