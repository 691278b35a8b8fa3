"""What the population is fitted to: printed cells as intervals, and facts of the prose as softer wishes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from io import StringIO
from pathlib import Path

import polars as pl

from firmtrade.errors import InputError, Place, UsageError, suggest
from firmtrade.linked.population.facts import read_facts
from firmtrade.linked.population.target import Target, interval
from firmtrade.outputs import CellKey
from firmtrade.statistics.kinds import KINDS
from firmtrade.statistics.spec import CellSpec, Formula
from firmtrade.study import Study

COLUMNS = ("table", "population", "row", "column", "value")
STUDIES = "firmtrade.studies"


def cell_specs(study: Study) -> dict[CellKey, CellSpec]:
    """Every cell that a study's tables and figures can print."""
    return {
        cell.key: cell for table in study.outputs for cell in KINDS[table.kind].specify(table, study).cells
    }


def targets_of(study: Study, edition: Path | None) -> tuple[Target, ...]:
    """The printed cells of an edition that the study can compute, then the facts that stand beside it.

    Without ``edition`` the one that the study names is used, if it comes with the program. Facts stand in a
    file of the same form whose name ends in ``-facts.csv``. Codes are no statistics and are left out.

    Raises
    ------
    UsageError
        The edition is not there.
    InputError
        It lacks a column, or holds a value that is no number.
    """
    specs = cell_specs(study)
    found: list[Target] = []
    for text, name, fact in _sources(study, edition):
        found += read_facts(text, name, study) if fact else _read(text, name, specs)
    return tuple(found)


def _sources(study: Study, edition: Path | None) -> Iterable[tuple[str, str, bool]]:
    if edition is not None:
        if not edition.is_file():
            raise UsageError(
                f"The edition `{edition}` is not there.", fix="Give a CSV file of published cells."
            )
        yield edition.read_text(encoding="utf-8-sig"), edition.name, False
        facts = edition.with_name(edition.stem + "-facts.csv")
        if facts.is_file():
            yield facts.read_text(encoding="utf-8-sig"), facts.name, True
        return
    if study.study.edition is None:
        return
    stem = study.study.edition.removesuffix(".csv")
    for name, fact in ((f"{stem}.csv", False), (f"{stem}-facts.csv", True)):
        entry = files(STUDIES).joinpath(name)
        if entry.is_file():
            yield entry.read_text(encoding="utf-8"), name, fact


def _read(text: str, name: str, specs: dict[CellKey, CellSpec]) -> Iterable[Target]:
    rows = pl.read_csv(StringIO(text), infer_schema=False)
    for column in COLUMNS:
        if column not in rows.columns:
            raise InputError(
                f"The edition has no column `{column}`.",
                where=Place(file=name),
                fix=suggest(column, rows.columns),
            )
    for line, row in enumerate(rows.iter_rows(named=True), start=2):
        spec = specs.get(CellKey(row["table"], row["population"], row["row"], row["column"]))
        printed = (row.get("printed") or row["value"] or "").strip()
        if spec is None or spec.formula is Formula.CODE or not printed:
            continue
        low, high = interval(printed, spec, Place(file=name, line=line, column="printed"))
        yield Target(spec, printed, low, high)
