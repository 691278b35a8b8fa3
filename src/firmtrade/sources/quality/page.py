"""``quality.html``: the report as one page that needs nothing else, and reads well without colour."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from firmtrade.sources.quality.inputs import InputReport
from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.quality.words import HEADINGS, percent, place, span, weighed


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
        "number": lambda number: f"{number:,}",
        "coded": _coded,
    }
    groups = [
        (severity.value, heading, [one for one in report.findings if one.severity is severity])
        for severity, heading in HEADINGS.items()
    ]
    names = dict.fromkeys(name for year in report.years for name in year.counts)
    measures: dict[str, list[str]] = {}
    for name in names:
        table, what = name.split(": ")
        measures.setdefault(table, []).append(what)
    return environment.get_template("page.html.j2").render(
        report=report,
        inputs=inputs,
        span=span,
        groups=groups,
        counts={key: len(findings) for key, _, findings in groups},
        measures=measures,
        most={name: max(year.counts.get(name, 0) for year in report.years) for name in names},
    )


def _coded(text: str) -> Markup:
    """Names between backticks, set as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
