"""The public API: an observatory over a folder of canonical tables, and what can be asked of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firmtrade.api.advising import advice_form, advise, advise_agency
    from firmtrade.api.editions import audit, audit_template, compare
    from firmtrade.api.evaluations import impact, impact_form
    from firmtrade.api.observatory import Observatory
    from firmtrade.api.planning import plan
    from firmtrade.api.provenance import versions
    from firmtrade.api.records import check_tables, import_records, stand_in, synth
    from firmtrade.api.releases import attack, draft, publish, read_seal, release, verify
    from firmtrade.api.results import Evidence, Results
    from firmtrade.api.rooms import check_room, estimate, explain, run, survey
    from firmtrade.api.sites import export_site, serve
    from firmtrade.api.timing import Timing
    from firmtrade.studies import load_study

__all__ = [
    "Evidence",
    "Observatory",
    "Results",
    "Timing",
    "advice_form",
    "advise",
    "advise_agency",
    "attack",
    "audit",
    "audit_template",
    "check_room",
    "check_tables",
    "compare",
    "draft",
    "estimate",
    "explain",
    "export_site",
    "impact",
    "impact_form",
    "import_records",
    "load_study",
    "plan",
    "publish",
    "read_seal",
    "release",
    "run",
    "serve",
    "stand_in",
    "survey",
    "synth",
    "verify",
    "versions",
]

MODULE_OF = {
    **dict.fromkeys(("advice_form", "advise", "advise_agency"), "firmtrade.api.advising"),
    **dict.fromkeys(("audit", "audit_template", "compare"), "firmtrade.api.editions"),
    **dict.fromkeys(("impact", "impact_form"), "firmtrade.api.evaluations"),
    "Observatory": "firmtrade.api.observatory",
    "versions": "firmtrade.api.provenance",
    "plan": "firmtrade.api.planning",
    **dict.fromkeys(("check_tables", "import_records", "stand_in", "synth"), "firmtrade.api.records"),
    **dict.fromkeys(
        ("attack", "draft", "publish", "read_seal", "release", "verify"), "firmtrade.api.releases"
    ),
    **dict.fromkeys(("Evidence", "Results"), "firmtrade.api.results"),
    **dict.fromkeys(("check_room", "estimate", "explain", "run", "survey"), "firmtrade.api.rooms"),
    **dict.fromkeys(("export_site", "serve"), "firmtrade.api.sites"),
    "Timing": "firmtrade.api.timing",
    "load_study": "firmtrade.studies",
}
"""Where each public name is made."""


def __getattr__(name: str) -> Any:
    """Load what is asked for and no more: advice to a firm must not wait for an engine."""
    if name in MODULE_OF:
        return getattr(import_module(MODULE_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
