"""Text of a study's author with numbers as references to cells: paragraphs before the tables of a section, and titles
of tables that state a result.

A reference is the key of a cell between braces, ``{4/manufacturing/intra_eu_export/size_lt10}``; its number is put
there when a page is made, in its language. A claim sets two cells, or a cell and a number, side by side with ``<``,
``>`` or ``=``: the comparison that the text makes in words, held against the printed numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmtrade.errors import suggest
from firmtrade.messages import Text
from firmtrade.study.tables import Problem, TableDeclaration, TablePart

if TYPE_CHECKING:
    from firmtrade.study.model import Study

OVERVIEW = "overview"
REFERENCE = re.compile(r"\{([^{}]*)\}")
CLAIM = re.compile(r"^\s*(?P<one>\S.*?)\s+(?P<sign>[<>=])\s+(?P<other>\S.*?)\s*$")
NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")
PARTS = 4
"""Of a key: table, population, row and column."""


class Prose(TablePart):
    """Paragraphs before the tables of a section."""

    population: str | None = None
    """Whose chapter; without it the text stands in the overview."""
    section: str = ""
    """A section of the chapter by its key (`structure`, `exporters`); without it the text begins the chapter."""
    text: Text
    """Paragraphs with an empty line between them; `{table/population/row/column}` stands for a printed number."""
    claims: tuple[str, ...] = ()
    """Comparisons that the text makes, each `"KEY < KEY"`, with `<`, `>` or `=`, and a number in place of one key."""

    def problems(self, study: Study) -> Iterator[Problem]:
        """Contradictions of the text with its study; the paths begin at the text."""
        if self.population is not None and self.population not in study.populations:
            yield (
                ("population",),
                f"there is no population {self.population!r}",
                suggest(self.population, study.populations),
            )
        elif self.population is not None and all(
            table.populations != (self.population,) for table in study.outputs
        ):
            yield (
                ("population",),
                f"no table is of {self.population!r} alone, so it has no chapter for a text",
                "Leave `population` out: the text then stands in the overview.",
            )
        yield from _contradictions("text", self.text, self.claims, study)


def finding_problems(table: TableDeclaration, study: Study) -> Iterator[Problem]:
    """Contradictions of a table's finding; the paths begin at the table."""
    if table.finding is None:
        if table.claims:
            yield (
                ("claims",),
                "claims stand without a finding",
                "Give the table a `finding`, or leave them out.",
            )
        return
    yield from _contradictions("finding", table.finding, table.claims, study)
    for key in (*references(table.finding.say()), *(key for claim in table.claims for key in keys_of(claim))):
        if not key.startswith(f"{table.id}/"):
            yield ("finding",), f"{key!r} is of another table", "Refer to cells of the table itself."


def _contradictions(place: str, text: Text, claims: tuple[str, ...], study: Study) -> Iterator[Problem]:
    """What a text with numbers and its claims do not keep; ``place`` is the key of the text."""
    said = {language: sorted(references(words)) for language, words in text.root.items()}
    first = next(iter(said.values()))
    for language, keys in said.items():
        if keys != first:
            yield (
                (place,),
                f"the text in {language!r} refers to other numbers than the first",
                "Refer to the same cells in every language.",
            )
    for claim in claims:
        if CLAIM.match(claim) is None:
            yield (
                ("claims",),
                f"{claim!r} is no comparison",
                "Write `KEY < KEY`, with `<`, `>` or `=` between spaces.",
            )
    for where, keys in ((place, first), ("claims", [key for claim in claims for key in keys_of(claim)])):
        yield from (((where,), what, fix) for key in keys for what, fix in _wrong(key, study))


def references(text: str) -> list[str]:
    """The keys that a text refers to, in order."""
    return REFERENCE.findall(text)


def sides(claim: str) -> tuple[str, str, str]:
    """The two sides of a claim with the sign between them."""
    found = CLAIM.match(claim)
    return (found["one"], found["sign"], found["other"]) if found else (claim, "=", claim)


def keys_of(claim: str) -> list[str]:
    """The keys of a claim."""
    one, _, other = sides(claim)
    return [side for side in (one, other) if not NUMBER.match(side)]


def _wrong(key: str, study: Study) -> Iterator[tuple[str, str]]:
    parts = key.split("/")
    if len(parts) != PARTS:
        yield f"{key!r} is no key of a cell", "A key is `table/population/row/column`."
        return
    tables = {table.id: table for table in study.outputs}
    if parts[0] not in tables:
        yield f"there is no table {parts[0]!r}", suggest(parts[0], tables)
        return
    table = tables[parts[0]]
    names = [table.population_key(name) for name in table.populations]
    if parts[1] not in names:
        yield f"table {parts[0]!r} has no population {parts[1]!r}", suggest(parts[1], names)
