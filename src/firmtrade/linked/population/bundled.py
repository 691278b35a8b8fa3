"""What comes with the program for a bundled edition, solved anew."""

from __future__ import annotations

from dataclasses import replace

from firmtrade.linked.population.calibrate import PanelFirms, panels_of
from firmtrade.linked.population.drawing import draw
from firmtrade.linked.population.prepared import Prepared
from firmtrade.linked.population.targets import solve_counts, targets_of
from firmtrade.study import Study


def solve_bundled(study: Study) -> Prepared:
    """The bundled edition of a study, solved."""
    counts = solve_counts(study)
    panels = {panel.population: panel.fitted(counts.out_of_reach) for panel in bundled_panels(study, counts)}
    return replace(counts, panels=panels)


def bundled_panels(study: Study, solved: Prepared) -> list[PanelFirms]:
    """The panels of the firms that are drawn from solved margins where nobody asks for a seed."""
    targets = replace(targets_of(study, None), given_up=solved.given_up)
    drawn = draw(study, targets, solved.margins)
    bases = [one.base for one in drawn.structures]
    return panels_of(drawn.firms, drawn.accounts, bases, targets.cells, study)
