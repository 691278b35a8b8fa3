"""Calls about support: evaluate it as registered, and a form to register with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.api.observatory import Observatory
from firmtrade.api.registration import Registration
from firmtrade.api.results import Evidence
from firmtrade.errors import UsageError
from firmtrade.progress import Progress

if TYPE_CHECKING:
    import polars as pl


def impact(
    preregistration: str | Path,
    data: str | Path,
    *,
    plan: bool = False,
    registered: str | Path | None = None,
    deflator: str | Path | pl.DataFrame | None = None,
    progress: Progress | None = None,
) -> Evidence:
    """Evaluate support as registered; short for ``Observatory(data).impact(preregistration)``."""
    Registration.read(
        preregistration, registered, plan=plan
    )  # what is wrong in it is said before the data is opened
    return Observatory(data, progress=progress).impact(
        preregistration, plan=plan, registered=registered, deflator=deflator
    )


def impact_form(out: str | Path) -> Path:
    """Write a pre-registration to fill in, its questions as comments.

    Raises
    ------
    UsageError
        The place is taken, or cannot be written.
    """
    from firmtrade.evidence.impact import form

    place = Path(out)
    if place.exists():
        raise UsageError(f"`{place}` is there already", fix="Give another name, or move it away.")
    try:
        place.write_text(form(), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"`{place}` cannot be written: {error.strerror}", fix="Give a place that exists."
        ) from None
    return place
