"""The audit of a published edition: identities, the system of all its tables, its sentences, and the
repair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from firmtrade.linked.claims import Truth
from firmtrade.linked.conflicts import Conflict
from firmtrade.linked.edition import Edition, PrintedCell, read_edition
from firmtrade.linked.findings import Contradiction, GivenUp, Summary, Tally
from firmtrade.linked.identities import Check, checks, severity
from firmtrade.linked.identities.check import last_digit
from firmtrade.linked.interval import Interval
from firmtrade.linked.prose import Facts, Verdict, facts_of, judge, read_facts
from firmtrade.linked.ranges import implied
from firmtrade.linked.repair import Repair, repair
from firmtrade.linked.system import LinkedSystem
from firmtrade.linked.words import Words, span
from firmtrade.linked.writing import render
from firmtrade.outputs import CellKey
from firmtrade.outputs.place import write_file
from firmtrade.query.cells import Formula
from firmtrade.study import Study

SYSTEM = "all tables at once"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class AuditReport:
    """The outcome of an audit; ``contradictions`` is empty where the edition agrees with itself."""

    contradictions: tuple[Contradiction, ...]
    summary: Summary

    @property
    def exit_status(self) -> int:
        """0 where nothing contradicts, else 1."""
        return 1 if self.contradictions else 0

    def render(self, format: str = "table") -> str:
        """The report as text: ``table``, ``csv``, ``json`` or ``html``. Raises UsageError for other
        formats.
        """
        return render(format, self.contradictions, self.summary)

    def write(self, format: str, out: str | Path | TextIO) -> None:
        """Write the report in a format to a file or stream. Raises UsageError where it cannot."""
        text = self.render(format)
        if isinstance(out, str | Path):
            write_file(Path(out), text)
        else:
            out.write(text)


def audit(
    cells: str | Path,
    *,
    study: Study | str | Path | None = None,
    facts: str | Path | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Say which numbers of a published edition cannot all be true, and the fewest to give up.

    Parameters
    ----------
    cells
        A CSV file in the layout of an edition, or the name of a bundled study for its own edition.
    study
        The study whose tables these are, by name or path; the bundled study that has them all where not
        given.
    facts
        A TOML file of sentences with the cells they speak of. A bundled edition brings its own.
    progress
        Called with a few words at the beginning of each stage.

    Returns
    -------
    AuditReport
        The same for the same input, to the letter.

    Raises
    ------
    UsageError
        A file or study cannot be found.
    InputError
        The edition or the facts cannot be read; the message names the line.

    Examples
    --------
    >>> report = audit("belgium-2008")
    >>> report.contradictions[0].rule, report.contradictions[0].discrepancy
    ('parts and totals', 477.0)
    """
    say = progress or (lambda _: None)
    say("reading the edition")
    edition = read_edition(cells, study)
    sentences = read_facts(facts) if facts is not None else facts_of(cells)
    return audit_edition(edition, sentences, progress=say)


def audit_edition(
    edition: Edition, facts: Facts | None = None, *, progress: Progress = lambda _: None
) -> AuditReport:
    """The audit of an edition, and of a file of facts, that are already read."""
    words = Words(edition.study)
    progress("checking identities")
    identities = list(checks(edition))
    failed = [check for check in identities if not check.holds]
    progress("writing the system of all tables")
    system = LinkedSystem.build(edition.study, edition.statistics, silent=edition.silent)
    progress("looking for the minimum repair")
    known = [frozenset(check.cells) for check in failed]
    mended = repair(system, weights(edition.statistics), known=known)
    progress("measuring what the repair leaves")
    rest = frozenset(system.keys) - mended.cells
    given_up = tuple(_given_up(system, edition, key, rest) for key in sorted(mended.cells))
    progress("reading the sentences")
    verdicts = list(judge(facts, edition)) if facts is not None else []
    contradictions = (
        *_numbered("I", [_of_check(check, edition) for check in failed]),
        *_numbered("S", [_of_conflict(one, system, edition, words) for one in _new(mended, known, edition)]),
        *_numbered("P", [_of_verdict(verdict) for verdict in verdicts if verdict.denied]),
    )
    summary = Summary(
        study=edition.study.name,
        edition=edition.name,
        numbers=len(edition.statistics),
        aside=edition.aside,
        identities=_tally(identities),
        sentences=_tally_of_sentences(verdicts) if facts is not None else None,
        variables=system.space.width,
        rows=len(system.owners),
        repair=given_up,
    )
    return AuditReport(contradictions, summary)


def weights(cells: Iterable[PrintedCell]) -> dict[CellKey, float]:
    """The price of giving up each cell: 1, and a little less for totals, which follow from their parts."""
    return {cell.key: 1 + 0.001 * len(cell.spec.group.where.dimensions) for cell in cells}


def _numbered(letter: str, found: Iterable[Contradiction]) -> list[Contradiction]:
    return [replace(one, id=f"{letter}{number}") for number, one in enumerate(found, start=1)]


def _of_check(check: Check, edition: Edition) -> Contradiction:
    return Contradiction(
        "",
        check.rule,
        "identity",
        check.severity.value,
        _round(check.discrepancy),
        check.message,
        tuple((key, edition.by_key[key].printed) for key in check.cells),
    )


def _new(mended: Repair, known: Iterable[Conflict], edition: Edition) -> list[Conflict]:
    """Contradictions of the system that say more than those known: the same statistic counts as one cell,
    wherever it is printed, and a set that holds a smaller contradiction is no news."""
    said = [_meanings(conflict, edition) for conflict in known]
    new: list[Conflict] = []
    for conflict in sorted(mended.conflicts, key=lambda one: (len(one), sorted(one))):
        meanings = _meanings(conflict, edition)
        if not any(meanings >= other for other in said):
            said.append(meanings)
            new.append(conflict)
    return new


def _meanings(conflict: Conflict, edition: Edition) -> frozenset[object]:
    specs = (edition.by_key[key].spec for key in conflict)
    return frozenset((spec.formula, tuple(spec.terms.items())) for spec in specs)


def _of_conflict(conflict: Conflict, system: LinkedSystem, edition: Edition, words: Words) -> Contradiction:
    cells = [edition.by_key[key] for key in sorted(conflict)]
    focus, allowed = _focus(cells, conflict, system)
    message = (
        f"These {len(cells)} numbers cannot all be true, though any {len(cells) - 1} of them can: "
        f"{words.cells(cells)}."
    )
    gap = None
    if focus is not None and allowed is not None:
        gap = allowed.gap(focus.interval)
        message += (
            f" If the others stand, {words.label(focus)} ({words.table(focus.key)}) has to be "
            f"{_span(allowed, focus)}, not {focus.printed}."
        )
    worth = severity(gap, last_digit(focus)).value if gap is not None and focus is not None else "error"
    printed = tuple((cell.key, cell.printed) for cell in cells)
    return Contradiction("", SYSTEM, "system", worth, None if gap is None else _round(gap), message, printed)


def _focus(
    cells: list[PrintedCell], conflict: Conflict, system: LinkedSystem
) -> tuple[PrintedCell | None, Interval | None]:
    """The first cell whose range the others determine, and that range."""
    for cell in cells:
        allowed = implied(system, cell, conflict - {cell.key})
        if allowed is not None and not allowed.holds(cell.interval):
            return cell, allowed
    return None, None


def _given_up(system: LinkedSystem, edition: Edition, key: CellKey, rest: Conflict) -> GivenUp:
    cell = edition.by_key[key]
    if cell.spec.formula is Formula.CODE:
        return GivenUp(key, cell.printed, cell.spec.code)
    allowed = implied(system, cell, rest)
    return GivenUp(key, cell.printed, "" if allowed is None else _span(allowed, cell))


def _span(allowed: Interval, cell: PrintedCell) -> str:
    return span(allowed, cell.decimals if cell.spec.formula is Formula.COUNT else cell.decimals + 1)


def _of_verdict(verdict: Verdict) -> Contradiction:
    return Contradiction(
        "",
        f"section {verdict.fact.section}",
        "prose",
        severity(verdict.distance, verdict.digit).value,
        _round(verdict.distance),
        verdict.message,
        tuple((cell.key, cell.printed) for cell in verdict.cells),
    )


def _tally(identities: Iterable[Check]) -> dict[str, Tally]:
    checked, held = Counter[str](), Counter[str]()
    for check in identities:
        checked[check.rule] += 1
        held[check.rule] += check.holds
    return {rule: Tally(checked[rule], held[rule]) for rule in checked}


def _tally_of_sentences(verdicts: Iterable[Verdict]) -> Tally:
    truths = Counter(truth for verdict in verdicts for truth in verdict.truths)
    return Tally(truths.total(), truths[Truth.HELD], truths[Truth.OPEN])


def _round(value: float) -> float:
    """Distances to six digits: what lies below is noise of floating-point numbers and of the solver."""
    return float(f"{value:.6g}")
