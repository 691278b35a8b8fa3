"""A population solved beforehand: what is given up of a bundled edition, its whole margins and the totals of its panel.

The numbers of a bundled edition do not change, so that their repair, their whole firms and the totals of the firms
drawn without a seed are solved once and come with the program, as data. They are used only for the inputs they were
solved from: any other edition, study, scale or seed is solved when it is asked for.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
class PanelTotals:
    """Fitted totals of a panel, of shape (measures, classes), with the fingerprint of what they were solved from."""

    inputs: str
    totals: np.ndarray


@dataclass(frozen=True)
class Prepared:
    """Cells given up, whole margins and panels by root population, with the fingerprint of what margins were solved
    from."""

    inputs: str
    given_up: frozenset[CellKey]
    out_of_reach: frozenset[CellKey]
    """Ratios of ratios that no population was found to have beside the other cells."""
    margins: Mapping[str, Margins]
    panels: Mapping[str, PanelTotals] = field(default_factory=dict)


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
    panels = {
        name: PanelTotals(panel["inputs"], np.array(panel["totals"]))
        for name, panel in content["panels"].items()
    }
    return Prepared(content["inputs"], given_up, out_of_reach, margins, panels)


def write_prepared(study: Study, solved: Prepared) -> str:
    """A solution as TOML, with its provenance."""
    lines = [
        f'source = "Solved by firmtrade from the printed numbers of {study.head.source}"',
        'definition = """',
        "Whole firms of the synthetic population: for each combination of the four trade flows (rows; intra-EU",
        "import, extra-EU import, intra-EU export, extra-EU export, the last changing fastest) the firms of each",
        "class of activity, size, founding year and seat; and the panel by founding year, mode in the reference",
        "year and mode in the first year. `given_up` are the printed cells that contradict the others, and",
        "`out_of_reach` ratios of ratios that no population was found to have beside the others. `panels` are",
        "totals of the panel's firms by these classes, in full-time equivalents and in currency units: employment",
        'in the first and in the last year of the window, then value added."""',
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
    for name, panel in solved.panels.items():
        rows = [f"  {row.tolist()}," for row in panel.totals]
        lines += ["", f'[panels."{name}"]', f'inputs = "{panel.inputs}"', "totals = [", *rows, "]"]
    return "\n".join(lines) + "\n"


def _listed(name: str, keys: Iterable[CellKey]) -> list[str]:
    return [f"{name} = [", *(f"  {_quoted(key)}," for key in sorted(keys)), "]"]


def _quoted(key: CellKey) -> str:
    return "[" + ", ".join(f'"{part}"' for part in key) + "]"
