"""The one registry of what can be asked of a firm: every dimension and measure, its unit, grain, source and needs.

The program's own stand in ``fields.toml``; those about other years, and those that say whether a number is known,
follow from them; a study adds its attributes. Whoever needs to know what a column means, which columns of the data
it takes, or whether its name is free, asks here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from firmtrade.query.dimensions import Moment, known, moments
from firmtrade.query.measures import WEIGHT, weighted
from firmtrade.query.universes import FLOWS
from firmtrade.study import DETAILS, Attribute, Study

Kind = Literal["flag", "class", "number"]
Grain = Literal[
    "firm", "firm-year", "firm-year-partner", "firm-year-region", "firm-year-product", "partner-year", "product-year",
]  # fmt: skip
Columns = tuple[str, ...]
"""Columns of the canonical tables: ``trade.partner``."""

_ZONES = {"intra": "inside", "extra": "outside", "unknown": "neither known to be inside nor outside"}
_MOMENTS = {
    "export": "exporter",
    "import": "importer",
    "present": "the firm has accounts or trade",
    "reorganized": "the firm takes part in a merger or split (in the year of the change or the next)",
}
EMPLOYMENT, VALUE_ADDED = (
    "employment",
    "accounts.value_added of twelve months, where accounts.{employment} is above 0",
)
_PLURALS = {"partner": "partners", "product": "products"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A dimension or a measure.

    ``needs`` are groups of columns of each of which one must be there. ``reads`` are the columns that the answer may
    rest on beside those of declarations; of ``reads_first_of`` it is the first that is there. ``flow`` is the flow that
    a dimension is about; a measure is about that of its universe. ``zones`` are those whose declarations must be
    covered: in the year looked at, in the first year of the window (``in_first_year``), or at the distances
    ``offsets``, in waves. ``rests_on`` are dimensions that it is made of.
    """

    name: str
    kind: Kind
    unit: str
    grain: Grain
    meaning: str
    """With the study's words in braces: see :func:`meaning`."""
    source: str
    definition: str = ""
    """What a measure is of a firm, where its numbers are distributed; its meaning where nothing else is given."""
    needs: tuple[Columns, ...] = ()
    reads: Columns = ()
    reads_first_of: Columns = ()
    flow: str | None = None
    zone: str | None = None
    zones: tuple[str, ...] = ()
    offsets: tuple[int, ...] = ()
    in_first_year: bool = False
    rests_on: tuple[str, ...] = ()
    moment: Moment | None = None
    of: Literal["firms", "traders", "sample"] | None = None
    """Of a measure that is a number of single firms: of those of a population, of the traders of a flow, or of those of
    a sample, times their weight."""
    beside: str = ""
    """Of a measure of a sample: the one that stands under it in a ratio."""
    measure: Field | None = None
    """Of a dimension that says whether a number is known: the measure."""

    @property
    def of_declarations(self) -> bool:
        """Whether single declarations answer it."""
        columns = (*(name for group in self.needs for name in group), *self.reads)
        of_traders = self.measure is not None and self.measure.of == "traders"
        about_flows = self.flow is not None or self.moment is not None or of_traders
        return about_flows or any(name.startswith("trade.") for name in columns)


@cache
def dimensions() -> Mapping[str, Field]:
    """The program's own dimensions, by name."""
    own = {one.name: one for one in _declared("dimensions")}
    own |= {one.name: one for one in map(_of_moment, moments().values())}
    return own | {one.name: one for one in map(_of_knowledge, measures().values())}


@cache
def measures() -> Mapping[str, Field]:
    """All measures, by name."""
    own = {one.name: one for one in _declared("measures")}
    return own | {one.name: one for one in map(_weighted, own.values()) if one is not None}


@cache
def numbers_of_firms() -> Mapping[str, Field]:
    """Measures that are numbers of the single firms of a population, by name."""
    return {name: one for name, one in measures().items() if one.of == "firms"}


@cache
def numbers_of_traders() -> Mapping[str, Field]:
    """Measures that are numbers of the single traders of a flow in a year, by name."""
    return {name: one for name, one in measures().items() if one.of == "traders"}


def numbers_of_samples() -> Mapping[str, Field]:
    """Measures that are numbers of single firms times their weight, by name."""
    return {name: one for name, one in measures().items() if one.of == "sample"}


def field_of(name: str, study: Study) -> Field:
    """A dimension or measure by name: an attribute of the study, or one of the program's.

    >>> from firmtrade.studies import load_study
    >>> field_of("export_1_before", load_study("belgium-2008")).rests_on
    ('exporter',)
    """
    if name in study.attributes:
        return _of_attribute(name, study)
    found = dimensions()[name] if name in dimensions() else measures()[name]
    return _of_sample(found, study) if (found.measure or found).of == "sample" else found


@cache
def reserved() -> frozenset[str]:
    """Names that an attribute of a study cannot have: columns that tables have of their own.

    ``region`` is not among them: the attribute replaces it.
    """
    of_views = (f"{name}_1" for name in measures()), (f"{name}_2" for name in measures())
    totals = (f"total_{name}" for name in measures())
    return frozenset({*_document()["reserved"], *dimensions(), *measures(), *totals}.union(*of_views))


def meaning(field: Field, study: Study, level: str | None = None) -> str:
    """What a dimension or measure says of a firm, in the words of a study.

    ``level`` is ``partner`` (``product``) where a firm stands once for each of its own.

    >>> from firmtrade.studies import load_study
    >>> meaning(dimensions()["venture"], load_study("belgium-2008"))
    'firms.founded is 1998 or later'
    """
    if field.zone is not None and field.flow is not None:
        return _flag(field.flow, _ZONES[field.zone], study)
    if field.name in study.attributes:
        return field.meaning
    words = {
        "first": study.first_year,
        "last": study.last_year,
        "reference": study.reference_year,
        "ventures_since": study.ventures_since,
        "activity": study.head.activity,
        "employment": study.head.employment,
        "weight": study.head.weight,
        "prices": f", at prices of {study.deflator.base}" if study.deflator else "",
        "threshold": f"{study.head.trade_threshold:,g} {study.head.currency}",
    }
    with_level = f" with the {level}" if level and field.name == "value" else ""
    return field.meaning.format(**words) + with_level


def declarations_read(study: Study) -> Columns:
    """Columns of declarations that tell flows and zones: membership at the date of a flow asks for its month too."""
    dated = study.union_policy.dated
    return ("trade.flow", "trade.value", "trade.partner", "trade.zone", *(["trade.month"] if dated else []))


def _flag(flow: str, where: str, study: Study) -> str:
    threshold = f"{study.head.trade_threshold:,g} {study.head.currency}"
    if study.head.union == "declared":
        return (
            f"the year's sum of trade.value, with trade.flow {flow} and trade.zone {where} the union, exceeds "
            f"{threshold}; trade with the own country is left out"
        )
    return (
        f"the year's sum of trade.value, with trade.flow {flow} and the zone {where} the union "
        f"({study.head.union}), exceeds {threshold}; the zone is that of trade.partner, where that tells none "
        "trade.zone; trade with the own country is left out"
    )


def _of_moment(moment: Moment) -> Field:
    what, distance = _MOMENTS[moment.subject], moment.distance
    if distance is None:
        means = f"{what} in any year of the record before the year before"
    elif distance == 0:
        means = what
    else:
        years = "year" if abs(distance) == 1 else "years"
        means = f"{what} {abs(distance)} {years} {'later' if distance > 0 else 'before'}"
    return Field(
        name=moment.name,
        kind="flag",
        unit="yes or no",
        grain="firm-year",
        meaning=means,
        source=_document()["sources"]["dynamics"],
        rests_on=(what,) if moment.subject in FLOWS else (),
        moment=moment,
    )


def _of_knowledge(measure: Field) -> Field:
    return replace(
        measure,
        name=known(measure.name),
        kind="flag",
        unit="yes or no",
        meaning=f"the firm has a number: {measure.definition}",
        measure=measure,
    )


def _weighted(measure: Field) -> Field | None:
    """A number of a firm times its weight; None of what is no number of any firm.

    Productivity of a group is value added over employment: what is weighted is value added, and employment beside it.
    """
    if measure.of != "firms":
        return None
    of_ratio = measure.unit == "currency_per_employment"
    what, beside = (VALUE_ADDED, weighted(EMPLOYMENT)) if of_ratio else (measure.meaning, WEIGHT)
    return replace(
        measure,
        name=weighted(measure.name),
        meaning=f"{{weight}} times {what}",
        definition=f"{measure.definition}, times the weight of the firm",
        of="sample",
        beside=beside,
    )


def _of_sample(field: Field, study: Study) -> Field:
    """A weighted measure, or whether it is known, as it needs the columns that a study names."""
    weight, strata = study.head.weight, study.head.strata
    if weight is None:
        return field
    reads = (*field.reads, weight, *([strata] if strata else []))
    measure = field.measure and replace(field.measure, needs=((weight,), *field.measure.needs))
    return replace(field, needs=((weight,), *field.needs), reads=reads, measure=measure)


def _of_attribute(name: str, study: Study) -> Field:
    attribute = study.attributes[name]
    needs, reads, first_of = _columns_of(attribute, study)
    return Field(
        name=name,
        kind="class",
        unit=attribute.unit,
        grain=attribute.grain,
        meaning=_bands(attribute),
        source=attribute.source,
        needs=needs,
        reads=reads,
        reads_first_of=first_of,
        flow="export" if attribute.of == "export_intensity" else None,
        zones=("intra", "extra") if attribute.of == "export_intensity" else (),
    )


def _columns_of(attribute: Attribute, study: Study) -> tuple[tuple[Columns, ...], Columns, Columns]:
    """What an attribute needs, reads, and of what it reads the first that is there."""
    match attribute.of:
        case of if attribute.column is not None:
            return ((of,),), (of,), ()
        case "export_intensity":
            return (("accounts.turnover",), ("trade.value",)), ("accounts.turnover",), ()
        case "age" | "founded":
            return (("firms.founded",),), ("firms.founded",), ()
        case "seat" if attribute.classification is None:
            return (("firms.region",),), ("firms.region",), ()
        case "seat":
            return (("firms.postcode", "firms.region"),), ("firms.region", "firms.postcode"), ()
        case "activity":
            return (("firms.nace",),), ("firms.nace", "firms.nace_revision"), ()
        case _:
            return (), (), ("accounts.employees", f"accounts.{study.head.employment}")


def _bands(attribute: Attribute) -> str:
    of = {
        "export_intensity": "the year's sum of trade.value, with trade.flow export, in percent of accounts.turnover",
        "employees": "accounts.employees (the employment measure where the data has no such column)",
        "age": "the year less firms.founded",
        "founded": "firms.founded",
        "activity": f"firms.nace, looked up in {attribute.classification}",
        "seat": "firms.region"
        if attribute.classification is None
        else f"firms.region, without it firms.postcode looked up in {attribute.classification}",
    }.get(attribute.of, attribute.of)
    bands = []
    for band in attribute.classes:
        if band.values:
            bands.append(f"{band.key} ({', '.join(band.values)})")
            continue
        low = "" if band.from_ is None else f" from {band.from_:g}"
        high = "" if band.below is None else f" below {band.below:g}"
        bands.append(f"{band.key}{low}{' to' * bool(low and high)}{high}")
    return f"{of}: {', '.join(bands)}; else unknown. {attribute.definition}"


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("firmtrade.query").joinpath("fields.toml").read_text(encoding="utf-8"))


def _declared(part: str) -> Iterator[Field]:
    """The entries of a part of the file, each once for every flow or level that it is repeated for."""
    for name, entry in _document()[part].items():
        repeated = {"flow": FLOWS, "level": DETAILS}.get(entry.get("for", ""), ("",))
        for word in repeated:
            yield _field(name, entry, word, part)


def _field(name: str, entry: Mapping[str, Any], word: str, part: str) -> Field:
    def filled(text: str) -> str:
        text = text.replace("<flow>", word).replace("<levels>", _PLURALS.get(word, ""))
        return text.replace("<level>", word)

    return Field(
        name=filled(name),
        kind="number" if part == "measures" else entry["kind"],
        unit=entry.get("unit", {"flag": "yes or no"}.get(entry.get("kind", ""), "class")),
        grain=filled(entry["grain"]),  # type: ignore[arg-type]
        meaning=filled(entry.get("meaning", "")),
        source=_document()["sources"][entry["source"]],
        definition=filled(entry.get("definition", entry.get("meaning", ""))),
        needs=tuple(tuple(map(filled, group)) for group in entry.get("needs", ())),
        reads=tuple(map(filled, entry.get("reads", ()))),
        flow=word if entry.get("for") == "flow" else None,
        zone=entry.get("zone"),
        zones=tuple(entry.get("zones", ())),
        offsets=tuple(entry.get("offsets", ())),
        in_first_year=entry.get("in_first_year", False),
        of=entry.get("of"),
        beside=entry.get("beside", ""),
        rests_on=tuple(map(filled, entry.get("rests_on", ()))),
    )
