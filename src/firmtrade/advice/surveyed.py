"""What a released survey says of barriers: weighted shares of firms of one firm's classes, as far as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firmtrade.advice.answers import AnswerFile, Firm
from firmtrade.advice.barriers import Barrier, terms
from firmtrade.advice.peers import Trust, band_of
from firmtrade.outputs import ObsStatus

EVERYONE = "all"
BY = ("size_class", "sector", "region")
"""Attributes of a survey by which a firm finds its own class, in print order."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SurveyRelease:
    """What advice takes of a release with a survey: its country (None where nothing says), whether its answers are
    simulated, and its estimates as rows of ``estimates.csv``."""

    study: str
    title: str
    country: str | None
    synthetic: bool
    fingerprint: str
    estimates: tuple[Row, ...]

    @property
    def on_barriers(self) -> tuple[Row, ...]:
        """The estimates that say to how many firms a barrier is a major problem."""
        by = terms().survey
        return tuple(row for row in self.estimates if (row["block"], row["term"]) == (by.block, by.term))


@dataclass(frozen=True, slots=True)
class Reported:
    """The share of firms (percent) to which a barrier is a major problem, of everyone or of a class of the firm.

    ``share`` is None where it is hidden or does not exist; ``low`` and ``high`` bound its interval.
    """

    barrier: str
    by: str
    group: str
    share: float | None
    low: float | None
    high: float | None
    answers: int | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What a survey says of the firm's classes, and the classes that the answers leave open."""

    study: str
    title: str
    synthetic: bool
    fingerprint: str
    trust: Trust
    found: tuple[Reported, ...]
    unknown: tuple[str, ...]


def surveyed(release: SurveyRelease, answers: AnswerFile) -> Surveyed:
    """The released shares of the firm's own classes; none where the survey is of another country."""
    firm = answers.firm
    head = (release.study, release.title, release.synthetic, release.fingerprint)
    trust = Trust.of(firm.country, release.country)
    if trust is Trust.OTHER_COUNTRY:
        return Surveyed(*head, trust, (), ())
    rows = release.on_barriers
    own = _own(firm, rows)
    groups = {EVERYONE: EVERYONE, **{name: f"{name}={key}" for name, key in own.items() if key is not None}}
    known = {(row["specification"], row["outcome"]): row for row in rows}
    found = tuple(
        _reported(each, name, known[group, each.question])
        for each in terms().barriers
        for name, group in groups.items()
        if (group, each.question) in known
    )
    return Surveyed(*head, trust, found, tuple(name for name, key in own.items() if key is None))


def _own(firm: Firm, rows: Iterable[Row]) -> dict[str, str | None]:
    """The firm's class of every attribute; None where an answer is missing or the survey has no such class."""
    bands = {
        row["specification"].partition("=")[2]
        for row in rows
        if row["specification"].startswith("size_class=")
    }
    return {
        "size_class": band_of("size", firm.employees, bands),
        "sector": _sector(firm),
        "region": firm.region,
    }


def _sector(firm: Firm) -> str | None:
    revision = firm.nace_revision
    if revision is None:
        return None
    sectors = terms().sectors[revision].items()
    return next((sector for sector, spans in sectors if firm.lies_in({revision: spans})), None)


def _reported(barrier: Barrier, by: str, row: Row) -> Reported:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    return Reported(
        barrier.key,
        by,
        row["specification"].partition("=")[2] or EVERYONE,
        number("estimate"),
        number("conf_low"),
        number("conf_high"),
        int(row["n_obs"]) if row["n_obs"] else None,
        row["status"] == ObsStatus.SUPPRESSED,
    )
