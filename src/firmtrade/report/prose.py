"""The text of a study, its references filled with printed numbers; refused where a number does not bear it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from firmtrade.errors import DataError, StudyError, suggest
from firmtrade.messages import Language, Text, printed
from firmtrade.outputs import Cell, CellKey
from firmtrade.report.model import HIDDEN
from firmtrade.report.words import cell_text
from firmtrade.study import Study, TableDeclaration
from firmtrade.study.prose import NUMBER, OVERVIEW, REFERENCE, Prose, keys_of, references, sides

Place = tuple[str, str]
"""A population and a section of its chapter; an empty section is the head of the chapter."""
PERCENT = "percent"
"""What units of percentages begin with, whose numbers print their sign."""


def paragraphs(study: Study, cells: Mapping[CellKey, Cell], words: Language) -> dict[Place, tuple[str, ...]]:
    """The paragraphs of each place, in a language.

    Raises
    ------
    StudyError
        A text refers to a cell that its table does not have.
    DataError
        A number that a text or a claim needs is hidden or missing, or a claim is not true of printed numbers.
    """
    found: dict[Place, tuple[str, ...]] = {}
    for prose in study.prose:
        text = _filled(prose.text, prose.claims, cells, words)
        own = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
        place = place_of(prose)
        found[place] = (*found.get(place, ()), *own)
    return found


def result_of(table: TableDeclaration, cells: Mapping[CellKey, Cell], words: Language) -> str:
    """The finding of a table, to be its title; empty where it has none, or a number that it needs is hidden.

    Raises
    ------
    StudyError
        The finding refers to a cell that the table does not have.
    DataError
        A claim is not true of printed numbers.
    """
    if table.finding is None:
        return ""
    asked = (*references(table.finding.say()), *(key for claim in table.claims for key in keys_of(claim)))
    if any(_is_hidden(_named(key, cells)) for key in asked):
        return ""
    return " ".join(_filled(table.finding, table.claims, cells, words).split())


def _filled(text: Text, claims: Sequence[str], cells: Mapping[CellKey, Cell], words: Language) -> str:
    """A text with its numbers, where its claims are true of them."""
    for claim in claims:
        _hold(claim, cells)
    return REFERENCE.sub(lambda match: _formatted(_cell(match[1], cells), words), text.say(words.code))


def place_of(prose: Prose) -> Place:
    """Where a text stands."""
    return ("", OVERVIEW) if prose.population is None else (prose.population, prose.section)


def _named(name: str, cells: Mapping[CellKey, Cell]) -> Cell:
    key = CellKey(*name.split("/"))
    if key not in cells:
        known = [str(other) for other in cells if other.table == key.table]
        raise StudyError(
            f"a text of the study refers to {key}, which is not printed", fix=suggest(name, known)
        )
    return cells[key]


def _is_hidden(cell: Cell) -> bool:
    return cell.value is None or cell.status in HIDDEN


def _cell(name: str, cells: Mapping[CellKey, Cell]) -> Cell:
    cell = _named(name, cells)
    if _is_hidden(cell):
        raise DataError(
            f"a text of the study refers to {cell.key}, which is hidden or could not be computed",
            fix="Leave the sentence out of the study's `prose`, or refer to a number that is published.",
        )
    return cell


def _formatted(cell: Cell, words: Language) -> str:
    text = cell_text(cell, words)
    return words.say("report.words.percent_value", value=text) if cell.unit.startswith(PERCENT) else text


def _hold(claim: str, cells: Mapping[CellKey, Cell]) -> None:
    one, sign, other = sides(claim)
    first, second = (_number(side, cells) for side in (one, other))
    holds = {"<": first < second, ">": first > second, "=": first == second}[sign]
    if not holds:
        raise DataError(
            f"a text of the study claims that {claim}, and the printed numbers say otherwise",
            fix="Change the text and its `claims`, or leave both out.",
        )


def _number(side: str, cells: Mapping[CellKey, Cell]) -> Decimal:
    if NUMBER.match(side):
        return Decimal(side)
    cell = _cell(side, cells)
    return printed(cell.value or 0.0, cell.decimals)
