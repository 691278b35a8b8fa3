"""The brief of an agency: groups of firms, none of which tells what single firms do."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from random import Random

import polars as pl
import pytest
from typer.testing import CliRunner

import firmtrade as ft
from cli.economy import write_economy
from firmtrade.advice.agency import Brief, Clients, FirmGroup, Parted, agency_brief, guarded
from firmtrade.advice.agency.brief import (
    CLIENT,
    EXPORTS,
    IMPORTS,
    NO_CLIENT,
    NO_TRADE,
    NOT_STARTED,
    STARTED,
)
from firmtrade.advice.agency.groups import OTHER, FirmsAndUnits
from firmtrade.advice.support import rules
from firmtrade.cli.app import app
from firmtrade.errors import InputError, UsageError
from firmtrade.messages import LANGUAGES, message
from firmtrade.outputs import Estimate, Statements
from firmtrade.outputs.layout import DecidedWords, SectionLayout
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import Room
from firmtrade.report.advice.agency import agency_document
from firmtrade.studies import load_study
from results_folder import about

AGES = load_study("belgium-2008").attributes["age_class"]


def group(key: str, *sizes: int) -> FirmGroup:
    return FirmGroup(key, {f"part {at}": FirmsAndUnits(size, size) for at, size in enumerate(sizes)})


def panel(seed: int = 1, firms: int = 400) -> pl.DataFrame:
    """Firms that trade in 1998 and 2002 by chance; some classes are small, every tenth firm is of a group."""
    random = Random(seed)
    rows = []
    for number in range(firms):
        kept = {
            "firm_id": f"firm {number}",
            "unit": f"g{number % 7}" if number % 10 == 0 else f"f{number}",
            "founded": random.choice([1950, 1990, 1995, 2000, None]),
            "region": random.choices(["flanders", "wallonia", "brussels", None], [60, 38, 1, 1])[0],
            "size_class": random.choices(["size_lt10", "size_10_49", "size_50_99"], [80, 18, 2])[0],
            "division": random.choices(["15", "28", "29", "72"], [50, 40, 9, 1])[0],
        }
        for year in (1998, 2002):
            trade = {"exporter": random.random() < 0.3, "importer": random.random() < 0.3}
            rows.append({**kept, "year": year, **trade})
    return pl.DataFrame(rows)


def brief(frame: pl.DataFrame, units: int = 3, clients: Clients | None = None) -> Brief:
    return agency_brief(frame, country="BE", window=(1998, 2002), ages=AGES, units=units, clients=clients)


def every(found: Brief) -> list[Parted]:
    return [*found.awareness, *found.starts, *(found.coverage or ())]


@pytest.mark.parametrize("seed", range(40))
def test_no_part_of_a_shown_group_is_smaller_than_asked_and_no_firm_is_lost(seed: int) -> None:
    random = Random(seed)
    groups = [
        group(f"class {at}", *(random.choice([0, 1, 2, 3, 5, 20, 90]) for _ in range(3)))
        for at in range(random.randint(1, 7))
    ]
    found = guarded("by", groups, 3)
    assert all(part.units >= 3 for one in found.groups for part in one.parts.values())
    together = [sum(one.parts[f"part {at}"].firms for one in groups) for at in range(3)]
    if found.groups:
        assert found.firms == sum(together)
    else:
        assert min(together) < 3
    assert found.joined != 1 or not found.groups


def test_groups_without_a_small_part_stay_as_they_are() -> None:
    groups = [group("a", 9, 9), group("b", 3, 4)]
    assert guarded("by", groups, 3) == Parted("by", tuple(groups), 0)


def test_one_small_group_takes_another_with_it_so_that_it_is_not_told_by_difference() -> None:
    found = guarded("by", [group("large", 90, 90), group("medium", 9, 9), group("small", 4, 1)], 3)
    assert [each.key for each in found.groups] == ["large", OTHER]
    assert found.groups[1].firms == 23


def test_units_count_and_not_firms() -> None:
    """Ten firms of one enterprise group are one unit."""
    shared = FirmGroup("a", {"yes": FirmsAndUnits(10, 1), "no": FirmsAndUnits(90, 80)})
    assert shared.thin(3)
    assert not guarded("by", [shared], 3).groups


@pytest.mark.parametrize("units", [1, 3, 10, 25])
def test_the_brief_shows_no_part_of_fewer_units_than_the_profile_asks_for(units: int) -> None:
    found = brief(panel(), units, Clients({f"firm {number}" for number in range(0, 400, 3)}, "list"))
    assert every(found)
    for parted in every(found):
        for one in parted.groups:
            assert not one.thin(units), (parted.by, one)


def test_the_counts_are_those_of_a_count_by_hand() -> None:
    frame = panel()
    found = brief(frame, 1)
    rows = [row for row in frame.iter_rows(named=True) if row["year"] == 2002]
    by_size = next(parted for parted in found.awareness if parted.by == "size_class")
    for one in by_size.groups:
        firms = [row for row in rows if row["size_class"] == one.key]
        assert one.firms == len(firms)
        assert one.parts[EXPORTS].firms == sum(row["exporter"] for row in firms)
        assert one.parts[IMPORTS].firms == sum(row["importer"] and not row["exporter"] for row in firms)
        assert one.parts[NO_TRADE].firms == sum(not row["importer"] and not row["exporter"] for row in firms)
    exported = {row["firm_id"] for row in rows if row["exporter"]}
    quiet = [row for row in frame.iter_rows(named=True) if row["year"] == 1998 and not row["exporter"]]
    by_division = next(parted for parted in found.starts if parted.by == "division")
    for one in by_division.groups:
        firms = [row["firm_id"] for row in quiet if row["division"] == one.key]
        assert (one.firms, one.parts[STARTED].firms) == (len(firms), len(exported & set(firms)))


def test_coverage_joins_whole_groups_of_the_map_so_that_no_difference_tells_of_a_smaller_one() -> None:
    """Firms without export of a group of the coverage are those of some groups of the map, together."""
    for seed in range(6):
        found = brief(panel(seed), 3, Clients({f"firm {number}" for number in range(0, 400, 9)}, "list"))
        known = {parted.by: parted for parted in found.awareness}
        for parted in found.coverage or ():
            quiet = [one.firms - one.parts[EXPORTS].firms for one in known[parted.by].groups]
            sums = {
                sum(chosen)
                for count in range(1, len(quiet) + 1)
                for chosen in itertools.combinations(quiet, count)
            }
            assert all(one.firms in sums for one in parted.groups)
            assert {one.key for one in parted.groups} <= {one.key for one in known[parted.by].groups} | {
                OTHER
            }


def test_a_client_who_exports_already_is_not_among_those_reached() -> None:
    frame = panel()
    exporters = set(frame.filter(pl.col("exporter"), pl.col("year") == 2002)["firm_id"])
    assert brief(frame, 1, Clients(exporters, "list")).coverage in ((), None)
    everyone = brief(frame, 1, Clients(set(frame["firm_id"]), "list"))
    assert not everyone.coverage  # all are reached: a share of 100 % would tell of each
    half = brief(frame, 1, Clients({f"firm {number}" for number in range(200)}, "list"))
    assert half.coverage
    assert sum(one.parts[CLIENT].firms for one in half.coverage[0].groups) == sum(
        row["year"] == 2002 and not row["exporter"] and int(row["firm_id"][5:]) < 200
        for row in frame.iter_rows(named=True)
    )


def test_too_few_firms_show_no_number_at_all() -> None:
    found = brief(panel(firms=8), 10)
    assert found.totals is None
    assert not every(found)


def test_a_firm_outside_the_population_is_not_counted() -> None:
    frame = panel()
    inside = frame.with_columns(in_population=pl.col("region") == "flanders")
    found = brief(inside, 1)
    assert found.totals is not None
    assert found.totals.firms == frame.filter(pl.col("year") == 2002, pl.col("region") == "flanders").height


@pytest.fixture(scope="module")
def economy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_economy(tmp_path_factory.mktemp("register") / "data")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_a_page_for_every_recommendation_marked_as_not_for_release(
    economy: Path, tmp_path: Path, language: str
) -> None:
    out = tmp_path / "brief"
    arguments = ["advise", "--register", str(economy), "--lang", language, "--out", str(out)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "NOT FOR RELEASE" in page
    for rule in rules().rules:
        assert f"recommendation-{rule.number:02}" in page
    names = {path.name for path in out.iterdir()}
    assert names == {"index.html", "report.pdf", "manifest.json", "assets"}
    assert oct(out.stat().st_mode)[-2:] == "00"
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 0
    assert (out / "index.html").read_text(encoding="utf-8") == page


def test_a_list_of_clients_is_read_and_names_no_firm(economy: Path, tmp_path: Path) -> None:
    ids = pl.read_parquet(economy / "firms.parquet")["firm_id"].unique().sort()
    path = tmp_path / "clients.csv"
    path.write_text("name,firm_id\n" + "".join(f"x,{each}\n" for each in ids[::2]), encoding="utf-8")
    found = ft.advise_agency(economy, tmp_path / "brief", clients=path)
    assert found.clients == "clients.csv"
    page = (tmp_path / "brief" / "index.html").read_text(encoding="utf-8")
    assert not [each for each in ids if f">{each}<" in page or f" {each} " in page]


def test_what_cannot_be_is_said_plainly(economy: Path, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("firm\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="`firm_id` is missing"):
        ft.advise_agency(economy, clients=path)
    with pytest.raises(UsageError, match="cannot be read"):
        ft.advise_agency(economy, clients=tmp_path / "none.csv")
    with pytest.raises(UsageError, match="not there"):
        ft.advise_agency(tmp_path / "none")
    ft.run("belgium-2008", economy).write(tmp_path / "room")
    with pytest.raises(UsageError, match="is a room"):
        ft.advise_agency(tmp_path / "room")
    for wrong in (
        ["--register", str(economy), "--markets", "x.csv"],
        ["answers.toml", "--clients", "x.csv"],
        ["--form", "--register", str(economy)],
    ):
        done = CliRunner().invoke(app, ["advise", *wrong, "--out", str(tmp_path / "out")])
        assert done.exit_code == 2
        assert not (tmp_path / "out").exists()


def test_the_entry_model_is_told_by_group_and_hides_what_few_firms_did() -> None:
    def estimate(outcome: str, term: str, share: float, firms: int) -> Estimate:
        return Estimate(
            "targeting", "groups/size_class", outcome, term, share, conf_low=share, conf_high=share,
            n_obs=firms, n_firms=firms,
        )  # fmt: skip

    estimates = (
        estimate("predicted", "size_lt10", 4.0, 900),
        estimate("observed", "size_lt10", 5.0, 900),
        estimate("predicted", "size_50_99", 9.0, 40),
        estimate("observed", "size_50_99", 2.5, 40),
        estimate("observed", "size_10_49", 0.0, 80),
        estimate("predicted", "size_100_250", 50.0, 2),
    )
    room = Room(Path("evidence"), Statements((), estimates), "", about(Contents.EVIDENCE))
    study = load_study("belgium-2008")
    document = agency_document(brief(panel()), study, [room], "en", synthetic=True, fingerprint="0")
    starts = next(each for each in document.sections if each.id == "starts")
    texts = starts.items[-1].texts  # type: ignore[union-attr]
    assert texts["size_class/size_lt10", "observed"] == "5.0%"
    assert texts["size_class/size_50_99", "predicted"] == "9.0%"
    assert texts["size_class/size_50_99", "observed"] == "–"
    assert texts["size_class/size_10_49", "observed"] == "–"
    assert not [row for row, _ in texts if "size_100_250" in row]


def parted(part: str, rest: str, **sizes: tuple[int, int]) -> Parted:
    groups = (
        FirmGroup(key, {part: FirmsAndUnits(a, a), rest: FirmsAndUnits(b, b)})
        for key, (a, b) in sizes.items()
    )
    return Parted("region", tuple(groups), 0)


@pytest.mark.parametrize(
    ("clients", "missed"),
    [
        ({"flanders": (20, 380), "wallonia": (120, 280), "unknown": (10, 390)}, ["Flanders"]),
        ({"flanders": (58, 342), "wallonia": (62, 338), "unknown": (60, 340)}, []),
    ],
)
def test_a_class_is_missed_where_both_shares_lie_beyond_chance_and_it_has_a_name(
    clients: dict[str, tuple[int, int]], missed: list[str]
) -> None:
    starts = parted(STARTED, NOT_STARTED, flanders=(100, 300), wallonia=(10, 390), unknown=(100, 300))
    found = replace(brief(panel()), starts=(starts,), coverage=(parted(CLIENT, NO_CLIENT, **clients),))
    study = load_study("belgium-2008")
    document = agency_document(found, study, [], "en", synthetic=True, fingerprint="0")
    told = str(next(each for each in document.sections if each.id == "coverage").paragraphs[-1])
    if missed:
        assert told.endswith(f": {'; '.join(missed)}.")
    else:
        assert told.startswith("No class")


def test_what_an_evaluation_found_stands_under_the_recommendation_to_follow_up() -> None:
    found = message("evidence.impact.spillover_not_found")
    asked = SectionLayout(
        "impact", message("evidence.impact.title"), (DecidedWords(found, ()), "as registered")
    )
    room = Room(Path("impact"), Statements(), "", about(Contents.IMPACT), (asked,))
    study = load_study("belgium-2008")
    document = agency_document(brief(panel()), study, [room], "en", synthetic=True, fingerprint="0")
    by_number = {each.id: each.paragraphs for each in document.sections}
    assert str(found) in by_number["recommendation-09"]
    assert not [text for name, texts in by_number.items() for text in texts if text == "as registered"]
    assert [name for name, texts in by_number.items() if str(found) in texts] == ["recommendation-09"]
