"""What of the data a study cannot use: refused where nothing would be left or numbers be wrong, noted otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from firmtrade.engines.protocol import Engine
from firmtrade.errors import DataError, Place
from firmtrade.messages import (
    DEFAULT_LANGUAGE,
    Code,
    Count,
    Firms,
    Listing,
    Message,
    Percent,
    Slot,
    Year,
    Years,
    language_of,
    message,
)
from firmtrade.observatory.flows import KIND
from firmtrade.query.dimensions import UNKNOWN, population_columns
from firmtrade.query.measures import WEIGHT
from firmtrade.sources.activity import is_read
from firmtrade.sources.fit import firms_by_revision, mismatches, revisions
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.storage import footer_of
from firmtrade.study import Study

SMALLEST = 0.001
"""A share below it is said to be below it."""


def check_stamp(folder: CanonicalFolder, study: Study) -> None:
    """Refuse amounts in another currency, and firms of another country, than the study's."""
    for wrong in mismatches(folder.stamp, study):
        raise DataError(
            f"the stamp says `{wrong.of_data}`, and the study `{wrong.of_study}`",
            where=Place(file=str(folder.path), key=wrong.key),
            fix=str(wrong.fix),
        )


def other_revisions(
    engine: Engine, folder: CanonicalFolder, firms: ir.Table, accounts: ir.Table, study: Study
) -> Iterator[Message]:
    """A note on firms whose activity codes are of another revision than the study's; refused where all are."""
    counted = firms_by_revision(firms, accounts, study)
    if counted is None or not _any_other(engine, firms, study):
        return
    found = revisions(engine.collect(counted).iter_rows(), study)
    scheme, year = study.head.activity, study.reference_year
    if found.other and not found.read:
        raise DataError(
            f"no firm with accounts of {year} has an activity code of `{scheme}`, the study's revision: "
            f"all are of {language_of(DEFAULT_LANGUAGE).render(found.listed)}",
            where=Place(file=str(folder.path), column="firms.nace_revision"),
            fix=str(found.fix(study)),
        )
    if found.other:
        yield message(
            "notes.revisions",
            revisions=found.listed,
            scheme=Code(scheme),
            count=Firms(found.other),
            all=Firms(found.read + found.other),
            year=Year(year),
        )


def _any_other(engine: Engine, firms: ir.Table, study: Study) -> bool:
    """Whether the register holds another revision at all: to ask that is much cheaper than to count."""
    other = ~is_read(firms.nace_revision, study.head.activity)
    return bool(engine.collect(firms.agg(other=other.any()))["other"][0])


def late_register(engine: Engine, firms: ir.Table, study: Study) -> Iterator[Message]:
    """A note on years of the study before the first state of a yearly register."""
    if "year" not in firms.columns:
        return
    first = engine.collect(firms.agg(first=firms.year.min()))["first"][0]
    early = {year for year in study.years if first is not None and year < first}
    if early:
        yield message("notes.late_register", year=Year(first), years=Years(tuple(sorted(early))))


def missing_values(folder: CanonicalFolder) -> Iterator[Message]:
    """A note on declarations without a value, as the footers of the files count them, or that none has any."""
    table = folder.tables["trade"]
    if "value" not in table.columns:
        yield message("notes.no_values")
        return
    rows = missing = 0
    for file in table.files:
        footer = footer_of(file)
        rows += footer.num_rows
        if "value" not in footer.schema.names:
            missing += footer.num_rows
            continue
        place = footer.schema.names.index("value")
        for group in range(footer.num_row_groups):
            about = footer.row_group(group).column(place).statistics
            missing += about.null_count if about is not None and about.has_null_count else 0
    if missing:
        yield message("notes.without_value", count=Count(missing), all=Count(rows))


def flows_of_no_kind(engine: Engine, folder: CanonicalFolder, sums: ir.Table) -> Iterator[Message]:
    """A note on declarations that are neither imports nor exports, from the sums; refused where all are."""
    named = sums.mutate(neither=sums[KIND].isnull())
    about = engine.collect(
        named.agg(
            of_kind=(~named.neither).sum(),
            neither=named.neither.sum(),
            value=named.value.abs().sum(),
            value_of_neither=named.value.abs().sum(where=named.neither),
        )
    ).row(0, named=True)
    if not about["neither"]:
        return
    if not about["of_kind"]:
        raise DataError(
            "no declaration of the study's years has the flow `import` or `export`",
            where=Place(file=str(folder.path), column="trade.flow"),
            fix="Write the flows so, in small letters; `codes` of a mapping translate other words.",
        )
    firms = engine.collect(named.filter(named.neither).agg(firms=lambda t: t.firm_id.nunique()))["firms"][0]
    share = float(about["value_of_neither"] or 0) / float(about["value"]) if about["value"] else 0.0
    yield message("notes.flows", share=_share(share), count=Firms(firms))


def unlinked(engine: Engine, firms: ir.Table, sums: ir.Table) -> Iterator[Message]:
    """A note on the firms with declarations in the study's years that the register does not have."""
    register = firms.select("firm_id").distinct()
    whole, missing = (
        engine.collect(rows.agg(firms=rows.firm_id.nunique(), value=rows.value.abs().sum().fill_null(0))).row(
            0, named=True
        )
        for rows in (sums, sums.anti_join(register, "firm_id"))
    )
    if missing["firms"]:
        share = float(missing["value"]) / float(whole["value"]) if whole["value"] else 0.0
        yield message(
            "notes.unlinked", count=Firms(missing["firms"]), all=Firms(whole["firms"]), share=_share(share)
        )


def empty_populations(engine: Engine, panel: ir.Table, study: Study) -> Iterator[Message]:
    """A note on each population without a firm in a year of the study."""
    columns = population_columns(study)
    found = engine.collect(panel.group_by("year").agg(**{one: panel[one].sum() for one in columns.values()}))
    for name, column in columns.items():
        present = set(found.filter(found[column] > 0)["year"])
        if absent := set(study.years) - present:
            yield message("notes.empty_population", population=Code(name), years=Years(tuple(sorted(absent))))


def without_weight(engine: Engine, panel: ir.Table, study: Study) -> Iterator[Message]:
    """How many firms of each population have no weight, in a study of a sample."""
    if WEIGHT not in panel.columns:
        return
    inside = panel.filter(panel.year == study.reference_year)
    for name, column in population_columns(study).items():
        counted = inside.aggregate(
            all=inside[column].sum(), count=(inside[column] & inside[WEIGHT].isnull()).sum()
        )
        row = engine.collect(counted).row(0, named=True)
        if row["count"]:
            yield message(
                "notes.no_weight",
                population=Code(name),
                year=Year(study.reference_year),
                count=Firms(row["count"]),
                all=Firms(row["all"]),
            )


def unmet_classes(engine: Engine, panel: ir.Table, study: Study) -> Iterator[Message]:
    """A note on classes of codes that no firm of a population has, and on attributes that most firms lack.

    Judged in the reference year. A code that is written differently in study and register shows itself so.
    """
    inside = population_columns(study).values()
    firms = panel.filter(panel.year == study.reference_year, ibis.or_(*(panel[name] for name in inside)))
    for name, attribute in study.attributes.items():
        counted = engine.collect(firms.group_by(name).agg(firms=firms.count()))
        found: dict[str, int] = dict(counted.iter_rows())
        everyone = sum(found.values())
        of_codes = attribute.of == "seat" or (attribute.column is not None and not attribute.in_bands)
        if of_codes and everyone:
            unmet = tuple(Code(key) for key in attribute.keys if not found.get(key))
            if unmet:
                yield message("notes.unmet_classes", attribute=Code(name), classes=Listing(unmet))
        if 2 * found.get(UNKNOWN, 0) > everyone:
            yield message(
                "notes.mostly_unknown",
                attribute=Code(name),
                count=Firms(found[UNKNOWN]),
                all=Firms(everyone),
                year=Year(study.reference_year),
            )


def joined_firms(engine: Engine, accounts: ir.Table) -> Iterator[Message]:
    """Notes on firms joined over their numbers, on accounts that two numbers of a firm gave, and on reorganizations."""
    numbers, changes = engine.table("last_numbers"), engine.table("reorganizations")
    joined = engine.collect(numbers.agg(firms=numbers["last"].nunique(), numbers=numbers.count())).row(0)
    if joined[0]:
        moved = accounts.left_join(numbers, "firm_id")
        moved = moved.select("year", firm_id=ibis.coalesce(moved["last"], moved.firm_id))
        repeated = moved.group_by("firm_id", "year").agg(times=moved.count())
        twice = engine.collect(repeated.filter(repeated.times > 1).agg(rows=lambda t: t.count()))["rows"][0]
        yield message("notes.joined", firms=Firms(joined[0]), numbers=Count(joined[1]))
        if twice:
            yield message("notes.joined_accounts", count=Count(twice))
    firms = engine.collect(changes.agg(firms=changes.firm_id.nunique()))["firms"][0]
    if firms:
        yield message("notes.reorganized", count=Firms(firms))


def _share(share: float) -> Slot:
    """A share as a reader wants it: a small one does not become 0."""
    if 0 < share < SMALLEST:
        return message("names.below", percent=Percent(100 * SMALLEST, 1))
    return Percent(100 * share, 1 if share else 0)
