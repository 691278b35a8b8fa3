"""The text of a study, its references filled with printed numbers; refused where a number does not bear it out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from firmtrade.errors import DataError, StudyError, suggest
from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell, CellKey
from firmtrade.report.model import HIDDEN
from firmtrade.report.words import cell_text
from firmtrade.study import Study
from firmtrade.study.prose import NUMBER, OVERVIEW, REFERENCE, Prose, sides

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
        for claim in prose.claims:
            _hold(claim, cells)
        said = REFERENCE.sub(lambda match: _said(_cell(match[1], cells), words), prose.text.say(words.code))
        own = tuple(" ".join(part.split()) for part in said.split("\n\n") if part.strip())
        place = place_of(prose)
        found[place] = (*found.get(place, ()), *own)
    return found


def place_of(prose: Prose) -> Place:
    """Where a text stands."""
    return ("", OVERVIEW) if prose.population is None else (prose.population, prose.section)


def _cell(name: str, cells: Mapping[CellKey, Cell]) -> Cell:
    key = CellKey(*name.split("/"))
    if key not in cells:
        known = [str(other) for other in cells if other.table == key.table]
        raise StudyError(
            f"a text of the study refers to {key}, which is not printed", fix=suggest(name, known)
        )
    cell = cells[key]
    if cell.value is None or cell.status in HIDDEN:
        raise DataError(
            f"a text of the study refers to {key}, which is hidden or could not be computed",
            fix="Leave the sentence out of the study's `prose`, or refer to a number that is published.",
        )
    return cell


def _said(cell: Cell, words: Language) -> str:
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
