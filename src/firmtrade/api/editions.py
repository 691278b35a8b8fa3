"""Calls about a printed edition: compare, audit, template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.api.results import Results
from firmtrade.outputs.room import read_room
from firmtrade.progress import Progress
from firmtrade.studies import parse_study
from firmtrade.study import Study

if TYPE_CHECKING:
    from firmtrade.linked.audit import AuditReport
    from firmtrade.linked.compare import Comparison


def compare(room: str | Path | Results, published: str | Path) -> Comparison:
    """Set computed cells beside a printed edition, cell by cell."""
    from firmtrade.linked.compare import compare as compare_cells
    from firmtrade.linked.edition import read_edition

    if isinstance(room, Results):
        return compare_cells(read_edition(published, room.study), room.cells)
    there = read_room(Path(room))
    return compare_cells(read_edition(published, parse_study(there.study)), there.cells)


def audit(
    cells: str | Path,
    *,
    study: str | Path | Study | None = None,
    facts: str | Path | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Contradictions of a published edition with itself, and of the sentences in ``facts`` with it."""
    from firmtrade.linked.audit import audit as audit_edition

    return audit_edition(cells, study=study, facts=facts, progress=progress)


def audit_template(study: str | Path | Study) -> str:
    """The empty edition of a study as CSV, with the key, unit and year of every cell."""
    from firmtrade.linked.template import template

    return template(study)
