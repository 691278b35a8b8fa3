"""What a reader takes for granted though the definitions leave exceptions: that whoever traded in two years is counted
in both, that the value of a flow is what goes to its zones, that whoever trades does so for something, and that the
partners of all traders are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from firmtrade.outputs import CellKey
from firmtrade.protection.attack.worlds import Row, Worlds, conditions_of
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.dimensions import PARTNER_REGION, known, traded
from firmtrade.query.measures import FIRMS, VALUE, VALUE_EXTRA, VALUE_INTRA, VALUE_PARTNERS
from firmtrade.query.partner_regions import UNION
from firmtrade.query.universes import Universe
from firmtrade.query.where import All, AnyOf, Flag, Is, Where

SLACK = 1e-6
Interval = tuple[float, float]
ZONES = {"intra": VALUE_INTRA, "extra": VALUE_EXTRA}
TRADE = frozenset({VALUE, VALUE_INTRA, VALUE_EXTRA, VALUE_PARTNERS})
"""Amounts of which every trader has some."""


@dataclass(frozen=True)
class GrantedSum:
    """A total, and what is taken to make it up; of a kind with others that hold where it does."""

    kind: str
    whole: Term
    parts: tuple[Term, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.whole, *self.parts)

    def left(self, worlds: Worlds) -> Row:
        """What the parts leave of the whole."""
        found = dict(worlds.row(self.whole))
        for part in self.parts:
            for column, weight in worlds.row(part).items():
                found[column] = found.get(column, 0.0) - weight
        return {column: weight for column, weight in found.items() if weight}


def granted_sums(terms: Iterable[Term]) -> Iterator[GrantedSum]:
    """Totals with what is taken to make them up, each once."""
    asked = dict.fromkeys(term for term in terms if term.universe.flow is not None and not term.by)
    found = (line for term in asked for line in (*_stayed(term), *_zones(term), *_partners(term)))
    yield from dict.fromkeys(found)


def worth_nothing(
    specs: Mapping[CellKey, CellSpec], values: Mapping[CellKey, float | None]
) -> Iterator[GrantedSum]:
    """Whoever trades does so for something: trade of no value is that of nobody, and all of the value that of all."""
    for key, value in values.items():
        spec = specs[key]
        over = (
            spec.terms.get("count")
            if spec.formula is Formula.SHARE
            else next(iter(spec.terms.values()), None)
        )
        if spec.formula not in (Formula.AMOUNT, Formula.SHARE) or over is None or over.by:
            continue
        if over.measure not in TRADE or value not in (0.0, 100.0):
            continue
        traders = replace(over, measure=FIRMS)
        if value == 0.0:
            yield GrantedSum("no value", traders, ())
        elif spec.formula is Formula.SHARE:
            yield GrantedSum("all of the value", replace(spec.terms["base"], measure=FIRMS), (traders,))


def taken_for_granted(
    sums: Iterable[GrantedSum], worlds: Worlds, printed: Mapping[Term, Interval]
) -> list[Row]:
    """What is left of each sum, and so is zero, of the kinds that nothing printed contradicts. Whoever sees one of them
    fail takes none of its kind for granted."""
    known = {frozenset(worlds.row(term)): ends for term, ends in printed.items()}
    doubted, rows = set[str](), dict[str, list[Row]]()
    for each in sums:
        ends = [known.get(frozenset(worlds.row(term))) for term in each.terms]
        told = [one for one in ends if one is not None]
        if len(told) < len(ends):
            rows.setdefault(each.kind, []).append(each.left(worlds))
        elif not _adds_up(*told):
            doubted.add(each.kind)
    return [row for kind, held in rows.items() if kind not in doubted for row in held if row]


def _adds_up(whole: Interval, *parts: Interval) -> bool:
    """Whether some numbers within the intervals add up."""
    least, most = sum(low for low, _ in parts), sum(high for _, high in parts)
    return least <= whole[1] + SLACK and most >= whole[0] - SLACK


def _stayed(term: Term) -> Iterator[GrantedSum]:
    """Who traded in an earlier year, too, is among the traders of that year that went on."""
    conditions = conditions_of(term.where)
    years = [one for one in conditions if isinstance(one, Is) and one.dimension == "year"]
    if term.measure != FIRMS or term.universe.level or len(years) != 1:
        return
    (year,) = (int(each) for each in years[0].classes)
    beside = tuple(one for one in conditions if one not in years)
    for distance in range(1, 4):
        before = Flag(traded(str(term.universe.flow), -distance))
        if before in beside and not _moments(rest := tuple(one for one in beside if one != before)):
            after = Flag(traded(str(term.universe.flow), distance))
            then = All((Is("year", (str(year - distance),)), *rest, after))
            yield GrantedSum(f"{term.universe.flow} of years", term, (replace(term, where=then),))


def _moments(conditions: Iterable[Where]) -> bool:
    """Whether any condition asks about another year."""
    ends = ("_before", "_after", "_now", "_earlier")
    return any(name.endswith(ends) for one in conditions for name in one.dimensions)


def _zones(term: Term) -> Iterator[GrantedSum]:
    """Whoever trades does so with a zone, and the value of all zones is that of each of them."""
    conditions = conditions_of(term.where)
    flags = {zone: Flag(f"{zone}_eu_{term.universe.flow}") for zone in ZONES}
    own = [flag for flag in flags.values() if flag in conditions]
    if term.universe.level is not None or len(own) != 1 or term.measure not in (FIRMS, *ZONES.values()):
        return
    rest = tuple(one for one in conditions if one not in own)
    if term.measure == FIRMS:
        somewhere = All((*rest, AnyOf(tuple(flags.values()))))
        yield GrantedSum("a zone", replace(term, where=All(rest)), (replace(term, where=somewhere),))
        return
    parts = tuple(
        replace(term, where=All((*rest, flags[name])), measure=measure) for name, measure in ZONES.items()
    )
    yield GrantedSum("zones", replace(term, where=All(rest), measure=VALUE), parts)


def _partners(term: Term) -> Iterator[GrantedSum]:
    """All traders have known partners, and those with the union are those that trade inside it."""
    conditions = conditions_of(term.where)
    there, union = Flag(known("partners")), Is(PARTNER_REGION, (UNION,))
    measures = {FIRMS: FIRMS, VALUE_PARTNERS: VALUE}
    if there in conditions and term.universe.level is None and term.measure in measures:
        rest = All(tuple(one for one in conditions if one != there))
        yield GrantedSum("known partners", replace(term, where=rest, measure=measures[term.measure]), (term,))
    if union in conditions and term.universe.level == PARTNER_REGION and term.measure in (FIRMS, VALUE):
        beside = tuple(one for one in conditions if one != union)
        inside = All((*beside, Flag(f"intra_eu_{term.universe.flow}")))
        measure = FIRMS if term.measure == FIRMS else VALUE_INTRA
        assert term.universe.flow is not None
        plain = Universe(term.universe.population, term.universe.flow)
        yield GrantedSum("inside the union", Term(plain, inside, measure), (term,))
