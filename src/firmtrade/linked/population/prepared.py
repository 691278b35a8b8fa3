"""A population solved beforehand: the cells that are given up and the whole margins of a bundled edition.

The numbers of a bundled edition do not change, so that their repair and their whole firms are solved once and
come with the program, as data. They are used only for the inputs they were solved from: any other edition,
study or scale is solved when it is asked for.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from firmtrade.linked.population.base import DIMENSIONS, Base
from firmtrade.linked.population.counts import Margins
from firmtrade.linked.population.target import CellTarget
from firmtrade.outputs import CellKey
from firmtrade.study import Study

STUDIES = "firmtrade.studies"
END = ".population.toml"
"""Prepared populations stand beside their study, in a file of its name with this end."""


@dataclass(frozen=True)
class Prepared:
    """Cells given up and whole margins by root population, with the fingerprint of what they were solved from."""

    inputs: str
    given_up: frozenset[CellKey]
    out_of_reach: frozenset[CellKey]
    """Ratios of ratios that no population was found to have beside the other cells."""
    margins: Mapping[str, Margins]


def fingerprint(targets: Iterable[CellTarget], bases: Sequence[Base]) -> str:
    """SHA-256 of what a solution depends on: printed cells and facts as intervals, and the base classes."""
    parts = [f"{target.key} {target.low} {target.high} {target.fact}" for target in targets]
    for base in bases:
        spans = [[(span.low, span.high) for span in one] for one in (base.sizes, base.births)]
        parts.append(str((base.population, base.activities, *spans, base.seats)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def prepared(study: Study, inputs: str) -> Prepared | None:
    """What comes with the program for a study, if it was solved from these inputs."""
    file = files(STUDIES).joinpath(study.name + END)
    if not file.is_file():
        return None
    found = read_prepared(file.read_text(encoding="utf-8"))
    return found if found.inputs == inputs else None


def read_prepared(text: str) -> Prepared:
    """The content of a file that :func:`write_prepared` wrote."""
    content = tomllib.loads(text)
    margins = {
        name: Margins(
            {dimension: np.array(tables[dimension], np.int64) for dimension in DIMENSIONS},
            np.array(tables["panel"], np.int64),
        )
        for name, tables in content["margins"].items()
    }
    given_up, out_of_reach = (
        frozenset(CellKey(*key) for key in content[name]) for name in ("given_up", "out_of_reach")
    )
    return Prepared(content["inputs"], given_up, out_of_reach, margins)


def write_prepared(study: Study, solved: Prepared) -> str:
    """A solution as TOML, with its provenance."""
    lines = [
        f'source = "Solved by firmtrade from the printed numbers of {study.head.source}"',
        'definition = """',
        "Whole firms of the synthetic population: for each combination of the four trade flows (rows; intra-EU",
        "import, extra-EU import, intra-EU export, extra-EU export, the last changing fastest) the firms of each",
        "class of activity, size, founding year and seat; and the panel by founding year, mode in the reference",
        "year and mode in the first year. `given_up` are the printed cells that contradict the others, and",
        '`out_of_reach` ratios of ratios that no population was found to have beside the others."""',
        'unit = "firms"',
        f'inputs = "{solved.inputs}"',
        *_listed("given_up", solved.given_up),
        *_listed("out_of_reach", solved.out_of_reach),
    ]
    for name, margins in solved.margins.items():
        lines += ["", f'[margins."{name}"]']
        for dimension in DIMENSIONS:
            rows = [f"  {row.tolist()}," for row in margins.tables[dimension]]
            lines += [f"{dimension} = [", *rows, "]"]
        lines += ["panel = [", *(f"  {birth.tolist()}," for birth in margins.panel), "]"]
    return "\n".join(lines) + "\n"


def _listed(name: str, keys: Iterable[CellKey]) -> list[str]:
    return [f"{name} = [", *(f"  {_quoted(key)}," for key in sorted(keys)), "]"]


def _quoted(key: CellKey) -> str:
    return "[" + ", ".join(f'"{part}"' for part in key) + "]"
