"""What the kinds about numbers of single firms share: the groups that are their rows, and the units of the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firmtrade.kinds.keys import Grouped
from firmtrade.query.cells import Line
from firmtrade.query.conditions import FLAGS, MODES
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.registry import numbers_of_firms
from firmtrade.query.where import EVERYONE
from firmtrade.study import Study, vocabulary
from firmtrade.study.tables import Choices, Problem

TOTAL, MODE = "total", "mode"
FLAG_ROWS = ("trade_direction", "trade_flow")
"""Sets of flags that make rows: a firm may stand in several."""
THOUSAND = 1000


class ByFirms(Grouped):
    """A table by groups of firms in the reference year; without any, of all firms in one row."""

    rows: str | None = None
    """An attribute, `division`, `mode`, or a set of flags; without it, all firms."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": frozenset({*groups, MODE, *FLAG_ROWS})}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        if self.rows in {None, MODE, *FLAG_ROWS} and {*self.totals} - {TOTAL}:
            about = "all firms" if self.rows is None else f"`{self.rows}`"
            fix = 'Only `totals = ["total"]` is possible.'
            yield ("totals",), f"rows of {about} have no subtotal", fix


def unit_of_number(measure: str, study: Study) -> tuple[str, int]:
    """Unit of a number of firms, and what it is divided by to be printed in it."""
    match numbers_of_firms()[measure].unit:
        case "currency":
            return study.value_unit, THOUSAND
        case "currency_per_employment":
            return study.productivity_unit, THOUSAND
        case _:
            return study.employment_unit, 1


def groups_by(table: ByFirms, study: Study, population: str) -> list[Group]:
    """The rows of a table, the total last."""
    words = vocabulary()
    everyone = Group(Line(TOTAL, words.other[TOTAL].label, total=True), EVERYONE)
    total = [everyone] if TOTAL in table.totals else []
    match table.rows:
        case None:
            return [everyone]
        case "mode":
            return [Group(Line(mode, words.mode[mode].label), where) for mode, where in MODES.items()] + total
        case flags if flags in FLAG_ROWS:
            labels = words.flags[flags]
            return [Group(Line(key, labels[key].label), where) for key, where in FLAGS[flags].items()] + total
        case attribute:
            return groups_of(study, table.totals, attribute, population, of_known=table.totals_of == "known")


def overlap(rows: Iterable[Line]) -> bool:
    """Whether a firm may stand in several of the rows."""
    overlapping = {key for flags in FLAG_ROWS for key in FLAGS[flags]}
    return bool(overlapping & {row.key for row in rows})
