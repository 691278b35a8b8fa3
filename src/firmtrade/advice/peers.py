"""What a release says of a firm's peers: published shares of the firm's own division, size, age, region and technology.

Only released cells are read. No release holds readiness scores of other firms, so a firm's readiness has no percentile
among its peers, and none is invented. A cell that the release hides stays hidden and is said to be hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from firmtrade.advice.answers import AnswerFile
from firmtrade.outputs import ObsStatus

MEASURES = (
    "internationalized_share", "export_share", "import_share", "intra_eu_export", "extra_eu_export", "intra_eu_import",
    "extra_eu_import", "export", "import", "inv",
)  # fmt: skip
"""Keys of the shares that are compared, in the order in which they are shown."""

BAND = re.compile(r"(size|age)_(?:lt(?P<below>\d+)|ge(?P<least>\d+)|(?P<low>\d+)_(?P<high>\d+))")


class Trust(StrEnum):
    """Whether a release can be used: yes; of another country; or of an unknown one."""

    SAME = "same"
    OTHER_COUNTRY = "other_country"
    UNKNOWN_COUNTRY = "unknown_country"

    @classmethod
    def of(cls, firm: str | None, release: str | None) -> Trust:
        """Whether a release of a country can be used for a firm; one that names no country lives in any."""
        if release is None:
            return cls.UNKNOWN_COUNTRY
        return cls.SAME if firm in (None, release) else cls.OTHER_COUNTRY


@dataclass(frozen=True, slots=True)
class PeerRelease:
    """What advice takes of a release: its study, the study's country (None where nothing says), whether its data is
    synthetic, and its cells as rows of ``cells.csv``."""

    study: str
    title: str
    country: str | None
    revision: str | None
    """Revision of NACE by which the release tells activities apart; None where nothing says."""
    synthetic: bool
    fingerprint: str
    cells: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """One released share of a class of the firm; ``value`` (percent) is None where it is hidden or undefined."""

    by: str
    group: str
    measure: str
    key: str
    value: float | None
    decimals: int
    hidden: bool
    year: str


@dataclass(frozen=True, slots=True)
class Peers:
    """Shares of the firm's classes, and the classes about which the release says nothing."""

    study: str
    title: str
    synthetic: bool
    fingerprint: str
    trust: Trust
    matched: bool
    """Whether the firm's activity can be found in the release: without it no class is compared."""
    found: tuple[Peer, ...]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    """Classes that the answers leave open."""


def peers(release: PeerRelease, answers: AnswerFile) -> Peers:
    """The released shares of the firm's own classes; none where the release is of another country."""
    firm = answers.firm
    head = (release.study, release.title, release.synthetic, release.fingerprint)
    trust = Trust.of(firm.country, release.country)
    if trust is Trust.OTHER_COUNTRY:
        return Peers(*head, trust, False, (), (), ())
    if firm.division is None or (release.revision is not None and firm.nace_revision != release.revision):
        return Peers(*head, trust, False, (), (), ())
    division = f"nace_{firm.division}"
    populations = {cell["population"] for cell in release.cells if cell["row"] == division}
    cells = [cell for cell in release.cells if cell["population"] in populations]
    age = answers.answered_on.year - firm.founded if firm.founded and answers.answered_on else None
    keys = {cell[name] for cell in cells for name in ("row", "column")}
    wanted = {
        "division": division,
        "size": band_of("size", firm.employees, keys),
        "age": band_of("age", age, keys),
        "region": firm.region,
        "technology": firm.technology,
    }
    answered = {
        "division": division,
        "size": firm.employees,
        "age": age,
        "region": firm.region,
        "technology": firm.technology,
    }
    found = tuple(peer for by, group in wanted.items() if group for peer in _shares(by, group, cells))
    grouped = {peer.by for peer in found}
    return Peers(
        *head,
        trust,
        True,
        found,
        tuple(by for by, given in answered.items() if given is not None and by not in grouped),
        tuple(by for by, given in answered.items() if given is None),
    )


def _shares(by: str, group: str, cells: Iterable[Mapping[str, str]]) -> list[Peer]:
    """The shares of a class, each once, in the order of ``MEASURES``."""
    found: dict[str, Peer] = {}
    for cell in cells:
        if group not in (cell["row"], cell["column"]) or cell["unit"] != "percent":
            continue
        measure = cell["column"] if cell["row"] == group else cell["row"]
        if measure in MEASURES and measure not in found:
            printed = cell["value"]
            found[measure] = Peer(
                by,
                group,
                measure,
                "/".join(cell[name] for name in ("table", "population", "row", "column")),
                float(printed) if printed else None,
                len(printed.partition(".")[2]),
                cell["status"] == ObsStatus.SUPPRESSED,
                cell["year"],
            )
    return [found[measure] for measure in MEASURES if measure in found]


def band_of(kind: str, value: float | None, keys: Iterable[str]) -> str | None:
    """The class that a number falls in, of those whose keys say their bounds (``size_10_49``, ``age_ge20``).

    An upper bound is the last whole number of the class, a round one (``size_100_250``) the limit that it stays below.

    >>> band_of("size", 24, ["size_lt10", "size_10_49", "flanders"])
    'size_10_49'
    """
    if value is None:
        return None
    for key in sorted(keys):
        band = BAND.fullmatch(key)
        if band and band[1] == kind and _inside(value, band):
            return key
    return None


def _inside(value: float, band: re.Match[str]) -> bool:
    if band["below"]:
        return value < int(band["below"])
    if band["least"]:
        return value >= int(band["least"])
    high = int(band["high"])
    return int(band["low"]) <= value < (high if high % 10 == 0 else high + 1)
