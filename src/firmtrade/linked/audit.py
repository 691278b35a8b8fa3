"""The audit of a published edition: identities, the system of all its tables, its sentences, and the
repair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from firmtrade.linked.claims import Truth
from firmtrade.linked.conflicts import Conflict, contradiction
from firmtrade.linked.edition import Edition, PrintedCell, read_edition
from firmtrade.linked.findings import Cause, Contradiction, GivenUp, Summary, Tally
from firmtrade.linked.identities import Check, checks, severity
from firmtrade.linked.identities.check import last_digit
from firmtrade.linked.implausible import implausible
from firmtrade.linked.interval import Interval
from firmtrade.linked.prose import FactVerdict, ReadFacts, facts_of, judge, read_facts
from firmtrade.linked.ranges import implied
from firmtrade.linked.ratio_conflicts import RatioConflict, contradicting, ratio_conflict
from firmtrade.linked.ratios import Search, search
from firmtrade.linked.repair import Alternatives, Denial, Repair, alternatives, repair
from firmtrade.linked.system import LinkedSystem
from firmtrade.linked.words import CellWords, span
from firmtrade.linked.writing import render
from firmtrade.messages import DEFAULT_LANGUAGE, Count, Message, language_of, message
from firmtrade.outputs import CellKey
from firmtrade.outputs.notebook import card
from firmtrade.outputs.place import write_file
from firmtrade.progress import Progress, silent
from firmtrade.query.cells import Formula
from firmtrade.study import Study

SYSTEM = message("audit.rules.system")
MOST_MEASURED = 2
"""Cells of a repair beside the first whose ranges are measured: more say little one by one."""


@dataclass(frozen=True)
class AuditReport:
    """The outcome of an audit; ``contradictions`` is empty where the edition agrees with itself."""

    contradictions: tuple[Contradiction, ...]
    summary: Summary
    implausible: tuple[Contradiction, ...] = ()
    """What can be true, of firms that nobody would expect."""

    def __repr__(self) -> str:
        return f"<audit: {len(self.contradictions):,} contradictions, {len(self.implausible):,} implausible>"

    def _repr_html_(self) -> str:
        lines = [f"{len(self.contradictions):,} contradictions, {len(self.implausible):,} implausible."]
        rows = [
            (one.id, str(one.rule), one.severity, str(one.message))
            for one in (*self.contradictions, *self.implausible)
        ]
        return card("Audit of an edition", lines, ("id", "rule", "severity", "message"), rows)

    @property
    def exit_status(self) -> int:
        """0 where nothing contradicts, else 1."""
        return 1 if self.contradictions else 0

    def render(self, format: str = "table", lang: str = DEFAULT_LANGUAGE) -> str:
        """The report as text, ``table``, ``csv``, ``json`` or ``html``, in a language. Raises UsageError for other
        formats and languages.
        """
        return render(format, self.contradictions, self.summary, self.implausible, language_of(lang))

    def write(self, format: str, out: str | Path | TextIO, lang: str = DEFAULT_LANGUAGE) -> None:
        """Write the report in a format to a file or stream. Raises UsageError where it cannot."""
        text = self.render(format, lang)
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
    >>> imaginary = "examples/audit-imaginary"
    >>> report = audit(f"{imaginary}/edition.csv", study=f"{imaginary}/study.toml")
    >>> str(report.contradictions[0].rule), report.contradictions[0].discrepancy
    ('parts and totals', 10.0)
    """
    say = progress or silent
    say("reading the edition")
    edition = read_edition(cells, study)
    sentences = read_facts(facts) if facts is not None else facts_of(cells)
    return audit_edition(edition, sentences, progress=say)


def audit_edition(
    edition: Edition, facts: ReadFacts | None = None, *, progress: Progress = silent
) -> AuditReport:
    """The audit of an edition, and of a file of facts, that are already read.

    A group that a table leaves out may have firms or none: what only contradicts if it has none is implausible, not
    false."""
    edition = replace(edition, left_out_is_empty=False)
    words = CellWords(edition.study)
    progress("checking identities")
    identities = list(checks(edition))
    failed = [check for check in identities if not check.holds]
    progress("writing the system of all tables")
    system = LinkedSystem.build(edition.study, edition.statistics)
    progress("looking for the minimum repair")
    known = [frozenset(check.cells) for check in failed]
    mended, nearest, of_ratios = _repaired(system, weights(edition.numbers), known)
    causes = alternatives(mended, _denial(system, nearest, of_ratios))
    progress("measuring what the repair leaves")
    ranges = _Ranges(system, edition, mended, of_ratios)
    given_up = tuple(ranges.given_up(key, mended.cells) for key in sorted(mended.cells))
    progress("reading the sentences")
    verdicts = list(judge(facts, edition)) if facts is not None else []
    contradictions = (
        *_numbered("I", [_of_check(check, edition) for check in failed]),
        *_numbered(
            "S",
            [_of_conflict(one, system, edition, words, of_ratios) for one in _new(mended, known, edition)],
        ),
    )
    grouped, found_causes = _by_cause(contradictions, causes, ranges)
    sentences = _numbered("P", [_of_verdict(one, one.message) for one in verdicts if one.message is not None])
    progress("looking for what is unlikely")
    unlikely = _numbered("U", implausible(edition, system, mended.cells))
    summary = Summary(
        study=edition.study.name,
        edition=edition.name,
        numbers=len(edition.numbers),
        identities=_tally(identities),
        sentences=_tally_of_sentences(verdicts) if facts is not None else None,
        variables=system.space.width,
        rows=len(system.owners),
        repair=given_up,
        causes=found_causes,
        open_claims=tuple(claim for verdict in verdicts for claim in verdict.open_claims),
        unbound=tuple(dict.fromkeys(cell.key.table for cell in edition.unbound)),
        undeclared=edition.undeclared,
        not_met=_not_met(nearest, edition),
    )
    return AuditReport((*grouped, *sentences), summary, tuple(unlikely))


def _repaired(
    system: LinkedSystem, price: Mapping[CellKey, float], known: Iterable[Conflict]
) -> tuple[Repair, Search, list[RatioConflict]]:
    """The cheapest repair of all that is proved, the population nearest to what stays, and the contradictions in which
    ratios of ratios take part."""
    mended, found = repair(system, price, known=known), list[RatioConflict]()
    while True:
        nearest = search(system, mended.cells)
        one = ratio_conflict(system, nearest.held_by)
        if one is None:
            return mended, nearest, found
        found.append(one)
        mended = repair(system, price, known=(*mended.conflicts, one.cells))


def _denial(system: LinkedSystem, nearest: Search, of_ratios: Iterable[RatioConflict]) -> Denial:
    """What contradicts when other cells are given up: for a cause in which ratios of ratios take part, by these too."""
    bent = {one.cells for one in of_ratios}

    def denial(cause: Sequence[Conflict], gone: Conflict) -> Conflict | None:
        found = contradiction(system, gone)
        if found is not None or bent.isdisjoint(cause):
            return found
        return contradicting(system, search(system, gone, start=nearest.values).held_by)

    return denial


def _not_met(nearest: Search, edition: Edition) -> tuple[GivenUp, ...]:
    """What no population was found for beside the numbers that stay, with the nearest value."""
    return tuple(
        GivenUp(cell.key, cell.printed, span(Interval.point(nearest.missed[cell.key]), cell.decimals + 1))
        for cell in edition.printed(nearest.missed)
    )


class _Ranges:
    """What the numbers that stay leave for those of a repair, each asked once."""

    def __init__(
        self, system: LinkedSystem, edition: Edition, mended: Repair, of_ratios: Iterable[RatioConflict]
    ) -> None:
        self._system, self._edition, self._repair = system, edition, mended.cells
        self._of_ratios = tuple(of_ratios)
        self._known: dict[tuple[CellKey, Conflict], GivenUp] = {}

    def instead(self, cells: Conflict, cause: Conflict) -> tuple[GivenUp, ...]:
        """The cells of a repair of one cause, where all other causes are mended as the repair mends them; what stays
        is measured for few cells, and for the repair itself."""
        gone = (self._repair - cause) | cells
        if len(cells) > MOST_MEASURED and gone != self._repair:
            return tuple(
                GivenUp(cell.key, cell.printed, None) for cell in self._edition.printed(sorted(cells))
            )
        return tuple(self.given_up(key, gone) for key in sorted(cells))

    def given_up(self, key: CellKey, gone: Conflict) -> GivenUp:
        if (key, gone) not in self._known:
            self._known[key, gone] = self._measure(key, frozenset(self._system.keys) - gone)
        return self._known[key, gone]

    def _measure(self, key: CellKey, rest: Conflict) -> GivenUp:
        (cell,) = self._edition.printed([key])
        if cell.spec.formula is Formula.CODE:
            return GivenUp(key, cell.printed, message("audit.words.exactly", number=cell.spec.code))
        allowed = implied(self._system, cell, rest) if key in self._system.keys else None
        limits = [one.limits.get(key) for one in self._of_ratios if one.cells - {key} <= rest]
        for limit in filter(None, limits):
            allowed = limit if allowed is None else allowed.meet(limit)
        return GivenUp(key, cell.printed, None if allowed is None else _span(allowed, cell))


def _by_cause(
    found: Iterable[Contradiction], causes: Iterable[Alternatives], ranges: _Ranges
) -> tuple[list[Contradiction], tuple[Cause, ...]]:
    """Findings with the cause they belong to, and each cause with its repairs."""
    findings, listed = list(found), list[Cause]()
    for number, one in enumerate(causes, start=1):
        inside = frozenset().union(*one.conflicts)
        name = f"C{number}"
        mine = [
            at
            for at, finding in enumerate(findings)
            if not finding.cause and any(key in inside for key, _ in finding.cells)
        ]
        for at in mine:
            findings[at] = replace(findings[at], cause=name)
        repairs = tuple(ranges.instead(cells, inside) for cells in one.sets)
        listed.append(Cause(name, tuple(findings[at].id for at in mine), repairs, one.complete))
    return findings, tuple(listed)


def weights(cells: Iterable[PrintedCell]) -> dict[CellKey, float]:
    """The price of giving up each cell: 1, and a little less for totals, which follow from their parts."""
    return {cell.key: 1 + 0.001 * len(cell.spec.group.where.dimensions) for cell in cells}


def _numbered(letter: str, found: Iterable[Contradiction]) -> list[Contradiction]:
    return [replace(one, id=f"{letter}{number}") for number, one in enumerate(found, start=1)]


def _of_check(check: Check, edition: Edition) -> Contradiction:
    cells = edition.printed(check.cells)
    return Contradiction(
        "",
        check.rule,
        "identity",
        check.severity.value,
        _round(check.discrepancy),
        check.message,
        tuple((cell.key, cell.printed) for cell in cells),
        unit=cells[0].spec.unit,
        lines=tuple(cell.line for cell in cells),
    )


def _new(mended: Repair, known: Iterable[Conflict], edition: Edition) -> list[Conflict]:
    """Contradictions of the system that say more than those known: the same statistic counts as one cell,
    wherever it is printed, and a set that holds a smaller contradiction is no news."""
    meant = [_meanings(conflict, edition) for conflict in known]
    new: list[Conflict] = []
    for conflict in sorted(mended.conflicts, key=lambda one: (len(one), sorted(one))):
        meanings = _meanings(conflict, edition)
        if not any(meanings >= other for other in meant):
            meant.append(meanings)
            new.append(conflict)
    return new


def _meanings(conflict: Conflict, edition: Edition) -> frozenset[object]:
    specs = (cell.spec for cell in edition.printed(conflict))
    return frozenset((spec.formula, tuple(spec.terms.items())) for spec in specs)


def _of_conflict(
    conflict: Conflict,
    system: LinkedSystem,
    edition: Edition,
    words: CellWords,
    of_ratios: Iterable[RatioConflict],
) -> Contradiction:
    cells = [edition.by_key[key] for key in sorted(conflict)]
    bent = next((one for one in of_ratios if one.cells == conflict), None)
    focus, allowed = _focus(cells, conflict, system, {} if bent is None else bent.limits)
    if len(cells) == 1:
        sentence = message("audit.system.one", cells=words.cells(cells))
    elif bent is not None and not bent.irreducible:
        sentence = message("audit.system.together", n=Count(len(cells)), cells=words.cells(cells))
    else:
        sentence = message(
            "audit.system.several",
            n=Count(len(cells)),
            others=Count(len(cells) - 1),
            cells=words.cells(cells),
        )
    gap = None
    if focus is not None and allowed is not None:
        gap = allowed.gap(focus.interval)
        if len(cells) > 1:
            sentence = message(
                "audit.system.focus",
                sentence=sentence,
                name=words.label(focus),
                table=words.table(focus.key),
                allowed=_span(allowed, focus),
                printed=focus.printed,
            )
    worth = severity(gap, last_digit(focus)).value if gap is not None and focus is not None else "error"
    return Contradiction(
        "",
        SYSTEM,
        "system",
        worth,
        None if gap is None else _round(gap),
        sentence,
        tuple((cell.key, cell.printed) for cell in cells),
        unit="" if focus is None else focus.spec.unit,
        lines=tuple(cell.line for cell in cells),
    )


def _focus(
    cells: list[PrintedCell], conflict: Conflict, system: LinkedSystem, limits: Mapping[CellKey, Interval]
) -> tuple[PrintedCell | None, Interval | None]:
    """The first cell whose range the others determine, and that range."""
    for cell in cells:
        allowed = limits.get(cell.key) or implied(system, cell, conflict - {cell.key})
        if allowed is not None and not allowed.holds(cell.interval):
            return cell, allowed
    return None, None


def _span(allowed: Interval, cell: PrintedCell) -> Message:
    return span(allowed, cell.decimals if cell.spec.formula is Formula.COUNT else cell.decimals + 1)


def _of_verdict(verdict: FactVerdict, sentence: Message) -> Contradiction:
    return Contradiction(
        "",
        message("audit.rules.section", section=verdict.fact.section),
        "prose",
        severity(verdict.distance, verdict.digit).value,
        _round(verdict.distance),
        sentence,
        tuple((cell.key, cell.printed) for cell in verdict.cells),
        unit=verdict.cells[0].spec.unit if verdict.cells else "",
        lines=tuple(cell.line for cell in verdict.cells),
        sentence=verdict.fact.says,
    )


def _tally(identities: Iterable[Check]) -> dict[Message, Tally]:
    checked, held = Counter[Message](), Counter[Message]()
    for check in identities:
        checked[check.rule] += 1
        held[check.rule] += check.holds
    return {rule: Tally(checked[rule], held[rule]) for rule in checked}


def _tally_of_sentences(verdicts: Iterable[FactVerdict]) -> Tally:
    truths = Counter(truth for verdict in verdicts for truth in verdict.truths)
    return Tally(truths.total(), truths[Truth.HELD], truths[Truth.OPEN])


def _round(value: float) -> float:
    """Distances to six digits: what lies below is noise of floating-point numbers and of the solver."""
    return float(f"{value:.6g}")
