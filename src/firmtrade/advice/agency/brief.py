"""What the data of a country says to its agency: who does not trade, who has begun to, whom support reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from firmtrade.advice.agency.groups import OTHER, FirmGroup, FirmsAndUnits, Parted, guarded
from firmtrade.advice.answers import Firm
from firmtrade.advice.readiness import scheme
from firmtrade.advice.storage import OPEN, Kept
from firmtrade.study.model import Attribute

BY = ("size_class", "age_class", "region", "technology_class", "division")
"""Classifications by which firms are told apart, in print order."""
UNKNOWN = "unknown"
NO_TRADE, IMPORTS, EXPORTS = "no_trade", "imports_only", "exports"
STARTED, NOT_STARTED = "started", "not_started"
CLIENT, NO_CLIENT = "client", "no_client"
HELD = frozenset(Firm.model_fields) - {"public", "world_regions"}
"""Questions on the firm that a register with accounts and trade answers already."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Firms that an agency has supported, and where the list comes from (``file`` or the canonical ``support``)."""

    firms: Collection[str]
    source: str


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """How many questions on a firm the form asks, and how many a register answers already."""

    asked: int
    held: int


@dataclass(frozen=True, slots=True)
class Brief:
    """What is known of the firms of a study, in groups only.

    ``awareness`` parts all firms of the reference year into those without trade, importers only and exporters;
    ``starts`` parts the firms that did not export in the window's first year into those that export in the reference
    year and those that do not; ``coverage`` parts the firms without export into clients and others, None without a
    list; its groups are made of those of ``awareness``. ``totals`` are the parts of all firms, before any group was
    joined; None where they are too few. ``kept`` parts firms whose answers were kept before the reference year, and
    that did not export then, by the band of their readiness and whether they export now; None where no answers were
    given.
    """

    country: str
    first_year: int
    year: int
    units: int
    totals: FirmGroup | None
    awareness: tuple[Parted, ...]
    starts: tuple[Parted, ...]
    coverage: tuple[Parted, ...] | None
    clients: str | None
    kept: Parted | None
    form: KnownAnswers


def agency_brief(
    panel: pl.DataFrame,
    *,
    country: str,
    window: tuple[int, int],
    ages: Attribute | None,
    units: int,
    clients: Clients | None = None,
    stored: Collection[Kept] | None = None,
) -> Brief:
    """The brief of a panel.

    Parameters
    ----------
    panel
        One row per firm and year: ``firm_id``, ``unit``, ``year``, ``exporter``, ``importer``, and classes as far as
        the data has them.
    window
        The first year, from which starts are counted, and the reference year.
    ages
        How age is cut into classes; None where the study does not.
    units
        Units that every part of a group must have.
    clients
        The firms that the agency has supported.
    stored
        Answers that firms consented to be kept, whose references are identifiers of the register.
    """
    first, last = window
    if "in_population" in panel.columns:
        panel = panel.filter(pl.col("in_population"))
    if ages is not None and "founded" in panel.columns:
        panel = panel.with_columns(age_class=_age_class(last - pl.col("founded"), ages))
    trade = (
        pl.when(pl.col("exporter"))
        .then(pl.lit(EXPORTS))
        .when(pl.col("importer"))
        .then(pl.lit(IMPORTS))
        .otherwise(pl.lit(NO_TRADE))
    )
    now = panel.filter(pl.col("year") == last, pl.col("exporter").is_not_null()).with_columns(part=trade)
    exporting = now.select("firm_id", begun=pl.col("exporter"))
    before = panel.filter(pl.col("year") == first, ~pl.col("exporter")).join(exporting, on="firm_id")
    before = before.with_columns(
        part=pl.when(pl.col("begun")).then(pl.lit(STARTED)).otherwise(pl.lit(NOT_STARTED))
    )
    awareness, coverage = _parted(now, (NO_TRADE, IMPORTS, EXPORTS), units), None
    if clients is not None:
        listed = pl.col("firm_id").is_in(list(clients.firms))
        quiet = now.filter(~pl.col("exporter")).with_columns(
            part=pl.when(listed).then(pl.lit(CLIENT)).otherwise(pl.lit(NO_CLIENT))
        )
        coverage = _parted(quiet, (CLIENT, NO_CLIENT), units, within=awareness)
    totals = _group("total", now, (NO_TRADE, IMPORTS, EXPORTS))
    return Brief(
        country,
        first,
        last,
        units,
        None if totals.thin(units) else totals,
        awareness,
        _parted(before, (STARTED, NOT_STARTED), units),
        coverage,
        None if clients is None else clients.source,
        None if stored is None else _tried(now, stored, last, units),
        _known(),
    )


def _tried(now: pl.DataFrame, stored: Collection[Kept], year: int, units: int) -> Parted:
    """Firms by the band of their first kept answers, and whether they export since."""
    first: dict[str, Kept] = {}
    for each in sorted(stored, key=lambda each: (each.answered_on, each.reference)):
        if each.exports is False and each.answered_on.year < year:
            first.setdefault(each.reference, each)
    bands = pl.DataFrame(
        {"firm_id": list(first), "key": [each.band for each in first.values()]},
        schema={"firm_id": pl.String, "key": pl.String},
    )
    found = now.join(bands, on="firm_id").with_columns(
        part=pl.when(pl.col("exporter")).then(pl.lit(STARTED)).otherwise(pl.lit(NOT_STARTED))
    )
    counted = found.group_by("key", "part").agg(firms=pl.len(), units=pl.col("unit").n_unique())
    cells = {(key, part): FirmsAndUnits(n, m) for key, part, n, m in counted.iter_rows()}
    keys = [key for key in (*scheme().bands, OPEN) if any(known == key for known, _ in cells)]
    return guarded("band", [_of(key, cells, (STARTED, NOT_STARTED)) for key in keys], units)


def _parted(
    firms: pl.DataFrame, parts: Sequence[str], units: int, within: Iterable[Parted] | None = None
) -> tuple[Parted, ...]:
    """Firms by every classification.

    Groups are joined from those of ``within``, so that a difference between two tables tells of no smaller group.
    """
    named = {parted.by: {group.key for group in parted.groups} for parted in within or ()}
    found = []
    for by in BY:
        if by not in firms.columns or (within is not None and by not in named):
            continue
        key = pl.col(by).fill_null(UNKNOWN)
        if within is not None:
            key = pl.when(key.is_in(sorted(named[by]))).then(key).otherwise(pl.lit(OTHER))
        counted = firms.group_by(key.alias("key"), "part").agg(
            firms=pl.len(), units=pl.col("unit").n_unique()
        )
        cells = {(key, part): FirmsAndUnits(n, m) for key, part, n, m in counted.iter_rows()}
        keys = sorted({key for key, _ in cells}, key=lambda key: (key in (OTHER, UNKNOWN), key))
        if keys == [UNKNOWN]:
            continue
        parted = guarded(by, [_of(key, cells, parts) for key in keys], units)
        if parted.groups:
            found.append(parted)
    return tuple(found)


def _of(key: str, cells: Mapping[tuple[str, str], FirmsAndUnits], parts: Sequence[str]) -> FirmGroup:
    return FirmGroup(key, {part: cells.get((key, part), FirmsAndUnits(0, 0)) for part in parts})


def _group(key: str, firms: pl.DataFrame, parts: Sequence[str]) -> FirmGroup:
    counted = firms.group_by("part").agg(firms=pl.len(), units=pl.col("unit").n_unique())
    return _of(key, {(key, part): FirmsAndUnits(n, m) for part, n, m in counted.iter_rows()}, parts)


def _age_class(age: pl.Expr, ages: Attribute) -> pl.Expr:
    found = pl.lit(None, dtype=pl.String)
    for band in ages.classes:
        inside = age >= (band.from_ if band.from_ is not None else 0)
        if band.below is not None:
            inside &= age < band.below
        found = pl.when(inside).then(pl.lit(band.key)).otherwise(found)
    return found


def _known() -> KnownAnswers:
    return KnownAnswers(len(Firm.model_fields), len(HELD))
