"""One call from a survey file to its room."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import polars as pl

from firmtrade.errors import DataError, InputError, UsageError, suggest
from firmtrade.messages import LANGUAGES, Message, language_of
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import Cell, CellKey, Curve, Estimate, Statements
from firmtrade.outputs.layout import ColumnLayout, Entry, Judgement, SectionLayout, TableLayout
from firmtrade.outputs.layout_frames import frame_of, tables_of
from firmtrade.outputs.manifest import Contents, DataFacts, RegisterFacts, RoomManifest, StudyFacts, room_of
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.outputs.models import number_text
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.parts import part_of
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import write_room
from firmtrade.progress import Progress, silent
from firmtrade.surveys.analysis import Analysis, analyse
from firmtrade.surveys.design import DrawnSample, Stratum, draw_sample, frame_strata
from firmtrade.surveys.fieldwork import read_responses, tidy_responses
from firmtrade.surveys.fieldwork.answer_files import FORMATS
from firmtrade.surveys.instrument import (
    check_readback,
    limesurvey_text,
    read_limesurvey,
    read_xlsform,
    write_xlsform,
    written,
)
from firmtrade.surveys.plan import LoadedSurvey, load_survey
from firmtrade.surveys.room import build_sections, cells, codebook, curves, estimates
from firmtrade.surveys.room.analysis_file import FOLDER, analysis_files
from firmtrade.surveys.room.ddi import ddi_codebook
from firmtrade.surveys.simulator import simulate_field, synthetic_frame
from firmtrade.version import __version__


@dataclass(frozen=True, slots=True)
class Register:
    """Where the frame came from: ``kind`` is ``real`` or ``synthetic``."""

    kind: str
    title: str
    fingerprint: str


@dataclass(frozen=True)
class SurveyResults:
    """What a survey states: unprotected, for inside the room.

    ``synthetic`` says that the answers were drawn by the simulator; ``sample`` are the drawn firms where a
    frame was given; ``register`` is where they came from, None where the frame was drawn too or came with the
    answers.
    """

    analysis: Analysis
    sample: DrawnSample | None
    synthetic: bool
    data_fingerprint: str
    register: Register | None = None

    @property
    def kind(self) -> Literal["real", "synthetic"]:
        """``synthetic`` only where neither the answers nor the register are real."""
        invented = self.synthetic and (self.register is None or self.register.kind == "synthetic")
        return "synthetic" if invented else "real"

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Numbers of models, scales and tests; every block begins with ``survey.``."""
        return self.statements.estimates

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The specification curve and the eigenvalues of parallel analysis."""
        return self.statements.curves

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Counts and shares with the firms behind each."""
        return self.statements.cells

    @cached_property
    def statements(self) -> Statements:
        """Everything that the survey states."""
        analysis, year = self.analysis, str(self.analysis.loaded.plan.survey.year)
        found = Statements((*cells(analysis), *self._report[1]), estimates(analysis), curves(analysis))
        dated = found.changed(lambda one: replace(one, year=year))
        return dated.stamped(synthetic=self.kind == "synthetic")

    @property
    def sections(self) -> tuple[SectionLayout, ...]:
        """Sections of the report: words, and references to statements."""
        return self._report[0]

    @cached_property
    def _report(self) -> tuple[tuple[SectionLayout, ...], tuple[Cell, ...]]:
        return build_sections(self.analysis, synthetic=self.synthetic)

    @property
    def switched_off(self) -> tuple[Message, ...]:
        """What is not there or not to be trusted, and what to do, one sentence each."""
        return self.analysis.problems

    def summary(self) -> str:
        """What was found, in a few lines."""
        verdicts = [f"{v.hypothesis.id}: {v.verdict.replace('_', ' ')}" for v in self.analysis.verdicts]
        lines = [
            f"{len(self.analysis.answers)} answers analysed of {self.analysis.quality.flow[0][1]} received.",
            *(["Synthetic answers: no firm stands behind them."] if self.synthetic else []),
            *verdicts,
            *(f"Note: {said}." for said in self.switched_off),
        ]
        return "\n".join(lines)

    @property
    def tables(self) -> dict[str, str]:
        """What there is: the title of every table and figure by its name."""
        return {
            name: language_of("en").render(table.title) for name, table in tables_of(self.sections).items()
        }

    def table(self, name: str, language: str = "en") -> pl.DataFrame:
        """A table, or what a figure is drawn from, as a frame, unrounded: ``rows``, then the columns by their keys.

        Raises
        ------
        UsageError
            The survey has no such table; the message names the nearest.
        """
        tables = tables_of(self.sections)
        if name not in tables:
            raise UsageError(f"the survey has no table {name!r}", fix=suggest(name, tables))
        return frame_of(tables[name], self.statements, language)

    def __repr__(self) -> str:
        return short(f"survey {self._name}", self.summary())

    def _repr_html_(self) -> str:
        lines = self.summary().split("\n")
        return card(f"Survey {self._name}", lines, ("table", "title"), self.tables.items())

    @property
    def _name(self) -> str:
        stamp = "synthetic data" if self.kind == "synthetic" else "unprotected: keep it inside"
        return f"{self.analysis.loaded.plan.survey.name}, {stamp}"

    def write(self, out: str | Path) -> Path:
        """Write the room folder; see :func:`write_survey`."""
        check_place(Path(out), room_of(Contents.SURVEY))
        return write_survey(self, Path(out))


def run_survey(
    path: str | Path,
    out: str | Path | None = None,
    *,
    data: str | Path | None = None,
    frame: pl.DataFrame | None = None,
    register: Register | None = None,
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
    tables = _tables(data)
    responses = read_responses(tables["answers"], loaded)
    if frame is None and "frame" in tables:
        frame = read_table(tables["frame"])
    drawn = None
    if "sample" in tables and frame is not None:
        drawn = _given_sample(read_table(tables["sample"]), frame, loaded)
    dispositions = read_table(tables["dispositions"]) if "dispositions" in tables else None
    if dispositions is not None and "disposition" not in dispositions.columns:
        raise InputError(
            "The dispositions have no column `disposition`.",
            fix="Give one row per drawn firm with `firm_id` and `disposition`.",
        )
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


def _tables(data: Path) -> dict[str, Path]:
    if data.is_file():
        return {"answers": data}
    if not data.is_dir():
        raise UsageError(
            f"{data} is no file and no folder.", fix="Give the answers, or the folder that holds them."
        )
    found = {
        entry.stem: entry
        for entry in sorted(data.iterdir())
        if entry.suffix.lower() in FORMATS and entry.is_file()
    }
    answers = found.get("answers") or found.get("responses")
    if answers is None:
        raise UsageError(
            f"{data} holds no answers.",
            fix=f"Name the file `answers` with one of the endings {', '.join(FORMATS)}.",
        )
    return found | {"answers": answers}


def read_table(path: Path) -> pl.DataFrame:
    """A table of firms, CSV or Parquet; identifiers stay text.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path, glob=False)
        return pl.read_csv(
            path.read_bytes(), schema_overrides={"firm_id": pl.String}, infer_schema_length=None
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"`{path.name}` cannot be read ({type(error).__name__}).", fix="Use CSV (UTF-8) or Parquet."
        ) from error


def _given_sample(sample: pl.DataFrame, frame: pl.DataFrame, loaded: LoadedSurvey) -> DrawnSample:
    """A sample drawn earlier, with the attributes of the frame joined to it."""
    for name in ("firm_id", "stratum", "weight"):
        if name not in sample.columns:
            raise InputError(
                f"The sample has no column `{name}`.",
                fix="Use the file `sample.csv` of the room it was drawn in.",
            )
    columns = [name for name in frame.columns if name not in sample.columns or name == "firm_id"]
    joined = sample.join(frame.select(columns), on="firm_id", how="inner", maintain_order="left")
    if len(joined) < len(sample):
        raise DataError(
            f"{len(sample) - len(joined)} drawn firm(s) are not in the frame.",
            fix="Give the frame from which the sample was drawn.",
        )
    strata = frame_strata(frame, loaded.plan.design)
    taken = dict(sample["stratum"].value_counts().iter_rows())
    listed = tuple(Stratum(key, firms, taken.get(key, 0)) for key, firms in strata.iter_rows())
    return DrawnSample(joined, listed, loaded.plan.design.seed, int(strata["firms"].sum()))


def _fingerprint(answers: pl.DataFrame) -> str:
    return hashlib.sha256(answers.write_csv().encode()).hexdigest()


def write_survey(results: SurveyResults, out: Path) -> Path:
    """Write the room of a survey.

    Besides the files of every room: ``codebook.csv``, the forms under ``questionnaire/``, the answers for other
    programs with their codebook under ``analysis/``, and ``sample.csv`` with the drawn firms; these two never leave.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    DataError
        A form does not read back as it was written.
    """
    loaded = results.analysis.loaded
    files = {
        **_table_files(results),
        "codebook.csv": codebook(loaded, results.analysis.answers).write_csv().encode("utf-8"),
        **_forms(loaded),
        **analysis_files(results.analysis),
        f"{FOLDER}/ddi.xml": ddi_codebook(results.analysis),
    }
    if results.sample is not None:
        sample = results.sample.firms.select("firm_id", "stratum", "weight")
        files["sample.csv"] = sample.write_csv().encode("utf-8")
    return write_room(out, results.statements, loaded.text, _about(results), files, results.sections)


def _about(results: SurveyResults) -> RoomManifest:
    loaded = results.analysis.loaded
    plan = loaded.plan
    drawn = results.synthetic
    return RoomManifest(
        contents=Contents.SURVEY,
        study=StudyFacts(
            name=plan.survey.name,
            title=plan.survey.title.say(),
            titles={language: plan.survey.title.say(language) for language in LANGUAGES},
            sha256=loaded.fingerprint,
            source=plan.survey.source,
        ),
        data=DataFacts(
            kind=results.kind,
            title="Synthetic answers drawn from declared effects" if drawn else "Answers of the field",
            source="simulator" if drawn else "survey",
            fingerprint=results.data_fingerprint,
        ),
        register=RegisterFacts.model_validate(asdict(results.register)) if results.register else None,
        versions={"firmtrade": __version__} | {name: version(name) for name in ("numpy", "scipy", "polars")},
        seeds={"sample": plan.design.seed, "measurement": plan.measurement.seed}
        | ({"simulation": plan.simulation.seed} if drawn and plan.simulation else {}),
        stays_inside=(
            *(["sample.csv"] if results.sample is not None else []),
            *(f"{FOLDER}/answers.{ending}" for ending in ("dta", "parquet", "sav")),
        ),
        switched_off=results.switched_off,
    )


def _table_files(results: SurveyResults) -> dict[str, bytes]:
    tables = [table for section in results.sections for table in section.tables()]
    return {f"tables/{table.key}.csv": _table_csv(table, results.statements) for table in tables}


def _table_csv(table: TableLayout, statements: Statements) -> bytes:
    """A table in English: the names of its rows, its columns, and the mark of the data."""

    def text(entry: Entry) -> str:
        match entry:
            case None:
                return ""
            case Reference(key, part):
                return number_text(part_of(statements.by_key[CellKey(*key)], part).value)
            case Judgement(words):
                return str(words)
            case _:
                return str(entry)

    mark = mark_of(statements.cells[0])
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["group", "row", *map(_head, table.columns), MARK])
    for row in table.rows:
        writer.writerow([text(row.group), text(row.label), *map(text, row.entries), mark])
    return buffer.getvalue().encode("utf-8")


def _head(column: ColumnLayout) -> str:
    """The name of a column in a file: with the heading over it, where it has one."""
    over, label = str(column.spanner), str(column.label)
    return f"{over}: {label}" if over else label


def _forms(loaded: LoadedSurvey) -> dict[str, bytes]:
    """The questionnaire as data, as LimeSurvey and as XLSForm; both forms are read back and compared."""
    survey = loaded.plan.survey
    expected = written(loaded.questionnaire, survey.languages)
    text = limesurvey_text(loaded.questionnaire, survey.title, survey.languages)
    check_readback(expected, read_limesurvey(text), "LimeSurvey form")
    with TemporaryDirectory(prefix="firmtrade-") as folder:
        form = Path(folder) / "xlsform.xlsx"
        write_xlsform(loaded.questionnaire, survey.title, survey.languages, form, survey.name)
        check_readback(expected, read_xlsform(form), "XLSForm")
        sheets = form.read_bytes()
    files = {
        "questionnaire.toml": loaded.form.encode("utf-8"),
        "limesurvey.txt": text.encode("utf-8"),
        "xlsform.xlsx": sheets,
    }
    return {f"questionnaire/{name}": content for name, content in files.items()}
