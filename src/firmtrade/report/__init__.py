"""Outputs as a publication that people want to read: HTML, PDF, XLSX, CSV and SDMX from one document.

``Document`` and its parts are the table model; ``publish`` writes a release folder; ``verify`` checks one.
"""

from firmtrade.messages import LANGUAGES
from firmtrade.report.editions import PrintedEdition, load_edition
from firmtrade.report.manifest import read_manifest, verify
from firmtrade.report.model import (
    ChartKind,
    Column,
    Document,
    Explanation,
    Figure,
    Finding,
    Provenance,
    Row,
    Section,
    Table,
)
from firmtrade.report.publish import publish, publish_together
from firmtrade.report.writers import WRITERS, chosen_formats

__all__ = [
    "LANGUAGES",
    "WRITERS",
    "ChartKind",
    "Column",
    "Document",
    "Explanation",
    "Figure",
    "Finding",
    "PrintedEdition",
    "Provenance",
    "Row",
    "Section",
    "Table",
    "chosen_formats",
    "load_edition",
    "publish",
    "publish_together",
    "read_manifest",
    "verify",
]
