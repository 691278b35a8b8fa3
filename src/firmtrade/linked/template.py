"""The empty edition of a study: every cell that its tables print, with its key, unit and year, and no number."""

from __future__ import annotations

from pathlib import Path

from firmtrade.kinds import specify
from firmtrade.outputs.csv_file import csv_text
from firmtrade.sources.edition import REQUIRED
from firmtrade.studies import load_study
from firmtrade.study import Study

COLUMNS = (*REQUIRED, "year", "printed")


def template(study: Study | str | Path) -> str:
    """The empty edition of a study as CSV, in the order of its tables, to be filled in and audited.

    Codes of classifications are filled in. A row that stays empty says that nothing is known of its cell; a row that is
    taken out says that its table does not print it.

    Raises
    ------
    UsageError
        There is no such study.
    """
    declared = study if isinstance(study, Study) else load_study(study)
    cells = (cell for table in specify(declared) for cell in table.cells)
    return csv_text(COLUMNS, ((*cell.key, cell.code, cell.unit, cell.year, "") for cell in cells))
