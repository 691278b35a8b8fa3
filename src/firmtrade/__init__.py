"""firmtrade: from confidential firm records to publishable evidence on how SMEs go international.

>>> import firmtrade as ft
>>> ft.load_study("belgium-2008").reference_year
2002
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from firmtrade.errors import DataError, FirmtradeError, InputError, StudyError, UsageError
from firmtrade.version import __version__

if TYPE_CHECKING:
    from firmtrade.api import (
        Evidence,
        Observatory,
        Results,
        Timing,
        advice_form,
        advise,
        advise_agency,
        attack,
        audit,
        audit_template,
        check_tables,
        compare,
        draft,
        estimate,
        explain,
        export_site,
        impact,
        impact_form,
        import_records,
        load_study,
        plan,
        publish,
        read_seal,
        release,
        run,
        serve,
        stand_in,
        survey,
        synth,
        verify,
        versions,
    )
    from firmtrade.evidence.options import EvidenceOptions
    from firmtrade.protection.profile import Profile

__all__ = [
    "DataError",
    "Evidence",
    "EvidenceOptions",
    "FirmtradeError",
    "InputError",
    "Observatory",
    "Profile",
    "Results",
    "StudyError",
    "Timing",
    "UsageError",
    "__version__",
    "advice_form",
    "advise",
    "advise_agency",
    "attack",
    "audit",
    "audit_template",
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


OPTIONS = {"EvidenceOptions": "firmtrade.evidence.options", "Profile": "firmtrade.protection.profile"}
"""What calls take as options, and the room it stands in; all else is of the API."""


def __getattr__(name: str) -> Any:
    """Load what is public when it is first asked for: ``firmtrade --help`` must not wait for an engine."""
    if name in __all__:
        return getattr(import_module(OPTIONS.get(name, "firmtrade.api")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
