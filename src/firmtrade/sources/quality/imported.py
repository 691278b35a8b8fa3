"""What an import has to say of a raw file: rows that it refused, and codes that it wrote in other letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from firmtrade.messages import Code, message
from firmtrade.sources.quality.findings import QualityFinding
from firmtrade.sources.quality.rule import Relation, Severity
from firmtrade.sources.rows import Odd

if TYPE_CHECKING:
    from firmtrade.sources.rows import Input, RowCount

REFUSED = Relation("refused_row", Severity.WARNING)
REWRITTEN = Relation("rewritten_code", Severity.NOTE)
ODDITIES = {
    Odd.NONE_SELECTED: Relation("nothing_selected", Severity.WARNING),
    Odd.LET_THROUGH: Relation("missing_let_through", Severity.NOTE),
    Odd.NO_NUMBER: Relation("no_number_to_compare", Severity.WARNING),
    Odd.LATE_PERIOD: Relation("late_period", Severity.WARNING),
    Odd.THREE_DECIMALS: Relation("three_decimals", Severity.WARNING),
}
IMPORTED = (REFUSED, REWRITTEN, *ODDITIES.values())


def findings(table: str, source: Input) -> Iterator[QualityFinding]:
    """The findings about one raw file in a table."""
    if source.n_refused:
        yield _finding(REFUSED, table, None, source.all_refused, source)
    for column, count in source.rewritten.items():
        yield _finding(REWRITTEN, table, column, count, source)
    for oddity in source.odd:
        oddity_text = ODDITIES[oddity.what]
        detail = message("quality.details.column_of", file=source.raw.name, column=Code(oddity.column))
        yield QualityFinding(
            oddity_text.id, table, None, oddity_text.severity, oddity_text.sentence, oddity_text.fix, oddity.rows,
            oddity.rows / source.read if source.read else None, detail=detail,
        )  # fmt: skip


def _finding(
    relation: Relation, table: str, column: str | None, count: RowCount, source: Input
) -> QualityFinding:
    weight_share = source.share_of(count.amount)
    return QualityFinding(
        relation.id, table, column, relation.severity, relation.sentence, relation.fix, count.rows,
        count.rows / source.selected, weight_share, source.weight if weight_share is not None else None,
        source.raw.name,
    )  # fmt: skip
