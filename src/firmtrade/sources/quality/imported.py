"""What an import has to say of a raw file: rows that it refused, and codes that it wrote in other letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmtrade.sources.quality.findings import Finding
from firmtrade.sources.quality.rule import Relation, Severity
from firmtrade.sources.rows import Odd

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
ODDITIES = {
    Odd.NONE_SELECTED: Relation(
        "nothing_selected",
        Severity.WARNING,
        "rows of a raw file of which none meets `where`",
        "Compare the values in `where` with those in the file: they are compared as text.",
    ),
    Odd.LET_THROUGH: Relation(
        "missing_let_through",
        Severity.NOTE,
        "rows whose value is missing, which `is_not` let through",
        "A missing value is none of those that are excluded; `known = true` beside `is_not` leaves such rows out.",
    ),
    Odd.NO_NUMBER: Relation(
        "no_number_to_compare",
        Severity.WARNING,
        "rows left out because `where` compares a number, and their value is none",
        "Check the notation of numbers in the file: `decimal` and `thousands`.",
    ),
    Odd.LATE_PERIOD: Relation(
        "late_period",
        Severity.WARNING,
        "rows of a period beyond the twelfth month, such as 202113, counted in its year",
        "Adjustments belong there; a yearly total counts twice: leave it out with `where`.",
    ),
    Odd.THREE_DECIMALS: Relation(
        "three_decimals",
        Severity.WARNING,
        "numbers with exactly three decimals, as most of their column: the mark may be that of thousands",
        'If it is, say `thousands = "."` or `thousands = ","` of the file.',
    ),
}
IMPORTED = (REFUSED, REWRITTEN, *ODDITIES.values())


def findings(table: str, source: Input) -> Iterator[Finding]:
    """The findings about one raw file in a table."""
    if source.n_refused:
        yield _finding(REFUSED, table, None, source.all_refused, source)
    for column, count in source.rewritten.items():
        yield _finding(REWRITTEN, table, column, count, source)
    for oddity in source.odd:
        told = ODDITIES[oddity.what]
        detail = f"{source.raw.name}: `{oddity.column}`"
        yield Finding(
            told.id, table, None, told.severity, told.sentence, told.fix, oddity.rows,
            oddity.rows / source.read if source.read else None, detail=detail,
        )  # fmt: skip


def _finding(relation: Relation, table: str, column: str | None, count: Count, source: Input) -> Finding:
    weight_share = source.share_of(count.amount)
    return Finding(
        relation.id, table, column, relation.severity, relation.sentence, relation.fix, count.rows,
        count.rows / source.selected, weight_share, source.weight if weight_share is not None else None,
        source.raw.name,
    )  # fmt: skip
