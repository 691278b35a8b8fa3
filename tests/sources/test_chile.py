"""Chile's census of plants, where its files are at hand: the import agrees with a plain reading of them.

The files may not be passed on: nothing of them stands here, and the test is skipped where they are not.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from firmtrade.sources.importer import ImportReport, import_records
from shared import shared

MAPPING = Path(__file__).resolve().parents[2] / "examples" / "chile-enia.mapping.toml"
YEARS = range(1990, 1995)
COLUMNS = {
    "xx1": "plant", "xx2": "isic", "xx165": "staff", "xx159": "value_added", "xx160": "output",
    "xx157": "exports", "xx41": "imports",
}  # fmt: skip
TOTALS = (("value_added", "value_added", 1000), ("turnover", "output", 1000), ("employees", "staff", 1))


@pytest.fixture(scope="module")
def files() -> Path:
    folder = shared()
    if folder is None or not (folder / "data" / "chile-enia" / "Enia90.dta").is_file():
        pytest.skip("the files of the Chilean census are not at hand")
    return folder / "data" / "chile-enia"


@pytest.fixture(scope="module")
def imported(files: Path, tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    room = tmp_path_factory.mktemp("chile")
    for file in files.glob("Enia*"):
        (room / file.name).symlink_to(file)
    (room / MAPPING.name).write_text(MAPPING.read_text(encoding="utf-8"), encoding="utf-8")
    return import_records(room / MAPPING.name, room / "canonical")


@pytest.fixture(scope="module")
def plain(files: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The five files, read without the importer."""
    room = tmp_path_factory.mktemp("plain")
    frames = []
    for year in YEARS:
        path = files / f"Enia{year - 1900}.dta"
        if not path.is_file():
            with zipfile.ZipFile(path.with_suffix(".zip")) as archive:
                path = Path(archive.extract(path.name, room))
        frame, _ = pyreadstat.read_dta(path, output_format="polars", usecols=list(COLUMNS))
        frames.append(frame.cast(pl.Float64).rename(COLUMNS).with_columns(year=pl.lit(year, pl.Int32)))
    return pl.concat(frames, how="diagonal")


def test_every_plant_and_year_is_accepted(imported: ImportReport, plain: pl.DataFrame) -> None:
    assert sum(one.n_refused for one in imported.inputs) == 0
    assert imported.rows["accounts"] == imported.rows["firms"] == plain.height
    accounts = pl.read_parquet(imported.out / "accounts.parquet")
    assert accounts.select("firm_id", "year").is_duplicated().sum() == 0
    assert accounts["firm_id"].str.contains(r"^[1-9]\d*$").all()


def test_thousand_pesos_become_pesos_to_the_last_digit(imported: ImportReport, plain: pl.DataFrame) -> None:
    accounts = pl.read_parquet(imported.out / "accounts.parquet")
    for ours, theirs, unit in TOTALS:
        found = dict(accounts.group_by("year").agg(pl.col(ours).sum()).iter_rows())
        expected = dict(plain.group_by("year").agg(pl.col(theirs).sum()).iter_rows())
        assert {year: int(total) for year, total in found.items()} == {
            year: int(total) * unit for year, total in expected.items()
        }


@pytest.mark.parametrize(("flow", "column"), [("export", "exports"), ("import", "imports")])
def test_a_plant_trades_where_its_value_is_not_zero(
    imported: ImportReport, plain: pl.DataFrame, flow: str, column: str
) -> None:
    trade = pl.read_parquet(imported.out / "trade.parquet").filter(pl.col("flow") == flow)
    expected = plain.filter(pl.col(column) > 0)
    assert trade.height == expected.height
    assert int(trade["value"].sum()) == int(expected[column].sum()) * 1000


def test_activity_codes_are_those_of_their_revision(imported: ImportReport) -> None:
    assert imported.quality.of("unknown_activity") == imported.quality.of("unknown_revision") == ()
    assert {link.share for link in imported.quality.linkage} == {1.0}
