"""Support: which of the twelve recommendations speak to a firm, and which agencies give which kind of support."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import Field

from firmtrade.advice.answers import AnswerFile
from firmtrade.advice.approach import Approach
from firmtrade.advice.entry_mode import EntryAdvice
from firmtrade.advice.readiness import ReadinessProfile, Veto, scheme
from firmtrade.study.declaration import Declaration

YOUNG = 5
"""Years from founding below which a firm counts as new, as the age classes of the founding study."""

THROUGH_OTHERS = {"indirect_export", "through_multinational"}
PARTNER_MODES = {"agent", "alliance", "licence", "sourcing_contract"}


class SupportRule(Declaration):
    """A recommendation of the founding study: the facts of which one makes it apply, and its kinds of support."""

    number: int
    key: str
    when: tuple[str, ...]
    kinds: tuple[str, ...]
    blocks: tuple[str, ...] = ()
    """Blocks of the evidence that bear on it."""
    source: str


class SupportRules(Declaration):
    """The whole file of the rules."""

    source: str
    kinds: tuple[str, ...]
    rules: tuple[SupportRule, ...]


class Agency(Declaration):
    """Who gives support, in which regions, of which kinds, and the day on which the agency was asked; None where nobody
    asked. A federation of some activities names their divisions by revision of NACE."""

    name: str
    in_study: str
    """Its name in the founding study."""
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    site: str
    divisions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    as_of: date | None = None


class Directory(Declaration):
    """The directory of agencies of a country, with the year of its source."""

    source: str
    year: int
    country: str
    old_after_days: int
    agencies: tuple[Agency, ...]

    def old(self, today: date) -> tuple[Agency, ...]:
        """Entries that were asked about longer ago than the directory allows."""
        return tuple(
            each
            for each in self.agencies
            if each.as_of is not None and (today - each.as_of).days > self.old_after_days
        )


@dataclass(frozen=True, slots=True)
class SupportAdvice:
    """Rules that apply, in their order; agencies of the firm's region that give one of their kinds; which are old, and
    which nobody asked.

    ``dated`` is False where no date was given, so that nothing could be called old. ``directory`` is False where
    the directory is of another country than the firm's.
    """

    rules: tuple[SupportRule, ...]
    agencies: tuple[Agency, ...]
    old: tuple[str, ...]
    unasked: tuple[str, ...]
    dated: bool
    directory: bool


@cache
def rules() -> SupportRules:
    """The rules as shipped, validated."""
    return SupportRules.model_validate(tomllib.loads(_data("support.toml")))


@cache
def directory() -> Directory:
    """The directory as shipped, validated."""
    return Directory.model_validate(tomllib.loads(_data("agencies.toml")))


def facts(
    answers: AnswerFile, profile: ReadinessProfile, modes: EntryAdvice, chosen: Approach
) -> frozenset[str]:
    """What holds of a firm, as the rules name it."""
    firm, plans = answers.firm, answers.plans
    contenders = {each.mode.key for each in modes.modes if each.contender and modes.reasons}
    below = {each.key for each in profile.vetoes}
    entry = scheme().bands["entry"]
    today = answers.answered_on
    found = {
        "always": True,
        "no_trade": firm.exports is False and firm.imports is not True,
        "exporting": firm.exports is True,
        "importing": firm.imports is True,
        "sources": "source" in plans.aims or firm.imports is True,
        "ready_not_exporting": firm.exports is False
        and profile.claimed.low >= entry
        and all(each.veto is Veto.NONE for each in profile.dimensions),
        "below_minimum": bool(below),
        "weak_means": "means" in below or answers.spare.get("money") == "none",
        "young": firm.founded is not None and today is not None and 0 <= today.year - firm.founded < YOUNG,
        "venture": chosen.early,
        "know_how": answers.market_answers.get("know_how_value") == "high",
        "partner_mode": bool(contenders & PARTNER_MODES),
        "through_others": bool(contenders & THROUGH_OTHERS),
        "follows_client": plans.follows_client is True,
    }
    return frozenset(name for name, holds in found.items() if holds)


def support(answers: AnswerFile, holding: Collection[str]) -> SupportAdvice:
    """The support that speaks to a firm of which these facts hold."""
    applying = tuple(rule for rule in rules().rules if any(fact in holding for fact in rule.when))
    kinds = {kind for rule in applying for kind in rule.kinds}
    book = directory()
    here = answers.firm.country in (None, book.country)
    region = answers.firm.region
    agencies = tuple(
        each
        for each in book.agencies
        if here
        and kinds & set(each.kinds)
        and (region is None or region in each.regions)
        and not (each.divisions and answers.firm.lies_in(each.divisions) is False)
    )
    today = answers.answered_on
    old = tuple(each.name for each in book.old(today) if each in agencies) if today else ()
    unasked = tuple(each.name for each in agencies if each.as_of is None)
    return SupportAdvice(applying, agencies, old, unasked, dated=today is not None, directory=here)


def _data(name: str) -> str:
    return (files("firmtrade.advice") / "data" / name).read_text(encoding="utf-8")
