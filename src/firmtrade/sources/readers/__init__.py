"""The formats of raw files. A new format is a new file and one line in ``FORMATS``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmtrade.errors import InputError, Place, StudyError, suggest
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.arrow import read_arrow
from firmtrade.sources.readers.delimited import read_delimited
from firmtrade.sources.readers.excel import read_excel
from firmtrade.sources.readers.filings import read_nbb_json, read_nbb_xbrl
from firmtrade.sources.readers.onegate import read_onegate
from firmtrade.sources.readers.reading import ROW, BrokenRow, FileReading, Read, StoredLabels
from firmtrade.sources.readers.statistical import read_sas, read_spss, read_stata

__all__ = ["FORMATS", "ROW", "BrokenRow", "FileReading", "Format", "StoredLabels", "format_of"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: the endings of its files and what reads them. Parquet needs no reader.

    Endings of ``one_register`` have many other uses: such members of an archive are read only where ``inside`` says so.
    """

    name: str
    endings: tuple[str, ...]
    read: Read | None
    one_register: bool = False


FORMATS: dict[str, Format] = {
    known.name: known
    for known in (
        Format("delimited", (".csv", ".tsv", ".txt", ".dat"), read_delimited),
        Format("parquet", (".parquet", ".pq"), None),
        Format("arrow", (".arrow", ".feather", ".ipc"), read_arrow),
        Format("stata", (".dta",), read_stata),
        Format("spss", (".sav", ".zsav", ".por"), read_spss),
        Format("sas", (".sas7bdat", ".xpt"), read_sas),
        Format("nbb-json", (".json",), read_nbb_json, one_register=True),
        Format("nbb-xbrl", (".xbrl",), read_nbb_xbrl, one_register=True),
        Format("onegate", (".xml",), read_onegate, one_register=True),
        Format("excel", (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"), read_excel),
    )
}


def format_of(file: Path, declared: RawFile) -> Format:
    """The format that the mapping declares, or that the file's ending says.

    Raises
    ------
    StudyError
        The declared format is not known.
    InputError
        The ending says nothing.
    """
    if declared.format is not None:
        if declared.format not in FORMATS:
            raise StudyError(f"there is no format `{declared.format}`", fix=suggest(declared.format, FORMATS))
        return FORMATS[declared.format]
    for known in FORMATS.values():
        if file.suffix.lower() in known.endings:
            return known
    raise InputError(
        f"the ending `{file.suffix}` is that of no known format",
        where=Place(file=file.name),
        fix=f"Say its `format`. {suggest(file.suffix.lstrip('.'), FORMATS)}",
    )
