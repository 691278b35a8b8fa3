"""Estimates and curves for machines: every one of the models, printed in a table or not, with CSVW metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from firmtrade.messages import Language, language_of
from firmtrade.outputs import CURVE_COLUMNS, ESTIMATE_COLUMNS
from firmtrade.outputs.models import CURVES, ESTIMATES, curve_rows, estimate_rows, number_text
from firmtrade.report.model import Document
from firmtrade.report.provenance import produced
from firmtrade.report.tidy import dump, write

DIGITS = 6
"""Significant digits: more than a table prints, less than tells one firm from another."""

COUNTS = frozenset({"n_obs", "n_firms", "n_at_risk"})
TEXTS = frozenset({"block", "specification", "outcome", "term", "series", "estimator", "note"})


def files(document: Document) -> dict[str, bytes]:
    """``estimates.csv`` and ``curves.csv`` with their metadata; nothing where a document has no models."""
    language = language_of(document.language)
    made: dict[str, bytes] = {}
    for name, columns, rows, place in (
        (ESTIMATES, ESTIMATE_COLUMNS, estimate_rows(document.estimates), "term"),
        (CURVES, CURVE_COLUMNS, curve_rows(document.curves), "x"),
    ):
        if rows:
            made[name] = write(columns, [tuple(number_text(value, DIGITS) for value in row) for row in rows])
            made[f"{name}-metadata.json"] = _metadata(document, language, name, columns, place)
    return made


def _metadata(document: Document, language: Language, name: str, columns: Sequence[str], place: str) -> bytes:
    keys: Iterable[str] = ("block", "specification", "outcome", *(("series",) if place == "x" else ()), place)
    facts: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": document.language}],
        "url": name,
        "dc:title": document.title,
        "dc:description": produced(document.provenance, language),
        "dc:language": document.language,
        **({"rdfs:comment": document.banner} if document.banner else {}),
        "tableSchema": {
            "columns": [
                {
                    "name": column,
                    "titles": column,
                    "datatype": "string" if column in TEXTS else "integer" if column in COUNTS else "double",
                    "dc:description": language.say(f"report.model_columns.{column}"),
                    "null": "",
                }
                for column in columns
            ],
            "primaryKey": list(keys),
        },
    }
    return dump(facts)
