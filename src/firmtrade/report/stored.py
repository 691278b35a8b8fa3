"""The publication as one file that programs read again: what its pages print, and nothing that they do not.

Numbers stand at printed precision, hidden ones not at all, and every reason in the words of the publication. The lists
of estimates and curves and the text of the study have files of their own and are left out.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from firmtrade.errors import DataError, Place, UsageError
from firmtrade.messages import Language, Message, language_of, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.outputs.mark import Mark, mark_of
from firmtrade.outputs.statements import Statement
from firmtrade.report.model import Document, Figure, Table
from firmtrade.report.tidy import value_of

NAME = "publication.json"
FORMAT = "firmtrade publication 1"
BESIDE = {"estimates": (), "curves": (), "study": ""}
"""Parts of a document that stand in files of their own."""


def files(document: Document) -> dict[str, bytes]:
    """``publication.json``; nothing where a number of real firms is not protected, which no machine is to read."""
    cells = tuple(cell for table in document.tables() for cell in table.cells.values())
    statements: tuple[Statement, ...] = (*cells, *document.estimates, *document.curves)
    if any(mark_of(each) is Mark.UNRELEASED for each in statements):
        return {}
    kept = _data(replace(document, **BESIDE), language_of(document.language))  # type: ignore[arg-type]
    text = json.dumps({"format": FORMAT, **kept}, ensure_ascii=False, separators=(",", ":"))
    return {NAME: f"{text}\n".encode()}


def read(content: bytes, name: str = NAME) -> Document:
    """The publication of a file that :func:`files` wrote.

    Raises
    ------
    DataError
        It is not as the program writes it.
    """
    try:
        facts = json.loads(content)
        if facts.pop("format") != FORMAT:
            raise ValueError("another format")
        found: Document = _value(Document, facts)
        language_of(found.language)
    except (UsageError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise DataError(
            "the publication is not as the program writes it",
            where=Place(file=name),
            fix="Publish the release again.",
        ) from error
    return found


def _data(value: Any, words: Language) -> Any:
    """A part of a document as JSON holds it; a mapping is a list of pairs, and what is as always is left out."""
    match value:
        case Cell():
            return _cell(value, words)
        case Message():
            return words.render(value)
        case Enum():
            return value.value
        case Mapping():
            return [[_data(key, words), _data(inside, words)] for key, inside in value.items()]
        case frozenset():
            return sorted(value)
        case tuple():
            return [_data(each, words) for each in value]
    if not is_dataclass(value):
        return value
    made = {}
    for each in fields(value):
        inside = getattr(value, each.name)
        if inside != _default(each):
            made[each.name] = _data(inside, words)
    return made


def _cell(cell: Cell, words: Language) -> dict[str, Any]:
    """A cell as it is printed: neither what it was computed from nor who contributed."""
    value = value_of(cell)
    return {
        "key": list(cell.key),
        "value": value or None,
        "unit": cell.unit,
        "year": cell.year,
        "decimals": cell.decimals,
        "status": cell.status.value,
        "confidentiality": cell.confidentiality.value,
        **({"reason": words.render(cell.reason)} if cell.reason else {}),
        **({"synthetic": True} if cell.synthetic else {}),
    }


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _value(kind: Any, data: Any) -> Any:
    """What JSON holds as a value of a kind of the document's annotations."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind is Message or (origin in (Union, types.UnionType) and Message in inside):
        return None if data is None else message("report.words.said", text=_text(data))
    if kind is CellKey:
        return CellKey(*map(_text, data))
    if kind == Table | Figure:
        return _value(Figure if "table" in data else Table, data)
    if origin in (Union, types.UnionType):
        return (
            None
            if data is None
            else _value(next(each for each in inside if each is not types.NoneType), data)
        )
    if origin is tuple and inside[-1] is Ellipsis:
        return tuple(_value(inside[0], each) for each in data)
    if origin is tuple:
        return tuple(_value(each, part) for each, part in zip(inside, data, strict=True))
    if origin is frozenset:
        return frozenset(map(_text, data))
    if origin is Mapping:
        return {_value(inside[0], key): _value(inside[1], each) for key, each in data}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _value(hints[name], each) for name, each in data.items()})
    if kind is float:
        return float(data)
    if isinstance(data, kind) or issubclass(kind, Enum):
        return kind(data)
    raise TypeError(f"{kind} expected")


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise TypeError("a text expected")
    return data
