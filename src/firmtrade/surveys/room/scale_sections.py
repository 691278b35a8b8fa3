"""The section on the scales: reliability, factors, validity, method variance."""

from __future__ import annotations

from firmtrade.messages import Count
from firmtrade.messages import Statement as Reference
from firmtrade.outputs.layout import ChartLayout, ColumnLayout, RowLayout, SectionLayout, TableLayout, Words
from firmtrade.outputs.parts import place
from firmtrade.surveys.room.ledger import in_estimate
from firmtrade.surveys.room.names import item_words, measured_words
from firmtrade.surveys.room.question_sections import scores_table
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, note, paragraph, section, table, word, words

EIGENVALUES = ("survey.factors", "parallel analysis", "eigenvalue")


def scales_section(report: Report) -> SectionLayout:
    """Everything that was found about the scales; steps that failed are told in paragraphs."""
    scales = report.analysis.scales
    paragraphs: list[Words] = []
    if scales.kmo and scales.bartlett and scales.parallel and scales.map_test:
        bartlett = ("factors", "all items", "bartlett", "chi_square")
        retained = {
            name: report.ledger.number("scales", name, "retained", test.retained, scales.n, 0)
            for name, test in (("parallel", scales.parallel), ("map", scales.map_test))
        }
        paragraphs.append(
            paragraph(
                "scales",
                n=report.ledger.count("scales", "complete", "n", scales.n),
                items=Count(len(scales.items)),
                kmo=in_estimate("factors", "all items", "kmo", "overall"),
                chi=in_estimate(*bartlett, decimals=1),
                df=Count(scales.bartlett.degrees),
                **retained,
            )
        )
        taken = len(scales.factors)
        agree = scales.parallel.retained == taken == scales.map_test.retained
        key = "retention_agrees" if agree else "retention_differs"
        paragraphs.append(paragraph(key, k=Count(taken)))
    tables = [scores_table(report), _reliability(report)]
    if scales.exploratory is not None:
        tables.append(_loadings(report))
    if scales.confirmatory is not None:
        fit = scales.confirmatory.fit
        paragraphs.append(
            paragraph(
                "fit",
                k=Count(len(scales.factors)),
                chi=_fit("chi_square", 1),
                df=Count(fit.degrees),
                cfi=_fit("cfi"),
                tli=_fit("tli"),
                rmsea=_fit("rmsea"),
                low=_fit("rmsea_low"),
                high=_fit("rmsea_high"),
                srmr=_fit("srmr"),
            )
        )
        tables += _confirmatory(report)
        if scales.confirmatory.modifications:
            tables.append(_modifications(report))
    if scales.htmt is not None:
        tables.append(_ratios(report))
        if scales.htmt.low is not None:
            tables.append(_ratio_limits(report))
    tables.append(_common_method(report))
    paragraphs += scales.problems
    return SectionLayout("scales", section("scales"), tuple(paragraphs), (*tables, *_charts(report)))


def _fit(name: str, decimals: int = 3) -> Reference:
    return in_estimate("factors", "confirmatory", "fit", name, decimals=decimals)


def _reliability(report: Report) -> TableLayout:
    rows: list[Row] = []
    for scale, found in report.analysis.scales.reliability.items():
        alpha = ("reliability", scale, "alpha", "raw")
        rows.append(
            (
                report.analysis.loaded.plan.scales[scale].label,
                report.ledger.number(
                    "reliability", scale, "items", len(found.items), found.alpha.n, 0, "count"
                ),
                in_estimate(*alpha),
                in_estimate(*alpha, "conf_low"),
                in_estimate(*alpha, "conf_high"),
                in_estimate("reliability", scale, "omega", "total") if found.omega else None,
                _where(
                    found.composite,
                    in_estimate("reliability", scale, "composite_reliability", "confirmatory"),
                ),
                _where(
                    found.extracted, in_estimate("reliability", scale, "average_variance", "confirmatory")
                ),
                Reference(("survey.reliability", *alpha[1:]), "n_obs"),
            )
        )
    heads: tuple[Words, ...] = (
        *columns("scale", "items"), "alpha", *columns("low", "high"), "omega", "CR", "AVE", *columns("n"),
    )  # fmt: skip
    return report.table("reliability", table("reliability"), heads, rows)


def _where(value: float | None, reference: Reference) -> Reference | None:
    """A reference where there is a number: what was not estimated has no place in the table."""
    return None if value is None else reference


def _loadings(report: Report) -> TableLayout:
    scales = report.analysis.scales
    solution = scales.exploratory
    assert solution is not None
    factors = range(1, solution.loadings.shape[1] + 1)
    rows: list[Row] = [
        (
            item_words(report, item),
            *(in_estimate("factors", "exploratory", item, f"factor{number}") for number in factors),
            report.ledger.number(
                "loadings", item, "communality", float(solution.communalities[at]), scales.n, 3
            ),
        )
        for at, item in enumerate(scales.items)
    ]
    item_head, factor, communality = columns("item", "factor", "communality")
    numbered = (words("numbered", name=factor, number=Count(number)) for number in factors)
    notes = (*solution.problems, *report.notes)
    return report.table("loadings", table("loadings"), (item_head, *numbered, communality), rows, notes)


def _confirmatory(report: Report) -> list[TableLayout]:
    model = report.analysis.scales.confirmatory
    assert model is not None
    values = {name: getattr(model.fit, name) for name in type(model.fit).__slots__}
    fit: list[Row] = [
        (word("fit", name), None if value is None else _fit(name, 0 if isinstance(value, int) else 3))
        for name, value in values.items()
    ]
    loaded = report.analysis.loaded
    rows: list[Row] = [
        (
            loaded.plan.scales[factor].label,
            item_words(report, item),
            in_estimate("factors", "confirmatory", item, factor),
            in_estimate("factors", "confirmatory", item, factor, "std_error"),
        )
        for factor, items in model.model.factors.items()
        for item in items
    ]
    notes = (*model.problems, *report.notes)
    heads = columns("scale", "item", "loading", "error")
    return [
        report.table("fit", table("fit"), columns("index", "value"), fit, notes),
        report.table("confirmatory", table("confirmatory"), heads, rows, notes),
    ]


def _ratios(report: Report) -> TableLayout:
    factors = report.analysis.scales.factors
    rows: list[Row] = [
        (
            measured_words(report, one),
            *(
                in_estimate("validity", "htmt", one, other) if at < row else None
                for at, other in enumerate(factors)
            ),
        )
        for row, one in enumerate(factors)
    ]
    return report.table(
        "htmt", table("htmt"), (*columns("scale"), *(measured_words(report, each) for each in factors)), rows
    )


def _ratio_limits(report: Report) -> TableLayout:
    """The ratio of every pair of scales with the limits of the bootstrap."""
    factors = report.analysis.scales.factors
    rows: list[Row] = [
        (
            words("pair", one=measured_words(report, one), other=measured_words(report, other)),
            *(
                in_estimate("validity", "htmt", one, other, part)
                for part in ("estimate", "conf_low", "conf_high")
            ),
        )
        for at, one in enumerate(factors)
        for other in factors[:at]
    ]
    heads = columns("scale", "estimate", "low", "high")
    return report.table("htmt_limits", table("htmt_limits"), heads, rows, (note("htmt"), *report.notes))


def _modifications(report: Report) -> TableLayout:
    """The parameters whose release would lower chi-square most."""
    model = report.analysis.scales.confirmatory
    assert model is not None
    rows: list[Row] = []
    for found in model.modifications:
        values = {"index": (found.index, 1), "expected": (found.expected, 2)}
        numbers = (
            report.ledger.number("modification", found.label, key, value, model.n, decimals)
            for key, (value, decimals) in values.items()
        )
        rows.append((_freed(report, found.label), *numbers))
    heads = columns("parameter", "modification", "expected_change")
    remarks = (note("modification"), *report.notes)
    return report.table("modification", table("modification"), heads, rows, remarks)


def _freed(report: Report, label: str) -> Words:
    """A parameter in words: two items that share more than their factors, or an item of another factor."""
    if "~~" in label:
        one, _, other = label.partition("~~")
        return words("pair", one=item_words(report, one), other=item_words(report, other))
    factor, _, item = label.partition("=~")
    return words("crossing", item=item_words(report, item), factor=measured_words(report, factor))


def _common_method(report: Report) -> TableLayout:
    scales = report.analysis.scales
    rows: list[Row] = []
    if scales.harman is not None:
        component = in_estimate("common_method", "harman", "variance, %", "first component", decimals=2)
        factor = report.ledger.number("common", "harman", "factor", scales.harman.factor, scales.n, 2)
        rows += [(words("harman_component"), component), (words("harman_factor"), factor)]
    if scales.marker is not None:
        marker = in_estimate("common_method", "marker", "correlation", "method", decimals=2)
        rows.append((words("marker_correlation"), marker))
    if scales.collinearity is not None:
        rows += [
            (
                words("vif", name=measured_words(report, name)),
                in_estimate("common_method", "full collinearity", name, "inflation", decimals=2),
            )
            for name in report.analysis.loaded.plan.measurement.factors
        ]
    notes = (note("harman"), *report.notes)
    return report.table("common", table("common"), columns("index", "value"), rows, notes)


def _charts(report: Report) -> tuple[ChartLayout, ...]:
    """The eigenvalues of parallel analysis: those observed, and those of shuffled answers."""
    parallel = report.analysis.scales.parallel
    if parallel is None:
        return ()
    series = ("observed", "reference")
    rows = tuple(
        RowLayout(
            f"{component}",
            f"{component}",
            tuple(Reference((*EIGENVALUES, name), place("y", component), 3) for name in series),
        )
        for component in range(1, len(parallel.observed) + 1)
    )
    columns_ = tuple(ColumnLayout(f"{name}/y", words(f"eigenvalue_{name}")) for name in series)
    survey = report.analysis.loaded.plan.survey.name
    made = TableLayout("eigenvalues", words("parallel"), columns_, rows, survey, stub=words("component"))
    return (ChartLayout("curves", made, x_label=words("component"), y_label=words("eigenvalue")),)
