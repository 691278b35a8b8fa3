"""A canonical folder says at its door what would go wrong inside."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from closed import close
from firmtrade.errors import InputError, Place, UsageError
from firmtrade.sources.files import raw_files
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.stamp import Stamp, write_stamp

FIRMS = pl.DataFrame({"firm_id": ["a", "b"], "nace": ["15", "52"]})
ACCOUNTS = pl.DataFrame({"firm_id": ["a", "b"], "year": [2002, 2002], "turnover": [Decimal("1.00"), None]})
TRADE = pl.DataFrame({"firm_id": ["a"], "year": [2002], "flow": ["export"], "value": [10.0]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, frame in {"firms": FIRMS, "accounts": ACCOUNTS, "trade": TRADE}.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


def test_the_tables_files_and_columns_are_found(folder: Path) -> None:
    opened = CanonicalFolder(folder)
    assert sorted(opened.tables) == ["accounts", "firms", "trade"]
    assert opened.tables["firms"].files == (folder / "firms.parquet",)
    assert opened.tables["accounts"].columns == {
        "firm_id": "large_string", "year": "int64", "turnover": "decimal128(38, 2)",
    }  # fmt: skip
    assert opened.tables["trade"].has("partner") is False
    assert pl.read_parquet(opened.tables["firms"].glob).height == 2


def test_a_partitioned_table_has_its_partition_as_a_column(folder: Path) -> None:
    (folder / "trade.parquet").unlink()
    for year in (2001, 2002):
        part = folder / "trade" / f"year={year}"
        part.mkdir(parents=True)
        TRADE.drop("year").write_parquet(part / "part.parquet")
    trade = CanonicalFolder(folder).tables["trade"]
    assert trade.partitions == ("year",)
    assert len(trade.files) == 2
    assert "year" in trade.columns
    assert pl.read_parquet(trade.glob, hive_partitioning=True)["year"].to_list() == [2001, 2002]


def test_a_folder_without_a_stamp_is_real(folder: Path) -> None:
    assert CanonicalFolder(folder).stamp == Stamp("real")


def test_the_stamp_is_read_back(folder: Path) -> None:
    stamp = Stamp("synthetic", "A made-up country", "firmtrade synth", "EUR")
    write_stamp(folder / "stamp.json", stamp)
    assert CanonicalFolder(folder).stamp == stamp
    assert CanonicalFolder(folder).stamp.synthetic


def test_the_fingerprint_changes_with_any_content_and_with_nothing_else(folder: Path) -> None:
    before = CanonicalFolder(folder).fingerprint()
    (folder / "quality.html").write_text("beside the tables")
    assert CanonicalFolder(folder).fingerprint() == before
    FIRMS.with_columns(nace=pl.lit("16")).write_parquet(folder / "firms.parquet")
    changed = CanonicalFolder(folder).fingerprint()
    assert changed != before
    write_stamp(folder / "stamp.json", Stamp("synthetic"))
    assert CanonicalFolder(folder).fingerprint() != changed


def test_the_fingerprint_sees_a_change_under_an_open_folder(folder: Path) -> None:
    opened = CanonicalFolder(folder)
    before = opened.fingerprint()
    FIRMS.head(1).write_parquet(folder / "firms.parquet")
    assert opened.fingerprint() != before


def _drop_firms(folder: Path) -> None:
    (folder / "firms.parquet").unlink()


def _misname_accounts(folder: Path) -> None:
    (folder / "accounts.parquet").rename(folder / "acounts.parquet")


def _break_trade(folder: Path) -> None:
    (folder / "trade.parquet").write_bytes(b"PAR1 not really")


def _empty_trade(folder: Path) -> None:
    (folder / "trade.parquet").write_bytes(b"")


def _misname_column(folder: Path) -> None:
    FIRMS.rename({"firm_id": "firmid"}).write_parquet(folder / "firms.parquet")


def _year_as_text(folder: Path) -> None:
    ACCOUNTS.with_columns(pl.col("year").cast(pl.String)).write_parquet(folder / "accounts.parquet")


def _code_as_number(folder: Path) -> None:
    FIRMS.with_columns(pl.col("nace").cast(pl.Int64)).write_parquet(folder / "firms.parquet")


def _twice(folder: Path) -> None:
    (folder / "firms").mkdir()


def _hollow_folder(folder: Path) -> None:
    (folder / "firms.parquet").unlink()
    (folder / "firms").mkdir()


def _broken_stamp(folder: Path) -> None:
    (folder / "stamp.json").write_text("{\n not json")


def _strange_stamp(folder: Path) -> None:
    (folder / "stamp.json").write_text('{"kind": "syntetic"}')


def _stamp_of_nowhere(folder: Path) -> None:
    (folder / "stamp.json").write_text('{"kind": "real", "country": "QZ"}')


def _stamp_of_a_name(folder: Path) -> None:
    (folder / "stamp.json").write_text('{"kind": "real", "country": "belgum"}')


def _stamp_in_small_letters(folder: Path) -> None:
    (folder / "stamp.json").write_text('{"kind": "real", "country": "el"}')


def _stamp_of_no_money(folder: Path) -> None:
    (folder / "stamp.json").write_text('{"kind": "real", "currency": "euro"}')


def _stamp_that_is_a_folder(folder: Path) -> None:
    (folder / "stamp.json").mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_drop_firms, r"table `firms` is missing.*\n  Found: accounts, trade\."),
        (_misname_accounts, r"`accounts` is missing.*\n  Is `acounts\.parquet` meant\?"),
        (_break_trade, r"trade\.parquet: this is not a readable Parquet file"),
        (_empty_trade, r"trade\.parquet: this is not a readable Parquet file"),
        (_misname_column, r"firms\.parquet: .*no column `firm_id`.*\n  Did you mean `firmid`\?"),
        (
            _year_as_text,
            r"accounts\.parquet, column year: .*stored as large_string.*\n  Store it as a whole number",
        ),
        (_code_as_number, r"column nace: .*stored as int64.*\n  Store it as text: leading zeros"),
        (_twice, r"`firms` is there twice, as `firms\.parquet` and as `firms`"),
        (_hollow_folder, r"table `firms` holds no Parquet file"),
        (_broken_stamp, r"stamp\.json, line 2: the stamp is not readable JSON"),
        (
            _stamp_of_nowhere,
            r"stamp\.json, key country: there is no country `QZ`\n  Write its code of ISO 3166",
        ),
        (_stamp_of_a_name, r"key country: there is no country `belgum`\n  Did you mean `BE` \(Belgium\)\?"),
        (_stamp_in_small_letters, r"key country: there is no country `el`\n  Did you mean `GR` \(Greece\)\?"),
        (_stamp_of_no_money, r"key currency: there is no currency `euro`\n  Did you mean `EUR` \(Euro\)\?"),
        (_stamp_that_is_a_folder, r"stamp\.json: the stamp cannot be read"),
        (_strange_stamp, r"stamp\.json, key kind: .*`syntetic`.*\n  Did you mean `synthetic`\?"),
    ],
)
def test_what_is_wrong_is_said_with_the_place_and_the_nearest_name(
    folder: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(folder)
    with pytest.raises(InputError, match=says):
        CanonicalFolder(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
@pytest.mark.parametrize(
    ("name", "says"),
    [("stamp.json", "the stamp may not be read"), ("trade.parquet", "this file may not be read")],
)
def test_a_file_without_the_right_to_read_it_is_called_so(folder: Path, name: str, says: str) -> None:
    write_stamp(folder / "stamp.json", Stamp("real"))
    (folder / name).chmod(0)
    with pytest.raises(InputError, match=says):
        CanonicalFolder(folder)


def test_a_missing_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere` is not there\n  Give the folder"):
        CanonicalFolder(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_is_wrong_usage(folder: Path) -> None:
    with pytest.raises(UsageError, match="is a file, not a folder"):
        CanonicalFolder(folder / "firms.parquet")


def test_a_caller_that_needs_less_asks_for_less(folder: Path) -> None:
    (folder / "trade.parquet").unlink()
    assert "trade" not in CanonicalFolder(folder, require=("firms",)).tables


def test_nulls_of_no_type_and_whole_numbers_of_any_width_are_accepted(folder: Path) -> None:
    wider = FIRMS.with_columns(founded=pl.lit(1990, pl.Int16), region=pl.lit(None))
    wider.write_parquet(folder / "firms.parquet")
    assert CanonicalFolder(folder).tables["firms"].columns["region"] == "null"


def test_a_part_of_a_table_that_is_closed_is_not_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "trade" / "year=2003").mkdir(parents=True)
    (folder / "trade.parquet").rename(folder / "trade" / "x.parquet")
    close(folder / "trade" / "year=2003", monkeypatch)
    with pytest.raises(InputError, match="year=2003: this folder may not be opened"):
        CanonicalFolder(folder)


def test_a_part_behind_a_link_counts_once(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = tmp_path_factory.mktemp("archive")
    (folder / "trade.parquet").rename(archive / "x.parquet")
    (folder / "trade").mkdir()
    (folder / "trade" / "old").symlink_to(archive)
    (only,) = CanonicalFolder(folder).tables["trade"].files
    assert only.name == "x.parquet"
    (folder / "trade" / "again").symlink_to(archive)
    with pytest.raises(InputError, match="reached twice"):
        CanonicalFolder(folder)


def test_a_closed_folder_on_the_way_of_a_pattern_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year in ("2001", "2002"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "x.csv").write_text("a\n1\n", encoding="utf-8")
    found = partial(raw_files, "x", RawFile(path=("*/x.csv",)), tmp_path, tmp_path, lambda key: Place())
    assert len(list(found())) == 2
    close(tmp_path / "2002", monkeypatch)
    with pytest.raises(InputError, match=r"the folder of `\*/x.csv` may not be opened"):
        list(found())


@pytest.mark.parametrize("name", ["[1].csv", "a*b.csv", "a?b.csv"])
def test_a_file_whose_name_looks_like_a_pattern_is_meant_by_it(tmp_path: Path, name: str) -> None:
    for each in (name, "1.csv", "axb.csv"):
        (tmp_path / each).write_text("a\n1\n", encoding="utf-8")
    found = raw_files("x", RawFile(path=(name,)), tmp_path, tmp_path, lambda key: Place())
    assert [each for each, _ in found] == [name]
