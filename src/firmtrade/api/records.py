"""Calls about records of firms: import, check, synthesize, stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.api.observatory import loaded
from firmtrade.errors import UsageError
from firmtrade.messages import DEFAULT_LANGUAGE
from firmtrade.progress import Progress
from firmtrade.study import Study

if TYPE_CHECKING:
    from firmtrade.linked.population import SynthReport
    from firmtrade.protection.profile import Profile
    from firmtrade.sources.check import QualityReport
    from firmtrade.sources.importer import ImportReport


def import_records(
    source: str | Path,
    out: str | Path,
    *,
    files: Sequence[str | Path] = (),
    choices: Mapping[str, str] | None = None,
    lang: str = DEFAULT_LANGUAGE,
    progress: Progress | None = None,
) -> ImportReport:
    """Raw files, a database or a register as delivered to canonical tables.

    ``source`` is the path of a mapping, or the name of a register with its ``files`` and ``choices``; a mapping that is
    called like a register is given with its folder (``./kbo``). ``lang`` is that of the quality report's page.

    Raises
    ------
    UsageError
        A register that does not exist, files beside a mapping, or a folder that is something else.
    """
    from firmtrade.sources.registers import REGISTERS, import_register

    named = isinstance(source, str) and Path(source).name == source and not Path(source).suffix
    if named and (source in REGISTERS or not Path(source).is_file()):
        return import_register(str(source), files, out, choices=choices, lang=lang, progress=progress)
    if files or choices:
        raise UsageError(
            "a mapping says itself which files are read",
            fix=f"Give the mapping alone, or the name of a register: {', '.join(REGISTERS)}.",
        )
    from firmtrade.sources.importer import import_records as run_import

    return run_import(Path(source), Path(out), lang=lang, progress=progress)


def check_tables(
    folder: str | Path, *, study: str | Path | Study | None = None, progress: Progress | None = None
) -> QualityReport:
    """The quality report of a folder of canonical tables; its ``text`` is in any language."""
    from firmtrade.sources.check import check_tables as run_check

    return run_check(folder, study=None if study is None else loaded(study), progress=progress)


def synth(
    study: str | Path | Study,
    out: str | Path,
    *,
    edition: str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    faults: bool = False,
    supported: bool = False,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a synthetic population of a study as canonical tables."""
    from firmtrade.linked.population import synthesize

    return synthesize(
        study,
        Path(out),
        edition=None if edition is None else Path(edition),
        scale=scale,
        declarations=declarations,
        seed=seed,
        faults=faults,
        supported=supported,
        progress=progress,
    )


def stand_in(
    room: str | Path,
    out: str | Path,
    *,
    profile: Profile | str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a synthetic population with the numbers that a protected release of a room shows, and nothing else of it.

    Researchers write code against it outside, and run it on the records inside. ``profile`` protects the numbers first,
    as in a release: real data by the profile ``publication`` where none is given.

    Raises
    ------
    UsageError
        The folder is no room of tables, or a place is taken.
    DataError
        A number cannot be protected, or too many of the shown numbers contradict one another.
    """
    from firmtrade.api.stand_ins import stand_in as draw

    return draw(
        Path(room),
        Path(out),
        profile=profile,
        scale=scale,
        declarations=declarations,
        seed=seed,
        progress=progress,
    )
