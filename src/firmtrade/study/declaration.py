"""From TOML text to a validated declaration, with errors that name file, line, key and nearest valid key."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from firmtrade.errors import Place, StudyError, suggest
from firmtrade.study.locate import locate
from firmtrade.study.toml import read_toml

Path = tuple[str | int, ...]

NEEDED = {
    "tuple": 'a list is needed here, such as ["one", "two"]',
    "date": "a day is needed here, such as 2026-12-01",
}
"""What a value is to be where pydantic's own words are a programmer's, by the beginning of its type of error."""


class Declaration(BaseModel):
    """A part of a declared file: immutable, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Declared = TypeVar("Declared", bound=Declaration)


def place(text: str, file: str, path: Path) -> Place:
    """Where a key stands, with positions in lists counted from 1."""
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return Place(file=file, line=locate(text, path), key=key or None)


def parse(model: type[Declared], text: str, file: str) -> Declared:
    """Validate the text of a declaration.

    Raises
    ------
    StudyError
        No valid TOML, an unknown or missing key, or a value that cannot be.
    """
    document = read_toml(text, file)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise explain(model, error, text, file) from None


def explain(model: type[Declaration], error: ValidationError, text: str, file: str) -> StudyError:
    """The first problem in a user's words; a key that is only misspelt comes before one that is missing."""
    errors = error.errors(include_url=False)
    first = next((entry for entry in errors if entry["type"] == "extra_forbidden"), errors[0])
    path: Path = tuple(first["loc"])
    if first["type"] == "extra_forbidden":
        known = _keys_at(model, path[:-1])
        fix = suggest(str(path[-1]), known)
        return StudyError(f"there is no key `{path[-1]}` here", where=place(text, file, path), fix=fix)
    if first["type"] == "missing":
        return StudyError(
            f"the key `{path[-1]}` is missing",
            where=place(text, file, path[:-1]),
            fix=f"Add `{path[-1]} = ...`.",
        )
    for kind, needed in NEEDED.items():
        if str(first["type"]).startswith(kind):
            return StudyError(needed, where=place(text, file, path))
    message = str(first["msg"]).removeprefix("Value error, ")
    return StudyError(message[:1].lower() + message[1:], where=place(text, file, path))


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Keys that the model allows at a place of the document."""
    current: Any = model
    for part in path:
        inner = _models(current)
        if not inner:
            return []
        if isinstance(part, str) and part in inner[0].model_fields:
            current = inner[0].model_fields[part].annotation
    found = _models(current)
    return sorted(found[0].model_fields) if found else []


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Model classes inside an annotation, the outermost first."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models(argument)]
