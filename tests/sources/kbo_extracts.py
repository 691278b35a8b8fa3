"""Made-up extracts of KBO Open Data in the layout of its cookbook, oddities included, and a plain reader of them."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = {
    "enterprise": [
        "EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC",
        "StartDate",
    ],
    "establishment": ["EstablishmentNumber", "StartDate", "EnterpriseNumber"],
    "activity": ["EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"],
    "address": [
        "EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
        "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff",
    ],
}  # fmt: skip
KEYS = {
    "enterprise": "EnterpriseNumber",
    "establishment": "EstablishmentNumber",
    "activity": "EntityNumber",
    "address": "EntityNumber",
}
DATES = ("StartDate", "DateStrikingOff")
Rows = dict[str, list[dict[str, str]]]


@dataclass
class Extract:
    """An extract before it is written: its day, number and rows, and the keys that an update deletes."""

    day: str
    number: int
    rows: Rows
    deleted: dict[str, list[str]] | None = None
    kept: list[str] = field(default_factory=lambda: list(HEADERS))

    @property
    def name(self) -> str:
        day, month, year = self.day.split("-")
        kind = "Full" if self.deleted is None else "Update"
        return f"KboOpenData_{self.number:04d}_{year}_{month}_{day}_{kind}.zip"

    def files(self) -> dict[str, str]:
        """The CSV files by name: texts quoted, dates not, nothing for the empty text."""
        kind = "full" if self.deleted is None else "update"
        said = [
            ("SnapshotDate", self.day),
            ("ExtractTimestamp", f"{self.day} 06:12:31"),
            ("ExtractType", kind),
        ]
        said += [("ExtractNumber", str(self.number)), ("Version", "R018.00")]
        made = {
            "meta.csv": "\n".join(f'"{key}","{value}"' for key, value in [("Variable", "Value"), *said])
            + "\n"
        }
        made["code.csv"] = '"Category","Code","Language","Description"\n"Status","AC","FR","Actif"\n'
        for name in self.kept:
            ending = "" if self.deleted is None else "_insert"
            made[f"{name}{ending}.csv"] = _csv(HEADERS[name], self.rows.get(name, []))
            if self.deleted is not None:
                gone = [{KEYS[name]: one} for one in self.deleted.get(name, [])]
                made[f"{name}_delete.csv"] = _csv([KEYS[name]], gone)
        return made

    def write(self, folder: Path, *, unpacked: bool = False) -> Path:
        """The extract as an archive, or as a folder of its files."""
        if unpacked:
            place = folder / self.name.removesuffix(".zip")
            place.mkdir(parents=True)
            for name, text in self.files().items():
                (place / name).write_text(text)
            return place
        with zipfile.ZipFile(folder / self.name, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.files().items():
                archive.writestr(name, text)
        return folder / self.name


def _csv(header: list[str], rows: list[dict[str, str]]) -> str:
    lines = [",".join(f'"{name}"' for name in header)]
    for row in rows:
        fields = [(name, row.get(name, "")) for name in header]
        lines.append(",".join(text if name in DATES or not text else f'"{text}"' for name, text in fields))
    return "\n".join(lines) + "\n"


def number(seed: int, *, first: str = "0") -> str:
    """An enterprise number whose check digits are right, with its dots."""
    base = f"{first}{seed:07d}"
    text = f"{base}{97 - int(base) % 97:02d}"
    return f"{text[:4]}.{text[4:7]}.{text[7:]}"


def establishment(seed: int) -> str:
    """A number of an establishment, with its dots."""
    return f"2.{seed // 1_000_000:03d}.{seed // 1_000 % 1_000:03d}.{seed % 1_000:03d}"


def drawn(seed: int, entities: range) -> Rows:
    """Rows of made-up entities: several main activities, establishments, persons without a seat, seats abroad."""
    draw = random.Random(seed)
    rows: Rows = {name: [] for name in HEADERS}
    for one in entities:
        entity, person = number(one), draw.random() < 0.4
        start = f"{draw.randint(1, 28):02d}-{draw.randint(1, 12):02d}-{draw.randint(1950, 2020)}"
        rows["enterprise"].append({
            "EnterpriseNumber": entity, "Status": "AC", "JuridicalSituation": "000",
            "TypeOfEnterprise": "1" if person else draw.choice("022"), "JuridicalForm": "" if person else "014",
            "StartDate": start,
        })  # fmt: skip
        owners = [entity]
        for place in range(draw.randint(0, 3)):
            own = establishment(one * 10 + place)
            owners.append(own)
            rows["establishment"].append({
                "EstablishmentNumber": own, "EnterpriseNumber": entity,
                "StartDate": f"01-{draw.randint(1, 12):02d}-{draw.randint(1990, 2020)}",
            })  # fmt: skip
            if draw.random() < 0.9:
                rows["address"].append({
                    "EntityNumber": own, "TypeOfAddress": "BAET", "Zipcode": str(draw.randint(1000, 9999)),
                })  # fmt: skip
        if not person:
            abroad = draw.random() < 0.1
            postcode = "75001" if abroad else str(draw.randint(1000, 9999))
            rows["address"].append({
                "EntityNumber": entity, "TypeOfAddress": "REGO", "CountryNL": "Frankrijk" if abroad else "",
                "CountryFR": "France" if abroad else "", "Zipcode": postcode,
            })  # fmt: skip
        for owner in owners:
            for _ in range(draw.randint(0, 4)):
                rows["activity"].append({
                    "EntityNumber": owner, "ActivityGroup": draw.choice(["001", "003", "006", "007"]),
                    "NaceVersion": draw.choice(["2003", "2008", "2025"]), "NaceCode": f"{draw.randint(10000, 74999)}",
                    "Classification": draw.choice(["MAIN", "MAIN", "SECO", "ANCI"]),
                })  # fmt: skip
    return rows


def read_state(paths: list[Path]) -> Rows:
    """What stands after a full extract and its updates, by plain dictionaries."""
    state: Rows = {name: [] for name in HEADERS}
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name, key in KEYS.items():
                if f"{name}.csv" in archive.namelist():
                    state[name] = _read(archive, f"{name}.csv")
                    continue
                gone = {row[key] for row in _read(archive, f"{name}_delete.csv")}
                state[name] = [row for row in state[name] if row[key] not in gone]
                state[name] += _read(archive, f"{name}_insert.csv")
    return state


def _read(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def firms_of(state: Rows, revision: str) -> dict[str, tuple[str | None, str | None]]:
    """Activity code and postcode of each enterprise, as the priorities say."""
    firms = {}
    owners = {row["EstablishmentNumber"]: row for row in state["establishment"]}
    order = ["006", "001", "003", "007", "005", "004", "002"]
    for row in state["enterprise"]:
        entity = row["EnterpriseNumber"]
        codes = sorted(
            (order.index(one["ActivityGroup"]), one["NaceCode"])
            for one in state["activity"]
            if (one["EntityNumber"], one["NaceVersion"], one["Classification"]) == (entity, revision, "MAIN")
        )
        seats = [
            one["Zipcode"]
            for one in state["address"]
            if one["EntityNumber"] == entity and not one["CountryNL"]
        ]
        places = sorted(
            (owners[one["EntityNumber"]]["StartDate"].split("-")[::-1], one["EntityNumber"], one["Zipcode"])
            for one in state["address"]
            if one["TypeOfAddress"] == "BAET" and owners[one["EntityNumber"]]["EnterpriseNumber"] == entity
        )
        seat = seats[0] if seats else places[0][2] if places else None
        firms[entity.replace(".", "")] = (codes[0][1] if codes else None, seat)
    return firms
