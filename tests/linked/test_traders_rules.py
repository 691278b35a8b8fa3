"""Tables that follow single traders: every rule finds its mistake, and a true edition raises no alarm.

The numbers are those of a synthetic population.
"""

from __future__ import annotations

import csv
import random
from importlib.resources import files
from pathlib import Path

import pytest

from firmtrade.linked import audit_edition, parse_edition
from firmtrade.linked.identities import Check, checks, traders
from firmtrade.outputs import CellKey
from firmtrade.studies import load_study, parse_study

STUDY = load_study("belgium-traders")
with (Path(__file__).parent / "traders.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def failing(changes: dict[str, str], rows: list[dict[str, str]] = ROWS) -> list[Check]:
    changed = [
        {**row, "value": changes.get("/".join(row[part] for part in CellKey._fields), row["value"])}
        for row in rows
    ]
    return [check for check in checks(parse_edition(enumerate(changed, start=2), STUDY)) if not check.holds]


MISTAKES = {
    "1/manufacturing/incumbents/1999": (1, 10, traders.ENTRY),
    "1/manufacturing/traders_before/2000": (1, 1, "the same statistic in two places"),
    "1/manufacturing/survival_2/1999": (1, 10, traders.ENTRY),
    "1/manufacturing/one_year/1999": (1, 3, traders.ENTRY),
    "1/manufacturing/reentrants/2000": (4, 0, traders.ENTRY),
    "1/manufacturing/entry_rate/2000": (1, 1.8, traders.RATIO),
    "1/manufacturing/exit_rate/1999": (1, 1, traders.RATIO),
    "4/manufacturing/import_only/gone": (1, 5, traders.TRANSITION),
    "5/manufacturing/all/median": (0.1, 0, traders.ORDER),
    "5/manufacturing/entrants/mean": (0.1, 0, traders.ORDER),
    "12/manufacturing/total/top_10": (0.5, 0, traders.HELD),
    "12/manufacturing/total/top_20": (1.6, 0, traders.HELD),
    "12/manufacturing/total/herfindahl": (0.04, 0, traders.INDEX),
    "14/manufacturing/total/n": (1, 9, traders.GROUPS),
    "14/manufacturing/one_way/value": (0.97, 0, traders.GROUPS),
    "14/manufacturing/two_way/n_intra": (3, 0, traders.ZONES),
    "14/manufacturing/two_way/n_extra": (0.2, 0, traders.ZONES),
    "14/manufacturing/one_way/n_share": (1, 1, traders.RATIO),
}
"""What is printed in place of a number: so many times it, and so much more; and the rule that finds it."""


def test_an_edition_of_true_numbers_raises_no_alarm() -> None:
    assert not failing({})


def test_values_by_zone_above_the_whole_are_unlikely_and_no_contradiction() -> None:
    """A firm whose returns outweigh its flow in one zone trades more in the other than in all."""
    key = "14/manufacturing/two_way/value"
    least = sum(
        int(row["value"])
        for row in ROWS
        if "/".join(row[part] for part in CellKey._fields) in (f"{key}_intra", f"{key}_extra")
    )
    table = [{**row, "value": str(least - 10)} if row["column"] == "value" and row["row"] == "two_way" else row
             for row in ROWS if row["table"] == "14" and row["row"] == "two_way"]  # fmt: skip
    assert not failing({}, table)
    report = audit_edition(parse_edition(enumerate(table, start=2), STUDY))
    assert report.contradictions == ()
    (found,) = (one for one in report.implausible if one.rule == traders.ZONES)
    assert found.discrepancy == pytest.approx(10, abs=2)
    assert str(found.message).startswith(
        "Unless corrections left some firms with less than nothing in a zone: "
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_alarm_is_raised_whatever_an_edition_leaves_out(seed: int) -> None:
    draw = random.Random(seed)
    assert not failing({}, [row for row in ROWS if draw.random() < draw.choice((0.3, 0.6, 0.9))])


@pytest.mark.parametrize("key", MISTAKES)
def test_a_mistake_about_traders_is_found_by_its_rule(key: str) -> None:
    times, plus, rule = MISTAKES[key]
    (text,) = (row["value"] for row in ROWS if "/".join(row[part] for part in CellKey._fields) == key)
    decimals = len(text.partition(".")[2])
    changes = {key: f"{times * float(text) + plus:.{decimals}f}"}
    found = [check for check in failing(changes) if str(check.rule) == str(rule)]
    assert found
    assert any(key == str(cell) for check in found for cell in check.cells)


def test_two_way_traders_are_the_same_among_exporters_and_importers() -> None:
    text = files("firmtrade.studies").joinpath("belgium-traders.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[tables]]")]
    table = """
        [[tables]]
        id = "{0}"
        title = {{ en = "{0}" }}
        kind = "trade"
        population = "manufacturing"
        flow = "{0}"
        rows = "type_of_trader"
    """
    study = parse_study(head + table.format("export") + table.format("import"))
    rows = [
        {"table": flow, "population": "manufacturing", "row": "two_way", "column": "n", "value": value,
         "unit": "count", "year": "1999"}
        for flow, value in (("export", "1221"), ("import", "1212"))
    ]  # fmt: skip
    found = [check for check in checks(parse_edition(enumerate(rows, start=2), study)) if not check.holds]
    assert [(check.rule, check.discrepancy) for check in found] == [(traders.TWO_WAY, 9)]


def test_what_is_no_part_of_the_system_is_said_first() -> None:
    """Quartiles, means and what the largest hold are of single firms."""
    edition = parse_edition(enumerate(ROWS, start=2), STUDY)
    text = audit_edition(edition).render("table")
    assert text.startswith("Not part of the system of all tables")
    assert "numbers of tables 5 and 12." in text
    assert "No contradiction was found in what was read." in text
    assert "Nothing contradicts" not in text


def test_an_edition_of_single_firms_alone_has_no_system() -> None:
    rows = [row for row in ROWS if row["table"] == "5" and row["column"] != "n"]
    report = audit_edition(parse_edition(enumerate(rows, start=2), STUDY))
    assert "No number is part of a system" in report.render("table")
