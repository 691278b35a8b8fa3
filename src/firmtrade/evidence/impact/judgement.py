"""What the differences of an evaluation carry: p-values adjusted together, sentences, parts of the supported firms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from firmtrade.evidence.impact.difference import Found, difference
from firmtrade.evidence.impact.evaluation import Evaluation, ImpactReport, asked_of
from firmtrade.evidence.impact.groups import parts_differ, parts_of, term_of
from firmtrade.evidence.impact.outcomes import PLACEBOS
from firmtrade.evidence.impact.statements import (
    AFTER,
    BLOCK,
    HOLM,
    PARTS_DIFFER,
    PARTS_HOLM,
    PLACEBO,
    PRE_TRENDS,
    PRE_TRENDS_HOLM,
    alone,
    of_part,
    of_path,
)
from firmtrade.evidence.impact.verdicts import HIGHER, OutcomeClaim, verdict
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.statements import by_holm, estimate_of, lacking, part_of, too_few
from firmtrade.inference.corrections import holm
from firmtrade.messages import Count, Slot
from firmtrade.outputs import Estimate

CLASSES = ("region", "size_class", "technology_class")
"""Classes that support may be given to as a whole."""


def stand_ins(evaluation: Evaluation) -> Iterator[Estimate]:
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


def _judge_before(evaluation: Evaluation, report: ImpactReport) -> dict[str, tuple[float, float]]:
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


def judge(
    evaluation: Evaluation,
    report: ImpactReport,
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


def _whole_classes(evaluation: Evaluation) -> Slot | None:
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
class PartsTest:
    """Whether an outcome differs between the parts of a group."""

    name: str
    group: str
    joint: Estimate


def parts_test(
    evaluation: Evaluation, report: ImpactReport, name: str, method: str, group: str
) -> PartsTest | None:
    """The parts of the supported firms, each against its comparison firms, and the test that they are one."""
    what = part_of(asked_of(name), named(group))
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
    return PartsTest(name, group, joint)


def judge_parts(evaluation: Evaluation, report: ImpactReport, tests: list[PartsTest]) -> None:
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
