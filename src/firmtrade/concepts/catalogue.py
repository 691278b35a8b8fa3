"""The reference page of the concepts, made from their data: ``python -m firmtrade.concepts.catalogue``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from firmtrade.concepts.load import concept_fields
from firmtrade.concepts.model import Bounds, Concept

_STANDING = {
    "read": "read in the source or its abstract",
    "secondary": "as texts that cite the source give it",
    "usual": "the usual form; check the source before quoting",
}

_COMPARISON = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<", "equals": "is"}


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Concepts",
        "",
        "<!-- Made by `python -m firmtrade.concepts.catalogue`; edit the files of",
        "`concepts/data/` instead. -->",
        "",
        "Definitions of the literature on how firms go international. Each has a unit, a grain (what one",
        "value belongs to) and a source; criteria can be applied to many firms at once with",
        "`concept(KEY).holds(...)`.",
        "",
    ]
    for field in concept_fields():
        lines += [f"## {field.title.en}", ""]
        for concept in field.concepts:
            lines += _entry(concept)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(concept: Concept) -> Iterator[str]:
    yield f"### {concept.label.en}"
    yield ""
    yield f"`{concept.key}` · {concept.label.fr}"
    yield ""
    yield concept.definition
    yield ""
    yield f"- Unit: {_words(concept.unit)}, by {_words(concept.grain)}"
    if concept.formula:
        yield f"- Formula: `{concept.formula}`"
    if concept.all_of:
        yield f"- All of: {_criteria(concept.all_of)}"
    if concept.any_of:
        yield f"- Any of: {_criteria(concept.any_of)}"
    if concept.categories:
        yield f"- Categories: {_keys(concept.categories)}"
    if concept.statistics:
        yield f"- Statistics: {_keys(concept.statistics)}"
    for name, parameter in concept.parameters.items():
        value = ", ".join(str(part) for part in parameter) if isinstance(parameter, list) else parameter
        yield f"- Parameter `{name}`: {value}"
    if concept.typology:
        yield f"- Type of the typology `{concept.typology}`"
    if concept.distinct_from:
        yield f"- Not to be merged with: {_keys(concept.distinct_from)}"
    if concept.note:
        yield f"- Note: {concept.note}"
    yield f"- Source: {concept.source} ({_STANDING[concept.standing]})"
    yield ""


def _criteria(criteria: dict[str, Bounds]) -> str:
    return "; ".join(f"`{measure}` {_bounds(bounds)}" for measure, bounds in criteria.items())


def _bounds(bounds: Bounds) -> str:
    tests = " and ".join(
        f"{_COMPARISON[name]} {str(threshold).lower()}" for name, threshold in bounds.thresholds()
    )
    within = bounds.within_years
    return tests if within is None else f"{tests}, reached within {within} years of the founding year"


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _words(key: str) -> str:
    return key.replace("_", " ")


if __name__ == "__main__":
    sys.stdout.write(page())
