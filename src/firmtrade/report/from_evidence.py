"""A block of evidence as a section of the publication.

The block says what is shown and quotes no number; the numbers are the estimates and curves that are handed
in, so that a report shows what disclosure control has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from firmtrade.evidence.phrases import named, remarked, say
from firmtrade.evidence.result import Chart, CurveKey, EstimateKey, EstimateTable, curve_key_of, key_of
from firmtrade.evidence.result import Section as Block
from firmtrade.messages import P_VALUE, Language, language_of
from firmtrade.outputs import Cell, CellKey, Confidentiality, Curve, Estimate, ObsStatus
from firmtrade.report.charts import alternative
from firmtrade.report.model import ChartKind, Column, Figure, Row, Section, Table

CHARTS = {
    "coefficients": ChartKind.INTERVALS,
    "event_study": ChartKind.CURVES,
    "survival": ChartKind.CURVES,
    "incidence": ChartKind.CURVES,
    "lines": ChartKind.CURVES,
    "flow": ChartKind.FLOW,
}
"""Forms of the evidence's charts."""

ARROW = " -> "
"""Between the two states of a flow."""

STEPPED = frozenset({"survival", "incidence"})
COLUMNS = ("estimate", "conf_low", "conf_high", "p_value", "n_obs", "n_firms")
PLAIN = "pure"
COUNTS = frozenset({"n_obs", "n_firms"})


def evidence_sections(
    blocks: Iterable[Block],
    estimates: Iterable[Estimate],
    curves: Iterable[Curve],
    *,
    lang: str = "en",
    period: str = "",
    confidentiality: Confidentiality = Confidentiality.INTERNAL,
) -> tuple[Section, ...]:
    """The sections of blocks of evidence, for ``assemble(..., sections=...)``.

    Parameters
    ----------
    blocks
        Declarative sections, in print order.
    estimates, curves
        The numbers; what a block names and is not here is left out.
    lang
        Language of the report; a text that is no phrase stands as it is written.
    period
        ``1998-2003``: the years behind the numbers.
    confidentiality
        The flag of every number.
    """
    maker = _Maker(
        {key_of(one): one for one in estimates},
        {curve_key_of(one): one for one in curves},
        language_of(lang),
        period,
        confidentiality,
    )
    return tuple(maker.section(block) for block in blocks)


class _Maker:
    """Tables and figures of evidence, numbered E1, E2, ... in print order."""

    def __init__(
        self,
        estimates: dict[EstimateKey, Estimate],
        curves: dict[CurveKey, Curve],
        language: Language,
        period: str,
        confidentiality: Confidentiality,
    ) -> None:
        self.estimates = estimates
        self.curves = curves
        self.language = language
        self.period = period
        self.confidentiality = confidentiality
        self.tables = 0
        self.figures = 0

    def section(self, block: Block) -> Section:
        items: list[Table | Figure] = [self._table(table) for table in block.tables]
        items += [self._chart(chart) for chart in block.charts]
        paragraphs = (*block.paragraphs, *block.switched_off)
        return Section(
            f"evidence-{block.block}", self._say(block.title), tuple(map(self._say, paragraphs)), tuple(items)
        )

    def _say(self, text: str) -> str:
        return say(text, self.language.code)

    def _name(self, *keys: str) -> str:
        return ", ".join(named(key).say(self.language.code) for key in dict.fromkeys(keys))

    def _table(self, table: EstimateTable) -> Table:
        self.tables += 1
        return self._estimates(f"E{self.tables}", table.title, table.rows, table.unit, table.notes)

    def _chart(self, chart: Chart) -> Figure:
        self.figures += 1
        identifier = f"figE{self.figures}"
        if chart.kind == "flow":
            data = self._flow(identifier, chart)
        elif chart.estimates:
            data = self._estimates(
                identifier, chart.title, chart.estimates, chart.x_label, (chart.description,)
            )
        else:
            data = self._curves(identifier, chart)
        figure = Figure(
            data,
            CHARTS[chart.kind],
            "",
            x_label=self._say(chart.x_label),
            y_label=self._say(chart.y_label),
            stepped=chart.kind in STEPPED,
        )
        return Figure(
            data,
            figure.kind,
            alternative(figure, self.language),
            x_label=figure.x_label,
            y_label=figure.y_label,
            stepped=figure.stepped,
        )

    def _estimates(
        self, identifier: str, title: str, keys: Sequence[EstimateKey], unit: str, notes: tuple[str, ...]
    ) -> Table:
        found = [self.estimates[key] for key in keys if key in self.estimates]
        used = [name for name in COLUMNS if any(getattr(one, name) not in (None, 0) for one in found)]
        cells: dict[tuple[str, str], Cell] = {}
        rows = []
        shared, groups = told_apart([(one.outcome, *one.specification.split("/")) for one in found])
        for one, group in zip(found, groups, strict=True):
            row = "/".join((one.specification, one.outcome, one.term))
            rows.append(Row(row, self._name(one.term.removesuffix(f" ({unit})")), group=self._name(*group)))
            for name in used:
                cells[row, name] = self._cell(identifier, one, row, name, getattr(one, name), one.status)
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=self._say(title),
            rows=tuple(rows),
            columns=tuple(Column(name, self.language.say(f"report.estimates.{name}")) for name in used),
            cells=cells,
            stub=self.language.say("report.words.row"),
            population=self._name(*shared),
            period=self.period.replace("-", "–"),
            notes=self._notes(notes, found),
            source=self._estimators(found),
            needs="" if cells else self.language.say("report.words.data"),
        )

    def _curves(self, identifier: str, chart: Chart) -> Table:
        found = [self.curves[key] for key in chart.curves if key in self.curves]
        cells: dict[tuple[str, str], Cell] = {}
        columns: list[Column] = []
        places: set[float] = set()
        names = [(curve.series, curve.outcome, *curve.specification.split("/")) for curve in found]
        labels = told_apart(names)[1] if len(found) > 1 else [(curve.series,) for curve in found]
        for curve, label in zip(found, labels, strict=True):
            name = "/".join((curve.specification, curve.outcome, curve.series))
            bounds = any(point.conf_low is not None for point in curve.points)
            parts = {"y": "estimate", **({"low": "conf_low", "high": "conf_high"} if bounds else {})}
            columns += [
                Column(f"{name}/{part}", self.language.say(f"report.estimates.{word}"), self._name(*label))
                for part, word in parts.items()
            ]
            for point in curve.points:
                places.add(point.x)
                values = {"y": point.y, "low": point.conf_low, "high": point.conf_high}
                for part in parts:
                    row = f"{point.x:g}"
                    cells[row, f"{name}/{part}"] = self._cell(
                        identifier, curve, row, f"{name}/{part}", values[part], point.status
                    )
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=self._say(chart.title),
            rows=tuple(Row(f"{place:g}", f"{place:g}") for place in sorted(places)),
            columns=tuple(columns),
            cells=cells,
            stub=self._say(chart.x_label),
            period=self.period.replace("-", "–"),
            unit=self._say(chart.y_label),
            notes=self._notes((chart.description,), found),
            source=self._estimators(found),
            needs="" if cells else self.language.say("report.words.data"),
        )

    def _flow(self, identifier: str, chart: Chart) -> Table:
        """Shares from each state to each, in percent; the intervals stand in the table of the same estimates."""
        found = [self.estimates[key] for key in chart.estimates if key in self.estimates]
        pairs = [(tuple(one.term.split(ARROW)), one) for one in found]
        origins, targets = (tuple(dict.fromkeys(states[side] for states, _ in pairs)) for side in (0, 1))
        cells = {
            (origin, target): self._cell(identifier, one, origin, target, one.estimate, one.status)
            for (origin, target), one in pairs
        }
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=self._say(chart.title),
            rows=tuple(Row(state, self._name(state)) for state in origins),
            columns=tuple(Column(state, self._name(state), self._say(chart.y_label)) for state in targets),
            cells=cells,
            stub=self._say(chart.x_label),
            period=self.period.replace("-", "–"),
            notes=(self._say(chart.description),),
            source=self._estimators(found),
            needs="" if cells else self.language.say("report.words.data"),
        )

    def _notes(self, notes: Sequence[str], found: Sequence[Estimate | Curve]) -> tuple[str, ...]:
        said = (*notes, *dict.fromkeys(one.note for one in found if one.note))
        return tuple(map(self._say, said))

    def _estimators(self, found: Sequence[Estimate | Curve]) -> str:
        return self._say(remarked(*dict.fromkeys(one.estimator for one in found)))

    def _cell(
        self, table: str, one: Estimate | Curve, row: str, column: str, value: float | None, status: ObsStatus
    ) -> Cell:
        """A number of a statement; counts are whole."""
        count = column in COUNTS
        missing = ObsStatus.UNDEFINED if status is ObsStatus.NORMAL else status
        return Cell(
            CellKey(table, one.block, row, column),
            None if value is None else float(value),
            "count" if count else P_VALUE if column == "p_value" else one.unit or PLAIN,
            self.period,
            0 if count else 3 if column == "p_value" else one.decimals,
            status=missing if value is None else status,
            confidentiality=one.confidentiality,
            contributions=one.contributions,
            synthetic=one.synthetic,
        )


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
