"""Extracts of the Crossroads Bank become a register: updates replayed, years kept apart, oddities told."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import FirmtradeError, InputError, UsageError
from firmtrade.sources.importer import ImportReport
from firmtrade.sources.registers import import_register
from sources.kbo_extracts import Extract, Rows, drawn, firms_of, number, read_state


def firms(report: ImportReport, year: int | None = None) -> dict[str, tuple[str | None, str | None]]:
    """Activity code and postcode by firm, of one year where the register has years."""
    frame = pl.read_parquet(report.out / "firms.parquet")
    if year is not None:
        frame = frame.filter(pl.col("year") == year)
    return {row[0]: row[1:] for row in frame.select("firm_id", "nace", "postcode").iter_rows()}


def some(seed: int = 1, entities: range = range(1, 60)) -> Extract:
    return Extract("03-10-2025", 140, drawn(seed, entities))


def update(number_: int, day: str, seed: int, changed: range, gone: range) -> Extract:
    """New rows for some entities, and others taken out, in every file."""
    rows = drawn(seed, changed)
    touched = [number(one) for one in (*changed, *gone)]
    places = [f"2.{one * 10 + place // 1:09d}" for one in (*changed, *gone) for place in range(3)]
    places = [f"2.{one[2:5]}.{one[5:8]}.{one[8:]}" for one in places]
    deleted = {
        "enterprise": touched,
        "establishment": places,
        "activity": touched + places,
        "address": touched + places,
    }
    return Extract(day, number_, rows, deleted)


@pytest.mark.parametrize("revision", ["2008", "2003", "2025"])
def test_a_full_extract_gives_one_state_with_one_activity_and_one_place(
    tmp_path: Path, revision: str
) -> None:
    """Social security before VAT before counters; the seat, else the oldest establishment; foreign seats have none."""
    path = some().write(tmp_path)
    report = import_register("kbo", [path], tmp_path / "out", choices={"nace": revision})
    assert firms(report) == firms_of(read_state([path]), revision)
    frame = pl.read_parquet(report.out / "firms.parquet")
    assert "year" not in frame.columns
    assert set(frame["nace_revision"].drop_nulls()) == {
        {"2003": "nace-1.1", "2008": "nace-2", "2025": "nace-2.1"}[revision]
    }
    assert frame["founded"].null_count() == 0


def test_updates_delete_then_insert_and_years_are_kept_apart(tmp_path: Path) -> None:
    """Every state equals a plain replay of the archives, whatever the order in which they are given."""
    extracts = [
        Extract("29-12-2023", 90, drawn(1, range(1, 40))),
        update(91, "30-12-2023", 2, range(5, 12), range(12, 20)),
        update(92, "31-12-2023", 3, range(10, 16), range(30, 33)),
        Extract("06-12-2024", 130, drawn(4, range(3, 50))),
        update(131, "01-02-2025", 5, range(45, 60), range(3, 9)),
    ]
    paths = [one.write(tmp_path) for one in extracts]
    given = random.Random(7).sample(paths, len(paths))
    report = import_register("kbo", given, tmp_path / "out")
    expected = {2023: paths[:3], 2024: paths[3:4], 2025: paths[3:]}
    for year, state in expected.items():
        assert firms(report, year) == firms_of(read_state(state), "2008"), year
    assert not report.quality.of("extracts_missing")


def test_an_unpacked_extract_is_read_like_its_archive(tmp_path: Path) -> None:
    full, later = some(), update(141, "04-10-2025", 2, range(1, 5), range(5, 9))
    archives = [full.write(tmp_path), later.write(tmp_path)]
    folders = [full.write(tmp_path / "open", unpacked=True), later.write(tmp_path / "open", unpacked=True)]
    packed = import_register("kbo", archives, tmp_path / "a")
    unpacked = import_register("kbo", folders, tmp_path / "b")
    mixed = import_register("kbo", [archives[0], folders[1]], tmp_path / "c")
    assert firms(packed) == firms(unpacked) == firms(mixed)
    assert firms(packed) != firms_of(read_state(archives[:1]), "2008")


def test_the_report_says_that_only_active_entities_are_there(tmp_path: Path) -> None:
    """The snapshot's day stands in the source, missing updates are counted, wrong numbers are kept and counted."""
    rows = drawn(1, range(1, 30))
    rows["enterprise"].append({"EnterpriseNumber": "0123.456.789", "Status": "AC", "TypeOfEnterprise": "2"})
    paths = [Extract("03-10-2025", 140, rows).write(tmp_path)]
    paths.append(update(147, "10-10-2025", 2, range(1, 3), range(0)).write(tmp_path))
    report = import_register("kbo", paths, tmp_path / "out")
    assert report.quality.of("active_only")[0].count == report.rows["firms"] == 30
    assert report.quality.of("extracts_missing")[0].count == 6
    assert report.quality.of("number_check")[0].count == 1
    assert "2025-10-10; active entities only" in report.quality.stamp.source
    assert "active" in (report.out / "quality.html").read_text()


def test_a_broken_row_is_refused_with_its_archive_and_line(tmp_path: Path) -> None:
    rows: Rows = drawn(1, range(1, 300))
    rows["enterprise"][4]["StartDate"] = "31-02-2001"
    path = Extract("03-10-2025", 140, rows).write(tmp_path)
    report = import_register("kbo", [path], tmp_path / "out")
    refused = pl.read_csv(report.out / "rejected" / "firms.csv", infer_schema=False)
    assert refused.height == 1
    assert refused.row(0)[:3] == (
        "founded_on is not a date",
        "KboOpenData_0140_2025_10_03_Full.zip/enterprise.csv",
        "6",
    )


def bad_meta(folder: Path) -> Path:
    path = some().write(folder, unpacked=True)
    (path / "meta.csv").write_text('"Variable","Value"\n"SnapshotDate","2025-10-03"\n')
    return path


def no_meta(folder: Path) -> Path:
    path = some().write(folder, unpacked=True)
    (path / "meta.csv").unlink()
    return path


def other_file(folder: Path) -> Path:
    (folder / "firms.xlsx").write_bytes(b"PK")
    return folder / "firms.xlsx"


def broken_archive(folder: Path) -> Path:
    (folder / "full.zip").write_bytes(b"PK\x03\x04 cut")
    return folder / "full.zip"


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (bad_meta, "does not say `SnapshotDate`"),
        (no_meta, "there is no `meta.csv`"),
        (other_file, "no extract of KBO"),
        (broken_archive, "cannot be opened"),
        (lambda folder: update(2, "03-10-2025", 1, range(3), range(0)).write(folder), "no full extract before it"),
        (lambda folder: Extract("03-10-2025", 1, {}, kept=["enterprise"]).write(folder), "lacks 3 files"),
        (lambda folder: folder / "none.zip", "no such file"),
    ],
)  # fmt: skip
def test_what_is_no_extract_is_told_with_what_was_expected(tmp_path: Path, made: object, what: str) -> None:
    path = made(tmp_path)  # type: ignore[operator]
    with pytest.raises(FirmtradeError, match=what) as error:
        import_register("kbo", [path], tmp_path / "out")
    assert "KboOpenData" in (error.value.fix or "")
    assert not (tmp_path / "out").exists()


def test_an_extract_given_twice_is_no_second_state(tmp_path: Path) -> None:
    path = some().write(tmp_path)
    copy = tmp_path / "copy.zip"
    copy.write_bytes(path.read_bytes())
    with pytest.raises(InputError, match="extract 140 is given twice"):
        import_register("kbo", [path, copy], tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "choices", "nearest"),
    [("kob", {}, "kbo"), ("kbo", {"nase": "2003"}, "nace"), ("kbo", {"nace": "2007"}, "2003|2008")],
)
def test_a_name_that_does_not_exist_leads_to_the_nearest(
    tmp_path: Path, name: str, choices: dict[str, str], nearest: str
) -> None:
    with pytest.raises(UsageError) as error:
        import_register(name, [], tmp_path / "out", choices=choices)
    assert any(f"`{one}`" in (error.value.fix or "") for one in nearest.split("|"))
