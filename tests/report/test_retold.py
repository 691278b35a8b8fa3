"""What a run really says in English is known again on a page in another language, all of it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from canonical_data import Tables, World, world, write
from firm_table import canonical, declared, observing, study_of, without
from firmtrade.engines.duck import DuckDB
from firmtrade.kinds import specify
from firmtrade.messages import LANGUAGES, language_of
from firmtrade.observatory.study_data import StudyData
from firmtrade.outputs.sentences import recognized
from firmtrade.report.retold import needed, noted, switched_off
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.studies import load_study
from firmtrade.study import Study

OTHERS = [language for language in LANGUAGES if language != "en"]
LACKING = (
    ("firms", "nace"), ("firms", "founded"), ("firms", "postcode"), ("accounts", "employees_fte"),
    ("accounts", "value_added"), ("trade", "partner"), ("trade", "partner", "zone"), ("trade", "product"),
)  # fmt: skip


def why(study: Study, tables: Tables) -> Iterator[str]:
    """Why some number of a study is not computed."""
    with observing(study, tables) as observed:
        terms = {term for spec in specify(study) for cell in spec.cells for term in cell.terms.values()}
        for one in terms:
            reason = observed.missing(one.universe, one.where.dimensions, one.measure, one.where.years)
            if reason:
                yield reason


@pytest.fixture(scope="module")
def reasons() -> set[str]:
    """What runs of two studies say, each without one thing that a country may not have; and of a record with holes."""
    found: set[str] = set()
    for name in ("belgium-2008", "belgium-traders"):
        study = load_study(name)
        tables = world(study, 1, World(firms=20, products=True))
        for table, *columns in LACKING:
            found |= set(why(study, without(tables, table, *columns)))
        for flow in ("export", "import"):
            covered = [row for row in tables["coverage"] if (row["flow"], row["zone"]) != (flow, "extra")]
            found |= set(why(study, tables | {"coverage": covered}))
    growth = {"kind": "growth", "rows": "export_status"}
    records = declared({"kind": "dynamics", "flow": "export", "years": [1999, 2000]}, window=[1999, 2003])
    for study in (declared(growth, window=[1997, 2001]), records):
        found |= set(why(study, canonical(study, "firm | trade\na | export FR 1")))
    return found


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Everything that a run may note beside its numbers."""
    study = study_of("fig17", years=[2000, 2002])
    firms = "firm | year | nace | employees_fte 2000\n" + "".join(
        f"{firm} | 2001 | {nace} | 300\n" for firm, nace in (("a", "15"), ("b", "17"), ("c", "15"))
    )
    tables = canonical(study, firms)
    for firm, revision in zip(tables["firms"], ("nace-1.1", "nace-2", "of their own"), strict=True):
        firm["nace_revision"] = revision
    tables["trade"] = [
        {"firm_id": "a", "year": 2001, "flow": flow, "value": value, "partner": "FR"}
        for flow, value in (("export", 1), ("Export", 2), ("import", None))
    ]
    tables["trade"] += [{"firm_id": "a", "year": year, "flow": "export", "value": 1} for year in (2000, 2002)]
    crooked = write(tmp_path_factory.mktemp("crooked"), tables)
    (crooked / "coverage.parquet").rename(crooked / "coverages.parquet")
    file = crooked / "firms.parquet"
    pl.read_parquet(file).rename({"founded": "fonded"}, strict=False).with_columns(
        fonded=pl.lit(1990)
    ).write_parquet(file)
    hollow = canonical(study_of("1"), "firm | nace\na | 15")
    empty = write(tmp_path_factory.mktemp("empty"), {**hollow, "accounts": [], "trade": []})
    (empty / "coverage.parquet").unlink()
    found: list[str] = []
    for folder, asked in ((crooked, study), (empty, study_of("1"))):
        with DuckDB() as engine:
            found += StudyData(CanonicalFolder(folder), asked, engine).notes
    return found


def test_every_reason_is_known(reasons: set[str]) -> None:
    found = [
        recognized(reason.removeprefix("needs "), language_of("en").texts["reasons"]) for reason in reasons
    ]
    assert None not in found, reasons
    assert {one[0] for one in found if one} == set(language_of("en").texts["reasons"])


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_is_said_in_the_language_of_the_page(reasons: set[str], language: str) -> None:
    for reason in reasons:
        said = needed(f"not computed: {reason}", language_of(language))
        assert said not in reason
        line = switched_off(f"6/n: {reason}", language_of(language))
        assert line.startswith(f"6/n{language_of(language).say('report.words.colon')}")
        assert line.endswith(said)
        assert "needs" not in line


def test_in_english_a_reason_stands_as_it_was_said(reasons: set[str]) -> None:
    for reason in reasons:
        assert needed(reason, language_of("en")) == reason.removeprefix("needs ")
        assert switched_off(f"6/n: {reason}", language_of("en")) == f"6/n: {reason}"


def test_every_note_is_known(notes: list[str]) -> None:
    found = [recognized(note, language_of("en").texts["notes"]) for note in notes]
    assert None not in found, notes
    assert {one[0] for one in found if one} == set(language_of("en").texts["notes"])


def test_notes_are_said_in_the_language_of_the_page(notes: list[str]) -> None:
    for note in notes:
        assert noted(note, language_of("en")) == note
        for language in OTHERS:
            assert noted(note, language_of(language)) != note


def test_numbers_shares_and_names_in_a_note_are_those_of_the_language() -> None:
    flows = "Flows that are neither `import` nor `export` count nowhere: {} of the declared value. Firms with such "
    assert "12,5\u00a0%" in noted(f"{flows.format('12.5%')}declarations: 1,204.", language_of("fr"))
    assert "1.204" in noted(f"{flows.format('12.5%')}declarations: 1,204.", language_of("de"))
    assert "minder dan 0,1%" in noted(f"{flows.format('under 0.1%')}declarations: 3.", language_of("nl"))
    codes = (
        "Activity codes of `nace-2` and a revision that is not known here, not of `nace-1.1`: 2 of 3 firms with "
        "accounts of 2002, which leaves them out of every population."
    )
    assert "`nace-2` et une révision inconnue ici, non selon `nace-1.1`" in noted(codes, language_of("fr"))


def test_a_name_of_the_user_is_never_translated() -> None:
    assert "`export`" in noted("The population `export` has no firms in 2001.", language_of("fr"))


def test_what_is_not_known_stands_as_it_is_written() -> None:
    assert needed("not computed: needs patience", language_of("fr")) == "patience"
    assert noted("The moon is full.", language_of("de")) == "The moon is full."
    assert switched_off("1: no reason", language_of("nl")) == "1: no reason"
