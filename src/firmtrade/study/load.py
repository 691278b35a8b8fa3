"""From a name or a path to a validated study, with errors that name file, line and nearest key."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from firmtrade.errors import Place, StudyError, UsageError, suggest
from firmtrade.study.checks import problems
from firmtrade.study.locate import locate
from firmtrade.study.model import Study

BUNDLED = "firmtrade.studies"
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
        try:
            return path.name, path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                f"the study file {path} cannot be read",
                fix="Check the path; a study is a UTF-8 text file in TOML.",
            ) from None
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


def parse_study(text: str, file: str = "study.toml") -> Study:
    """Validate the text of a study; ``file`` is its name in messages."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"this is not valid TOML: {error}", where=Place(file=file)) from None
    try:
        study = Study.model_validate(document)
    except ValidationError as error:
        raise _explain(error, document, text, file) from None
    for path, what, fix in problems(study):
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
    path = _within(document, tuple(first["loc"]))
    where = _place(path, document, text, file)
    if first["type"] == "extra_forbidden":
        wrong = str(path[-1])
        known = _keys_at(Study, path[:-1])
        return StudyError(f"there is no key `{wrong}` here", where=where, fix=suggest(wrong, known))
    if first["type"] == "missing":
        missing = first["loc"][-1]
        return StudyError(f"the key `{missing}` is missing", where=where, fix=f"Add `{missing} = ...`.")
    if first["type"] == "literal_error":
        known = _QUOTED.findall(first["ctx"]["expected"])
        wrong = str(first["input"])
        return StudyError(f"`{path[-1]}` cannot be {wrong!r}", where=where, fix=suggest(wrong, known))
    message = str(first["msg"]).removeprefix("Value error, ")
    return StudyError(message[:1].lower() + message[1:], where=where)


def _within(document: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The part of ``path`` that the document has: validation appends names of types and of missing keys."""
    for depth, part in enumerate(path):
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return path[:depth]
    return path


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Keys that the model allows at a place of the document."""
    current: Any = model
    for part in path:
        if _is_model(current):
            named = {field.alias or name: field.annotation for name, field in current.model_fields.items()}
            current = named.get(str(part))
        else:  # one of a dictionary or a list
            current = next((inner for inner in get_args(current) if _is_model(inner)), None)
    return [field.alias or name for name, field in current.model_fields.items()] if _is_model(current) else []


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)
