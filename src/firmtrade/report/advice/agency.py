"""The brief of an agency as a document: awareness, starts, coverage, and a page for each recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from firmtrade.advice.agency import Brief, FirmGroup, Parted
from firmtrade.advice.agency.brief import BY, CLIENT, EXPORTS, IMPORTS, NO_TRADE, STARTED, UNKNOWN
from firmtrade.advice.agency.groups import OTHER
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.messages import Language, language_of
from firmtrade.messages.slots import NOTHING
from firmtrade.outputs import Estimate
from firmtrade.outputs.room import Room
from firmtrade.report import html
from firmtrade.report.advice.classes import class_label, in_order
from firmtrade.report.advice.recommendations import recommendations
from firmtrade.report.advice.tables import WordTables, span
from firmtrade.report.model import Document, Provenance, Section
from firmtrade.report.paper import paper
from firmtrade.report.provenance import banner
from firmtrade.report.tidy import dump
from firmtrade.study import Study
from firmtrade.version import __version__

KIND = "advice for an agency"
TARGETING = "targeting"
"""The block of the evidence that forecasts first exports."""


def agency_files(
    brief: Brief, study: Study, rooms: Sequence[Room], lang: str, *, synthetic: bool, fingerprint: str
) -> dict[str, bytes]:
    """Every file of the brief, by path: page, PDF and a list of both. No machine-readable numbers: it stays inside."""
    document = agency_document(brief, study, rooms, lang, synthetic=synthetic, fingerprint=fingerprint)
    files = {
        "index.html": html.index(document, {}, (("PDF", "report.pdf"),)),
        **html.assets(),
        "report.pdf": paper(document, {}),
    }
    return {**files, "manifest.json": dump({"kind": KIND, "program": __version__, "files": sorted(files)})}


def agency_document(
    brief: Brief, study: Study, rooms: Sequence[Room], lang: str, *, synthetic: bool, fingerprint: str
) -> Document:
    """The brief in a language; every page says that it is not for release."""
    language = language_of(lang)
    tables = WordTables(language)
    sections = (
        _awareness(brief, study, language, tables),
        _starts(brief, study, rooms, language, tables),
        _coverage(brief, study, language, tables),
        *_stored(brief, language, tables),
        *recommendations(brief, study, rooms, language),
        Section(
            "limits",
            language.say("advice.sections.limits"),
            tuple(language.say(f"advice.agency.limits.{name}") for name in ("starts", "coverage", "pages")),
        ),
    )
    return Document(
        language.say("advice.agency.title"),
        study.head.title.say(lang),
        lang,
        Provenance(
            study=study.name,
            data="synthetic" if synthetic else "real",
            data_fingerprint=fingerprint,
            program_version=__version__,
        ),
        sections,
        banner=" · ".join(
            filter(
                None,
                (
                    banner(language, unreleased=True, synthetic=False),
                    banner(language, unreleased=False, synthetic=synthetic),
                ),
            )
        ),
    )


def _awareness(brief: Brief, study: Study, language: Language, tables: WordTables) -> Section:
    say = language.say
    paragraphs = [
        say("advice.agency.how", units=language.number(brief.units, 0)),
        _total(brief, language),
    ]
    columns = ("firms", "no_trade", "imports_only", "exporters")
    rows = [
        (
            f"{parted.by}/{group.key}",
            class_label(parted.by, group.key, study, language),
            (
                language.number(group.firms, 0),
                *(language.percent(group.share(part), 1) for part in (NO_TRADE, IMPORTS, EXPORTS)),
            ),
        )
        for parted in brief.awareness
        for group in in_order(parted, study)
    ]
    return Section(
        "awareness",
        say("advice.sections.awareness"),
        tuple(paragraphs),
        tables.table("awareness", "class", columns, rows, groups=_headings(brief.awareness, language)),
    )


def _total(brief: Brief, language: Language) -> str:
    if brief.totals is None:
        return language.say("advice.agency.few")
    quiet = brief.totals.parts[NO_TRADE].firms
    return language.say(
        "advice.agency.total",
        year=str(brief.year),
        quiet=language.number(quiet, 0),
        firms=language.number(brief.totals.firms, 0),
        share=language.percent(brief.totals.share(NO_TRADE), 1),
    )


def _starts(
    brief: Brief, study: Study, rooms: Sequence[Room], language: Language, tables: WordTables
) -> Section:
    say = language.say
    rows = []
    for parted in brief.starts:
        for group in sorted(parted.groups, key=lambda each: (-each.share(STARTED), each.key)):
            interval = span(*_bounds(group, STARTED), language, 1)
            label = class_label(parted.by, group.key, study, language)
            share = language.percent(group.share(STARTED), 1)
            rows.append(
                (f"{parted.by}/{group.key}", label, (language.number(group.firms, 0), share, interval))
            )
    forecast = list(_forecast(rooms, study, language, brief.units))
    return Section(
        "starts",
        say("advice.sections.starts"),
        (
            say("advice.agency.starts", first=str(brief.first_year), last=str(brief.year)),
            say("advice.agency.forecast" if forecast else "advice.agency.no_forecast"),
        ),
        (
            *tables.table(
                "starts", "class", ("firms", "started", "interval"), rows,
                groups=_headings(brief.starts, language),
            ),
            *tables.table(
                "forecast", "class", ("predicted", "observed", "interval"),
                [(key, label, texts) for key, label, _, texts in forecast],
                groups={key: heading for key, _, heading, _ in forecast},
            ),
        ),
    )  # fmt: skip


def _forecast(
    rooms: Iterable[Room], study: Study, language: Language, units: int
) -> Iterator[tuple[str, str, str, tuple[str, str, str]]]:
    """What the entry model of evidence rooms says of groups: key, label, heading, and forecast, observed and interval.

    A share that is observed among too few firms, or of which too few began or did not, is hidden.
    """
    found: dict[tuple[str, str], dict[str, Estimate]] = {}
    for room in rooms:
        for each in room.statements.estimates:
            by = each.specification.removeprefix("groups/")
            if each.block == TARGETING and by != each.specification and (each.n_firms or 0) >= units:
                found.setdefault((by, each.term), {})[each.outcome] = each
    order = [*BY, "band"]
    for (by, term), forecast in sorted(
        found.items(),
        key=lambda item: (order.index(item[0][0]), -_number(item[1].get("predicted")), item[0][1]),
    ):
        predicted, observed = forecast.get("predicted"), forecast.get("observed")
        shown = observed is not None and not _few(observed, units)
        yield (
            f"{by}/{term}",
            language.say(f"advice.agency.bands.{term.replace(' ', '_')}")
            if by == "band"
            else class_label(by, term.removeprefix("division "), study, language),
            language.say(f"advice.agency.by.{by}"),
            (
                language.percent(_number(predicted), 1) if predicted is not None else NOTHING,
                language.percent(_number(observed), 1) if shown else NOTHING,
                _interval(observed, language) if shown else NOTHING,
            ),
        )


def _number(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None or estimate.estimate is None else estimate.estimate


def _few(observed: Estimate, units: int) -> bool:
    """Whether fewer than ``units`` began, or did not."""
    firms = observed.n_obs or 0
    began = _number(observed) / 100 * firms
    return min(began, firms - began) < units - 0.5


def _interval(estimate: Estimate | None, language: Language) -> str:
    if estimate is None or estimate.conf_low is None or estimate.conf_high is None:
        return NOTHING
    return span(estimate.conf_low, estimate.conf_high, language, 1)


def _coverage(brief: Brief, study: Study, language: Language, tables: WordTables) -> Section:
    say = language.say
    title = say("advice.sections.coverage")
    if brief.coverage is None:
        return Section("coverage", title, (say("advice.agency.no_clients"),))
    if not brief.coverage:
        return Section("coverage", title, (say("advice.agency.few_clients"),))
    rows = [
        (
            f"{parted.by}/{group.key}",
            class_label(parted.by, group.key, study, language),
            (
                language.number(group.firms, 0),
                language.number(group.parts[CLIENT].firms, 0),
                language.percent(group.share(CLIENT), 1),
            ),
        )
        for parted in brief.coverage
        for group in in_order(parted, study)
    ]
    missed = _missed(brief, study, language)
    return Section(
        "coverage",
        title,
        (
            say("advice.agency.coverage", source=brief.clients or ""),
            say("advice.agency.missed", classes=language.listing(missed, "semicolon"))
            if missed
            else say("advice.agency.none_missed"),
        ),
        tables.table(
            "coverage", "class", ("without_export", "clients", "reached"), rows,
            groups=_headings(brief.coverage, language),
        ),
    )  # fmt: skip


def _stored(brief: Brief, language: Language, tables: WordTables) -> Iterator[Section]:
    """Whether firms of a higher band began more often; no section where no answers were kept."""
    if brief.kept is None:
        return
    say = language.say
    rows = []
    for group in brief.kept.groups:
        named = "advice.agency.other_classes" if group.key == OTHER else f"advice.bands.{group.key}"
        interval = span(*_bounds(group, STARTED), language, 1)
        share = language.percent(group.share(STARTED), 1)
        rows.append((group.key, say(named), (language.number(group.firms, 0), share, interval)))
    yield Section(
        "kept",
        say("advice.sections.kept"),
        (say("advice.agency.kept", year=str(brief.year)) if rows else say("advice.agency.few_kept"),),
        tables.table("kept", "band", ("firms", "started", "interval"), rows),
    )


def _missed(brief: Brief, study: Study, language: Language) -> list[str]:
    """Named classes that start more often than all firms together, and that the list reaches less often: both beyond
    the 95 % interval of their share."""
    found = []
    reached = {parted.by: parted for parted in brief.coverage or ()}
    for parted in brief.starts:
        clients = reached.get(parted.by)
        if clients is None:
            continue
        mean_start, mean_client = _mean(parted, STARTED), _mean(clients, CLIENT)
        few = {group.key for group in clients.groups if _bounds(group, CLIENT)[1] < mean_client}
        found += [
            class_label(parted.by, group.key, study, language)
            for group in parted.groups
            if group.key in few - {OTHER, UNKNOWN} and _bounds(group, STARTED)[0] > mean_start
        ]
    return found


def _bounds(group: FirmGroup, part: str) -> tuple[float, float]:
    """The 95 % interval of the share of a part, percent."""
    effect = in_percent(share_effect(group.share(part) / 100, group.firms))
    return effect.conf_low, effect.conf_high


def _mean(parted: Parted, part: str) -> float:
    """The share of a part in all groups together, percent."""
    groups: Sequence[FirmGroup] = parted.groups
    return 100 * sum(group.parts[part].firms for group in groups) / sum(group.firms for group in groups)


def _headings(every: Iterable[Parted], language: Language) -> dict[str, str]:
    return {
        f"{parted.by}/{group.key}": language.say(f"advice.agency.by.{parted.by}")
        for parted in every
        for group in parted.groups
    }
