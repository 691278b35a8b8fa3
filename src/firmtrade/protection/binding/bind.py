"""The system of a whole study: every cell with a value becomes rows over atoms, every broken rule a target.

Cells that say the same of the same firms are one statement: decided once, hidden or shown together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from math import inf, sqrt

from scipy.sparse import csr_array, vstack

from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.protection.binding.atoms import Atoms
from firmtrade.protection.binding.bound import BoundCell, BoundStudy
from firmtrade.protection.binding.collected import ALONE, FLAG, Collected, StatedRow
from firmtrade.protection.binding.differences import differences
from firmtrade.protection.binding.judge import (
    COUNTS,
    DETAIL,
    NOTHING,
    TRADE,
    JudgedComponent,
    judge,
    measure_of,
)
from firmtrade.protection.binding.parts import ContributedTotal, unit_of
from firmtrade.protection.binding.sayings import Saying, sayings
from firmtrade.protection.binding.system import problem_of
from firmtrade.protection.editions.earlier import EarlierNumber, Revised
from firmtrade.protection.elimination import zero_rows
from firmtrade.protection.problem import ProtectedQuantity
from firmtrade.protection.profile import Profile
from firmtrade.protection.rules import Measure
from firmtrade.protection.rules.zero_and_full import NAME as ZERO
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.measures import FIRMS, WEIGHT
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study

FLAG_COST = 100.0
"""What it weighs to print a number that is confidential by itself as one that protects others: as much as a number of
10,000 firms, so that it is the last resort."""


def bind(
    study: Study,
    tables: Sequence[TableSpec],
    cells: Mapping[CellKey, Cell],
    profile: Profile,
    known: Sequence[EarlierNumber] = (),
    revised: Revised | None = None,
) -> BoundStudy:
    """Write the system of the cells of a study.

    ``known`` are numbers of the same firms that were printed before, of this study or of one whose names ``study`` has
    too; ``revised`` is what was printed from other data."""
    specs = [spec for table in tables for spec in table.cells if spec.formula is not Formula.CODE]
    known_specs = [number.spec for number in known]
    asked = [
        term
        for spec in (*specs, *known_specs)
        for term in (*spec.terms.values(), spec.group, spec.spread)
        if term
    ]
    equal = [pair for table in tables for pair in table.equal]
    at_most = [pair for table in tables for pair in table.at_most]
    made_up = [sums for table in tables for sums in table.made_up]
    together = (term for one, others in (*at_most, *made_up) for term in (one, *others))
    beside = (*chain.from_iterable(equal), *together)
    atoms = Atoms(study, (term for term in (*asked, *beside) if not term.by))
    wishes = {table.id: table.priority for table in tables} | profile.secondary.weights
    writer = _Writer(atoms, profile, revised or Revised(), wishes, equal, at_most, made_up)
    for spec in specs:
        cell = cells.get(spec.key)
        if cell is not None:
            writer.learn(spec, cell)
    printed = {key.table for key in cells}
    writer.empty(
        spec for spec in specs if spec.optional and spec.key not in cells and spec.key.table in printed
    )
    writer.settle(spec for spec in specs if spec.key in cells)
    bound = [writer.add(spec, cells[spec.key]) for spec in specs if spec.key in cells]
    for number in known:
        writer.know(number)
    return writer.finish(bound, tables)


class _Writer(Collected):
    """Collects what cells say and which rules they break."""

    def __init__(
        self,
        atoms: Atoms,
        profile: Profile,
        revised: Revised,
        wishes: Mapping[str, float],
        equal: Sequence[tuple[Term, Term]],
        at_most: Sequence[tuple[Term, tuple[Term, ...]]],
        made_up: Sequence[tuple[Term, tuple[Term, ...]]],
    ) -> None:
        super().__init__(atoms, equal, at_most, made_up)
        self.profile, self.revised, self.wishes = profile, revised, wishes
        self.certain: set[CellKey] = set()
        self.units: dict[tuple[Universe, Where], int] = {}
        self.nobodies: dict[Term, Term | None] = {}
        """Numbers of firms that are confidential because they are none, or all of others."""

    def learn(self, spec: CellSpec, cell: Cell) -> None:
        """Note the totals behind a cell."""
        for part in cell.contributions:
            term = spec.terms.get(part.component)
            if term is not None and not term.by:
                known = ContributedTotal(
                    term, Decimal(part.total), part.n_firms, part.n_units,
                    Decimal(part.largest), Decimal(part.second_largest),
                )  # fmt: skip
                self.parts.setdefault(self.quantity(term), known)

    def add(self, spec: CellSpec, cell: Cell) -> BoundCell:
        """Write a cell: what it says, and the rules that it breaks."""
        if cell.status is ObsStatus.UNDEFINED:
            return BoundCell(spec, cell, self._nobody(spec.terms.get("base", spec.group), cell), ())
        # What is hidden already says nothing, and needs what it needed before.
        hidden = cell.status is ObsStatus.SUPPRESSED
        if spec.key in self.certain or (cell.value is None and not hidden):
            return BoundCell(spec, cell, (), ())
        before = self.revised.firms if spec.key in self.revised.cells else NOTHING
        broken = judge(spec, cell, self.profile, before)
        breaches = tuple(each for each in broken if not self._left_out(spec, each))
        rows = [
            self._row(saying, cell, primary=bool(breaches))
            for saying in (() if cell.value is None else sayings(spec, cell.value))
            if self._known(saying)
        ]
        over = (
            spec.terms.get("count")
            if spec.formula is Formula.SHARE
            else next(iter(spec.terms.values()), None)
        )
        if cell.value == 0 and over is not None and over.measure in TRADE:
            rows += self._nobody(over, cell)
        for judged in breaches:
            self._protect(spec, judged)
        unflagged = hidden and cell.confidentiality is Confidentiality.SECONDARY
        flag = self._flag(spec) if breaches and spec.formula is Formula.COUNT and not unflagged else -1
        return BoundCell(spec, cell, tuple(rows), breaches, flag)

    def _flag(self, spec: CellSpec) -> int:
        """What everybody reads from the flag of a number of firms that is hidden by a rule: that there is one, and
        where that is true that there are fewer than the rule asks for."""
        term = spec.terms["count"]
        at = self.quantity(term)
        if at not in self.parts or not self.parts[at].firms:
            return -1
        rules = self.profile.rules
        least = rules.minimum_units.units
        if rules.partner_detail and term.where.dimensions & DETAIL:
            least = max(least, rules.partner_detail.units)
        most = least - 1.0 if self.parts[at].firms < least else inf
        row = self.rows.setdefault((at, FLAG), StatedRow(len(self.rows), term, None, 1.0, most, FLAG_COST))
        return row.at

    def know(self, number: EarlierNumber) -> None:
        """Note what was printed before of a cell."""
        for saying in sayings(number.spec, number.value):
            if any(term.by for term in (saying.over, saying.under) if term is not None):
                continue
            under = ALONE if saying.under is None else self.quantity(saying.under)
            key = (self.quantity(saying.over), under)
            row = self.told.setdefault(key, StatedRow(len(self.told), saying.over, saying.under))
            row.low = max(row.low, saying.low - number.within)
            row.high = min(row.high, saying.high + number.within)

    def _nobody(self, base: Term, cell: Cell) -> tuple[int, ...]:
        """An undefined number and an amount of zero say that nobody is in a group, where that is why: there are
        no firms and no amounts."""
        firms = replace(base, measure=FIRMS)
        terms = [term for term in dict.fromkeys((base, firms)) if not term.by and term in self.atoms.terms]
        parts = [self.parts.get(self.quantity(term)) for term in terms]
        if any(part is not None and part.firms for part in parts):
            return ()
        return tuple(
            self._row(Saying(term, None, 0.0, 0.0), cell, primary=False)
            for term, part in zip(terms, parts, strict=True)
            if part is not None
        )

    def _left_out(self, spec: CellSpec, judged: JudgedComponent) -> bool:
        """Whether a zero says no more than a table that leaves the empty group out."""
        term = spec.terms.get(judged.component)
        return (
            judged.breach.rule == ZERO
            and term is not None
            and not term.by
            and self.quantity(term) in self.nothing
        )

    def empty(self, specs: Iterable[CellSpec]) -> None:
        """Groups that a table leaves out because no firm is in them: every reader knows that, and that their totals are
        zero."""
        for spec in specs:
            group = (spec.group.universe, spec.group.where)
            own = [
                term for term in spec.terms.values() if (term.universe, term.where) == group and not term.by
            ]
            self.nothing.update(map(self.quantity, (spec.group, *own)))

    def settle(self, specs: Iterable[CellSpec]) -> None:
        """Note the shares that are 0% or 100% by definition and by what tables leave out: they say nothing of any
        firm."""
        shares = [
            spec
            for spec in specs
            if spec.formula is Formula.SHARE and not any(term.by for term in spec.terms.values())
        ]
        rows, keys = [], []
        for spec in shares:
            count, base = (self.quantities[self.quantity(spec.terms[name])] for name in ("count", "base"))
            if spec.terms["count"].measure == spec.terms["base"].measure:
                rows += [count, csr_array(base - count)]
                keys += [spec.key, spec.key]
        if rows:
            self.certain = {keys[at] for at in zero_rows(self.given(), csr_array(vstack(rows)))}

    def _known(self, saying: Saying) -> bool:
        terms = [term for term in (saying.over, saying.under) if term is not None]
        return all(not term.by and self.quantity(term) in self.parts for term in terms)

    def _row(self, saying: Saying, cell: Cell, *, primary: bool) -> int:
        under = ALONE if saying.under is None else self.quantity(saying.under)
        key = (self.quantity(saying.over), under)
        row = self.rows.setdefault(key, StatedRow(len(self.rows), saying.over, saying.under))
        row.low, row.high = max(row.low, saying.low), min(row.high, saying.high)
        row.weight += self._weight(cell)
        row.primary |= primary
        row.kept |= self._never_hidden(key) and not primary
        return row.at

    def _weight(self, cell: Cell) -> float:
        return self.wishes[cell.key.table] * (1 + sqrt(cell.n_firms or 0))

    def _never_hidden(self, key: tuple[int, int]) -> bool:
        """A number of no firms protects nothing where zeros are shown: every reader knows that hidden ones are more."""
        return self.profile.rules.zeros_shown and key[1] < 0 and self.parts[key[0]].firms == 0

    def _protect(self, spec: CellSpec, judged: JudgedComponent) -> None:
        term = spec.terms.get(judged.component)
        if term is None or term.by:
            return
        if judged.breach.rule == ZERO and term.measure == FIRMS:
            self.nobodies[term] = spec.terms["base"] if judged.complement else None
        at, below, above = self.quantity(term), judged.breach.below, judged.breach.above
        if judged.complement:
            base = self.quantity(spec.terms["base"])
            self._target(self.difference(base, at), self.parts[base].without(self.parts[at]), below, above)
        else:
            self._target(at, self.parts[at], below, above, self._unit(term, at))

    def _unit(self, term: Term, at: int) -> int:
        """The unit alone behind a quantity: behind all measures of the same firms it is the same one."""
        wide = self.atoms.terms[term]
        if self.parts[at].units != 1 or term.measure == WEIGHT:  # no firm knows its weight in a sample
            return -1
        return self.units.setdefault((wide.universe, wide.where), at)

    def _target(self, at: int, part: ContributedTotal, below: float, above: float, alone: int = -1) -> None:
        unit = unit_of(part.term.measure)
        old = self.targets.get(at)
        self.targets[at] = ProtectedQuantity(
            at,
            float(part.total) / unit,
            max(below / unit, old.below if old else 0.0),
            max(above / unit, old.above if old else 0.0),
            whole=part.term.measure in COUNTS,
            alone=at if alone < 0 and part.units == 1 and part.term.measure != WEIGHT else alone,
        )

    def finish(self, cells: Sequence[BoundCell], tables: Sequence[TableSpec]) -> BoundStudy:
        """The system, with what everybody sees of two totals."""
        rules = self.profile.rules
        if rules.differences:
            for whole, inner in differences(self.atoms, self.parts, self.numbers, rules.minimum_units.units):
                left = self.parts[whole].without(self.parts[inner])
                self._target(self.difference(whole, inner), left, *self._range(left))
        self._worth_nothing()
        problem = problem_of(self, cells, tables, zeros_shown=rules.zeros_shown)
        return BoundStudy(problem, tuple(cells), dict(self.parts), dict(self.numbers))

    def _worth_nothing(self) -> None:
        """Protect what nobody sells as the number of those who do: of a zero either says the other."""
        for firms, base in self.nobodies.items():
            for measure in sorted(TRADE):
                amount = replace(firms, measure=measure)
                at = self.numbers.get(amount)
                whole = None if base is None else self.numbers.get(replace(base, measure=measure))
                if at not in self.parts or at is None:
                    continue
                if base is None:
                    self._target(at, self.parts[at], 0.0, 0.0)
                elif whole in self.parts and whole is not None:
                    left = self.parts[whole].without(self.parts[at])
                    self._target(self.difference(whole, at), left, 0.0, 0.0)

    def _range(self, part: ContributedTotal) -> tuple[float, float]:
        if measure_of(part.term.measure) is Measure.COUNT:
            return 0.0, 0.0
        distance = abs(float(part.total)) * self.profile.rules.minimum_units.range / 100
        return distance, distance
