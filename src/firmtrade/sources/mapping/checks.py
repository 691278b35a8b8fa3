"""What a mapping must keep beyond types: names that exist, rules that fit the kind of their column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from firmtrade.errors import suggest
from firmtrade.sources.canonical import TABLES, CanonicalTable
from firmtrade.sources.mapping.dates import ADVICE, Pattern, date_form
from firmtrade.sources.mapping.model import Addition, Feed, Join, Mapping
from firmtrade.sources.mapping.raw_file import RawFile
from firmtrade.sources.mapping.rule import ColumnRule
from firmtrade.sources.stamp import Stamp
from firmtrade.study.locate import Key

Problem = tuple[Key, str, str]
"""Where (keys into the document), what, and what to do."""

NUMBERS = ("money", "quantity")
DATES = ("date", "year", "integer")
OWN = ("firms", "accounts")
"""Tables that may have columns of one's own."""
OWN_NAME = re.compile("[a-z][a-z0-9_]*")


def problems(mapping: Mapping) -> Iterator[Problem]:
    """Every contradiction of a mapping with itself and with the canonical tables."""
    yield from _stamp(mapping)
    for name, raw in mapping.files.items():
        yield from _signs(raw, ("files", name))
    if not mapping.feeds:
        yield (), "the mapping fills no table", f"Add one of the tables: {', '.join(TABLES)}."
    for name, feeds in mapping.feeds.items():
        table = TABLES[name]
        for index, feed in enumerate(feeds):
            here: Key = (name, index)
            yield from _source(mapping, feed, here)
            yield from _preferences(feed, here)
            yield from _columns(mapping, table, feed, here)
            given = set(feed.rules)
            for number, join in enumerate(feed.join):
                there = (*here, "join", number)
                yield from _source(mapping, join, there)
                yield from _preferences(join, there)
                yield from _columns(mapping, table, join, there)
                yield from _joined(table, feed, join, given, there)
                given |= set(join.rules)
            yield from _complete(table, feed, here)
        yield from _same_key(table, feeds)


def _stamp(mapping: Mapping) -> Iterator[Problem]:
    for key, what, advice in Stamp(**mapping.stamp.model_dump()).problems():
        yield ("stamp", key), what, advice


def _signs(raw: RawFile, here: Key) -> Iterator[Problem]:
    if len(raw.separator) != 1:
        fix = 'Give the one sign between two fields, such as ";" or "\\t" (a tab).'
        yield (*here, "separator"), f"`separator` has {len(raw.separator)} signs", fix
    if len(raw.quote) > 1:
        fix = 'Give the one sign around texts, or "" where nothing is quoted.'
        yield (*here, "quote"), f"`quote` has {len(raw.quote)} signs", fix


def key_of(table: CanonicalTable, columns: Iterable[str]) -> tuple[str, ...]:
    """The key columns that are mapped: a register without years has one row per firm."""
    mapped = set(columns)
    return tuple(name for name in table.grain if name in mapped)


def _source(mapping: Mapping, declared: Join, here: Key) -> Iterator[Problem]:
    if declared.file not in mapping.files:
        what = f"there is no raw file `{declared.file}` in `[files]`"
        yield (*here, "file"), what, suggest(declared.file, mapping.files)
    if declared.lookup is not None and declared.lookup.file not in mapping.files:
        what = f"there is no raw file `{declared.lookup.file}` in `[files]`"
        yield (*here, "lookup", "file"), what, suggest(declared.lookup.file, mapping.files)
    if declared.pivot is not None and declared.melt is not None:
        yield (*here, "melt"), "a raw file is either melted or pivoted", "Remove `melt` or `pivot`."
    if declared.melt is not None and sorted(re.findall(r"{(\w*)}", declared.melt)) != ["column", "year"]:
        what = "`melt` says how a column's name is made of a name and a year"
        yield (*here, "melt"), what, "Write it like `{column}_{year}`."


def _preferences(declared: Join, here: Key) -> Iterator[Problem]:
    for number, preference in enumerate(declared.prefer):
        if preference.date is not None and date_form(preference.date) is None:
            yield (*here, "prefer", number, "date"), f"`{preference.date}` is not a pattern of a date", ADVICE


def _columns(mapping: Mapping, table: CanonicalTable, declared: Join, here: Key) -> Iterator[Problem]:
    known = {column.name: column.kind for column in table.columns}
    for name, own in declared.extra.items():
        where: Key = (*here, "extra", name)
        if table.name not in OWN:
            yield (
                where,
                f"the table `{table.name}` has no columns of your own",
                f"Only {' and '.join(OWN)} have them.",
            )
        elif name in known:
            yield where, f"`{name}` is a column of the table `{table.name}`", "Map it in `columns`."
        elif not OWN_NAME.fullmatch(name):
            yield where, f"`{name}` is no name of a column", "Make it of small letters, digits and `_`."
        for key, what, fix in _rule(mapping, name, own.kind, own):
            yield (*where, key), what, fix
    for name, alternatives in declared.columns.items():
        if name not in known:
            what = f"the table `{table.name}` has no column `{name}`"
            beside = " A column of your own stands in `extra`." if table.name in OWN else ""
            yield (*here, "columns", name), what, suggest(name, known) + beside
            continue
        for index, rule in enumerate(alternatives):
            there = (*here, "columns", name, index)
            for key, what, fix in _rule(mapping, name, known[name], rule):
                yield (*there, key), what, fix


def _rule(mapping: Mapping, column: str, kind: str, rule: ColumnRule) -> Iterator[tuple[str, str, str]]:
    if kind not in NUMBERS:
        for key in ("sum", "unit"):
            if key in rule.model_fields_set and getattr(rule, key) != "one":
                yield key, f"`{column}` is no amount: it is a {kind}", f"Remove `{key}`."
    if rule.currency is not None and kind != "money":
        yield "currency", f"`{column}` is no amount of money: it is a {kind}", "Remove `currency`."
    if kind not in DATES:
        for key in ("date", "part", "century"):
            if key in rule.model_fields_set:
                yield key, f"`{column}` is no date: it is a {kind}", f"Remove `{key}`."
    if rule.months is not None and kind != "integer":
        yield "months", f"`{column}` is not a number of months: it is a {kind}", "Map `book_months` so."
    if kind == "integer" and rule.date is not None and rule.part is None and rule.months is None:
        yield "date", f"it is not said which part of the date is the {column}", 'Add `part = "month"`.'
    if kind == "date" and rule.part is not None:
        yield "part", f"`{column}` is a whole date", "Remove `part`."
    if rule.date is not None:
        yield from _date(column, kind, rule, rule.date)
    if rule.currency is not None and rule.currency not in mapping.currencies:
        what = f"there is no rate of the currency `{rule.currency}`"
        yield "currency", what, f"Add `[currencies.{rule.currency}]` with a rate and its source."


def _date(column: str, kind: str, rule: ColumnRule, written: str) -> Iterator[tuple[str, str, str]]:
    form = date_form(written)
    if form is None:
        yield "date", f"`{written}` is not a pattern of a date", ADVICE
    elif isinstance(form, Pattern):
        part = {"month": "mm"}.get(rule.part or "")
        if part and part not in form.parts:
            yield "date", f"`{written}` has no {rule.part}", f"Add `{part}` to the pattern."
        if "yy" in form.parts and not part and (kind != "year" or rule.century is None):
            fix = "Read the year alone with a `century`, or write the file with years of four digits."
            yield "date", f"years of two digits do not tell the century of `{column}`", fix


def _joined(
    table: CanonicalTable, feed: Feed, join: Addition, given: set[str], here: Key
) -> Iterator[Problem]:
    key = key_of(table, join.columns)
    if not key or not set(key) <= set(feed.columns):
        what = "a joined file needs the key of its rows"
        yield (*here, "columns"), what, f"Map {' and '.join(f'`{name}`' for name in table.grain[:1])} in it."
    twice = sorted((set(join.rules) & given) - set(key))
    if twice and not join.fill:
        what = f"`{twice[0]}` comes from two files"
        fix = "Map it once; a list of rules gives alternatives. `fill = true` fills it where the first file lacks it."
        yield (*here, "columns", twice[0]), what, fix


def _complete(table: CanonicalTable, feed: Feed, here: Key) -> Iterator[Problem]:
    mapped = set(feed.columns).union(*(join.columns for join in feed.join))
    for name in table.required:
        if name not in mapped:
            what = f"the table `{table.name}` needs the column `{name}`"
            yield (*here, "columns"), what, f"Add `{name} = ...`: {table.column(name).meaning}."


def _same_key(table: CanonicalTable, feeds: tuple[Feed, ...]) -> Iterator[Problem]:
    keys = {key_of(table, feed.columns) for feed in feeds}
    if len(keys) > 1:
        what = f"the files of the table `{table.name}` have different keys"
        yield (
            (table.name,),
            what,
            "Map the same of " + ", ".join(f"`{name}`" for name in table.grain) + " in each.",
        )
