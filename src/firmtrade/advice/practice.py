"""What to settle before a first order abroad: tax, customs, delivery, payment, contracts, by what is sold and where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from pydantic import Field

from firmtrade.advice.answers import AnswerFile
from firmtrade.advice.entry_mode import EntryAdvice
from firmtrade.advice.markets import Markets
from firmtrade.advice.markets.wishes import Wishes
from firmtrade.advice.population import COUNTRY
from firmtrade.study.declaration import Declaration


class Point(Declaration):
    """A point to settle, the facts that must all hold, and the activities or products it is for, if not for all."""

    key: str
    when: tuple[str, ...]
    codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """First digits of the activity, by revision of NACE."""
    hs: tuple[str, ...] = ()
    """First digits of the product in the Harmonized System."""
    source: str


class Terms(Declaration):
    """The whole file of the points."""

    source: str
    points: tuple[Point, ...]


@cache
def terms() -> Terms:
    """The points as shipped, validated."""
    text = (files("firmtrade.advice") / "data" / "practice.toml").read_text(encoding="utf-8")
    return Terms.model_validate(tomllib.loads(text))


def facts(answers: AnswerFile, wished: Wishes, found: Markets, entry: EntryAdvice) -> frozenset[str]:
    """What holds of a firm, as the points name it.

    ``union`` and ``outside`` say that a market which it sells to, or is told to compare, lies in the European Union or
    outside of it.
    """
    looked_at = {*found.kept, *found.compared}
    inside = {
        each.traits.eased is not None and each.traits.eased.kind == "union"
        for each in found.passing
        if each.country in looked_at
    }
    holding = {
        wished.delivery: True,
        "union": True in inside,
        "outside": False in inside,
        "agent": any(each.mode.key == "agent" and each.contender for each in entry.modes if entry.reasons),
        "know_how": answers.market_answers.get("know_how_value") == "high",
    }
    return frozenset((*answers.plans.aims, *(name for name, holds in holding.items() if holds)))


def practice(answers: AnswerFile, holding: Collection[str]) -> tuple[Point, ...]:
    """The points that speak to a Belgian firm of which these facts hold; none to a firm of another country."""
    if answers.firm.country not in (None, COUNTRY):
        return ()
    return tuple(
        each for each in terms().points if set(each.when) <= set(holding) and _concerns(each, answers)
    )


def _concerns(point: Point, answers: AnswerFile) -> bool:
    """Whether a point is for everybody, or for the firm's product or, where it names none, its activity."""
    if not point.codes and not point.hs:
        return True
    if answers.markets.product is not None:
        return answers.markets.product.startswith(point.hs)
    firm = answers.firm
    if firm.nace is None or firm.nace_revision is None:
        return False
    return re.sub(r"\D", "", firm.nace).startswith(point.codes[firm.nace_revision])
