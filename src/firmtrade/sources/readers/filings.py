"""Annual accounts as the Central Balance Sheet Office of the National Bank of Belgium delivers them.

A filing becomes rows of ``key`` and ``value``, whatever its format, as its CSV has them: what the filing is (under the
names of the CSV), then its rubrics of the current year. A list of references becomes a table with one row for each.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pyarrow as pa

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import FileReading, staging

KEY, VALUE = "key", "value"
NUMBER, MODEL, CURRENCY = "Entity number", "Model code", "Currency"
END = "Accounting period end date"
SAID = {
    "Reference number": ("ReferenceNumber",),
    NUMBER: ("EnterpriseNumber",),
    "Accounting period start date": ("ExerciseDates", "StartDate"),
    END: ("ExerciseDates", "EndDate"),
    MODEL: ("ModelType",),
    CURRENCY: ("Currency",),
}
"""What a filing in JSON may say of itself: the name in the CSV, and the keys that lead to it."""
REFERENCE = {
    "ReferenceNumber": ("ReferenceNumber",),
    "DepositDate": ("DepositDate",),
    "StartDate": ("ExerciseDates", "StartDate"),
    "EndDate": ("ExerciseDates", "EndDate"),
    "ModelType": ("ModelType",),
    "DepositType": ("DepositType",),
    "EnterpriseNumber": ("EnterpriseNumber",),
    "DepositCurrency": ("Currency",),
}
"""Columns of a list of references, and the keys that lead to each."""
LISTS = ("value", "references", "items")
"""Keys under which some programs wrap the list."""
DATES = ("DepositDate", "StartDate", "EndDate")
THIS_YEAR = "N"
METRICS = "/cbso/dict/met"
"""How the namespace of facts ends since the taxonomy of 2022."""
PERIOD = "prd"
THIS_PERIOD = ("", "m1")
MONEY = "iso4217:"


def read_nbb_json(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read a filing in JSON-XBRL, or a list of references.

    Raises
    ------
    InputError
        The file is not JSON, or neither of the two.
    """
    content = _json(source)
    if isinstance(content, dict) and (rubrics := _under(content, "Rubrics")) is not None:
        _write(_filing(content, rubrics), target)
        return FileReading()
    references = content
    if isinstance(content, dict):
        references = next((found for key in LISTS if (found := _under(content, key)) is not None), None)
    if not isinstance(references, list) or not all(isinstance(one, dict) for one in references):
        raise InputError(
            "this JSON is neither a filing (`Rubrics`) nor a list of references",
            where=Place(file=source.name),
            fix="Give the files as the National Bank delivers them.",
        )
    table = {
        name: pa.array([_text(name, _at(one, keys)) for one in references], pa.string())
        for name, keys in REFERENCE.items()
    }
    rows = pa.table(table)
    with staging(target, rows.schema) as writer:
        writer.write_table(rows)
    return FileReading()


def read_nbb_xbrl(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read an instance of the taxonomy that is used since 2022.

    No rubric stands in it: the metric and the members of a fact say together which rubric it is (``nbb-xbrl.csv``).

    Raises
    ------
    InputError
        The file is not XML, no XBRL, or of an older taxonomy.
    """
    instance = _instance(source)
    if not any(fact.metric for fact in instance.facts):
        raise InputError(
            "this instance has no facts of the taxonomy that is used since 2022",
            where=Place(file=source.name),
            fix="Give the CSV or the JSON of this filing.",
        )
    _write(_facts(instance), target)
    return FileReading()


def _json(source: Path) -> Any:
    try:
        return json.loads(source.read_text(encoding="utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise InputError(
            "this is not readable JSON", where=Place(file=source.name), fix="Write it again."
        ) from error


def _filing(content: dict[str, Any], rubrics: Any) -> Iterator[tuple[str, str | None]]:
    for name, keys in SAID.items():
        if (text := _text(keys[-1], _at(content, keys))) is not None:
            yield name, text
    for rubric in rubrics if isinstance(rubrics, list) else ():
        if isinstance(rubric, dict) and str(_under(rubric, "Period")) == THIS_YEAR:
            yield str(_under(rubric, "Code")), _text("Value", _under(rubric, "Value"))


def _under(content: dict[str, Any], key: str) -> Any:
    """The value of a key, whatever its capitals: deliveries have changed them."""
    return next((value for name, value in content.items() if name.casefold() == key.casefold()), None)


def _at(content: Any, keys: Iterable[str]) -> Any:
    for key in keys:
        content = _under(content, key) if isinstance(content, dict) else None
    return content


def _text(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return value.partition("T")[0] if name in DATES else value


def _write(rows: Iterable[tuple[str, str | None]], target: Path) -> None:
    found = list(rows)
    schema = pa.schema([(KEY, pa.string()), (VALUE, pa.string())])
    table = pa.table({KEY: [key for key, _ in found], VALUE: [value for _, value in found]}, schema=schema)
    with staging(target, schema) as writer:
        writer.write_table(table)


@dataclass(frozen=True, slots=True)
class _Context:
    """What a fact is about: whose, to which day, in which period, and the members of its other dimensions."""

    entity: str
    day: str
    period: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact: its metric (empty where it is of another namespace), context, unit and value."""

    metric: str
    context: str
    unit: str
    value: str | None


@dataclass(frozen=True, slots=True)
class _Instance:
    """The parts of an instance."""

    model: str
    contexts: dict[str, _Context]
    units: dict[str, str]
    facts: tuple[_Fact, ...]


def _instance(source: Path) -> _Instance:
    model, contexts, units, facts = "", dict[str, _Context](), dict[str, str](), list[_Fact]()
    try:
        events = Xml.iterparse(source, events=("start", "end"))
        _, root = next(events)
        depth = 1
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start" or depth != 1:
                continue
            space, _, name = element.tag.removeprefix("{").rpartition("}")
            if name == "context":
                contexts[element.get("id", "")] = _context(element)
            elif name == "unit":
                units[element.get("id", "")] = next(
                    (one.text or "" for one in element.iter() if _is(one, "measure")), ""
                )
            elif name == "schemaRef":
                href = next((text for key, text in element.items() if key.endswith("href")), "")
                model = href.rpartition("/")[2].removesuffix(".xsd")
            elif (context := element.get("contextRef")) is not None:
                metric = name if space.endswith(METRICS) else ""
                facts.append(_Fact(metric, context, element.get("unitRef", ""), element.text))
            root.clear()
    except (Xml.ParseError, StopIteration, ValueError, LookupError) as error:
        raise InputError(
            "this is not readable XML", where=Place(file=source.name), fix="Write it again."
        ) from error
    return _Instance(model, contexts, units, tuple(facts))


def _is(element: Xml.Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name


def _context(element: Xml.Element) -> _Context:
    entity = day = period = ""
    members = set()
    for part in element.iter():
        text = (part.text or "").strip()
        if _is(part, "identifier"):
            entity = text
        elif _is(part, "instant"):
            day = text
        elif _is(part, "explicitMember") or _is(part, "typedMember"):
            dimension, member = part.get("dimension", "").rpartition(":")[2], text.rpartition(":")[2]
            if dimension == PERIOD:
                period = member
            else:
                members.add(f"{dimension}:{member}")
    return _Context(entity, day, period, frozenset(members))


@cache
def _rubrics() -> dict[tuple[str, frozenset[str]], str]:
    """Rubrics by metric and members.

    Source: the taxonomy of the Central Balance Sheet Office since 2022; rubrics of the profit and loss account were
    checked against the totals of complete instances.
    """
    text = resources.files(__package__).joinpath("nbb-xbrl.csv").read_text(encoding="utf-8")
    return {
        (metric, frozenset(row["members"].split())): row["rubric"]
        for row in csv.DictReader(text.splitlines())
        for metric in row["metrics"].split()
    }


def _facts(instance: _Instance) -> Iterator[tuple[str, str | None]]:
    """The filing as its CSV would have it; facts of no rubric in the list are left out."""
    found: dict[tuple[str, str | None], None] = {}
    currencies: dict[str, None] = {}
    for fact in instance.facts:
        context = instance.contexts.get(fact.context)
        if context is None or context.period not in THIS_PERIOD:
            continue
        rubric = _rubrics().get((fact.metric, context.members))
        if rubric is not None:
            found[rubric, (fact.value or "").strip() or None] = None
            if (measure := instance.units.get(fact.unit, "")).startswith(MONEY):
                currencies[measure.removeprefix(MONEY)] = None
    entities = {context.entity: None for context in instance.contexts.values()}
    days = {context.day: None for context in instance.contexts.values()}
    yield from ((NUMBER, entity) for entity in entities)
    if not any(key == END for key, _ in found):
        yield from ((END, day) for day in days)
    if instance.model:
        yield MODEL, instance.model
    yield from ((CURRENCY, currency) for currency in currencies)
    yield from found
