"""Whether data is what a study speaks of: its country, its currency, the revision of its activity codes.

What does not fit makes numbers wrong without a sign of it, so a run refuses it and a check calls it an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis.expr.types as ir

from firmtrade.classifications import revision_of, spelling, spellings_read
from firmtrade.messages import Code, Listing, Message, message
from firmtrade.sources.stamp import Stamp
from firmtrade.study import Study

STRANGE = "unknown"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A key of the stamp that the study contradicts."""

    key: str
    of_data: str
    of_study: str

    @property
    def fix(self) -> Message:
        """What to do about it."""
        return message(f"quality.fit.{self.key}", setting=Code(f'{self.key} = "{self.of_data}"'))


def mismatches(stamp: Stamp, study: Study) -> tuple[Mismatch, ...]:
    """Where stamp and study contradict each other; a stamp that does not say contradicts nothing."""
    pairs = (
        Mismatch("country", stamp.country, study.head.country),
        Mismatch("currency", stamp.currency, study.head.currency),
    )
    return tuple(pair for pair in pairs if pair.of_data and pair.of_data != pair.of_study)


@dataclass(frozen=True, slots=True)
class Revisions:
    """Firms by the revision of their activity code: those that the study reads, and the others."""

    read: int
    other: int
    names: tuple[str, ...]
    """The schemes of those not read, or that they are not known: never what the register writes."""

    @property
    def listed(self) -> Listing:
        """The schemes as a list."""
        return Listing(
            tuple(message("names.strange") if name == STRANGE else Code(name) for name in self.names)
        )

    def fix(self, study: Study) -> Message:
        """What to do about those that are not read."""
        scheme = study.head.activity
        written = Listing(tuple(map(Code, spellings_read(scheme))), "comma")
        for name in self.names:
            if name != STRANGE:
                setting = Code(f'activity = "{name}"')
                return message("quality.fit.scheme", setting=setting, scheme=Code(scheme), written=written)
        return message("quality.fit.codes", scheme=Code(scheme), written=written)


def firms_by_revision(firms: ir.Table, accounts: ir.Table | None, study: Study) -> ir.Table | None:
    """How many firms have a code of which revision in the reference year: columns ``revision``, ``firms``.

    Only firms with accounts of the year are counted: the others are in no population for another reason. A code
    without a revision is taken to be of the study's. None where the register states no revisions.
    """
    if not {"nace", "nace_revision"} <= set(firms.columns):
        return None
    states = firms.filter(firms.nace.notnull())
    states = states.mutate(revision=states.nace_revision.fill_null(study.head.activity))
    if "year" in states.columns:
        states = states.filter(states.year <= study.reference_year)
        states = states.group_by("firm_id").agg(revision=states.revision.argmax(states.year))
    if accounts is not None:
        states = states.semi_join(accounts.filter(accounts.year == study.reference_year), "firm_id")
    return states.group_by("revision").agg(firms=states.firm_id.nunique())


def revisions(counted: Iterable[tuple[str, int]], study: Study) -> Revisions:
    """Revisions and numbers of firms, as the study sees them."""
    read, other, names = 0, 0, set[str]()
    for written, firms in counted:
        if spelling(written) in spellings_read(study.head.activity):
            read += firms
        else:
            other += firms
            names.add(revision_of(written) or STRANGE)
    return Revisions(read, other, tuple(sorted(names, key=lambda name: (name == STRANGE, name))))
