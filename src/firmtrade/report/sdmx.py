"""The numbers as official statistics exchange them: SDMX-CSV 2.0 with its structure as SDMX-JSON 2.0.

One structure serves every study. Its dimensions are the parts of a cell's key and the time; both flags, the
observation status and the confidentiality status, stand beside each value.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

from firmtrade.errors import DataError
from firmtrade.messages import Language, language_of
from firmtrade.outputs import Confidentiality, ObsStatus
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.mark import Mark, mark_of
from firmtrade.report.model import Document
from firmtrade.report.names import label
from firmtrade.report.tidy import dump, flags, value_of
from firmtrade.report.words import unit_name
from firmtrade.study.keys import plain

AGENCY = "FIRMTRADE"
STRUCTURE = "FIRM_STATISTICS"
VERSION = "1.1.0"
DIMENSIONS = ("TABLE", "POPULATION", "STAT_ROW", "STAT_COLUMN", "TIME_PERIOD")
ATTRIBUTES = ("UNIT_MEASURE", "DECIMALS", "OBS_STATUS", "CONF_STATUS", "DATA_MARK")
CONCEPTS = "CS_FIRM_STATISTICS"
CODE_LIST_URN = "urn:sdmx:org.sdmx.infomodel.codelist.Codelist"
HEADER = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)

MARKS = {
    Mark.SYNTHETIC: "synthetic: no real firm stands behind the value",
    Mark.UNRELEASED: "of real firms, unprotected: not for release",
    Mark.RELEASED: "of real firms, protected",
}
PREPARED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""The date in the header of the structure message: a constant, so that two runs give the same bytes."""


def files(document: Document) -> dict[str, bytes]:
    """``sdmx/cells.csv`` and ``sdmx/structure.json``."""
    lists = _code_lists(document, language_of(document.language))
    return {"sdmx/cells.csv": data(document), "sdmx/structure.json": _structure(document, lists)}


def data(document: Document) -> bytes:
    """Every cell as SDMX-CSV 2.0: action ``I`` (information), an empty value where there is none."""
    dataflow = f"{AGENCY}:{STRUCTURE}({VERSION})"
    rows = []
    for table in document.tables():
        for _, _, cell in table.ordered_cells():
            where = tuple(code(part) for part in cell.key)
            marks = (*flags(cell), mark_of(cell).name)
            rows.append(
                ("dataflow", dataflow, "I", *where, period(cell.year), value_of(cell), code(cell.unit),
                 str(cell.decimals), *marks)
            )  # fmt: skip
    return csv_file(HEADER, rows)


def code(key: str) -> str:
    """A key as an SDMX identifier; years before and after an event stay apart.

    >>> code("t-2"), code("t+2")
    ('T_2', 'T_PLUS_2')

    >>> code("manufacturing, founded 1993-1997")
    'MANUFACTURING_FOUNDED_1993_1997'
    >>> code("-1"), code("1")
    ('-1', '1')
    """
    if re.fullmatch(r"-\d+", key):
        return key
    return re.sub(r"[^0-9A-Za-z]+", "_", plain(key).replace("+", "_plus_")).strip("_").upper()


def period(year: str) -> str:
    """A year as it is, a span of years as an SDMX time range: its start and its length.

    >>> period("2002"), period("1998-2003")
    ('2002', '1998-01-01/P6Y')
    """
    first, _, last = year.partition("-")
    return f"{first}-01-01/P{int(last) - int(first) + 1}Y" if last else year


def _code_lists(document: Document, language: Language) -> Mapping[str, Mapping[str, str]]:
    """Code lists by dimension or attribute: code -> name.

    Raises
    ------
    DataError
        Where two keys of a study become the same identifier.
    """
    lists: dict[str, dict[str, str]] = {name: {} for name in (*DIMENSIONS[:4], "UNIT_MEASURE")}
    keys: dict[tuple[str, str], str] = {}

    def add(name: str, key: str, text: str) -> None:
        identifier = code(key)
        if keys.setdefault((name, identifier), key) != key:
            raise DataError(
                f"Two keys become the same SDMX identifier {identifier}: "
                f"`{keys[name, identifier]}` and `{key}`.",
                fix="Rename one of the two in the study.",
            )
        lists[name].setdefault(identifier, text)

    for table in document.tables():
        for row, column, cell in table.ordered_cells():
            add(
                "TABLE",
                cell.key.table,
                label(table, language) + language.say("report.words.colon") + table.title,
            )
            add("POPULATION", cell.key.population, cell.key.population)
            add("STAT_ROW", cell.key.row, row.label if row.key == cell.key.row else cell.key.row)
            add(
                "STAT_COLUMN",
                cell.key.column,
                column.label if column.key == cell.key.column else cell.key.column,
            )
            add("UNIT_MEASURE", cell.unit, unit_name(cell.unit, language) or cell.unit)
    lists["OBS_STATUS"] = {status.value: status.name.replace("_", " ").lower() for status in ObsStatus}
    lists["CONF_STATUS"] = {status.value: status.name.replace("_", " ").lower() for status in Confidentiality}
    lists["DATA_MARK"] = {mark.name: MARKS[mark] for mark in Mark}
    return lists


def _structure(document: Document, lists: Mapping[str, Mapping[str, str]]) -> bytes:
    from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write as write_structure
    from pysdmx.model import (
        Agency,
        Code,
        Codelist,
        Component,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
        DataType,
        ItemReference,
        Role,
    )
    from pysdmx.model.message import Header

    names = (*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
    types = {"TIME_PERIOD": DataType.PERIOD, "OBS_VALUE": DataType.DOUBLE, "DECIMALS": DataType.INTEGER}

    def code_list(name: str) -> Any:
        items = [Code(id=key, name=text) for key, text in lists[name].items()]
        return Codelist(id=f"CL_{name}", name=f"Codes of {name}", agency=AGENCY, version=VERSION, items=items)

    def component(name: str, role: Any) -> Any:
        attribute = role is Role.ATTRIBUTE
        return Component(
            id=name,
            required=role is Role.DIMENSION or (attribute and name != "DECIMALS"),
            role=role,
            concept=ItemReference("Concept", AGENCY, CONCEPTS, VERSION, name),
            local_dtype=types.get(name, DataType.STRING),
            local_enum_ref=f"{CODE_LIST_URN}={AGENCY}:CL_{name}({VERSION})" if name in lists else None,
            attachment_level="O" if attribute else None,
        )

    concepts = [
        Concept(id=name, name=name.replace("_", " ").capitalize(), dtype=types.get(name, DataType.STRING))
        for name in names
    ]
    scheme = ConceptScheme(
        id=CONCEPTS, name="Concepts of firm statistics", agency=AGENCY, version=VERSION, items=concepts
    )
    roles = {**dict.fromkeys(DIMENSIONS, Role.DIMENSION), "OBS_VALUE": Role.MEASURE}
    definition = DataStructureDefinition(
        id=STRUCTURE,
        name="Statistics on firms",
        agency=AGENCY,
        version=VERSION,
        components=Components([component(name, roles.get(name, Role.ATTRIBUTE)) for name in names]),
    )
    flow = Dataflow(id=STRUCTURE, name=document.title, agency=AGENCY, version=VERSION, structure=definition)
    header = Header(id="STRUCTURE", prepared=PREPARED, sender=Agency(id=AGENCY, name="firmtrade"))
    code_lists = [code_list(name) for name in lists]
    written = write_structure([*code_lists, scheme, definition, flow], header=header)
    message = json.loads(str(written))
    for structure in message["data"]["dataStructures"]:
        if not structure["dataStructureComponents"].get("groups"):
            structure["dataStructureComponents"].pop(
                "groups", None
            )  # written empty, which the schema forbids
    return dump(message)
