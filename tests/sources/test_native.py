"""What reaches code that is not Python's cannot end the program: it is refused before, or read in a process apart."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from firmtrade.errors import FirmtradeError, InputError, UsageError
from firmtrade.sources.edition import read_file
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.raw import Raw
from firmtrade.sources.readers.arrow import read_arrow
from firmtrade.sources.workbook import read_sheet
from firmtrade.surveys.fieldwork.answer_files import read_answers
from firmtrade.surveys.instrument.xlsform import read_xlsform

OFFICE = "http://schemas.openxmlformats.org"
TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<workbook xmlns="{OFFICE}/spreadsheetml/2006/main" xmlns:r="{OFFICE}/officeDocument/2006/relationships">'
    '<sheets><sheet name="survey" sheetId="1" r:id="r1"/></sheets></workbook>'
)
LINKS = (
    f'<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>'
)


def xlsx(path: Path, cells: dict[str, str]) -> Path:
    rows = "".join(f'<row><c r="{address}"><v>{value}</v></c></row>' for address, value in cells.items())
    sheet = f'<worksheet xmlns="{OFFICE}/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    parts = {
        "[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS, "xl/worksheets/s.xml": sheet,
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0"?>{text}')
    return path


def ods(path: Path, rows: int, columns: int) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = f'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{columns}"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry '
            'm:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0">'
            f'<office:body><office:spreadsheet><table:table table:name="survey"><table:table-row '
            f'table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    return path


@pytest.mark.parametrize("address", ["XFD1048576", "A4294967295", "ZZZ99999999", "A1048576"])
def test_a_cell_far_away_ends_no_more_than_its_own_reading(
    read: Callable[..., Raw], tmp_path: Path, address: str
) -> None:
    book = xlsx(tmp_path / "far.xlsx", {"A1": "1", address: "2"})
    calls: list[Callable[[], Any]] = [
        lambda: read(path="far.xlsx"), lambda: read_file(book), lambda: read_answers(book), lambda: read_xlsform(book)
    ]  # fmt: skip
    if address == "A1048576":
        assert calls[0]().n_rows == 1
        return
    for call in calls:
        with pytest.raises(FirmtradeError):
            call()


@pytest.mark.parametrize("ending", ["xls", "xlsb", "ods", "xlsx"])
@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2_000, b"x" * 999]
)
def test_what_is_no_workbook_is_an_input_error(tmp_path: Path, ending: str, content: bytes) -> None:
    (tmp_path / f"no.{ending}").write_bytes(content)
    with pytest.raises(InputError, match="workbook"):
        read_sheet(tmp_path / f"no.{ending}")


def test_a_cell_that_is_repeated_a_million_times_is_an_input_error(tmp_path: Path) -> None:
    few = read_sheet(ods(tmp_path / "few.ods", 2, 3))
    assert few is not None
    assert few.cells.shape == (2, 3)
    with pytest.raises(InputError):
        read_sheet(ods(tmp_path / "many.ods", 1_048_576, 16_384))


def test_more_columns_than_any_file_has_are_refused_before_the_rows_are_read(
    read: Callable[..., Raw], tmp_path: Path
) -> None:
    wide = ",".join(f"c{number}" for number in range(30_000))
    (tmp_path / "wide.csv").write_text(f"{wide}\n" + f"{wide}\n" * 100)
    with pytest.raises(
        InputError, match=r"30,000 columns, and at most 10,000 are read\n.*max_columns = 30000"
    ):
        read(path="wide.csv")
    (tmp_path / "few.csv").write_text("a,b,c\n1,2,3\n")
    with pytest.raises(InputError, match="3 columns, and at most 2 are read"):
        read(path="few.csv", max_columns=2)


def test_an_archive_that_would_fill_the_disk_is_refused(
    read: Callable[..., Raw], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    from firmtrade.outputs import capacity

    content = b"a,b\n" + b"1,2\n" * 500_000
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", content)
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(content))
    assert read(path="x.zip").n_rows == 500_000
    monkeypatch.setattr(capacity, "RESERVE", 1 << 62)
    for name in ("x.zip", "x.csv.gz"):
        with pytest.raises(
            UsageError, match=r"would take about .* [GM]B on the disk, and .* MB are free\n.*Make room"
        ):
            read(path=name)


def test_an_arrow_file_whose_offsets_lead_out_of_it_is_refused(tmp_path: Path) -> None:
    """Whoever follows them ends by a segmentation fault, which no program can catch."""
    true, false = (np.array(offsets, np.int32).tobytes() for offsets in ([0, 2, 3], [0, 1 << 30, 3]))
    batch = pa.record_batch({"firm_id": ["ab", "c"]})
    for ending, new in (("arrow", pa.ipc.new_file), ("stream", pa.ipc.new_stream)):
        source = tmp_path / f"register.{ending}"
        with new(str(source), batch.schema) as writer:
            writer.write_batch(batch)
        content = source.read_bytes()
        assert content.count(true) == 1
        source.write_bytes(content.replace(true, false))
        with pytest.raises(InputError, match="this is not a readable Arrow file"):
            read_arrow(source, RawFile(path=(source.name,)), tmp_path / "rows.parquet")
