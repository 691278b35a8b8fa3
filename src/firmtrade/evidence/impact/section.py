"""An evaluation as a section of a report: what was asked, the plan, the answers, what others found."""

from __future__ import annotations

from firmtrade.evidence.impact.outcomes import OUTCOMES
from firmtrade.evidence.impact.preregistration import Preregistration
from firmtrade.evidence.impact.programmes import Programme, evaluated_programmes
from firmtrade.evidence.impact.statements import COMPARED, PLACEBO, SUPPORTED
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import commas, named, phrase
from firmtrade.evidence.result import EstimateTable, EvidenceChart, EvidenceSection, curve_key_of, keys_of
from firmtrade.messages import Count, Day, Listing, Message, Number, Percent, Slot
from firmtrade.outputs import Curve, Estimate

NUMBERS = (SUPPORTED, COMPARED)
"""Terms of a plan that count firms."""


def section_of(
    design: Preregistration,
    estimates: list[Estimate],
    curves: list[Curve],
    verdicts: list[Message],
    off: list[Message],
    panel: Panel,
    *,
    plan: bool,
) -> EvidenceSection:
    """The section of an evaluation, or of its plan."""
    tables: list[EstimateTable] = []
    for asked in design.outcomes:
        unit = phrase(f"axes.{OUTCOMES[asked.name].unit}")
        subject = named(asked.name)
        parts = {
            "power": tuple(
                key
                for key in keys_of(estimates, specification="power/", outcome=asked.name)
                if key.term not in NUMBERS
            ),
            "answer": tuple(
                key
                for method in design.design.methods
                for key in keys_of(estimates, outcome=asked.name)
                if key.specification == method and key.outcome == asked.name
            ),
            "parts": tuple(
                key
                for method in design.design.methods
                for key in keys_of(estimates, specification=f"{method}/", outcome=asked.name)
                if key.outcome == asked.name and not key.specification.endswith(PLACEBO)
            ),
            "spillover": keys_of(estimates, specification="spillover", outcome=asked.name),
        }
        tables += [
            EstimateTable(phrase(f"impact.tables.{name}", subject=subject), keys, unit)
            for name, keys in parts.items()
            if keys
        ]
    numbers = tuple(key for key in keys_of(estimates, specification="power/") if key.term in NUMBERS)
    placebo = tuple(key for key in keys_of(estimates) if key.specification.endswith(PLACEBO))
    for name, keys, axis in (
        ("numbers", numbers, "firms"),
        ("placebo", placebo, "statistic"),
        ("balance", keys_of(estimates, specification="balance/"), "standard_deviations"),
        ("cost", keys_of(estimates, specification="cost"), "number_or_value"),
    ):
        if keys:
            tables.append(EstimateTable(phrase(f"impact.tables.{name}"), keys, phrase(f"axes.{axis}")))
    charts = []
    for asked in design.outcomes:
        drawn = tuple(curve_key_of(curve) for curve in curves if curve.outcome == asked.name)
        if drawn:
            unit = phrase(f"axes.{OUTCOMES[asked.name].unit}")
            title = phrase("impact.around", subject=named(asked.name))
            years = phrase("axes.years_from_support")
            charts.append(
                EvidenceChart("event_study", title, phrase("impact.drawn"), years, unit, curves=drawn)
            )
    paragraphs = (*_registered(design, plan=plan), *verdicts, *panel.notes, *_published(design))
    return EvidenceSection(
        "impact", phrase("impact.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )


def _registered(design: Preregistration, *, plan: bool) -> tuple[Slot, ...]:
    """What was asked and when, under which digest, and what the design can and cannot say."""
    about, terms = design.impact, design.design
    registered = phrase(
        "impact.registered", title=about.title, question=about.question, day=Day(about.registered),
        digest=design.sha256[:12],
    )  # fmt: skip
    method = phrase(
        "impact.method", methods=commas(*map(named, terms.methods)), horizon=Count(terms.horizon),
        anticipation=Count(terms.anticipation), matched=commas(*map(named, terms.match_on)),
    )  # fmt: skip
    remark = phrase("impact.only_a_plan") if plan else phrase("impact.not_by_lot")
    return registered, method, remark, *(() if plan else (phrase("impact.neighbours_matter"),))


def _published(design: Preregistration) -> tuple[Message, ...]:
    """What evaluations elsewhere have found of the outcomes that are asked about; nothing where there is none."""
    asked = {each.name for each in design.outcomes} | ({"cost"} if design.cost else set())
    found = tuple(_finding(one) for one in evaluated_programmes() if asked & set(one.bears_on))
    return (phrase("impact.published.list", findings=Listing(found, "semicolon")),) if found else ()


def _finding(one: Programme) -> Message:
    words: dict[str, Slot] = {
        "place": phrase(f"impact.published.places.{one.key}"), "programme": one.programme,
        "outcome": phrase(f"impact.published.outcomes.{one.outcome}"),
        "design": phrase(f"impact.published.designs.{one.design}"), "source": one.source,
    }  # fmt: skip
    if one.finding != "figure":
        return phrase(f"impact.published.{one.finding}", **words)
    if one.low is not None and one.high is not None:
        return phrase(
            "impact.published.range", low=_amount(one, one.low), high=_amount(one, one.high), **words
        )
    return phrase("impact.published.figure", value=_amount(one, one.value), **words)


def _amount(one: Programme, value: float | None) -> Slot:
    decimals = 0 if value is None or value == int(value) else 1
    if one.unit == "percent":
        return Percent(value, decimals, signed=True)
    return Number(value, decimals)
