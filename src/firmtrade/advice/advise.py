"""Everything that is said to one firm, as one frozen value; words and pages are made of it elsewhere."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from firmtrade.advice.answers import AnswerFile
from firmtrade.advice.approach import Approach, approach
from firmtrade.advice.barriers import Faced, barriers
from firmtrade.advice.consistency import contradictions
from firmtrade.advice.entry_mode import EntryAdvice, advise_modes
from firmtrade.advice.markets import Figures, Markets, markets
from firmtrade.advice.markets.wishes import wishes
from firmtrade.advice.peers import PeerRelease, Peers, peers
from firmtrade.advice.plan import PlanStep, plan
from firmtrade.advice.population import outside
from firmtrade.advice.practice import Point, practice
from firmtrade.advice.practice import facts as practical_facts
from firmtrade.advice.readiness import ReadinessProfile, profile
from firmtrade.advice.support import SupportAdvice, facts, support
from firmtrade.advice.surveyed import Surveyed, SurveyRelease, surveyed
from firmtrade.outputs.contents import digest
from firmtrade.version import __version__


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice to one firm.

    ``peers`` and ``surveyed`` are None where no release was given; ``practice`` is empty for a firm of another country.
    """

    outside: tuple[str, ...]
    contradictions: tuple[str, ...]
    readiness: ReadinessProfile
    entry: EntryAdvice
    approach: Approach
    markets: Markets
    practice: tuple[Point, ...]
    peers: Peers | None
    barriers: tuple[Faced, ...]
    surveyed: Surveyed | None
    support: SupportAdvice
    plan: tuple[PlanStep, ...]
    start: date | None
    fingerprint: str
    """Digest of the answers: the same answers give the same advice."""

    def data(self) -> dict[str, Any]:
        """The advice as JSON can hold it. Evidence that the owner typed is not among it."""
        return {
            "format": "firmtrade advice 1",
            "program": __version__,
            "nature": "a checklist; no number is a probability",
            **json.loads(json.dumps(asdict(self), default=_plain)),
        }


def advise(
    answers: AnswerFile,
    release: PeerRelease | None = None,
    figures: Figures | None = None,
    survey: SurveyRelease | None = None,
) -> Advice:
    """The advice to a firm.

    Parameters
    ----------
    answers
        The firm's own answers; every one may be missing.
    release
        A release whose cells speak of the firm's peers.
    figures
        The firm's own figures on markets.
    survey
        A release with a survey of barriers.
    """
    wished = wishes(answers)
    readiness = profile(answers.items)
    entry = advise_modes(answers.conditions, answers.spare, answers.plans.aims, wished.delivery)
    chosen = approach(answers)
    holding = facts(answers, readiness, entry, chosen)
    found = markets(wished, figures)
    return Advice(
        outside(answers.firm),
        contradictions(answers),
        readiness,
        entry,
        chosen,
        found,
        practice(answers, practical_facts(answers, wished, found, entry)),
        peers(release, answers) if release is not None else None,
        barriers(answers.items),
        surveyed(survey, answers) if survey is not None else None,
        support(answers, holding),
        plan(answers.plans.start, holding),
        answers.plans.start,
        digest(answers.model_dump_json().encode("utf-8")),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value.model_dump(mode="json")
