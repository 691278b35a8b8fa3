"""Facts of a report's prose as shares of firms, in a form that a reader can check against the sentence.

A fact says: of the firms ``among`` which a condition holds, this share keeps another. Conditions are names of
dimensions joined by ``&`` or by ``|``: ``exporter``, ``!importer``, ``region=flanders``,
``size_class=size_50_99|size_100_250``.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import get_args

import polars as pl

from firmtrade.errors import InputError, Place, suggest, suggest_found
from firmtrade.linked.population.target import CellTarget, interval
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.universes import Period, Universe
from firmtrade.query.where import EVERYONE, All, AnyOf, Flag, Is, Where
from firmtrade.study import Study

DIMENSIONS = (
    "division", "venture", "exporter", "importer", "year",
    "intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export",
    "export_first", "export_reference", "import_first", "import_reference",
)  # fmt: skip
"""What a fact can speak of beside the attributes of the study."""
FACT = "fact"
"""The table of a fact's key; no study has a table of this name."""
COLUMNS = ("population", "period", "share_of", "among", "printed", "source")


def read_facts(text: str, name: str, study: Study) -> Iterator[CellTarget]:
    """The facts of a CSV file; ``name`` is its name in messages.

    Raises
    ------
    InputError
        A column is missing, or a population or period is not known.
    """
    rows = pl.read_csv(StringIO(text), infer_schema=False).fill_null("")
    for column in COLUMNS:
        if column not in rows.columns:
            raise InputError(
                f"The facts have no column `{column}`.",
                where=Place(file=name),
                fix=suggest_found(column, rows.columns),
            )
    known_dimensions = {*study.attributes, *DIMENSIONS}
    for line, row in enumerate(rows.iter_rows(named=True), start=2):
        for column, known in (("population", tuple(study.populations)), ("period", get_args(Period))):
            if row[column] not in known:
                place = Place(file=name, line=line, column=column)
                raise InputError(
                    f"`{row[column]}` is no {column}.", where=place, fix=suggest(row[column], known)
                )
        universe = Universe(row["population"], row["period"])
        among = condition(row["among"])
        asked = (among & condition(row["share_of"])).dimensions
        for unknown in sorted(asked - known_dimensions):
            raise InputError(
                f"`{unknown}` is no dimension.",
                where=Place(file=name, line=line),
                fix=suggest(unknown, known_dimensions),
            )
        of = Term(universe, among)
        terms = {"count": Term(universe, among & condition(row["share_of"])), "base": of}
        key = CellKey(FACT, row["population"], row["share_of"], row["among"])
        spec = CellSpec(key, Formula.SHARE, "percent", str(study.reference_year), 0, terms, group=of)
        low, high = interval(row["printed"], spec, Place(file=name, line=line, column="printed"))
        yield CellTarget(spec, row["printed"], low, high, fact=True)


def condition(text: str) -> Where:
    """The condition that a text says; an empty text holds for every firm.

    >>> str(condition("venture & !exporter")), str(condition("exporter | importer"))
    ('venture and not exporter', 'exporter or importer')
    >>> str(condition("size_class=size_lt10|size_10_49 & importer"))
    'size_class is one of size_lt10, size_10_49 and importer'
    """
    if not text.strip():
        return EVERYONE
    if " | " in text:
        return AnyOf(tuple(_one(part) for part in text.split(" | ")))
    parts = tuple(_one(part) for part in text.split("&"))
    return parts[0] if len(parts) == 1 else All(parts)


def _one(text: str) -> Where:
    name = text.strip()
    if name.startswith("!"):
        return ~_one(name[1:])
    dimension, _, classes = name.partition("=")
    return Is(dimension, tuple(classes.split("|"))) if classes else Flag(dimension)
