"""An evaluation of support, as it was registered: the plan, the comparison, the verdicts, the follow-up register."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.impact import comparison as cells_of
from firmtrade.evidence.impact.cost import cost
from firmtrade.evidence.impact.difference import Found, difference
from firmtrade.evidence.impact.evaluation import Evaluation, ImpactReport, asked_of
from firmtrade.evidence.impact.judgement import judge, judge_parts, parts_test, stand_ins
from firmtrade.evidence.impact.power import balance, power
from firmtrade.evidence.impact.preregistration import DeclaredOutcome, Preregistration
from firmtrade.evidence.impact.register import follow_up
from firmtrade.evidence.impact.section import section_of
from firmtrade.evidence.impact.spillover import spillover
from firmtrade.evidence.impact.statements import (
    BLOCK,
    curve_of,
    of_balance,
    of_cost,
    of_path,
    of_power,
    of_spillover,
)
from firmtrade.evidence.impact.treatment import Treatment, treatment, unknown_support
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.statements import lacking, not_computed, part_of, too_few
from firmtrade.messages import Code, Count

ALIKE = ("log_employment", "log_labor_productivity", "log_wage", "exporter")
"""Columns of the base year whose balance is told."""
REGISTER = "follow-up.csv"
"""The follow-up register in a room."""


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
    report = ImpactReport()
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
    evaluation = Evaluation(panel, grid, design, events)
    _plan(evaluation, report)
    if not plan:
        _answer(evaluation, report)
    return _result(design, report, panel, plan=plan, events=events)


def _result(
    design: Preregistration,
    report: ImpactReport,
    panel: Panel,
    *,
    plan: bool,
    events: Treatment | None = None,
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


def _questions(evaluation: Evaluation) -> Iterator[tuple[DeclaredOutcome, str]]:
    """Outcomes by methods, in the order registered."""
    for asked in evaluation.design.outcomes:
        for method in evaluation.design.design.methods:
            yield asked, method


def _plan(evaluation: Evaluation, report: ImpactReport) -> None:
    """Numbers of firms, power and balance; nothing of what became of supported firms is read."""
    terms = evaluation.design.design
    for asked, method in _questions(evaluation):
        without = evaluation.lacks(asked.name, method)
        if without:
            report.off.append(lacking(part_of(asked_of(asked.name), named(method)), without))
            continue
        found = power(evaluation.comparison(asked.name, method), level=terms.level, wanted=terms.power)
        what = part_of(asked_of(asked.name), named(method))
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


def _answer(evaluation: Evaluation, report: ImpactReport) -> None:
    """The differences, sentences, groups, neighbours and cost."""
    found: dict[tuple[str, str], Found] = {}
    for asked, method in _questions(evaluation):
        if evaluation.lacks(asked.name, method):
            continue
        path = difference(evaluation.comparison(asked.name, method))
        what = part_of(asked_of(asked.name), named(method))
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
        report.estimates += stand_ins(evaluation)
    for key, path in found.items():
        report.estimates += of_path(evaluation.words, key[1], path, before.get(key))
        report.curves.append(curve_of(evaluation.words, key[1], path))
    judge(evaluation, report, found)
    if len(evaluation.events.with_other_support()):
        report.verdicts.append(phrase("impact.other_support"))
    main = evaluation.design.design.methods[0]
    tests = [
        parts_test(evaluation, report, name, main, group)
        for name in evaluation.design.family
        if (name, main) in found
        for group in evaluation.design.groups
    ]
    judge_parts(evaluation, report, [test for test in tests if test is not None])
    _neighbours(evaluation, report)
    _cost(evaluation, report, found.get(("first_export", main)))


def _neighbours(evaluation: Evaluation, report: ImpactReport) -> None:
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


def _cost(evaluation: Evaluation, report: ImpactReport, found: Found | None) -> None:
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
    shown = "first_export" in report.higher
    if shown and paid.unknown:
        report.verdicts.append(phrase("impact.amounts_unknown"))
    report.estimates += of_cost(evaluation.words, paid, additional=shown)
    if not shown:
        report.off.append(not_computed(what, phrase("reasons.no_additional")))
