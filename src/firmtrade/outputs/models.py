"""Estimates and curves as files: the two that they are written to, and read back from."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from firmtrade.errors import DataError, Place
from firmtrade.outputs.cell import CellKey
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.curve import CURVE_COLUMNS, Curve, CurvePoint
from firmtrade.outputs.estimate import ESTIMATE_COLUMNS, Estimate
from firmtrade.outputs.manifest import AGAIN
from firmtrade.outputs.mark import MARK, Mark, mark_of
from firmtrade.outputs.status import Confidentiality, ObsStatus

ESTIMATES, CURVES = "estimates.csv", "curves.csv"
STATED = ("unit", "year", "decimals", "status", "confidentiality", MARK)
"""What every statement says beside its numbers: the last columns of both files."""

DIGITS = 10
"""More than any estimate knows, and without what the order of additions decides."""

Behind = Mapping[CellKey, Sequence[Contribution]]


def estimates_file(estimates: Iterable[Estimate], digits: int = DIGITS) -> bytes:
    """``estimates.csv``, sorted by key, the same bytes every time."""
    rows = sorted(
        (
            (*(getattr(one, name) for name in ESTIMATE_COLUMNS), *_stated(one, one.status))
            for one in estimates
        ),
        key=lambda row: row[:4],
    )
    return _file((*ESTIMATE_COLUMNS, *STATED), rows, digits)


def curves_file(curves: Iterable[Curve], digits: int = DIGITS) -> bytes:
    """``curves.csv``: a row for each point, curves sorted by key, points in their order."""
    rows = [
        (
            *one.key, point.x, point.y, point.conf_low, point.conf_high, point.n_at_risk,
            one.n_firms, one.estimator, one.note, *_stated(one, point.status),
        )
        for one in sorted(curves, key=lambda each: each.key)
        for point in one.points
    ]  # fmt: skip
    return _file((*CURVE_COLUMNS, *STATED), rows, digits)


def _stated(one: Estimate | Curve, status: ObsStatus) -> tuple[Any, ...]:
    return one.unit, one.year, one.decimals, str(status), str(one.confidentiality), str(mark_of(one))


def number_text(value: object, digits: int = DIGITS) -> str:
    """A value as a file holds it, nothing for None and for what is no number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _file(columns: Sequence[str], rows: Iterable[tuple[Any, ...]], digits: int) -> bytes:
    return csv_file(columns, ([number_text(value, digits) for value in row] for row in rows))


def read_estimates(folder: Path, behind: Behind | None = None) -> tuple[Estimate, ...]:
    """The estimates of a results folder, with the contributions ``behind`` them where they are given.

    Raises
    ------
    DataError
        The file is missing, or is not what the program writes.
    """
    found = []
    for row in _FileRow.all_of(folder / ESTIMATES, (*ESTIMATE_COLUMNS, *STATED)):
        key = row.key
        found.append(
            Estimate(
                *key,
                estimate=row.number("estimate"),
                std_error=row.number("std_error"),
                conf_low=row.number("conf_low"),
                conf_high=row.number("conf_high"),
                p_value=row.number("p_value"),
                n_obs=row.count("n_obs"),
                n_firms=row.count("n_firms"),
                estimator=row["estimator"],
                note=row["note"],
                contributions=tuple((behind or {}).get(key, ())),
                status=row.status,
                **row.stated,
            )
        )
    return tuple(found)


def read_curves(folder: Path, behind: Behind | None = None) -> tuple[Curve, ...]:
    """The curves of a results folder; labels of axes are those of the charts that draw them.

    Raises
    ------
    DataError
        The file is missing, or is not what the program writes.
    """
    rows, found = _FileRow.all_of(folder / CURVES, (*CURVE_COLUMNS, *STATED)), []
    for key, members in groupby(rows, key=lambda row: row.key):
        mine = list(members)
        found.append(
            Curve(
                *mine[0].key,
                points=tuple(map(_point, mine)),
                n_firms=mine[0].count("n_firms"),
                estimator=mine[0]["estimator"],
                note=mine[0]["note"],
                contributions=tuple((behind or {}).get(key, ())),
                **mine[0].stated,
            )
        )
    return tuple(found)


def _point(row: _FileRow) -> CurvePoint:
    x = row.number("x")
    if x is None:
        raise row.damaged()
    y, low, high = (row.number(name) for name in ("y", "conf_low", "conf_high"))
    return CurvePoint(x, y, low, high, row.count("n_at_risk"), row.status)


class _FileRow:
    """A line of a file, by column."""

    def __init__(self, path: Path, line: int, fields: Mapping[str, str]) -> None:
        self.path, self.line, self.fields = path, line, fields

    @classmethod
    def all_of(cls, path: Path, columns: tuple[str, ...]) -> Iterator[_FileRow]:
        """The lines of a file that has these columns."""
        try:
            lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise cls(path, 1, {}).damaged() from error
        if not lines or tuple(lines[0]) != columns:
            raise cls(path, 1, {}).damaged()
        for line, fields in enumerate(lines[1:], start=2):
            row = cls(path, line, dict(zip(columns, fields, strict=False)))
            if len(fields) != len(columns):
                raise row.damaged()
            yield row

    def __getitem__(self, column: str) -> str:
        return self.fields[column]

    @property
    def key(self) -> CellKey:
        return CellKey(*list(self.fields.values())[:4])

    @property
    def status(self) -> ObsStatus:
        try:
            return ObsStatus(self["status"])
        except ValueError:
            raise self.damaged() from None

    @property
    def stated(self) -> dict[str, Any]:
        """What the last columns say but for the status."""
        try:
            return {
                "unit": self["unit"],
                "year": self["year"],
                "decimals": int(self["decimals"]),
                "confidentiality": Confidentiality(self["confidentiality"]),
                "synthetic": Mark(self[MARK]) is Mark.SYNTHETIC,
            }
        except ValueError:
            raise self.damaged() from None

    def number(self, column: str) -> float | None:
        try:
            return float(self[column]) if self[column] else None
        except ValueError:
            raise self.damaged() from None

    def count(self, column: str) -> int | None:
        number = self.number(column)
        return None if number is None else int(number)

    def damaged(self) -> DataError:
        return DataError(
            "a file of the room is not as the program writes it",
            where=Place(file=str(self.path), line=self.line),
            fix=AGAIN,
        )
