"""The advice to one firm as a document: a page, a PDF, and the plan as text. Every word of it is a message."""

from __future__ import annotations

from dataclasses import replace

from firmtrade.advice import Advice
from firmtrade.advice.plan import ics
from firmtrade.messages import Language, language_of
from firmtrade.report import html
from firmtrade.report.advice.barriers import barriers
from firmtrade.report.advice.markets import markets
from firmtrade.report.advice.peers import peers
from firmtrade.report.advice.profile import approach, entry, readiness
from firmtrade.report.advice.steps import about, limits, plan, practice, support
from firmtrade.report.advice.tables import WordTables
from firmtrade.report.model import Document, Provenance, Section
from firmtrade.report.paper import paper
from firmtrade.report.tidy import dump
from firmtrade.version import __version__


def advice_files(advice: Advice, lang: str) -> dict[str, bytes]:
    """Every file of an advice, by path: page, PDF, data, plan, and a calendar where the plan has a start."""
    language = language_of(lang)
    document = advice_document(advice, lang)
    files = {
        "index.html": html.index(document, {}, (("PDF", "report.pdf"), ("JSON", "advice.json"))),
        **html.assets(),
        "report.pdf": paper(document, {}),
        "plan.md": plan_text(advice, language).encode("utf-8"),
    }
    if advice.start is not None:
        calendar = ics(
            advice.plan,
            advice.start,
            lambda step: language.say(f"advice.steps.{step}.name"),
            lambda step: about(step, advice, language),
        )
        files["plan.ics"] = calendar.encode("utf-8")
    return {**files, "advice.json": dump({**advice.data(), "files": sorted(files)})}


def advice_document(advice: Advice, lang: str) -> Document:
    """The advice in a language."""
    language = language_of(lang)
    tables = WordTables(language)
    sections = (
        readiness(advice, language, tables),
        _below(peers(advice.peers, language, tables)),
        entry(advice, language, tables),
        _below(approach(advice, language, tables)),
        markets(advice.markets, language, tables),
        practice(advice, language, tables),
        barriers(advice, language, tables),
        support(advice, language, tables),
        _below(plan(advice, language, tables)),
        _below(limits(advice, language)),
    )
    return Document(
        language.say("advice.title"),
        language.say("advice.subtitle"),
        lang,
        Provenance(
            study="",
            data="answers",
            data_fingerprint=advice.fingerprint,
            program_version=__version__,
        ),
        sections,
        banner=language.say("advice.synthetic") if _synthetic(advice) else "",
    )


def _below(section: Section) -> Section:
    """A section that stands on the page of the one before it."""
    return replace(section, level=2)


def plan_text(advice: Advice, language: Language) -> str:
    """The plan as Markdown: a box to tick for each step."""
    lines = [f"# {language.say('advice.sections.plan')}", "", language.say("advice.checklist"), ""]
    for step in advice.plan:
        due = language.day(step.due) if step.due else _months(step.months, language)
        name, what = language.say(f"advice.steps.{step.key}.name"), about(step.key, advice, language)
        lines.append(f"- [ ] **{name}** ({due}){language.say('report.words.colon')}{what}")
    return "\n".join(lines) + "\n"


def _months(months: int, language: Language) -> str:
    return f"{language.say('advice.columns.after')}{language.say('report.words.colon')}{language.number(months, 0)}"


def _synthetic(advice: Advice) -> bool:
    """Whether something that is told of other firms describes none."""
    return any(found is not None and found.synthetic for found in (advice.peers, advice.surveyed))
