"""From a name or a path to a validated study, with errors that name file, line and nearest key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Union, get_args

from pydantic import BaseModel, Field, ValidationError, create_model

from firmtrade.errors import Place, StudyError, UsageError, suggest
from firmtrade.kinds import KINDS
from firmtrade.query import names
from firmtrade.study import Study, TableDeclaration
from firmtrade.study.checks import problems
from firmtrade.study.locate import locate
from firmtrade.study.tables import DIVISION
from firmtrade.study.text_file import text_of
from firmtrade.study.toml import read_toml

BUNDLED = "firmtrade.studies"
TABLES = ("tables", "figures")
"""Parts of a study whose entries have the keys of their kind."""
_QUOTED = re.compile(r"'([^']*)'")


def bundled_studies() -> tuple[str, ...]:
    """Names of the studies that come with the program."""
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in files(BUNDLED).iterdir()
            if entry.name.endswith(".toml") and "[study]" in entry.read_text(encoding="utf-8")
        )
    )


def study_text(name_or_path: str | Path) -> tuple[str, str]:
    """The file name and text of a study.

    Raises
    ------
    UsageError
        Neither a bundled name nor a readable file.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return path.name, text_of(path, "the study file")
    name = str(name_or_path)
    if name not in bundled_studies():
        raise UsageError(
            f"there is no study {name!r}",
            fix=f"Give the path of a TOML file, or a bundled name. {suggest(name, bundled_studies())}",
        )
    return f"{name}.toml", files(BUNDLED).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def load_study(name_or_path: str | Path) -> Study:
    """Load and validate a study.

    >>> load_study("belgium-2008").reference_year
    2002

    Raises
    ------
    UsageError
        The study cannot be found.
    StudyError
        The study says something that cannot be; the message names file, line and key.
    """
    return parse_study(*reversed(study_text(name_or_path)))


@lru_cache(maxsize=1)
def study_model() -> type[Study]:
    """A study whose tables are a union of the declarations of all kinds, told apart by ``kind``."""
    declared: Any = Union[tuple(kind.declaration for kind in KINDS.values())]  # noqa: UP007 (made of a registry)
    tables = tuple[Annotated[declared, Field(discriminator="kind")], ...]
    return create_model(
        "Study", __base__=Study, __doc__=Study.__doc__, tables=(tables, ()), figures=(tables, ())
    )


def study_from(document: Mapping[str, Any]) -> Study:
    """A study from the document of a TOML file, by the types of its keys alone.

    Raises
    ------
    pydantic.ValidationError
        A key is unknown, missing or of another type; :func:`parse_study` says so in a user's words.
    """
    return study_model().model_validate(document)


def parse_study(text: str, file: str = "study.toml") -> Study:
    """Validate the text of a study; ``file`` is its name in messages."""
    document = read_toml(text, file)
    try:
        study = study_from(document)
    except ValidationError as error:
        raise _explain(error, document, text, file) from None
    for path, what, fix in (*names.problems(study), *problems(study)):
        raise StudyError(what, where=_place(path, document, text, file), fix=fix)
    return study.with_text(text)


def _place(path: tuple[str | int, ...], document: Any, text: str, file: str) -> Place:
    """The place of a path. An entry of a list goes by its own name (``tables.fig3``), and where that is what is
    wrong or missing, by its position from 1."""
    key: list[str] = []
    entry = document
    for depth, part in enumerate(path):
        entry = entry[part] if len(_within(document, path)) > depth else None
        own = _own_name(entry) if path[depth + 1 :] not in {("id",), ("key",)} else None
        key.append((own or str(part + 1)) if isinstance(part, int) else part)
    return Place(file=file, line=locate(text, path), key=".".join(key) or None)


def _own_name(entry: Any) -> str | None:
    """What an entry of a list is called by: the id of a table, the key of a class."""
    name = (entry.get("id") or entry.get("key")) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _explain(error: ValidationError, document: dict[str, Any], text: str, file: str) -> StudyError:
    """The first problem of a failed validation in a user's words, with the nearest valid key.

    A key that does not exist comes before one that is missing: most often they are one misspelt key.
    """
    first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    location, kind = _untagged(tuple(first["loc"]))
    if first["type"].startswith("union_tag"):
        location = (*location, "kind")
    path = _within(document, location)
    where = _place(path, document, text, file)
    match first["type"]:
        case "extra_forbidden" if kind is not None and len(path) == 3:
            return _unfitting(kind, str(path[-1]), where)
        case "extra_forbidden":
            wrong = str(path[-1])
            return StudyError(
                f"there is no key `{wrong}` here", where=where, fix=suggest(wrong, _keys_at(path[:-1], kind))
            )
        case "missing" if kind is not None and len(location) == 3:
            return _needed(kind, str(location[-1]), document, where)
        case "missing" | "union_tag_not_found":
            missing = location[-1]
            return StudyError(f"the key `{missing}` is missing", where=where, fix=f"Add `{missing} = ...`.")
        case "union_tag_invalid":
            wrong = str(first["ctx"]["tag"])
            return StudyError(f"`kind` cannot be {wrong!r}", where=where, fix=suggest(wrong, KINDS))
        case "literal_error":
            known = _QUOTED.findall(first["ctx"]["expected"])
            wrong = str(first["input"])
            return StudyError(f"`{path[-1]}` cannot be {wrong!r}", where=where, fix=suggest(wrong, known))
    message = str(first["msg"]).removeprefix("Value error, ")
    return StudyError(message[:1].lower() + message[1:], where=where)


def _untagged(location: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], str | None]:
    """A location as the document has it, and the kind of table that validation names inside it."""
    if location[0] in TABLES and len(location) > 2:
        return (*location[:2], *location[3:]), str(location[2])
    return location, None


def _unfitting(kind: str, wrong: str, where: Place) -> StudyError:
    """A key that a kind does not have: that of another kind, or of none."""
    owners = sorted(name for name, other in KINDS.items() if wrong in _keys(other.declaration))
    if owners:
        fix = f"Remove `{wrong}`. Kinds that have it: {', '.join(owners)}."
        return StudyError(f"a table of kind `{kind}` has no `{wrong}`", where=where, fix=fix)
    known = _keys(KINDS[kind].declaration)
    return StudyError(f"there is no key `{wrong}` here", where=where, fix=suggest(wrong, known))


def _needed(kind: str, missing: str, document: Mapping[str, Any], where: Place) -> StudyError:
    """A key that a kind needs: with what it may be, or what it means."""
    if missing in TableDeclaration.model_fields:
        return StudyError(f"the key `{missing}` is missing", where=where, fix=f"Add `{missing} = ...`.")
    declaration = KINDS[kind].declaration
    attributes = document.get("attributes", {})
    choices = declaration.choices({DIVISION, *(attributes if isinstance(attributes, dict) else ())})
    means = declaration.model_fields[missing].description or f"Add `{missing} = ...`."
    fix = suggest("", choices[missing]) if missing in choices else means
    return StudyError(f"a table of kind `{kind}` needs `{missing}`", where=where, fix=fix)


def _within(document: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The part of ``path`` that the document has: validation appends names of types and of missing keys."""
    for depth, part in enumerate(path):
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return path[:depth]
    return path


def _keys_at(path: tuple[str | int, ...], kind: str | None) -> list[str]:
    """Keys that a study may have at a place of the document; ``kind`` is that of the table it is in."""
    current: Any = study_model()
    if kind is not None:
        current, path = KINDS[kind].declaration, path[2:]
    for part in path:
        if _is_model(current):
            named = {field.alias or name: field.annotation for name, field in current.model_fields.items()}
            current = named.get(str(part))
        else:  # one of a dictionary or a list
            current = next((inner for inner in get_args(current) if _is_model(inner)), None)
    return _keys(current) if _is_model(current) else []


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)
