"""firmtrade: from confidential firm records to publishable evidence on how SMEs go international.

>>> import firmtrade as ft
>>> ft.load_study("belgium-2008").reference_year
2002
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firmtrade.api import (
        Evidence,
        Observatory,
        Results,
        attack,
        audit,
        audit_template,
        check_tables,
        compare,
        evidence,
        explain,
        import_records,
        load_study,
        release,
        report,
        run,
        survey,
        synth,
        verify,
        versions,
    )

__version__ = "0.1.0"

__all__ = [
    "Evidence",
    "Observatory",
    "Results",
    "__version__",
    "attack",
    "audit",
    "audit_template",
    "check_tables",
    "compare",
    "evidence",
    "explain",
    "import_records",
    "load_study",
    "release",
    "report",
    "run",
    "survey",
    "synth",
    "verify",
    "versions",
]


class _Package(ModuleType):
    """Some public functions share their name with a room (``release``, ``report``, ``survey``, ``evidence``).

    When a room is first imported, Python binds it as an attribute of the package; here the function keeps the
    name. ``from firmtrade.report import ...`` finds the room as ever.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    """Load the API when it is first asked for: ``firmtrade --help`` must not wait for an engine."""
    if name in __all__:
        from firmtrade import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


sys.modules[__name__].__class__ = _Package
