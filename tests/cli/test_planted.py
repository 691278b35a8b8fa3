"""One firm makes up nearly all that its class sells: no file of the release of its study, and no page of its web site,
holds what it sells, in no spelling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import firmtrade as ft
from canonical_data import write
from cli.searched import found_in, marks, numbers_of
from firm_table import canonical
from firmtrade.outputs.room import Room, read_room
from firmtrade.protection.attack import attack
from firmtrade.releases import release
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study

SALES = (8_123_457_321, 7_654_321_987)
GIANT = f"export FR {SALES[0]} 2000, export US {SALES[1]} 2000"
TABLE = """
[[{family}]]
id = "{id}"
title = "{kind}"
kind = "{kind}"
population = "firms"
{keys}
"""
KINDS = {
    "trade": 'flow = "export"\nrows = "size_class"\ntotals = ["total"]',
    "distribution": 'flow = "export"\nrows = "size_class"\nmeasure = "value"',
    "concentration": 'flow = "export"\nrows = "size_class"',
    "dynamics": 'flow = "export"\nyears = [1999, 2001]',
    "transition": "years = [1999, 2001]",
    "level": 'rows = "export_status"\nn = true\ndecimals = 3',
    "growth": 'rows = "export_status"\nn = true\ndecimals = 3',
}
FIGURES = ("trade", "distribution", "dynamics")
STUDY = """
[study]
name = "planted"
title = "A planted firm"
country = "BE"
reference_year = 2000
window = [1999, 2001]
union = "EU-15"
activity = "nace-1.1"
employment = "employees_fte"
definition = "For tests"
source = "For tests"
[populations.firms]
label = "Firms"
activity = "15-17"
definition = "For tests"
source = "For tests"
[attributes.size_class]
label = "Size"
of = "employees"
unit = "employees"
classes = [{ key = "small", below = 10, label = "<10" }, { key = "large", from = 10, label = "10+" }]
definition = "For tests"
source = "For tests"
"""
FORMATS = ("html", "pdf", "xlsx", "csv", "sdmx")


def firms() -> str:
    """Twelve small firms and twelve large ones that export; the giant is a small one, and new to it."""
    lines = ["firm | employees_fte | value_added | trade"]
    for at in range(24):
        size, sold = (5, 2_001_003 + 17_019 * at) if at < 12 else (30, 400_003_011 + 10_007_001 * at)
        trade = f"export FR {sold} 2000, export FR {sold - 13} 1999"
        outside = f", export US {sold + 29} 2000" if at >= 12 else ""
        lines.append(
            f"f{at} | {size} | {sum(SALES) if not at else sold} | {trade + outside if at else GIANT}"
        )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """The room of a study of many kinds, some as figures."""
    folder = tmp_path_factory.mktemp("planted")
    tables = [TABLE.format(family="tables", id=kind, kind=kind, keys=keys) for kind, keys in KINDS.items()]
    tables += [
        TABLE.format(family="figures", id=f"fig{kind}", kind=kind, keys=KINDS[kind]) for kind in FIGURES
    ]
    path = folder / "planted.toml"
    path.write_text(STUDY + "".join(tables), encoding="utf-8")
    data = write(folder / "data", canonical(load_study(path), firms()))
    write_stamp(data / "stamp.json", Stamp("real", "Planted", "For tests"))
    ft.run(path, data).write(folder / "room")
    return read_room(folder / "room")


@pytest.fixture(scope="module")
def out(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release((room,), profile="publication").publish(
        tmp_path_factory.mktemp("out") / "release", formats=FORMATS
    )


def secret(room: Room) -> set[float]:
    """What the giant sells and adds in value, and every number of a cell that it dominates."""
    giants = [
        cell
        for cell in room.cells
        if any(
            part.component != "count" and 10 * part.largest > 9 * part.total > 0
            for part in cell.contributions
        )
    ]
    assert {cell.key.table for cell in giants} >= {
        "trade",
        "distribution",
        "concentration",
        "level",
        "figtrade",
    }
    printed = {round(cell.value, cell.decimals) for cell in giants if cell.value is not None}
    return numbers_of(giants, ()) | {float(one) for one in (*printed, *SALES, sum(SALES))}


def test_no_file_of_a_release_holds_what_a_planted_firm_sells(room: Room, out: Path) -> None:
    assert not found_in(out, marks(secret(room)))
    assert not attack(out, units=3, closer=10.0).tight


def test_no_page_of_its_web_site_does(room: Room, out: Path, tmp_path: Path) -> None:
    ft.export_site([out], tmp_path / "site")
    assert not found_in(tmp_path / "site", marks(secret(room)))


def test_where_nothing_is_hidden_its_numbers_are_found(room: Room, tmp_path: Path) -> None:
    data = room.manifest.data.model_copy(update={"kind": "synthetic"})
    made_up = replace(
        room,
        statements=room.statements.stamped(synthetic=True),
        manifest=room.manifest.model_copy(update={"data": data}),
    )
    shown = release((made_up,), unprotected=True).publish(tmp_path / "shown", formats=("html", "xlsx", "csv"))
    found = found_in(shown, marks(secret(room)))
    assert {"cells.csv", "tables.xlsx", "index.html"} <= {*found}
