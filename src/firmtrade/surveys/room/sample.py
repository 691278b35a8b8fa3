"""The sections on the sample: who was drawn, who answered, and how like the register they are."""

from __future__ import annotations

import polars as pl

from firmtrade.messages import Count, Listing, Message, Number, Slot, Statement, message
from firmtrade.outputs.layout import SectionLayout, TableLayout, Words
from firmtrade.surveys.design import (
    detectable_correlation,
    detectable_difference,
    detectable_f2,
    margin_of_error,
)
from firmtrade.surveys.groups import attribute_label, ordered_levels
from firmtrade.surveys.levels import FRAME
from firmtrade.surveys.models.regression import estimator_name
from firmtrade.surveys.plan import SurveyPlan
from firmtrade.surveys.room.beside import beside_table
from firmtrade.surveys.room.ledger import in_cell, in_estimate
from firmtrade.surveys.room.names import attribute_words, level_words, measured_words, stratum_words
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, note, paragraph, section, table, word, words


def rate(name: str) -> Statement:
    """A response rate in percent."""
    return in_estimate("response", "aapor", "disposition", name, "percent", 1)


def sample_section(report: Report) -> SectionLayout:
    """Response, rates, strata, and what the answers can show."""
    analysis = report.analysis
    flow = [step for step, _ in analysis.quality.flow]
    n, received = (in_cell("survey_quality", step, "n") for step in (flow[-1], flow[0]))
    paragraphs: list[Words] = [paragraph("response", n=n, received=received)]
    tables: list[TableLayout] = []
    if analysis.rates is not None:
        paragraphs.append(paragraph("rate", e=rate("eligibility"), rr1=rate("rr1"), rr3=rate("rr3")))
        names = [name for name in type(analysis.rates).__slots__ if name not in ("counts", "eligibility")]
        rates: list[Row] = [(name.upper(), rate(name)) for name in names]
        tables.append(report.table("rates", table("rates"), columns("rate", "value"), rates))
    if analysis.drawn is not None:
        tables.append(_strata(report))
    else:
        paragraphs.append(paragraph("unlinked"))
    steps: list[Row] = [(word("steps", step), in_cell("survey_quality", step, "n")) for step in flow]
    tables.append(report.table("flow", table("flow"), columns("step", "n"), steps))
    if report.n > analysis.loaded.plan.design.aims.predictors + 4:
        tables.append(_aims(report))
    return SectionLayout("sample", section("sample"), tuple(paragraphs), tuple(tables))


def _strata(report: Report) -> TableLayout:
    analysis = report.analysis
    assert analysis.drawn is not None
    firm = analysis.loaded.plan.columns.firm
    answered: dict[str, int] = {}
    if firm in analysis.answers.columns:
        linked = analysis.answers.select(pl.col(firm).alias("firm_id")).join(
            analysis.drawn.firms, on="firm_id"
        )
        answered = dict(linked["stratum"].value_counts().iter_rows())
    rows: list[Row] = []
    for stratum in sorted(analysis.drawn.strata, key=lambda each: _place(report, each.key)):
        counts = {
            "firms": stratum.firms,
            "drawn": stratum.drawn,
            "answered": answered.get(stratum.key, 0),
        }
        numbers = (report.ledger.count("strata", stratum.key, name, n) for name, n in counts.items())
        rows.append((stratum_words(report, stratum.key), *numbers))
    heads = columns("stratum", "firms", "drawn", "answered")
    return report.table("strata", table("strata"), heads, rows)


def _place(report: Report, stratum: str) -> tuple[int, ...]:
    """Where a stratum stands: by the order of the classes of its attributes, the first attribute first."""
    analysis = report.analysis
    names = analysis.loaded.plan.design.strata
    assert analysis.drawn is not None
    keys = [each.key.split("/") for each in analysis.drawn.strata]
    if any(len(levels) != len(names) for levels in keys):
        return ()
    orders = [
        ordered_levels(analysis.loaded.plan, name, {levels[place] for levels in keys})
        for place, name in enumerate(names)
    ]
    return tuple(order.index(level) for order, level in zip(orders, stratum.split("/"), strict=True))


def _aims(report: Report) -> TableLayout:
    predictors, n = report.analysis.loaded.plan.design.aims.predictors, report.n
    weights = report.analysis.weights
    effective = weights.diagnostics.effective_n if weights else n
    values: list[tuple[str, Words, float]] = [
        ("margin", words("share_margin"), 100 * margin_of_error(round(effective))),
        ("r", words("detectable_r"), detectable_correlation(n)),
        ("d", words("detectable_d"), detectable_difference(n)),
        ("f2", words("detectable_f2", predictors=Count(predictors)), detectable_f2(n, 1, predictors)),
    ]
    rows: list[Row] = [
        (name, report.ledger.number("aims", key, "value", value, n, 3)) for key, name, value in values
    ]
    return report.table("aims", table("aims"), columns("index", "value"), rows)


def representativeness_section(report: Report) -> SectionLayout:
    """The R-indicator, respondents against the register, and the first wave against the last."""
    analysis = report.analysis
    paragraphs: list[Words] = []
    tables: list[TableLayout] = []
    if analysis.weights is not None and analysis.r_indicator is not None:
        paragraphs.append(
            paragraph(
                "indicator",
                r=in_estimate("representativeness", "sample", "response", "r_indicator", decimals=2),
                deff=in_estimate("weights", "final", "weight", "design_effect", decimals=2),
                n=in_cell("survey_quality", analysis.quality.flow[-1][0], "n"),
                effective=in_estimate("weights", "final", "weight", "effective_n", decimals=0),
            )
        )
    rows = _compared(report)
    if rows:
        heads = columns("attribute", "level", "frame", "sample", "respondents", "weighted", "p", "effect")
        tables.append(report.table("comparison", table("comparison"), heads, rows))
    waves: list[Row] = []
    for name, wave in analysis.waves.items():
        n, of = sum(wave.n), ("waves", name, "first - last", "difference")
        waves.append(
            (
                measured_words(report, name),
                in_estimate(*of),
                report.ledger.number("waves", name, "effect", wave.effect.value, n, 3),
                in_estimate(*of, "conf_low"),
                in_estimate(*of, "conf_high"),
                in_estimate(*of, "p_value"),
                report.ledger.p_value("waves", name, "equivalence", wave.equivalent_p, n),
            )
        )
    if waves:
        heads = columns("variable", "difference", "effect", "low_90", "high_90", "p", "p_equivalence")
        bound = Number(analysis.loaded.plan.fieldwork.equivalence_bound, 2)
        remarks = (note("equivalence", bound=bound), *report.notes)
        tables.append(report.table("waves", table("waves"), heads, waves, remarks))
    pairs = beside_table(report)
    if pairs is not None:
        tables.append(pairs)
    if not paragraphs:
        paragraphs.append(paragraph("unlinked"))
    return SectionLayout(
        "representativeness", section("representativeness"), tuple(paragraphs), tuple(tables)
    )


def _compared(report: Report) -> list[Row]:
    """A row for each level of each attribute, shares in percent; the test stands in the first."""
    rows: list[Row] = []
    for found in report.analysis.comparisons:
        for level in (ordered := ordered_levels(report.analysis.loaded.plan, found.attribute, found.levels)):
            row, place = f"{found.attribute}={level}", found.levels.index(level)

            def share(column: str, of: object, row: str = row, place: int = place) -> Statement | None:
                if of is None:
                    return None
                value = 100 * float(of[place])  # type: ignore[index]
                return report.ledger.number("register", row, column, value, report.n, 1)

            first = level == ordered[0]
            effect = found.effect.value if first else None
            rows.append(
                (
                    attribute_words(report, found.attribute),
                    level_words(report, found.attribute, level),
                    share("frame", found.frame),
                    share("sample", found.sample),
                    in_cell("survey_frame", row, "respondents"),
                    None if found.weighted is None else in_cell("survey_frame", row, "weighted"),
                    in_estimate("representativeness", found.attribute, "frame", "chi_square", "p_value")
                    if first
                    else None,
                    report.ledger.number("register", row, "effect", effect, report.n, 3) if first else None,
                )
            )
    return rows


def sampling_words(plan: SurveyPlan, drawn: Slot, firms: Slot) -> Message:
    """How many firms were drawn from how many, from which population and by which strata."""
    return paragraph(
        "methods_design",
        population=plan.design.population,
        size=drawn,
        frame=firms,
        strata=_attributes(plan, plan.design.strata),
        allocation=message(f"survey.allocations.{plan.design.allocation}"),
        seed=str(plan.design.seed),
    )


def weighting_words(plan: SurveyPlan) -> Message:
    """How the weights were made."""
    return paragraph(
        "methods_weights",
        margins=_attributes(plan, plan.weighting.margins),
        method=message(f"survey.calibrations.{plan.weighting.method}"),
        trim=Number(plan.weighting.trim, decimals_of(plan.weighting.trim)),
    )


def _attributes(plan: SurveyPlan, names: tuple[str, ...]) -> Listing:
    return Listing(tuple(attribute_label(plan, f"{FRAME}:{name}") for name in names), "comma")


def decimals_of(value: float) -> int:
    """Decimals, two at most, with which a declared number is printed as it stands in its file.

    >>> decimals_of(5.0), decimals_of(1.2), decimals_of(0.25)
    (0, 1, 2)
    """
    return next((places for places in (0, 1) if round(value, places) == value), 2)


def methods_section(report: Report) -> SectionLayout:
    """Sentences that a paper can use as they are."""
    analysis, plan = report.analysis, report.analysis.loaded.plan
    found: list[Words] = []
    if analysis.drawn is not None:
        drawn = report.ledger.count("sample", "all", "drawn", len(analysis.drawn.firms))
        firms = report.ledger.count("sample", "all", "firms", analysis.drawn.frame_size)
        found.append(sampling_words(plan, drawn, firms))
    else:
        found.append(paragraph("unlinked"))
    if analysis.weights is not None:
        found.append(weighting_words(plan))
    rules = tuple(word("steps", rule) for rule, _ in analysis.quality.flow[1:-1])
    found.append(paragraph("methods_quality", rules=Listing(rules, "comma")))
    if plan.scales:
        found.append(
            paragraph(
                "methods_scales", extraction=plan.measurement.extraction, rotation=plan.measurement.rotation
            )
        )
    estimators = dict.fromkeys(model.estimator for model in plan.models.values())
    corrections = dict.fromkeys(family.correction for family in plan.families.values())
    if estimators:
        found.append(
            paragraph(
                "methods_models",
                estimators=Listing(tuple(map(estimator_name, estimators)), "comma"),
                corrections=Listing(tuple(word("corrections", each) for each in corrections), "comma"),
            )
        )
    return SectionLayout("methods", section("methods"), (*found, *report.notes))
