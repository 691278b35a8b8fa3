"""``firmtrade import``: raw files to a canonical folder, with a report of what was refused and what is odd.

Everything is written beside the target and moved into place at the end: an import that fails leaves the old
folder as it was.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmtrade.errors import DataError, Place, UsageError
from firmtrade.sources.assemble import Assembled, assemble
from firmtrade.sources.canonical import STAMP, TABLES
from firmtrade.sources.engine import engine
from firmtrade.sources.mapping import Mapping, load_mapping
from firmtrade.sources.parquet import write_table
from firmtrade.sources.raw import Raw, collect
from firmtrade.sources.rejected import write_rejected
from firmtrade.sources.rows import Input
from firmtrade.sources.stamp import Stamp, write_stamp

Progress = Callable[[str, int, int], None]
"""``progress(step, done, total)``."""

REJECTED = "rejected"
LABELS = "labels.json"
KEPT_OF_A_FAILURE = 1_000
"""Refused rows of each raw file that are written where the import stops."""


@dataclass(frozen=True, slots=True)
class InputReport:
    """What became of the rows of one raw file in one table."""

    table: str
    raw: str
    files: tuple[str, ...]
    read: int
    meant: int
    refused: dict[str, int]
    aside: int
    unmatched: int
    by_rule: dict[str, dict[int, int]]

    @property
    def n_refused(self) -> int:
        return sum(self.refused.values())


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows written by table, and what became of the rows of each raw file."""

    out: Path
    stamp: Stamp
    rows: dict[str, int]
    inputs: tuple[InputReport, ...]


def import_records(mapping: Path | str, out: Path | str, *, progress: Progress | None = None) -> ImportReport:
    """Import raw files as a mapping says.

    Parameters
    ----------
    mapping
        The mapping, a TOML file; paths in it are relative to it.
    out
        The canonical folder to write. An older import of that name is replaced; any other folder is not.
    progress
        Called with the step, how many are done and how many there are.

    Raises
    ------
    UsageError
        The mapping is not there, or ``out`` is something else than an import.
    StudyError
        The mapping says something that cannot be.
    InputError
        A raw file is missing, unreadable, empty, or lacks a column.
    DataError
        More rows of a file are refused than ``max_bad_rows`` allows.
    """
    path, target = Path(mapping), Path(out)
    declared = load_mapping(path)
    _may_replace(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as room:
        scratch, built = Path(room), Path(room) / "built"
        built.mkdir()
        steps = _Steps(progress, len(declared.files) + 2 * len(declared.feeds))
        with engine(scratch) as connection:
            raws = {
                name: steps.take(f"read {name}", collect, connection, name, raw, path.parent, scratch)
                for name, raw in declared.files.items()
                if name in _used(declared)
            }
            assembled: list[Assembled] = []
            for name in declared.feeds:
                first = sum(len(one.inputs) for one in assembled)
                assembled.append(
                    steps.take(f"assemble {name}", assemble, connection, declared, TABLES[name], raws, first)
                )
            _stop_where_too_many(connection, assembled, declared, target)
            rows = {
                one.table.name: steps.take(
                    f"write {one.table.name}", _write, connection, one, declared, built
                )
                for one in assembled
            }
        stamp = Stamp(**declared.stamp.model_dump())
        write_stamp(built / STAMP, stamp)
        _write_labels(built / LABELS, declared, raws)
        report = ImportReport(target, stamp, rows, _reports(assembled))
        _move(built, target)
    return report


def _used(mapping: Mapping) -> set[str]:
    return {
        declared.file for feeds in mapping.feeds.values() for feed in feeds for declared in (feed, *feed.join)
    }


def _write(connection: Any, assembled: Assembled, mapping: Mapping, folder: Path) -> int:
    by_year = assembled.table.name == "trade" and mapping.options.trade_files == "by-year"
    if any(one.n_refused for one in assembled.inputs):
        (folder / REJECTED).mkdir(exist_ok=True)
        write_rejected(connection, assembled, folder / REJECTED / f"{assembled.table.name}.csv")
    return write_table(connection, assembled.rows, assembled.table, folder, by_year=by_year)


def _stop_where_too_many(connection: Any, assembled: list[Assembled], mapping: Mapping, target: Path) -> None:
    most = mapping.options.max_bad_rows
    for one in assembled:
        for source in one.inputs:
            if source.share_refused > most:
                beside = target.with_name(f"{target.name}-{REJECTED}")
                beside.mkdir(exist_ok=True)
                file = beside / f"{one.table.name}.csv"
                write_rejected(connection, one, file, most=KEPT_OF_A_FAILURE)
                raise DataError(
                    f"{source.n_refused:,} of {source.meant:,} rows ({source.share_refused:.1%}) cannot be "
                    f"read for the table `{one.table.name}`, and at most {most:.1%} may",
                    where=Place(file=_name(source)),
                    fix=f"Reasons: {_reasons(source)}.\n"
                    f"  Look at `{file}`, then correct the mapping or the file.",
                )


def _name(source: Input) -> str:
    names = [part.name for part in source.raw.parts]
    return names[0] if len(names) == 1 else f"{source.raw.name} ({len(names)} files)"


def _reasons(source: Input) -> str:
    ordered = sorted(source.refused.items(), key=lambda item: (-item[1], item[0]))[:3]
    return "; ".join(f"{reason} ({count:,})" for reason, count in ordered)


def _write_labels(path: Path, mapping: Mapping, raws: dict[str, Raw]) -> None:
    """The codebook: labels of raw variables and values, by canonical column, raw file and raw column."""
    book: dict[str, Any] = {}
    for table, feeds in mapping.feeds.items():
        for declared in (part for feed in feeds for part in (feed, *feed.join)):
            for column, rules in declared.columns.items():
                names = dict.fromkeys(name for rule in rules for name in rule.raw_columns)
                for file, labels in raws[declared.file].labels().items():
                    told = {
                        name: {"label": labels.variables.get(name, ""), "values": labels.values.get(name, {})}
                        for name in names
                        if name in labels.variables or name in labels.values
                    }
                    if told:
                        book.setdefault(table, {}).setdefault(column, {})[file] = told
    if book:
        path.write_text(
            json.dumps(book, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )


def _reports(assembled: list[Assembled]) -> tuple[InputReport, ...]:
    return tuple(
        InputReport(
            one.table.name,
            source.raw.name,
            tuple(part.name for part in source.raw.parts),
            source.read,
            source.meant,
            dict(sorted(source.refused.items())),
            source.aside,
            source.unmatched,
            source.by_rule,
        )
        for one in assembled
        for source in one.inputs
    )


def _may_replace(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / STAMP).exists():
        raise UsageError(
            f"the folder `{target}` is not empty and holds no import",
            fix="Choose another `--out`: it would be replaced as a whole.",
        )
    if target.exists() and not target.is_dir():
        raise UsageError(f"`{target}` is a file", fix="Choose a folder as `--out`.")


def _move(built: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; the old one is gone only when the new one stands."""
    old = built.parent / "old"
    if target.exists():
        target.rename(old)
    try:
        built.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise


class _Steps:
    """Counts the steps of a run for whoever watches."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def take(self, name: str, step: Callable[..., Any], *arguments: Any) -> Any:
        if self.progress is not None:
            self.progress(name, self.done, self.total)
        self.done += 1
        return step(*arguments)
