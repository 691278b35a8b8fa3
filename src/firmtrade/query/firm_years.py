"""The columns of a panel of firm-years: what the observatory delivers and models read, by what they hold.

A column whose input is missing is absent. Amounts are of twelve months, in currency units.
"""

from __future__ import annotations

AMOUNTS = (
    "turnover", "value_added", "total_assets", "labor_cost", "tangible_assets", "export_value", "import_value",
)  # fmt: skip
"""Money, which a deflator divides."""
STAFF = ("employment", "employees", "employees_fte")
"""Employment by the study's measure, headcount, full-time equivalents."""
CLASSES = ("division", "region", "technology_class", "size_class")
"""Classes of the study; null where a firm is in none."""
FLAGS = ("exporter", "importer", "intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")
"""Trade; null in a year that the trade files do not cover."""
YEARS = ("founded", "closed")
BREADTH = ("export_partners", "export_products", "import_partners")
"""Numbers of partner countries and products, where the declarations hold them."""
