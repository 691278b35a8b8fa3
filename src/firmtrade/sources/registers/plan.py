"""What an import of a register will do: the bundled mapping with the paths of the user's files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.sources.quality.remarks import Remark
from firmtrade.sources.readable import may_be_read
from firmtrade.sources.registers.register import Register


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping as a document, and what the report has to say of its tables beside the register's own remarks."""

    document: dict[str, Any]
    remarks: tuple[Remark, ...] = field(default=())


def given_files(register: Register, paths: Sequence[Path]) -> Iterator[Path]:
    """The files that a user gave, those of folders in the order of their names.

    Raises
    ------
    UsageError
        No path is given, or one leads nowhere.
    """
    if not paths:
        raise UsageError(f"`{register.name}` needs files", fix=f"Give {register.expects}.")
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        elif path.is_file():
            yield path
        else:
            raise UsageError(
                "there is no such file or folder",
                where=Place(file=path.name),
                fix=f"Give {register.expects}.",
            )


def checked(path: Path) -> Path:
    """The whole path of a file that may be read."""
    may_be_read(path)
    return path.resolve()


def unexpected(register: Register, path: Path, what: str) -> InputError:
    """The error about a file that is none of the register's."""
    return InputError(what, where=Place(file=path.name), fix=f"`{register.name}` expects {register.expects}.")
