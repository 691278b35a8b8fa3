"""Identities: what printed numbers must keep, rule by rule, with messages that an editor can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from firmtrade.linked.edition import Edition
from firmtrade.linked.identities import counts, flows, shares, traders, window
from firmtrade.linked.identities.check import Check, Excess, severity
from firmtrade.linked.identities.printed import Printed

Rule = Callable[[Printed], Iterable[Check]]

RULES: tuple[Rule, ...] = (*counts.RULES, *shares.RULES, *flows.RULES, *window.RULES, *traders.RULES)


def checks(edition: Edition) -> Iterator[Check]:
    """Every identity that an edition's printed cells allow to check, whether it holds or not."""
    printed = Printed(edition)
    for rule in RULES:
        yield from rule(printed)


__all__ = ["RULES", "Check", "Excess", "Printed", "checks", "severity"]
