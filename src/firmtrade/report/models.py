"""Estimates and curves for machines: every one of the models, printed in a table or not, with CSVW metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from firmtrade.messages import Language, language_of
from firmtrade.outputs import CURVE_COLUMNS, ESTIMATE_COLUMNS
from firmtrade.outputs.models import CURVES, ESTIMATES, STATED, curves_file, estimates_file
from firmtrade.report.model import Document
from firmtrade.report.provenance import produced
from firmtrade.report.tidy import dump

DIGITS = 6
"""Significant digits: more than a table prints, less than tells one firm from another."""

COUNTS = frozenset({"n_obs", "n_firms", "n_at_risk", "decimals"})
STATUS = frozenset(STATED) - COUNTS
TEXTS = frozenset({"block", "specification", "outcome", "term", "series", "estimator", "note"}) | STATUS


def files(document: Document) -> dict[str, bytes]:
    """``estimates.csv`` and ``curves.csv`` with their metadata; nothing where a document has no models."""
    language = language_of(document.language)
    made: dict[str, bytes] = {}
    if document.estimates:
        made[ESTIMATES] = estimates_file(document.estimates, DIGITS)
        made[f"{ESTIMATES}-metadata.json"] = _metadata(
            document, language, ESTIMATES, ESTIMATE_COLUMNS, "term"
        )
    if document.curves:
        made[CURVES] = curves_file(document.curves, DIGITS)
        made[f"{CURVES}-metadata.json"] = _metadata(document, language, CURVES, CURVE_COLUMNS, "x")
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
                    "dc:description": language.say(
                        f"report.{'columns' if column in STATED else 'model_columns'}.{column}"
                    ),
                    "null": "",
                }
                for column in (*columns, *STATED)
            ],
            "primaryKey": list(keys),
        },
    }
    return dump(facts)
