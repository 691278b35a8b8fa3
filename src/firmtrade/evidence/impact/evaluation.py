"""An evaluation of support, as it was registered: the plan, the comparison, the verdicts, the follow-up register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from firmtrade.evidence.grid import PanelGrid, grid_of
from firmtrade.evidence.impact import comparison as cells_of
from firmtrade.evidence.impact.cost import cost
from firmtrade.evidence.impact.difference import Found, PreparedOutcome, difference
from firmtrade.evidence.impact.groups import parts_differ, parts_of, term_of
from firmtrade.evidence.impact.outcomes import OUTCOMES, PLACEBOS, exported_so_far
from firmtrade.evidence.impact.power import balance, power
from firmtrade.evidence.impact.preregistration import DeclaredOutcome, Preregistration
from firmtrade.evidence.impact.register import follow_up
from firmtrade.evidence.impact.section import section_of
from firmtrade.evidence.impact.spillover import spillover
from firmtrade.evidence.impact.statements import (
    AFTER,
    BLOCK,
    HOLM,
    PARTS_DIFFER,
    PARTS_HOLM,
    PLACEBO,
    PRE_TRENDS,
    PRE_TRENDS_HOLM,
    SampleWords,
    alone,
    curve_of,
    of_balance,
    of_cost,
    of_part,
    of_path,
    of_power,
    of_spillover,
)
from firmtrade.evidence.impact.treatment import Treatment, treatment, unknown_support
from firmtrade.evidence.impact.verdicts import HIGHER, OutcomeClaim, verdict
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.statements import by_holm, estimate_of, lacking, not_computed, part_of, too_few
from firmtrade.inference.corrections import holm
from firmtrade.messages import Code, Count, Message, Slot
from firmtrade.outputs import CellKey, Curve, Estimate

ALIKE = ("log_employment", "log_labor_productivity", "log_wage", "exporter")
"""Columns of the base year whose balance is told."""
CLASSES = ("region", "size_class", "technology_class")
"""Classes that support may be given to as a whole."""
REGISTER = "follow-up.csv"


@dataclass
class _Report:
    """What an evaluation has said so far."""

    estimates: list[Estimate] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    verdicts: list[Message] = field(default_factory=list)
    off: list[Message] = field(default_factory=list)
    higher: set[str] = field(default_factory=set)
    """Outcomes that a sentence calls higher, beyond chance, trend and dispute."""

    def follow(self, again: Mapping[CellKey, Estimate]) -> None:
        """Put estimates behind those whose keys they have."""
        self.estimates = [
            each for plain in self.estimates for each in (plain, again.get(plain.key)) if each is not None
        ]


@dataclass(frozen=True)
class _Evaluation:
    """The parts that every question of an evaluation shares."""

    panel: Panel
    grid: PanelGrid
    design: Preregistration
    events: Treatment
    _kept: dict[tuple[str, str], PreparedOutcome] = field(default_factory=dict, repr=False)

    @property
    def words(self) -> SampleWords:
        return SampleWords(self.design)

    def comparison(self, name: str, method: str) -> PreparedOutcome:
        """An outcome by a method, of all events; kept, for the plan, the answer and the parts ask it again."""
        if (name, method) not in self._kept:
            outcome = OUTCOMES[name]
            level = outcome.level(self.panel, self.grid)
            everyone = np.ones(level.shape, dtype=np.bool_)
            asked = outcome.asked(exported_so_far(self.grid)) if outcome.newcomers else everyone
            cells = cells_of.cells(self.grid, self.design, method, name, self.events.untouched)
            self._kept[name, method] = PreparedOutcome(
                self.grid, self.events, outcome, level, cells, asked, everyone
            )
        return self._kept[name, method]

    def lacks(self, name: str, method: str) -> tuple[str, ...]:
        """Columns that the data does not have for an outcome by a method."""
        needs = (*OUTCOMES[name].needs, *(cells_of.needed(self.design) if method == "matched" else ()))
        return self.panel.lacks(*dict.fromkeys(needs))


def impact(panel: Panel, design: Preregistration, *, plan: bool = False) -> BlockResult:
    """Evaluate support as registered.

    Specifications: ``power/METHOD`` (numbers of firms and the smallest detectable effect, from comparison firms alone),
    ``balance/METHOD``, ``METHOD`` (the path around the support, what the verdict is about, with its p-value as it is
    and adjusted, and the years before), ``METHOD/placebo`` (the years before of what stands in for an outcome without
    a path of its own), ``METHOD/GROUP``, ``spillover`` and ``cost``. Outcomes are those registered.

    Parameters
    ----------
    plan
        Only what can be said before the outcomes of supported firms are read: numbers of firms, balance, power.

    The result holds the follow-up register, which stays in the room, unless it is a plan.
    """
    report = _Report()
    if panel.support is None:
        report.off.append(not_computed(phrase("impact.title"), phrase("reasons.no_support_table")))
        return _result(design, report, panel, plan=plan)
    if panel.step > 1:
        waves = phrase("reasons.waves", years=Count(panel.step))
        report.off.append(not_computed(phrase("impact.title"), waves))
        return _result(design, report, panel, plan=plan)
    grid = grid_of(panel)
    for column, name in unknown_support(panel.support, design):
        absent = phrase("reasons.unknown_support", column=Code(column))
        report.off.append(not_computed(part_of(phrase("impact.title"), Code(name)), absent))
    events = treatment(grid, panel.support, design)
    if int(events.treated.any(axis=1).sum()) < design.design.minimum_firms:
        report.off.append(
            too_few(phrase("impact.title"), phrase("groups.supported"), design.design.minimum_firms)
        )
        return _result(design, report, panel, plan=plan, events=events)
    evaluation = _Evaluation(panel, grid, design, events)
    _plan(evaluation, report)
    if not plan:
        _answer(evaluation, report)
    return _result(design, report, panel, plan=plan, events=events)


def _result(
    design: Preregistration, report: _Report, panel: Panel, *, plan: bool, events: Treatment | None = None
) -> BlockResult:
    section = section_of(
        design,
        report.estimates,
        report.curves,
        report.verdicts,
        list(dict.fromkeys(report.off)),
        panel,
        plan=plan,
    )
    inside = () if plan or events is None else ((REGISTER, follow_up(events)),)
    return BlockResult(
        BLOCK, tuple(report.estimates), tuple(report.curves), section, tuple(report.verdicts), inside
    )


def _asked(name: str) -> Message:
    return part_of(phrase("impact.what"), named(name))


def _questions(evaluation: _Evaluation) -> Iterator[tuple[DeclaredOutcome, str]]:
    """Outcomes by methods, in the order registered."""
    for asked in evaluation.design.outcomes:
        for method in evaluation.design.design.methods:
            yield asked, method


def _plan(evaluation: _Evaluation, report: _Report) -> None:
    """Numbers of firms, power and balance; nothing of what became of supported firms is read."""
    terms = evaluation.design.design
    for asked, method in _questions(evaluation):
        without = evaluation.lacks(asked.name, method)
        if without:
            report.off.append(lacking(part_of(_asked(asked.name), named(method)), without))
            continue
        found = power(evaluation.comparison(asked.name, method), level=terms.level, wanted=terms.power)
        what = part_of(_asked(asked.name), named(method))
        if found is None or min(found.n_treated, found.n_comparison) < terms.minimum_firms:
            report.off.append(too_few(what, phrase("groups.followed_supported"), terms.minimum_firms))
            continue
        if found.spread == 0:
            report.off.append(not_computed(what, phrase("reasons.constant_outcome")))
            continue
        report.estimates += of_power(evaluation.words, method, asked, found)
    for method in terms.methods:
        if method == "matched" and evaluation.panel.lacks(*cells_of.needed(evaluation.design)):
            continue
        comparison = evaluation.comparison("survival", method)
        for column in ALIKE:
            if not evaluation.panel.lacks(column):
                unlike = balance(comparison, evaluation.grid, column)
                if unlike is not None and min(p.n_firms for p in unlike[2]) >= terms.minimum_firms:
                    report.estimates += of_balance(evaluation.words, method, column, unlike)


def _answer(evaluation: _Evaluation, report: _Report) -> None:
    """The differences, sentences, groups, neighbours and cost."""
    found: dict[tuple[str, str], Found] = {}
    for asked, method in _questions(evaluation):
        if evaluation.lacks(asked.name, method):
            continue
        path = difference(evaluation.comparison(asked.name, method))
        what = part_of(_asked(asked.name), named(method))
        if path is None:
            report.off.append(
                too_few(what, phrase("groups.followed_supported"), evaluation.design.design.minimum_firms)
            )
            continue
        if not path.varies():
            report.off.append(not_computed(what, phrase("reasons.constant_outcome")))
            continue
        found[asked.name, method] = path
    before = {key: path.path.test(path.before)[2] for key, path in found.items() if path.before}
    if any(path.comparison.outcome.until_end for path in found.values()):
        report.estimates += _stand_ins(evaluation)
    for key, path in found.items():
        report.estimates += of_path(evaluation.words, key[1], path, before.get(key))
        report.curves.append(curve_of(evaluation.words, key[1], path))
    _judge(evaluation, report, found)
    if len(evaluation.events.with_other_support()):
        report.verdicts.append(phrase("impact.other_support"))
    main = evaluation.design.design.methods[0]
    tests = [
        _parts(evaluation, report, name, main, group)
        for name in evaluation.design.family
        if (name, main) in found
        for group in evaluation.design.groups
    ]
    _judge_parts(evaluation, report, [test for test in tests if test is not None])
    _neighbours(evaluation, report)
    _cost(evaluation, report, found.get(("first_export", main)))


def _stand_ins(evaluation: _Evaluation) -> Iterator[Estimate]:
    """Tests of the years before of employment and productivity within division and year, which stand in for outcomes
    that have none of their own."""
    method = "local_projections"
    for name in PLACEBOS:
        if evaluation.lacks(name, method) or not evaluation.design.design.pre_years:
            continue
        path = difference(evaluation.comparison(name, method))
        if path is None or not path.before:
            continue
        stated = of_path(evaluation.words, method, path, path.path.test(path.before)[2])
        yield from (
            replace(each, specification=f"{method}{PLACEBO}") for each in stated if each.term == PRE_TRENDS
        )


def _judge_before(evaluation: _Evaluation, report: _Report) -> dict[str, tuple[float, float]]:
    """P-values of the years before, as they are and adjusted, by outcome; those of what stands in by an empty name.

    Every path of the first method and every test that stands in is asked whether supported firms were on another path:
    they are one family. Of those that stand in the smallest counts, adjusted for their number at least.
    """
    main = evaluation.design.design.methods[0]
    tests = [
        each
        for each in report.estimates
        if each.term == PRE_TRENDS and (each.specification == main or each.specification.endswith(PLACEBO))
    ]
    again = by_holm(tests, lambda _: PRE_TRENDS_HOLM, phrase("impact.family_before", tests=Count(len(tests))))
    report.follow(again)
    found: dict[str, list[tuple[float, float]]] = {}
    for each in tests:
        adjusted = again.get(each.key)
        if each.p_value is not None and adjusted is not None and adjusted.p_value is not None:
            name = each.outcome if each.specification == main else ""
            found.setdefault(name, []).append((each.p_value, adjusted.p_value))
    return {
        name: (float(holm(np.array([plain for plain, _ in pairs])).min()), min(again for _, again in pairs))
        for name, pairs in found.items()
    }


def _judge(
    evaluation: _Evaluation,
    report: _Report,
    found: dict[tuple[str, str], Found],
) -> None:
    """P-values adjusted within the outcomes that are judged together, and a sentence for each outcome."""
    design, before = evaluation.design, _judge_before(evaluation, report)
    terms, main = design.design, design.design.methods[0]
    at_once = _whole_classes(evaluation)
    names = [each.name for each in design.outcomes if (each.name, main) in found]
    for family in ([n for n in names if n in design.family], [n for n in names if n not in design.family]):
        tests = [
            each
            for each in report.estimates
            if (each.specification, each.term) == (main, AFTER) and each.outcome in family
        ]
        remark = phrase("impact.family", tests=Count(len(tests)))
        again = by_holm(tests, lambda _: HOLM, remark)
        p_values = {each.outcome: each.p_value for each in again.values()}
        report.follow(again)
        for name in family:
            path = found[name, main]
            others = tuple(
                found[name, m].effect(terms.level) if (name, m) in found else None for m in terms.methods[1:]
            )
            own = before.get("" if path.comparison.outcome.until_end else name)
            bend = path.breakdown(terms.level)
            p_value = p_values.get(name)
            claim = OutcomeClaim(
                named(name), path.effect(terms.level), 1.0 if p_value is None else p_value, own, bend, others,
                at_once,
            )  # fmt: skip
            sentence = verdict(claim, 1 - terms.level)
            report.verdicts.append(sentence)
            if sentence.key in HIGHER:
                report.higher.add(name)


def _whole_classes(evaluation: _Evaluation) -> Slot | None:
    """The classes that were supported as a whole, if any were."""
    return next(
        (
            named(column)
            for column in CLASSES
            if not evaluation.panel.lacks(column) and evaluation.events.whole_classes(column)
        ),
        None,
    )


@dataclass(frozen=True)
class _PartsTest:
    """Whether an outcome differs between the parts of a group."""

    name: str
    group: str
    joint: Estimate


def _parts(evaluation: _Evaluation, report: _Report, name: str, method: str, group: str) -> _PartsTest | None:
    """The parts of the supported firms, each against its comparison firms, and the test that they are one."""
    what = part_of(_asked(name), named(group))
    parts = parts_of(evaluation.panel, evaluation.events, group)
    if parts is None:
        report.off.append(lacking(what, (group,)))
        return None
    found = {
        key: path
        for key, among in parts.items()
        if (path := difference(replace(evaluation.comparison(name, method), among=among))) is not None
        and path.varies()
    }
    if len(found) < 2:
        minimum = evaluation.design.design.minimum_firms
        report.off.append(too_few(what, phrase("groups.supported_parts"), minimum))
        return None
    level = evaluation.design.design.level
    effects = {key: path.effect(level) for key, path in found.items()}
    p_values = holm(np.array([effect.p_value for effect in effects.values()]))
    for (key, path), p_value in zip(found.items(), p_values.tolist(), strict=True):
        effect = replace(effects[key], p_value=p_value)
        report.estimates.append(
            of_part(evaluation.words, method, group, term_of(group, key), path, effect, len(found))
        )
    statistic, p_value = parts_differ(list(found.values()))
    last = report.estimates[-1]
    joint = estimate_of(
        BLOCK, last.specification, name, PARTS_DIFFER, alone(statistic, p_value),
        n_obs=sum(path.path.points[path.headline[-1]].n_obs for path in found.values()),
        n_firms=last.n_firms or 0, estimator=phrase("estimators.wald_parts"), note=last.note,
        contributions=last.contributions,
    )  # fmt: skip
    report.estimates.append(joint)
    return _PartsTest(name, group, joint)


def _judge_parts(evaluation: _Evaluation, report: _Report, tests: list[_PartsTest]) -> None:
    """A sentence for every outcome and group, from p-values adjusted over all of them."""
    remark = phrase("impact.parts_family", tests=Count(len(tests)))
    again = by_holm([test.joint for test in tests], lambda _: PARTS_HOLM, remark)
    report.follow(again)
    for test in tests:
        adjusted = again.get(test.joint.key)
        clear = adjusted is not None and (adjusted.p_value or 0.0) < 1 - evaluation.design.design.level
        report.verdicts.append(
            phrase(
                f"impact.parts.{'differ' if clear else 'alike'}",
                subject=named(test.name),
                group=named(test.group),
            )
        )


def _neighbours(evaluation: _Evaluation, report: _Report) -> None:
    name = evaluation.design.family[0]
    what = phrase("impact.neighbours")
    if evaluation.panel.lacks("region"):
        report.off.append(lacking(what, ("region",)))
        return
    if evaluation.lacks(name, "local_projections"):
        return
    terms = evaluation.design.design
    found = spillover(evaluation.comparison(name, "local_projections"), evaluation.grid, terms.level)
    if found is None or min(part.n_firms for part in found[3]) < terms.minimum_firms:
        report.off.append(too_few(what, phrase("groups.near"), terms.minimum_firms))
        return
    if found[0].std_error == 0:
        report.off.append(not_computed(what, phrase("reasons.constant_outcome")))
        return
    report.estimates.append(of_spillover(evaluation.words, name, found))
    differs = found[0].p_value < 1 - terms.level
    report.verdicts.append(phrase("impact.spillover_found" if differs else "impact.spillover_not_found"))


def _cost(evaluation: _Evaluation, report: _Report, found: Found | None) -> None:
    asked = evaluation.design.cost
    if asked is None:
        return
    what = phrase("impact.cost_title")
    if found is None:
        report.off.append(not_computed(what, phrase("reasons.no_first_exports")))
        return
    paid = cost(found, evaluation.panel.rows, asked.overhead_percent, evaluation.design.design.level)
    if paid is None:
        report.off.append(lacking(what, ("amount",)))
        return
    if not paid.granted > 0:
        report.off.append(not_computed(what, phrase("reasons.nothing_granted")))
        return
    if paid.unknown:
        report.verdicts.append(phrase("impact.amounts_unknown"))
    shown = "first_export" in report.higher
    report.estimates += of_cost(evaluation.words, paid, additional=shown)
    if not shown:
        report.off.append(not_computed(what, phrase("reasons.no_additional")))
