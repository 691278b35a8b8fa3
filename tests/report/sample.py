"""A small made-up publication that has every form of table and figure. No number describes a real firm."""

from __future__ import annotations

from collections.abc import Iterable

from firmtrade.messages import Code, Years, language_of, message
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.report.alternatives import alternative
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

FLOWS = (
    ("intra_eu_import", "Intra-EU import"),
    ("extra_eu_import", "Extra-EU import"),
    ("intra_eu_export", "Intra-EU export"),
    ("extra_eu_export", "Extra-EU export"),
)
FLOW_COLORS = {
    "intra_eu_import": "import",
    "extra_eu_import": "import_light",
    "intra_eu_export": "export",
    "extra_eu_export": "export_light",
}
SIZES = (
    ("size_lt10", "< 10"),
    ("size_10_49", "10–49"),
    ("size_50_99", "50–99"),
    ("size_100_250", "100–249"),
)
SOURCE = "Synthetic business register and trade declarations"

NEEDED = message("reasons.column", column=Code("value_added"), table="accounts")


def cell(
    table: str, row: str, column: str, value: float | None, unit: str = "percent", **rest: object
) -> Cell:
    settings: dict[str, object] = {
        "decimals": 0 if unit == "count" else 1,
        "year": "2002",
        "confidentiality": Confidentiality.FREE,
        **rest,
    }
    return Cell(CellKey(table, "manufacturing", row, column), value, unit, **settings)  # type: ignore[arg-type]


def grid_of(cells: Iterable[Cell]) -> dict[tuple[str, str], Cell]:
    return {(item.key.row, item.key.column): item for item in cells}


def mode_table() -> Table:
    counts = {
        "no_internationalization": (20451,),
        "import_and_export": (3021, 310, 221, 2490),
        "import_only": (1588, 801, 309, 478),
        "export_only": (1733, 640, 735, 358),
    }
    names = ("n", "intra_eu", "extra_eu", "both_intra_extra")
    return Table(
        id="1",
        number="1",
        title="Mode of internationalization of SMEs in manufacturing",
        rows=(
            Row("no_internationalization", "No internationalization"),
            Row("import_and_export", "Both import and export"),
            Row("import_only", "Import only"),
            Row("export_only", "Export only"),
        ),
        columns=(
            Column("n", "All"),
            Column("intra_eu", "Intra-EU only", "Partners"),
            Column("extra_eu", "Extra-EU only", "Partners"),
            Column("both_intra_extra", "Both", "Partners"),
        ),
        cells=grid_of(
            cell("1", row, column, float(value), "count")
            for row, values in counts.items()
            for column, value in zip(names, values, strict=False)
        ),
        stub="Mode",
        population="Manufacturing",
        period="2002",
        notes=("The scope covers all flows of a firm.",),
        source=SOURCE,
    )


def size_table(identifier: str = "4", number: str = "4") -> Table:
    shares = {
        "intra_eu_import": (6.1, 18.0, 59.4, 74.2),
        "extra_eu_import": (6.4, 19.1, 51.8, None),
        "intra_eu_export": (5.2, 22.5, 41.3, 58.8),
        "extra_eu_export": (4.1, 19.0, 44.9, 58.8),
    }
    cells = [
        cell(
            identifier,
            row,
            key,
            value,
            status=ObsStatus.SUPPRESSED if value is None else ObsStatus.NORMAL,
        )
        for row, values in shares.items()
        for (key, _), value in zip(SIZES, values, strict=True)
    ]
    sizes = zip(SIZES, (19021, 3702, 790, 351), strict=True)
    cells += [cell(identifier, "n", key, float(n), "count") for (key, _), n in sizes]
    return Table(
        id=identifier,
        number=number,
        title="Importing and exporting manufacturing SMEs by size class",
        rows=(*(Row(key, label) for key, label in FLOWS), Row("n", "Number of firms", emphasis=True)),
        columns=tuple(Column(key, label, "Employees") for key, label in SIZES),
        cells=grid_of(cells),
        stub="Flow",
        population="Manufacturing",
        period="2002",
        source=SOURCE,
    )


def growth_table() -> Table:
    rows = {
        "export": ("Export", 3911, 1.2, 3.1, 1.9),
        "constant_export": ("Constant export", 3204, 0.5, 2.6, 2.1),
        "new_to_export": ("New to export", 707, 3.9, 5.7, 1.7),
        "stopped_export": ("Stopped export", 812, -0.9, -1.2, -0.3),
        "no_export": ("No export", 17411, 0.6, 2.9, 2.3),
    }
    names = ("employment_cagr", "value_added_cagr", "labor_productivity_cagr")
    labels = ("Employment", "Value added", "Labor productivity")
    cells = []
    for key, (_, n, *growth) in rows.items():
        cells.append(cell("6", key, "n", float(n), "count", year="1998-2003"))
        cells += [
            cell("6", key, name, value, "percent_per_year", year="1998-2003")
            for name, value in zip(names, growth, strict=True)
        ]
    return Table(
        id="6",
        number="6",
        title="Growth of employment, value added and labor productivity in manufacturing SMEs",
        rows=tuple(Row(key, label) for key, (label, *_) in rows.items()),
        columns=(
            Column("n", "Number of firms"),
            *(
                Column(k, v, "Compound annual growth", signed=True)
                for k, v in zip(names, labels, strict=True)
            ),
        ),
        cells=grid_of(cells),
        stub="Export status",
        population="Manufacturing",
        period="1998–2003",
        notes=("Totals of the firms with value added known in both years.",),
        source=SOURCE,
    )


def long_table(rows: int = 34) -> Table:
    cells = []
    for code in range(1, rows + 1):
        key = f"nace_{code:02}"
        cells.append(cell("3", key, "n", float(40 + 13 * code), "count"))
        cells.append(cell("3", key, "export_share", (code * 7) % 95, decimals=0))
        cells.append(
            cell(
                "3",
                key,
                "import_share",
                None,
                status=ObsStatus.UNDEFINED,
                reason=message("reasons.undefined_group"),
            )
        )
    return Table(
        id="3",
        number="3",
        title="Percentage of exporting and importing manufacturing SMEs by division",
        rows=tuple(
            Row(f"nace_{code:02}", f"{code:02} Manufacture of things number {code}")
            for code in range(1, rows + 1)
        ),
        columns=(
            Column("n", "Number of firms"),
            Column("export_share", "Export"),
            Column("import_share", "Import"),
        ),
        cells=grid_of(cells),
        stub="Division",
        population="Manufacturing",
        period="2002",
        source=SOURCE,
    )


def missing_table() -> Table:
    return Table(
        id="5",
        number="5",
        title="Labor productivity of manufacturing SMEs",
        population="Manufacturing",
        period="1998–2003",
        needs="`value_added` in `accounts`",
        source=SOURCE,
    )


def _figure(table: Table, kind: ChartKind, language: str, colors: dict[str, str] | None = None) -> Figure:
    bare = Figure(table, kind, "", colors or {})
    return Figure(table, kind, alternative(bare, language_of(language)), colors or {})


def figures(language: str = "en") -> tuple[Figure, ...]:
    regions = (("flanders", "Flanders"), ("wallonia", "Wallonia"), ("brussels", "Brussels"))
    populations = (
        ("manufacturing", "Manufacturing"),
        ("manufacturing without construction", "Manufacturing without construction"),
        ("services", "Services"),
    )
    shares = {"flanders": (26.1, 46.9, 27.0), "wallonia": (20.4, 39.2, 20.1), "brussels": (26.0, 40.1, 30.9)}
    region = Table(
        id="fig15",
        number="15",
        title="Percentage of internationalized firms by region",
        rows=tuple(Row(*item) for item in populations),
        columns=tuple(Column(*item) for item in regions),
        cells={
            (population, key): Cell(
                CellKey("fig15", population, key, "internationalized_share"), value, "percent", "2002",
                confidentiality=Confidentiality.FREE,
            )
            for key, values in shares.items()
            for (population, _), value in zip(populations, values, strict=True)
        },
        stub="Population",
        period="2002",
        source=SOURCE,
    )  # fmt: skip
    modes = {
        "no_internationalization": 76.3,
        "import_and_export": 11.3,
        "import_only": 5.9,
        "export_only": 6.5,
    }
    composition = Table(
        id="fig16",
        number="16",
        title="Mode of internationalization of SMEs in manufacturing",
        rows=mode_table().rows,
        columns=(Column("share", "% of firms"),),
        cells=grid_of(cell("fig16", key, "share", value) for key, value in modes.items()),
        stub="Mode",
        population="Manufacturing",
        period="2002",
        source=SOURCE,
    )
    series = {
        "intra_eu_import": (19.1, 18.2, 17.0, 15.9, 14.2, 13.0, 12.1),
        "extra_eu_import": (17.2, 16.8, 16.0, 15.1, 14.4, 13.7, 13.2),
        "intra_eu_export": (12.0, 12.2, 12.1, 12.3, 12.0, 11.9, 12.0),
        "extra_eu_export": (12.9, 13.0, 13.1, 13.0, 12.8, 13.1, 13.0),
    }
    evolution = Table(
        id="fig17",
        number="17",
        title="Flows of manufacturing SMEs, 1996–2002",
        rows=tuple(Row(*item) for item in FLOWS),
        columns=tuple(Column(str(year), str(year)) for year in range(1996, 2003)),
        cells=grid_of(
            cell("fig17", key, str(year), value, year=str(year))
            for key, values in series.items()
            for year, value in zip(range(1996, 2003), values, strict=True)
        ),
        stub="Flow",
        population="Manufacturing",
        period="1996–2002",
        source=SOURCE,
    )
    by_size = size_table("fig19", "19")
    by_size = Table(
        id="fig19", number="19", title=by_size.title, rows=by_size.rows[:4], columns=by_size.columns,
        cells={key: value for key, value in by_size.cells.items() if key[0] != "n"}, stub="Flow",
        population="Manufacturing", period="2002", source=SOURCE,
    )  # fmt: skip
    off = Table(
        id="fig20", number="20", title="Percentage of importing and exporting SMEs by technology class",
        needs="`nace` in `firms`", source=SOURCE,
    )  # fmt: skip
    mode_colors = {
        "no_internationalization": "none", "import_and_export": "both",
        "import_only": "import", "export_only": "export",
    }  # fmt: skip
    return (
        _figure(region, ChartKind.GROUPED_BARS, language),
        _figure(composition, ChartKind.STACKED_BAR, language, mode_colors),
        _figure(evolution, ChartKind.LINES, language, FLOW_COLORS),
        _figure(by_size, ChartKind.SMALL_MULTIPLES, language, FLOW_COLORS),
        _figure(off, ChartKind.GROUPED_BARS, language),
    )


def document(language: str = "en", *, banner: str = "SYNTHETIC DATA", rows: int = 34) -> Document:
    region, composition, evolution, by_size, off = figures(language)
    mode, size, growth, sectors, missing = (
        mode_table(),
        size_table(),
        growth_table(),
        long_table(rows),
        missing_table(),
    )
    explanations = {
        item.key: Explanation(
            item.key,
            "Number of firms of the group, or the share of them that has the flow.",
            "count with the flag / count in the group",
            "count firms where mode is known, by mode",
            ("firms.nace", "trade.value"),
            (mode.cells["import_only", "n"].key,),
            "Definitions, section 4",
        )
        for table in (mode, size, growth, sectors, *(figure.table for figure in figures(language)))
        for _, _, item in table.ordered_cells()
    }
    return Document(
        title="How small firms trade across borders",
        subtitle="Imports, exports and growth of small and medium-sized firms in Sampleland, 1996–2003",
        language=language,
        provenance=Provenance(
            study="sampleland",
            data="synthetic",
            data_fingerprint="5f2c9a0b7d31",
            study_fingerprint="a81be0c1",
            program_version="0.1.0",
            switched_off=(message("reasons.off", where="5", needs=NEEDED),),
            notes=(message("notes.empty_population", population=Code("mining"), years=Years((2002,))),),
        ),
        sections=(
            Section("overview", "Overview", ("Shares of firms with an employee or more.",), (region,)),
            Section("manufacturing", "Manufacturing"),
            Section("manufacturing-mode", "Mode and scope", (), (composition, mode, evolution), level=2),
            Section("manufacturing-structure", "Structure", (), (sectors, size, by_size, off), level=2),
            Section("manufacturing-exporters", "Exporters", (), (missing, growth), level=2),
        ),
        findings=(
            Finding("Manufacturing, 2002", "76.3% of firms neither imported nor exported.", "fig16",
                    (CellKey("fig16", "manufacturing", "no_internationalization", "share"),)),
            Finding("Manufacturing, 1998–2003", "Employment changed by +1.2% a year among exporters.", "6",
                    (CellKey("6", "manufacturing", "export", "employment_cagr"),)),
        ),
        explanations=explanations,
        banner=banner,
    )  # fmt: skip
