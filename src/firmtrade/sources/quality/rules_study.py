"""What a study asks of data as a whole: its own country, its own currency, codes that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import ibis

from firmtrade.messages import DEFAULT_LANGUAGE, language_of
from firmtrade.sources.fit import firms_by_revision, mismatches, revisions
from firmtrade.sources.quality.findings import Finding, TableSummary
from firmtrade.sources.quality.rule import Relation, Severity
from firmtrade.sources.stamp import Stamp
from firmtrade.study import Study

COUNTRY = Relation(
    "other_country",
    Severity.ERROR,
    "firms of another country than the study's",
    "What is foreign trade depends on it: use a study of the data's own country.",
)
CURRENCY = Relation(
    "other_currency",
    Severity.ERROR,
    "amounts in another currency than the study's",
    "Set the study's `currency`, or convert the amounts.",
)
REVISION = Relation(
    "other_revision",
    Severity.ERROR,
    "firms with activity codes of another revision than the study's",
    "These firms are in no population: set the study's `activity`, or give codes of its revision.",
)


def fit(
    connection: Any,
    stamp: Stamp,
    tables: Mapping[str, ibis.Table],
    summaries: Mapping[str, TableSummary],
    study: Study,
) -> Iterator[Finding]:
    """Where data and study do not speak of the same."""
    for wrong in mismatches(stamp, study):
        relation, table = (COUNTRY, "firms") if wrong.key == "country" else (CURRENCY, "accounts")
        rows = summaries[table].rows if table in summaries else 0
        detail = f"{wrong.of_data}, not {wrong.of_study}"
        yield _finding(relation, table, None, rows, None, wrong.fix, detail)
    counted = firms_by_revision(tables["firms"], tables.get("accounts"), study) if "firms" in tables else None
    if counted is None:
        return
    rows = connection.to_pyarrow(counted).to_pylist()
    found = revisions(((row["revision"], row["firms"]) for row in rows), study)
    if found.other:
        share = found.other / (found.read + found.other)
        detail = f"{language_of(DEFAULT_LANGUAGE).render(found.listed)}, not `{study.head.activity}`"
        finding = _finding(REVISION, "firms", "nace_revision", found.other, share, found.fix(study), detail)
        yield replace(finding, severity=Severity.WARNING) if found.read else finding


def _finding(
    relation: Relation, table: str, column: str | None, count: int, share: float | None, fix: str, detail: str
) -> Finding:
    return Finding(
        relation.id, table, column, relation.severity, relation.sentence, fix, count, share, detail=detail
    )
