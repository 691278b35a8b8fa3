"""``firmtrade import REGISTER``: the files of a register to canonical tables, by its bundled mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from firmtrade.messages import DEFAULT_LANGUAGE
from firmtrade.progress import Progress
from firmtrade.sources.importer import ImportReport, import_mapped
from firmtrade.sources.mapping.load import mapping_of
from firmtrade.sources.quality.remarks import Remark
from firmtrade.sources.registers import intrastat, kbo, nbb
from firmtrade.sources.registers.plan import Plan
from firmtrade.sources.registers.register import Register, register_of

PLANS: dict[str, Callable[[Register, Sequence[Path], Mapping[str, str]], Plan]] = {
    "kbo": kbo.plan,
    "nbb": nbb.plan,
    "intrastat": intrastat.plan,
}


def import_register(
    name: str,
    files: Sequence[Path | str],
    out: Path | str,
    *,
    choices: Mapping[str, str] | None = None,
    lang: str = DEFAULT_LANGUAGE,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the files of a register as they are delivered.

    Parameters
    ----------
    name
        The register: ``kbo``, for example.
    files
        Its files and folders.
    out
        The canonical folder to write. Where it is an earlier import, its tables stay that this register does not fill.
    choices
        Values of the register's choices, by name; the usual ones where they are not given.
    lang
        The language of the page ``quality.html``: en, fr, nl or de.
    progress
        Called with the step that begins.

    Raises
    ------
    UsageError
        There is no such register, choice or file, or ``out`` is something else than an import.
    InputError
        A file is not what the register delivers, or cannot be read.
    DataError
        More rows of a file are refused than 1%.
    """
    register = register_of(name)
    plan = PLANS[name](register, [Path(file) for file in files], register.chosen(choices or {}))
    return import_mapped(
        mapping_of(plan.document, register.file),
        Path.cwd(),
        Path(out),
        remarks=(
            *(Remark(table, rule) for table, rules in register.remarks.items() for rule in rules),
            *plan.remarks,
        ),
        adding=True,
        lang=lang,
        progress=progress,
    )
