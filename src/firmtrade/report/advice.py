"""The advice to one firm as a document: a page, a PDF, and the plan as text. Every word of it is a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from firmtrade.advice import Advice
from firmtrade.advice.entry_mode import AXES, RankedMode
from firmtrade.advice.entry_mode import terms as entry_terms
from firmtrade.advice.peers import Peer, Peers, Trust
from firmtrade.advice.plan import ics
from firmtrade.advice.readiness import Score, scheme
from firmtrade.advice.weights import Range
from firmtrade.messages import Language, language_of
from firmtrade.report import html
from firmtrade.report.model import Column, Document, Provenance, Row, Section, Table
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
            lambda step: language.say(f"advice.steps.{step}.about"),
        )
        files["plan.ics"] = calendar.encode("utf-8")
    return {**files, "advice.json": dump({**advice.data(), "files": sorted(files)})}


def advice_document(advice: Advice, lang: str) -> Document:
    """The advice in a language."""
    language = language_of(lang)
    tables = _Tables(language)
    sections = (
        _readiness(advice, language, tables),
        _entry(advice, language, tables),
        _approach(advice, language, tables),
        _peers(advice.peers, language, tables),
        _support(advice, language, tables),
        _plan(advice, language, tables),
        _limits(advice, language),
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
        banner=language.say("advice.synthetic") if advice.peers and advice.peers.synthetic else "",
    )


def plan_text(advice: Advice, language: Language) -> str:
    """The plan as Markdown: a box to tick for each step."""
    lines = [f"# {language.say('advice.sections.plan')}", "", language.say("advice.checklist"), ""]
    for step in advice.plan:
        due = language.day(step.due) if step.due else _months(step.months, language)
        name, about = (language.say(f"advice.steps.{step.key}.{part}") for part in ("name", "about"))
        lines.append(f"- [ ] **{name}** ({due}){language.say('report.words.colon')}{about}")
    return "\n".join(lines) + "\n"


class _Tables:
    """Makes tables of words, numbered in their order."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._number = 0

    def table(
        self,
        name: str,
        stub: str,
        columns: Sequence[str],
        rows: Sequence[tuple[str, str, Sequence[str]]],
        notes: tuple[str, ...] = (),
        source: str = "",
        groups: Mapping[str, str] | None = None,
    ) -> tuple[Table, ...]:
        """A table of (key, label, texts) rows, under a heading by key where there are groups; none without a row."""
        if not rows:
            return ()
        self._number += 1
        say = self._language.say
        return (
            Table(
                str(self._number),
                str(self._number),
                say(f"advice.tables.{name}"),
                tuple(Row(key, label, (groups or {}).get(key, "")) for key, label, _ in rows),
                tuple(Column(column, say(f"advice.columns.{column}")) for column in columns),
                stub=say(f"advice.columns.{stub}"),
                notes=notes,
                source=source,
                texts={
                    (key, column): text
                    for key, _, texts in rows
                    for column, text in zip(columns, texts, strict=True)
                },
            ),
        )


def _readiness(advice: Advice, language: Language, tables: _Tables) -> Section:
    say, found, by = language.say, advice.readiness, scheme()
    low, high = (say(f"advice.bands.{band}") for band in found.bands)
    vetoes = [say(f"advice.dimensions.{each.key}") for each in found.vetoes]
    paragraphs = [
        *(say(f"advice.outside.{key}") for key in advice.outside),
        say("advice.checklist"),
        say(
            "advice.readiness.total",
            claimed=_points(found.claimed, language),
            most=language.number(found.most, 0),
            evidenced=_points(found.evidenced, language),
        ),
        say("advice.readiness.band", band=low)
        if low == high
        else say("advice.readiness.bands", low=low, high=high),
        say("advice.readiness.veto", dimensions=language.listing(vetoes))
        if vetoes
        else say("advice.readiness.no_veto"),
    ]
    rows = [
        (
            each.key,
            say(f"advice.dimensions.{each.key}"),
            (
                _points(each.claimed, language, each.most),
                _points(each.evidenced, language, each.most),
                language.number(each.minimum, 0),
                say(f"advice.answers.{each.veto}"),
                _span(*each.places, language, 0),
            ),
        )
        for each in found.dimensions
    ]
    gaps = [
        (
            each.key,
            say(f"advice.dimensions.{each.key}"),
            (
                " ".join(say(f"advice.items.{item}") for item in each.gaps),
                language.number(len(each.unanswered), 0),
            ),
        )
        for each in found.dimensions
    ]
    unscored = [
        (item, say(f"advice.items.{item}"), (language.number(points, 0),))
        for item, points in found.unscored.items()
    ]
    items = (
        *tables.table(
            "readiness",
            "dimension",
            ("claimed", "evidenced", "minimum", "veto", "places"),
            rows,
            (say("advice.readiness.places", doubt=language.number(by.weights.doubt, 0)),),
            by.source,
        ),
        *tables.table("gaps", "dimension", ("gap", "open"), gaps),
        *tables.table(
            "unscored", "item", ("points",), unscored, (say("advice.readiness.unscored"),), by.unscored.source
        ),
    )
    return Section("readiness", say("advice.sections.readiness"), tuple(paragraphs), items)


def _entry(advice: Advice, language: Language, tables: _Tables) -> Section:
    say, found, by = language.say, advice.entry, entry_terms()
    paragraphs = [say("advice.entry.how", doubt=language.number(by.doubt, 0)), *_leading(advice, language)]
    if any(each.mode.side == "source" for each in found.modes):
        paragraphs.append(say("advice.entry.sourcing"))
    if found.unanswered:
        questions = " ".join(say(f"advice.questions.{key}") for key in found.unanswered)
        paragraphs.append(say("advice.entry.open", questions=questions))
    axes = [(axis, say(f"advice.axes.{axis}"), _scores(found.axes[axis], language)) for axis in AXES]
    ordered = sorted(found.modes, key=lambda each: each.mode.side)
    modes = [
        (
            each.mode.key,
            say(f"advice.modes.{each.mode.key}"),
            (*_scores(each.gap, language), _standing(each, language)),
        )
        for each in ordered
    ]
    sides = {each.mode.key: say(f"advice.side.{each.mode.side}") for each in ordered}
    reasons = [
        (
            each.question,
            f"{say(f'advice.axes.{each.axis}')}{say('report.words.colon')}"
            + say(f"advice.questions.{each.question}"),
            (
                say(f"advice.answers.{each.answer}"),
                say(f"advice.toward.{each.column}"),
                say(f"advice.answers.{each.effect}"),
                language.number(each.weight, 2),
                each.source,
            ),
        )
        for each in found.reasons
    ]
    items = (
        *tables.table("axes", "axis", ("score", "range"), axes),
        *tables.table(
            "modes",
            "mode",
            ("distance", "range", "standing"),
            modes if found.reasons else (),
            groups=sides,
        ),
        *tables.table(
            "reasons",
            "question",
            ("answer", "speaks", "effect", "weight", "source"),
            reasons,
            source=by.source,
        ),
    )
    return Section("entry", say("advice.sections.entry"), tuple(paragraphs), items)


def _leading(advice: Advice, language: Language) -> Iterator[str]:
    """Which modes may be the closest, selling and sourcing apart."""
    say = language.say
    if not advice.entry.reasons:
        yield say("advice.entry.none")
        return
    several = False
    for side, key in (("sell", "advice.entry.first"), ("source", "advice.entry.first_source")):
        able = [each for each in advice.entry.modes if each.mode.side == side and not each.lacks]
        if not able:
            continue
        closest = [each for each in able if each.gap.central <= able[0].gap.central]
        names = [say(f"advice.modes.{each.mode.key}") for each in closest]
        yield say(key, modes=language.listing(names))
        several = several or sum(each.contender for each in able) > 1
    if several:
        yield say("advice.entry.several")


def _standing(ranked: RankedMode, language: Language) -> str:
    say = language.say
    if ranked.lacks:
        return say("advice.standing.lacks", resources=_resources(ranked.lacks, language))
    standing = say("advice.standing.contender" if ranked.contender else "advice.standing.behind")
    if not ranked.unchecked:
        return standing
    return say(
        "advice.standing.unchecked", standing=standing, resources=_resources(ranked.unchecked, language)
    )


def _resources(names: Sequence[str], language: Language) -> str:
    return language.listing([language.say(f"advice.resource.{name}") for name in names])


def _approach(advice: Advice, language: Language, tables: _Tables) -> Section:
    say, found = language.say, advice.approach
    paragraphs = [say(f"advice.approach.{found.path}")]
    if found.drivers:
        drivers = [say(f"advice.drivers.{each}") for each in found.drivers]
        paragraphs.append(say("advice.approach.drivers", drivers=language.listing(drivers)))
    if found.early:
        paragraphs += [say("advice.approach.evidence"), say("advice.approach.against")]
    rows = [
        (
            each.concept,
            each.name,
            (
                say("advice.answers.unknown")
                if each.holds is None
                else say("advice.answers.yes" if each.holds else "advice.answers.no"),
                each.source,
            ),
        )
        for each in found.held
    ]
    return Section(
        "approach",
        say("advice.sections.approach"),
        tuple(paragraphs),
        tables.table("approach", "definition", ("holds", "source"), rows),
    )


def _peers(found: Peers | None, language: Language, tables: _Tables) -> Section:
    say = language.say
    title = say("advice.sections.peers")
    if found is None:
        return Section("peers", title, (say("advice.peers.none_given"), say("advice.peers.no_percentile")))
    paragraphs = [say("advice.peers.from", title=found.title, study=found.study)]
    if found.synthetic:
        paragraphs.append(say("advice.peers.synthetic"))
    if found.trust is not Trust.SAME:
        paragraphs.append(say(f"advice.peers.{found.trust}"))
    if not found.matched and found.trust is not Trust.OTHER_COUNTRY:
        paragraphs.append(say("advice.peers.unmatched"))
    for key, classes in (("advice.peers.absent", found.absent), ("advice.peers.unknown", found.unknown)):
        if classes:
            names = language.listing([say(f"advice.by.{each}") for each in classes])
            paragraphs.append(say(key, classes=names))
    paragraphs.append(say("advice.peers.no_percentile"))
    rows = [
        (
            each.key,
            f"{say(f'advice.by.{each.by}')} ({_group(each)}){say('report.words.colon')}"
            + say(f"advice.measures.{each.measure}"),
            (_share(each, language), each.year),
        )
        for each in found.found
    ]
    return Section(
        "peers", title, tuple(paragraphs), tables.table("peers", "measure", ("value", "year"), rows)
    )


def _group(peer: Peer) -> str:
    """The class as its key says it: ``size_10_49`` is 10-49."""
    name = peer.group.removeprefix("nace_").removeprefix("size_").removeprefix("age_")
    return (
        name.replace("lt", "<").replace("ge", "≥").replace("_", "–") if peer.by in ("size", "age") else name
    )


def _share(peer: Peer, language: Language) -> str:
    if peer.hidden:
        return language.say("advice.peers.hidden")
    if peer.value is None:
        return language.say("advice.peers.undefined")
    return language.percent(peer.value, peer.decimals)


def _support(advice: Advice, language: Language, tables: _Tables) -> Section:
    say, found = language.say, advice.support
    paragraphs = []
    if not found.directory:
        paragraphs.append(say("advice.support.elsewhere"))
    elif not found.dated:
        paragraphs.append(say("advice.support.undated"))
    elif found.old:
        paragraphs.append(say("advice.support.old", agencies=language.listing(found.old)))
    rules = [
        (
            rule.key,
            f"{rule.number:02}",
            (
                say(f"advice.rules.{rule.key}.advice"),
                say(f"advice.rules.{rule.key}.caution"),
                language.listing([say(f"advice.kinds.{kind}") for kind in rule.kinds]),
                rule.source,
            ),
        )
        for rule in found.rules
    ]
    agencies = [
        (
            each.name,
            each.name,
            (
                language.listing([say(f"advice.kinds.{kind}") for kind in each.kinds]),
                each.site,
                language.day(each.as_of),
            ),
        )
        for each in found.agencies
    ]
    return Section(
        "support",
        say("advice.sections.support"),
        tuple(paragraphs),
        (
            *tables.table("rules", "number", ("advice", "caution", "kinds", "source"), rules),
            *tables.table("agencies", "agency", ("kinds", "site", "as_of"), agencies),
        ),
    )


def _plan(advice: Advice, language: Language, tables: _Tables) -> Section:
    say = language.say
    rows = [
        (
            step.key,
            say(f"advice.steps.{step.key}.name"),
            (
                say(f"advice.steps.{step.key}.about"),
                language.day(step.due) if step.due else language.number(step.months, 0),
            ),
        )
        for step in advice.plan
    ]
    when = "due" if advice.start is not None else "after"
    told = say("advice.plan.dated" if advice.start is not None else "advice.plan.undated")
    return Section(
        "plan", say("advice.sections.plan"), (told,), tables.table("plan", "step", ("what", when), rows)
    )


def _limits(advice: Advice, language: Language) -> Section:
    names = ("readiness", "entry", "support", "markets")
    return Section(
        "limits",
        language.say("advice.sections.limits"),
        tuple(language.say(f"advice.limits.{name}") for name in names),
    )


def _points(score: Score, language: Language, most: int | None = None) -> str:
    """Points, out of how many where that is asked."""
    points = _span(score.low, score.high, language, 0)
    return points if most is None else f"{points} / {language.number(most, 0)}"


def _scores(score: Range, language: Language) -> tuple[str, str]:
    return language.number(score.central, 0), _span(score.low, score.high, language, 0)


def _span(low: float, high: float, language: Language, decimals: int) -> str:
    first, last = language.number(low, decimals), language.number(high, decimals)
    return first if first == last else language.say("advice.interval", low=first, high=last)


def _months(months: int, language: Language) -> str:
    return f"{language.say('advice.columns.after')}{language.say('report.words.colon')}{language.number(months, 0)}"
