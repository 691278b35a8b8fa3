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
from firmtrade.errors import DataError, UsageError, suggest
from firmtrade.linked.compare import Comparison
from firmtrade.linked.compare import compare as compare_cells
from firmtrade.linked.edition import read_edition
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import read_room, write_room
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

    from firmtrade.linked.audit import AuditReport
    from firmtrade.linked.population import SynthReport
    from firmtrade.sources.check import QualityReport
    from firmtrade.sources.importer import ImportReport

Progress = Callable[[str], None]

ENGINES = ("ibis-framework", "duckdb", "polars", "numpy")


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
        from firmtrade.observatory.engine import Engine
        from firmtrade.observatory.export import panel_frame
        from firmtrade.observatory.observe import Observation

        loaded = _loaded(study)
        with Engine(self._engine) as engine:
            return panel_frame(Observation(self.folder, loaded, engine=engine, progress=self._progress))

    def _say(self, stage: str) -> None:
        if self._progress:
            self._progress(stage)

    def _about(self, study: Study, chapter: Chapter, data: str, notes: list[str]) -> dict[str, Any]:
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


def report(
    study: str | Path | Study,
    out: str | Path,
    *,
    data: str | Path | None = None,
    lang: str = "en",
    formats: Sequence[str] = FORMATS,
    against: str | Path | None = None,
    unprotected: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Run a study and publish it. Without ``data`` the study's synthetic population is drawn and said so.

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
        room = observatory.run(study).write(Path(folder) / "room")
        return release(
            [room],
            out,
            lang=lang,
            formats=formats,
            against=against,
            unprotected=unprotected,
            progress=progress,
        )


def release(
    rooms: Sequence[str | Path | Results],
    out: str | Path,
    *,
    lang: str = "en",
    formats: Sequence[str] = FORMATS,
    against: str | Path | None = None,
    unprotected: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Publish room folders, or results of runs, together as one release folder."""
    with TemporaryDirectory(prefix="firmtrade-") as folder:
        paths = [
            each.write(Path(folder) / str(number)) if isinstance(each, Results) else Path(each)
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


def versions() -> dict[str, str]:
    """The program and the libraries that numbers depend on."""
    found = {"firmtrade": firmtrade.__version__, "python": platform.python_version()}
    for name in ENGINES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - a vendored library without metadata
            continue
    return found


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
    "Observatory",
    "Results",
    "audit",
    "check_tables",
    "compare",
    "explain",
    "import_records",
    "load_study",
    "release",
    "report",
    "run",
    "synth",
    "verify",
    "versions",
]
