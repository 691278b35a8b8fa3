"""What a quality report is made of: findings, sizes of tables, years, linkage and ratios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from firmtrade.messages import Message, Slot
from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.rule import Severity


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """What a rule found in a column of a table (or in a table, where ``column`` is None).

    ``share`` is that of the table's rows; ``weight_share`` that of the amounts in the column ``weight``.
    """

    rule: str
    table: str
    column: str | None
    severity: Severity
    sentence: Message
    fix: Message
    count: int
    share: float | None = None
    weight_share: float | None = None
    weight: str | None = None
    detail: Slot = ""


def in_order(findings: Iterable[QualityFinding]) -> tuple[QualityFinding, ...]:
    """Errors first, then warnings and notes; each by table."""
    severities, tables = tuple(Severity), tuple(TABLES)
    return tuple(sorted(findings, key=lambda one: (severities.index(one.severity), tables.index(one.table))))


@dataclass(frozen=True, slots=True)
class TableSummary:
    """Size of a table, its years, and the share of missing values in each column."""

    name: str
    rows: int
    firms: int | None
    years: tuple[int, int] | None
    missing: dict[str, float]


@dataclass(frozen=True, slots=True)
class YearRow:
    """What the tables hold of a year, by ``table: what``."""

    year: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Linkage:
    """The share of one table's rows, or of an amount, that finds its partner in another."""

    name: Message
    of: str
    share: float | None


@dataclass(frozen=True, slots=True)
class OfficialRatio:
    """Our total over the official one; ``known`` says whether the indicator is one that can be compared."""

    indicator: str
    year: int
    ratio: float | None
    source: str
    known: bool
