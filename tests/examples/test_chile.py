"""A real census of plants, imported and run: what its files say and what the definitions make of it agree."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

import firmtrade as ft
from firmtrade.errors import UsageError
from firmtrade.outputs import Observation
from firmtrade.study import load_study
from naive import naive_cells
from shared import shared

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDER = (shared() or Path("nowhere")) / "data" / "chile-enia"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the Chilean census is confidential and not part of the project"
)


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = tmp_path_factory.mktemp("raw")
    for file in FOLDER.glob("Enia9?.*"):
        (raw / file.name).symlink_to(file)
    mapping = shutil.copy(EXAMPLES / "chile-enia.mapping.toml", raw)
    out = tmp_path_factory.mktemp("chile") / "canonical"
    ft.import_records(mapping, out)
    return out


@pytest.fixture(scope="module")
def results(canonical: Path) -> ft.Results:
    return ft.run(EXAMPLES / "chile-enia.toml", canonical)


@pytest.fixture(scope="module")
def plants_1993(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The Stata file of 1993 itself, read past the importer: plants with fewer than 250 workers."""
    folder = tmp_path_factory.mktemp("stata")
    with zipfile.ZipFile(FOLDER / "Enia93.zip") as archive:
        name = next(name for name in archive.namelist() if name.lower().endswith(".dta"))
        archive.extract(name, folder)
    frame, _ = pyreadstat.read_dta(str(folder / name), output_format="polars")
    return frame.filter((pl.col("xx165") >= 1) & (pl.col("xx165") < 250))


def test_every_cell_is_what_the_definitions_say(canonical: Path, results: ft.Results) -> None:
    tables = {
        name: pl.read_parquet(canonical / f"{name}.parquet").to_dicts()
        for name in ("firms", "accounts", "trade")
    }
    expected = naive_cells(load_study(EXAMPLES / "chile-enia.toml"), **tables)
    computed = {tuple(cell.key): cell.value for cell in results.cells if cell.status == Observation.NORMAL}
    assert len(computed) > 150
    for key, value in computed.items():
        key = (*key[:2], key[2].replace("isic_", "nace_"), key[3])
        assert value == pytest.approx(expected[key].value, rel=1e-9, abs=1e-9), key


def test_shares_of_exporters_follow_from_the_file_itself(
    results: ft.Results, plants_1993: pl.DataFrame
) -> None:
    cells = {str(cell.key): cell.value for cell in results.cells}
    assert cells["3/plants/total/n"] == plants_1993.height
    assert cells["3/plants/total/export_share"] == pytest.approx(100 * (plants_1993["xx157"] > 0).mean())
    assert cells["3/plants/total/import_share"] == pytest.approx(100 * (plants_1993["xx41"] > 0).mean())


def test_what_needs_partner_or_founding_year_is_switched_off_and_named(results: ft.Results) -> None:
    off = results.chapter.switched_off
    assert set(off) == {"1/intra_eu", "1/extra_eu", "1/both_intra_extra", "2", "fig3"}
    assert off["2"] == "needs the column `partner` or `zone` of trade"
    assert off["fig3"] == "needs the column `founded` of firms"


def test_real_data_is_not_published_unless_the_user_says_so(canonical: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not stamped synthetic"):
        ft.report(EXAMPLES / "chile-enia.toml", tmp_path / "release", data=canonical)
    assert not (tmp_path / "release").exists()
