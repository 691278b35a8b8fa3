"""Raw rows read into canonical types, each with the reason why it is refused, and one row per key.

A row is refused when a value cannot be read as its kind, a required value is missing, or it repeats another.
Rows that differ under one key are all refused: which of them is right only the owner of the data can say
(``prefer`` in the mapping says it). Everything else is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import ibis

from firmtrade.errors import DataError, Place
from firmtrade.sources import refusals
from firmtrade.sources.canonical import AMOUNTS, CanonicalTable
from firmtrade.sources.mapping import Mapping, Preference
from firmtrade.sources.mapping.checks import key_of
from firmtrade.sources.mapping.model import Join
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW
from firmtrade.sources.shape import CONTRADICTION, shaped
from firmtrade.sources.values import Context, convert
from firmtrade.sources.values.dates import day
from firmtrade.sources.values.notation import three_decimals

REASON, SOURCE, VERDICT = "__reason", "__source", "__verdict"
RULE, PREFERENCE, REWRITTEN, LATE = "__rule_{}", "__preference_{}", "__rewritten_{}", "__late_{}"
PROVENANCE = (SOURCE, FILE, ROW)
FLOWS = ("import", "export")


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows, and the amount in them as far as it can be read (0 where their table has none)."""

    rows: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: RowCount) -> RowCount:
        return RowCount(self.rows + other.rows, self.amount + other.amount)


class Odd(StrEnum):
    """What is odd in a raw file, beside refused rows."""

    NONE_SELECTED = "nothing_selected"
    LET_THROUGH = "missing_let_through"
    NO_NUMBER = "no_number_to_compare"
    LATE_PERIOD = "late_period"
    THREE_DECIMALS = "three_decimals"


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something odd in a raw column, in so many rows."""

    what: Odd
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Typed:
    """The rows of a declaration in canonical types, and what is odd in their raw file."""

    rows: ibis.Table
    odd: tuple[Oddity, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One declaration with its raw file, read into a table of the engine.

    ``read`` rows stand in the files, ``selected`` of them meet ``where`` and hold ``amount`` of the column
    ``weight``; ``refused`` counts rows by reason, ``set_aside`` those that ``prefer`` ranks behind another,
    ``unmatched`` rows of a joined file without a partner, ``by_rule`` the values that each of several
    alternative rules gave, ``rewritten`` the rows in which a code was written as its list has it; ``odd`` is what
    else is odd in the file.
    """

    number: int
    raw: Raw
    declared: Join
    rows: ibis.Table
    read: int
    selected: int
    weight: str | None = None
    amount: Decimal = Decimal(0)
    refused: dict[str, RowCount] = field(default_factory=dict)
    set_aside: int = 0
    unmatched: int = 0
    by_rule: dict[str, dict[int, int]] = field(default_factory=dict)
    rewritten: dict[str, RowCount] = field(default_factory=dict)
    odd: tuple[Oddity, ...] = ()

    @property
    def n_refused(self) -> int:
        return self.all_refused.rows

    @property
    def share_refused(self) -> float:
        return self.n_refused / self.selected if self.selected else 0.0

    @property
    def all_refused(self) -> RowCount:
        """The refused rows, whatever the reason."""
        return sum(self.refused.values(), start=RowCount())

    def share_of(self, amount: Decimal) -> float | None:
        """An amount as a share of the amounts in the selected rows; None where none can be read."""
        return float(amount / self.amount) if amount and self.amount else None


def typed(
    connection: Any,
    table: CanonicalTable,
    declared: Join,
    raws: MappingOf[str, Raw],
    number: int,
    mapping: Mapping,
) -> Typed:
    """The rows of a declaration in canonical types, stored in the engine as ``input_NUMBER``.

    Columns: the mapped canonical ones, ``REASON`` (null where the row is good), ``SOURCE`` (``number``),
    ``FILE``, ``ROW``, and one per preference, per column with alternative rules, and per column of codes.

    Raises
    ------
    DataError
        The numbers of a column may be read with the wrong mark, and the mapping does not say to go on.
    """
    raw = raws[declared.file]
    shape = shaped(connection, raws, declared)
    rows = connection.create_view(f"raw_{number}", shape.rows)
    odd = [Oddity(Odd.LET_THROUGH, name, count) for name, count in shape.let_through.items()]
    odd += [Oddity(Odd.NO_NUMBER, name, count) for name, count in shape.no_number.items()]
    odd += _doubtful_marks(connection, rows, table, declared, raw, mapping)
    context = Context(rows, raw.declared, mapping.currencies, raw.largest_exact, raw.labels_of_values())
    rules = {table.column(name): alternatives for name, alternatives in declared.rules.items()}
    rows, converted = convert(connection, str(number), rules, context)
    columns: dict[str, ibis.Value] = {}
    reasons: list[tuple[ibis.Value, str]] = [(rows[CONTRADICTION], refusals.CONTRADICTION)]
    for column, alternatives in rules.items():
        name, read = column.name, converted[column.name]
        columns[name] = read.value
        reasons.append((read.unreadable, refusals.unreadable(name, column.kind)))
        if column.kind == "text":
            reasons.append((read.inexact, refusals.inexact(name)))
        if name in table.filled:
            reasons.append((read.value.isnull() & ~read.unreadable, refusals.missing(name)))
        if name == "flow":
            reasons.append((read.value.notnull() & read.value.notin(FLOWS), refusals.FLOW))
        if len(alternatives) > 1:
            columns[RULE.format(name)] = read.rule
        if column.letters:
            columns[REWRITTEN.format(name)] = read.rewritten
        if read.late is not None:
            columns[LATE.format(name)] = read.late
    for position, preference in enumerate(declared.prefer):
        for suffix, value in _rank(preference, rows).items():
            columns[PREFERENCE.format(position) + suffix] = value
    columns |= {
        REASON: refusals.joined(reasons),
        SOURCE: ibis.literal(number, "int32"),
        FILE: rows[FILE],
        ROW: rows[ROW],
    }
    made = connection.create_table(f"input_{number}", rows.select(**columns))
    return Typed(made, tuple(odd))


def _doubtful_marks(
    connection: Any, rows: ibis.Table, table: CanonicalTable, declared: Join, raw: Raw, mapping: Mapping
) -> list[Oddity]:
    """Columns of amounts whose decimal mark may be that of thousands; the import stops unless it is told to go on."""
    found = three_decimals(connection, rows, _written_amounts(table, declared, raw), raw.declared)
    odd = [Oddity(Odd.THREE_DECIMALS, one.column, one.count) for one in found]
    if odd and mapping.options.three_decimals == "stop":
        other = "," if raw.declared.decimal == "." else "."
        raise DataError(
            f"{odd[0].rows:,} numbers have exactly three decimals: is `{raw.declared.decimal}` the mark between "
            "thousands?",
            where=Place(file=raw.parts[0].name, column=odd[0].column),
            fix=f'If it is, say `thousands = "{raw.declared.decimal}"` and `decimal = "{other}"` of this file. If they '
            'are decimals, say `three_decimals = "warn"` in `[import]`.',
        )
    return odd


def _written_amounts(table: CanonicalTable, declared: Join, raw: Raw) -> list[str]:
    """The columns of the shaped rows that hold amounts which the file writes as text."""
    names = [
        name
        for column, rules in declared.rules.items()
        if table.column(column).kind in AMOUNTS
        for rule in rules
        for name in rule.raw_columns
    ]
    if declared.melt is not None:
        return names if raw.written else []
    if declared.pivot is not None and declared.pivot.values in raw.written:
        return names
    return [name for name in names if name in raw.written]


def _rank(preference: Preference, rows: ibis.Table) -> dict[str, ibis.Value]:
    """What rows are ordered by: the place in a list, a date in days, or a number and then a text."""
    text = rows[preference.column]
    if preference.order:
        places = ((text == value, ibis.literal(place)) for place, value in enumerate(preference.order))
        return {"": ibis.cases(*places, else_=len(preference.order))}
    if preference.date is not None:
        return {"": day(preference.date, text).epoch_days()}
    return {"": text.try_cast("float64"), "_text": text}


def _order(rows: ibis.Table, declared: Join | None) -> list[ibis.Value]:
    """Sort keys that put the preferred row first; a value that is not known comes last."""
    keys = []
    for position, preference in enumerate(declared.prefer if declared else ()):
        name = PREFERENCE.format(position)
        for column in (rows[name], *((rows[f"{name}_text"],) if f"{name}_text" in rows.columns else ())):
            last = preference.take == "last" and not preference.order
            keys.append(column.desc(nulls_first=False) if last else column.asc(nulls_first=False))
    return keys


def one_per_key(
    connection: Any, rows: ibis.Table, table: CanonicalTable, declared: Join | None, name: str
) -> ibis.Table:
    """Good rows with a ``VERDICT``: null where the row stands, that it stands aside, or why it is refused.

    Exact repetitions count once. ``declared`` gives the preferences, where there are any.
    """
    values = [column.name for column in table.columns if column.name in rows.columns]
    key = key_of(table, values)
    good = rows.filter(rows[REASON].isnull())
    if not key or _unique(connection, good, key):
        return good.mutate(**{VERDICT: ibis.null("string")})
    order = _order(good, declared)
    same_key = [good[name] for name in key]
    first = [*order, good[SOURCE], good[FILE], good[ROW]]
    ranked = good.mutate(
        __text=ibis.struct({name: good[name] for name in values}).cast("string"),
        __level=ibis.rank().over(ibis.window(group_by=same_key, order_by=order or None)),
        __place=ibis.row_number().over(ibis.window(group_by=same_key, order_by=first)),
    )
    best = ibis.ifelse(ranked["__level"] == 0, ranked["__text"], ibis.null("string"))
    whole = ibis.window(group_by=[ranked[name] for name in key])
    compared = ranked.mutate(__differ=best.min().over(whole) != best.max().over(whole))
    verdict = ibis.cases(
        (compared["__level"] > 0, refusals.ASIDE),
        (compared["__differ"], refusals.different(key)),
        (compared["__place"] > 0, refusals.REPEATED),
        else_=ibis.null("string"),
    )
    return connection.create_table(
        name, compared.mutate(**{VERDICT: verdict}).drop("__text", "__level", "__place", "__differ")
    )


def _unique(connection: Any, rows: ibis.Table, key: tuple[str, ...]) -> bool:
    repeated = rows.group_by(list(key)).agg(n=ibis._.count()).filter(ibis._.n > 1)
    return bool(connection.to_pyarrow(repeated.limit(1)).num_rows == 0)
