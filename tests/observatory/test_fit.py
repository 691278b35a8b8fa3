"""Data that is not what the study speaks of is refused, and what of it counts nowhere is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from canonical_data import Tables, write
from firm_table import canonical, observing, study_of
from firmtrade.errors import DataError
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.study import Study
from tested_engine import an_engine

FIRMS = """
    firm | nace | trade
    a    | 15   | export FR 100, import US 50
    b    | 17   | export FR 300
    c    | 52   |
"""


def notes(study: Study, tables: Tables) -> list[str]:
    """What a run says beside its numbers."""
    with observing(study, tables) as observed:
        return list(map(str, observed.notes))


def with_revisions(study: Study, names: Iterable[str | None]) -> Tables:
    tables = canonical(study, FIRMS)
    for firm, revision in zip(tables["firms"], names, strict=True):
        firm["nace_revision"] = revision
    return tables


def test_data_that_fits_is_not_talked_about() -> None:
    study = study_of("1")
    assert notes(study, canonical(study, FIRMS)) == []


@pytest.mark.parametrize(
    ("stamp", "says"),
    [
        (
            Stamp(currency="USD"),
            "key currency: the stamp says `USD`, and the study `EUR`\n"
            '  Set `currency = "USD"` in the study, or give the amounts in the study\'s currency.',
        ),
        (
            Stamp(country="PT"),
            "key country: the stamp says `PT`, and the study `BE`\n"
            '  Set `country = "PT"` in the study, or give its own data.',
        ),
    ],
)
def test_another_currency_or_country_than_the_study_s_is_refused(
    tmp_path: Path, stamp: Stamp, says: str
) -> None:
    study = study_of("1")
    folder = write(tmp_path, canonical(study, FIRMS))
    write_stamp(folder / "stamp.json", stamp)
    with an_engine() as engine, pytest.raises(DataError) as error:
        StudyData(CanonicalFolder(folder), study, engine)
    assert str(error.value) == f"{folder}, {says}"
    assert error.value.exit_status == 1


def test_a_stamp_that_names_no_currency_and_no_country_fits_every_study(tmp_path: Path) -> None:
    study = study_of("1")
    folder = write(tmp_path, canonical(study, FIRMS))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Some firms"))
    with an_engine() as engine:
        assert StudyData(CanonicalFolder(folder), study, engine).notes == []


def test_codes_of_another_revision_throughout_are_refused_with_both_names() -> None:
    study = study_of("1")
    with pytest.raises(DataError) as error:
        notes(study, with_revisions(study, ["nace-2", "2", "nace-2"]))
    assert error.value.what == (
        "no firm with accounts of 2002 has an activity code of `nace-1.1`, the study's revision: all are of `nace-2`"
    )
    assert error.value.fix == (
        'Set `activity = "nace-2"` in the study, with divisions of it, or give codes of `nace-1.1` with a '
        "`nace_revision` of `1.1`, `2003`, `1`, `1.0`, `1993`."
    )
    assert error.value.exit_status == 1


@pytest.mark.parametrize("written", ["NACE-7", "Rev.3", "ISIC 4", "my secret"])
def test_a_revision_that_nobody_knows_is_refused_and_not_quoted(written: str) -> None:
    study = study_of("1")
    with pytest.raises(DataError, match="all are of a revision that is not known here") as error:
        notes(study, with_revisions(study, [written] * 3))
    assert (error.value.fix or "").startswith("Give codes of `nace-1.1` with a `nace_revision` of ")
    assert written == "1.1 " or written not in str(error.value)


def test_some_codes_of_another_revision_are_counted() -> None:
    study = study_of("1")
    assert notes(study, with_revisions(study, ["1.1", None, "nace-2"])) == [
        "Activity codes of `nace-2`, not of `nace-1.1`: 1 of 3 firms with accounts of 2002, which leaves them out "
        "of every population."
    ]


def test_of_a_yearly_register_the_revision_of_the_reference_year_counts() -> None:
    study = study_of("1")
    tables = canonical(study, """
        firm | year | nace | nace_revision
        a    | 1998 | 15   | nace-1
        b    | 1998 | 17   | nace-1.1
        b    | 2003 | 13   | nace-2
        gone | 1998 | 13   | isic-2
    """)  # fmt: skip
    tables["accounts"] = [row for row in tables["accounts"] if row["firm_id"] != "gone"]
    assert notes(study, tables) == []


def test_a_register_that_begins_late_is_said_with_the_years_it_lacks() -> None:
    study = study_of("17", "fig17")
    tables = canonical(study, "firm | year | nace\na | 2001 | 15\na | 2002 | 15")
    said = (
        "firms with accounts or trade of 1996–2000 have no state there, and belong to no population of these years. "
        "Whether they traded counts."
    )
    assert notes(study, tables)[0] == f"The register begins in 2001: {said}"


def test_a_population_without_firms_is_said_with_its_years() -> None:
    study = study_of("fig17", years=[2000, 2002])
    tables = canonical(study, "firm | nace | employees_fte 2001 | employees_fte 2002\na | 15 | 300 | 5")
    assert notes(study, tables) == ["The population `manufacturing` has no firms in 2001."]
    tables = canonical(study, "firm | nace\na | 52")
    assert notes(study, tables) == ["The population `manufacturing` has no firms in 2000–2002."]


def test_flows_that_are_neither_imports_nor_exports_are_counted() -> None:
    study = study_of("1")
    tables = canonical(study, FIRMS)
    tables["trade"][0]["flow"] = "Export"
    assert notes(study, tables) == [
        "Flows that are neither `import` nor `export` count nowhere: 22.2% of the declared value. "
        "Firms with such declarations: 1."
    ]


def test_flows_are_counted_where_partners_are_looked_at_too() -> None:
    study = study_of("1")
    tables = canonical(study, FIRMS)
    tables["trade"][0]["flow"] = None
    with observing(study, tables) as observed:
        observed.derived.levels = ["partner"]
        assert [str(note).split(":")[0] for note in observed.notes] == [
            "Flows that are neither `import` nor `export` count nowhere"
        ]


def test_firms_with_declarations_that_the_register_does_not_have_are_counted() -> None:
    """The value is that of all declarations of the study's years, of firms of every kind."""
    study = study_of("1")
    tables = canonical(study, FIRMS)
    tables["firms"] = [firm for firm in tables["firms"] if firm["firm_id"] != "b"]
    assert notes(study, tables) == [
        "Firms with declarations that the register does not have: 1 of 2, with 66.7% of the declared value. They are "
        "in no population."
    ]


def test_declarations_without_any_import_or_export_are_refused() -> None:
    study = study_of("1")
    tables = canonical(study, FIRMS)
    for row in tables["trade"]:
        row["flow"] = row["flow"].capitalize()
    with pytest.raises(DataError) as error:
        notes(study, tables)
    assert error.value.what == "no declaration of the study's years has the flow `import` or `export`"
    assert (
        error.value.fix == "Write the flows so, in small letters; `codes` of a mapping translate other words."
    )
    assert str(error.value.where).endswith("column trade.flow")


def test_declarations_without_a_value_are_counted() -> None:
    study = study_of("1")
    tables = canonical(study, FIRMS)
    tables["trade"][1]["value"] = None
    assert notes(study, tables) == ["Declarations without a value: 1 of 3, which count as nothing."]


def test_a_column_in_other_letters_is_named_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    study = study_of("1")
    folder = write(tmp_path, canonical(study, FIRMS))
    firms = pl.read_parquet(folder / "firms.parquet").rename({"nace": "NACE"})
    firms.with_columns(height=pl.lit(1)).write_parquet(folder / "firms.parquet")
    with an_engine() as engine:
        assert list(map(str, StudyData(CanonicalFolder(folder), study, engine).notes)) == [
            "`NACE` is no column of the table `firms`: nothing reads it. Is `nace` meant?"
        ]


def test_years_between_gaps_are_told_in_runs() -> None:
    study = study_of("6")
    tables = canonical(study, "firm | trade\na | export FR 1 1998, export FR 1 2002, export FR 1 2200")
    tables["accounts"] = [row for row in tables["accounts"] if row["year"] != 1998]
    tables["accounts"].append(tables["accounts"][-1] | {"year": 2200})
    with pytest.raises(DataError, match=r"asks about 1998, .*\n  Years there: 1999–2003, 2200\. "):
        notes(study, tables)


def test_values_that_the_file_does_not_count_are_not_called_missing(tmp_path: Path) -> None:
    study = study_of("1")
    folder = write(tmp_path, canonical(study, FIRMS))
    file = folder / "trade.parquet"
    pl.read_parquet(file).write_parquet(file, statistics=False)
    with an_engine() as engine:
        assert StudyData(CanonicalFolder(folder), study, engine).notes == []


def test_unread_flows_without_a_value_are_nothing_of_the_value() -> None:
    study = study_of("1")
    tables = canonical(study, FIRMS)
    tables["trade"] += [{**tables["trade"][0], "flow": "Export", "value": None}]
    assert notes(study, tables) == [
        "Declarations without a value: 1 of 4, which count as nothing.",
        "Flows that are neither `import` nor `export` count nowhere: 0% of the declared value. "
        "Firms with such declarations: 1.",
    ]
