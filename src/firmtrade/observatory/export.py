"""The panel as a frame for models: inside the room, never written by this program."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.observatory.flows import COUNTRY, FLOWS, PRODUCT, relations
from firmtrade.observatory.missing import why_not
from firmtrade.observatory.panel import unit_of
from firmtrade.observatory.study_data import StudyData
from firmtrade.query.dimensions import NONE, UNKNOWN, population_columns
from firmtrade.query.firm_years import AMOUNTS, CLASSES, FLAGS, STAFF
from firmtrade.query.universes import Universe


def panel_frame(data: StudyData) -> pl.DataFrame:
    """One row per firm and year with accounts or trade, sorted by firm and year.

    Columns: ``firm_id, unit, year, founded, closed``; the classes ``division, region, technology_class,
    size_class`` (null where unknown); numbers as floats in currency units of twelve months; ``labor_productivity``
    (value added over employment); trade flags (null in a year that the trade files do not cover), ``mode``,
    ``export_value, import_value``, numbers of partner countries and products where the declarations hold them; and
    ``in_population`` (in any population that levels and growth are asked of, in that year). A column whose input
    is missing is absent.
    """
    study, table = data.study, data.derived.panel
    wanted = study.panel_populations or tuple(study.populations)
    members = population_columns(study)
    columns: dict[str, ir.Value] = {
        "firm_id": table.firm_id,
        "unit": unit_of(table),
        **{name: table[name] for name in ("year", "founded") if name in table.columns},
    }
    if "closed" in table.columns:
        columns["closed"] = table.closed
    columns |= {name: table[name].nullif(UNKNOWN).nullif(NONE) for name in CLASSES if name in table.columns}
    numbers = [
        name
        for name in (*STAFF, *AMOUNTS)
        if not name.endswith("t_value") or data.inputs.has("trade", "value")
    ]
    columns |= {name: table[name].cast("float64") for name in numbers if name in table.columns}
    columns |= {
        name: ibis.cases(*_covered(data, table, name), else_=ibis.null("boolean"))
        for name in FLAGS
        if _possible(data, name)
    }
    columns["in_population"] = ibis.or_(*(table[members[name]] for name in wanted))
    rows = table.select(**columns)
    breadth = _breadth(data)
    if breadth is not None:
        joined = rows.left_join(breadth, ["firm_id", "year"])
        rows = joined.select(
            *rows.columns, *(name for name in breadth.columns if name not in ("firm_id", "year"))
        )
    frame: pl.DataFrame = data.engine.collect(rows).sort("firm_id", "year")
    frame = frame.with_columns(labor_productivity=pl.col("value_added") / pl.col("employment"))
    frame = frame.with_columns(pl.when(pl.col("labor_productivity").is_finite()).then("labor_productivity"))
    return frame.with_columns(mode=_mode()) if {"exporter", "importer"} <= set(frame.columns) else frame


def lines_frame(data: StudyData) -> pl.DataFrame | None:
    """Relations of trade: one row per firm, year, flow, country and product whose value exceeds zero.

    Columns ``firm_id, year, flow, country, product, value`` (float); a country or product that a declaration does not
    tell is null. None where the study asks for neither, or the declarations hold no values.
    """
    details = data.derived.details
    known = data.inputs.has("trade", "value")
    if details is None or not known or not {COUNTRY, PRODUCT} <= set(details.columns):
        return None
    rows = details.group_by("firm_id", "year", "flow", country=details[COUNTRY], product=details[PRODUCT])
    summed = rows.agg(value=details.value.sum().cast("float64"))
    return data.engine.collect(summed.filter(summed.value > 0)).sort(
        "firm_id", "year", "flow", "country", "product"
    )


def _covered(data: StudyData, table: ir.Table, name: str) -> list[tuple[ir.Value, ir.Value]]:
    return [(table.year.isin(_years(data, name)), table[name])]


def _years(data: StudyData, name: str) -> list[int]:
    """Years in which the declarations cover a flag."""
    universe = Universe(next(iter(data.study.populations)), "years")
    return [
        year
        for year in data.derived.years
        if why_not(data.inputs, data.study, universe, name, (year,)) is None
    ]


def _possible(data: StudyData, name: str) -> bool:
    return bool(_years(data, name))


def _mode() -> pl.Expr:
    exporter, importer = pl.col("exporter"), pl.col("importer")
    return (
        pl.when(exporter & importer).then(pl.lit("import_and_export"))
        .when(exporter & ~importer).then(pl.lit("export_only"))
        .when(~exporter & importer).then(pl.lit("import_only"))
        .when(~exporter & ~importer).then(pl.lit("no_internationalization"))
    )  # fmt: skip


def _breadth(data: StudyData) -> ir.Table | None:
    """Numbers of partner countries and products by flow, where the declarations hold them."""
    details = data.derived.details
    if details is None:
        return None
    wanted = [(flow, "partners", COUNTRY) for flow in FLOWS] + [("export", "products", PRODUCT)]
    counted = details.select("firm_id", "year").distinct()
    for flow, name, column in wanted:
        if column in details.columns:
            rows = relations(details, data.study, column, flow)
            number = rows.group_by("firm_id", "year").agg(number=rows.count().cast("int32"))
            joined = counted.left_join(number, ["firm_id", "year"])
            counted = joined.select(*counted.columns, **{f"{flow}_{name}": joined.number.fill_null(0)})
    return counted
