"""An earlier release as a reader has it at hand: what it prints holds for whatever is released now.

Of the same data every printed number is a fact, also where it stands in another study of the same firms. Of other data,
a later delivery or a correction, the number printed now less the one printed then tells of the firms that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from firmtrade.kinds import specify
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.measures import FIRMS
from firmtrade.sources.edition import KEYED, keyed, parse_text
from firmtrade.sources.notation import numbers_in
from firmtrade.studies import parse_study
from firmtrade.studies.joint import dated, joint_study, same_firms
from firmtrade.study import Study

_Meaning = tuple[Formula, frozenset[tuple[str, Term]]]


@dataclass(frozen=True, slots=True)
class EarlierNumber:
    """A number that was printed before, and what it is a number of; the true one lies ``within`` so much of it."""

    spec: CellSpec
    value: float
    within: int = 0


@dataclass(frozen=True)
class Revised:
    """What was printed from other data: which cells, and the numbers of firms by what they count."""

    cells: frozenset[CellKey] = frozenset()
    firms: Mapping[Term, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Before:
    """What earlier releases mean for one of a study: the ``study`` with the names of theirs; the numbers that are
    ``known`` of the same data; and what other data said, ``revised`` since."""

    study: Study
    known: tuple[EarlierNumber, ...] = ()
    revised: Revised = Revised()


@dataclass(frozen=True)
class Earlier:
    """A release that is out: its study, the fingerprint of its data, the text of ``cells.csv`` and the numbers in
    it."""

    study: Study
    data: str
    cells: str
    values: Mapping[CellKey, float]
    within: int = 0
    """How far true numbers of firms lie from the printed ones, where these were rounded or perturbed."""

    @classmethod
    def of(cls, study: str, cells: str, data: str, name: str = "study.toml", within: int = 0) -> Earlier:
        """From the text of ``study.toml`` and ``cells.csv``; data is a fingerprint."""
        rows = keyed(parse_text("cells.csv", cells, KEYED).rows, "cells.csv")
        values = {key: float(meant[0]) for _, key, row in rows if (meant := numbers_in(row["value"]))}
        return cls(parse_study(study, name), data, cells, values, within)

    def numbers(self, joint: Study) -> Iterable[EarlierNumber]:
        """Every printed number with its specification, as one of a study that is ``joint`` with this one; shares of
        changed numbers of firms say no more than these."""
        for table in dated(specify(self.study), self.study, joint):
            for spec in table.cells:
                if spec.formula is Formula.CODE or spec.key not in self.values:
                    continue
                counts = spec.formula is Formula.COUNT
                if counts or not self.within or not _of_firms(spec):
                    yield EarlierNumber(spec, self.values[spec.key], self.within if counts else 0)


def before(study: Study, tables: Iterable[TableSpec], data: str, earlier: Iterable[Earlier]) -> Before:
    """What earlier releases mean for one of the ``tables`` of ``study`` and the fingerprint ``data``.
    Those of another country or other measures mean nothing.

    Raises
    ------
    UsageError
        A name means one thing in an earlier study and another in this one.
    """
    own = defaultdict[_Meaning, list[CellKey]](list)
    for spec in (spec for table in tables for spec in table.cells):
        own[_meaning(spec)].append(spec.key)
    wide, known, revised, firms = (
        study,
        list[EarlierNumber](),
        set[CellKey](),
        dict[Term, tuple[float, ...]](),
    )
    for each in earlier:
        if not same_firms(study, each.study):
            continue
        if each.data == data:
            wide = joint_study(wide, each.study)
            known += each.numbers(study)
            continue
        for number in each.numbers(study):
            keys = own.get(_meaning(number.spec))
            if number.within or not keys:
                continue
            revised.update(keys)
            if number.spec.formula is Formula.COUNT:
                term = number.spec.terms["count"]
                firms[term] = (*firms.get(term, ()), number.value)
    return Before(wide, tuple(known), Revised(frozenset(revised), firms))


def _meaning(spec: CellSpec) -> _Meaning:
    """What a number is of, whatever its table is called."""
    return spec.formula, frozenset(spec.terms.items())


def _of_firms(spec: CellSpec) -> bool:
    return all(term.measure == FIRMS for term in spec.terms.values())
