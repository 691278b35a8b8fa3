"""Impact of support: an evaluation as it was registered before its outcomes were looked at."""

from firmtrade.evidence.impact.block import REGISTER, impact
from firmtrade.evidence.impact.preregistration import (
    Preregistration,
    changed_keys,
    form,
    load_preregistration,
    parse_preregistration,
)
from firmtrade.evidence.impact.programmes import Programme, evaluated_programmes

__all__ = [
    "REGISTER",
    "Preregistration",
    "Programme",
    "changed_keys",
    "evaluated_programmes",
    "form",
    "impact",
    "load_preregistration",
    "parse_preregistration",
]
