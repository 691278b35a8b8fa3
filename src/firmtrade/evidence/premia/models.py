"""What premia are asked of: statuses of trade, outcomes, and the models of each."""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.evidence.panel import TRADING_MODES, Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.statements import effects
from firmtrade.messages import Message, Slot, Year

BLOCK = "premia"
SIZE = ("log_employment", "log_employment_squared")
STATUS: dict[str, tuple[str, ...]] = {
    "exporter": ("exporter",),
    "importer": ("importer",),
    "exporter_and_importer": ("exporter", "importer"),
    "modes": TRADING_MODES,
}


@dataclass(frozen=True, slots=True)
class PremiaOutcome:
    """An outcome, the columns it needs, and whether percent is a fair reading of it."""

    name: str
    needs: tuple[str, ...]
    size_controls: bool = True
    growth_of: str | None = None


OUTCOMES = (
    PremiaOutcome("log_labor_productivity", ("employment", "value_added")),
    PremiaOutcome("log_wage", ("employment", "labor_cost")),
    PremiaOutcome("log_employment", ("employment",), size_controls=False),
    PremiaOutcome(
        "labor_productivity_growth", ("employment", "value_added"), growth_of="log_labor_productivity"
    ),
    PremiaOutcome("employment_growth", ("employment",), growth_of="log_employment"),
)


@dataclass(frozen=True, slots=True)
class PremiaModel:
    """A set of controls and fixed effects, applied to every status."""

    name: str
    controls: tuple[str, ...]
    firm_effects: bool
    words: Slot


SWITCHING = "firms that change status"


def models_of(outcome: PremiaOutcome, panel: Panel) -> list[PremiaModel]:
    """The models of an outcome: growth is asked of the pooled one alone, the wage is no control of itself."""
    size = SIZE if outcome.size_controls else ()
    pooled = PremiaModel("pooled", size, firm_effects=False, words=effects("division_year", "size"))
    if outcome.growth_of:
        return [pooled]
    models = [PremiaModel("unconditional", (), firm_effects=False, words=effects("division_year"))]
    if size:
        models.append(pooled)
    if outcome.name == "log_labor_productivity" and not panel.lacks("log_wage"):
        words = effects("division_year", "size", "wage")
        models.append(PremiaModel("pooled_wage", (*size, "log_wage"), firm_effects=False, words=words))
    words = effects("firm_division_year", *(("size",) if size else ()))
    models.append(PremiaModel("firm_effects", size, firm_effects=True, words=words))
    return models


EXPORTS = "exports_a_share"
"""Flags firm-years whose export share is above zero."""


def exporter_in(year: int) -> str:
    """The column that flags exporters of one year."""
    return f"exporter_{year}"


def firm_years(panel: Panel) -> Message:
    """The sample: firm-years of the population."""
    return phrase("notes.firm_years", first=Year(panel.first_year), last=Year(panel.last_year))


def estimator_of(*, firm_effects: bool) -> Message:
    """What a model is estimated by."""
    return phrase("estimators.within" if firm_effects else "estimators.least_squares")
