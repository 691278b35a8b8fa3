"""The public API: an observatory over a folder of canonical tables, and what can be asked of it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import firmtrade
from firmtrade.errors import DataError, InputError, Place, UsageError, suggest
from firmtrade.linked.compare import Comparison
from firmtrade.linked.compare import compare as compare_cells
from firmtrade.linked.edition import read_edition
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import is_room, read_room, write_room
from firmtrade.release import release as make_release
from firmtrade.release import unprotected_error
from firmtrade.report import FORMATS
from firmtrade.report import verify as verify_release
from firmtrade.report.manifest import is_release
from firmtrade.report.spoken import explanation
from firmtrade.report.words import words as check_language
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import Chapter, compute
from firmtrade.statistics.tables import frame, table_csv
from firmtrade.study import Study
from firmtrade.study.load import load_study, parse_study

if TYPE_CHECKING:
    import polars as pl

    from firmtrade.evidence.options import EvidenceOptions
    from firmtrade.evidence.run import EvidenceResults
    from firmtrade.linked.audit import AuditReport
    from firmtrade.linked.population import SynthReport
    from firmtrade.sources.check import QualityReport
    from firmtrade.sources.importer import ImportReport
    from firmtrade.survey import SurveyResults

Progress = Callable[[str], None]

ENGINES = ("ibis-framework", "duckdb", "polars", "numpy")
MODELS = ("scipy", "pyfixest")
FRAME = (
    "firm_id", "region", "size_class", "division", "technology_class", "mode", "founded", "employment",
)  # fmt: skip
"""Columns of the panel that a survey draws its sample by."""


@dataclass(frozen=True)
class Results:
    """The outputs of one run of a study, unprotected: they stay in the room."""

    study: Study
    chapter: Chapter
    manifest: Mapping[str, Any]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.chapter.cells

    @cached_property
    def _by_key(self) -> dict[CellKey, Cell]:
        return {cell.key: cell for cell in self.cells}

    def table(self, identifier: str, language: str = "en") -> pl.DataFrame:
        """A table or figure's data (``4``, ``fig15``) as a frame, unrounded.

        Raises
        ------
        UsageError
            The study has no such table; the message names the nearest.
        """
        specs = {spec.id: spec for spec in self.chapter.specs}
        if identifier not in specs:
            raise UsageError(f"the study has no table {identifier!r}", fix=suggest(identifier, specs))
        return frame(specs[identifier], self._by_key, self.study, language)

    def summary(self) -> str:
        """What was computed and what was not, in a few lines."""
        lines = [
            f"{len(self.cells):,} cells of {len(self.chapter.specs)} tables and figures; "
            f"{len(self.chapter.identities):,} identities checked, all hold."
        ]
        lines += [f"Not computed: {where}: {reason}." for where, reason in self.chapter.switched_off.items()]
        lines += list(self.manifest["notes"])
        return "\n".join(lines)

    def write(self, out: str | Path) -> Path:
        """Write the room folder: cells, evidence, one CSV per table, manifest."""
        tables = {f"{spec.id}.csv": table_csv(spec, self._by_key, self.study) for spec in self.chapter.specs}
        return write_room(Path(out), self.cells, self.study.text, tables, self.manifest)


@dataclass(frozen=True)
class Evidence:
    """The models of one run of a study, unprotected: they stay in the room."""

    study: Study
    results: EvidenceResults
    manifest: Mapping[str, Any]

    def summary(self) -> str:
        """How much was estimated, and what the tests decide, in sentences."""
        estimates, curves = len(self.results.estimates), len(self.results.curves)
        lines = [f"{estimates:,} estimates and {curves:,} curves of {len(self.results.blocks)} blocks."]
        return "\n".join([*lines, *self.results.verdicts])

    def write(self, out: str | Path) -> Path:
        """Write the room folder: estimates, curves, sections, figures, who stands behind them, manifest."""
        from firmtrade.evidence.room import EvidenceRoom, write_evidence
        from firmtrade.release import evidence_figures

        results = self.results
        drawn = evidence_figures(
            EvidenceRoom(results.estimates, results.curves, results.sections), self.manifest
        )
        return write_evidence(results, Path(out), self.study.text, self.manifest, drawn)


class Observatory:
    """Canonical tables, ready to be asked.

    Parameters
    ----------
    data
        Folder of canonical tables (from ``firmtrade import`` or ``firmtrade synth``).
    engine
        ``duckdb://`` (in process), the default.
    progress
        Called with the name of each stage.

    Raises
    ------
    UsageError, InputError
        The folder is not there, lacks a required table, or holds a file that cannot be read.
    """

    def __init__(
        self, data: str | Path, engine: str | None = None, *, progress: Progress | None = None
    ) -> None:
        self.folder = CanonicalFolder(Path(data))
        self._engine = engine
        self._progress = progress

    def run(self, study: str | Path | Study) -> Results:
        """Compute all tables and figures of a study.

        Raises
        ------
        StudyError
            The study says something that cannot be.
        DataError
            A year of the study is absent from the data, or a key stands twice.
        """
        from firmtrade.observatory.engine import Engine
        from firmtrade.observatory.observe import Observation

        study = _loaded(study)
        with ThreadPoolExecutor(1) as beside, Engine(self._engine) as engine:
            fingerprint = beside.submit(self.folder.fingerprint)
            observation = Observation(self.folder, study, engine=engine, progress=self._progress)
            self._say("building the panel")
            _ = observation.window
            self._say("computing tables and figures")
            chapter = compute(study, observation.answer, observation.missing)
            data = fingerprint.result()
        if chapter.broken:
            rules = sorted({identity.rule for identity in chapter.broken})
            raise DataError(
                f"{len(chapter.broken)} identities do not hold: {'; '.join(rules)}",
                fix="This is a fault of the program: please report it with the study file.",
            )
        chapter = _stamped(chapter, synthetic=self.folder.stamp.synthetic)
        return Results(study, chapter, self._about(study, chapter, data, observation.notes))

    def panel(self, study: str | Path | Study) -> pl.DataFrame:
        """The panel of a study's firms, one row per firm and year: confidential, for use inside the room."""
        return self._panel(_loaded(study))[0]

    def evidence(
        self,
        study: str | Path | Study,
        options: EvidenceOptions | None = None,
        *,
        deflator: str | Path | pl.DataFrame | None = None,
    ) -> Evidence:
        """Estimate what the evidence asks of a study's firms: premia, selection, survival, ventures, learning, growth.

        Firms that are in a population of the study in no year are left out; all others are followed through every
        year, above the limits of size too, and each block asks for membership where its question does.

        Parameters
        ----------
        options
            The terms; window and reference year are the study's where they are not given.
        deflator
            ``year``, ``index`` and optionally ``division``, as a frame or a CSV file: money at constant prices.

        Raises
        ------
        StudyError, DataError
            As :meth:`run`; a block that cannot be computed is a sentence of the results, not an error.
        InputError
            The deflator cannot be read or used.
        """
        import polars as pl

        from firmtrade.evidence import EvidenceOptions, run_evidence

        study = _loaded(study)
        prices = deflator if deflator is None or not isinstance(deflator, str | Path) else _deflator(deflator)
        panel, notes = self._panel(study)
        if "in_population" in panel.columns:
            panel = panel.filter(pl.col("in_population").any().over("firm_id"))
        terms = options or EvidenceOptions()
        terms = replace(
            terms,
            window=terms.window or study.study.window,
            reference_year=terms.reference_year or study.reference_year,
        )
        results = run_evidence(
            panel, terms, deflator=prices, progress=lambda block: self._say(f"estimating {block}")
        )
        about = self._source(study, self.folder.fingerprint()) | {
            "protection": "none",
            "versions": versions(MODELS),
            "period": _span(panel["year"].to_list()),
            "blocks": list(terms.blocks),
            "verdicts": list(results.verdicts),
            "switched_off": list(results.switched_off),
            "notes": notes,
        }
        return Evidence(study, results, about)

    def register(self, study: str | Path | Study) -> pl.DataFrame:
        """The firms of a study's populations in its reference year, with what a survey draws its sample by."""
        study = _loaded(study)
        panel = self.panel(study)
        firms = panel.filter(panel["year"] == study.reference_year)
        if "in_population" in firms.columns:
            firms = firms.filter(firms["in_population"])
        return firms.select(name for name in FRAME if name in firms.columns).sort("firm_id")

    def _panel(self, study: Study) -> tuple[pl.DataFrame, list[str]]:
        from firmtrade.observatory.engine import Engine
        from firmtrade.observatory.export import panel_frame
        from firmtrade.observatory.observe import Observation

        with Engine(self._engine) as engine:
            observation = Observation(self.folder, study, engine=engine, progress=self._progress)
            return panel_frame(observation), observation.notes

    def _say(self, stage: str) -> None:
        if self._progress:
            self._progress(stage)

    def _source(self, study: Study, data: str) -> dict[str, Any]:
        """Which study and which data: what rooms that are published together must agree on."""
        return {
            "study": {
                "name": study.name,
                "title": study.study.title.say(),
                "sha256": hashlib.sha256(study.text.encode()).hexdigest(),
                "source": study.study.source,
            },
            "data": {
                "kind": self.folder.stamp.kind,
                "title": self.folder.stamp.title,
                "source": self.folder.stamp.source,
                "fingerprint": data,
            },
        }

    def _about(self, study: Study, chapter: Chapter, data: str, notes: list[str]) -> dict[str, Any]:
        return self._source(study, data) | {
            "protection": "none",
            "versions": versions(),
            "identities": {"checked": len(chapter.identities), "broken": len(chapter.broken)},
            "switched_off": chapter.switched_off,
            "notes": notes,
            "views": [
                {
                    "population": request.universe.population,
                    "period": request.universe.period,
                    "dimensions": list(request.dimensions),
                    "query": query,
                }
                for request, query in chapter.queries.items()
            ],
        }


def run(
    study: str | Path | Study,
    data: str | Path,
    *,
    engine: str | None = None,
    progress: Progress | None = None,
) -> Results:
    """Compute a study on a folder of canonical tables; short for ``Observatory(data).run(study)``."""
    study = _loaded(study)  # a wrong study is said before the data is opened
    return Observatory(data, engine, progress=progress).run(study)


def evidence(
    study: str | Path | Study,
    data: str | Path,
    options: EvidenceOptions | None = None,
    *,
    deflator: str | Path | pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> Evidence:
    """Estimate the evidence on a folder of canonical tables; short for ``Observatory(data).evidence(study)``."""
    return Observatory(data, progress=progress).evidence(study, options, deflator=deflator)


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
    from firmtrade.survey.run import Register, read_table, run_survey

    if frame is not None and register is not None:
        raise UsageError("a frame and a register are both given", fix="Give one of them.")
    stamp = None
    if register is not None:
        if out is not None:
            check_place(Path(out), is_room, "a room")
        observatory = Observatory(register, progress=progress)
        frame = observatory.register(study)
        kind, title = observatory.folder.stamp.kind, observatory.folder.stamp.title
        stamp = Register(kind, title, observatory.folder.fingerprint())
    elif frame is not None:
        frame = read_table(Path(frame)) if isinstance(frame, str | Path) else frame
        stamp = Register("real", "a frame that was given", "")
    return run_survey(
        path, out, data=data, frame=frame, register=stamp, multiverse=multiverse, progress=progress
    )


def report(
    study: str | Path | Study,
    out: str | Path,
    *,
    data: str | Path | None = None,
    lang: str = "en",
    formats: Sequence[str] = FORMATS,
    against: str | Path | None = None,
    unprotected: bool = False,
    evidence: bool = False,
    rooms: Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> Path:
    """Run a study and publish it. Without ``data`` the study's synthetic population is drawn and said so.

    ``evidence`` estimates the models too; ``rooms`` are rooms made earlier (of a survey, say) to publish with it.

    Raises
    ------
    UsageError
        Real data without ``unprotected``, an unknown language or format, a place that is taken.
    """
    study = _loaded(study)
    check_language(lang)
    check_place(Path(out), is_release, "a release")
    with TemporaryDirectory(prefix="firmtrade-") as folder:
        if data is None:
            data = Path(folder) / "synthetic"
            synth(study, data, progress=progress)
        observatory = Observatory(data, progress=progress)
        if not observatory.folder.stamp.synthetic and not unprotected:
            raise unprotected_error()
        made: list[str | Path | Results | Evidence | SurveyResults] = [observatory.run(study)]
        if evidence:
            made.append(observatory.evidence(study))
        return release(
            [*made, *rooms],
            out,
            lang=lang,
            formats=formats,
            against=against,
            unprotected=unprotected,
            progress=progress,
        )


def release(
    rooms: Sequence[str | Path | Results | Evidence | SurveyResults],
    out: str | Path,
    *,
    lang: str = "en",
    formats: Sequence[str] = FORMATS,
    against: str | Path | None = None,
    unprotected: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Publish room folders, or results of runs, together as one release folder.

    A chapter and its evidence must be of one study and one folder of data; surveys have studies of their own, which
    the release names.
    """
    with TemporaryDirectory(prefix="firmtrade-") as folder:
        paths = [
            Path(each) if isinstance(each, str | Path) else each.write(Path(folder) / str(number))
            for number, each in enumerate(rooms)
        ]
        return make_release(
            [read_room(path) for path in paths],
            Path(out),
            lang=lang,
            formats=formats,
            against=against,
            unprotected=unprotected,
            progress=progress,
        )


def check_room(out: str | Path) -> None:
    """Refuse before any work is done where a room cannot be written: see :class:`~firmtrade.errors.UsageError`."""
    check_place(Path(out), is_room, "a room")


def verify(folder: str | Path) -> list[str]:
    """What is wrong with a release: files missing, altered or added. An empty list proves it whole."""
    return list(verify_release(Path(folder)))


def compare(room: str | Path | Results, published: str | Path) -> Comparison:
    """Set computed cells beside a printed edition, cell by cell."""
    if isinstance(room, Results):
        return compare_cells(read_edition(published, room.study), room.cells)
    there = read_room(Path(room))
    return compare_cells(read_edition(published, parse_study(there.study)), there.cells)


def explain(room: str | Path, key: str) -> str:
    """Definition, numerator, denominator, query and inputs of one cell of a room."""
    return explanation(read_room(Path(room)), key)


def audit(
    cells: str | Path,
    *,
    study: str | Path | Study | None = None,
    facts: str | Path | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Contradictions of a published edition with itself, and of the sentences in ``facts`` with it."""
    from firmtrade.linked.audit import audit as audit_edition

    return audit_edition(cells, study=study, facts=facts, progress=progress)


def synth(
    study: str | Path | Study,
    out: str | Path,
    *,
    edition: str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    dirt: bool = False,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a synthetic population of a study as canonical tables."""
    from firmtrade.linked.population import synthesize

    return synthesize(
        study,
        Path(out),
        edition=None if edition is None else Path(edition),
        scale=scale,
        declarations=declarations,
        seed=seed,
        dirt=dirt,
        progress=progress,
    )


def import_records(mapping: str | Path, out: str | Path, *, progress: Progress | None = None) -> ImportReport:
    """Raw files or a database to canonical tables, by a mapping."""
    from firmtrade.sources.importer import import_records as run_import

    return run_import(Path(mapping), Path(out), progress=progress)


def check_tables(
    folder: str | Path, *, study: str | Path | Study | None = None, progress: Progress | None = None
) -> QualityReport:
    """The quality report of a folder of canonical tables."""
    from firmtrade.sources.check import check_tables as run_check

    return run_check(Path(folder), study=None if study is None else _loaded(study), progress=progress)


def versions(more: Sequence[str] = ()) -> dict[str, str]:
    """The program and the libraries that numbers depend on, and ``more`` of them."""
    found = {"firmtrade": firmtrade.__version__, "python": platform.python_version()}
    for name in (*ENGINES, *more):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - a vendored library without metadata
            continue
    return found


def _span(years: Sequence[int]) -> str:
    """``1996-2003``, or one year alone.

    >>> _span([1998, 1996, 1997])
    '1996-1998'
    """
    first, last = min(years), max(years)
    return f"{first}-{last}" if first < last else f"{first}"


def _deflator(path: str | Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_csv(path, schema_overrides={"division": pl.String})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "the deflator cannot be read",
            where=Place(file=str(path)),
            fix="Give a CSV file with `year`, `index` and maybe `division`.",
        ) from error


def _loaded(study: str | Path | Study) -> Study:
    return study if isinstance(study, Study) else load_study(study)


def _stamped(chapter: Chapter, *, synthetic: bool) -> Chapter:
    """Cells of real data are for internal use only; synthetic cells are free."""
    if not synthetic:
        return chapter
    return replace(
        chapter, cells=tuple(replace(cell, confidentiality=Confidentiality.FREE) for cell in chapter.cells)
    )


__all__ = [
    "Evidence",
    "Observatory",
    "Results",
    "audit",
    "check_tables",
    "compare",
    "evidence",
    "explain",
    "import_records",
    "load_study",
    "release",
    "report",
    "run",
    "survey",
    "synth",
    "verify",
    "versions",
]
