"""What every reader knows of trade by partner: the value of a region is that of its partners together, and that of all
firms the regions'; the firms of a region are no fewer than those of any partner, and no more than those of all, and so
are all firms with known partners beside the regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from firmtrade.protection.attack.polytope import Polytope
from firmtrade.protection.attack.worlds import Row, Worlds, conditions_of
from firmtrade.query.cells import Term
from firmtrade.query.dimensions import PARTNER, PARTNER_REGION, known
from firmtrade.query.measures import FIRMS, VALUE, VALUE_PARTNERS
from firmtrade.query.partner_regions import partner_regions
from firmtrade.query.universes import Universe
from firmtrade.query.where import All, Flag, Is, Where
from firmtrade.study import Study


@dataclass(frozen=True)
class PartnerLine:
    """A region and its partners, or all firms with known partners and the regions."""

    whole: Term
    parts: tuple[Term, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.whole, *self.parts)

    def holds(self, worlds: Worlds, polytope: Polytope) -> None:
        """Write down what is known of the line."""
        whole, parts = worlds.row(self.whole), [worlds.row(part) for part in self.parts]
        together: Row = dict.fromkeys(whole, -1.0)
        for part in parts:
            together |= part
        firms = self.whole.measure == FIRMS
        polytope.between(together, 0.0, inf if firms else 0.0)
        for part in parts if firms else ():
            polytope.between(whole | dict.fromkeys(part, -1.0), 0.0, inf)


def partner_lines(study: Study, terms: Iterable[Term]) -> Iterator[PartnerLine]:
    """The lines of the regions that are asked about in the year of whose union they are, each once, and those of all
    firms with known partners."""
    this_year = Is("year", (str(study.reference_year),))
    asked = dict.fromkeys(
        (term.universe, _beside(term.where), term.measure)
        for term in terms
        if term.universe.level == PARTNER_REGION and term.measure in (FIRMS, VALUE)
    )
    for universe, beside, measure in asked:
        if this_year not in beside:
            continue
        yield from _lines(study, universe, beside, measure)


def _lines(
    study: Study, of_regions: Universe, beside: tuple[Where, ...], measure: str
) -> Iterator[PartnerLine]:
    assert of_regions.flow is not None
    universe = Universe(of_regions.population, of_regions.flow)

    def trading_with(level: str, name: str) -> Term:
        return Term(universe.by(level), All((*beside, Is(level, (name,)))), measure)

    regions = {
        trading_with(PARTNER_REGION, region): tuple(trading_with(PARTNER, one) for one in partners)
        for region, partners in partner_regions(study).items()
    }
    yield from (PartnerLine(region, partners) for region, partners in regions.items())
    total = VALUE_PARTNERS if measure == VALUE else FIRMS
    everyone = Term(universe, All((*beside, Flag(known("partners")))), total)
    yield PartnerLine(everyone, tuple(regions))


def _beside(where: Where) -> tuple[Where, ...]:
    """The conditions of a region's firms beside that they have it."""
    return tuple(
        one for one in conditions_of(where) if not (isinstance(one, Is) and one.dimension == PARTNER_REGION)
    )
