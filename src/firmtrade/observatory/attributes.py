"""Attributes of a firm in a year, as expressions: every one a class, ``unknown`` where it is not known."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.classifications import activity, postcode_regions, technology
from firmtrade.engines.texts import lettered, stripped
from firmtrade.observatory.rates import RATE, percent_of
from firmtrade.query.dimensions import NONE, UNKNOWN
from firmtrade.sources.activity import code_of, digits_of, is_read
from firmtrade.study import Attribute, Population, Study


def activity_columns(firms: ir.Table, study: Study, without_zero: Sequence[str] = ()) -> dict[str, ir.Value]:
    """``digits``, ``division`` (``unknown`` where the revision has none such) and ``section`` (a bare letter).

    A code of another revision than the study's is unknown: nothing is converted silently. ``without_zero`` are codes
    that lost the zero in front of their division.
    """
    if "nace" not in firms.columns:
        return {"digits": ibis.literal(""), "division": ibis.literal(UNKNOWN), "section": ibis.literal("")}
    scheme = activity(study.head.activity)
    code = code_of(firms.nace)
    if "nace_revision" in firms.columns:
        code = is_read(firms.nace_revision, study.head.activity).ifelse(code, "")
    digits = digits_of(code, without_zero)
    division = digits.left(2)
    return {
        "digits": digits,
        "division": division.isin(list(scheme.divisions)).ifelse(division, UNKNOWN),
        "section": code.isin(list(scheme.groups_above)).ifelse(code, ""),
    }


def within(population: Population, study: Study, table: ir.Table) -> ir.BooleanValue:
    """Whether a firm's activity lies in a population: by its division, or by a section wholly inside."""
    scheme = activity(study.head.activity)
    divisions = list(scheme.divisions_in(population.activity))
    sections = list(scheme.sections_within(population.activity))
    inside = table.division.isin(divisions)
    return inside | table.section.isin(sections) if sections else inside


def keeps_limits(population: Population, table: ir.Table) -> ir.BooleanValue:
    """Whether a firm-year keeps a population's limits. Only a known value at or past a limit excludes."""
    rules = [table.employment.notnull()]
    rules.append(
        table.employment >= ibis.literal(population.employment_at_least).cast(table.employment.type())
    )
    if population.employees_below is not None:
        rules.append(table.headcount < ibis.literal(population.employees_below).cast(table.headcount.type()))
    if population.turnover_below is not None and "turnover" in table.columns:
        rules.append(
            (table.turnover < ibis.literal(population.turnover_below).cast("decimal(18, 2)")).fill_null(True)
        )
    if population.domestic_owned is not None and "domestic_owned" in table.columns:
        rules.append((table.domestic_owned == population.domestic_owned).fill_null(True))
    return ibis.and_(*rules)


def classify(attribute: Attribute, study: Study, table: ir.Table) -> ir.StringValue:
    """The class of a firm-year, or ``unknown``."""
    if attribute.column is not None:
        return _of_column(attribute, table)
    if attribute.of == "export_intensity":
        return _bands(attribute, _export_intensity(table))
    if attribute.of == "activity":
        return _technology(attribute, table)
    if attribute.of == "seat":
        return _region(attribute, study, table)
    number = {"employees": "size_measure", "age": "age", "founded": "founded"}[attribute.of]
    return _bands(attribute, table[number])


def _bands(attribute: Attribute, number: ir.NumericValue) -> ir.StringValue:
    cases = []
    for band in attribute.classes:
        inside = number.notnull()
        if band.from_ is not None:
            inside &= number >= _edge(band.from_, number)
        if band.below is not None:
            inside &= number < _edge(band.below, number)
        cases.append((inside, band.key))
    return ibis.cases(*cases, else_=UNKNOWN)


def _of_column(attribute: Attribute, table: ir.Table) -> ir.StringValue:
    """The band of a column's number, or the class that names its value; ``unknown`` where there is neither."""
    assert attribute.column is not None  # the caller has asked
    name = attribute.column[1]
    if name not in table.columns:
        return ibis.literal(UNKNOWN)
    value = table[name]
    if attribute.in_bands:
        return _bands(attribute, value) if value.type().is_numeric() else ibis.literal(UNKNOWN)
    values = {band.key: band.values or (band.key,) for band in attribute.classes}
    text = lettered(stripped(_written(value)), (one for listed in values.values() for one in listed))
    cases = [(text.isin(list(listed)), key) for key, listed in values.items()]
    return ibis.cases(*cases, else_=UNKNOWN)


def _written(value: ir.Value) -> ir.StringValue:
    """A value as a class names it: the number 1 is ``1`` where it is stored as 1.0 or 1.000000, too."""
    text = value.cast("string")
    return text.re_replace("[.]?0+$", "") if value.type().is_decimal() else text


def _export_intensity(table: ir.Table) -> ir.NumericValue:
    """Exports in percent of turnover; null where turnover is not known to be above zero."""
    if "turnover" not in table.columns:
        return ibis.null().cast(RATE)
    turnover = (table.turnover > 0).ifelse(table.turnover, ibis.null())
    exports = table.exporter.ifelse(table.export_value, ibis.literal(0).cast(table.export_value.type()))
    return percent_of(exports, turnover)


def _edge(edge: float, number: ir.NumericValue) -> ir.NumericValue:
    """An edge in the number's own type, so that decimals are compared exactly."""
    return ibis.literal(int(edge)) if number.type().is_integer() else ibis.literal(edge).cast(number.type())


def _technology(attribute: Attribute, table: ir.Table) -> ir.StringValue:
    """A class of the list that the study does not name is known and not shown, as a division without class is."""
    classes = technology(str(attribute.classification).removeprefix("technology-"))
    cases = []
    for length in classes.prefix_lengths:
        for key in sorted(set(classes.by_prefix.values())):
            prefixes = [
                prefix
                for prefix, found in classes.by_prefix.items()
                if found == key and len(prefix) == length
            ]
            if prefixes:
                shown = key if key in attribute.keys else NONE
                cases.append((table.digits.left(length).isin(sorted(prefixes)), shown))
    outside = (table.division != UNKNOWN) & ~table.division.isin(sorted(classes.divisions))
    return ibis.cases(*cases, (outside, NONE), else_=UNKNOWN)


def _region(attribute: Attribute, study: Study, table: ir.Table) -> ir.StringValue:
    found: ir.StringValue = ibis.literal(UNKNOWN)
    if "postcode" in table.columns and attribute.classification is not None:
        text = stripped(table.postcode)
        number = text.re_search("^[0-9]{1,6}$").ifelse(text, ibis.null()).cast("int32")
        country = attribute.classification.removeprefix("postcodes-").upper()
        found = ibis.cases(
            *((number.between(low, high), region) for low, high, region in postcode_regions(country)),
            else_=UNKNOWN,
        )
    if "region" in table.columns:
        named = lettered(stripped(table.region), attribute.keys)
        found = table.region.isnull().ifelse(found, named.isin(list(attribute.keys)).ifelse(named, UNKNOWN))
    return found
