"""The shortlist of markets, its reasons, and where the facts come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.advice.markets import Market, Markets
from firmtrade.advice.markets.facts import terms
from firmtrade.advice.markets.shortlist import COMPARED
from firmtrade.messages import Language
from firmtrade.report.advice.tables import WordTables, span
from firmtrade.report.model import Section, Table

SHOWN = 8
"""Markets of the shortlist, beside those that the firm sells to or asked about; the data holds all that pass."""


def markets(found: Markets, language: Language, tables: WordTables) -> Section:
    """The section of the markets."""
    say = language.say
    shown = [
        each
        for at, each in enumerate(found.passing)
        if at < SHOWN or each.kept or each.country in found.named
    ]
    items = (
        *_shortlist(found, shown, language, tables),
        *tables.table(
            "asked",
            "market",
            ("why", "traits"),
            [
                (
                    each.country,
                    language.country(each.country),
                    (_why_not(each, language), _traits(each, language)),
                )
                for each in found.asked
            ],
        ),
        *tables.table(
            "vetoed",
            "market",
            ("why",),
            [
                (each.country, language.country(each.country), (say(f"advice.markets.veto.{each.veto}"),))
                for each in found.vetoed
            ],
        ),
        *tables.table(
            "facts",
            "fact",
            ("source", "licence", "year"),
            [
                (
                    each.key,
                    say(f"advice.facts.{each.key}"),
                    (each.source, each.licence, str(each.year) if each.year else say("advice.undated")),
                )
                for each in found.facts
            ],
        ),
    )
    return Section("markets", say("advice.sections.markets"), tuple(_paragraphs(found, language)), items)


def _paragraphs(found: Markets, language: Language) -> Iterator[str]:
    say, by = language.say, terms()
    yield say("advice.markets.how", doubt=language.number(by.attraction.doubt, 0))
    if found.new:
        yield say("advice.markets.first", countries=country_names(found.new[:COMPARED], language))
    else:
        yield say("advice.markets.none")
    if found.kept:
        yield say("advice.markets.keep", countries=country_names(found.kept, language))
    yield say(
        "advice.markets.stopped",
        passing=language.number(len(found.passing), 0),
        **{name: language.number(found.failed.get(name, 0), 0) for name in ("risk", "demand", "access")},
    )
    for note in found.notes:
        yield say(f"advice.markets.notes.{note}")
    if found.years is not None:
        first_year, last_year = found.years
        years = str(first_year) if first_year == last_year else f"{first_year}–{last_year}"
        yield say("advice.markets.years", years=years)
    yield say("advice.markets.old" if found.old else "advice.markets.as_of", day=language.day(found.as_of))


def country_names(countries: Sequence[str], language: Language) -> str:
    """The names of countries, as a list; empty without any."""
    return language.listing([language.country(country) for country in countries])


def _shortlist(
    found: Markets, shown: Sequence[Market], language: Language, tables: WordTables
) -> tuple[Table, ...]:
    potential = any(each.potential is not None for each in shown)
    columns = ("attraction", "places_among", "traits", "position", "unchecked")
    rows = [
        (
            each.country,
            language.country(each.country),
            (
                language.number(each.attraction or 0, 0),
                span(*(each.places or (1, 1)), language, 0),
                _traits(each, language),
                language.say(f"advice.markets.reasons.{each.verdicts[-1].reason}"),
                _names(each.unchecked, language),
                *(_potential(each, language) if potential else ()),
            ),
        )
        for each in shown
    ]
    return tables.table(
        "markets",
        "market",
        (*columns, "potential", "unrealised") if potential else columns,
        rows,
        (language.say("advice.markets.potential"),) if potential else (),
        f"{terms().source}; {terms().attraction.source}",
    )


def _potential(market: Market, language: Language) -> tuple[str, str]:
    if market.potential is None:
        unknown = language.say("advice.answers.unknown")
        return unknown, unknown
    return language.number(market.potential.potential, 0), language.number(market.potential.unrealised, 0)


def _traits(market: Market, language: Language) -> str:
    say, has = language.say, market.traits
    parts = [say("advice.markets.km", km=language.number(has.km, 0))]
    if has.neighbour:
        parts.append(say("advice.markets.neighbour"))
    if has.eased is not None:
        parts.append(say(f"advice.markets.eased.{has.eased.kind}", year=str(has.eased.since)))
    if has.shared:
        parts.append(say("advice.markets.shared", languages=_tongues(has.shared, language)))
    if has.perhaps:
        parts.append(say("advice.markets.perhaps", languages=_tongues(has.perhaps, language)))
    if has.same_currency:
        parts.append(say("advice.markets.same_currency"))
    return language.listing(parts, "semicolon")


def _tongues(codes: Sequence[str], language: Language) -> str:
    return language.listing([language.tongue(code) for code in codes])


def _names(names: Sequence[str], language: Language) -> str:
    if not names:
        return language.say("advice.answers.none")
    return language.listing([language.say(f"advice.markets.filters.{name}") for name in names])


def _why_not(market: Market, language: Language) -> str:
    if market.veto is not None:
        return language.say(f"advice.markets.veto.{market.veto}")
    reasons = [language.say(f"advice.markets.reasons.{each.reason}") for each in market.failed]
    return language.listing(reasons, "semicolon")
