"""The system of a whole study: every cell with a value becomes rows over atoms, every broken rule a target.

Cells that say the same of the same firms are one statement: decided once, hidden or shown together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from math import gcd, inf, isfinite, sqrt

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.protection.binding.atoms import Atoms
from firmtrade.protection.binding.differences import differences
from firmtrade.protection.binding.judge import COUNTS, DETAIL, NOTHING, JudgedComponent, judge, measure_of
from firmtrade.protection.binding.lines import lines
from firmtrade.protection.binding.merge import merged
from firmtrade.protection.binding.parts import ContributedTotal, unit_of
from firmtrade.protection.binding.sayings import Saying, sayings
from firmtrade.protection.editions.earlier import EarlierNumber, Revised
from firmtrade.protection.elimination import zero_rows
from firmtrade.protection.problem import (
    KnownRows,
    LineFamily,
    Numbers,
    Problem,
    ProtectedQuantity,
    StatementRows,
)
from firmtrade.protection.profile import Profile
from firmtrade.protection.rules import Measure
from firmtrade.protection.rules.zero_and_full import NAME as ZERO
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.measures import WEIGHT
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study

WHOLE_PLACES = 6
"""Decimal places of the totals of a room: as whole numbers they are that many places longer."""

ALONE, FLAG = -1, -2
"""What stands in the place of a denominator: of a total nothing; of the flag of a hidden number this."""

FLAG_COST = 100.0
"""What it weighs to print a number that is confidential by itself as one that protects others: as much as a number of
10,000 firms, so that it is the last resort."""


@dataclass(frozen=True)
class BoundCell:
    """A cell, the statements that it makes, and the rules that it breaks itself. ``flag`` is the statement that its
    flag makes where it is hidden by a rule, -1 where the flag says nothing."""

    spec: CellSpec
    cell: Cell
    statements: tuple[int, ...]
    breaches: tuple[JudgedComponent, ...]
    flag: int = -1


@dataclass(frozen=True)
class BoundStudy:
    """The system of a study, and which cell makes which statement. ``parts`` are the totals behind its quantities,
    ``numbers`` says which quantity a term is."""

    problem: Problem
    cells: tuple[BoundCell, ...]
    parts: Mapping[int, ContributedTotal]
    numbers: Mapping[Term, int]


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
    atoms = Atoms(study, (term for term in (*asked, *chain.from_iterable(equal)) if not term.by))
    writer = _Writer(study, atoms, profile, revised or Revised(), equal)
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


@dataclass
class _Row:
    """One statement while it is being written."""

    at: int
    over: Term
    under: Term | None
    low: float = -inf
    high: float = inf
    weight: float = 0.0
    primary: bool = False
    kept: bool = False


@dataclass
class _Writer:
    study: Study
    atoms: Atoms
    profile: Profile
    revised: Revised
    equal: Sequence[tuple[Term, Term]] = ()
    rows: dict[tuple[int, int], _Row] = field(default_factory=dict)
    quantities: list[csr_array] = field(default_factory=list)
    names: dict[tuple[tuple[str, str], bytes], int] = field(default_factory=dict)
    numbers: dict[Term, int] = field(default_factory=dict)
    parts: dict[int, ContributedTotal] = field(default_factory=dict)
    targets: dict[int, ProtectedQuantity] = field(default_factory=dict)
    nothing: set[int] = field(default_factory=set)
    certain: set[CellKey] = field(default_factory=set)
    told: dict[tuple[int, int], _Row] = field(default_factory=dict)
    units: dict[tuple[Universe, Where], int] = field(default_factory=dict)
    rests: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Quantities that are what a part leaves of a whole."""

    def quantity(self, term: Term) -> int:
        """The number of a quantity: terms over the same atoms are one."""
        if term not in self.numbers:
            row = self.atoms.row(term)
            family = (str(self.atoms.terms[term].universe), term.measure)
            name = (family, row.indices.tobytes())
            if name not in self.names:
                self.names[name] = len(self.quantities)
                self.quantities.append(row)
            self.numbers[term] = self.names[name]
        return self.numbers[term]

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
            nobody = self._nobody(spec, cell)
            return BoundCell(spec, cell, () if nobody is None else (nobody,), ())
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
        row = self.rows.setdefault((at, FLAG), _Row(len(self.rows), term, None, 1.0, most, FLAG_COST))
        return row.at

    def know(self, number: EarlierNumber) -> None:
        """Note what was printed before of a cell."""
        for saying in sayings(number.spec, number.value):
            if any(term.by for term in (saying.over, saying.under) if term is not None):
                continue
            under = ALONE if saying.under is None else self.quantity(saying.under)
            key = (self.quantity(saying.over), under)
            row = self.told.setdefault(key, _Row(len(self.told), saying.over, saying.under))
            row.low = max(row.low, saying.low - number.within)
            row.high = min(row.high, saying.high + number.within)

    def _nobody(self, spec: CellSpec, cell: Cell) -> int | None:
        """An undefined number says that nobody is in its group, where that is why."""
        base = spec.terms.get("base", spec.group)
        if base.by:
            return None
        part = self.parts.get(self.quantity(base))
        if part is None or part.firms:
            return None
        return self._row(Saying(base, None, 0.0, 0.0), cell, primary=False)

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
            self.certain = {keys[at] for at in zero_rows(self._given(), csr_array(vstack(rows)))}

    def _known(self, saying: Saying) -> bool:
        terms = [term for term in (saying.over, saying.under) if term is not None]
        return all(not term.by and self.quantity(term) in self.parts for term in terms)

    def _row(self, saying: Saying, cell: Cell, *, primary: bool) -> int:
        under = ALONE if saying.under is None else self.quantity(saying.under)
        key = (self.quantity(saying.over), under)
        row = self.rows.setdefault(key, _Row(len(self.rows), saying.over, saying.under))
        row.low, row.high = max(row.low, saying.low), min(row.high, saying.high)
        row.weight += self._weight(cell)
        row.primary |= primary
        row.kept |= self._never_hidden(key) and not primary
        return row.at

    def _weight(self, cell: Cell) -> float:
        wish = self.profile.secondary.weights.get(cell.key.table, 1.0)
        return wish * (1 + sqrt(cell.n_firms or 0))

    def _never_hidden(self, key: tuple[int, int]) -> bool:
        """A number of no firms protects nothing where zeros are shown: every reader knows that hidden ones are more."""
        return self.profile.rules.zeros_shown and key[1] < 0 and self.parts[key[0]].firms == 0

    def _protect(self, spec: CellSpec, judged: JudgedComponent) -> None:
        term = spec.terms.get(judged.component)
        if term is None or term.by:
            return
        at, below, above = self.quantity(term), judged.breach.below, judged.breach.above
        if judged.complement:
            base = self.quantity(spec.terms["base"])
            self._target(self._difference(base, at), self.parts[base].without(self.parts[at]), below, above)
        else:
            self._target(at, self.parts[at], below, above, self._unit(term, at))

    def _unit(self, term: Term, at: int) -> int:
        """The unit alone behind a quantity: behind all measures of the same firms it is the same one."""
        wide = self.atoms.terms[term]
        if self.parts[at].units != 1 or term.measure == WEIGHT:  # no firm knows its weight in a sample
            return -1
        return self.units.setdefault((wide.universe, wide.where), at)

    def _difference(self, whole: int, part: int) -> int:
        row = csr_array(self.quantities[whole] - self.quantities[part])
        row.eliminate_zeros()
        row.sort_indices()
        name = (("difference", ""), row.indices.tobytes() + row.data.tobytes())
        if name not in self.names:
            self.names[name] = len(self.quantities)
            self.quantities.append(row)
            self.rests[self.names[name]] = whole, part
        return self.names[name]

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
        """The system, with unions and differences, and with atoms that every row treats alike made one."""
        rules = self.profile.rules
        if rules.differences:
            for whole, inner in differences(self.atoms, self.parts, self.numbers, rules.minimum_units.units):
                left = self.parts[whole].without(self.parts[inner])
                self._target(self._difference(whole, inner), left, *self._range(left))
        families = tuple(
            LineFamily(total, parts) for total, parts in lines(tables, self.numbers, self.quantities)
        )
        given = self._given().and_also(self._somebody(cells)).and_also(self._known_before())
        problem = Problem(
            statements=self._statements(),
            cost=np.array([row.weight for row in self.rows.values()]),
            primary=np.array([row.primary for row in self.rows.values()], dtype=bool),
            quantities=csr_array(
                vstack([csr_array((0, self.atoms.width), dtype=np.int64), *self.quantities])
            ),
            of_statement=np.array(
                [over if under == ALONE else -1 for over, under in self.rows], dtype=np.int64
            ),
            low=self._lows(),
            high=np.full(self.atoms.width, inf),
            whole=self._wholes(),
            given=given,
            targets=tuple(self.targets[at] for at in sorted(self.targets)),
            kept=np.array([row.kept and not row.primary for row in self.rows.values()], dtype=bool),
            families=families,
            numbers=self._numbers(families, cells),
        )
        return BoundStudy(merged(problem), tuple(cells), dict(self.parts), dict(self.numbers))

    def _range(self, part: ContributedTotal) -> tuple[float, float]:
        if measure_of(part.term.measure) is Measure.COUNT:
            return 0.0, 0.0
        distance = abs(float(part.total)) * self.profile.rules.minimum_units.range / 100
        return distance, distance

    def _numbers(self, families: Sequence[LineFamily], cells: Sequence[BoundCell]) -> Numbers:
        """The system over quantities."""
        width = len(self.quantities)
        said = [line for key, row in self.rows.items() for line, _, _ in self._ends(key, row)]
        sure: list[tuple[dict[int, float], float, float]] = [
            ({family.total: 1.0} | dict.fromkeys(family.parts, -1.0), 0.0, 0.0) for family in families
        ]
        sure += [
            ({whole: 1.0, part: -1.0, rest: -1.0}, 0.0, 0.0) for rest, (whole, part) in self.rests.items()
        ]
        sure += [
            ({over: 1.0, under: -1.0}, -inf, 0.0)
            for over, under in self.rows
            if under >= 0 and over != under and self._inside(over, under)
        ]
        sure += [({at: 1.0}, 0.0, 0.0) for at in sorted(self.nothing)]
        sure += [({at: 1.0}, 1.0, inf) for at in self._there(cells)]
        sure += [end for key, row in self.told.items() for end in self._ends(key, row)]
        lines, low, high = zip(*sure, strict=True) if sure else ((), (), ())
        facts = KnownRows.of(_over(lines, width), low, high, csr_array((len(lines), width), dtype=np.int64))
        return Numbers(_over(said, width), facts)

    def _inside(self, part: int, whole: int) -> bool:
        """Whether one quantity counts some of what another counts."""
        left = self.quantities[whole] - self.quantities[part]
        return bool((left.data >= 0).all())

    def _statements(self) -> StatementRows:
        written = [self._written(key, row) for key, row in self.rows.items()]
        width = self.atoms.width
        matrix, low, high, owner = [], [], [], []
        for at, (ratios, _) in enumerate(written):
            for line, least, most in ratios:
                matrix.append(line)
                low.append(least)
                high.append(most)
                owner.append(at)
        return StatementRows(
            csr_array(vstack(matrix)) if matrix else csr_array((0, width)),
            np.array(low),
            np.array(high),
            np.array(owner, dtype=np.int64),
            csr_array(vstack([exact for _, exact in written]))
            if written
            else csr_array((0, width), dtype=np.int64),
        )

    def _written(
        self, key: tuple[int, int], row: _Row
    ) -> tuple[list[tuple[csr_array, float, float]], csr_array]:
        """A statement as rows with their intervals, and as the row that holds for the unrounded number: empty where
        that is not known."""
        one = self.quantities[key[0]]
        ratios = [
            (csr_array(sum(self.quantities[at] * weight for at, weight in line.items())), least, most)
            for line, least, most in self._ends(key, row)
        ]
        if row.under is None:
            return ratios, csr_array(one.shape, dtype=np.int64) if key[1] == FLAG else one
        other = self.quantities[key[1]]
        if key[0] not in self.parts or key[1] not in self.parts:
            return ratios, csr_array(one.shape, dtype=np.int64)
        return ratios, _exact_ratio(one, other, self.parts[key[0]].total, self.parts[key[1]].total)

    def _ends(self, key: tuple[int, int], row: _Row) -> list[tuple[dict[int, float], float, float]]:
        """A statement as rows over quantities with their intervals."""
        unit = unit_of(row.over.measure)
        if row.under is None:
            return [({key[0]: 1.0}, row.low / unit, row.high / unit)]
        factor = unit_of(row.under.measure) / unit
        bounds = ((row.high, -inf, 0.0), (row.low, 0.0, inf))
        found = []
        for ratio, least, most in bounds:
            if isfinite(ratio):
                line = {key[0]: 1.0}
                line[key[1]] = line.get(key[1], 0.0) - ratio * factor
                found.append((line, least, most))
        return found

    def _known_before(self) -> KnownRows:
        """What was printed before, as facts for every reader."""
        nothing = csr_array((1, self.atoms.width), dtype=np.int64)
        matrix, low, high, exact = [], [], [], []
        for key, row in self.told.items():
            ratios, whole = self._written(key, row)
            if row.under is None and row.low < row.high and row.over.measure in COUNTS:
                whole = nothing
            for at, (line, least, most) in enumerate(ratios):
                matrix.append(line)
                low.append(least)
                high.append(most)
                exact.append(nothing if at else whole)
        return (
            KnownRows.of(vstack(matrix), low, high, vstack(exact))
            if matrix
            else KnownRows.none(self.atoms.width)
        )

    def _given(self) -> KnownRows:
        agree = self.atoms.agreements()
        empty = [self.quantities[at] for at in sorted(self.nothing)]
        equal = [self.atoms.row(one) - self.atoms.row(other) for one, other in self.equal]
        rows = csr_array(vstack([agree, *empty, *equal])) if empty or equal else agree
        return KnownRows.of(rows, np.zeros(rows.shape[0]), np.zeros(rows.shape[0]))

    def _somebody(self, cells: Sequence[BoundCell]) -> KnownRows:
        """Numbers of firms that every reader knows to be at least one: of rows that are printed only where a firm
        stands in them; all of them where zeros are shown."""
        there = self._there(cells)
        nobody = csr_array((0, self.atoms.width), dtype=np.int64)
        rows = csr_array(vstack([nobody, *(self.quantities[at] for at in there)]))
        ends = np.ones(len(there)), np.full(len(there), inf)
        return KnownRows.of(rows, *ends, csr_array(rows.shape, dtype=np.int64))

    def _there(self, cells: Sequence[BoundCell]) -> list[int]:
        groups = {self.quantity(each.spec.group) for each in cells if each.spec.optional}
        counts = {
            self.quantity(each.spec.terms["count"])
            for each in cells
            if each.spec.formula is Formula.COUNT and self.profile.rules.zeros_shown
        }
        return [at for at in sorted(groups | counts) if at not in self.parts or self.parts[at].firms]

    def _lows(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        low = np.zeros(self.atoms.width)
        for block in self.atoms.blocks:
            if measure_of(block.family[1]) is Measure.SIGNED:
                low[block.start : block.start + block.cells.height] = -inf
        return low

    def _wholes(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        whole = np.zeros(self.atoms.width, dtype=bool)
        for block in self.atoms.blocks:
            whole[block.start : block.start + block.cells.height] = block.family[1] in COUNTS
        return whole


def _over(lines: Sequence[Mapping[int, float]], width: int) -> csr_array:
    """Weights by column as rows."""
    entries = [
        (at, column, weight) for at, line in enumerate(lines) for column, weight in line.items() if weight
    ]
    at, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((weights, (at, columns)), shape=(len(lines), width), dtype=np.float64))


def _exact_ratio(over: csr_array, under: csr_array, upper: Decimal, lower: Decimal) -> csr_array:
    """The row that is 0 where the unrounded ratio holds, in whole numbers."""
    first, second = (int(total.scaleb(WHOLE_PLACES)) for total in (upper, lower))
    divisor = gcd(first, second) or 1
    return csr_array(over * (second // divisor) - under * (first // divisor))
