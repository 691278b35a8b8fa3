"""One raw file as the engine can scan it: texts decoded, names told apart, and what its reader saw.

A format that the engine reads itself stays where it is; any other is written as Parquet first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.errors import InputError, Place, without_identifiers
from firmtrade.sources.decoded import is_bytes, is_text, opaque, written_again
from firmtrade.sources.folder import read_schema
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers import ROW, FileReading, format_of
from firmtrade.sources.readers.reading import check_width, renamed_names

EXACT = {pa.float16(): 2**11, pa.float32(): 2**24, pa.float64(): 2**53}
"""The largest whole number up to which each floating type holds every whole number."""


@dataclass(frozen=True, slots=True)
class RawPart:
    """One raw file, ready to be scanned: its name in messages, its Parquet file, and what its reader saw.

    ``called`` is what the file itself is called: it may hold the number of an enterprise, and its ``name`` does not.
    ``largest_exact`` gives for each column of floating numbers the largest whole number that is exact in it;
    ``opaque`` says of columns that hold no single values what they hold.
    """

    name: str
    path: Path
    schema: pa.Schema
    n_good: int
    reading: FileReading = field(default_factory=FileReading)
    opaque: dict[str, str] = field(default_factory=dict)
    called: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.schema.names if name != ROW)

    @property
    def n_rows(self) -> int:
        """Rows of the file, broken ones included."""
        return self.n_good + self.reading.n_broken

    @property
    def largest_exact(self) -> dict[str, int]:
        return {one.name: EXACT[one.type] for one in self.schema if one.type in EXACT}

    def staged(self, column: str) -> str:
        """The name under which a column stands in the Parquet file."""
        return self.reading.renamed.get(column, column)

    def require_values(self, column: str) -> None:
        """Complain about a column whose values cannot be read: no single values, or formulas never computed.

        Raises
        ------
        InputError
            Names the file, the column, and what it holds.
        """
        staged = self.staged(column)
        if what := self.opaque.get(staged):
            raise InputError(
                f"the column `{column}` holds {what}",
                where=Place(file=self.name, column=column),
                fix="Write the file with texts or numbers in this column.",
            )
        if cells := self.reading.formulas.get(staged):
            more = f" and {cells.count - 1:,} more" if cells.count > 1 else ""
            raise InputError(
                f"the cell {cells.first}{more} of the column `{column}` holds a formula without its value",
                where=Place(file=self.name, column=column),
                fix="Open the workbook in a spreadsheet program and save it, or write values instead of formulas.",
            )


def staged_file(
    name: str, number: int, called: str, file: Path, declared: RawFile, room: Path, taken: set[str]
) -> RawPart:
    """A file as the engine can scan it.

    It goes by its own number where its name holds that of an enterprise, or is ``taken`` by another file.
    """
    harmless = all(without_identifiers(part) == part for part in called.split("/"))
    shown = called if harmless and called not in taken else f"{name}, file {number + 1}"
    taken.add(shown)
    staged = room / f"{number:06d}.parquet"
    try:
        read = format_of(file, declared).read
        if read is None and file.parent == room:  # unpacked, and gone when the next one is
            file = file.rename(staged)
        reading = FileReading() if read is None else read(file, declared, staged)
        scanned = file if read is None else staged
        part = staged_rows(shown, scanned, declared, reading, staged.with_suffix(".again.parquet"))
    except InputError as error:
        where = replace(error.where or Place(), file=shown)
        raise InputError(error.what, where=where, fix=error.fix) from error
    return replace(part, called=called)


def staged_rows(shown: str, path: Path, declared: RawFile, reading: FileReading, again: Path) -> RawPart:
    """A file as the engine can scan it: bytes that are text decoded, and names told apart beyond their capitals.

    The file is written again only where it needs to be; columns that are no single values are told by name.
    """
    schema = read_schema(path)
    check_width(len(schema.names), path, declared)
    stored = pq.ParquetFile(path)
    uuids = {
        stored.schema.column(index).name
        for index in range(len(stored.schema))
        if stored.schema.column(index).logical_type.type == "UUID"
    }
    no_values = {one.name: what for one in schema if (what := opaque(one.type))}
    decoded = [one.name for one in schema if is_bytes(one.type) and one.name not in uuids]
    no_values |= dict.fromkeys(
        (name for name in decoded if not is_text(stored, name, declared.encoding)), "bytes that are no text"
    )
    decoded = [name for name in decoded if name not in no_values]
    given = [name for name in schema.names if name != ROW]
    renamed = renamed_names(given)
    if decoded or renamed:
        schema = written_again(stored, decoded, renamed, declared.encoding, again)
        path, reading = again, replace(reading, renamed=reading.renamed | renamed)
        no_values = {renamed.get(name, name): what for name, what in no_values.items()}
    return RawPart(shown, path, schema, stored.metadata.num_rows, reading, no_values)
