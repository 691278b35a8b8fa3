"""What the program knows of a register: the files that are expected, its licence, and its bundled mapping."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from firmtrade.errors import UsageError, suggest

REGISTERS = ("kbo", "nbb", "intrastat")
"""Names of the registers; each is a mapping in ``data/`` and a line in ``importing.PLANS``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a user may choose: its meaning, and the values, of which the first is taken without a word."""

    meaning: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """A register as it is delivered.

    ``expects`` says which files, ``remarks`` gives for each table the rules of the quality report that hold of all its
    rows, ``document`` is the mapping without the paths of the files.
    """

    name: str
    title: str
    expects: str
    source: str
    licence: str
    example: str
    remarks: dict[str, list[str]]
    choices: dict[str, Choice]
    document: dict[str, Any]

    @property
    def file(self) -> str:
        """The name of the bundled mapping, for messages."""
        return f"{self.name}.toml"

    def mapping(self) -> dict[str, Any]:
        """The mapping as a document of one's own, to be filled in."""
        return copy.deepcopy(self.document)

    def chosen(self, given: MappingOf[str, str]) -> dict[str, str]:
        """The value of every choice.

        Raises
        ------
        UsageError
            A choice or value that does not exist; the nearest one is named.
        """
        for name, value in given.items():
            if name not in self.choices:
                raise UsageError(
                    f"`{self.name}` has no choice `{name}`",
                    fix=suggest(name, self.choices) if self.choices else "Leave `--choose` out.",
                )
            if value not in self.choices[name].values:
                raise UsageError(
                    f"`{name}` cannot be `{value}`", fix=suggest(value, self.choices[name].values)
                )
        return {name: given.get(name, choice.values[0]) for name, choice in self.choices.items()}


@cache
def register_of(name: str) -> Register:
    """A register by its name.

    Raises
    ------
    UsageError
        There is none of that name; the nearest one is named.
    """
    if name not in REGISTERS:
        raise UsageError(
            f"there is no register `{name}`",
            fix=f"{suggest(name, REGISTERS)} `firmtrade import --list` tells of each.",
        )
    text = resources.files(__package__).joinpath("data", f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text, parse_float=Decimal)
    head = document.pop("register")
    choices = {
        key: Choice(each["meaning"], tuple(each["values"])) for key, each in head.pop("choices", {}).items()
    }
    return Register(name, **head, choices=choices, document=document)


def listing() -> str:
    """All registers with their files, choices, source and licence, as plain text."""
    return "\n\n".join("\n".join(_lines(register_of(name))) for name in REGISTERS)


def _lines(register: Register) -> list[str]:
    lines = [f"{register.name}: {register.title}", f"  files: {register.expects}"]
    lines += [
        f"  --choose {name}={'|'.join(choice.values)}: {choice.meaning}"
        for name, choice in register.choices.items()
    ]
    return [*lines, f"  source: {register.source}", f"  licence: {register.licence}", f"  {register.example}"]
