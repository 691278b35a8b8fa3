"""What firms say of themselves beside what the register holds of them."""

from __future__ import annotations

import numpy as np

from firmtrade.outputs.layout import TableLayout
from firmtrade.surveys.criteria import measured
from firmtrade.surveys.levels import FRAME, VARIABLE
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, note, table


def beside_table(report: Report) -> TableLayout | None:
    """A row for each pair of ``[[report.beside]]``, over the firms for which both are known; None where no pair is."""
    answered, plan = report.analysis.answered, report.analysis.loaded.plan
    if answered.register is None:
        return None
    rows: list[Row] = []
    for pair in plan.report.beside:
        measured_answers = measured(answered, f"{VARIABLE}:{pair.question}")
        held = measured(answered, f"{FRAME}:{pair.frame}")
        both = ~np.isnan(measured_answers) & ~np.isnan(held)
        n = int(both.sum())
        x, y = measured_answers[both], held[both]
        varies = n > 2 and x.min() < x.max() and y.min() < y.max()
        values = {
            "said": (float(x.mean()) if n else None, 2),
            "held": (float(y.mean()) if n else None, 2),
            "difference": (float((x - y).mean()) if n else None, 2),
            "sd": (float((x - y).std(ddof=1)) if n > 1 else None, 2),
            "correlation": (float(np.corrcoef(x, y)[0, 1]) if varies else None, 2),
        }
        numbers = (
            report.ledger.number("beside", pair.question, key, value, n, decimals)
            for key, (value, decimals) in values.items()
        )
        text = report.analysis.loaded.variables[pair.question].text
        rows.append((text, *numbers, report.ledger.count("beside", pair.question, "n", n)))
    if not rows:
        return None
    heads = columns("question", "said", "held", "difference", "sd", "correlation", "n")
    return report.table("beside", table("beside"), heads, rows, (note("beside"), *report.notes))
