"""Made-up annual accounts in the formats of the Central Balance Sheet Office: CSV, JSON with references, XBRL."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FULL, ABRIDGED = "m02-f", "m01-f"
DIMENSIONS = {
    (FULL, "70/76A"): ("am2", "bas:m52 ntr:m6 part:m4"),
    (FULL, "70"): ("am2", "bas:m53 ntr:m6 part:m4"),
    (ABRIDGED, "70"): ("am1", "bas:m53 ntr:m17 part:m4"),
    (FULL, "76A"): ("am1", "bas:m52 ntr:m6 part:m4 typ:m7"),
    (ABRIDGED, "76A"): ("am1", "bas:m52 ntr:m6 part:m4 typ:m7"),
    (FULL, "60"): ("am2", "bas:m55 ntr:m6 part:m4"),
    (FULL, "61"): ("am1", "bas:m58 ntr:m6 part:m4"),
    (ABRIDGED, "9900"): ("am2", "bas:m118 ntr:m17 part:m4"),
    (FULL, "62"): ("am2", "bas:m1 ntr:m7 part:m4"),
    (ABRIDGED, "62"): ("am2", "bas:m1 ntr:m7 part:m4"),
    (FULL, "20/58"): ("am1", "bas:m25 part:m1"),
    (ABRIDGED, "20/58"): ("am1", "bas:m25 part:m1"),
    (FULL, "1003"): ("dec1", "bas:m73 gdr:m1 part:m8 qlt:m3 wrg:m3"),
    (ABRIDGED, "9087"): ("dec1", "bas:m73 part:m6 qlt:m3 typ:m16 wkr:m1"),
}
"""Metric and members of the rubrics of two models, as complete instances have them."""


@dataclass(frozen=True)
class Filing:
    """One filing: whose, when, by which model, and its rubrics; those of the year before are one less."""

    number: str
    reference: str
    deposited: str
    begin: str
    end: str
    model: str
    rubrics: dict[str, str]
    currency: str = "EUR"

    def csv(self) -> str:
        """Two columns, every field quoted, no header; opening values of movements end in P."""
        said = {
            "Reference number": self.reference, "Entity number": self.number, "Entity name": 'Made "up", NV',
            "Accounting period start date": self.begin, "Accounting period end date": self.end,
            "Model code": self.model, "Currency": self.currency,
        }  # fmt: skip
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        writer.writerows([*said.items(), *self.rubrics.items(), ("8059P", "77.00")])
        return text.getvalue()

    def json(self) -> str:
        """JSON-XBRL: rubrics of two years, and neither number nor dates."""
        this = [
            {"Code": code, "Value": value, "Period": "N", "DataType": "am1"}
            for code, value in self.rubrics.items()
        ]
        last = [one | {"Value": str(Decimal(one["Value"]) - 1), "Period": "NM1"} for one in this]
        both = [one for pair in zip(last, this, strict=True) for one in pair]
        return json.dumps({
            "ReferenceNumber": self.reference, "EnterpriseName": "Made up", "LegalForm": "014", "Rubrics": both,
            "Shareholders": {"EntityShareHolders": []}, "Administrators": {},
        })  # fmt: skip

    def told(self) -> dict[str, Any]:
        """Its entry in a list of references."""
        return {
            "ReferenceNumber": self.reference, "DepositDate": self.deposited, "EnterpriseNumber": self.number,
            "ExerciseDates": {"startDate": self.begin, "endDate": self.end}, "ModelType": self.model,
            "DepositType": "Initial", "Language": "FR", "Currency": self.currency, "AccountingDataURL": "",
        }  # fmt: skip

    def xbrl(self) -> str:
        """An instance: dimensions instead of rubrics, facts of last year and of other members beside them."""
        facts = [("dte1", "bas:m27 mmt:m1 part:m2 prd:m1", "", self.begin)]
        facts += [
            ("dte1", "bas:m27 mmt:m2 part:m2 prd:m1", "", self.end),
            ("str2", "bas:m26 part:m2", "", "Made up"),
        ]
        for code, value in self.rubrics.items():
            metric, members = DIMENSIONS[self.model, code]
            unit = "EUR" if metric.startswith("am") else "pure"
            facts += [
                (metric, f"{members} prd:m2", unit, "5"),
                (metric, f"{members} prd:m1", unit, value),
                (metric, f"{members} prd:m1 spec:m99", unit, "7"),
            ]
        contexts, values = [], []
        for number, (metric, members, unit, value) in enumerate(facts, start=1):
            contexts.append(self._context(number, members))
            unit = f' unitRef="{unit}" decimals="2"' if unit else ""
            values.append(f'<met:{metric} contextRef="c{number}"{unit}>{value}</met:{metric}>')
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<xbrl xmlns="http://www.xbrl.org/2003/instance"'
            ' xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"'
            ' xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:met="http://www.nbb.be/be/fr/cbso/dict/met"'
            ' xmlns:dim="http://www.nbb.be/be/fr/cbso/dict/dim">\n<link:schemaRef xlink:type="simple"'
            f' xlink:href="http://www.nbb.be/be/fr/cbso/fws/25.0/mod/{self.model[:3]}/{self.model}.xsd"/>\n'
            + "\n".join(contexts)
            + f'\n<unit id="EUR"><measure>iso4217:{self.currency}</measure></unit>'
            + '<unit id="pure"><measure>pure</measure></unit>\n'
            + "\n".join(values)
            + "\n</xbrl>\n"
        )

    def _context(self, number: int, members: str) -> str:
        named = "".join(
            f'<xbrldi:explicitMember dimension="dim:{one.partition(":")[0]}">{one}</xbrldi:explicitMember>\n'
            for one in members.split()
        )
        return (
            f'<context id="c{number}">\n<entity><identifier scheme="http://www.fgov.be">{self.number}</identifier>'
            f"</entity>\n<period><instant>{self.end}</instant></period>\n<scenario>\n{named}</scenario>\n</context>"
        )

    @property
    def value_added(self) -> Decimal | None:
        """What a reader works out by hand: receipts less non-recurring ones and purchases, or the gross margin."""
        amounts = {code: Decimal(value) for code, value in self.rubrics.items()}
        if "70/76A" in amounts:
            less = sum((amounts.get(code, Decimal(0)) for code in ("76A", "60", "61", "740")), Decimal(0))
            return amounts["70/76A"] - less
        return amounts["9900"] - amounts.get("76A", Decimal(0)) if "9900" in amounts else None


def drawn(seed: int, firms: int) -> list[Filing]:
    """Filings of made-up firms over three years, full and abridged, book years of other lengths among them."""
    draw = random.Random(seed)
    filings = []
    for firm in range(1, firms + 1):
        base = f"0{400_000 + firm:07d}"
        number = f"{base}{97 - int(base) % 97:02d}"
        for year in (2021, 2022, 2023):
            model = draw.choice([FULL, ABRIDGED])
            codes = [code for one, code in DIMENSIONS if one == model]
            optional = ("76A", "61", "70") if model == ABRIDGED else ("76A", "61")
            rubrics = {
                code: f"{draw.randint(1, 9_999)}.{draw.randint(0, 99):02d}"
                for code in codes
                if code not in optional or draw.random() < 0.6
            }
            begin, end = draw.choice(
                [(f"{year}-01-01", f"{year}-12-31"), (f"{year - 1}-07-01", f"{year}-12-31")]
            )
            reference = f"{year + 1}-{len(filings) + 1:08d}"
            filings.append(Filing(number, reference, f"{year + 1}-06-30", begin, end, model, rubrics))
    return filings
