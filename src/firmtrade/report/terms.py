"""What a term counts, in words: columns, classes and populations by their keys, all else in a language."""

from __future__ import annotations

from firmtrade.messages import Code, Listing, Message, Slot, message
from firmtrade.query.cells import Term
from firmtrade.query.measures import FIRMS
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, All, AnyOf, Flag, Is, Not, Where


def told(name: str, term: Term) -> Message:
    """A term with its name in the formula: what it adds up, over which rows, and where.

    >>> from firmtrade.query.universes import Universe
    >>> str(told("count", Term(Universe("services", "reference"), ~Flag("exporter"))))
    '`count` = number of firms in `services` (reference year), where not `exporter`'
    """
    what = (
        message("formulas.term.firms")
        if term.measure == FIRMS
        else message("formulas.term.total", measure=Code(term.measure))
    )
    if term.by:
        what = message("formulas.term.by", what=what, by=Code(term.by))
    slots: dict[str, Slot] = {"name": Code(name), "what": what, "rows": _rows(term.universe)}
    if term.where == EVERYONE:
        return message("formulas.term.term", **slots)
    return message("formulas.term.term_where", **slots, where=_holds(term.where))


def _rows(universe: Universe) -> Message:
    if universe.level is None:
        period = message(f"formulas.term.{universe.period}")
    else:
        period = message(f"formulas.term.{universe.flow}s_by", level=Code(universe.level))
    return message("formulas.term.rows", population=Code(universe.population), period=period)


def _holds(where: Where) -> Slot:
    match where:
        case Is(dimension, classes):
            key = "formulas.term.is" if len(classes) == 1 else "formulas.term.is_one_of"
            named = Listing(tuple(map(Code, classes)), "comma")
            return message(key, dimension=Code(dimension), classes=named)
        case Flag(dimension):
            return Code(dimension)
        case All(parts):
            return Listing(tuple(_within(part, AnyOf) for part in parts))
        case AnyOf(parts):
            return Listing(tuple(_within(part, All) for part in parts), "or")
        case Not(part):
            return message("formulas.term.not", part=_within(part, (All, AnyOf)))
    raise TypeError(where)


def _within(part: Where, kinds: type[Where] | tuple[type[Where], ...]) -> Slot:
    return message("formulas.term.bracket", part=_holds(part)) if isinstance(part, kinds) else _holds(part)
