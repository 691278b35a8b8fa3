"""What holds of a table by the nature of its register, whatever its rows say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from firmtrade.sources.quality.findings import QualityFinding
from firmtrade.sources.quality.rule import Relation, Severity

ACTIVE_ONLY = Relation("active_only", Severity.NOTE)
EXTRACTS_MISSING = Relation("extracts_missing", Severity.WARNING)
NUMBER_CHECK = Relation("number_check", Severity.WARNING)
BELOW_THRESHOLD = Relation("below_threshold", Severity.NOTE)
REMARKS = {
    relation.id: relation for relation in (ACTIVE_ONLY, EXTRACTS_MISSING, NUMBER_CHECK, BELOW_THRESHOLD)
}
DIGITS, CHECK, MODULUS = 10, 2, 97
"""Digits of a Belgian enterprise number, those that check the others, and the modulus of the check."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule that rows of a table break, or that holds of them: how many is known, or counted in its file."""

    table: str
    rule: str
    count: int | None = None

    def findings(self, folder: Path, rows: Mapping[str, int]) -> Iterator[QualityFinding]:
        """The finding for a folder that was written, with so many rows in each table; none where no row is meant."""
        counted = COUNTED.get(self.rule)
        if self.count is not None:
            count = self.count
        else:
            count = counted(folder / f"{self.table}.parquet") if counted else rows[self.table]
        if count:
            relation = REMARKS[self.rule]
            share = count / rows[self.table] if counted else None
            yield QualityFinding(
                relation.id,
                self.table,
                None,
                relation.severity,
                relation.sentence,
                relation.fix,
                count,
                share,
            )


def wrong_numbers(table: Path) -> int:
    """Rows whose ``firm_id`` is no Belgian enterprise number: ten digits, the last two 97 less the others modulo 97.

    Source: FPS Economy, technical user manual of the Crossroads Bank, version 20.4.
    """
    number = pl.col("firm_id")
    base = number.str.head(DIGITS - CHECK).cast(pl.Int64, strict=False)
    check = number.str.tail(CHECK).cast(pl.Int64, strict=False)
    right = number.str.contains(rf"^[01][0-9]{{{DIGITS - 1}}}$") & (check == MODULUS - base % MODULUS)
    return int(pl.scan_parquet(table).select((~right.fill_null(False)).sum()).collect().item())


COUNTED: dict[str, Callable[[Path], int]] = {NUMBER_CHECK.id: wrong_numbers}
"""Rules whose rows are counted in the file of their table."""
