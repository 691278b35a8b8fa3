"""``quality.html``: the report as one page that needs nothing else, and reads well without colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.quality.rule import Severity
from firmtrade.sources.quality.words import HEADINGS, percent, place, weighed

if TYPE_CHECKING:
    from firmtrade.sources.importer import InputReport


def page(report: QualityReport, inputs: Sequence[InputReport] = ()) -> str:
    """The page of a report; ``inputs`` adds what an import made of each raw file."""
    environment = Environment(
        loader=PackageLoader("firmtrade.sources.quality", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "place": place,
        "weighed": weighed,
        "number": lambda n: f"{n:,}",
    }
    groups = [
        (severity.value, heading, [one for one in report.findings if one.severity is severity])
        for severity, heading in HEADINGS.items()
    ]
    measures = list(dict.fromkeys(name for year in report.years for name in year.counts))
    most = {name: max(year.counts.get(name, 0) for year in report.years) for name in measures}
    return environment.get_template("page.html.j2").render(
        report=report,
        inputs=inputs,
        groups=groups,
        counts={
            severity.value: sum(one.severity is severity for one in report.findings) for severity in Severity
        },
        measures=measures,
        most=most,
    )
