"""``firmtrade check``: the quality report of a folder of canonical tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import ibis

from firmtrade.classifications import activity
from firmtrade.classifications.activity import SCHEMES, Zeros
from firmtrade.engines.duck import DuckDBError
from firmtrade.errors import InputError, Place, nearest
from firmtrade.messages import Code, Listing, Message, message
from firmtrade.outputs.working import WorkingFolder
from firmtrade.progress import Progress
from firmtrade.sources.activity import codes_in_column, zeros
from firmtrade.sources.canonical import REQUIRED_TABLES
from firmtrade.sources.engine import engine
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.ignored import ignored_files, old_stamp
from firmtrade.sources.quality.findings import OfficialRatio, QualityFinding, TableSummary, in_order
from firmtrade.sources.quality.judge import judge_relations, judge_rows, judge_spikes
from firmtrade.sources.quality.official import INDICATORS, ratios
from firmtrade.sources.quality.relations import NO_TABLE
from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.quality.rule import JudgedAgainst
from firmtrade.sources.quality.rules_any import FIRST_YEAR, LAST_YEAR
from firmtrade.sources.quality.rules_study import fit
from firmtrade.sources.quality.tables import open_tables, unreadable
from firmtrade.sources.quality.years import coverage, gaps, linkage
from firmtrade.study import Study

__all__ = ["Progress", "QualityReport", "check_tables"]

"""Called with the step that begins."""


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
        The canonical folder. A required table that is missing is an error among the findings.
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
            fix=f"It holds {', '.join(opened.unknown_files) or 'no Parquet file'}. Write it with `firmtrade import`.",
        )
    with WorkingFolder() as scratch, engine(scratch) as connection:
        try:
            tables = open_tables(connection, opened)
            facts = _facts(connection, opened, tables, study)
            summaries: dict[str, TableSummary] = {}
            findings = list(_absent(opened))
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
        except DuckDBError as error:
            raise unreadable(error, opened) from error
    return QualityReport(
        opened.stamp,
        tuple(summaries.values()),
        in_order(findings),
        years,
        links,
        compared,
        tuple(_notes(opened, study, summaries.values(), compared)),
    )


def _facts(
    connection: ibis.BaseBackend, folder: CanonicalFolder, tables: dict[str, ibis.Table], study: Study | None
) -> JudgedAgainst:
    last = None
    for name in ("accounts", "trade"):
        if name in tables:
            years = tables[name].year
            found = connection.to_pyarrow(years.max(where=years.between(FIRST_YEAR, LAST_YEAR))).as_py()
            last = max(int(found), last or 0) if found is not None else last
    found = _zeros(connection, tables, study)
    if study is None:
        return JudgedAgainst(folder.stamp.country or None, None, last, zeros=found)
    regions = {key for one in study.attributes.values() if one.of == "seat" for key in one.keys}
    return JudgedAgainst(
        study.head.country, activity(study.head.activity), last, tuple(sorted(regions)), found
    )


def _zeros(connection: ibis.BaseBackend, tables: dict[str, ibis.Table], study: Study | None) -> Zeros:
    """Activity codes that have lost their first zero, or may have: in the study's revision, or without one in any."""
    lost: set[str] = set()
    untold: set[str] = set()
    for scheme in SCHEMES if study is None else (study.head.activity,):
        counted = codes_in_column(tables["firms"], scheme) if "firms" in tables else None
        if counted is not None:
            rows = connection.to_pyarrow(counted).to_pylist()
            found = zeros(((row["code"], row["times"]) for row in rows), scheme)
            lost, untold = lost | {*found.lost}, untold | {*found.open}
    return Zeros(tuple(sorted(lost)), tuple(sorted(untold - lost)))


def _absent(folder: CanonicalFolder) -> Iterator[QualityFinding]:
    """Required tables that are not there: no study can run, and the data is not what it should be."""
    for name in REQUIRED_TABLES:
        if name not in folder.tables:
            guess = nearest(name, folder.unknown_files)
            yield QualityFinding(
                NO_TABLE.id, name, None, NO_TABLE.severity, NO_TABLE.sentence, NO_TABLE.fix, 1,
                detail=message("quality.details.perhaps", file=Code(f"{guess}.parquet")) if guess
                else message("quality.details.no_file", file=Code(f"{name}.parquet")),
            )  # fmt: skip


def _notes(
    folder: CanonicalFolder,
    study: Study | None,
    tables: Iterable[TableSummary],
    compared: tuple[OfficialRatio, ...],
) -> Iterator[Message]:
    """What is empty or absent, what that means, and what has a name that nothing reads."""
    yield from old_stamp(folder)
    if "trade" in folder.tables and "coverage" not in folder.tables:
        yield message("notes.no_coverage")
    for table in tables:
        if not table.rows:
            yield message("quality.notes.empty_table", table=Code(table.name))
    yield from ignored_files(folder, study)
    for indicator in sorted({ratio.indicator for ratio in compared if not ratio.known}):
        if guess := nearest(indicator, INDICATORS):
            yield message("quality.notes.perhaps_official", indicator=Code(indicator), guess=Code(guess))
        else:
            yield message(
                "quality.notes.no_official",
                indicator=Code(indicator),
                known=Listing(tuple(INDICATORS), "comma"),
            )
