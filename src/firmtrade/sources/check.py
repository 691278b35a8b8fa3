"""``firmtrade check``: the quality report of a folder of canonical tables."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import ibis

from firmtrade.classifications import activity
from firmtrade.errors import InputError, Place, nearest
from firmtrade.sources.canonical import REQUIRED_TABLES, TABLES
from firmtrade.sources.engine import engine
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.quality.judge import judge_relations, judge_rows, judge_spikes
from firmtrade.sources.quality.official import INDICATORS, ratios
from firmtrade.sources.quality.report import Finding, QualityReport, Ratio, TableSummary
from firmtrade.sources.quality.rule import Facts, Severity
from firmtrade.sources.quality.rules_any import FIRST_YEAR, LAST_YEAR
from firmtrade.sources.quality.rules_study import fit
from firmtrade.sources.quality.tables import open_tables, unreadable
from firmtrade.sources.quality.years import coverage, gaps, linkage
from firmtrade.sources.unread import unread
from firmtrade.study import Study

__all__ = ["Progress", "QualityReport", "check_tables"]

Progress = Callable[[str], None]
"""Called with the step that begins."""

ORDER = tuple(Severity)


def check_tables(
    folder: Path | str,
    *,
    study: Study | None = None,
    lists: Path | None = None,
    progress: Progress | None = None,
) -> QualityReport:
    """Validate canonical tables: keys, values, codes, coverage and linkage.

    Parameters
    ----------
    folder
        The canonical folder. Tables that are missing are said; none is required.
    study
        A study that the data should serve: it adds its country, activity scheme, currency and years.
    lists
        A folder to write the rows behind each finding to (the first 1,000, by key), or None for none.
    progress
        Called with the step that begins.

    Raises
    ------
    UsageError
        The folder is not there.
    InputError
        A Parquet file cannot be read, a required column is missing, or a column has an impossible type.
    """
    say = progress or (lambda step: None)
    opened = CanonicalFolder(folder, require=())
    if not opened.tables:
        raise InputError(
            "this folder holds no canonical table",
            where=Place(file=str(folder)),
            fix=f"It holds {', '.join(opened.strangers) or 'no Parquet file'}. Write it with `firmtrade import`.",
        )
    with tempfile.TemporaryDirectory(prefix="firmtrade-") as scratch, engine(Path(scratch)) as connection:
        tables = open_tables(connection, opened)
        try:
            facts = _facts(connection, opened, tables, study)
            summaries: dict[str, TableSummary] = {}
            findings: list[Finding] = []
            for name, rows in tables.items():
                say(f"check {name}")
                summaries[name], found, units = judge_rows(connection, name, rows, facts, lists)
                findings += found
                findings += judge_spikes(connection, name, rows, summaries[name], units)
            say("match tables")
            findings += judge_relations(connection, tables, summaries, lists)
            years = coverage(connection, tables)
            findings += gaps(years, study)
            if study is not None:
                findings += fit(connection, opened.stamp, tables, summaries, study)
            links = tuple(linkage(connection, tables))
            compared = ratios(connection, tables)
        except duckdb.Error as error:
            raise unreadable(error, opened) from error
    findings.sort(key=lambda one: (ORDER.index(one.severity), list(TABLES).index(one.table)))
    return QualityReport(
        opened.stamp,
        tuple(summaries.values()),
        tuple(findings),
        years,
        links,
        compared,
        tuple(_notes(opened, compared)),
    )


def _facts(
    connection: ibis.BaseBackend, folder: CanonicalFolder, tables: dict[str, ibis.Table], study: Study | None
) -> Facts:
    last = None
    for name in ("accounts", "trade"):
        if name in tables:
            years = tables[name].year
            found = connection.to_pyarrow(years.max(where=years.between(FIRST_YEAR, LAST_YEAR))).as_py()
            last = max(int(found), last or 0) if found is not None else last
    country = study.study.country if study else folder.stamp.country or None
    return Facts(country, activity(study.study.activity) if study else None, last)


def _notes(folder: CanonicalFolder, compared: tuple[Ratio, ...]) -> list[str]:
    """What is absent, what that means, and what has a name that nothing reads."""
    notes = []
    for name in REQUIRED_TABLES:
        if name not in folder.tables:
            guess = nearest(name, folder.strangers)
            meant = f" Is `{guess}.parquet` meant?" if guess else ""
            notes.append(f"The table `{name}` is missing: no study can run.{meant}")
    if "trade" in folder.tables and "coverage" not in folder.tables:
        notes.append("There is no table `coverage`: every year present in `trade` counts as covered.")
    notes += unread(folder)
    for indicator in sorted({ratio.indicator for ratio in compared if not ratio.known}):
        guess = nearest(indicator, INDICATORS)
        meant = f" Is `{guess}` meant?" if guess else f" Known: {', '.join(INDICATORS)}."
        notes.append(f"The official total `{indicator}` is compared with nothing.{meant}")
    return notes
