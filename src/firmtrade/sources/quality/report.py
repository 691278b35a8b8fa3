"""The quality report as a value: findings, coverage, linkage and ratios; no identifier and no amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from firmtrade.messages import DEFAULT_LANGUAGE, Language, Message, language_of
from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.notebook import card, short
from firmtrade.sources.quality.findings import (
    Linkage,
    OfficialRatio,
    QualityFinding,
    TableSummary,
    YearRow,
    in_order,
)
from firmtrade.sources.quality.rule import Severity
from firmtrade.sources.quality.words import HEADINGS, percent, place, size, weighed
from firmtrade.sources.stamp import Stamp


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What is odd in a folder of canonical tables, and what it covers."""

    stamp: Stamp
    tables: tuple[TableSummary, ...]
    findings: tuple[QualityFinding, ...]
    years: tuple[YearRow, ...]
    linkage: tuple[Linkage, ...]
    ratios: tuple[OfficialRatio, ...]
    notes: tuple[Message, ...]

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def with_findings(self, more: Iterable[QualityFinding]) -> QualityReport:
        """The report with these findings, too, in the order in which they are told."""
        return replace(self, findings=in_order((*self.findings, *more)))

    def of(
        self, rule: str, table: str | None = None, column: str | None = None
    ) -> tuple[QualityFinding, ...]:
        """The findings of a rule, of one table or column where that is said."""
        return tuple(
            finding
            for finding in self.findings
            if finding.rule == rule and table in (None, finding.table) and column in (None, finding.column)
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as ``quality.json`` holds it, in English."""
        return {
            "passed": self.passed,
            "csv": NOTE,
            "stamp": asdict(self.stamp),
            "tables": [asdict(table) for table in self.tables],
            "findings": [_in_english(finding) for finding in self.findings],
            "years": [asdict(year) for year in self.years],
            "linkage": [_in_english(link) for link in self.linkage],
            "ratios": [asdict(ratio) for ratio in self.ratios],
            "notes": list(map(str, self.notes)),
        }

    def text(self, lang: str = DEFAULT_LANGUAGE) -> str:
        """The report as plain text, for a terminal."""
        return "\n".join(_lines(self, language_of(lang)))

    def __repr__(self) -> str:
        return short("quality report", str(self))

    def _repr_html_(self) -> str:
        return card("Quality report", str(self).split("\n"))

    def __str__(self) -> str:
        return self.text()


def _in_english(part: QualityFinding | Linkage) -> dict[str, Any]:
    """The fields of a part, its messages as text."""
    values = ((each.name, getattr(part, each.name)) for each in fields(part))
    return {name: str(value) if isinstance(value, Message) else value for name, value in values}


def _lines(report: QualityReport, language: Language) -> list[str]:
    """The report as lines of plain text."""
    say = language.say
    lines = [f"{summary.name}: {size(summary, language)}" for summary in report.tables]
    for severity, heading in HEADINGS.items():
        mine = [finding for finding in report.findings if finding.severity is severity]
        if mine:
            lines += ["", say(heading)]
            lines += [_line(finding, language) for finding in mine]
    if report.linkage:
        lines += ["", say("quality.page.linkage")]
        lines += [
            f"  {language.render(link.name)}: {percent(link.share, language) or say('quality.page.none')}"
            for link in report.linkage
        ]
    if report.ratios:
        lines += ["", say("quality.page.official_share")]
        lines += [
            f"  {ratio.indicator} {ratio.year}: {percent(ratio.ratio, language) or say('quality.page.absent')}"
            for ratio in report.ratios
        ]
    if report.notes:
        lines += ["", *map(language.render, report.notes)]
    if not report.findings:
        lines += ["", say("quality.page.nothing")]
    return lines


def _line(finding: QualityFinding, language: Language) -> str:
    shares = ", ".join(
        text for text in (percent(finding.share, language), weighed(finding, language)) if text
    )
    detail = f" [{language.render(finding.detail)}]" if finding.detail else ""
    counted = f"{language.number(finding.count, 0)}{f' ({shares})' if shares else ''}"
    return f"  {place(finding)}: {language.render(finding.sentence)}: {counted}{detail}"
