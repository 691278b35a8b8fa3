"""The quality report as a value: findings, coverage, linkage and ratios; no identifier and no amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.notebook import card, short
from firmtrade.sources.quality.findings import Finding, Linkage, Ratio, TableSummary, YearRow, in_order
from firmtrade.sources.quality.rule import Severity
from firmtrade.sources.quality.words import HEADINGS, percent, place, span, weighed
from firmtrade.sources.stamp import Stamp


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
        return {"passed": self.passed, "csv": NOTE, **asdict(self)}

    def __repr__(self) -> str:
        return short("quality report", str(self))

    def _repr_html_(self) -> str:
        return card("Quality report", str(self).split("\n"))

    def __str__(self) -> str:
        """The report as plain text, for a terminal."""
        return "\n".join(_lines(self))


def _lines(report: QualityReport) -> list[str]:
    """The report as lines of plain text."""
    lines = [
        f"{summary.name}: {summary.rows:,} rows"
        + (f", {summary.firms:,} firms" if summary.firms is not None else "")
        + (f", {span(*summary.years)}" if summary.years else "")
        for summary in report.tables
    ]
    for severity, heading in HEADINGS.items():
        mine = [finding for finding in report.findings if finding.severity is severity]
        if mine:
            lines += ["", heading]
            lines += [_line(finding) for finding in mine]
    if report.linkage:
        lines += [
            "",
            "Linkage",
            *(f"  {link.name}: {percent(link.share) or 'none'}" for link in report.linkage),
        ]
    if report.ratios:
        lines += ["", "Share of official totals"]
        lines += [
            f"  {ratio.indicator} {ratio.year}: {percent(ratio.ratio) or 'not in the tables'}"
            for ratio in report.ratios
        ]
    if report.notes:
        lines += ["", *report.notes]
    if not report.findings:
        lines += ["", "Nothing is odd."]
    return lines


def _line(finding: Finding) -> str:
    shares = ", ".join(text for text in (percent(finding.share), weighed(finding)) if text)
    detail = f" [{finding.detail}]" if finding.detail else ""
    return (
        f"  {place(finding)}: {finding.sentence}: {finding.count:,}{f' ({shares})' if shares else ''}{detail}"
    )
