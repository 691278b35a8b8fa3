"""What commands share: their options, the examples below their help, and names separated by commas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from firmtrade.errors import UsageError

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Progressing = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the result and errors.")]
Study = Annotated[
    str, typer.Argument(help="A bundled study (belgium-2008) or the path of a TOML file.", metavar="STUDY")
]
Data = Annotated[
    str,  # a path would lose a slash of an address
    typer.Option(
        "--data", help="Folder of canonical tables, or its address (s3://, hdfs://).", metavar="DIR"
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine", help="Engine: duckdb:// (default), local[*], spark://HOST or sc://HOST.", metavar="URL"
    ),
]
Stages = Annotated[
    Path | None,
    typer.Option(
        "--stages",
        help="Folder for finished stages, for later runs too. Without it, one beside ROOM until the run has ended.",
        metavar="DIR",
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Take up no stages of earlier runs.")]
NewRecords = Annotated[
    Path, typer.Option("--out", help="Folder to write canonical tables to.", metavar="DIR")
]
NewRoom = Annotated[Path, typer.Option("--out", help="Folder to write the room to.", metavar="ROOM")]
NewRelease = Annotated[Path, typer.Option("--out", help="Folder to write the release to.", metavar="DIR")]
Language = Annotated[str, typer.Option("--lang", help="Language: en, fr, nl or de.", metavar="LANG")]
Formats = Annotated[
    str, typer.Option("--format", help="Formats, separated by commas: html,pdf,xlsx,csv,sdmx.")
]
Against = Annotated[
    str | None,
    typer.Option(
        "--against", help="Set an edition or an earlier release beside the new numbers.", metavar="EDITION"
    ),
]
Unprotected = Annotated[
    bool,
    typer.Option(
        "--unprotected", help="Look at real data as it is: NOT FOR RELEASE on every page, and no SDMX."
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Protect by a profile: publication, research-output or a TOML file. Real data without one: publication.",
        metavar="PROFILE",
    ),
]
ALL_FORMATS = "html,pdf,xlsx,csv,sdmx"
DEFAULT_STUDY = "belgium-2008"


def example(*lines: str) -> str:
    """What stands below the help of a command; the first sign keeps each example on its own line."""
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])


def pairs(given: Iterable[str]) -> dict[str, str]:
    """Choices written as ``name=value``.

    Raises
    ------
    UsageError
        One has no sign between name and value.
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError("a choice has a name and a value", fix="Write it like `--choose nace=2003`.")
        found[name.strip()] = value.strip()
    return found


def names(text: str) -> tuple[str, ...]:
    """Names separated by commas: ``html, csv`` is two."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
