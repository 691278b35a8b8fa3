"""Estimates and curves of a room: the two files they are written to, and read back from."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from firmtrade.errors import InputError, Place
from firmtrade.outputs.cell import CellKey
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.curve import CURVE_COLUMNS, Curve, CurvePoint
from firmtrade.outputs.estimate import ESTIMATE_COLUMNS, Estimate

ESTIMATES, CURVES = "estimates.csv", "curves.csv"

Behind = Mapping[CellKey, Sequence[Contribution]]


def write_statements(folder: Path, estimates: Iterable[Estimate], curves: Iterable[Curve]) -> None:
    """Write ``estimates.csv`` and ``curves.csv`` into a folder, sorted by key, the same bytes every time."""
    _write(folder / ESTIMATES, ESTIMATE_COLUMNS, estimate_rows(estimates))
    _write(folder / CURVES, CURVE_COLUMNS, curve_rows(curves))


def estimate_rows(estimates: Iterable[Estimate]) -> list[tuple[Any, ...]]:
    """A row of ``ESTIMATE_COLUMNS`` for each estimate, sorted by key."""
    rows = (tuple(getattr(each, column) for column in ESTIMATE_COLUMNS) for each in estimates)
    return sorted(rows, key=lambda row: row[:4])


def curve_rows(curves: Iterable[Curve]) -> list[tuple[Any, ...]]:
    """A row of ``CURVE_COLUMNS`` for each point, curves sorted by key, points in their order."""
    ordered = sorted(curves, key=lambda each: (each.block, each.specification, each.outcome, each.series))
    return [
        (
            each.block, each.specification, each.outcome, each.series,
            point.x, point.y, point.conf_low, point.conf_high, point.n_at_risk,
            each.n_firms, each.estimator, each.note,
        )
        for each in ordered
        for point in each.points
    ]  # fmt: skip


def number_text(value: object, digits: int = 10) -> str:
    """A value as a file holds it, nothing for None and for what is no number.

    Ten digits say more than any estimate knows, and leave out what the order of additions decides.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(tuple(map(number_text, row)) for row in rows)


def read_estimates(folder: Path, behind: Behind | None = None) -> tuple[Estimate, ...]:
    """The estimates of a room, with the contributions ``behind`` them where they are given.

    Raises
    ------
    InputError
        The file is missing, or is not what the program writes.
    """
    found = []
    for line, row in _rows(folder / ESTIMATES, ESTIMATE_COLUMNS):
        key = CellKey(*row[:4])
        value, error, low, high, p_value, n_obs, n_firms = (
            _number(text, folder / ESTIMATES, line) for text in row[4:11]
        )
        found.append(
            Estimate(
                *key,
                value,
                error,
                low,
                high,
                p_value,
                n_obs=int(n_obs or 0),
                n_firms=int(n_firms or 0),
                estimator=row[11],
                note=row[12],
                contributions=tuple((behind or {}).get(key, ())),
            )
        )
    return tuple(found)


def read_curves(folder: Path, behind: Behind | None = None) -> tuple[Curve, ...]:
    """The curves of a room; labels of axes are those of the charts that draw them.

    Raises
    ------
    InputError
        The file is missing, or is not what the program writes.
    """
    path, found = folder / CURVES, []
    for name, members in groupby(_rows(path, CURVE_COLUMNS), key=lambda each: tuple(each[1][:4])):
        rows = list(members)
        points = []
        for line, row in rows:
            x, y, low, high, at_risk = (_number(text, path, line) for text in row[4:9])
            if x is None:
                raise _damaged(path, line)
            points.append(CurvePoint(x, y, low, high, None if at_risk is None else int(at_risk)))
        line, row = rows[0]
        key = CellKey(*name)
        found.append(
            Curve(
                *key,
                tuple(points),
                n_firms=int(_number(row[9], path, line) or 0),
                estimator=row[10],
                note=row[11],
                contributions=tuple((behind or {}).get(key, ())),
            )
        )
    return tuple(found)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _damaged(path) from error
    if not lines or tuple(lines[0]) != columns:
        raise _damaged(path, 1)
    for line, row in enumerate(lines[1:], start=2):
        if len(row) != len(columns):
            raise _damaged(path, line)
        yield line, row


def _number(text: str, path: Path, line: int) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise _damaged(path, line) from None


def _damaged(path: Path, line: int | None = None) -> InputError:
    return InputError(
        "a file of the room is missing or damaged",
        where=Place(file=str(path), line=line),
        fix="Write the room again.",
    )
