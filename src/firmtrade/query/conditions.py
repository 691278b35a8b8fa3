"""The conditions of the definitions: modes, scopes, trade status over the window, ventures."""

from __future__ import annotations

from firmtrade.query.where import EVERYONE, All, AnyOf, Flag, Is, Where

FLOWS = ("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")
EXPORTER, IMPORTER = Flag("exporter"), Flag("importer")
TRADERS = {"export": EXPORTER, "import": IMPORTER}
"""The firms that have a flow."""
INTERNATIONALIZED = EXPORTER | IMPORTER
VENTURE = Flag("venture")

_INTRA = AnyOf((Flag("intra_eu_import"), Flag("intra_eu_export")))
_EXTRA = AnyOf((Flag("extra_eu_import"), Flag("extra_eu_export")))
_OPEN = AnyOf((Flag("unknown_zone_import"), Flag("unknown_zone_export")))

MODES: dict[str, Where] = {
    "no_internationalization": ~EXPORTER & ~IMPORTER,
    "import_and_export": EXPORTER & IMPORTER,
    "import_only": IMPORTER & ~EXPORTER,
    "export_only": EXPORTER & ~IMPORTER,
}
SCOPES: dict[str, Where] = {
    "intra_eu": All((_INTRA, ~_EXTRA, ~_OPEN)),
    "extra_eu": All((_EXTRA, ~_INTRA, ~_OPEN)),
    "both_intra_extra": _INTRA & _EXTRA,
    "unknown": _OPEN & ~(_INTRA & _EXTRA),
}
"""Scope is judged over all flows of the firm: a two-way trader that imports from inside and exports to outside
the union has both (1,284 + 1,338 = 2,622 in the text of Table 1)."""

FLAGS: dict[str, dict[str, Where]] = {
    "trade_flow": {flow: Flag(flow) for flow in FLOWS},
    "trade_share": {"export_share": EXPORTER, "import_share": IMPORTER},
    "trade_direction": {"export": EXPORTER, "import": IMPORTER},
    "internationalized": {"internationalized_share": INTERNATIONALIZED},
    "venture": {"inv": EXPORTER, "dnv": ~EXPORTER},
}
BASES: dict[str, Where] = {"venture": VENTURE}
"""Firms that a set of flags or of rows is about, where these are not all firms of the group."""


def status_conditions(name: str) -> dict[str, Where]:
    """Rows of a table of the panel: ``export_status``, ``import_status`` or, among ventures, ``venture``.

    Two dates only, the first and the reference year; a firm that stopped is part of those that do not trade.
    """
    if name == "venture":
        exports = Flag("export_reference")
        return {"inv": exports, "dnv": ~exports}
    flow = name.removesuffix("_status")
    first, reference = Flag(f"{flow}_first"), Flag(f"{flow}_reference")
    return {
        flow: reference,
        f"constant_{flow}": first & reference,
        f"new_to_{flow}": ~first & reference,
        f"stopped_{flow}": first & ~reference,
        f"no_{flow}": ~reference,
    }


def restriction(where: dict[str, tuple[str, ...]]) -> Where:
    """The ``where`` of a table declaration."""
    parts = tuple(Is(attribute, keys) for attribute, keys in where.items())
    if not parts:
        return EVERYONE
    return parts[0] if len(parts) == 1 else All(parts)
