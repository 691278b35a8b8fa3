"""Groupings of anything that the register or the accounts hold: legal form, ownership, turnover, export intensity."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from canonical_data import SCHEMAS, World, world
from firm_table import Computed, agreed, canonical, declared, in_words, observing, run
from firmtrade.engines.duck import DuckDB
from firmtrade.errors import StudyError
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import import_records
from firmtrade.statistics import compute
from firmtrade.study import Study
from sources.raw_files import bring

WORDS = {"label": "X", "unit": "class", "definition": "a class", "source": "a test"}
SHARE = {"kind": "share", "rows": "group", "columns": "trade_direction", "n": True}


def classes(*names: str, **values: list[str]) -> list[dict[str, Any]]:
    plain = [{"key": name, "label": name} for name in names]
    return plain + [{"key": key, "label": key, "values": found} for key, found in values.items()]


def bands(*edges: float) -> list[dict[str, Any]]:
    ends = [*edges[1:], None]
    return [
        {"key": f"from_{low:.13g}", "label": f"{low:g}", "from": float(low)}
        | ({"below": float(high)} if high else {})
        for low, high in zip(edges, ends, strict=True)
    ]


def grouped(of: str, found: list[dict[str, Any]], table: dict[str, Any] | None = None) -> Study:
    attributes = {"group": WORDS | {"of": of, "classes": found}}
    return declared(table or SHARE, attributes=attributes)


def numbers(study: Study, text: str, more: dict[str, Any] | None = None) -> dict[str, float | None]:
    tables = canonical(study, text)
    for firm, columns in (more or {}).items():
        for row in (row for name in ("firms", "accounts") for row in tables[name] if row["firm_id"] == firm):
            row |= {name: value for name, value in columns.items() if (name == "patents") == ("year" in row)}
    cells = Computed(run(study, tables)).cells
    return {key.row: cell.value for key, cell in cells.items() if key.column == "n"}


def test_firms_are_grouped_by_their_legal_form() -> None:
    study = grouped("firms.legal_form", classes("017", limited=["014", "016"]))
    more = {
        firm: {"legal_form": form}
        for firm, form in zip("abcde", ("014", "016 ", "017", "018", None), strict=True)
    }
    assert numbers(study, "firm | nace\na | 15\nb | 15\nc | 15\nd | 15\ne | 15", more) == {
        "017": 1, "limited": 2, "unknown": 2,
    }  # fmt: skip


@pytest.mark.parametrize("key", [unicodedata.normalize(form, "Liège") for form in ("NFC", "NFD")])
@pytest.mark.parametrize("of", ["firms.legal_form", "seat"])
def test_letters_and_blanks_are_those_that_are_seen(of: str, key: str) -> None:
    study = grouped(of, classes(key))
    column = "region" if of == "seat" else "legal_form"
    written = [unicodedata.normalize("NFD", "Liège"), "Liège\u00a0", "\ufeffLiège\u200b", "Liege", "LIÈGE"]
    more = {firm: {column: text} for firm, text in zip("abcde", written, strict=True)}
    text = "firm | nace\na | 15\nb | 15\nc | 15\nd | 15\ne | 15"
    assert numbers(study, text, more) == {key: 3, "unknown": 2}


def test_a_code_is_the_same_as_a_whole_number_and_as_one_with_a_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program that knows no missing whole numbers stores 1 as 1.0."""
    study = grouped("firms.legal_form", classes("1", "20", half=["1.5"]))
    more = {firm: {"legal_form": form} for firm, form in zip("abcd", (1.0, 20.0, 1.5, None), strict=True)}
    monkeypatch.setitem(SCHEMAS["firms"], "legal_form", pl.Float64)
    text = "firm | nace\na | 15\nb | 15\nc | 15\nd | 15"
    assert numbers(study, text, more) == {"1": 1, "20": 1, "half": 1, "unknown": 1}


def test_an_own_column_may_have_the_name_of_one_that_the_program_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SCHEMAS["firms"], "division", pl.String)
    study = grouped("firms.division", classes("north", "south"))
    tables = canonical(study, "firm | nace\na | 15\nb | 16\nc | 17")
    for row, name in zip(tables["firms"], ("north", "south", None), strict=True):
        row["division"] = name
    cells = Computed(run(study, tables)).cells
    found = {key.row: cell.value for key, cell in cells.items() if key.column == "n"}
    assert found == {"north": 1, "south": 1, "unknown": 1}
    with observing(study, tables) as data:
        assert not [note for note in data.notes if "nothing reads it" in str(note)]


def test_firms_are_grouped_by_their_owners() -> None:
    study = grouped("firms.domestic_owned", classes(domestic=["true"], foreign=["false"]))
    assert numbers(study, "firm | domestic_owned\na | yes\nb | no\nc | no\nd |") == {
        "domestic": 1, "foreign": 2, "unknown": 1,
    }  # fmt: skip


def test_turnover_is_that_of_twelve_months() -> None:
    study = grouped("accounts.turnover", bands(0, 100, 200))
    text = """
        firm | turnover | book_months
        a    | 99.99    |
        b    | 100      | 12
        c    | 150      | 9
        d    | 150      | 3
        e    | -1       |
        f    |          |
    """
    assert numbers(study, text) == {"from_0": 1, "from_100": 1, "from_200": 1, "unknown": 3}


def test_exports_are_set_against_turnover_exactly() -> None:
    study = grouped("export_intensity", bands(0, 7, 25))
    text = """
        firm | turnover | trade
        a    | 100      | export FR 7
        b    | 300      | export FR 20.99
        c    | 4        | export FR 1, import US 3
        d    | 100      |
        e    | 0        | export FR 1
        f    |          | export FR 1
        g    | 10       | export FR 5, export FR -5
    """
    assert numbers(study, text) == {"from_0": 3, "from_7": 1, "from_25": 1, "unknown": 2}


def test_an_own_number_of_the_accounts_is_cut_by_bands() -> None:
    study = grouped("accounts.patents", bands(1, 1e12))
    more = {
        firm: {"patents": value} for firm, value in zip("abcd", (0.5, 1.0, 2e12, float("nan")), strict=True)
    }
    text = "firm | nace\na | 15\nb | 15\nc | 15\nd | 15"
    assert numbers(study, text, more) == {"from_1": 1, "from_1000000000000": 1, "unknown": 2}


def test_a_column_that_is_not_there_switches_off_its_table_and_a_class_that_no_firm_meets_is_noted() -> None:
    study = grouped("firms.legal_form", classes("014", "0I7"))
    tables = canonical(study, "firm | nace\na | 15")
    off = in_words(Computed(run(study, tables)).chapter.switched_off)
    assert off == {"X": "the column `legal_form` of firms"}
    tables["firms"][0]["legal_form"] = "014"
    with observing(study, tables) as data:
        assert any("0I7" in str(note) for note in data.notes)


def test_export_intensity_needs_declarations_of_exports() -> None:
    study = grouped("export_intensity", bands(0, 50))
    tables = canonical(study, "firm | turnover\na | 5")
    tables["coverage"] = [row for row in tables["coverage"] if row["flow"] == "import"]
    off = in_words(Computed(run(study, tables)).chapter.switched_off)
    assert set(off.values()) == {"intra-EU export declarations of 2000, which the trade files do not cover"}


@pytest.mark.parametrize(
    ("of", "found", "says"),
    [
        ("legal_form", classes("1"), "firms are not grouped by `legal_form`"),
        ("trade.value", classes("1"), "firms are not grouped by `trade.value`"),
        ("firms.legal_form", [*classes("1"), *bands(0, 5)], "not some of each"),
        ("firms.legal_form", classes("1", two=["1"]), "two classes have the same value"),
        ("age", classes(one=["1"]), "not some of each"),
    ],
)
def test_a_grouping_that_cannot_be_is_refused(of: str, found: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        grouped(of, found)


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("firms.legal_form", classes("015", "017", limited=["014", "016"])),
        ("firms.domestic_owned", classes(domestic=["true"], foreign=["false"])),
        ("accounts.turnover", bands(0, 0.01, 123456.78, 1e7)),
        ("accounts.patents", bands(0.5, 1, 1e12)),
        ("export_intensity", bands(0, 0.1, 50, 100)),
    ],
)
@pytest.mark.parametrize("yearly", [False, True])
def test_every_grouping_is_that_of_the_plain_computation(
    of: str, found: list[dict[str, Any]], yearly: bool
) -> None:
    study = grouped(of, found, SHARE | {"totals": ["total"]})
    agreed(
        study, world(study, 3, World(firms=80, own=True, headcount=True, groups=True, yearly_register=yearly))
    )


def test_an_own_column_is_brought_by_a_mapping_and_grouped_by(tmp_path: Path) -> None:
    mapping = """
[files.register]
path = "x.csv"
[firms]
file = "register"
columns = { firm_id = "id", nace = "nace" }
extra = { legal_form = { column = "form", pad = 3 } }
[files.books]
path = "y.csv"
[accounts]
file = "books"
columns = { firm_id = "id", year = "year", employees_fte = "fte" }
extra = { patents = { column = "patents", kind = "quantity" } }
[files.customs]
path = "z.csv"
[trade]
file = "customs"
columns = { firm_id = "id", year = "year", flow = { constant = "export" }, partner = { constant = "FR" }, value = "v" }
"""
    files: dict[str, str | bytes] = {
        "x.csv": "id,nace,form\na,15,14\nb,15,14\nc,15,\n",
        "y.csv": "id,year,fte,patents\na,2000,5,1.5\nb,2000,5,\nc,2000,5,7\n",
        "z.csv": "id,year,v\na,2000,10\n",
    }
    report = import_records(bring(tmp_path, mapping, files), tmp_path / "out")
    for of, found, expected in (
        ("firms.legal_form", classes("014"), {"014": 2, "unknown": 1}),
        ("accounts.patents", bands(0, 5), {"from_0": 1, "from_5": 1, "unknown": 1}),
    ):
        study = grouped(of, found)
        with DuckDB() as engine:
            cells = Computed(compute(study, StudyData(CanonicalFolder(report.out), study, engine))).cells
        assert {key.row: cell.value for key, cell in cells.items() if key.column == "n"} == expected
    wrong = mapping.replace("legal_form", "nace")
    with pytest.raises(StudyError, match=r"`nace` is a column of the table `firms`"):
        import_records(bring(tmp_path, wrong, files), tmp_path / "out")
