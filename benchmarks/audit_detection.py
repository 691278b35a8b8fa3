"""How often does the audit find one mistake in an edition, and how often does it cry wolf?

Random populations (synthetic) are printed by the system itself: Tables 1-31 of ``belgium-2008``, rounded.
Each edition is audited as it is, where any finding is a false alarm, and twice more with one mistake of a
typesetter, the five kinds in turn. The figure shows by the kind of mistake which layer of the audit finds it.

    python benchmarks/audit_detection.py [--editions 200] [--out docs/explanation]

200 editions took about 17 minutes of processor time, five seconds each; ``audit-detection.csv`` is written after each,
so that a run that is ended early leaves the figures of the editions it came to.

The figures are for the layers that contradict (reading, identity, system) and for the one that only doubts:
a finding about unlikely firms counts where the edition without the mistake does not have it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from firmtrade.errors import InputError
from firmtrade.linked import Edition, LinkedSystem
from firmtrade.linked.identities import checks
from firmtrade.linked.implausible import implausible
from firmtrade.linked.ratio_conflicts import contradicting
from firmtrade.linked.ratios import search
from firmtrade.studies import load_study
from firmtrade.study import Study
from linked.random_population import Row, edition_of, printed_rows, random_firms

NUMBERS = {"count": "number of firms", "percent": "share or change", "percent_per_year": "growth a year"}
FINDERS = ("reading", "identity", "system", "implausible", "nobody")
MISTAKES_EACH = 2
"""Editions with a mistake for each that is left as it is."""

Changed = dict[int, str]
"""Other texts for the numbers of some rows, by the place of the row."""


def published(rows: list[Row]) -> list[Row]:
    """The numbers of Tables 1-31: no figures, no codes."""
    return [row for row in rows if not row["table"].startswith("fig") and row["unit"] != "code"]


def one_digit(rows: list[Row], chance: np.random.Generator) -> Changed:
    """Another digit in any place of one number."""
    at = _any_number(rows, chance)
    text = rows[at]["printed"]
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = int(chance.choice(places))
    changed = _with_digit(text, place, chance)
    leads = place == places[0] and text[place + 1 : place + 2].isdigit()
    return {} if leads and changed[place] == "0" else {at: changed}


def last_digit(rows: list[Row], chance: np.random.Generator) -> Changed:
    """Another last digit of one number."""
    at = _any_number(rows, chance)
    text = rows[at]["printed"]
    return {at: _with_digit(text, max(place for place, sign in enumerate(text) if sign.isdigit()), chance)}


def swapped_cells(rows: list[Row], chance: np.random.Generator) -> Changed:
    """Two numbers of one unit in each other's place, side by side or one below the other."""
    at = _any_number(rows, chance)
    side = str(chance.choice(["row", "column"]))
    beside = (
        other
        for other in range(at + 1, len(rows))
        if rows[other]["printed"]
        and all(rows[other][part] == rows[at][part] for part in ("table", "population", "unit", side))
    )
    other = next(beside, at)
    return {at: rows[other]["printed"], other: rows[at]["printed"]}


def lost_sign(rows: list[Row], chance: np.random.Generator) -> Changed:
    """A negative number without its sign."""
    at = int(chance.choice([at for at, row in enumerate(rows) if row["printed"].startswith("-")]))
    return {at: rows[at]["printed"].removeprefix("-")}


def wrong_row(rows: list[Row], chance: np.random.Generator) -> Changed:
    """The numbers of two rows of a table that follow each other, in each other's place."""
    one = rows[_any_number(rows, chance)]
    table = [
        at for at, row in enumerate(rows) if all(row[part] == one[part] for part in ("table", "population"))
    ]
    names = list(dict.fromkeys(rows[at]["row"] for at in table))
    after = dict(pairwise(names)).get(one["row"])
    lines = [
        {rows[at]["column"]: at for at in table if rows[at]["row"] == name} for name in (one["row"], after)
    ]
    pairs = [(lines[0][column], lines[1][column]) for column in lines[0].keys() & lines[1].keys()]
    return {
        at: rows[other]["printed"]
        for pair in sorted(pairs)
        for at, other in (pair, pair[::-1])
        if rows[at]["unit"] == rows[other]["unit"]
    }


MISTAKES: Mapping[str, Callable[[list[Row], np.random.Generator], Changed]] = {
    "one digit": one_digit,
    "last digit": last_digit,
    "swapped cells": swapped_cells,
    "lost sign": lost_sign,
    "wrong row": wrong_row,
}


def _any_number(rows: list[Row], chance: np.random.Generator) -> int:
    """The place of a row that prints a number."""
    return int(chance.choice([at for at, row in enumerate(rows) if row["printed"]]))


def _with_digit(text: str, place: int, chance: np.random.Generator) -> str:
    other = str(chance.choice([digit for digit in "0123456789" if digit != text[place]]))
    return text[:place] + other + text[place + 1 :]


def with_mistake(name: str, rows: list[Row], chance: np.random.Generator) -> tuple[list[Row], Row]:
    """The edition with one mistake that changes what is printed, and the first row that it changes."""
    while True:
        texts = MISTAKES[name](rows, chance)
        changed = [at for at, text in texts.items() if text != rows[at]["printed"]]
        if changed:
            edition = [
                {**row, "printed": texts[at], "value": texts[at]} if at in texts else row
                for at, row in enumerate(rows)
            ]
            return edition, rows[min(changed)]


def finder(study: Study, rows: list[Row], untouched: list[Row] | None = None) -> str:
    """The first layer that finds something in an edition; what is unlikely is news where ``untouched`` has it not."""
    try:
        edition = _edition(study, rows)
    except InputError:
        return "reading"
    if any(not check.holds for check in checks(edition)):
        return "identity"
    system = LinkedSystem.build(study, edition.statistics)
    if not system.is_consistent() or contradicting(system, search(system).held_by):
        return "system"
    if untouched is None:
        return "nobody"
    known = _edition(study, untouched)
    before = _doubts(known, LinkedSystem.build(study, known.statistics))
    return "implausible" if _doubts(edition, system) - before else "nobody"


def _edition(study: Study, rows: list[Row]) -> Edition:
    return replace(edition_of(study, rows), left_out_is_empty=False)


def _doubts(edition: Edition, system: LinkedSystem) -> set[tuple[str, frozenset[object]]]:
    return {
        (one.rule, frozenset(key for key, _ in one.cells))
        for one in implausible(edition, system, frozenset())
    }


def experiment(study: Study, editions: int, size: int) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """For each edition: who complains of it untouched; and for each mistake its kind, that of the first number it
    changes, and who finds it."""
    names = list(MISTAKES)
    for seed in range(editions):
        rows = published(printed_rows(study, random_firms(study, seed, size), half_up=bool(seed % 2)))
        chance = np.random.default_rng(10_000 + seed)
        found = []
        for each in range(MISTAKES_EACH):
            name = names[(MISTAKES_EACH * seed + each) % len(names)]
            changed, row = with_mistake(name, rows, chance)
            number = NUMBERS.get(row["unit"], "level of productivity")
            found.append((name, number, finder(study, changed, rows)))
        yield finder(study, rows), found


def figure(found: Counter[tuple[str, str, str]]) -> alt.Chart:
    """Bars of the share found, by kind of mistake and finder."""
    editions = Counter(name for name, _, _ in found.elements())
    by_finder = Counter((name, by) for name, _, by in found.elements())
    data = pl.DataFrame(
        [
            {
                "mistake": f"{name} ({editions[name]})",
                "found by": by,
                "share": count / editions[name],
                "order": FINDERS.index(by),
            }
            for (name, by), count in sorted(by_finder.items())
        ]
    )
    colors = alt.Scale(domain=list(FINDERS), range=["#7b3294", "#2166ac", "#92c5de", "#fdb863", "#d9d9d9"])
    return (
        alt.Chart(data, title="One mistake: which layer of the audit finds it (synthetic editions)")
        .mark_bar()
        .encode(
            x=alt.X("share:Q", stack="zero", axis=alt.Axis(format="%", title="share of editions")),
            y=alt.Y("mistake:N", title=None),
            color=alt.Color("found by:N", scale=colors, sort=list(FINDERS)),
            order="order:Q",
        )
        .properties(width=460, height=180)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--editions", type=int, default=200)
    parser.add_argument("--size", type=int, default=5000, help="firms per population, about")
    parser.add_argument("--out", type=Path, default=Path("docs/explanation"))
    options = parser.parse_args()
    alarms, found = Counter[str](), Counter[tuple[str, str, str]]()
    for untouched, mistakes in experiment(load_study("belgium-2008"), options.editions, options.size):
        alarms[untouched] += 1
        found.update(mistakes)
        print(f"{alarms.total()} editions, {alarms.total() - alarms['nobody']} false alarms", file=sys.stderr)
        _write(options.out, alarms, found)
    figure(found).save(options.out / "audit-detection.svg")


def _write(out: Path, alarms: Counter[str], found: Counter[tuple[str, str, str]]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "audit-detection.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("mistake", "number", "found_by", "editions"))
        writer.writerow(("none", "", "false alarm", alarms.total() - alarms["nobody"]))
        writer.writerow(("none", "", "nobody", alarms["nobody"]))
        writer.writerows((*of, count) for of, count in sorted(found.items()))


if __name__ == "__main__":
    main()
