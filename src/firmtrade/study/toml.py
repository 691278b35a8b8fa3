"""TOML that a user wrote, read within bounds: whatever it holds, it is a document or an error with its file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from firmtrade.errors import Place, StudyError

MOST_SIGNS = 4_000_000
MOST_DEPTH = 32
MOST_SIGNS_OF_KEY = 256


def read_toml(text: str, file: str, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The document of a TOML text; ``file`` is its name in messages.

    Raises
    ------
    StudyError
        It is no TOML, or larger, deeper or with longer keys than any declaration.
    """
    where = Place(file=file)
    if len(text) > MOST_SIGNS:
        raise StudyError(
            f"this file is too long: more than {MOST_SIGNS:,} signs", where=where, fix="Is it meant?"
        )
    try:
        document = tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"this is not valid TOML: {error}", where=where) from None
    except RecursionError:
        raise _too_deep(where) from None
    except (ValueError, ArithmeticError):  # a number that Python does not read, such as one of 5,000 digits
        raise StudyError("this is not valid TOML: a number is out of all range", where=where) from None
    _check(document, where)
    return document


def _check(document: dict[str, Any], where: Place) -> None:
    level: list[Any] = [document]
    for _ in range(MOST_DEPTH):
        tables = [each for each in level if isinstance(each, dict)]
        if any(len(key) > MOST_SIGNS_OF_KEY for table in tables for key in table):
            raise StudyError(
                f"a key is longer than {MOST_SIGNS_OF_KEY} signs", where=where, fix="Shorten it."
            )
        inside = [value for table in tables for value in table.values()]
        inside += [value for each in level if isinstance(each, list) for value in each]
        level = [each for each in inside if isinstance(each, dict | list)]
        if not level:
            return
    raise _too_deep(where)


def _too_deep(where: Place) -> StudyError:
    return StudyError(
        f"tables and lists stand more than {MOST_DEPTH} deep in one another", where=where, fix="Flatten them."
    )
