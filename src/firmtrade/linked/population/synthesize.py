"""``firmtrade synth``: a population of firms that never existed, whose tables are the published ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from firmtrade.errors import UsageError
from firmtrade.linked.population.annual_accounts import filed, turnover
from firmtrade.linked.population.base import root_populations
from firmtrade.linked.population.calibrate import calibrate
from firmtrade.linked.population.declarations import Declarations, units_of, write_declarations
from firmtrade.linked.population.drawing import draw, random_stream
from firmtrade.linked.population.history import keep_inside, trade_years
from firmtrade.linked.population.obtained import Missed, missed
from firmtrade.linked.population.planted_errors import (
    UNREGISTERED_SALES,
    flows_of_unregistered,
    plant,
    spare_numbers,
)
from firmtrade.linked.population.register import firm_numbers, register
from firmtrade.linked.population.same_firms import population_study
from firmtrade.linked.population.support import support
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.population.targets import targets_of
from firmtrade.outputs.capacity import check_capacity, free_disk, free_memory
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.place import check_place, writing
from firmtrade.progress import Progress, silent
from firmtrade.query.cells import Formula
from firmtrade.sources.canonical import STAMP
from firmtrade.sources.stamp import Stamp, stamped_by, write_stamp
from firmtrade.studies import load_study
from firmtrade.study import Study
from firmtrade.workers import Workers

MAKER = "Made by firmtrade synth"
"""The first words of the source in the stamp: what tells a folder of this program from any other."""
LEAST_FIRMS = 10_000
"""Firms of a population that no edition counts."""
MEMORY_OF_FIRM, DISK_OF_DECLARATION = 7_000, 13
"""Bytes, rounded up from populations of Belgium: what drawing a firm takes, and a row of `trade.parquet`."""
POPULATION = stamped_by(
    lambda stamp: stamp.synthetic and stamp.source.startswith(MAKER), "a synthetic population"
)


@dataclass(frozen=True)
class SynthReport:
    """What was made: rows by table, and the printed cells that the population does not reproduce."""

    rows: dict[str, int]
    printed: int = 0
    """Printed statistics of the edition."""
    missed: tuple[Missed, ...] = ()
    """Those that the population does not reproduce: its minimum repair, and what whole firms cannot keep."""
    planted: dict[str, int] = field(default_factory=dict)
    """Cases of errors planted on purpose, by kind."""
    scale: int = 1

    def __repr__(self) -> str:
        return short("synthetic population", str(self))

    def _repr_html_(self) -> str:
        return card("Synthetic population", str(self).split("\n"))

    def __str__(self) -> str:
        lines = [
            f"{self.rows['firms']:,} firms, {self.rows['accounts']:,} accounts and {self.rows['trade']:,} "
            "declarations. All synthetic: no evidence about any real firm or economy."
        ]
        if self.printed:
            times = f", counts times {self.scale}" if self.scale > 1 else ""
            kept = self.printed - len(self.missed)
            lines.append(f"{kept} of {self.printed} printed statistics are reproduced{times}.")
        if self.missed:
            lines += ["Not reproduced:", *(f"  {one}" for one in self.missed)]
        if self.planted:
            lines += ["Errors planted:", *(f"  {kind}: {cases:,}" for kind, cases in self.planted.items())]
        return "\n".join(lines)


def synthesize(
    study: str | Path | Study,
    out: Path,
    *,
    edition: Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    faults: bool = False,
    supported: bool = False,
    compared: bool = True,
    progress: Progress | None = None,
) -> SynthReport:
    """Write a synthetic population as a canonical folder.

    Parameters
    ----------
    study
        A study, its bundled name, or the path of its file. Where it has no published numbers but asks about the
        firms of a bundled study that has, that study's population is drawn.
    out
        The folder to write. An earlier synthetic population is replaced, any other content is refused; it is written
        whole or not at all.
    edition
        Published cells to reproduce; by default those that come with the study. Without any, the population
        is plausible and nothing more.
    scale
        Multiplies the number of firms.
    declarations
        Number of rows of ``trade``; by default one and a half per flow of a firm and year.
    seed
        The same seed gives the same bytes.
    faults
        Plant errors on purpose, with known counts: see :mod:`firmtrade.linked.population.planted_errors`.
    supported
        Draw a table ``support`` too, of firms taken by chance: see :mod:`firmtrade.linked.population.support`.
    compared
        Look for the printed cells that the population does not reproduce; otherwise the report is silent on them.
    progress
        Told each step.

    Raises
    ------
    UsageError
        The folder is in use, or fewer declarations are asked for than the firms have flows.
    DataError
        Most of the edition cannot be true of any population; the message names the contradicting cells.
    """
    _check_arguments(out, scale)
    edition = edition or _edition_beside(study)
    study = study if isinstance(study, Study) else load_study(study)
    study = study if edition else population_study(study)
    say = progress or silent
    say("reading the edition")
    targets = targets_of(study, edition)
    _check_capacity(out, targets.cells, scale, declarations)
    margins = targets.prepared.margins if targets.prepared and scale == 1 else {}
    drawn = draw(study, targets, margins, scale=scale, seed=seed, progress=say)
    structures, firms, flags, accounts = drawn.structures, drawn.firms, drawn.flags, drawn.accounts
    spare = spare_numbers(len(firms)) if faults else 0
    numbers = firm_numbers(len(firms) + spare, study.head.country, random_stream(seed, 3))
    ids = numbers[: len(firms)]
    say("fitting growth")
    bases = [one.base for one in structures]
    calibrate(firms, accounts, bases, targets.cells, study, targets.prepared)
    keep_inside(firms, accounts, study)
    sales = turnover(firms, accounts, study, random_stream(seed, 6))
    stamp = _stamp(study, edition, bool(targets.printed))
    metadata = {"kind": stamp.kind, "title": stamp.title, "source": stamp.source}
    say("writing firms and accounts")
    with writing(out, POPULATION) as folder, Workers() as workers:
        printed = _scaled(targets.printed, scale) if compared else []
        counted = workers.submit(missed, printed, root_populations(study), structures, firms, accounts, study)
        tables = {
            "firms": register(firms, ids, study, random_stream(seed, 7)),
            "accounts": filed(firms, ids, accounts, sales, study, random_stream(seed, 8)),
            "coverage": _coverage(study),
        }
        if supported:
            tables["support"] = support(tables["accounts"], random_stream(seed, 15))
        sales = sales[:, np.isin(accounts.years, trade_years(study))]
        planted: dict[str, int] = {}
        if faults:
            done = plant(firms, numbers, tables["firms"], tables["accounts"], random_stream(seed, 10))
            tables |= {"firms": done.firms, "accounts": done.accounts, "links": done.links}
            planted = done.counts
            ids = pl.concat([ids, done.unregistered])
            flags = np.concatenate([flags, flows_of_unregistered(len(done.unregistered), flags.shape)])
            sales = np.concatenate(
                [sales, np.full((len(done.unregistered), sales.shape[1]), UNREGISTERED_SALES)]
            )
        written = [
            workers.submit(table.write_parquet, folder / f"{name}.parquet", metadata=metadata)
            for name, table in tables.items()
        ]
        rows = {name: table.height for name, table in tables.items()}
        say("declarations")
        units = units_of(flags, trade_years(study), sales, declarations, random_stream(seed, 9))
        rows["trade"] = write_declarations(Declarations(units, ids, study, seed), folder / "trade", metadata)
        for each in written:
            each.result()
        write_stamp(folder / STAMP, stamp)
        not_reproduced = counted.result()
    return SynthReport(rows, len(printed), not_reproduced, planted, scale)


def _scaled(targets: Iterable[CellTarget], scale: int) -> list[CellTarget]:
    """The printed cells as a population ``scale`` times as large should show them."""
    return [
        replace(target, low=target.low * scale, high=target.high * scale)
        if target.spec.formula is Formula.COUNT
        else target
        for target in targets
    ]


def _edition_beside(study: str | Path | Study) -> Path | None:
    """The edition that a study file names, where it stands beside it."""
    if isinstance(study, Study) or not Path(study).is_file():
        return None
    name = load_study(study).head.edition
    beside = Path(study).with_name(name) if name else None
    return beside if beside and beside.is_file() else None


def _check_arguments(out: Path, scale: int) -> None:
    check_place(out, POPULATION)
    if scale < 1:
        raise UsageError(f"A scale of {scale} leaves no firms.", fix="Choose 1 or more.")


def _check_capacity(out: Path, printed: Iterable[CellTarget], scale: int, declarations: int | None) -> None:
    """Refuse at once what neither memory nor disk can hold."""
    largest = max((target.low for target in printed if target.key.column == "n"), default=LEAST_FIRMS)
    firms = int(max(largest, LEAST_FIRMS)) * scale
    memory, disk = free_memory(), free_disk(out)
    check_capacity(
        f"{firms:,} firms and more", firms * MEMORY_OF_FIRM, memory, "of memory",
        f"Choose a `--scale` of at most {max(1, memory * scale // (firms * MEMORY_OF_FIRM)):,}, or a larger machine.",
    )  # fmt: skip
    check_capacity(
        f"{declarations or 0:,} declarations", (declarations or 0) * DISK_OF_DECLARATION, disk, "on the disk",
        f"Choose at most `--declarations {disk // DISK_OF_DECLARATION}`, or a folder on a larger disk.",
    )  # fmt: skip


def _coverage(study: Study) -> pl.DataFrame:
    """Both flows and zones are covered in full in every year."""
    years = trade_years(study)
    kinds = [(flow, zone) for flow in ("import", "export") for zone in ("intra", "extra")]
    return pl.DataFrame(
        {
            "flow": [flow for flow, _ in kinds for _ in years],
            "zone": [zone for _, zone in kinds for _ in years],
            "year": pl.Series([int(year) for _ in kinds for year in years], dtype=pl.Int32),
            "threshold": pl.Series([0] * len(kinds) * len(years)).cast(pl.Decimal(18, 2)),
        }
    )


def _stamp(study: Study, edition: Path | None, fitted: bool) -> Stamp:
    numbers = f"published numbers of {study.head.source}" if fitted else "no published numbers"
    if edition is not None:
        numbers = f"published numbers in {edition.name}"
    return Stamp(
        kind="synthetic",
        title=f"Synthetic population of the study {study.name}: firms that never existed",
        source=f"{MAKER} from {numbers}. No evidence about any real firm or economy",
        currency=study.head.currency,
        country=study.head.country,
    )
