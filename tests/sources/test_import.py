"""An import refuses what it cannot read, lets nobody guess, and leaves the old folder alone when it fails."""

# ruff: noqa: E501  -- one case, one line
from __future__ import annotations

import hashlib
import json
import random
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import DataError, FirmtradeError, InputError, UsageError
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import ImportReport, import_records
from sources.raw_files import bring, rejected

ACCOUNTS = """
[import]
max_bad_rows = 0.9
[files.books]
path = "books.csv"
[accounts]
file = "books"
[accounts.columns]
firm_id = "firm"
year = "year"
turnover = "turnover"
"""

TRADE = """
[files.customs]
path = "customs.csv"
[trade]
file = "customs"
[trade.columns]
firm_id = "firm"
year = "year"
flow = "flow"
value = "value"
"""


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    """Accounts with every kind of row that is refused."""
    folder = tmp_path_factory.mktemp("faulty")
    rows = [
        "a,2001,1.00", "a,2001,1.00", "a,2002,5",
        "b,2001,1", "b,2001,2", "b,2001,2", "b,2002,7",
        "c,2001,x", ",2001,1", "c,,1", "c,1999.5,1", "c,2003,", "c,2004,1,9",
    ]  # fmt: skip
    mapping = bring(folder, ACCOUNTS, {"books.csv": "\n".join(["firm,year,turnover", *rows])})
    return import_records(mapping, folder / "out")


def test_a_refused_row_is_written_as_it_stood_with_its_reason(faulty: ImportReport) -> None:
    told = [
        (row["rejected_because"], row["rejected_row"], row["firm"], row["year"], row["turnover"])
        for row in rejected(faulty, "accounts")
    ]
    assert told == [
        ("cannot be split into columns: 4 fields where the header has 3", "14", "", "", ""),
        ("repeats another row exactly", "3", "a", "2001", "1.00"),
        ("differs from another row of the same firm_id and year", "5", "b", "2001", "1"),
        ("differs from another row of the same firm_id and year", "6", "b", "2001", "2"),
        ("differs from another row of the same firm_id and year", "7", "b", "2001", "2"),
        ("turnover is not an amount", "9", "c", "2001", "x"),
        ("firm_id is missing", "10", "", "2001", "1"),
        ("year is missing", "11", "c", "", "1"),
        ("year is not a year of four digits", "12", "c", "1999.5", "1"),
    ]
    assert rejected(faulty, "accounts")[0]["broken row"] == "c,2004,1,9"


def test_what_is_accepted_and_what_is_refused_make_all_rows(faulty: ImportReport) -> None:
    (books,) = faulty.inputs
    assert (books.read, books.selected, books.n_refused) == (13, 13, 9)
    assert faulty.rows == {"accounts": 4}
    table = pl.read_parquet(faulty.out / "accounts.parquet")
    assert table.rows() == [
        ("a", 2001, Decimal("1.00")), ("a", 2002, Decimal("5.00")), ("b", 2002, Decimal("7.00")), ("c", 2003, None),
    ]  # fmt: skip


def test_canonical_files_have_exact_types_and_keys(faulty: ImportReport) -> None:
    found = CanonicalFolder(faulty.out, require=("accounts",)).tables["accounts"]
    assert found.columns == {"firm_id": "string", "year": "int32", "turnover": "decimal128(18, 2)"}
    assert json.loads((faulty.out / "quality.json").read_text())["import"][0]["n_refused"] == 9


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    draw = random.Random(4)
    flows = ("import", "export")
    rows = [
        f"f{draw.randrange(60)},{draw.choice((2001, 2002))},{draw.choice(flows)},{draw.randrange(900)}"
        for _ in range(900)
    ]
    outs = []
    for name in ("one", "two"):
        draw.shuffle(rows)
        mapping = bring(tmp_path / name, TRADE, {"customs.csv": "\n".join(["firm,year,flow,value", *rows])})
        outs.append(contents(import_records(mapping, tmp_path / name / "out").out))
    assert outs[0] == outs[1]
    assert {"trade.parquet", "quality.json", "quality.html", "stamp.json"} <= set(outs[0])


def test_trade_can_be_written_by_year(tmp_path: Path) -> None:
    content = "firm,year,flow,value\na,2001,export,1\na,2002,export,2\nb,2002,import,3\n"
    mapping = bring(tmp_path, '[import]\ntrade_files = "by-year"\n' + TRADE, {"customs.csv": content})
    report = import_records(mapping, tmp_path / "out")
    found = CanonicalFolder(report.out, require=("trade",)).tables["trade"]
    assert [file.name for file in found.files] == ["trade-2001.parquet", "trade-2002.parquet"]
    assert pl.read_parquet(found.glob).height == report.rows["trade"] == 3


def test_an_import_that_fails_leaves_the_old_folder_and_shows_the_refused_rows(tmp_path: Path) -> None:
    mapping = bring(tmp_path, TRADE, {"customs.csv": "firm,year,flow,value\na,2001,export,1\n"})
    out = import_records(mapping, tmp_path / "out").out
    before = contents(out)
    rows = ["a,2001,export,1", "a,2001,exports,1", "a,2001,export,one thousand", "BE0123456789,,export,1"]
    bring(tmp_path, TRADE, {"customs.csv": "\n".join(["firm,year,flow,value", *rows])})
    with pytest.raises(DataError) as told:
        import_records(mapping, out)
    message = str(told.value)
    assert told.value.exit_status == 1
    assert message.startswith(
        "customs.csv: 3 of 4 rows (75.0%) cannot be read for the table `trade`, and at most 1.0% may"
    )
    for reason in (
        "flow is neither import nor export (1)",
        "value is not an amount (1)",
        "year is missing (1)",
    ):
        assert reason in message
    assert "BE0123456789" not in message
    assert "thousand" not in message
    assert contents(out) == before
    shown = (tmp_path / "out-rejected" / "trade.csv").read_text()
    assert "value is not an amount,customs.csv,4,a,2001,export,one thousand" in shown
    assert {path.name for path in tmp_path.iterdir()} == {
        "customs.csv",
        "mapping.toml",
        "out",
        "out-rejected",
    }


def test_refused_rows_beside_an_import_are_written_over_only_by_others_and_go_with_success(
    tmp_path: Path,
) -> None:
    bad, good = ("firm,year,flow,value\na,2001,export,x\n", "firm,year,flow,value\na,2001,export,1\n")
    beside = tmp_path / "out-rejected"
    beside.mkdir()
    (beside / "trade.csv").write_text("notes of a clerk")
    mapping = bring(tmp_path, TRADE, {"customs.csv": bad})
    with pytest.raises(UsageError, match=r"out-rejected holds files that are not of the refused rows"):
        import_records(mapping, tmp_path / "out")
    assert (beside / "trade.csv").read_text() == "notes of a clerk"
    (beside / "trade.csv").unlink()
    for _ in range(2):
        with pytest.raises(DataError):
            import_records(mapping, tmp_path / "out")
    assert (beside.stat().st_mode & 0o777, (beside / "trade.csv").stat().st_mode & 0o777) == (0o700, 0o600)
    bring(tmp_path, TRADE, {"customs.csv": good})
    import_records(mapping, tmp_path / "out")
    assert not beside.exists()


def test_refused_rows_stand_on_the_volume_of_the_import(tmp_path: Path) -> None:
    (tmp_path / "secure").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "secure" / "out")
    mapping = bring(tmp_path, TRADE, {"customs.csv": "firm,year,flow,value\na,2001,export,x\n"})
    with pytest.raises(DataError):
        import_records(mapping, tmp_path / "out")
    assert (tmp_path / "secure" / "out-rejected" / "trade.csv").exists()
    assert not (tmp_path / "out-rejected").exists()


def test_as_many_bad_rows_as_allowed_are_allowed(tmp_path: Path) -> None:
    rows = [f"f{n},2001,export,{n}" for n in range(99)]
    mapping = bring(
        tmp_path, TRADE, {"customs.csv": "\n".join(["firm,year,flow,value", *rows, "x,2001,export,x"])}
    )
    assert import_records(mapping, tmp_path / "out").rows["trade"] == 99


def test_a_folder_that_is_no_import_is_not_replaced(tmp_path: Path) -> None:
    mapping = bring(tmp_path / "raw", TRADE, {"customs.csv": "firm,year,flow,value\na,2001,export,1\n"})
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.txt").write_text("years of work")
    with pytest.raises(
        UsageError, match=r"thesis holds files that are not of an import; nothing was written"
    ):
        import_records(mapping, tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter1.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("change", "content", "kind", "says"),
    [
        ('"turnover"', "firm,year,turnovr\na,2001,1\n", InputError, r"^books\.csv: there is no column `turnover`\n  Did you mean `turnovr`\?"),
        ("", "firm;year;turnover\na;2001;1\n", InputError, r"there is no column `firm`\n.*is the `separator` right\?"),
        ("", "firm,year,turnover,year\n", InputError, r"^books\.csv, column year: the header has `year` 2 times, in positions 2 and 4\n  Say which is read: map `year \(1\)` for position 2, `year \(2\)` for position 4"),
        ('file = "books"\nmelt = "{column}_{year}"', "firm,turnover_2001,turnover_2001\na,1,2\n", InputError, r"^books\.csv, column turnover_2001: the header has `turnover_2001` 2 times"),
        ('file = "books"\nmelt = "{column}_{year}"', "firm,firm,turnover_2001\na,b,2\n", InputError, r"^books\.csv, column firm: the header has `firm` 2 times, in positions 1 and 2"),
        ('file = "books"\nwhere = { firm = "a" }', "firm,year,turnover,firm\na,2001,1,b\n", InputError, r"^books\.csv, column firm: the header has `firm` 2 times"),
        ("", "", InputError, r"^books\.csv: this file is empty"),
        ('file = "books"\npivot = { names = "year", values = "turnover", per = "firm" }', "firm,year,turnover\nBE01,2001,1\n", InputError, r"^books\.csv, column year: no row has `firm|year`"),
        ('file = "books"\nmelt = "{column}_{year}"', "firm,year,turnover\na,2001,1\n", InputError, r"^books\.csv: no column is called like `\{column\}_\{year\}`"),
        ('file = "books"\nmelt = "{column}_{year}"', "firm,year,turnover_2001\na,2001,1\n", FirmtradeError, "melting `books` would make a second column `year`"),
    ],
)  # fmt: skip
def test_a_raw_file_that_does_not_fit_its_mapping_is_answered_with_its_name(
    tmp_path: Path, change: str, content: str, kind: type[FirmtradeError], says: str
) -> None:
    mapping = bring(
        tmp_path,
        ACCOUNTS.replace('file = "books"', change) if "\n" in change else ACCOUNTS,
        {"books.csv": content},
    )
    with pytest.raises(kind, match=says):
        import_records(mapping, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_repeated_column_that_is_not_mapped_is_no_error_and_can_be_mapped_by_its_number(
    tmp_path: Path,
) -> None:
    content = "firm,year,note,turnover,note\na,2001,x,1,y\n"
    report = import_records(bring(tmp_path, ACCOUNTS, {"books.csv": content}), tmp_path / "out")
    assert report.rows == {"accounts": 1}
    second = ACCOUNTS.replace('"turnover"', '"turnover (2)"')
    mapping = bring(tmp_path, second, {"books.csv": "firm,year,turnover,turnover\na,2001,1,2\n"})
    written = pl.read_parquet(import_records(mapping, tmp_path / "out").out / "accounts.parquet")
    assert written["turnover"].to_list() == [2]


@pytest.mark.parametrize(
    ("change", "header"),
    [
        ("", "firm,year,turnover\n"),
        ('where = { year = 1990 }', "firm,year,turnover\n"),
        ('pivot = { names = "rubric", values = "amount", per = ["firm", "year"] }', "firm,year,rubric,amount\n"),
        ('melt = "{column}_{year}"', "firm,turnover_2001\n"),
    ],
    ids=["plain", "where", "pivot", "melt"],
)  # fmt: skip
def test_a_file_of_nothing_but_a_header_gives_an_empty_table_and_is_named(
    tmp_path: Path, change: str, header: str
) -> None:
    declared = ACCOUNTS.replace('file = "books"', f'file = "books"\n{change}')
    report = import_records(bring(tmp_path, declared, {"books.csv": header}), tmp_path / "out")
    table = CanonicalFolder(report.out, require=("accounts",)).tables["accounts"]
    assert table.columns == {"firm_id": "string", "year": "int32", "turnover": "decimal128(18, 2)"}
    assert pl.read_parquet(table.glob).height == report.rows["accounts"] == 0
    assert str(report).startswith("books -> accounts: 0 rows read\n  books.csv has no rows\n")
    assert "The table `accounts` has no rows: what asks for it is empty." in map(str, report.quality.notes)
    assert "books.csv has no rows" in (report.out / "quality.html").read_text(encoding="utf-8")


def test_an_empty_file_beside_full_ones_is_named(tmp_path: Path) -> None:
    declared = ACCOUNTS.replace('"books.csv"', '"books_*.csv"')
    full = {"books_0.csv": "firm,year,turnover\na,2001,1\n"}
    hollow = {f"books_{number}.csv": "firm,year,turnover\n" for number in range(1, 8)}
    report = import_records(bring(tmp_path, declared, full | hollow), tmp_path / "out")
    assert report.rows == {"accounts": 1}
    assert report.inputs[0].empty == tuple(hollow)
    assert "  books_5.csv has no rows\n  and 2 more files have none\n" in str(report)


def test_trade_without_any_row_is_written_by_year_as_one_empty_file(tmp_path: Path) -> None:
    mapping = bring(
        tmp_path, '[import]\ntrade_files = "by-year"\n' + TRADE, {"customs.csv": "firm,year,flow,value\n"}
    )
    found = CanonicalFolder(import_records(mapping, tmp_path / "out").out, require=("trade",)).tables["trade"]
    assert [file.name for file in found.files] == ["trade.parquet"]


def test_a_file_of_broken_rows_alone_has_too_many_of_them(tmp_path: Path) -> None:
    mapping = bring(tmp_path, ACCOUNTS, {"books.csv": "firm,year,turnover\na,2001\nb\n"})
    with pytest.raises(DataError, match=r"2 of 2 rows \(100\.0%\) cannot be read"):
        import_records(mapping, tmp_path / "out")


REFUSING = TRADE.replace("[files.customs]", "[import]\nmax_bad_rows = 0.9\n[files.customs]")


def test_refused_rows_are_counted_by_value_and_are_a_finding(tmp_path: Path) -> None:
    rows = ["a,2001,export,60", "a,2001,transit,30", "b,,import,-10", "b,2001,import,x"]
    mapping = bring(tmp_path, REFUSING, {"customs.csv": "\n".join(["firm,year,flow,value", *rows])})
    report = import_records(mapping, tmp_path / "out")
    (found,) = report.quality.of("refused_row")
    assert (found.table, found.count, found.share, found.detail) == ("trade", 3, 0.75, "customs")
    assert found.weight_share == pytest.approx((30 + 10) / 100)
    assert report.inputs[0].as_dict()["refused_share"]["year is missing"] == pytest.approx(0.1)
    assert "  flow is neither import nor export: 1 (30.0% of value)" in str(report)
    assert json.loads((report.out / "quality.json").read_text(encoding="utf-8"))["findings"] != []
    page = (report.out / "quality.html").read_text(encoding="utf-8")
    assert "flow is neither import nor export: 1 (30.0% of value)<br>" in page
    for told in (str(report), page):
        assert "Nothing is odd" not in told


def test_refused_duplicates_are_counted_by_value(tmp_path: Path) -> None:
    rows = ["a,2001,50", "a,2001,50", "b,2001,100", "b,2001,200"]
    mapping = bring(tmp_path, ACCOUNTS, {"books.csv": "\n".join(["firm,year,turnover", *rows])})
    report = import_records(mapping, tmp_path / "out")
    assert report.inputs[0].as_dict()["refused_share"] == {
        "differs from another row of the same firm_id and year": pytest.approx(300 / 400),
        "repeats another row exactly": pytest.approx(50 / 400),
    }
    (found,) = report.quality.of("refused_row")
    assert (found.count, found.weight_share, found.weight) == (3, pytest.approx(350 / 400), "turnover")


def test_rows_refused_when_files_are_stacked_are_counted_by_value(tmp_path: Path) -> None:
    feed = ACCOUNTS[ACCOUNTS.index("[accounts]") :]
    second = feed.replace("[accounts]", "[[accounts]]").replace('"books"', '"others"')
    declared = (
        ACCOUNTS.replace("[accounts]", "[[accounts]]") + second + '[files.others]\npath = "others.csv"\n'
    )
    files = {
        "books.csv": "firm,year,turnover\na,2001,30\nb,2001,70\n",
        "others.csv": "firm,year,turnover\na,2001,5\nc,2001,15\n",
    }
    report = import_records(bring(tmp_path, declared, files), tmp_path / "out")
    shares = [finding.weight_share for finding in report.quality.of("refused_row")]
    assert shares == [pytest.approx(0.3), pytest.approx(0.25)]


def test_only_the_rows_that_a_condition_selects_are_judged(tmp_path: Path) -> None:
    declared = ACCOUNTS.replace('file = "books"', 'file = "books"\nwhere = { year = 2001 }')
    content = "firm,year,turnover\na,2001,1\nb,2002,x\n"
    report = import_records(bring(tmp_path, declared, {"books.csv": content}), tmp_path / "out")
    assert str(report).startswith("books -> accounts: 2 rows read, 1 selected\n\n")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ('"raw"', r"^mapping\.toml, line 11, key files\.books\.path: `raw` is a folder, not a file\n  Give a pattern of the files in it, such as `raw/\*\.csv`\."),
        ('["books.csv", "raw"]', r"^mapping\.toml, line 11, key files\.books\.path\.2: `raw` is a folder"),
        ('"ra?"', r"key files\.books\.path: `ra\?` is a folder, not a file\n  Give a pattern of files\."),
        ('"boks.csv"', r"^mapping\.toml, line 11, key files\.books\.path: there is no file `boks\.csv`\n  Did you mean `books\.csv`\?"),
        ('"/no/such/place/x.csv"', r"there is no file `/no/such/place/x\.csv`\n  `path` is relative to the mapping file, or begins with `/`\."),
        ('"/no/such/place/*.csv"', r"there is no file `/no/such/place/\*\.csv`"),
    ],
)  # fmt: skip
def test_a_path_that_leads_to_no_file_is_answered_with_its_place_in_the_mapping(
    tmp_path: Path, path: str, says: str
) -> None:
    files = {"books.csv": "firm,year,turnover\na,2001,1\n", "raw/x.csv": "firm,year,turnover\na,2001,1\n"}
    mapping = bring(tmp_path, ACCOUNTS.replace('"books.csv"', path), files)
    with pytest.raises(InputError, match=says):
        import_records(mapping, tmp_path / "out")


@pytest.mark.parametrize("name", ["x.csv", "*.csv"])
def test_a_path_may_be_absolute(tmp_path: Path, name: str) -> None:
    files = {"raw/x.csv": "firm,year,turnover\na,2001,1\n"}
    declared = ACCOUNTS.replace("books.csv", str(tmp_path / "raw" / name))
    assert import_records(bring(tmp_path, declared, files), tmp_path / "out").rows == {"accounts": 1}


def test_a_damaged_file_is_answered_before_anything_is_written(tmp_path: Path) -> None:
    mapping = bring(tmp_path, TRADE.replace("customs.csv", "customs.parquet"), {"customs.parquet": b"PAR1"})
    with pytest.raises(InputError, match=r"customs\.parquet: this is not a readable Parquet file"):
        import_records(mapping, tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"customs.parquet", "mapping.toml"}


def test_progress_names_each_step(tmp_path: Path) -> None:
    steps: list[str] = []
    mapping = bring(tmp_path, TRADE, {"customs.csv": "firm,year,flow,value\na,2001,export,1\n"})
    import_records(mapping, tmp_path / "out", progress=steps.append)
    assert steps == ["read customs", "assemble trade", "write trade", "check trade", "match tables"]
