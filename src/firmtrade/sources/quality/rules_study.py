"""What a study asks of data as a whole: its own country, its own currency, codes that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import ibis

from firmtrade.messages import Code, Message, message
from firmtrade.sources.fit import firms_by_revision, mismatches, revisions
from firmtrade.sources.quality.findings import QualityFinding, TableSummary
from firmtrade.sources.quality.rule import Relation, Severity
from firmtrade.sources.stamp import Stamp
from firmtrade.study import Study

COUNTRY = Relation("other_country", Severity.ERROR)
CURRENCY = Relation("other_currency", Severity.ERROR)
REVISION = Relation("other_revision", Severity.ERROR)


def fit(
    connection: Any,
    stamp: Stamp,
    tables: Mapping[str, ibis.Table],
    summaries: Mapping[str, TableSummary],
    study: Study,
) -> Iterator[QualityFinding]:
    """Where data and study do not speak of the same."""
    for wrong in mismatches(stamp, study):
        relation, table = (COUNTRY, "firms") if wrong.key == "country" else (CURRENCY, "accounts")
        rows = summaries[table].rows if table in summaries else 0
        detail = message("quality.details.other_than", data=wrong.of_data, study=wrong.of_study)
        yield _finding(relation, table, None, rows, None, wrong.fix, detail)
    counted = firms_by_revision(tables["firms"], tables.get("accounts"), study) if "firms" in tables else None
    if counted is None:
        return
    rows = connection.to_pyarrow(counted).to_pylist()
    found = revisions(((row["revision"], row["firms"]) for row in rows), study)
    if found.other:
        share = found.other / (found.read + found.other)
        detail = message("quality.details.other_than", data=found.listed, study=Code(study.head.activity))
        finding = _finding(REVISION, "firms", "nace_revision", found.other, share, found.fix(study), detail)
        yield replace(finding, severity=Severity.WARNING) if found.read else finding


def _finding(
    relation: Relation,
    table: str,
    column: str | None,
    count: int,
    share: float | None,
    fix: Message,
    detail: Message,
) -> QualityFinding:
    return QualityFinding(
        relation.id, table, column, relation.severity, relation.sentence, fix, count, share, detail=detail
    )
