"""Universes: which firms are looked at, and at which dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from firmtrade.query.dimensions import PARTNER_REGION
from firmtrade.query.measures import CROSS_SECTION_MEASURES, FLOW_MEASURES, RELATION_MEASURES, WINDOW_MEASURES
from firmtrade.study import DETAILS

Flow = Literal["export", "import"]
Period = Literal[
    "reference", "window", "years", "export", "import",
    "export_partners", "import_partners", "export_products", "import_products",
    "export_partner_regions", "import_partner_regions",
]  # fmt: skip

FLOWS: tuple[Flow, ...] = ("export", "import")
_RELATIONS: dict[tuple[str, str], Period] = {
    ("export", "partner"): "export_partners",
    ("export", "product"): "export_products",
    ("import", "partner"): "import_partners",
    ("import", "product"): "import_products",
    ("export", PARTNER_REGION): "export_partner_regions",
    ("import", PARTNER_REGION): "import_partner_regions",
}
_LEVELS = (*DETAILS, PARTNER_REGION)


@dataclass(frozen=True, slots=True, order=True)
class Universe:
    """Firms of a population at a period.

    ``reference``: the population in the reference year. ``window``: its panel, firms with employment above 0
    in the first and last year. ``years``: the population's rules applied to each year (dimension ``year``).
    ``export`` (``import``): of these, the firms that have the flow in the year, with its value. ``export_partners``
    and ``export_products``: each of these once for every country (product) that it has the flow with (in), which is
    the dimension ``partner`` (``product``); ``export_partner_regions`` once for every union or continent.
    """

    population: str
    period: Period
    dates: str = ""
    """The dates that ``reference`` or ``window`` are of, where these are not the study's own: see ``studies.joint``."""

    @property
    def measures(self) -> tuple[str, ...]:
        match self.period:
            case "window":
                return WINDOW_MEASURES
            case "export" | "import":
                return FLOW_MEASURES
            case "reference" | "years":
                return CROSS_SECTION_MEASURES
            case _:
                return RELATION_MEASURES

    @property
    def flow(self) -> Flow | None:
        """The flow that every firm of the universe has; None where firms without flows belong to it."""
        return next((flow for flow in FLOWS if self.period.startswith(flow)), None)

    @property
    def level(self) -> str | None:
        """``partner``, ``product`` or ``partner_region`` where a firm stands once for each; None elsewhere."""
        return next((level for level in _LEVELS if self.period.endswith(f"_{level}s")), None)

    @property
    def repeats(self) -> tuple[str, ...]:
        """Dimensions along which a firm may stand in several rows: by year, by partner (product)."""
        if self.period in ("reference", "window"):
            return ()
        return ("year",) if self.level is None else ("year", self.level)

    def by(self, level: str) -> Universe:
        """The firms of a flow once for each of their partners (products, regions of partners).

        >>> Universe("services", "export").by("partner").period
        'export_partners'
        """
        period: Period = _RELATIONS[self.period, level]
        return Universe(self.population, period)

    def __str__(self) -> str:
        return f"{self.population} ({self.period}{f' of {self.dates}' if self.dates else ''})"
