"""Whether and where a firm trades: its mode, and the flags of the columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from naive.answers import Row

MODES = ("no_internationalization", "import_and_export", "import_only", "export_only")
FLOWS = ("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")


def mode_of(row: Row) -> str:
    if row["exporter"]:
        return "import_and_export" if row["importer"] else "export_only"
    return "import_only" if row["importer"] else "no_internationalization"


def scope_of(row: Row) -> str:
    intra = row["intra_eu_import"] or row["intra_eu_export"]
    extra = row["extra_eu_import"] or row["extra_eu_export"]
    if intra and extra:
        return "both_intra_extra"
    if row["open_import"] or row["open_export"]:
        return "unknown"
    return "intra_eu" if intra else "extra_eu"


FLAGS: dict[str, dict[str, Callable[[Row], Any]]] = {
    "trade_flow": {flow: (lambda row, flow=flow: row[flow]) for flow in FLOWS},
    "trade_share": {"export_share": lambda row: row["exporter"], "import_share": lambda row: row["importer"]},
    "trade_direction": {"export": lambda row: row["exporter"], "import": lambda row: row["importer"]},
    "internationalized": {"internationalized_share": lambda row: row["exporter"] or row["importer"]},
    "venture": {"inv": lambda row: row["exporter"], "dnv": lambda row: not row["exporter"]},
}
