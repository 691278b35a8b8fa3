"""A real census of plants, imported and run: what its files say and what the definitions make of it agree."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

import firmtrade as ft
from firm_table import in_words
from firmtrade.outputs import ObsStatus
from firmtrade.studies import load_study
from naive.cells import naive_cells
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
def traders(canonical: Path) -> ft.Results:
    return ft.run(EXAMPLES / "chile-traders.toml", canonical)


@pytest.fixture(scope="module")
def plants_1993(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The Stata file of 1993 itself, read past the importer: plants with fewer than 250 workers."""
    folder = tmp_path_factory.mktemp("stata")
    with zipfile.ZipFile(FOLDER / "Enia93.zip") as archive:
        name = next(name for name in archive.namelist() if name.lower().endswith(".dta"))
        archive.extract(name, folder)
    frame, _ = pyreadstat.read_dta(str(folder / name), output_format="polars")
    return frame.filter((pl.col("xx165") >= 1) & (pl.col("xx165") < 250))


@pytest.mark.parametrize(("study", "cells"), [("chile-enia", 150), ("chile-traders", 500)])
def test_every_cell_is_what_the_definitions_say(
    canonical: Path, request: pytest.FixtureRequest, study: str, cells: int
) -> None:
    results = request.getfixturevalue("results" if study == "chile-enia" else "traders")
    tables = {
        name: pl.read_parquet(canonical / f"{name}.parquet").to_dicts()
        for name in ("firms", "accounts", "trade")
    }
    expected = naive_cells(load_study(EXAMPLES / f"{study}.toml"), **tables)
    computed = {tuple(cell.key): cell.value for cell in results.cells if cell.status == ObsStatus.NORMAL}
    assert len(computed) > cells
    for key, value in computed.items():
        if key not in expected:
            key = (*key[:2], key[2].replace("isic_", "nace_"), key[3])
        assert value == pytest.approx(expected[key].value, rel=1e-9, abs=1e-9), key


def test_entry_and_exit_of_exporters_follow_from_two_files_themselves(traders: ft.Results) -> None:
    """The Stata files of 1991 and 1992, read past the importer."""
    frames = {
        year: pyreadstat.read_dta(str(FOLDER / f"Enia{year}.dta"), output_format="polars")[0]
        for year in (91, 92)
    }
    exporters = {
        year: set(frame.filter((pl.col("xx165") >= 1) & (pl.col("xx157") > 0))["xx1"].cast(pl.Int64))
        for year, frame in frames.items()
    }
    every = {
        year: set(frame.filter(pl.col("xx157") > 0)["xx1"].cast(pl.Int64)) for year, frame in frames.items()
    }
    cells = {str(cell.key): cell.value for cell in traders.cells}
    assert cells["1/all plants/traders/1992"] == len(exporters[92])
    assert cells["1/all plants/entrants/1992"] == len(exporters[92] - every[91])
    assert cells["1/all plants/exiters/1992"] == len(exporters[91] - every[92])
    exports = frames[92].filter((pl.col("xx165") >= 1) & (pl.col("xx157") > 0))["xx157"].sort(descending=True)
    held = 100 * exports.head(10).sum() / exports.sum()
    assert cells["8/all plants/total/top_10"] == pytest.approx(held, rel=1e-6)


def test_an_exporter_stays_one_with_a_chance_near_that_of_later_years(traders: ft.Results) -> None:
    """Chile's plants of 1998-2006: 0.808 (all plants) and 0.83 (plants present throughout), by Alessandria, Choi and
    Ruhl; other years than these, so the two need not agree."""
    counts = {cell.key: cell.numerator for cell in traders.cells if cell.key.table == "1"}

    def total(row: str) -> int:
        return sum(
            int(number or 0)
            for key, number in counts.items()
            if key.population == "all plants" and key.row == row
        )

    assert 1 - total("exiters") / total("traders_before") == pytest.approx(0.83, abs=0.03)


def test_shares_of_exporters_follow_from_the_file_itself(
    results: ft.Results, plants_1993: pl.DataFrame
) -> None:
    cells = {str(cell.key): cell.value for cell in results.cells}
    assert cells["3/plants/total/n"] == plants_1993.height
    assert cells["3/plants/total/export_share"] == pytest.approx(100 * (plants_1993["xx157"] > 0).mean())
    assert cells["3/plants/total/import_share"] == pytest.approx(100 * (plants_1993["xx41"] > 0).mean())


def test_what_needs_partner_region_or_founding_year_is_switched_off_and_named(results: ft.Results) -> None:
    off = in_words(results.computed.switched_off)
    assert set(off) == {"1/intra_eu", "1/extra_eu", "1/both_intra_extra", "2", "fig3", "fig5"}
    assert off["2"] == "the column `partner` or `zone` of trade"
    assert off["fig3"] == "the column `founded` of firms"
    assert off["fig5"] == "the column `region` of firms"


def test_tables_of_traders_leave_out_only_what_needs_a_zone_or_a_year_before_or_after(
    traders: ft.Results,
) -> None:
    off = in_words(traders.computed.switched_off)
    zones = {
        f"{table}/{what}_{zone}"
        for table in ("10", "11")
        for what in ("n", "value")
        for zone in ("intra", "extra")
    }
    assert zones <= set(off)
    assert {off[name] for name in zones} == {"the column `partner` or `zone` of trade"}
    others = {reason for name, reason in off.items() if name not in zones}
    assert others == {f"the year {year}, which the study does not read" for year in (1989, 1995)}
    assert traders.computed.broken == ()


def test_real_data_is_published_protected(canonical: Path, tmp_path: Path) -> None:
    """No class has fewer than nine plants and none is dominated, so that nothing is hidden."""
    out = ft.publish(EXAMPLES / "chile-enia.toml", tmp_path / "release", data=canonical, formats=("csv",))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["protection"], manifest["banner"]) == ("profile publication", "")
    cells = pl.read_csv(out / "cells.csv", infer_schema=False)
    assert cells["data"].unique().to_list() == ["released"]
    assert cells["confidentiality"].unique().to_list() == ["F"]
