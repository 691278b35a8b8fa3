"""Messages of the evidence, and the names of its keys.

A term of an estimate is a key, or a key made of keys (``import_only - export_only (percent)``): ``FORMS`` says how such
keys are put together, and the catalogue how each form and each key is called.
"""

from __future__ import annotations

from functools import cache

from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Listing, Message, Slot, has, message

FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("remark", ("", "term", " (", "remark", ")")),
    ("flow", ("", "origin", " -> ", "target", "")),
    ("difference", ("", "one", " - ", "other", "")),
    ("above", ("", "one", " above ", "other", "")),
    ("starter", ("starter at t-", "lead", "")),
    ("starter_growth", ("starter, t-", "far", " to t-", "near", "")),
    ("after_one_year", ("", "state", " after 1 year")),
    ("after_years", ("", "state", " after ", "years", " years")),
    ("export_share", ("export share of ", "share", "%")),
    ("division", ("division ", "code", "")),
)
"""Keys made of keys: texts of their own, and the parts between them, in turn."""


def phrase(key: str, /, **slots: Slot) -> Message:
    """The message of the evidence at ``key``.

    >>> str(phrase("off.not_computed", what=phrase("growth.what"), reason=phrase("reasons.one_year")))
    'Growth: not computed, because the panel has a single year.'
    """
    return message(f"evidence.{key}", **slots)


@cache
def named(key: str) -> Slot:
    """What a key of a number is called; a key without a name, a study's own outcome say, is its own words.

    >>> from firmtrade.messages import language_of
    >>> language_of("nl").render(named("import_and_export - export_only (percent)"))
    'invoer en uitvoer – alleen uitvoer (procent)'
    >>> named("own_outcome")
    'own outcome'
    """
    for form, shape in FORMS:
        if parts := _parts(key, shape):
            return phrase(f"forms.{form}", **{part: named(inside) for part, inside in parts.items()})
    name = f"evidence.names.{key.replace(' ', '_')}"
    return message(name) if has(name) else key.replace("_", " ")


def _parts(key: str, shape: tuple[str, ...]) -> dict[str, str] | None:
    """The parts of a key of this shape, none of them empty; the last separator parts it."""
    first, *middle, last = shape
    if not (key.startswith(first) and key.endswith(last)):
        return None
    inside = key[len(first) : len(key) - len(last)]
    if len(middle) == 1:
        return {middle[0]: inside} if inside else None
    left, separator, right = middle
    before, found, after = inside.rpartition(separator)
    return {left: before, right: after} if found and before and after else None


def fault(error: Exception) -> Message:
    """Why a model cannot be fitted: what it says itself, else that its matrix has no inverse."""
    return error.reason if isinstance(error, UnfittedError) else phrase("faults.no_inverse")


def remarked(*parts: Slot) -> Message:
    """Several remarks as one; empty ones are left out."""
    return phrase("notes.whole", parts=Listing(tuple(part for part in parts if part), "semicolon"))


def commas(*parts: Slot) -> Listing:
    """Parts one after the other."""
    return Listing(parts, "comma")
