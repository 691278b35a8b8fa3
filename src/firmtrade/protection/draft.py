"""The draft of a release: what a profile would hide of each table, and which classes may be merged instead, before any
number is audited or attacked. More may be hidden in the end, as the audit finds intervals that are too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firmtrade.errors import counted
from firmtrade.kinds import specify
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.notebook import card
from firmtrade.outputs.room import Room
from firmtrade.protection.binding.bind import bind
from firmtrade.protection.coarsening import Merger, mergers
from firmtrade.protection.elimination import eliminate
from firmtrade.protection.log import Hidden, Loss, losses, named
from firmtrade.protection.models import protect_counts, protect_curves, protect_estimates
from firmtrade.protection.profile import Profile
from firmtrade.protection.rooms import numbered
from firmtrade.studies import parse_study

MOST = 12
"""Mergers that are proposed."""


@dataclass(frozen=True)
class DraftProtection:
    """What a profile would hide of each table, and the mergers of classes that bring most back."""

    profile: str
    losses: tuple[Loss, ...]
    mergers: tuple[Merger, ...]

    def __str__(self) -> str:
        hit = [each for each in self.losses if each.share]
        if not hit:
            return f"With the profile {self.profile} nothing is hidden."
        lines = [f"With the profile {self.profile} at least this much goes:", *map(_sentence, hit)]
        if self.mergers:
            lines += ["", "Coarser classes hide less:", *(f"  {each}" for each in self.mergers[:MOST])]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            (each.table, each.numbers, each.primary, each.secondary, f"{each.share:.0f}%")
            for each in self.losses
            if each.share
        ]
        head = ("table", "numbers", "by a rule", "to protect others", "hidden")
        return card(
            f"Draft with the profile {self.profile}", [str(each) for each in self.mergers], head, rows
        )


def draft(rooms: Sequence[Room], profile: Profile) -> DraftProtection:
    """What a profile would hide of rooms, by its rules and by elimination alone."""
    hidden: list[Hidden] = []
    proposed: list[Merger] = []
    for room in rooms:
        statements = room.statements
        if room.manifest.contents is Contents.TABLES:
            study = parse_study(room.study, f"{room.path.name}/study.toml")
            tables, cells = specify(study), {cell.key: cell for cell in statements.cells}
            bound = bind(study, tables, cells, profile)
            gone = eliminate(bound.problem).hidden
            for each in bound.cells:
                rules = tuple(dict.fromkeys(judged.breach.rule for judged in each.breaches))
                if rules or any(gone[at] for at in each.statements):
                    hidden.append(Hidden(each.cell.key, "cell", rules))
            proposed += mergers(tables, cells, profile)
        else:
            hidden += protect_counts(statements.cells, profile)[1]
        hidden += protect_estimates(statements.estimates, profile)[1]
        hidden += protect_curves(statements.curves, profile)[1]
    return DraftProtection(profile.name, losses(numbered(rooms), hidden), tuple(proposed))


def _sentence(loss: Loss) -> str:
    return (
        f"  {named(loss.table)}: {loss.share:.0f}% of {counted(loss.numbers, 'number')}, {loss.primary} by a rule and "
        f"{loss.secondary} to protect others"
    )
