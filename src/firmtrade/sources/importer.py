"""``firmtrade import``: raw files to a canonical folder, with a report of what was refused and what is odd.

Everything is written beside the target and moved into place at the end: an import that fails leaves the old
folder as it was.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from firmtrade.engines.duck import DuckDBError
from firmtrade.errors import DataError, InputError, Place
from firmtrade.messages import DEFAULT_LANGUAGE, Count, Language, language_of
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.place import check_place, remove_place, resolved, writing
from firmtrade.progress import Progress
from firmtrade.sources.assemble import Assembled, assemble
from firmtrade.sources.canonical import STAMP
from firmtrade.sources.check import check_tables
from firmtrade.sources.collect import collect
from firmtrade.sources.engine import engine
from firmtrade.sources.kept_tables import keep_tables
from firmtrade.sources.mapping import Mapping, RawFile, load_mapping
from firmtrade.sources.mapping.load import place_in
from firmtrade.sources.parquet import write_table
from firmtrade.sources.part import RawPart
from firmtrade.sources.quality.imported import findings
from firmtrade.sources.quality.inputs import InputReport, Refusal
from firmtrade.sources.quality.page import page
from firmtrade.sources.quality.remarks import Remark
from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.raw import Raw
from firmtrade.sources.refusals import in_english, reason_of
from firmtrade.sources.rejected import REFUSED_ROWS, list_files, write_rejected
from firmtrade.sources.replaced import standing
from firmtrade.sources.rows import Input
from firmtrade.sources.stamp import Stamp, stamped_by, write_stamp

REJECTED = "rejected"
LABELS = "labels.json"
CALLED = "files.json"
"""What raw files are called that go by a number, since their names hold one of an enterprise: it stays inside."""
LISTS = "quality"
QUALITY = "quality.json"
PAGE = "quality.html"
IMPORT = stamped_by(lambda _: True, "an import")
KEPT_OF_A_FAILURE = 1_000
"""Refused rows of each raw file that are written where the import stops."""
MOST_NAMED = 5
"""Files without rows that are named; more are counted."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows by table, what became of the rows of each raw file, and what is odd."""

    out: Path
    rows: dict[str, int]
    inputs: tuple[InputReport, ...]
    quality: QualityReport

    def text(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """The report as plain text, for a terminal."""
        language = language_of(lang)
        lines = [line for one in self.inputs for line in _lines(one, language)]
        look = language.say("quality.counts.look", file=str(self.out / PAGE))
        return "\n".join([*lines, "", self.quality.text(lang), "", look])

    def __repr__(self) -> str:
        return short("import", str(self))

    def _repr_html_(self) -> str:
        return card("Import", str(self).split("\n"))

    def __str__(self) -> str:
        return self.text()


def _lines(one: InputReport, language: Language) -> Iterator[str]:
    """What became of the rows of a raw file, and of those that were refused by reason."""
    counts = {
        "read": one.read,
        "refused": one.n_refused,
        "set_aside": one.set_aside,
        "unmatched": one.unmatched,
    }
    if one.selected != one.read:
        counts = {"read": one.read, "selected": one.selected, **counts}
    parts = (
        language.say(f"quality.counts.{what}", rows=Count(rows))
        for what, rows in counts.items() if rows or what in ("read", "selected")
    )  # fmt: skip
    yield f"{one.raw} -> {one.table}: {', '.join(parts)}"
    for name in one.empty[:MOST_NAMED]:
        yield "  " + language.say("quality.page.empty", file=name)
    if more := one.empty[MOST_NAMED:]:
        yield "  " + language.say("quality.counts.empty", files=Count(len(more)))
    for refusal in one.refused:
        yield f"  {language.render(refusal.reason)}: {one.extent(refusal, language)}"


def import_records(
    mapping: Path | str, out: Path | str, *, lang: str = DEFAULT_LANGUAGE, progress: Progress | None = None
) -> ImportReport:
    """Import raw files as a mapping says.

    Parameters
    ----------
    mapping
        The mapping, a TOML file; paths in it are relative to it.
    out
        The canonical folder to write. An older import of that name is replaced; any other folder is not. Where the
        import stops at refused rows, they are in a folder beside it until one succeeds (``out`` and ``-rejected``).
    lang
        The language of the page ``quality.html``: en, fr, nl or de.
    progress
        Called with the step that begins.

    Raises
    ------
    UsageError
        The mapping is not there, or ``out`` is something else than an import.
    StudyError
        The mapping says something that cannot be.
    InputError
        A raw file is missing, unreadable, without even a header, or lacks a column.
    DataError
        More rows of a file are refused than ``max_bad_rows`` allows.
    """
    path = Path(mapping)
    return import_mapped(load_mapping(path), path.parent, Path(out), lang=lang, progress=progress)


def import_mapped(
    declared: Mapping,
    folder: Path,
    target: Path,
    *,
    remarks: Sequence[Remark] = (),
    adding: bool = False,
    lang: str = DEFAULT_LANGUAGE,
    progress: Progress | None = None,
) -> ImportReport:
    """Import raw files, relative to ``folder``, by a mapping that was read; errors are those of :func:`import_records`.

    ``remarks`` are what holds by the nature of the data. With ``adding``, an earlier import at ``target`` keeps its
    tables that the mapping does not fill.
    """
    language_of(lang)
    check_place(target, IMPORT)
    place = resolved(target)
    beside = place.with_name(f"{place.name}-{REJECTED}")
    check_place(beside, REFUSED_ROWS)
    say = progress or (lambda step: None)
    with writing(target, IMPORT) as built, tempfile.TemporaryDirectory(dir=built.parent) as room:
        try:
            rows, assembled = _import(folder, declared, beside, built, Path(room), say)
        except DuckDBError as error:  # its message may quote values of the data
            raise InputError(
                "the raw files cannot be worked through: a damaged file, or no room on the disk",
                where=Place(file=declared.name),
                fix=f"Make room beside `{target}`, or write the raw files again.",
            ) from error
        stamp = Stamp(**declared.stamp.model_dump())
        if adding:
            stamp = keep_tables(place, built, stamp, rows)
        write_stamp(built / STAMP, stamp)
        quality = check_tables(built, lists=built / LISTS, progress=progress)
        quality = quality.with_findings(
            finding
            for one in assembled
            for source in one.inputs
            for finding in findings(one.table.name, source)
        ).with_findings(finding for one in remarks for finding in one.findings(built, rows))
        inputs = _reports(assembled)
        _write_quality(built, quality, inputs, lang)
        write_stamp(built / STAMP, stamp)
    remove_place(beside, REFUSED_ROWS)
    return ImportReport(target, rows, inputs, quality)


def _import(
    folder: Path, declared: Mapping, beside: Path, built: Path, scratch: Path, say: Progress
) -> tuple[dict[str, int], list[Assembled]]:
    """Write the tables, the refused rows and the labels into ``built``."""
    with engine(scratch) as connection:
        raws: dict[str, Raw] = {}
        already: dict[RawFile, tuple[RawPart, ...]] = {}
        for name in sorted(_used(declared)):
            say(f"read {name}")
            where = partial(place_in, declared)
            raw = collect(connection, name, declared.files[name], folder, scratch, where, already)
            raws[name] = replace(raw, standing=standing(connection, raw))
        assembled: list[Assembled] = []
        for name in declared.feeds:
            say(f"assemble {name}")
            first = sum(len(one.inputs) for one in assembled)
            assembled.append(assemble(connection, declared, declared.table(name), raws, first))
        _stop_where_too_many(connection, assembled, declared, beside)
        rows = {}
        for one in assembled:
            say(f"write {one.table.name}")
            rows[one.table.name] = _write(connection, one, declared, built)
    _write_labels(built / LABELS, declared, raws)
    _write_called(built / CALLED, raws)
    return rows, assembled


def _write_quality(folder: Path, quality: QualityReport, inputs: tuple[InputReport, ...], lang: str) -> None:
    content = quality.as_dict() | {"import": [one.as_dict() for one in inputs]}
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / QUALITY).write_text(text + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(quality, inputs, lang), encoding="utf-8")


def _used(mapping: Mapping) -> set[str]:
    parts = [part for feeds in mapping.feeds.values() for feed in feeds for part in (feed, *feed.join)]
    return {part.file for part in parts} | {part.lookup.file for part in parts if part.lookup is not None}


def _write(connection: Any, assembled: Assembled, mapping: Mapping, folder: Path) -> int:
    by_year = assembled.table.name == "trade" and mapping.options.trade_files == "by-year"
    if any(one.n_refused for one in assembled.inputs):
        (folder / REJECTED).mkdir(exist_ok=True)
        write_rejected(connection, assembled, folder / REJECTED / f"{assembled.table.name}.csv")
    return write_table(connection, assembled.rows, assembled.table, folder, by_year=by_year)


def _stop_where_too_many(connection: Any, assembled: list[Assembled], mapping: Mapping, beside: Path) -> None:
    most = mapping.options.max_bad_rows
    for one in assembled:
        for source in one.inputs:
            if source.share_refused > most:
                file = beside / f"{one.table.name}.csv"
                with writing(beside, REFUSED_ROWS) as fresh:
                    write_rejected(connection, one, fresh / file.name, most=KEPT_OF_A_FAILURE)
                    list_files(fresh)
                raise DataError(
                    f"{source.n_refused:,} of {source.selected:,} rows ({source.share_refused:.1%}) cannot be "
                    f"read for the table `{one.table.name}`, and at most {most:.1%} may",
                    where=Place(file=_name(source)),
                    fix=f"Reasons: {_reasons(source)}.\n"
                    f"  Look at `{file}`, then correct the mapping or the file.",
                )


def _name(source: Input) -> str:
    names = [part.name for part in source.raw.parts]
    return names[0] if len(names) == 1 else f"{source.raw.name} ({len(names)} files)"


def _reasons(source: Input) -> str:
    named = [(in_english(reason), count.rows) for reason, count in source.refused.items()]
    ordered = sorted(named, key=lambda item: (-item[1], item[0]))[:3]
    return "; ".join(f"{reason} ({rows:,})" for reason, rows in ordered)


def _write_labels(path: Path, mapping: Mapping, raws: dict[str, Raw]) -> None:
    """The codebook: labels of raw variables and values, by canonical column, raw file and raw column."""
    book: dict[str, Any] = {}
    for table, feeds in mapping.feeds.items():
        for declared in (part for feed in feeds for part in (feed, *feed.join)):
            for column, rules in declared.rules.items():
                names = dict.fromkeys(name for rule in rules for name in rule.raw_columns)
                for file, labels in raws[declared.file].labels().items():
                    stored = {
                        name: {"label": labels.variables.get(name, ""), "values": labels.values.get(name, {})}
                        for name in names
                        if name in labels.variables or name in labels.values
                    }
                    if stored:
                        book.setdefault(table, {}).setdefault(column, {})[file] = stored
    if book:
        path.write_text(
            json.dumps(book, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )


def _write_called(path: Path, raws: dict[str, Raw]) -> None:
    called = {
        part.name: part.called for raw in raws.values() for part in raw.parts if part.called != part.name
    }
    if called:
        path.write_text(json.dumps(called, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _reports(assembled: list[Assembled]) -> tuple[InputReport, ...]:
    return tuple(
        InputReport(
            one.table.name,
            source.raw.name,
            tuple(part.name for part in source.raw.parts),
            source.raw.empty,
            source.read,
            source.selected,
            tuple(
                Refusal(reason_of(reason), count.rows, source.share_of(count.amount))
                for reason, count in sorted(source.refused.items(), key=lambda item: in_english(item[0]))
            ),
            source.weight,
            source.set_aside,
            source.unmatched,
            source.by_rule,
        )
        for one in assembled
        for source in one.inputs
    )
