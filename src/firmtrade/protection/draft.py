"""The draft of a release: what a profile would hide of each table, and which classes may be merged instead, before any
number is audited or attacked. More may be hidden in the end, as the audit finds intervals that are too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from firmtrade.errors import counted
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.notebook import card
from firmtrade.outputs.room import Room
from firmtrade.protection.binding.bind import bind
from firmtrade.protection.coarsening import Merger, mergers
from firmtrade.protection.elimination import eliminate
from firmtrade.protection.log import Hidden, Loss, losses, named
from firmtrade.protection.models import protect_counts, protect_curves, protect_estimates
from firmtrade.protection.names import check_names
from firmtrade.protection.profile import Profile
from firmtrade.protection.rooms import names_of, numbered
from firmtrade.protection.together import key_of, together

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
    named_rooms = list(zip(names_of(rooms), rooms, strict=True))
    if tables := [each for each in named_rooms if each[1].manifest.contents is Contents.TABLES]:
        found = together(tables)
        check_names(profile, found.tables)
        cells = {cell.key: cell for cell in found.cells}
        bound = bind(found.study, found.tables, cells, profile)
        gone = eliminate(bound.problem).hidden
        for each in bound.cells:
            rules = tuple(dict.fromkeys(judged.breach.rule for judged in each.breaches))
            if rules or any(gone[at] for at in each.statements):
                hidden.append(Hidden(each.cell.key, "cell", rules))
        proposed += mergers(found.tables, cells, profile)
    for name, room in named_rooms:
        statements = room.statements
        of_study = room.manifest.contents is Contents.TABLES
        few = () if of_study else protect_counts(statements.cells, profile)[1]
        models = protect_estimates(statements.estimates, profile)[1]
        curves = protect_curves(statements.curves, profile)[1]
        hidden += [replace(each, key=key_of(name, each.key)) for each in (*few, *models, *curves)]
    return DraftProtection(profile.name, losses(numbered(rooms), hidden), tuple(proposed))


def _sentence(loss: Loss) -> str:
    return (
        f"  {named(loss.table)}: {loss.share:.0f}% of {counted(loss.numbers, 'number')}, {loss.primary} by a rule and "
        f"{loss.secondary} to protect others"
    )
