"""Calls that make a room, and what is asked of one: run, estimate, survey, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from firmtrade.api.observatory import Observatory, loaded, sampling_frame
from firmtrade.api.results import Evidence, Results
from firmtrade.errors import UsageError
from firmtrade.outputs.manifest import Contents, room_of
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import Room, read_room
from firmtrade.outputs.working import WorkingFolder
from firmtrade.progress import Progress
from firmtrade.study import Study

if TYPE_CHECKING:
    import polars as pl

    from firmtrade.api.timing import Timing
    from firmtrade.evidence.options import EvidenceOptions
    from firmtrade.report.explained import Explained
    from firmtrade.surveys import SurveyResults

    Publishable: TypeAlias = str | Path | Room | Results | Evidence | SurveyResults


def run(
    study: str | Path | Study,
    data: str | Path,
    *,
    engine: str | None = None,
    progress: Progress | None = None,
    timing: Timing | None = None,
    stages: str | Path | None = None,
) -> Results:
    """Compute a study on a folder of canonical tables; short for ``Observatory(data).run(study)``.

    ``timing`` is told where the time went, and prints as a table; ``stages`` is a folder for finished stages.
    """
    study = loaded(study)  # a wrong study is said before the data is opened
    return Observatory(data, engine, progress=progress, timing=timing, stages=stages).run(study)


def estimate(
    study: str | Path | Study,
    data: str | Path,
    options: EvidenceOptions | None = None,
    *,
    deflator: str | Path | pl.DataFrame | None = None,
    engine: str | None = None,
    progress: Progress | None = None,
    stages: str | Path | None = None,
) -> Evidence:
    """Estimate the evidence on a folder of canonical tables; short for ``Observatory(data).evidence(study)``.

    ``stages`` is a folder for finished stages: the tables that models read.
    """
    observatory = Observatory(data, engine, progress=progress, stages=stages)
    return observatory.evidence(study, options, deflator=deflator)


def survey(
    path: str | Path,
    out: str | Path | None = None,
    *,
    data: str | Path | None = None,
    frame: str | Path | pl.DataFrame | None = None,
    register: str | Path | None = None,
    study: str | Path | Study = "belgium-2008",
    multiverse: bool = True,
    progress: Progress | None = None,
) -> SurveyResults:
    """Run a survey from its sample to its models, and write its room.

    Parameters
    ----------
    path
        A survey file, or the name of a bundled one.
    out
        Folder of the room; None writes nothing.
    data
        Answers: a file or a folder. Without it answers are drawn, and called synthetic wherever they show.
    frame
        The firms to draw the sample from, one row each, as a frame or a CSV or Parquet file.
    register, study
        Or a folder of canonical tables and a study: the frame is the study's firms in its reference year.
    multiverse
        Whether to fit every defensible analysis too.

    Raises
    ------
    UsageError
        Both a frame and a register, or a place that is taken.
    StudyError, InputError, DataError
        What is asked for, what is read, or what was answered does not do.
    """
    from firmtrade.sources.ignored import old_stamp
    from firmtrade.surveys.field_files import read_table
    from firmtrade.surveys.results import FrameSource
    from firmtrade.surveys.run import run_survey

    if frame is not None and register is not None:
        raise UsageError("a frame and a register are both given", fix="Give one of them.")
    stamp = None
    if register is not None:
        if out is not None:
            check_place(Path(out), room_of(Contents.SURVEY))
        observatory = Observatory(register, progress=progress)
        asked = loaded(study)
        found = observatory.read(asked)
        frame = sampling_frame(found.frame, asked)
        about = observatory.folder.stamp
        stamp = FrameSource(about.kind, about.title, found.fingerprint, tuple(old_stamp(observatory.folder)))
    elif frame is not None:
        frame = read_table(Path(frame)) if isinstance(frame, str | Path) else frame
        stamp = FrameSource("real", "a frame that was given", "")
    return run_survey(
        path, out, data=data, frame=frame, register=stamp, multiverse=multiverse, progress=progress
    )


def explain(room: str | Path | Room | Results, key: str) -> Explained:
    """How one cell of a room or of results came about: definition, numerator, denominator, rows, query and inputs.

    It prints as text; ``.sql()`` gives every statement from the canonical tables to the cell, to be run with DuckDB in
    the folder of the data.

    Raises
    ------
    UsageError
        The room has no such cell (the message names the nearest), or is none of a study's tables.
    """
    from firmtrade.report.explained import explained

    with WorkingFolder() as folder:
        return explained(room_at(room, folder / "room"), key)


def check_room(out: str | Path, contents: Contents) -> None:
    """Refuse before any work is done where a room cannot be written: see :class:`~firmtrade.errors.UsageError`."""
    check_place(Path(out), room_of(contents))


def room_at(each: Publishable, place: Path) -> Room:
    """A room as it was read, is read, or is written to be read."""
    if isinstance(each, Room):
        return each
    return read_room(Path(each) if isinstance(each, str | Path) else each.write(place))
