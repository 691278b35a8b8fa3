"""One small drawn study protected and attacked in every way: by brute force, by the audit, and by the attack from
outside. What does not hold is named; what was looked at is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from every_population.drawing import Drawn, drawn, nested
from every_population.numbers import printed
from every_population.reader import Reader
from every_population.studies import TRADERS
from firmtrade.errors import DataError
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.protection.attack.attack import attack_published
from firmtrade.protection.attack.published import PublishedRelease, nothing
from firmtrade.protection.audit import audit, failing
from firmtrade.protection.editions import Before, EarlierNumber
from firmtrade.protection.profile import Profile, load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.study import Study


@dataclass
class Examined:
    """What was looked at, by name, and the sentences that do not hold."""

    counted: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, other: Examined) -> None:
        """Add what another study showed."""
        self.counted += other.counted
        self.broken += other.broken


def profiles() -> tuple[Profile, ...]:
    """The bundled profiles, and two that ask for less: zeros shown, and numbers of units alone."""
    first = load_profile("publication")
    without = [
        first.rules.model_copy(update={"zero_and_full": None}),
        first.rules.model_copy(
            update={"zero_and_full": None, "p_percent": None, "differences": False, "complements": False}
        ),
    ]
    return (
        first,
        *(first.model_copy(update={"rules": rules}) for rules in without),
        load_profile("research-output"),
    )


def examine(seed: int) -> Examined:
    """Protect a drawn study and try everything that may give a firm away: profiles take turns, and one study in four is
    of levels or growth, one of traders."""
    choices = profiles()
    profile = choices[seed % len(choices)]
    period = {1: TRADERS, 3: "window"}.get(seed // len(choices) % 4, "reference")
    found, one = Examined(), drawn(seed, period)
    cells = one.cells
    done = protect_cells(one.study, one.tables, cells, profile)
    found.counted += Counter(studies=1, numbers=len(cells), hidden=len(done.hidden))
    say = f"{period} {seed}: "
    zeros, units = profile.rules.zeros_shown, profile.rules.minimum_units.units

    reader = Reader(one, done.cells, units=units, zeros_shown=zeros)
    primary = {each.key for each in done.hidden if each.primary}
    bare = tuple(cell.hidden(Confidentiality.PRIMARY) if cell.key in primary else cell for cell in cells)
    other = Reader(one, bare, units=units, zeros_shown=zeros)
    pinned = 0
    for name, whole, part in protected(one, done, profile):
        values = reader.values(whole, part)
        if values is None:
            found.counted["too many populations"] += 1
            continue
        found.counted["protected quantities"] += 1
        if len(values) < 2:
            found.broken.append(f"{say}{name} is the same in all populations")
        pinned += len(other.values(whole, part) or ()) == 1
    found.counted += Counter(
        {"pinned without secondary suppression": pinned, "studies that leak then": pinned > 0}
    )

    _agree(found, say, one, done, bare, other, primary)
    _stable(found, say, one, done, profile)
    _later(found, say, one, done, profile, zeros)
    return found


def protected(one: Drawn, done: ProtectedCells, profile: Profile) -> Iterator[tuple[str, Term, Term | None]]:
    """Every quantity that a rule protects: components of cells, complements, and differences of few firms."""
    for each in done.bound.cells:
        for judged in each.breaches:
            term = each.spec.terms[judged.component]
            pair = (each.spec.terms["base"], term) if judged.complement else (term, None)
            yield f"{each.cell.key} {judged.breach.rule} {judged.component}", *pair
    for whole, part in nested(one) if profile.rules.differences else ():
        left = one.contribution(whole).n_firms - one.contribution(part).n_firms
        if 0 < left < profile.rules.minimum_units.units:
            yield f"{whole} without {part}", whole, part


def _agree(
    found: Examined,
    say: str,
    one: Drawn,
    done: ProtectedCells,
    bare: tuple[Cell, ...],
    other: Reader,
    primary: set[CellKey],
) -> None:
    """Without secondary suppression brute force, elimination, audit and attack see the same numbers of firms."""
    problem = done.bound.problem
    narrow = {each.target for each in failing(problem, audit(problem, problem.primary))}
    quantities = {problem.targets[at].quantity for at in narrow}
    few = {
        each.cell.key: other.units - 1
        for each in done.bound.cells
        if each.flag >= 0 and one.contribution(each.spec.terms["count"]).n_firms < other.units
    }
    attacked = attack_published(replace(seen(one.study, bare), zeros_shown=other.zeros_shown, few=few))
    tight = {each.key for each in attacked.tight}
    for each in done.bound.cells:
        if not each.breaches or each.spec.formula is not Formula.COUNT:
            continue
        values = other.values(each.spec.terms["count"])
        if values is None:
            continue
        found.counted["numbers of firms that all three look at"] += 1
        narrow_here = done.bound.numbers[each.spec.terms["count"]] in quantities
        known = (len(values) == 1, narrow_here, each.cell.key in tight)
        if len(set(known)) > 1:
            found.broken.append(f"{say}{each.cell.key}: brute force, audit and attack say {known}")
    after = attack_published(
        replace(
            seen(one.study, done.cells),
            zeros_shown=other.zeros_shown,
            few=done.few,
            secret=frozenset(primary),
        )
    )
    found.broken += [f"{say}the attack works out {each.key}" for each in after.tight]


def _stable(found: Examined, say: str, one: Drawn, done: ProtectedCells, profile: Profile) -> None:
    """A second run changes nothing, nor does the order of the cells."""
    again = protect_cells(one.study, one.tables, done.cells, profile)
    if again.cells != done.cells:
        found.broken.append(f"{say}protecting twice is not protecting once")
    shuffled = list(one.cells)
    Random(len(shuffled)).shuffle(shuffled)
    other = protect_cells(one.study, one.tables, shuffled, profile)
    if {cell.key: cell for cell in other.cells} != {cell.key: cell for cell in done.cells}:
        found.broken.append(f"{say}the order of the cells changes what is hidden")


def _later(
    found: Examined, say: str, one: Drawn, done: ProtectedCells, profile: Profile, zeros: bool
) -> None:
    """The first table alone is released, then all of them: both together pin nothing."""
    if len(one.tables) < 2:
        return
    own = {spec.key for spec in one.tables[0].cells}
    first = protect_cells(one.study, one.tables[:1], [cell for cell in one.cells if cell.key in own], profile)
    out = printed(first.cells)
    known = tuple(EarlierNumber(one.specs[cell.key], cell.value) for cell in out if cell.value is not None)
    try:
        both = protect_cells(one.study, one.tables, one.cells, profile, before=Before(one.study, known))
    except DataError:  # what one table may say alone, another makes confidential
        found.counted["refused because of an earlier release"] += 1
        return
    units = profile.rules.minimum_units.units
    reader = Reader(one, both.cells, units=units, zeros_shown=zeros, more=first.cells)
    for name, whole, part in protected(one, both, profile):
        values = reader.values(whole, part)
        if values is not None:
            found.counted["protected quantities beside an earlier release"] += 1
            if len(values) < 2:
                found.broken.append(f"{say}{name} is pinned by two releases")


def seen(study: Study, cells: Sequence[Cell]) -> PublishedRelease:
    """What a release of these cells prints."""
    specs: dict[CellKey, CellSpec] = {
        spec.key: spec for table in specify(study) for spec in table.cells if spec.formula is not Formula.CODE
    }
    values = {
        cell.key: cell.value
        for cell in printed(cells)
        if cell.key in specs and (cell.value is not None or cell.status is ObsStatus.SUPPRESSED)
    }
    undefined = [cell.key for cell in cells if cell.status is ObsStatus.UNDEFINED and cell.key in specs]
    empty = nothing(specs, undefined, [cell.key for cell in cells])
    secondary = frozenset(cell.key for cell in cells if cell.confidentiality is Confidentiality.SECONDARY)
    return PublishedRelease(study, specs, values, empty, secondary)
