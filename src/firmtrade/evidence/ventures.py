"""International new ventures: what is found of them, definition by definition.

Definitions differ between authors, and results with them. Every definition of the concepts room that the
data can apply is applied, and each result stands once per definition. A firm counts as a venture from the
year in which it meets the definition, not before: read backwards, a definition that takes years to meet
would make its ventures immortal for those years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.concepts import Concept, concept_fields
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel, label_codes, lead_column
from firmtrade.evidence.phrases import fault, named, phrase
from firmtrade.evidence.result import BlockResult, EstimateTable, EvidenceChart, EvidenceSection, keys_of
from firmtrade.evidence.risk import LEAVES, Risk, firm_risk, spell_risk
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import (
    effects,
    estimate_of,
    lacking,
    not_computed,
    part_of,
    percent,
    ratio,
    too_few,
)
from firmtrade.inference.cox import cox, firth_cox
from firmtrade.inference.fits import Effect
from firmtrade.inference.fixed_effects import fit_fixed_effects
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Count, Listing, Message, Slot
from firmtrade.outputs import Estimate

BLOCK = "ventures"
FIELD = "born_global"
MEASURES = frozenset({"years_to_first_export", "export_share", "countries", "regions", "age", "exporter"})
OPEN_ENDED = 6
"""Age to which a firm is followed where a definition sets none (the six years of Zahra 1996)."""
SHARE, SIZE = "share_of_firms", ("log_employment", "log_employment_squared")


@dataclass(frozen=True, slots=True)
class _Definition:
    """A concept with the firms it is asked of: those founded in the panel, or those seen to start
    exporting."""

    concept: Concept
    base: str


@dataclass(frozen=True, slots=True)
class _Risks:
    """Years at risk of the firm's end, and of the end of its exports."""

    firms: Risk
    exports: Risk


def ventures(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Results on international new ventures under every applicable definition.

    The specification is the key of the concept. Outcomes: ``share_of_firms`` (percent of the firms asked),
    the ``log_labor_productivity`` and ``log_employment`` of ventures against the other firms asked
    (percent), ``employment_growth`` (log points a year), ``firm_death`` and ``export_exit`` (hazard ratios).
    """
    off: list[Message] = []
    estimates: list[Estimate] = []
    missing = panel.lacks("founded", "exporter")
    if missing:
        off.append(lacking(phrase("ventures.title"), missing))
        return BlockResult(BLOCK, (), (), _section([], [], off))
    rows, measured, remark = _measured(panel)
    definitions, reasons = _applicable(measured)
    off += reasons
    grid = grid_of(panel)
    risks = _Risks(firm_risk(panel, grid), spell_risk(panel, grid, "exporter"))
    for definition in definitions:
        asked = rows.filter(definition.base)
        firms = phrase(f"ventures.firms.{definition.base}")
        words = phrase("ventures.sample", firms=firms, source=definition.concept.source)
        marked = asked.with_columns(venture=_qualifies(definition.concept, panel))
        found, reasons = _results(panel, risks, marked, definition.concept, (words, remark), options)
        estimates += found
        off += reasons
    return BlockResult(BLOCK, tuple(estimates), (), _section(estimates, definitions, off))


def _measured(panel: Panel) -> tuple[pl.DataFrame, frozenset[str], Slot]:
    """Rows with the measures of the definitions as known up to each year, and which of them the data
    gives."""
    covered = panel.rows.filter(pl.col("exporter").is_not_null())
    first_covered = int(covered["year"].to_numpy().min())
    started = pl.col("year").filter(pl.col("exporter")).min().over("firm")
    first_seen = pl.col("year").filter(pl.col("exporter").is_not_null()).min().over("firm")
    reached = pl.col("year") >= pl.col("first_export")
    rows = panel.rows.with_columns(first_export=started, first_seen=first_seen).with_columns(
        age=pl.when(pl.col("founded") <= pl.col("year")).then(pl.col("year") - pl.col("founded")),
        born_here=(pl.col("founded") >= first_covered)
        & (pl.col("founded") <= pl.col("year").min().over("firm")),
    )
    lag = pl.col("first_export") - pl.col("founded")
    rows = rows.with_columns(
        years_to_first_export=pl.when(reached & (lag >= 0)).then(lag),
        start_seen=reached
        & ((pl.col("first_export") > pl.col("first_seen")) | pl.col("born_here"))
        & (lag >= 0),
    )
    measures = {"years_to_first_export", "age", "exporter"}
    at_start = pl.col("year") == pl.col("first_export")
    if not panel.lacks("export_intensity"):
        measures.add("export_share")
        rows = rows.with_columns(export_share=pl.col("export_intensity"))
    if not panel.lacks("export_partners"):
        measures.add("countries")
        rows = rows.with_columns(_portfolio("export_partners", at_start, reached).alias("countries"))
    remark: Slot = ""
    if not panel.lacks("export_regions"):
        measures.add("regions")
        rows = rows.with_columns(_portfolio("export_regions", at_start, reached).alias("regions"))
    elif not panel.lacks("intra_eu_export", "extra_eu_export"):
        measures.add("regions")
        zones = pl.col("intra_eu_export").cast(pl.Int32) + pl.col("extra_eu_export").cast(pl.Int32)
        rows = rows.with_columns(zones=zones).with_columns(
            _portfolio("zones", at_start, reached).alias("regions")
        )
        remark = phrase("ventures.zones")
    return rows, frozenset(measures), remark


def _portfolio(column: str, at_start: pl.Expr, reached: pl.Expr) -> pl.Expr:
    """The value in the year of the first export, from that year on."""
    return pl.when(reached).then(pl.col(column).filter(at_start).first().over("firm"))


def _applicable(measured: frozenset[str]) -> tuple[list[_Definition], list[Message]]:
    definitions: list[_Definition] = []
    off: list[Message] = []
    field = next(field for field in concept_fields() if field.key == FIELD)
    for found in field.concepts:
        domestic = any(c.measure == "exporter" and c.bounds.equals is False for c in found.criteria)
        if not found.criteria or domestic:
            continue
        absent = sorted(set(found.measures) - measured)
        if absent:
            needs = phrase("reasons.measures", measures=Listing(tuple(map(named, absent))))
            off.append(not_computed(_label(found), needs))
        else:
            definitions.append(_Definition(found, "start_seen" if found.typology else "born_here"))
    return definitions, off


def _label(concept: Concept) -> Message:
    return phrase(f"names.{concept.key}")


def _qualifies(concept: Concept, panel: Panel) -> pl.Expr:
    """Whether the firm has met the criteria in this year or an earlier one.

    A criterion ``within_years`` reads its measure at its best up to that age. What is not known yet, such as
    the years to an export that has not happened, is not met.
    """
    values = {}
    for criterion in concept.criteria:
        value = pl.col(criterion.measure)
        if criterion.measure == "export_share" or criterion.bounds.within_years is not None:
            limit = criterion.bounds.within_years
            young = value if limit is None else pl.when(pl.col("age") <= limit).then(value)
            value = young.cum_max().over("firm", order_by="year")
            value = value.forward_fill().over("firm", order_by="year")
        values[criterion.measure] = value
    met = concept.holds(values).fill_null(value=False)
    qualifies: pl.Expr = met.cast(pl.Int8).cum_max().over("firm", order_by="year").cast(pl.Boolean)
    return qualifies


def _results(
    panel: Panel,
    risks: _Risks,
    rows: pl.DataFrame,
    concept: Concept,
    words: tuple[Slot, Slot],
    options: EvidenceOptions,
) -> tuple[list[Estimate], list[Message]]:
    firms = rows.group_by("firm").agg(pl.col("venture").any(), pl.col("unit_code").first()).sort("firm")
    ventures = int(firms["venture"].sum())
    minimum = options.minimum_firms
    if ventures < minimum or firms.height - ventures < minimum:
        group = phrase("groups.ventures" if ventures < minimum else "groups.no_ventures")
        return [], [too_few(_label(concept), group, minimum)]
    estimates, off = _share(panel, rows, concept, words, options)
    parts: list[Callable[[], tuple[list[Estimate], list[Message]]]] = [
        lambda: _levels(panel, rows, concept, words, options),
        lambda: _hazard(risks.firms, None, rows, concept, "firm_death", words, options),
        lambda: _hazard(risks.exports, LEAVES, rows, concept, "export_exit", words, options),
    ]
    for part in parts:
        found, reasons = part()
        estimates += found
        off += reasons
    return estimates, off


def _share(
    panel: Panel, rows: pl.DataFrame, concept: Concept, words: tuple[Slot, Slot], options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """The share of ventures among firms that could be followed until the definition is decided.

    A firm founded late in the panel has had no time to meet it and would count as no venture. The firms asked are those
    founded long enough before the last year, whether they lived so long or not; only those that vanish are left out.
    """
    years = _decided_after(concept)
    last = int(rows.filter(pl.col("exporter").is_not_null())["year"].to_numpy().max())
    decided = rows.filter(pl.col("founded") + years <= last) if years else rows
    known = pl.col("ended") | (pl.col("last_active") >= pl.col("founded") + years)
    sample = Sample(decided, words[0]).keep(known, phrase("ventures.vanished"))
    met = pl.col("venture") & (pl.col("age") <= years) if years else pl.col("venture")
    marked = sample.rows.with_columns(met=met.fill_null(value=False).any().over("firm"))
    firms = marked.group_by("firm").agg(pl.col("met").first())
    if firms.height < options.minimum_firms:
        what = part_of(_label(concept), named(SHARE))
        return [], [too_few(what, phrase("groups.followed", years=Count(years)), options.minimum_firms)]
    share = float(firms["met"].to_numpy().mean())
    effect = in_percent(share_effect(share, firms.height, level=options.level))
    followed = phrase("ventures.followed", years=Count(years)) if years else ""
    return [
        estimate_of(
            BLOCK, concept.key, SHARE, "ventures (percent)", effect, n_obs=firms.height, n_firms=firms.height,
            estimator=phrase("estimators.share_of_firms"), note=sample.note(followed, words[1]),
            contributions=contributions(marked, {"venture": pl.col("met"), "other": ~pl.col("met")}),
        )
    ], []  # fmt: skip


def _decided_after(concept: Concept) -> int:
    """The age at which it is decided whether a firm meets a definition: its largest limit of years, at least
    :data:`OPEN_ENDED` where a share of exports may be reached at any age; 0 where the first exports decide."""
    if concept.typology:
        return 0
    limits: list[float | None] = [criterion.bounds.within_years for criterion in concept.criteria]
    for measure, bounds in concept.criteria:
        if measure in ("years_to_first_export", "age"):
            limits += [bounds.at_most, None if bounds.below is None else bounds.below - 1]
        elif measure == "export_share" and bounds.within_years is None:
            limits.append(OPEN_ENDED)
    return int(max((limit for limit in limits if limit is not None), default=0))


def _levels(
    panel: Panel, rows: pl.DataFrame, concept: Concept, words: tuple[Slot, Slot], options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """Productivity, size and growth of ventures against the other firms asked, same division and year."""
    estimates: list[Estimate] = []
    off: list[Message] = []
    outcomes: dict[str, tuple[str, ...]] = {
        "log_labor_productivity": (*SIZE, "age"),
        "log_employment": ("age",),
        "employment_growth": (*SIZE, "age"),
    }
    if not panel.lacks("log_employment"):
        rows = lead_column(rows, "log_employment", panel.step, "_later").with_columns(
            employment_growth=(pl.col("_later") - pl.col("log_employment")) / panel.step
        )
    for outcome, controls in outcomes.items():
        what = part_of(_label(concept), named(outcome))
        if not {outcome, *controls} <= set(rows.columns):
            off.append(lacking(what, (outcome,)))
            continue
        sample = Sample(rows, words[0]).keep(pl.col("in_population"), phrase("notes.outside"))
        sample = sample.complete([outcome, *controls])
        counts = [
            sample.rows.filter(side)["firm"].n_unique() for side in (pl.col("venture"), ~pl.col("venture"))
        ]
        if min(counts) < options.minimum_firms:
            off.append(too_few(what, phrase("groups.known_ventures"), options.minimum_firms))
            continue
        [fit] = fit_fixed_effects(
            sample.rows,
            [(outcome, ["venture", *controls])],
            groups="cell",
            clusters="firm",
            compress_above=options.compress_above,
        )
        if fit is None or "venture" not in fit.names:
            off.append(not_computed(what, phrase("reasons.ventures")))
            continue
        effect = fit.effect("venture", options.level)
        growth = outcome == "employment_growth"
        model = effects("division_year", "age", *(("size",) if SIZE[0] in controls else ()))
        flag = pl.col("venture")
        estimates.append(
            estimate_of(
                BLOCK,
                concept.key,
                outcome,
                "ventures" if growth else "ventures (percent)",
                effect if growth else percent(effect),
                n_obs=fit.n_obs,
                n_firms=fit.n_clusters,
                estimator=phrase("estimators.least_squares"),
                note=sample.note(model, phrase("notes.clustered"), words[1]),
                contributions=contributions(sample.rows, {"venture": flag, "other": ~flag}),
            )
        )
    return estimates, off


def _hazard(
    risk: Risk,
    cause: int | None,
    rows: pl.DataFrame,
    concept: Concept,
    outcome: str,
    words: tuple[Slot, Slot],
    options: EvidenceOptions,
) -> tuple[list[Estimate], list[Message]]:
    """Hazard ratio of ventures against the other firms asked, by the status at the start of each year."""
    what = part_of(_label(concept), named(outcome))
    known = rows.select("firm", "year", "venture").sort("year")
    at_risk = risk.rows.sort("year")
    marked = at_risk.join_asof(known, on="year", by="firm", strategy="backward", check_sortedness=False)
    marked = marked.drop_nulls("venture").sort("firm", "year")
    marked = marked.with_columns(event=pl.col("cause") > 0 if cause is None else pl.col("cause") == cause)
    flag, event = pl.col("venture"), pl.col("event")
    sides = [marked.filter(event & side)["firm"].n_unique() for side in (flag, ~flag)]
    if sum(sides) < options.minimum_firms or not min(sides):
        return [], [too_few(what, phrase("groups.ended_both"), options.minimum_firms)]
    data = (
        marked["start"].cast(pl.Float64).to_numpy(),
        marked["stop"].cast(pl.Float64).to_numpy(),
        marked["event"].to_numpy(),
        marked.select(flag.cast(pl.Float64)).to_numpy(),
        ("venture",),
    )
    firm, strata = marked["firm"].to_numpy(), label_codes(marked["division"]).to_numpy()
    try:
        fit = cox(*data, clusters=firm, strata=strata)
        separated = bool(fit.separated)
        fitted = firth_cox(*data, strata=strata) if separated else fit
    except (UnfittedError, np.linalg.LinAlgError) as error:
        return [], [not_computed(what, fault(error))]
    effect: Effect = ratio(fitted.effect("venture", options.level))
    note = Sample(marked, words[0], risk.dropped).note(
        *risk.remarks,
        phrase("survival.baseline.cox"),
        phrase("survival.efron"),
        phrase("survival.penalized" if separated else "notes.clustered"),
        words[1],
    )
    behind = contributions(marked, {"venture": flag, "other": ~flag, "venture_event": flag & event})
    return [
        estimate_of(
            BLOCK, concept.key, outcome, "ventures (hazard ratio)", effect, n_obs=marked.height,
            n_firms=marked["firm"].n_unique(),
            estimator=phrase("estimators.hazard.cox_firth" if separated else "estimators.hazard.cox"), note=note,
            contributions=behind,
        )
    ], []  # fmt: skip


def _section(
    estimates: list[Estimate], definitions: list[_Definition], off: list[Message]
) -> EvidenceSection:
    tables, charts = [], []
    units = {
        SHARE: "axes.percent",
        "log_labor_productivity": "axes.percent",
        "log_employment": "axes.percent",
        "employment_growth": "axes.log_points_a_year",
        "firm_death": "axes.hazard_ratio",
        "export_exit": "axes.hazard_ratio",
    }
    for outcome, axis in units.items():
        keys = keys_of(estimates, outcome=outcome)
        if keys:
            title, unit = phrase(f"ventures.tables.{outcome}"), phrase(axis)
            tables.append(EstimateTable(phrase("ventures.table", title=title), keys, unit))
            text = phrase("ventures.drawn", title=title)
            charts.append(
                EvidenceChart("coefficients", title, text, unit, phrase("axes.definition"), estimates=keys)
            )
    paragraphs = (phrase("ventures.applied"), *(_cited(each.concept) for each in definitions))
    return EvidenceSection(
        BLOCK, phrase("ventures.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )


def _cited(concept: Concept) -> Message:
    return phrase(
        "ventures.definition", label=_label(concept), definition=concept.said, source=concept.source
    )
