"""Reading the concepts: one TOML file per field, strictly validated, with errors that name file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from firmtrade.concepts.model import Bounds, Concept, Labels
from firmtrade.errors import Place, StudyError, suggest

DATA = files("firmtrade.concepts") / "data"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ConceptField:
    """A field of the literature: the concepts of one file, in its order."""

    key: str
    title: Labels
    concepts: tuple[Concept, ...]


def read_fields(folder: Traversable) -> tuple[ConceptField, ...]:
    """Every ``FIELD.toml`` of a folder, in alphabetical order.

    Raises
    ------
    StudyError
        If a file is no TOML, a concept lacks a mandatory key, has an unknown one or a value of the wrong
        kind, or refers to a concept that does not exist. The message names the file and the key.
    """
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    fields = tuple(_read_field(folder / name) for name in names)
    _check_references(fields)
    return fields


@lru_cache
def concept_fields() -> tuple[ConceptField, ...]:
    """The fields of this room."""
    return read_fields(DATA)


@lru_cache
def concepts() -> Mapping[str, Concept]:
    """Every concept by its key."""
    return MappingProxyType(
        {concept.key: concept for field in concept_fields() for concept in field.concepts}
    )


def concept(key: str) -> Concept:
    """The concept of that key.

    >>> concept("born_global_knight_cavusgil_2004").thresholds
    {'years_to_first_export_at_most': 3, 'export_share_at_least': 0.25}

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    if key not in concepts():
        raise StudyError(f"There is no concept `{key}`.", fix=suggest(key, concepts()))
    return concepts()[key]


def typology(key: str) -> tuple[Concept, ...]:
    """The types of a typology: concepts that sort firms side by side.

    >>> [kind.key for kind in typology("nbb_2010")][:2]
    ['born_international_nbb_2010', 'born_global_nbb_2010']

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    types = tuple(found for found in concepts().values() if found.typology == key)
    if not types:
        known = {found.typology for found in concepts().values() if found.typology}
        raise StudyError(f"There is no typology `{key}`.", fix=suggest(key, known))
    return types


def _read_field(path: Traversable) -> ConceptField:
    name = path.name
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"The file is not valid TOML: {error}.", where=Place(file=name)) from None
    unknown = sorted(content.keys() - {"title", "concepts"})
    if unknown:
        raise StudyError(
            f"Unknown key `{unknown[0]}`.",
            where=Place(file=name, key=unknown[0]),
            fix=suggest(unknown[0], ["title", "concepts"]),
        )
    key = name.removesuffix(".toml").replace("-", "_")
    title = _validated(Labels, content.get("title"), name, "title")
    declared = content.get("concepts")
    if not isinstance(declared, dict) or not declared:
        raise StudyError("The file declares no concept.", where=Place(file=name, key="concepts"))
    return ConceptField(key, title, tuple(_concept(name, key, *item) for item in declared.items()))


def _concept(file: str, field: str, key: str, entry: object) -> Concept:
    if not isinstance(entry, dict):
        raise StudyError("A concept is a table of keys.", where=Place(file=file, key=f"concepts.{key}"))
    injected = sorted(entry.keys() & {"key", "field"})
    if injected:
        raise StudyError(
            f"`{injected[0]}` is not written here: it follows from where the concept stands.",
            where=Place(file=file, key=f"concepts.{key}.{injected[0]}"),
        )
    return _validated(Concept, {**entry, "key": key, "field": field}, file, f"concepts.{key}")


def _validated(model: type[Model], given: object, file: str, key: str) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        steps = [str(step) for step in first["loc"]]
        where = Place(file=file, key=".".join([key, *steps]))
        what, fix = _in_words(model, first["type"], first["msg"], steps)
        raise StudyError(what, where=where, fix=fix) from None


def _in_words(model: type[BaseModel], kind: str, message: str, steps: list[str]) -> tuple[str, str | None]:
    """What is wrong and what to do, for the first complaint of the validation."""
    last = steps[-1] if steps else ""
    if kind == "missing":
        return f"The key `{last}` is mandatory.", None
    if kind == "extra_forbidden":
        known = Bounds if {"all_of", "any_of"} & set(steps) else Labels if "label" in steps else model
        return f"Unknown key `{last}`.", suggest(last, set(known.model_fields) - {"key", "field"})
    return f"{message.removeprefix('Value error, ')}.", None


def _check_references(fields: Iterable[ConceptField]) -> None:
    declared = [(f"{field.key}.toml", found) for field in fields for found in field.concepts]
    by_key: dict[str, Concept] = {}
    for file, found in declared:
        if found.key in by_key:
            raise StudyError(
                f"The concept `{found.key}` is declared twice, first in {by_key[found.key].field}.toml.",
                where=Place(file=file, key=f"concepts.{found.key}"),
            )
        by_key[found.key] = found
    for file, found in declared:
        place = f"concepts.{found.key}"
        for other in (*found.measures, *found.distinct_from):
            if other not in by_key:
                raise StudyError(
                    f"There is no concept `{other}`.",
                    where=Place(file=file, key=place),
                    fix=suggest(other, by_key),
                )
        for measure, bounds in found.criteria:
            _check_bounds(bounds, by_key[measure], Place(file=file, key=f"{place}.{measure}"))


def _check_bounds(bounds: Bounds, measured: Concept, where: Place) -> None:
    """A flag has a state, a number has bounds, and a ratio lies between 0 and 1."""
    names = {name for name, _ in bounds.thresholds()}
    if measured.unit == "category" or (measured.unit == "flag") != (names == {"equals"}):
        right = "`equals = true` or `equals = false`" if measured.unit == "flag" else "bounds"
        raise StudyError(
            f"`{measured.key}` has the unit `{measured.unit}`.",
            where=where,
            fix=f"Give it {right}." if measured.unit != "category" else "Measure a flag or a number instead.",
        )
    if measured.unit == "ratio" and not all(0 <= threshold <= 1 for _, threshold in bounds.thresholds()):
        raise StudyError(
            f"`{measured.key}` is a ratio between 0 and 1.", where=where, fix="Write 0.25 for 25 %."
        )
