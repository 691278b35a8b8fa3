"""How often does the audit find one wrong digit, and how often does it cry wolf?

Random populations (synthetic) are printed by the system itself: Tables 1-31 of ``belgium-2008``, rounded.
Each edition is audited as it is, where any finding is a false alarm, and with one digit of one number
changed at random. The figure shows the share of changed digits found, by the kind of number and the layer
that finds it.

    python benchmarks/audit_detection.py [--editions 200] [--out docs/explanation]

200 editions took half an hour on a machine busy with other work.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from firmtrade.errors import InputError
from firmtrade.linked import Edition, LinkedSystem
from firmtrade.linked.identities import checks
from firmtrade.studies import load_study
from firmtrade.study import Study
from linked.random_population import Row, edition_of, printed_rows, random_firms

KINDS = {"count": "number of firms", "percent": "share or change", "percent_per_year": "growth a year"}
FINDERS = ("reading", "identity", "system", "nobody")


def published(rows: list[Row]) -> list[Row]:
    """The numbers of Tables 1-31: no figures, no codes."""
    return [row for row in rows if not row["table"].startswith("fig") and row["unit"] != "code"]


def with_one_digit_changed(rows: list[Row], chance: np.random.Generator) -> tuple[list[Row], Row]:
    """The edition with another digit in one place of one number, and that number's row."""
    while True:
        at = int(chance.integers(len(rows)))
        text = rows[at]["printed"]
        places = [place for place, sign in enumerate(text) if sign.isdigit()]
        if not places:
            continue
        place, digit = int(chance.choice(places)), str(chance.integers(10))
        changed = text[:place] + digit + text[place + 1 :]
        leading = place == places[0] and digit == "0" and len(text) > 1 and text[place + 1 : place + 2] != "."
        if digit == text[place] or leading:
            continue
        row = {**rows[at], "printed": changed, "value": changed}
        return [row if number == at else other for number, other in enumerate(rows)], row


def finder(study: Study, rows: list[Row]) -> str:
    """Who finds a contradiction in an edition first: the reading, an identity, the system, or nobody."""
    try:
        edition = edition_of(study, rows)
    except InputError:
        return "reading"
    if any(not check.holds for check in checks(edition)):
        return "identity"
    return "nobody" if _consistent(study, edition) else "system"


def _consistent(study: Study, edition: Edition) -> bool:
    return LinkedSystem.build(study, edition.statistics, empty=edition.left_out).is_consistent()


def experiment(study: Study, editions: int, size: int) -> Iterator[tuple[str, str, str]]:
    """For each edition: who complains of it untouched, the kind of the changed number, and who finds that."""
    for seed in range(editions):
        rows = published(printed_rows(study, random_firms(study, seed, size), half_up=bool(seed % 2)))
        changed, row = with_one_digit_changed(rows, np.random.default_rng(10_000 + seed))
        yield finder(study, rows), KINDS.get(row["unit"], "level of productivity"), finder(study, changed)


def figure(found: Counter[tuple[str, str]]) -> alt.Chart:
    """Bars of the share found, by kind of number and finder."""
    kinds = Counter(kind for kind, _ in found.elements())
    data = pl.DataFrame(
        [
            {
                "number": f"{kind} ({kinds[kind]})",
                "found by": by,
                "share": count / kinds[kind],
                "order": order,
            }
            for (kind, by), count in sorted(found.items())
            for order in [FINDERS.index(by)]
        ]
    )
    colors = alt.Scale(domain=list(FINDERS), range=["#7b3294", "#2166ac", "#92c5de", "#d9d9d9"])
    return (
        alt.Chart(data, title="One changed digit: which layer of the audit finds it (synthetic editions)")
        .mark_bar()
        .encode(
            x=alt.X("share:Q", stack="zero", axis=alt.Axis(format="%", title="share of changed digits")),
            y=alt.Y("number:N", title=None),
            color=alt.Color("found by:N", scale=colors, sort=list(FINDERS)),
            order="order:Q",
        )
        .properties(width=460, height=160)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--editions", type=int, default=200)
    parser.add_argument("--size", type=int, default=5000, help="firms per population, about")
    parser.add_argument("--out", type=Path, default=Path("docs/explanation"))
    options = parser.parse_args()
    alarms, found = Counter[str](), Counter[tuple[str, str]]()
    for untouched, kind, by in experiment(load_study("belgium-2008"), options.editions, options.size):
        alarms[untouched] += 1
        found[kind, by] += 1
        print(f"{alarms.total()} editions, {alarms.total() - alarms['nobody']} false alarms", file=sys.stderr)
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "audit-detection.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("number", "found_by", "editions"))
        writer.writerow(("untouched edition", "false alarm", alarms.total() - alarms["nobody"]))
        writer.writerow(("untouched edition", "nobody", alarms["nobody"]))
        writer.writerows((kind, by, count) for (kind, by), count in sorted(found.items()))
    figure(found).save(options.out / "audit-detection.svg")


if __name__ == "__main__":
    main()
