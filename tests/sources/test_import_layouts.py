"""Raw files of every layout become one row per key: filings, rubrics, joined registers, years apart."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from firmtrade.sources.importer import import_records
from sources.raw_files import bring, rejected

PREFER = """
[import]
max_bad_rows = 0
[files.filings]
path = "filings.csv"
[accounts]
file = "filings"
prefer = [
  {{ column = "kind", order = ["corrected", "initial"] }},
  {{ column = "{column}", take = "last"{date} }},
]
[accounts.columns]
firm_id = "firm"
year = "year"
turnover = "turnover"
"""
FILINGS = """firm,year,kind,deposited,number,turnover
a,2001,initial,31-12-2002,100,1
a,2001,corrected,01-02-2002,9,2
a,2001,corrected,15-01-2003,10,3
b,2001,draft,01-01-2001,1,4
b,2001,initial,01-01-2001,1,5
c,2001,initial,,,6
c,2001,initial,01-01-2001,1,7
"""


@pytest.mark.parametrize(("column", "date"), [("deposited", ', date = "dd-mm-yyyy"'), ("number", "")])
def test_of_several_filings_the_preferred_one_stands(tmp_path: Path, column: str, date: str) -> None:
    """Corrections before first filings, then the last by date (or number, where 10 comes after 9)."""
    mapping = bring(tmp_path, PREFER.format(column=column, date=date), {"filings.csv": FILINGS})
    report = import_records(mapping, tmp_path / "out")
    assert pl.read_parquet(report.out / "accounts.parquet")["turnover"].to_list() == [3, 5, 7]
    assert (report.inputs[0].set_aside, report.inputs[0].n_refused) == (4, 0)


TWO_FILES = """
[import]
max_bad_rows = 0.7
[files.old]
path = "old.csv"
[files.new]
path = "new.csv"
[[accounts]]
file = "old"
[accounts.columns]
firm_id = "firm"
year = "year"
turnover = { column = "turnover", unit = "thousand" }
[[accounts]]
file = "new"
[accounts.columns]
firm_id = "id"
year = "year"
turnover = "turnover"
employees = "staff"
"""


def test_files_of_two_layouts_are_stacked_and_their_overlap_is_refused(tmp_path: Path) -> None:
    files = {
        "old.csv": "firm,year,turnover\na,2001,1\nb,2001,2\nc,2001,3\n",
        "new.csv": "id,year,turnover,staff\na,2002,1500.5,7\nb,2001,9,9\n",
    }
    report = import_records(bring(tmp_path, TWO_FILES, files), tmp_path / "out")
    assert pl.read_parquet(report.out / "accounts.parquet").rows() == [
        ("a", 2001, None, Decimal("1000.00")),
        ("a", 2002, Decimal("7.000000"), Decimal("1500.50")),
        ("c", 2001, None, Decimal("3000.00")),
    ]
    assert [one.n_refused for one in report.inputs] == [1, 1]
    assert [row["rejected_file"] for row in rejected(report, "accounts")] == ["old.csv", "new.csv"]


FILED = """
[files.filings]
path = "filings/*.csv"
header = false
names = ["key", "value"]
[import]
max_bad_rows = 0.4
[accounts]
file = "filings"
pivot = { names = "key", values = "value" }
[accounts.columns]
firm_id = { column = "Entity number", keep = "digits", pad = 10 }
year = { column = "End", part = "year" }
book_months = { months = { first = "Start", last = "End" } }
value_added = [
  { sum = "70/76A", minus = ["76A", "60"], zero_if_missing = "76A" },
  { sum = "9900", minus = "76A", zero_if_missing = "76A" },
]
"""


def test_one_file_for_each_filing_becomes_one_row_each(tmp_path: Path) -> None:
    head = '"Entity number","{}"\n"Start","{}"\n"End","{}"\n'
    files = {
        "filings/full.csv": head.format("0200.065.765", "2001-07-01", "2002-12-31")
        + '"70/76A","1000.50"\n"76A","0.50"\n"60","400"\n"9900","7"\n',
        "filings/short.csv": head.format("200.068.636", "2002-01-01", "2002-12-31") + '"9900","812"\n',
        "filings/twice.csv": head.format("0400.111.222", "2002-01-01", "2002-12-31")
        + '"9900","1"\n"9900","2"\n',
    }
    report = import_records(bring(tmp_path, FILED, files), tmp_path / "out")
    assert pl.read_parquet(report.out / "accounts.parquet").rows() == [
        ("0200065765", 2002, Decimal("600.00"), 18),
        ("0200068636", 2002, Decimal("812.00"), 12),
    ]
    assert report.inputs[0].by_rule == {"value_added": {1: 1, 2: 1}}
    assert report.inputs[0].as_dict()["refused"] == {"a rubric stands twice, with different values": 1}
    assert rejected(report, "accounts")[0]["rejected_file"] == "twice.csv"


JOINED = """
[files.register]
path = "register.csv"
[files.owners]
path = "owners.csv"
[import]
max_bad_rows = 0.5
[firms]
file = "register"
[firms.columns]
firm_id = "id"
[[firms.join]]
file = "owners"
[firms.join.columns]
firm_id = "id"
domestic_owned = { column = "owner", codes = { BE = true }, otherwise = "missing" }
"""


def test_a_joined_file_adds_columns_and_never_rows(tmp_path: Path) -> None:
    files = {
        "register.csv": "id\na\nb\nc\nd\n",
        "owners.csv": "id,owner\na,BE\na,BE\nb,FR\nc,BE\nc,NL\ne,BE\n",
    }
    report = import_records(bring(tmp_path, JOINED, files), tmp_path / "out")
    assert pl.read_parquet(report.out / "firms.parquet").rows() == [
        ("a", True),
        ("b", None),
        ("c", None),
        ("d", None),
    ]
    owners = report.inputs[1]
    assert (owners.set_aside, owners.unmatched) == (1, 1)
    assert owners.as_dict()["refused"] == {"differs from another row of the same firm_id": 2}


def test_labels_are_kept_beside_the_tables(tmp_path: Path) -> None:
    frame = pl.DataFrame({"plant": [1.0, 2.0], "yr": [90.0, 90.0], "x": [5.0, 6.0]})
    bring(tmp_path, "")
    pyreadstat.write_dta(
        frame,
        tmp_path / "books.dta",
        column_labels={"x": "Persons"},
        variable_value_labels={"x": {5: "five"}},
    )
    mapping = bring(
        tmp_path,
        """
        [files.books]
        path = "books.dta"
        [accounts]
        file = "books"
        [accounts.columns]
        firm_id = "plant"
        year = { column = "yr", century = 1900 }
        employees = "x"
        """,
    )
    report = import_records(mapping, tmp_path / "out")
    assert json.loads((report.out / "labels.json").read_text()) == {
        "accounts": {"employees": {"books.dta": {"x": {"label": "Persons", "values": {"5": "five"}}}}}
    }
    assert pl.read_parquet(report.out / "accounts.parquet")["firm_id"].to_list() == ["1", "2"]
