"""Sentences of a bulletin against its own tables: a small file of facts, each with claims over printed
cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from firmtrade.errors import InputError, Place
from firmtrade.linked.claims import Judgement, Truth, Value, judge_claim
from firmtrade.linked.edition import Edition, PrintedCell
from firmtrade.linked.findings import OpenClaim
from firmtrade.linked.words import CellWords, span
from firmtrade.messages import Count, Listing, Message, Slot, message
from firmtrade.studies import bundled_studies
from firmtrade.study.locate import locate
from firmtrade.study.text_file import text_of
from firmtrade.study.toml import read_toml


class Fact(BaseModel):
    """What a sentence says, in the words of the file's author, and the claims it makes.

    ``claims`` speak of the firms that the sentence names. ``meant``, claim by claim, speaks of the firms that
    it probably means, where these are others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: str
    says: str
    claims: tuple[str, ...] = Field(min_length=1)
    meant: tuple[str, ...] = ()


class FactsFile(BaseModel):
    """A file of facts, with the text they are from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    definition: str
    fact: tuple[Fact, ...] = Field(min_length=1)


@dataclass(frozen=True)
class ReadFacts:
    """A file of facts that has been read: its name and text for messages, and the facts."""

    name: str
    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class FactVerdict:
    """The judgement of a fact, claim by claim.

    Where a claim is denied, ``message`` says so in one sentence, ``cells`` are the printed cells that deny
    it, and ``distance`` is how far the worst claim is from true, with ``digit`` the worth of one in the
    last printed digit."""

    fact: Fact
    truths: tuple[Truth, ...]
    distance: float = 0.0
    digit: float = 1.0
    message: Message | None = None
    cells: tuple[PrintedCell, ...] = ()

    @property
    def denied(self) -> bool:
        return Truth.DENIED in self.truths

    @property
    def open_claims(self) -> list[OpenClaim]:
        """Claims that the printed digits leave open."""
        return [
            OpenClaim(self.fact.section, self.fact.says, claim)
            for claim, truth in zip(self.fact.claims, self.truths, strict=True)
            if truth is Truth.OPEN
        ]


def read_facts(path: str | Path) -> ReadFacts:
    """Read a file of facts.

    Raises
    ------
    UsageError
        There is no such file.
    InputError
        It is not a file of facts; the message names the line.
    """
    file = Path(path)
    text = text_of(file, "the facts", fix="A file of facts is a TOML file with [[fact]] entries.")
    return parse_facts(text, file.name)


def facts_of(cells: str | Path) -> ReadFacts | None:
    """The facts that come with a bundled edition, asked for by the name of its study; None where there are
    none.
    """
    if str(cells) not in bundled_studies() or Path(cells).is_file():
        return None
    file = files("firmtrade.studies").joinpath(f"{cells}.facts.toml")
    return parse_facts(file.read_text(encoding="utf-8"), f"{cells}.facts.toml") if file.is_file() else None


def parse_facts(text: str, name: str = "facts.toml") -> ReadFacts:
    """Validate the text of a file of facts."""
    try:
        content = FactsFile.model_validate(read_toml(text, name))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(first["loc"])
        where = Place(file=name, line=locate(text, path), key=".".join(str(part) for part in path))
        fix = "A fact has `section`, `says`, `claims` and, where needed, `meant`."
        raise InputError(str(first["msg"]).lower(), where=where, fix=fix) from None
    for number, fact in enumerate(content.fact):
        if fact.meant and len(fact.meant) != len(fact.claims):
            where = Place(file=name, line=locate(text, ("fact", number, "meant")))
            raise InputError(
                "`meant` has not one entry for each claim",
                where=where,
                fix='Use "" where nothing else is meant.',
            )
    return ReadFacts(name, text, content.fact)


def judge(facts: ReadFacts, edition: Edition) -> Iterator[FactVerdict]:
    """Judge every fact by the printed cells.

    Raises
    ------
    InputError
        A claim cannot be understood, or names a cell that the study does not have; the message names the
        line.
    """
    words = CellWords(edition.study)
    for number, fact in enumerate(facts.facts):
        try:
            claims = [judge_claim(claim, edition) for claim in fact.claims]
            meant = [judge_claim(claim, edition) if claim else [] for claim in fact.meant]
        except InputError as error:
            where = Place(file=facts.name, line=locate(facts.text, ("fact", number, "claims")))
            raise InputError(error.what, where=where, fix=error.fix) from None
        yield _verdict(fact, claims, meant or [[] for _ in claims], words)


def _verdict(
    fact: Fact, claims: list[list[Judgement]], meant: list[list[Judgement]], words: CellWords
) -> FactVerdict:
    truths = tuple(_truth(judgements) for judgements in claims)
    worst = [max(one, key=lambda judgement: judgement.distance) for one in map(_denied, claims) if one]
    if not worst:
        return FactVerdict(fact, truths)
    sentence = message(
        "audit.prose.denied",
        section=fact.section,
        says=fact.says,
        against=Listing(tuple(_against(judgement, words) for judgement in worst), "semicolon"),
    )
    instead = [
        other
        for one, other in zip(claims, meant, strict=True)
        if _denied(one) and other and not _denied(other)
    ]
    if instead:
        sentence = _true_elsewhere(sentence, instead, words)
    steepest = max(worst, key=lambda judgement: judgement.distance / _digit(judgement))
    cells = {cell.key: cell for judgement in worst for cell in judgement.cells}
    return FactVerdict(fact, truths, steepest.distance, _digit(steepest), sentence, tuple(cells.values()))


def _truth(judgements: list[Judgement]) -> Truth:
    """A claim holds if all its comparisons do; one without printed cells is open."""
    if _denied(judgements):
        return Truth.DENIED
    held = bool(judgements) and all(judgement.truth is Truth.HELD for judgement in judgements)
    return Truth.HELD if held else Truth.OPEN


def _denied(judgements: list[Judgement]) -> list[Judgement]:
    return [judgement for judgement in judgements if judgement.truth is Truth.DENIED]


def _digit(judgement: Judgement) -> float:
    return max(judgement.left.digit, judgement.right.digit) or 1.0


_FALSE = {
    "<": "audit.prose.not_below",
    "<=": "audit.prose.above",
    ">": "audit.prose.not_above",
    ">=": "audit.prose.below",
}


def _against(judgement: Judgement, words: CellWords) -> Message:
    """What the tables say instead."""
    left, right = judgement.left, judgement.right
    if judgement.relation == "=":
        stated = right.text or span(right.interval, _decimals(right))
        return message("audit.prose.not_equal", shown=_shown(left, words), other=stated)
    return message(_FALSE[judgement.relation], shown=_shown(left, words), other=_bound(right, words))


def _shown(value: Value, words: CellWords) -> Message:
    """The side of a comparison that stands first: a cell as printed, or what several cells amount to."""
    if len(value.cells) == 1 and value.interval == value.cells[0].interval:
        cell = value.cells[0]
        return message("audit.prose.prints", table=words.table(cell.key), name=words.name(cell))
    return message(
        "audit.prose.gives",
        tables=words.tables(cell.key for cell in value.cells),
        n=Count(len({cell.key.table for cell in value.cells})),
        value=span(value.interval, _decimals(value)),
    )


def _bound(value: Value, words: CellWords) -> Slot:
    """The side of a comparison that stands second."""
    if len(value.cells) == 1 and value.interval == value.cells[0].interval:
        cell = value.cells[0]
        return message("audit.prose.bound", name=words.name(cell), table=words.table(cell.key))
    return value.text or span(value.interval, _decimals(value))


def _decimals(value: Value) -> int:
    """Enough digits to tell a value from its neighbours."""
    if value.interval.low == value.interval.high and value.interval.low % 1 == 0:
        return 0
    return 1 if max(abs(value.interval.low), abs(value.interval.high)) >= 5 else 2


def _true_elsewhere(sentence: Message, instead: list[list[Judgement]], words: CellWords) -> Message:
    """A sentence with the groups of which it is true: ``Export in Table 10 (manufacturing, founded before
    1983)``.
    """
    firsts = [(one[0].left.cells or one[0].right.cells)[0].key for one in instead]
    places = [
        message("audit.prose.population", table=words.table(key), population=key.population) for key in firsts
    ]
    return message(
        "audit.prose.true_elsewhere",
        sentence=sentence,
        rows=Listing(tuple(dict.fromkeys(words.row(key) for key in firsts))),
        places=Listing(tuple(dict.fromkeys(places))),
    )
