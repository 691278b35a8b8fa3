"""``quality.html``: the report as one page that needs nothing else, and reads well without colour."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from firmtrade.messages import DEFAULT_LANGUAGE, Language, language_of
from firmtrade.sources.quality.inputs import InputReport
from firmtrade.sources.quality.report import QualityReport
from firmtrade.sources.quality.words import HEADINGS, percent, place, size, weighed

KNOWN = " known"
"""Ends the name of a count of accounts in which an amount is known."""


def page(report: QualityReport, inputs: Sequence[InputReport] = (), lang: str = DEFAULT_LANGUAGE) -> str:
    """The page of a report in a language; ``inputs`` adds what an import made of each raw file."""
    language = language_of(lang)
    groups = [
        (severity.value, language.say(heading), [one for one in report.findings if one.severity is severity])
        for severity, heading in HEADINGS.items()
    ]
    return _template(lang).render(
        report=report,
        inputs=inputs,
        language=language,
        say=language.say,
        groups=groups,
        counts={key: len(findings) for key, _, findings in groups},
        heads=_heads(report, language),
        most=_most(report),
    )


@cache
def _template(lang: str) -> Template:
    """The template of the page with the numbers of a language: compiled once, as that takes longer than to fill it."""
    language = language_of(lang)
    environment = Environment(
        loader=PackageLoader("firmtrade.sources.quality", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": partial(percent, language=language),
        "place": place,
        "weighed": partial(weighed, language=language),
        "size": partial(size, language=language),
        "number": lambda number: language.number(number, 0),
        "coded": lambda what: _coded(language.render(what)),
    }
    return environment.get_template("page.html.j2")


def _heads(report: QualityReport, language: Language) -> dict[str, dict[str, str]]:
    """The columns of the table of years below their common heads: what each counts, by its name in the report."""
    heads: dict[str, dict[str, str]] = {}
    for name in dict.fromkeys(name for year in report.years for name in year.counts):
        table, what = name.split(": ")
        if what.endswith(KNOWN):
            amount = language.say(f"quality.amounts.{what.removesuffix(KNOWN)}")
            head = language.say("quality.page.head_known", amount=amount)
        else:
            head = language.say(f"quality.page.head_{what}")
        heads.setdefault(language.say(f"quality.page.head_{table}"), {})[name] = head
    return heads


def _most(report: QualityReport) -> Mapping[str, int]:
    """The largest count of any year, by name."""
    most: dict[str, int] = {}
    for year in report.years:
        for name, count in year.counts.items():
            most[name] = max(count, most.get(name, 0))
    return most


def _coded(text: str) -> Markup:
    """Names between backticks, set as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
