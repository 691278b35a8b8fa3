"""The reference page of the code lists: ``python -m firmtrade.classifications.catalogue`` writes it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from firmtrade.classifications.classification import classification
from firmtrade.classifications.countries import countries
from firmtrade.classifications.provenance import ListProvenance, provenances, table
from firmtrade.classifications.union import union_policies

_BY_SUBREGION = "countries"


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Classifications",
        "",
        "<!-- Made by `python -m firmtrade.classifications.catalogue`; edit the files of",
        "`classifications/data/` instead. -->",
        "",
        "Every code list with its source. A study names them by the name in code type. Cells are text:",
        "nothing but an empty cell is missing, and `NA` is Namibia.",
        "",
        *_policies(),
    ]
    for entry in provenances().values():
        lines += _entry(entry)
    return "\n".join(lines).rstrip("\n") + "\n"


def _policies() -> list[str]:
    names = ", ".join(f"`{name}`" for name in union_policies())
    return [
        "## Union policies",
        "",
        f"How a study tells flows inside the Union from flows beyond: {names}.",
        "",
        "- A fixed composition (`EU-15`) holds in all years.",
        "- `membership` asks whether the partner is a member on the day of the flow: the first day of its",
        "  month, or 1 July of its year where the flow has no month.",
        "- `declared` takes the zone under which the flow was declared.",
        "",
        "Under the first two a partner that has a zone wins over a declared one, which speaks where the",
        "partner is silent. `QR`, `QV` and `QY` are inside the Union and `QS`, `QW` and `QZ` outside under",
        "every policy; they are no countries and count in no number of destinations.",
        "",
    ]


def _entry(entry: ListProvenance) -> Iterator[str]:
    end = f"to {entry.valid_to}" if entry.valid_to else "in force"
    yield f"## {entry.title}"
    yield ""
    yield f"`{entry.name}` · from {entry.valid_from}, {end}"
    yield ""
    yield f"- Source: {entry.source}"
    if entry.note:
        yield f"- {entry.note}"
    yield ""
    if entry.file != entry.name:
        yield f"Read with the list `{entry.file}`."
    elif entry.name == _BY_SUBREGION:
        yield from _countries_by_subregion()
    else:
        rows = table(entry.name)
        yield from _markdown(rows[0].keys(), (row.values() for row in rows))
    yield ""


def _countries_by_subregion() -> Iterator[str]:
    names = classification("countries")
    regions = classification("world-regions")
    listed: dict[str, list[str]] = {}
    for country in countries().values():
        listed.setdefault(country.subregion, []).append(f"{country.code} {names.label(country.code)}")
    rows = ((regions.label(key), ", ".join(listed[key])) for key in regions.codes if key in listed)
    yield from _markdown(("subregion", "countries"), rows)


def _markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(header)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
