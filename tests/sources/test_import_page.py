"""The how-to page of imports does what it says: its files and its mapping are imported here."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from firmtrade.sources.importer import ImportReport, import_records
from firmtrade.sources.mapping.load import load_mapping, parse_mapping

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "how-to" / "import.md").read_text(encoding="utf-8")
NAMED = dict(re.findall(r"```\w+ (\S+)\n(.*?)```", PAGE, flags=re.DOTALL))
RECIPES = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
STAMP = '[stamp]\nkind = "real"\ntitle = "A recipe"\nsource = "The page"\n'


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    folder = tmp_path_factory.mktemp("page")
    for name, content in NAMED.items():
        (folder / name).write_text(content, encoding="utf-8")
    return import_records(folder / "mapping.toml", folder / "canonical")


def test_the_page_prints_what_the_command_prints(done: ImportReport) -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, flags=re.DOTALL)
    assert str(done).partition("\n\nLook at")[0] == shown.strip()


def test_the_folder_holds_what_the_page_lists(done: ImportReport) -> None:
    listed = set(re.findall(r"`([\w/]+\.\w+)`", PAGE[PAGE.index("| File |") : PAGE.index("It stays inside")]))
    assert listed - {"labels.json", "files.json"} <= {
        path.relative_to(done.out).as_posix() for path in done.out.rglob("*")
    }


def test_of_several_main_activities_the_preferred_source_counts(done: ImportReport) -> None:
    firms = pl.read_parquet(done.out / "firms.parquet")
    assert dict(firms.select("firm_id", "nace").iter_rows()) == {
        "0200065765": "15810", "0200068636": "2811", "0400111222": "72210", "0405333444": "58110",
    }  # fmt: skip
    assert firms["founded"].to_list() == [1960, 1987, 1999, 2000]


def test_rubrics_of_a_wide_table_become_rows_in_euro(done: ImportReport) -> None:
    accounts = pl.read_parquet(done.out / "accounts.parquet").sort("firm_id", "year")
    assert accounts.row(1) == (
        "0200065765",
        2002,
        Decimal("43.000000"),
        Decimal("13250500.00"),
        Decimal("4250250.00"),
    )
    assert accounts.row(3) == ("0200068636", 2002, None, None, Decimal("790000.00"))


def test_declarations_keep_namibia_and_their_cents(done: ImportReport) -> None:
    trade = pl.read_parquet(done.out / "trade.parquet")
    assert set(trade["partner"]) == {"FR", "NA", "GH", "DE", "BE", "GB", "US"}
    assert trade.filter(pl.col("partner") == "FR")["value"].to_list() == [Decimal("125000.50")]
    assert trade.filter(pl.col("flow") == "import").height == 3


@pytest.mark.parametrize(
    "recipe", RECIPES, ids=[text.splitlines()[0] + str(n) for n, text in enumerate(RECIPES)]
)
def test_every_recipe_is_a_valid_mapping(recipe: str) -> None:
    assert parse_mapping(STAMP + recipe).feeds


def test_every_bundled_example_is_a_valid_mapping() -> None:
    examples = sorted((PROJECT / "examples").glob("*.mapping.toml"))
    assert examples
    for example in examples:
        assert load_mapping(example).feeds
