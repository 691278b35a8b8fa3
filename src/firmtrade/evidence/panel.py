"""The panel at the door of the evidence: checked once, with the columns that the models use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.concepts.firm_end import CONFIRMED_WITHIN, end_confirmed
from firmtrade.errors import DataError, InputError
from firmtrade.evidence.deflator import PRICE_LEVEL, Prices, at_constant_prices
from firmtrade.evidence.phrases import phrase
from firmtrade.messages import Count, Firms, Slot
from firmtrade.query.firm_years import AMOUNTS, BREADTH, CLASSES, FLAGS, STAFF, YEARS

MODES = ("no_internationalization", "import_only", "export_only", "import_and_export")
TRADING_MODES = MODES[1:]

_MONEY = (*AMOUNTS, "labor_productivity")
_NUMBERS = (*STAFF, *_MONEY)
_COUNTS = (*YEARS, *BREADTH, "export_regions")
_FLAGS = (*FLAGS, "in_population")
_TEXTS = ("firm_id", "unit", *CLASSES, "mode")
_NOT_CLOSED = -1
"""A year of closing that is none."""
_LARGEST = 1e16
"""Amounts of the canonical tables have sixteen digits before the point; a number beyond is none."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Firm-years, sorted by firm and year.

    ``rows`` holds the columns of the contract that the data has, and ``firm`` (integer), ``unit_code``,
    ``cell`` (division x year), ``log_employment`` and its square, ``log_labor_productivity``, ``log_wage``,
    ``export_intensity``, ``never_trader``, and one flag per mode. ``last_active`` is the firm's last year with a
    row, ``ended`` whether it ended then: its year of closing confirms it, or the data is of all firms and has no years
    of closing.
    Missing is null, never NaN. ``lines`` holds the relations of trade (``firm``, ``year``, ``flow``, ``country``,
    ``product``, ``value``) at the prices of the panel, where the declarations tell them. ``support`` holds who took
    part in which programme (``firm``, ``year``, ``programme``, ``kind``, ``amount``, ``end``), where the data tells.
    ``step`` are the years from one wave to the next; of a ``sample``, a firm without a row was not asked.
    """

    rows: pl.DataFrame
    notes: tuple[Slot, ...]
    lines: pl.DataFrame | None = None
    support: pl.DataFrame | None = None
    step: int = 1
    sample: bool = False

    @property
    def first_year(self) -> int:
        return int(self.rows["year"].min())  # type: ignore[arg-type]

    @property
    def last_year(self) -> int:
        return int(self.rows["year"].max())  # type: ignore[arg-type]

    def lacks(self, *columns: str) -> tuple[str, ...]:
        """Those of ``columns`` that the data does not have, or has only empty."""
        return tuple(
            name
            for name in columns
            if name not in self.rows.columns or self.rows[name].null_count() == self.rows.height
        )

    @property
    def population(self) -> pl.DataFrame:
        """Firm-years in which the firm is in the study's population."""
        return self.rows.filter(pl.col("in_population"))


def prepare(
    frame: pl.DataFrame,
    deflator: pl.DataFrame | Prices | None = None,
    *,
    closing_within: int = CONFIRMED_WITHIN,
    lines: pl.DataFrame | None = None,
    support: pl.DataFrame | None = None,
    step: int = 1,
    sample: bool = False,
) -> Panel:
    """Check a panel and derive what the models use.

    Parameters
    ----------
    frame
        One row per ``firm_id`` and ``year``; the other columns of the contract are optional.
    deflator
        ``year``, ``index`` and optionally ``division`` (an index without one holds for all others): all money columns
        are divided by the index, scaled to one in the base year, which for a frame is the first year of the panel.
        None leaves values at current prices.
    closing_within
        Years after the last active year within which a year of closing confirms the firm's end.
    lines
        Relations of trade: ``firm_id``, ``year``, ``flow``, ``country``, ``product``, ``value``.
    support
        Who took part in which programme: ``firm_id``, ``year``, ``programme`` and optionally ``kind``, ``amount``,
        ``end``. Firms that the panel does not have are counted in a note.
    step
        Years from one wave of the panel to the next.
    sample
        Whether the records are a sample: firms without a row were not asked, and end by a registered closing alone.

    Raises
    ------
    InputError
        If ``firm_id`` or ``year`` is missing, or a column cannot be what the contract says.
    DataError
        If the panel is empty, a firm has two rows in a year, or a year is no wave.
    """
    rows, impossible = _checked(frame)
    notes: list[Slot] = [phrase("panel.impossible", count=Count(impossible))] if impossible else []
    if "in_population" not in rows.columns:
        rows = rows.with_columns(in_population=pl.lit(value=True))
    rows = rows.with_columns(pl.col("in_population").fill_null(value=False))
    unit = pl.coalesce("unit", "firm_id") if "unit" in rows.columns else pl.col("firm_id")
    rows = rows.with_columns(
        unit=unit,
        division=pl.col("division").fill_null("unknown") if "division" in rows.columns else pl.lit("all"),
    )
    if deflator is not None:
        rows, price_notes = at_constant_prices(rows, deflator, _MONEY)
        notes += price_notes
    years = rows["year"].unique().to_list()
    first, last = min(years), max(years)
    between = sorted({*years} - {*range(first, last + 1, step)})
    if between:
        raise DataError(
            f"the panel has rows of {between[0]}, which is no wave: they come every {step} years from {first}",
            fix="Leave those rows out, or give the `step` of the panel.",
        )
    rows = rows.with_columns(
        firm=pl.col("firm_id").rle_id().cast(pl.Int64),
        unit_code=label_codes(rows["unit"]),
        cell=label_codes(rows["division"]) * (last - first + 1) + (pl.col("year").cast(pl.Int64) - first),
    )
    last_active = _by_firm(rows, rows["year"], np.maximum)
    closed = None if sample else last_active
    if "closed" in rows.columns and rows["closed"].null_count() < rows.height:
        closed = _by_firm(rows, rows["closed"].fill_null(_NOT_CLOSED), np.maximum)
        closed = closed.set(closed == _NOT_CLOSED, None)
    ended = pl.lit(value=False) if closed is None else end_confirmed(last_active, closed, closing_within)
    rows = rows.with_columns(last_active=last_active, ended=ended).with_columns(
        pl.col("ended").fill_null(value=False)
    )
    relations = None
    if lines is not None:
        scale = pl.col(PRICE_LEVEL) if PRICE_LEVEL in rows.columns else pl.lit(1.0).alias(PRICE_LEVEL)
        prices = rows.select("firm_id", "firm", "year", scale)
        relations = lines.join(prices, on=["firm_id", "year"], how="inner").with_columns(
            value=pl.col("value").cast(pl.Float64) / pl.col(PRICE_LEVEL)
        )
    programmes = None if support is None else _programmes(support, rows, notes)
    return Panel(
        _with_models_columns(rows.drop(PRICE_LEVEL, strict=False)),
        tuple(notes),
        relations,
        programmes,
        step,
        sample,
    )


def _programmes(support: pl.DataFrame, rows: pl.DataFrame, notes: list[Slot]) -> pl.DataFrame:
    """Support of the panel's firms, with notes of how many others have some, and of how many the year is unknown."""
    types = {
        "firm_id": pl.String(), "year": pl.Int32(), "programme": pl.String(), "kind": pl.String(),
        "amount": pl.Float64(), "end": pl.Int32(),
    }  # fmt: skip
    read = support.select(
        (pl.col(name) if name in support.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in types.items()
    ).drop_nulls("firm_id")
    found = read.join(rows.select("firm_id", "firm").unique(), on="firm_id", how="left")
    unregistered = found.filter(pl.col("firm").is_null())["firm_id"].n_unique()
    if unregistered:
        notes.append(phrase("panel.unknown_supported", count=Firms(unregistered)))
    undated = found.filter(pl.col("firm").is_not_null(), pl.col("year").is_null())["firm"].n_unique()
    if undated:
        notes.append(phrase("panel.undated_support", count=Firms(undated)))
    return found.drop_nulls("firm").drop("firm_id").sort("firm", "year", "programme", "kind", "amount", "end")


def _by_firm(rows: pl.DataFrame, values: pl.Series, reduction: np.ufunc) -> pl.Series:
    """What the values of each firm come to, on every row of it."""
    first = np.flatnonzero(np.diff(rows["firm"].to_numpy(), prepend=-1))
    found = reduction.reduceat(values.to_numpy(), first)
    return pl.Series(np.repeat(found, np.diff(first, append=rows.height)))


def label_codes(labels: pl.Series) -> pl.Series:
    """Labels as integers in their order, from zero: labels that repeat the one before are not looked at."""
    runs = labels.rle().struct.unnest()
    known = runs["value"].unique().sort()
    codes = runs["value"].replace_strict(known, pl.int_range(len(known), eager=True), return_dtype=pl.Int64)
    return pl.Series(labels.name, np.repeat(codes.to_numpy(), runs["len"].to_numpy()))


def _checked(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The columns of the contract, and how many numbers are infinite or too large to be an amount."""
    for name in ("firm_id", "year"):
        if name not in frame.columns:
            raise InputError(
                f"the panel has no column `{name}`", fix="One row per firm_id and year is needed."
            )
    if frame.is_empty():
        raise DataError("the panel is empty", fix="Check the population and the years of the study.")
    types: dict[str, pl.DataType] = {"year": pl.Int32()}
    types |= {name: pl.Float64() for name in _NUMBERS} | {name: pl.Int32() for name in _COUNTS}
    types |= {name: pl.Boolean() for name in _FLAGS} | {name: pl.String() for name in _TEXTS}
    present = [name for name in frame.columns if name in types]
    try:
        rows = frame.select(pl.col(name).cast(types[name]) for name in present)
    except (pl.exceptions.PolarsError, TypeError):
        wrong = [name for name in present if not _castable(frame[name], types[name])]
        raise InputError(
            f"column `{wrong[0]}` of the panel is not of type {types[wrong[0]]}",
            fix="Convert it before the run.",
        ) from None
    if rows.select("firm_id", "year").null_count().sum_horizontal().item():
        raise DataError("some rows of the panel have no firm or no year", fix="Give every row both.")
    rows = _in_order(rows)
    numbers = [_numbers(column) for column in rows.select(pl.col(pl.Float64))]
    return rows.with_columns(column for column, _ in numbers), sum(count for _, count in numbers)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by firm and year, not copied where they come so, with one row per firm and year."""
    firm, year = pl.col("firm_id"), pl.col("year")
    same = firm == firm.shift()
    before = (firm < firm.shift()) | (same & (year < year.shift()))
    if rows.select(before.any()).item():
        rows = rows.sort("firm_id", "year")
    repeated = rows.select((same & (year == year.shift())).sum()).item()
    if repeated:
        raise DataError(
            f"{repeated} rows of the panel repeat a firm and year",
            fix="One row per firm_id and year is needed.",
        )
    return rows


def _numbers(column: pl.Series) -> tuple[pl.Series, int]:
    """Numbers without NaN and without those that are infinite or too large, and how many these are."""
    if column.is_nan().any():
        column = column.fill_nan(None)
    impossible = (column.abs() >= _LARGEST).fill_null(value=False)
    count = int(impossible.sum())
    return (column.set(impossible, None) if count else column), count


def _castable(column: pl.Series, kind: pl.DataType) -> bool:
    try:
        column.cast(kind)
    except (pl.exceptions.PolarsError, TypeError):
        return False
    return True


def _with_models_columns(rows: pl.DataFrame) -> pl.DataFrame:
    has = set(rows.columns)
    derived: dict[str, pl.Expr] = {}
    if "employment" in has:
        derived["log_employment"] = _log(pl.col("employment"))
        derived["log_employment_squared"] = pl.col("log_employment") ** 2
    if {"employment", "value_added"} <= has:
        derived["labor_productivity"] = _ratio("value_added", "employment")
        derived["log_labor_productivity"] = _log(pl.col("labor_productivity"))
    if {"employment", "labor_cost"} <= has:
        derived["log_wage"] = _log(_ratio("labor_cost", "employment"))
    if {"export_value", "turnover"} <= has:
        derived["export_intensity"] = _ratio("export_value", "turnover").clip(0, 1)
        derived["export_intensity_squared"] = pl.col("export_intensity") ** 2
    for (
        name,
        expression,
    ) in derived.items():  # one after the other: what each needs in passing is as large as a column
        rows = rows.with_columns(expression.alias(name))
    rows = with_modes(rows)
    flags = [name for name in ("exporter", "importer") if name in has]
    if flags:
        traded = rows.select(pl.any_horizontal(pl.col(flags).fill_null(value=False))).to_series()
        known = rows.select(pl.any_horizontal(pl.col(flags).is_not_null())).to_series()
        ever = [_by_firm(rows, flag, np.logical_or) for flag in (traded, known)]
        rows = rows.with_columns(never_trader=~ever[0] & ever[1])
    return rows


def with_modes(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with one flag per mode of trade, where both directions are known."""
    if not {"exporter", "importer"} <= set(rows.columns):
        return rows
    exporter, importer = pl.col("exporter"), pl.col("importer")
    return rows.with_columns(
        no_internationalization=~exporter & ~importer,
        import_only=~exporter & importer,
        export_only=exporter & ~importer,
        import_and_export=exporter & importer,
    )


def _log(expression: pl.Expr) -> pl.Expr:
    return pl.when(expression > 0).then(expression.log())


def _ratio(numerator: str, denominator: str) -> pl.Expr:
    return pl.when(pl.col(denominator) > 0).then(pl.col(numerator) / pl.col(denominator))


def lead_column(rows: pl.DataFrame, column: str, years: int, name: str) -> pl.DataFrame:
    """``rows`` with the value of ``column`` of the same firm ``years`` later, null where it has none.

    Rows are sorted by firm and year, so that the next year of a firm, or the one before, can only be the next row.
    """
    if abs(years) == 1:
        beside = (pl.col("firm").shift(-years) == pl.col("firm")) & (
            pl.col("year").shift(-years) == pl.col("year") + years
        )
        return rows.with_columns(pl.when(beside).then(pl.col(column).shift(-years)).alias(name))
    shifted = rows.select("firm", (pl.col("year") - years).alias("year"), pl.col(column).alias(name))
    return rows.join(shifted, on=["firm", "year"], how="left", maintain_order="left")
