"""The quality report as a value: findings, coverage, linkage and ratios; no identifier and no amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.rule import Severity
from firmtrade.sources.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in a column of a table (or in a table, where ``column`` is None).

    ``share`` is that of the table's rows; ``weight_share`` that of the amounts in the column ``weight``.
    """

    rule: str
    table: str
    column: str | None
    severity: Severity
    sentence: str
    fix: str
    count: int
    share: float | None = None
    weight_share: float | None = None
    weight: str | None = None
    detail: str = ""


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
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

    name: str
    of: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Our total over the official one; ``known`` says whether the indicator is one that can be compared."""

    indicator: str
    year: int
    ratio: float | None
    source: str
    known: bool


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What is odd in a folder of canonical tables, and what it covers."""

    stamp: Stamp
    tables: tuple[TableSummary, ...]
    findings: tuple[Finding, ...]
    years: tuple[YearRow, ...]
    linkage: tuple[Linkage, ...]
    ratios: tuple[Ratio, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def with_findings(self, more: Iterable[Finding]) -> QualityReport:
        """The report with these findings, too, in the order in which they are told."""
        return replace(self, findings=in_order((*self.findings, *more)))

    def of(self, rule: str, table: str | None = None, column: str | None = None) -> tuple[Finding, ...]:
        """The findings of a rule, of one table or column where that is said."""
        return tuple(
            finding
            for finding in self.findings
            if finding.rule == rule and table in (None, finding.table) and column in (None, finding.column)
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as ``quality.json`` holds it."""
        return {"passed": self.passed, **asdict(self)}

    def __str__(self) -> str:
        """The report as plain text, for a terminal."""
        from firmtrade.sources.quality.words import told

        return told(self)
