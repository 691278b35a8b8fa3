"""One call from a survey file to its room."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from firmtrade.errors import InputError
from firmtrade.outputs.manifest import Contents, room_of
from firmtrade.outputs.place import check_place
from firmtrade.progress import Progress, silent
from firmtrade.surveys.analysis import analyse
from firmtrade.surveys.design import draw_sample
from firmtrade.surveys.field_files import given_sample, read_table, tables_in, with_text_ids
from firmtrade.surveys.fieldwork import read_responses, tidy_responses
from firmtrade.surveys.plan import LoadedSurvey, load_survey
from firmtrade.surveys.results import FrameSource, SurveyResults
from firmtrade.surveys.room.files import write_survey
from firmtrade.surveys.simulator import simulate_field, synthetic_frame


def run_survey(
    path: str | Path,
    out: str | Path | None = None,
    *,
    data: str | Path | None = None,
    frame: pl.DataFrame | None = None,
    register: FrameSource | None = None,
    multiverse: bool = True,
    progress: Progress | None = None,
) -> SurveyResults:
    """Run a survey from design to models, and write its room into the folder ``out`` where one is given.

    Parameters
    ----------
    data
        A file of answers, or a folder with ``answers.*`` (or ``responses.*``) and optionally ``sample``,
        ``frame`` and ``dispositions`` as CSV or Parquet. None draws synthetic answers.
    frame
        The register, one row per firm: ``firm_id``, the strata and margins of the file, ``mode``,
        ``founded``. Without it and without ``data`` a synthetic register is drawn.
    register
        Where the frame came from. Answers that are drawn for real firms do not make their counts synthetic.

    Raises
    ------
    UsageError, StudyError, InputError
        The call, the file or the answers cannot be read.
    DataError
        No answer is left after the checks of quality.
    """
    loaded = load_survey(path)
    if out is not None:
        check_place(Path(out), room_of(Contents.SURVEY))
    say = progress or silent
    frame = None if frame is None else with_text_ids(frame)
    results = (
        _simulated(loaded, frame, multiverse, say)
        if data is None
        else _collected(loaded, Path(data), frame, multiverse, say)
    )
    results = replace(results, register=register)
    if out is not None:
        say("writing the room")
        write_survey(results, Path(out))
    return results


def _simulated(
    loaded: LoadedSurvey, frame: pl.DataFrame | None, multiverse: bool, say: Progress
) -> SurveyResults:
    simulation = loaded.plan.simulation
    seed = simulation.seed if simulation else 0
    say("drawing synthetic answers")
    if frame is None:
        frame = synthetic_frame(simulation.firms if simulation else 100, seed, loaded.plan.survey.year)
    drawn = draw_sample(frame, loaded.plan.design)
    field = simulate_field(loaded, drawn.firms, np.random.default_rng(seed))
    responses = tidy_responses(field.answers, loaded)
    analysis = analyse(
        loaded,
        responses,
        frame=frame,
        drawn=drawn,
        dispositions=field.dispositions,
        multiverse=multiverse,
        progress=say,
    )
    return SurveyResults(analysis, drawn, True, _fingerprint(responses.answers))


def _collected(
    loaded: LoadedSurvey, data: Path, frame: pl.DataFrame | None, multiverse: bool, say: Progress
) -> SurveyResults:
    say("reading answers")
    tables = tables_in(data)
    responses = read_responses(tables["answers"], loaded)
    if frame is None and "frame" in tables:
        frame = read_table(tables["frame"])
    drawn = None
    if "sample" in tables and frame is not None:
        drawn = given_sample(read_table(tables["sample"]), frame, loaded)
    dispositions = read_table(tables["dispositions"]) if "dispositions" in tables else None
    if dispositions is not None and "disposition" not in dispositions.columns:
        raise InputError(
            "The dispositions have no column `disposition`.",
            fix="Give one row per drawn firm with `firm_id` and `disposition`.",
        )
    if dispositions is not None:
        written = pl.col("disposition").cast(pl.String).str.strip_chars().str.to_lowercase()
        dispositions = dispositions.with_columns(written.str.replace_all(r"[\s-]+", "_"))
    analysis = analyse(
        loaded,
        responses,
        frame=frame,
        drawn=drawn,
        dispositions=dispositions,
        multiverse=multiverse,
        progress=say,
    )
    sample = (
        drawn
        if drawn is not None
        else (draw_sample(frame, loaded.plan.design) if frame is not None else None)
    )
    return SurveyResults(analysis, sample, False, _fingerprint(responses.answers))


def _fingerprint(answers: pl.DataFrame) -> str:
    return hashlib.sha256(answers.write_csv().encode()).hexdigest()
