"""What the population is fitted to: printed cells as intervals, and facts of the prose as softer wishes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from firmtrade.errors import DataError, UsageError
from firmtrade.linked.edition import Edition, read_edition
from firmtrade.linked.population.base import base_of, root_populations
from firmtrade.linked.population.facts import read_facts
from firmtrade.linked.population.prepared import Prepared, fingerprint, prepared
from firmtrade.linked.population.structure import solve_margins
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.ratios import search
from firmtrade.linked.repair import repair
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula
from firmtrade.study import Study

FACTS = "-facts.csv"
"""Facts stand beside an edition, in a file with this end in place of ``.csv``."""
STUDIES = "firmtrade.studies"
REFERENCE_FIRST = 10.0
"""Price of giving up a cell of the reference year, against 1 for a cell of the panel."""
LIGHTER = 0.99
"""Price of giving up a cell beside a count that is given up; it decides between repairs of the same size."""
MOST = 0.1
"""Share of an edition that may be given up; beyond it, the edition describes no population."""


@dataclass(frozen=True)
class Targets:
    """Printed cells, facts, and the cells given up so that all others can be true together."""

    printed: tuple[CellTarget, ...]
    facts: tuple[CellTarget, ...]
    given_up: frozenset[CellKey]
    prepared: Prepared | None = None
    """What was solved beforehand for these cells and facts."""

    @property
    def cells(self) -> tuple[CellTarget, ...]:
        """The printed cells to be fitted."""
        return tuple(target for target in self.printed if target.key not in self.given_up)


def targets_of(study: Study, edition: Path | None) -> Targets:
    """The largest part of an edition that can be true at once, and the facts that stand beside it.

    Without ``edition`` the one that comes with the study is used; without any there is nothing to fit.

    Raises
    ------
    UsageError, InputError
        The edition or the facts cannot be read.
    DataError
        More than a tenth of the edition would have to be given up; the message names a contradiction.
    """
    found = _edition(study, edition)
    if found is None:
        return Targets((), (), frozenset())
    read, facts = found
    printed = tuple(
        CellTarget(cell.spec, cell.printed, cell.interval.low, cell.interval.high) for cell in read.classed
    )
    bases = [base_of(study, root) for root in root_populations(study)]
    known = prepared(study, fingerprint((*printed, *facts), bases))
    return Targets(printed, facts, known.given_up if known else _given_up(read, _system(read)), known)


def solve_counts(study: Study) -> Prepared:
    """What is given up of the bundled edition of a study, and its whole margins, solved anew."""
    found = _edition(study, None)
    assert found is not None, "the study has an edition"
    read, facts = found
    printed = tuple(
        CellTarget(cell.spec, cell.printed, cell.interval.low, cell.interval.high) for cell in read.classed
    )
    system = _system(read)
    targets = Targets(printed, facts, _given_up(read, system))
    roots = root_populations(study)
    bases = [base_of(study, root) for root in roots]
    return Prepared(
        fingerprint((*printed, *facts), bases),
        targets.given_up,
        frozenset(search(system, targets.given_up).missed),
        {
            base.population: solve_margins(base, roots[base.population], targets.cells + facts)
            for base in bases
        },
    )


def _edition(study: Study, edition: Path | None) -> tuple[Edition, tuple[CellTarget, ...]] | None:
    if edition is not None:
        beside = edition.with_name(edition.name.removesuffix(".csv") + FACTS)
        text = beside.read_text(encoding="utf-8-sig") if beside.is_file() else None
        read = read_edition(edition, study)
    else:
        name = study.head.edition
        if name is None:
            return None
        bundled = files(STUDIES).joinpath(name)
        if not bundled.is_file():
            raise UsageError(
                f"The study {study.name} names the edition `{name}`, which does not come with the program.",
                fix="Give its path with --edition, or the path of the study it stands beside.",
            )
        entry = files(STUDIES).joinpath(name.removesuffix(".csv") + FACTS)
        text, beside = (entry.read_text(encoding="utf-8") if entry.is_file() else None), Path(entry.name)
        read = read_edition(Path(str(bundled)), study)
    return read, tuple(read_facts(text, beside.name, study)) if text else ()


def _system(edition: Edition) -> LinkedSystem:
    return LinkedSystem.build(edition.study, edition.classed, empty=edition.left_out)


def _given_up(edition: Edition, system: LinkedSystem) -> frozenset[CellKey]:
    """The cheapest cells to give up: of the reference year last, of rows that lose a cell anyway first.

    A row whose number of firms is given up speaks of other firms than the rest of its table; what else it
    says about them is given up more lightly than what another row says.
    """
    year = str(edition.study.reference_year)
    price = {cell.key: REFERENCE_FIRST for cell in edition.classed if cell.spec.year == year}
    found = repair(system, price, among=sorted(system.keys))
    rows = {key[:3] for key in found.cells if edition.by_key[key].spec.formula is Formula.COUNT}
    lighter = {key: LIGHTER for key in system.keys if key[:3] in rows and key not in price}
    found = repair(system, price | lighter, known=found.conflicts, among=sorted(system.keys))
    if len(found.cells) > MOST * len(edition.classed):
        worst = min(found.conflicts, key=lambda conflict: (len(conflict), sorted(conflict)))
        raise DataError(
            f"No population has these numbers: {len(found.cells)} of {len(edition.classed)} printed "
            "statistics contradict the others. "
            f"These cannot all be true: {', '.join(map(str, sorted(worst)))}.",
            fix="`firmtrade audit` lists every contradiction; correct the edition, then synthesize again.",
        )
    return found.cells
