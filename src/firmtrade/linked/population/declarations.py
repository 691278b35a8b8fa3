"""Declarations: trade by firm, year, month, partner and product, written in streams.

Every flow of a firm in a year gets at least one row; the rest go to flows by a heavy-tailed weight, so that
a few large traders file most declarations. Corrections are negative and never outweigh the flow. Rows are
made in pieces from lookups of random bits, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.classifications import countries, union_policy
from firmtrade.errors import UsageError
from firmtrade.linked.population.history import trade_years
from firmtrade.study import Study
from firmtrade.workers import Workers

PIECE = 2_000_000
"""Rows made at once."""
BITS = 1 << 16
CORRECTION = 1 / 256
"""Share of rows that are negative corrections."""
OWN_PARTNER = 0.6
"""Share of a flow's rows that go to its main partner."""
CODES = ["firm_id", "year", "month", "flow", "partner", "product", "zone"]
"""Columns stored as codes of a dictionary."""
PRODUCTS = 4_000
PRODUCTS_OF_A_FIRM = 12


@dataclass(frozen=True)
class Units:
    """Flows of firms by year: one entry per firm, year and flow, ordered by year and firm."""

    firm: np.ndarray
    year: np.ndarray
    flow: np.ndarray
    value: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.firm)


def units_of(
    flags: np.ndarray,
    years: np.ndarray,
    sales: np.ndarray,
    declarations: int | None,
    random: np.random.Generator,
) -> Units:
    """The flows, their values and numbers of rows.

    Parameters
    ----------
    flags
        Booleans of shape (firms, years, flows).
    years
        The years of ``flags``.
    sales
        Turnover behind the flows, of shape (firms, years).
    declarations
        Number of rows; None for one and a half per flow.

    Raises
    ------
    UsageError
        Fewer rows than flows: a flow without a declaration would not be there.
    """
    column, firm, flow = np.nonzero(flags.transpose(1, 0, 2))
    number = len(firm)
    wanted = number + number // 2 if declarations is None else declarations
    if wanted < number:
        raise UsageError(
            f"{wanted:,} declarations are too few: the firms have {number:,} flows, each needs one.",
            fix=f"Ask for at least {number:,} declarations.",
        )
    share = random.beta(0.7, 3.0, number) * np.exp(random.normal(0.0, 0.5, number)) + 1e-4
    value = np.maximum(sales[firm, column], 10_000.0) * np.minimum(share, 0.9)
    weight = value**0.7 * random.pareto(1.3, number)
    ends = (
        np.rint(np.cumsum(weight) * ((wanted - number) / weight.sum())).astype(np.int64)
        if number
        else np.zeros(0, np.int64)
    )
    return Units(
        firm.astype(np.int32),
        years[column].astype(np.int32),
        flow.astype(np.int8),
        value,
        1 + np.diff(ends, prepend=0),
    )


class Declarations:
    """Makes the rows of units, piece by piece; the same for the same seed whatever the pieces' order."""

    def __init__(self, units: Units, ids: pl.Series, study: Study, seed: int) -> None:
        self.units, self.seed, self.study = units, seed, study
        self.ids = ids
        self.partners = _Partners(study)
        self.flows, self.zones = _text(["import", "export"]), _text(["intra", "extra"])
        self.products = _text([f"{heading:08d}" for heading in 1_010_000 + np.arange(PRODUCTS) * 24_011])
        draws = np.random.default_rng([seed, 11]).lognormal(-0.72, 1.2, BITS)
        self.sizes = np.maximum(draws / draws.mean(), 1e-4)

    def pieces(self, first: int, last: int) -> Iterator[pa.Table]:
        """Tables of rows for the units from ``first`` up to ``last``."""
        ends = np.cumsum(self.units.rows[first:last])
        begin = 0
        while begin < len(ends):
            done = ends[begin - 1] if begin else 0
            stop = max(int(np.searchsorted(ends, done + PIECE, side="right")), begin + 1)
            for part in range(begin, stop):
                if self.units.rows[first + part] > PIECE:
                    stop = min(stop, max(part, begin + 1))
                    break
            yield from self._rows(first + begin, first + stop)
            begin = stop

    def _rows(self, start: int, stop: int) -> Iterator[pa.Table]:
        units = self.units
        counts = units.rows[start:stop]
        total = int(counts.sum())
        for piece, low in enumerate(range(0, total, PIECE)):
            high = min(low + PIECE, total)
            if total <= PIECE:
                unit = np.repeat(np.arange(start, stop, dtype=np.int32), counts)
                is_first = np.zeros(total, bool)
                is_first[np.cumsum(counts) - counts] = True
            else:
                unit = np.full(high - low, start, np.int32)
                is_first = np.zeros(high - low, bool)
                is_first[0] = low == 0
            yield self._table(unit, is_first, np.random.default_rng([self.seed, 13, start, piece]))

    def _table(self, unit: np.ndarray, is_first: np.ndarray, random: np.random.Generator) -> pa.Table:
        units, number = self.units, len(unit)
        bits = random.integers(0, 1 << 64, number, dtype=np.uint64)
        low, middle, high = (
            ((bits >> np.uint64(shift)) & np.uint64(BITS - 1)).astype(np.int32) for shift in (0, 16, 32)
        )
        top = (bits >> np.uint64(48)).astype(np.int32)
        mean = (units.value * 100.0 / units.rows)[unit[0] : unit[-1] + 1]
        here = unit - unit[0]
        cents = np.maximum(mean[here] * self.sizes[low], 100.0)
        negative = (top < BITS * CORRECTION) & ~is_first
        cents[is_first] = np.maximum(cents[is_first], mean[here[is_first]])
        cents[negative] = (
            np.minimum(cents[negative], 0.5 * mean[here[negative]] / units.rows[unit[negative]]) * -1.0
        )
        flow = units.flow[unit]
        firm = units.firm[unit]
        partner = self.partners.draw(flow % 2, unit, middle, high)
        product = (firm.astype(np.int64) * 37 + (top % PRODUCTS_OF_A_FIRM) * (1 + (high & 3) // 3)) % PRODUCTS
        first_firm, last_firm = int(firm.min()), int(firm.max())
        names = self.ids[first_firm : last_firm + 1].to_arrow().cast(pa.string())
        zone = pa.DictionaryArray.from_arrays(_integers((flow % 2).astype(np.int8)), self.zones)
        return pa.table(
            {
                "firm_id": pa.DictionaryArray.from_arrays(_integers(firm - first_firm), names),
                "year": _integers(units.year[unit]),
                "month": _integers((1 + ((low & 0xFFF) * 12 >> 12)).astype(np.int32)),
                "flow": pa.DictionaryArray.from_arrays(_integers((flow >= 2).astype(np.int8)), self.flows),
                "partner": pa.DictionaryArray.from_arrays(_integers(partner), self.partners.codes),
                "product": pa.DictionaryArray.from_arrays(_integers(product.astype(np.int16)), self.products),
                **({"zone": zone} if self.study.head.union == DECLARED else {}),
                "value": _decimals(np.rint(cents).astype(np.int64)),
            }
        )


class _Partners:
    """Partners inside and outside the union, near and large ones first (a gravity in ranks).

    Countries that joined or left between the first year and the last are no partners: a flow's zone would
    depend on its month.
    """

    def __init__(self, study: Study) -> None:
        policy = union_policy("membership") if study.head.union == DECLARED else study.union_policy
        everyone = [code for code in countries() if code != study.head.country]
        begin, end = int(trade_years(study)[0]), study.reference_year
        zones = {code: (policy.zone(code, begin, 1), policy.zone(code, end, 12)) for code in everyone}
        inside = _ranked([code for code in everyone if zones[code] == ("intra", "intra")])
        outside = _ranked([code for code in everyone if zones[code] == ("extra", "extra")])
        self.codes = _text([*inside, *outside])
        self.tables = np.stack([_lookup(len(inside), 0), _lookup(len(outside), len(inside))])

    def draw(self, zone: np.ndarray, unit: np.ndarray, middle: np.ndarray, high: np.ndarray) -> np.ndarray:
        """A partner for each row: the flow's main one, or any of its zone."""
        main = (unit.astype(np.int64) * 40_503) % BITS
        partner: np.ndarray = self.tables[zone, np.where(high < OWN_PARTNER * BITS, main, middle)]
        return partner


DECLARED = "declared"
"""The union policy under which a declaration says its zone itself."""
LARGE_PARTNERS = (
    "FR",
    "DE",
    "NL",
    "GB",
    "IT",
    "ES",
    "US",
    "CH",
    "JP",
    "CN",
    "PL",
    "TR",
    "SE",
    "LU",
    "CA",
    "IN",
    "RU",
    "AU",
    "BR",
    "NO",
)
"""Partners that come first, whatever their zone."""


def _ranked(codes: list[str]) -> list[str]:
    first = [code for code in LARGE_PARTNERS if code in codes]
    return first + sorted(set(codes) - set(first))


def _lookup(number: int, offset: int) -> np.ndarray:
    weight = 1.0 / (1.0 + np.arange(number)) ** 1.1
    edges = np.cumsum(weight) / weight.sum() * BITS
    return (offset + np.searchsorted(edges, np.arange(BITS), side="right").clip(0, number - 1)).astype(
        np.int16
    )


def _text(values: list[str]) -> pa.Array:
    return pl.Series(values).to_arrow().cast(pa.string())


def _integers(values: np.ndarray) -> pa.Array:
    """Straight from the buffer: ``pa.array`` would import pandas where it is installed."""
    kind = {1: pa.int8(), 2: pa.int16(), 4: pa.int32()}[values.itemsize]
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _decimals(cents: np.ndarray) -> pa.Array:
    """Whole cents as DECIMAL(18,2), without a Python object per value."""
    words = np.empty((len(cents), 2), np.int64)
    words[:, 0], words[:, 1] = cents, cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words)])


def write_declarations(made: Declarations, folder: Path, metadata: dict[str, str]) -> int:
    """Write a folder with one file per year; returns the number of rows."""
    folder.mkdir()
    edges = np.flatnonzero(np.diff(made.units.year, prepend=-1, append=-1))
    with Workers() as workers:
        years = [
            workers.submit(_write_year, made, int(first), int(last), folder, metadata)
            for first, last in pairwise(edges)
        ]
        return sum(year.result() for year in years)


def _write_year(made: Declarations, first: int, last: int, folder: Path, metadata: dict[str, str]) -> int:
    """Write the file of the units from ``first`` up to ``last``, which are of one year; returns its rows."""
    writer: pq.ParquetWriter | None = None
    rows = 0
    for piece in made.pieces(first, last):
        table = piece.replace_schema_metadata(metadata)
        if writer is None:
            writer = pq.ParquetWriter(
                folder / f"trade-{made.units.year[first]}.parquet", table.schema, compression="zstd",
                compression_level=1, use_dictionary=CODES, write_statistics=["year"],
                dictionary_pagesize_limit=1 << 28, store_decimal_as_integer=True,
            )  # fmt: skip
        writer.write_table(table)
        rows += table.num_rows
    if writer:
        writer.close()
    return rows
