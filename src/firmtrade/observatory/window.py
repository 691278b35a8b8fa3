"""The window: firms of the reference year with their figures and trade status in the first and last year."""

from __future__ import annotations

import ibis.expr.types as ir

from firmtrade.engines.protocol import Tables
from firmtrade.observatory.prices import at_base_prices
from firmtrade.study import Study


def window(tables: Tables, panel: ir.Table, prices: ir.Table | None, study: Study) -> ir.Table:
    """Build and keep the window table.

    Rows are firm-years of the reference year of firms with employment above 0, known, in the first and the
    last year of the window; years between may be missing. ``complete`` marks value added known in both years. Value
    added is at the prices of the study's base year, by the division of the reference year, where it has a deflator.
    """
    reference = panel.filter(panel.year == study.reference_year)
    start = _figures(panel, study.first_year, "start", trade=True)
    end = _figures(panel, study.last_year, "end", trade=False)
    joined = reference.join(start, "firm_id").join(end, "firm_id")
    years = {"value_added_start": study.first_year, "value_added_end": study.last_year}
    joined = at_base_prices(joined, years, prices)
    both = joined.mutate(
        export_first=joined.exporter_start,
        import_first=joined.importer_start,
        export_reference=joined.exporter,
        import_reference=joined.importer,
        complete=joined.value_added_start.notnull() & joined.value_added_end.notnull(),
    )
    return tables.materialize("window", both)


def _figures(panel: ir.Table, year: int, name: str, *, trade: bool) -> ir.Table:
    rows = panel.filter(panel.year == year, panel.employment > 0)
    columns = {f"fte_{name}": rows.employment, f"value_added_{name}": rows.value_added}
    if trade:
        columns |= {f"exporter_{name}": rows.exporter, f"importer_{name}": rows.importer}
    return rows.select("firm_id", **columns)
