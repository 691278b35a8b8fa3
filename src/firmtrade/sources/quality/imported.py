"""What an import has to say of a raw file: rows that it refused, and codes that it wrote in other letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmtrade.sources.quality.report import Finding
from firmtrade.sources.quality.rule import Relation, Severity

if TYPE_CHECKING:
    from firmtrade.sources.rows import Count, Input

REFUSED = Relation(
    "refused_row",
    Severity.WARNING,
    "rows of a raw file that the import refused",
    "They are in no table. They stand in the folder `rejected`, each with its reason; shares are of the rows that "
    "were selected from the file, amounts as far as they can be read.",
)
REWRITTEN = Relation(
    "rewritten_code",
    Severity.NOTE,
    "codes that a raw file has in other letters, written as their list has them",
    "Nothing is lost: capitals and blanks are no part of such a code.",
)
IMPORTED = (REFUSED, REWRITTEN)


def findings(table: str, source: Input) -> Iterator[Finding]:
    """The findings about one raw file in a table."""
    if source.n_refused:
        yield _finding(REFUSED, table, None, source.all_refused, source)
    for column, count in source.rewritten.items():
        yield _finding(REWRITTEN, table, column, count, source)


def _finding(relation: Relation, table: str, column: str | None, count: Count, source: Input) -> Finding:
    weight_share = source.share_of(count.amount)
    return Finding(
        relation.id, table, column, relation.severity, relation.sentence, relation.fix, count.rows,
        count.rows / source.selected, weight_share, source.weight if weight_share is not None else None,
        source.raw.name,
    )  # fmt: skip
