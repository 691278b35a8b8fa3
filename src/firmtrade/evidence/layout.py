"""Blocks of evidence as sections of a results folder: words, and references to estimates and curves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from firmtrade.evidence.phrases import named, remarked
from firmtrade.evidence.result import EstimateTable, EvidenceChart
from firmtrade.evidence.result import EvidenceSection as Block
from firmtrade.messages import Listing, Message, Number, message
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import CellKey, Curve, Estimate, Statements
from firmtrade.outputs.layout import (
    ChartLayout,
    ColumnLayout,
    DecidedWords,
    RowLayout,
    SectionLayout,
    TableLayout,
    Words,
)
from firmtrade.outputs.parts import place
from firmtrade.query.firm_years import CLASSES
from firmtrade.study import Study

FORMS = {
    "coefficients": "intervals",
    "event_study": "curves",
    "survival": "curves",
    "incidence": "curves",
    "lines": "curves",
    "flow": "flow",
}
"""Forms of the evidence's charts."""

ARROW = " -> "
"""Between the two states of a flow."""

STEPPED = frozenset({"survival", "incidence"})
COLUMNS = ("estimate", "conf_low", "conf_high", "p_value", "n_obs", "n_firms")
PARTS = {"y": "estimate", "low": "conf_low", "high": "conf_high"}
"""Parts of a point, as its columns are called, with the words of their heads."""


Labels = Mapping[str, Mapping[str, Words]]
"""What a study calls the classes of its attributes, by attribute and class."""


def labels_of(study: Study) -> Labels:
    """What a study calls the classes that the evidence may part firms by."""
    return {
        name: {band.key: band.label for band in study.attributes[name].classes}
        for name in CLASSES
        if name in study.attributes
    }


def evidence_layouts(
    blocks: Sequence[Block],
    statements: Statements,
    period: str,
    verdicts: Collection[Words] = (),
    labels: Labels | None = None,
) -> tuple[SectionLayout, ...]:
    """The sections of blocks of evidence, in print order.

    Parameters
    ----------
    statements
        The numbers; what a block names and is not there is left out.
    period
        ``1998-2003``: the years behind the numbers.
    verdicts
        Paragraphs that the numbers of their block decide: left out where one of them is hidden.
    labels
        What the study calls the classes of firms; a class without a label has the name of its key.
    """
    estimates = {one.key: one for one in statements.estimates}
    curves = {one.key: one for one in statements.curves}
    maker = _EvidenceTables(estimates, curves, period, verdicts, labels or {})
    return tuple(map(maker.section, blocks))


class _EvidenceTables:
    """Tables and charts of evidence."""

    def __init__(
        self,
        estimates: Mapping[CellKey, Estimate],
        curves: Mapping[CellKey, Curve],
        period: str,
        verdicts: Collection[Words],
        labels: Labels,
    ) -> None:
        self.estimates = estimates
        self.curves = curves
        self.period = period
        self.verdicts = verdicts
        self.labels = labels

    def section(self, block: Block) -> SectionLayout:
        tables = [self._table(block.block, f"{block.block}-{n}", t) for n, t in enumerate(block.tables, 1)]
        charts = [self._chart(block.block, f"{block.block}-c{n}", c) for n, c in enumerate(block.charts, 1)]
        return SectionLayout(
            block.block,
            block.title,
            tuple(self._paragraph(block.block, words) for words in block.paragraphs),
            (*tables, *charts),
            switched_off=block.switched_off,
        )

    def _paragraph(self, block: str, words: Words) -> Words | DecidedWords:
        if words not in self.verdicts:
            return words
        return DecidedWords(words, tuple(key for key in self.estimates if key.table == block))

    def _table(self, block: str, key: str, table: EstimateTable) -> TableLayout:
        return self._estimates(block, key, table.title, table.rows, table.unit, table.notes)

    def _chart(self, block: str, key: str, chart: EvidenceChart) -> ChartLayout:
        if chart.kind == "flow":
            data = self._flow(block, key, chart)
        elif chart.estimates:
            words = (chart.description,)
            data = self._estimates(block, key, chart.title, chart.estimates, chart.x_label, words)
        else:
            data = self._curves(block, key, chart)
        return ChartLayout(
            FORMS[chart.kind],
            data,
            chart.x_label,
            chart.y_label,
            chart.kind in STEPPED,
        )

    def _estimates(
        self,
        block: str,
        key: str,
        title: Message,
        keys: Sequence[tuple[str, ...]],
        unit: Message,
        notes: Sequence[Words],
    ) -> TableLayout:
        found = [self.estimates[CellKey(*each)] for each in keys if CellKey(*each) in self.estimates]
        suffix = f" ({unit.key.rpartition('.')[2].replace('_', ' ')})"
        used = [name for name in COLUMNS if any(getattr(one, name) not in (None, 0) for one in found)]
        shared, groups = told_apart([(one.outcome, *one.specification.split("/")) for one in found])
        rows = tuple(
            RowLayout(
                "/".join((one.specification, one.outcome, one.term)),
                self._row(one, suffix),
                tuple(Reference(tuple(one.key), name) for name in used),
                _name(*group),
            )
            for one, group in zip(found, groups, strict=True)
        )
        return TableLayout(
            key,
            title,
            tuple(ColumnLayout(name, message(f"report.estimates.{name}")) for name in used),
            rows,
            block,
            stub=message("report.words.row"),
            population=_name(*shared),
            period=self.period,
            notes=_notes(notes, found),
            source=_estimators(found),
        )

    def _row(self, one: Estimate, suffix: str) -> Words:
        """The name of a term: where a number is about a class of firms, what the study calls the class."""
        group = one.specification.rpartition("/")[2]
        return self.labels.get(group, {}).get(one.term) or _name(one.term.removesuffix(suffix))

    def _curves(self, block: str, key: str, chart: EvidenceChart) -> TableLayout:
        found = [self.curves[CellKey(*each)] for each in chart.curves if CellKey(*each) in self.curves]
        names = [(curve.series, curve.outcome, *curve.specification.split("/")) for curve in found]
        labels = told_apart(names)[1] if len(found) > 1 else [(curve.series,) for curve in found]
        columns: list[ColumnLayout] = []
        entries: list[tuple[Curve, str]] = []
        for curve, label in zip(found, labels, strict=True):
            name = "/".join((curve.specification, curve.outcome, curve.series))
            bounds = any(point.conf_low is not None for point in curve.points)
            for part, head in PARTS.items():
                if part == "y" or bounds:
                    columns.append(
                        ColumnLayout(f"{name}/{part}", message(f"report.estimates.{head}"), _name(*label))
                    )
                    entries.append((curve, "y" if part == "y" else head))
        there = {curve.key: {point.x for point in curve.points} for curve in found}
        rows = tuple(
            RowLayout(
                f"{x:g}",
                _place_on_axis(x),
                tuple(
                    Reference(tuple(curve.key), place(part, x)) if x in there[curve.key] else None
                    for curve, part in entries
                ),
            )
            for x in sorted({point.x for curve in found for point in curve.points})
        )
        return TableLayout(
            key,
            chart.title,
            tuple(columns),
            rows,
            block,
            stub=chart.x_label,
            period=self.period,
            unit=chart.y_label,
            notes=_notes((chart.description,), found),
            source=_estimators(found),
        )

    def _flow(self, block: str, key: str, chart: EvidenceChart) -> TableLayout:
        """Shares from each state to each, in percent; the intervals stand in the table of the same estimates."""
        found = [
            self.estimates[CellKey(*each)] for each in chart.estimates if CellKey(*each) in self.estimates
        ]
        pairs = {tuple(one.term.split(ARROW)): one for one in found}
        origins, targets = (tuple(dict.fromkeys(states[side] for states in pairs)) for side in (0, 1))
        rows = tuple(
            RowLayout(
                origin,
                _name(origin),
                tuple(
                    Reference(tuple(pairs[origin, target].key), "estimate")
                    if (origin, target) in pairs
                    else None
                    for target in targets
                ),
            )
            for origin in origins
        )
        over = chart.y_label
        return TableLayout(
            key,
            chart.title,
            tuple(ColumnLayout(state, _name(state), over) for state in targets),
            rows,
            block,
            stub=chart.x_label,
            period=self.period,
            notes=(chart.description,),
            source=_estimators(found),
        )


def _place_on_axis(x: float) -> Words:
    """A year or a number of years as it is; others with two decimals, all in the signs of the language."""
    whole = float(
        x
    ).is_integer()  # a year may come as a whole number, whose type has no such question in 3.11
    return f"{x:g}" if x >= 0 and whole else Number(x, 0 if whole else 2)


def _name(*keys: str) -> Words:
    """The names of keys, each once."""
    names = tuple(named(key) for key in dict.fromkeys(keys))
    return names[0] if len(names) == 1 else Listing(names, "comma") if names else ""


def _notes(notes: Sequence[Words], found: Sequence[Estimate | Curve]) -> tuple[Words, ...]:
    return (*notes, *dict.fromkeys(one.note for one in found if one.note))


def _estimators(found: Sequence[Estimate | Curve]) -> Words:
    return remarked(*dict.fromkeys(one.estimator for one in found))


def told_apart(names: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """What all names share, and what tells each from the others.

    >>> told_apart([("wage", "export", "entry"), ("wage", "export", "exit")])
    (('wage', 'export'), [('entry',), ('exit',)])
    >>> told_apart([("wage", "export"), ("wage", "export", "exit")])
    (('wage', 'export'), [(), ('exit',)])
    """
    longest = max(map(len, names), default=0)
    padded = [(*name, *("",) * (longest - len(name))) for name in names]
    same = [len({name[place] for name in padded}) == 1 for place in range(longest)]
    shared = tuple(part for part, common in zip(padded[0] if padded else (), same, strict=True) if common)
    apart = [
        tuple(part for part, common in zip(name, same, strict=True) if part and not common) for name in padded
    ]
    return shared, apart
