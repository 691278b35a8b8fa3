"""From a TOML file to a validated mapping, with errors that name file, line and nearest key."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from firmtrade.errors import Place, StudyError, suggest
from firmtrade.sources.mapping.checks import problems
from firmtrade.sources.mapping.model import Mapping
from firmtrade.study.locate import Key, locate
from firmtrade.study.text_file import text_of
from firmtrade.study.toml import read_toml


def load_mapping(path: Path | str) -> Mapping:
    """Read and validate a mapping.

    Raises
    ------
    UsageError
        The file is not there or not text.
    StudyError
        The mapping says something that cannot be; the message names file, line and key.
    """
    path = Path(path)
    return parse_mapping(text_of(path, "the mapping"), path.name)


def parse_mapping(text: str, file: str = "mapping.toml") -> Mapping:
    """Validate the text of a mapping; ``file`` is its name in messages."""
    return _validated(read_toml(text, file, parse_float=Decimal), text, file)


def mapping_of(document: dict[str, Any], file: str) -> Mapping:
    """Validate a mapping that the program put together; ``file`` is its name in messages."""
    return _validated(document, "", file)


def _validated(document: dict[str, Any], text: str, file: str) -> Mapping:
    try:
        mapping = Mapping.model_validate(document)
    except ValidationError as error:
        raise _explain(error, document, text, file) from None
    for where, what, fix in problems(mapping):
        raise StudyError(what, where=_place(where, document, text, file), fix=fix)
    return mapping.with_text(text, file)


def place_in(mapping: Mapping, where: Key) -> Place:
    """The file, line and key of a part of a mapping that was read from a file."""
    return _place(where, read_toml(mapping.text, mapping.name), mapping.text, mapping.name)


def _place(where: Key, document: dict[str, Any], text: str, file: str) -> Place:
    path = _as_written(where, document)
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return Place(file=file, line=locate(text, path), key=key or None)


def _as_written(where: Key, document: dict[str, Any]) -> Key:
    """The path as far as it stands in the file: there, a list of one may be written without a position.

    Where validation has several ways to read a value, it appends their names to the path: they are no keys.
    """
    path: list[str | int] = []
    here: Any = document
    for part in where:
        if isinstance(part, int) and not isinstance(here, list):
            continue
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append(part)
    return tuple(path)


def _explain(error: ValidationError, document: dict[str, Any], text: str, file: str) -> StudyError:
    """The first problem of a failed validation in a user's words, with the nearest valid key."""
    problem = error.errors(include_url=False)[0]
    where: Key = tuple(problem["loc"])
    fix: str | None
    match problem["type"]:
        case "unknown_key":
            key, known = problem["ctx"]["key"], problem["ctx"]["known"]
            what, fix = f"there is no key `{key}` here", suggest(key, known)
            where = (*where, key)
        case "missing":
            what, fix = f"the key `{where[-1]}` is missing", f"Add `{where[-1]} = ...`."
            where = where[:-1]
        case "literal_error":
            what, fix = f"`{problem['input']}` is not possible here", f"Give {problem['ctx']['expected']}."
        case "string_type":
            name = [part for part in _as_written(where, document) if isinstance(part, str)][-1]
            what, fix = f"`{name}` is a text", "Write it between quotes."
        case _:
            message = str(problem["msg"]).removeprefix("Value error, ")
            what, fix = message[:1].lower() + message[1:], None
    return StudyError(what, where=_place(where, document, text, file), fix=fix)
