"""The public API: an observatory over a folder of canonical tables, and what can be asked of it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import firmtrade
from firmtrade.errors import DataError, UsageError, suggest
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.outputs.room import write_room
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import Chapter, compute
from firmtrade.statistics.tables import frame, table_csv
from firmtrade.study import Study
from firmtrade.study.load import load_study

if TYPE_CHECKING:
    import polars as pl

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

    def write(self, out: str | Path) -> Path:
        """Write the room folder: cells, evidence, one CSV per table, manifest."""
        tables = {
            f"{spec.id}.csv": table_csv(spec, self._by_key, self.study) for spec in self.chapter.specs
        }
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

    def __init__(self, data: str | Path, engine: str | None = None, *, progress: Progress | None = None) -> None:
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
        engine = Engine(self._engine)
        with ThreadPoolExecutor(1) as beside:
            fingerprint = beside.submit(self.folder.fingerprint)
            observation = Observation(self.folder, study, engine=engine, progress=self._progress)
            try:
                self._say("building the panel")
                _ = observation.window
                self._say("computing tables and figures")
                chapter = compute(study, observation.answer, observation.missing)
            finally:
                engine.close()
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
        engine = Engine(self._engine)
        try:
            return panel_frame(Observation(self.folder, loaded, engine=engine, progress=self._progress))
        finally:
            engine.close()

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


def run(study: str | Path | Study, data: str | Path, *, engine: str | None = None, progress: Progress | None = None) -> Results:
    """Compute a study on a folder of canonical tables; short for ``Observatory(data).run(study)``."""
    return Observatory(data, engine, progress=progress).run(study)


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
    return replace(chapter, cells=tuple(replace(cell, confidentiality=Confidentiality.FREE) for cell in chapter.cells))


__all__ = ["Observatory", "Results", "load_study", "run", "versions"]
