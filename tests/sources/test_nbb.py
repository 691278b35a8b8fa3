"""Annual accounts of the National Bank become accounts, the same from every format in which they are delivered."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import FirmtradeError
from firmtrade.sources.registers import import_register
from sources.nbb_filings import ABRIDGED, FULL, Filing, drawn
from sources.raw_files import rejected

ONE = Filing(
    "0400000157", "2023-00000001", "2023-06-30", "2022-01-01", "2022-12-31", FULL, {"70/76A": "10.00"}
)
COLUMNS = ("turnover", "value_added", "total_assets", "labor_cost", "employees_fte", "book_months")


def as_csv(filings: list[Filing], folder: Path) -> list[Path]:
    for one in filings:
        (folder / f"{one.number}-{one.reference}.csv").write_text(one.csv())
    return sorted(folder.glob("*.csv"))


def as_json(filings: list[Filing], folder: Path) -> list[Path]:
    for one in filings:
        (folder / f"{one.reference}.json").write_text(one.json())
    (folder / "references.json").write_text(json.dumps([one.told() for one in filings]))
    return [folder]


def as_xbrl(filings: list[Filing], folder: Path) -> list[Path]:
    """Deposits: each an archive of its accounts, and of who deposited them."""
    for one in filings:
        with zipfile.ZipFile(folder / f"{one.reference}.zip", "w") as archive:
            archive.writestr(f"__MACOSX/._{one.reference}-data.xbrl", b"\0\1")
            for part, text in (("data", one.xbrl()), ("contact", "<xbrl/>"), ("vendor", "<xbrl/>")):
                archive.writestr(f"{one.reference}-{part}.xbrl", text)
    return sorted(folder.glob("*.zip"))


def expected(filings: list[Filing]) -> dict[tuple[str, int], tuple[Decimal | int | None, ...]]:
    """Every filing by firm and year, worked out from its rubrics one by one."""
    found = {}
    for one in filings:
        amounts = {code: Decimal(text) for code, text in one.rubrics.items()}
        months = 12 if one.begin[:4] == one.end[:4] else 18
        workers = amounts.get("1003", amounts.get("9087"))
        values = (
            amounts.get("70"),
            one.value_added,
            amounts.get("20/58"),
            amounts.get("62"),
            workers,
            months,
        )
        found[one.number, int(one.end[:4])] = values
    return found


def accounts(folder: Path) -> dict[tuple[str, int], tuple[Decimal | int | None, ...]]:
    frame = pl.read_parquet(folder / "accounts.parquet").select("firm_id", "year", *COLUMNS)
    return {row[:2]: row[2:] for row in frame.iter_rows()}


@pytest.mark.parametrize("written", [as_csv, as_json, as_xbrl])
def test_a_filing_says_the_same_in_every_format(
    tmp_path: Path, written: Callable[[list[Filing], Path], list[Path]]
) -> None:
    """Rubrics of this year alone; value added by model; a turnover that is not filed is missing, and no zero."""
    filings = drawn(3, 12)
    (tmp_path / "in").mkdir()
    report = import_register("nbb", written(filings, tmp_path / "in"), tmp_path / "out")
    assert accounts(report.out) == expected(filings)
    assert None in pl.read_parquet(report.out / "accounts.parquet")["turnover"].to_list()
    models = pl.read_parquet(report.out / "accounts.parquet")
    assert set(models["model" if "model" in models.columns else "deposit_model"].drop_nulls()) <= {
        FULL,
        ABRIDGED,
    }
    assert not report.quality.of("number_check")


@pytest.mark.parametrize("earlier", ["2023-00000002", "2023-00000009"])
def test_a_correction_stands_by_its_day_of_deposit(tmp_path: Path, earlier: str) -> None:
    """Whatever the numbers of the references, the filing deposited last is the one that stands."""
    first = replace(ONE, reference=earlier)
    corrected = replace(ONE, reference="2023-00000005", deposited="2023-09-01", rubrics={"70/76A": "12.00"})
    report = import_register("nbb", as_json([first, corrected], tmp_path), tmp_path / "out")
    assert accounts(report.out)[ONE.number, 2022][1] == 12
    assert (report.inputs[0].set_aside, report.inputs[0].n_refused) == (1, 0)


def test_without_references_the_last_number_is_the_correction(tmp_path: Path) -> None:
    corrected = replace(ONE, reference="2023-00000005", rubrics={"70/76A": "12.00"})
    report = import_register("nbb", as_csv([corrected, ONE], tmp_path), tmp_path / "out")
    assert accounts(report.out)[ONE.number, 2022][1] == 12


@pytest.mark.parametrize(
    ("rubrics", "value_added"),
    [
        ({"70/74": "100", "60": "30", "61": "20", "740": "5"}, 45),
        ({"9900": "-40", "76A": "2"}, -42),
        ({"70/61": "17"}, 17),
        ({"61/70": "17"}, -17),
        ({"70": "100", "60": "30"}, None),
    ],
)
def test_value_added_follows_the_model_of_its_time(
    tmp_path: Path, rubrics: dict[str, str], value_added: int | None
) -> None:
    """Full models before 2016, abridged ones, the oldest ones with a gain or a loss, and a filing that has none."""
    report = import_register("nbb", as_csv([replace(ONE, rubrics=rubrics)], tmp_path), tmp_path / "out")
    assert accounts(report.out)[ONE.number, 2022][1] == value_added


@pytest.mark.parametrize("written", [as_csv, as_json, as_xbrl])
def test_amounts_in_another_currency_are_refused(
    tmp_path: Path, written: Callable[[list[Filing], Path], list[Path]]
) -> None:
    filings = drawn(1, 100)
    filings[7] = replace(filings[7], currency="USD")
    (tmp_path / "in").mkdir()
    report = import_register("nbb", written(filings, tmp_path / "in"), tmp_path / "out")
    assert (report.rows["accounts"], len(rejected(report, "accounts"))) == (299, 1)


def test_filings_of_one_name_in_several_folders_stay_apart(tmp_path: Path) -> None:
    for year in (2021, 2022):
        (tmp_path / str(year)).mkdir()
        one = replace(ONE, begin=f"{year}-01-01", end=f"{year}-12-31", rubrics={"70": str(year)})
        (tmp_path / str(year) / "accounts.csv").write_text(one.csv())
    report = import_register("nbb", [tmp_path / "2021", tmp_path / "2022"], tmp_path / "out")
    assert {key[1]: row[0] for key, row in accounts(report.out).items()} == {2021: 2021, 2022: 2022}


OLD = '<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:p="pfs"><p:Turnover contextRef="a">1</p:Turnover></xbrl>'


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.json", ONE.json(), "its reference is needed"),
        ("a.json", "{", "its reference is needed"),
        ("a.json", '{"EnterpriseNumber": 1', "not readable JSON"),
        ("a.json", '{"EnterpriseNumber": "1"}', "neither a filing"),
        ("a.json", "[" * 100_000, "there is no filing"),
        ("a.xbrl", OLD, "taxonomy that is used since 2022"),
        ("a.xbrl", ONE.xbrl()[:-30], "not readable XML"),
        ("a.xbrl", "", "not readable XML"),
        ("a.pdf", "%PDF", "none of .csv, .json, .xbrl"),
        ("a.zip", "PK", "cannot be opened"),
    ],
)
def test_what_is_no_filing_is_told_with_what_was_expected(
    tmp_path: Path, name: str, content: str, what: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(FirmtradeError, match=what) as error:
        import_register("nbb", [tmp_path / name], tmp_path / "out")
    assert error.value.exit_status == 2
    assert ONE.number not in str(error.value)
