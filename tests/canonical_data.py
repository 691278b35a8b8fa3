"""Small canonical folders for tests, written from rows or drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from firmtrade.study import Study

Row = dict[str, Any]
Tables = dict[str, list[Row]]

MONEY, QUANTITY = pl.Decimal(18, 2), pl.Decimal(18, 6)
SCHEMAS: dict[str, dict[str, Any]] = {
    "firms": {
        "firm_id": pl.String, "year": pl.Int32, "founded": pl.Int32, "closed": pl.Int32, "nace": pl.String,
        "postcode": pl.String, "region": pl.String, "nace_revision": pl.String, "domestic_owned": pl.Boolean,
        "group_id": pl.String, "legal_form": pl.String, "weight": QUANTITY, "stratum": pl.String,
    },
    "accounts": {
        "firm_id": pl.String, "year": pl.Int32, "employees_fte": QUANTITY, "employees": QUANTITY, "turnover": MONEY,
        "value_added": MONEY, "book_months": pl.Int32, "labor_cost": MONEY, "total_assets": MONEY,
        "tangible_assets": MONEY, "patents": pl.Float64, "weight": QUANTITY,
    },
    "trade": {
        "firm_id": pl.String, "year": pl.Int32, "month": pl.Int32, "flow": pl.String, "value": MONEY,
        "partner": pl.String, "zone": pl.String, "product": pl.String,
    },
    "coverage": {"flow": pl.String, "zone": pl.String, "year": pl.Int32, "threshold": MONEY},
    "links": {"firm_id": pl.String, "successor_id": pl.String, "year": pl.Int32, "kind": pl.String},
}  # fmt: skip


def write(folder: Path, tables: Tables) -> Path:
    """Write tables; a column that no row has is absent from the file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        present = [column for column in SCHEMAS[name] if not rows or any(column in row for row in rows)]
        schema = {column: SCHEMAS[name][column] for column in present}
        frame = pl.DataFrame(
            [[row.get(column) for column in present] for row in rows], schema=schema, orient="row"
        )
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


@dataclass(frozen=True, slots=True)
class World:
    """What a drawn world is like. Each option is a column, or a habit of the files, that a country may have."""

    firms: int = 150
    yearly_register: bool = False
    groups: bool = False
    headcount: bool = False
    partners: bool = True
    zones: bool = False
    months: bool = False
    regions: bool = False
    products: bool = False
    """Declarations have a product, and traders come back to the same partners and products year after year."""
    balances: bool = False
    """Accounts tell costs and assets too."""
    links: bool = False
    """Firms change their numbers, in chains, forks and circles, merge and split."""
    thresholds: bool = False
    """The thresholds of declaration change."""
    sample: bool = False
    """Firms are a sample: they have weights and strata, one of which was taken whole."""
    own: bool = False
    """The register and the accounts have a column of their own each."""


# Few values, many of them at an edge, so that classes and limits are hit often.
_EMPLOYMENT = (
    "0",
    "0.5",
    "0.999999",
    "1",
    "9.99",
    "10",
    "49.5",
    "50",
    "50.5",
    "99",
    "100",
    "249.99",
    "250",
    "300",
    None,
)
_MONEY = (
    "-5000.01",
    "0",
    "0.01",
    "1000",
    "333.33",
    "999999.99",
    "49999999.99",
    "50000000",
    "123456.78",
    None,
)
_BALANCES = ("labor_cost", "total_assets", "tangible_assets")
_NACE = (
    "15.81",
    "10",
    "4521",
    "45",
    "24.4",
    "5",
    "99",
    "K",
    "DA",
    "D",
    "C",
    "74.1",
    "51",
    "01.1",
    "0",
    "28",
    "26.11",
    "303",
    None,
)
_POSTCODES = ("1000", "1299", "1300", "9999", "0999", "L-10", "4000", " 9000 ", None)
_REGIONS = ("north", "South", "flanders", "elsewhere", None)
_PARTNERS = ("FR", "EL", "GR", "GB", "US", "NA", "PL", "BE", "CZ", "BG", "QV", "QU", "??", None)
_PRODUCTS = (
    "84713000",
    "84713010",
    "8471.30",
    "8471 41 00",
    "847141",
    "22042100",
    "2204210",
    "2204",
    "0101.21.00",
    "010121",
    "0101 2",
    "not a code",
    "",
    None,
)
_VALUES = ("100", "-100", "0", "0.01", "50.5", "50", "49.99")


def world(study: Study, seed: int, about: World) -> Tables:
    """Firms with registers, accounts and declarations, drawn without regard to plausibility.

    Every year of the study is present, and two thirds of the accounts are complete enough to put a firm into the
    panel, so that rows of the panel are seldom empty.
    """
    rng = Random(seed)
    years = range(min(study.years), max(study.years) + 1)
    founding = [
        year + step
        for year in (study.reference_year, study.first_year, study.ventures_since)
        for step in (-20, -15, -6, -5, -1, 0, 1)
    ]
    firms: list[Row] = []
    accounts: list[Row] = []
    for number in range(about.firms):
        name = f"firm {number}"
        states = (
            rng.sample(list(years), k=min(len(years), rng.choice((1, 1, 2))))
            if about.yearly_register
            else [None]
        )
        for year in states:
            row: Row = {
                "firm_id": name,
                "founded": rng.choice([*founding, None]),
                "nace": rng.choice(_NACE),
                "postcode": rng.choice(_POSTCODES),
                "domestic_owned": rng.choice((True, True, True, False, None)),
            }
            row |= {"year": year} if about.yearly_register else {}
            row |= {"region": rng.choice(_REGIONS)} if about.regions else {}
            row |= {"legal_form": rng.choice(("014", "016", " 015", "017", "", None))} if about.own else {}
            row |= _drawn_from(rng) if about.sample else {}
            row |= {"group_id": rng.choice(("A", "B", "firm 1", None, None))} if about.groups else {}
            firms.append(row)
        whole = rng.random() < 2 / 3
        for year in years:
            if whole or rng.random() < 0.9:
                book: Row = {
                    "firm_id": name,
                    "year": year,
                    "employees_fte": decimal(rng.choice(_EMPLOYMENT[3:8] if whole else _EMPLOYMENT)),
                    "turnover": decimal(rng.choice(_MONEY)),
                    "value_added": decimal(rng.choice(_MONEY[:-1] if whole else _MONEY)),
                    "book_months": rng.choice((None, 12, 12, 12) if whole else (None, 12, 5, 6, 7, 18, 19)),
                }
                if about.own:
                    book["patents"] = rng.choice((0.0, 0.5, 1.0, 3.0, 1e12, float("nan"), None))
                if about.headcount:
                    book["employees"] = decimal(rng.choice(_EMPLOYMENT[3:9] if whole else _EMPLOYMENT))
                if about.balances:
                    book |= {name: decimal(rng.choice(_MONEY)) for name in _BALANCES}
                accounts.append(book)
    # A firm without any class keeps every year present in accounts.
    accounts += [{"firm_id": "nobody", "year": year, "employees_fte": None} for year in years]
    traders = [f"firm {number}" for number in range(0, about.firms, 2)]
    trade = [
        _declared(rng, rng.choice([*traders, "stranger"]), rng.choice(years), about)
        for _ in range((3 if about.products else 12) * about.firms)
    ]
    if about.products:
        trade += [row for trader in traders for row in _repeated(rng, trader, years, about)]
    coverage = full_coverage(tuple(years))
    if about.thresholds:
        coverage = [row | {"threshold": decimal(rng.choice(("0", "50", "100", None)))} for row in coverage]
    tables = {"firms": firms, "accounts": accounts, "trade": trade, "coverage": coverage}
    return tables | {"links": list(_linked(rng, about.firms, years))} if about.links else tables


def _drawn_from(rng: Random) -> Row:
    stratum = rng.choice(("1", "2", "whole", None))
    weight = "1" if stratum == "whole" else rng.choice(("1", "2.5", "10.000001", "333.333333", "0", None))
    return {"stratum": stratum, "weight": decimal(weight)}


def _linked(rng: Random, firms: int, years: Iterable[int]) -> Iterator[Row]:
    """Links between firms at random, one for every two firms; half of them lead on to the next firm but one."""
    for number in range(0, firms, 2):
        other = number + 2 if rng.random() < 0.5 else rng.randrange(firms)
        kind = rng.choice(("renumbered", "renumbered", "merger", "split"))
        names = {"firm_id": f"firm {number}", "successor_id": f"firm {other}"}
        yield names | {"year": rng.choice(list(years)), "kind": kind}


def _repeated(rng: Random, firm: str, years: Iterable[int], about: World) -> Iterator[Row]:
    """The flows of a firm that comes and goes, each time with some of its own few partners and products."""
    for flow in ("import", "export"):
        partners, products = rng.choices(_PARTNERS, k=5), rng.choices(_PRODUCTS, k=4)
        habit = rng.choice((0.2, 0.6, 0.95))
        for year in years:
            for _ in range(rng.choice((1, 3, 8)) if rng.random() < habit else 0):
                value = decimal(rng.choice(("100", "100", "250.25", "3333.33", "50", "-50.5", "60000")))
                row = _declared(rng, firm, year, about) | {"flow": flow, "value": value}
                row |= {"partner": rng.choice(partners)} if about.partners else {}
                yield row | {"product": rng.choice(products)}


def _declared(rng: Random, firm: str, year: int, about: World) -> Row:
    row: Row = {
        "firm_id": firm,
        "year": year,
        "flow": rng.choice(("import", "export")),
        "value": decimal(rng.choice(_VALUES)),
    }
    row |= {"partner": rng.choice(_PARTNERS)} if about.partners else {}
    row |= {"zone": rng.choice(("intra", "extra", None))} if about.zones else {}
    row |= {"month": rng.choice((None, 1, 4, 5, 12))} if about.months else {}
    row |= {"product": rng.choice(_PRODUCTS)} if about.products else {}
    return row


def full_coverage(years: tuple[int, ...]) -> list[Row]:
    return [
        {"flow": flow, "zone": zone, "year": year}
        for flow in ("import", "export")
        for zone in ("intra", "extra")
        for year in years
    ]


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def damage(file: Path) -> None:
    """Rows that cannot be read, between a sound head and a sound foot."""
    found = bytearray(file.read_bytes())
    found[4 : len(found) // 4] = bytes(len(found) // 4 - 4)
    file.write_bytes(bytes(found))
