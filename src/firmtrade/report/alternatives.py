"""The alternative text of a chart: its form, its title, and what each series does."""

from __future__ import annotations

from dataclasses import replace

from firmtrade.messages import Language
from firmtrade.report.intervals import table_said
from firmtrade.report.model import ChartKind, Figure, with_distinct_labels
from firmtrade.report.model_charts import ends_said
from firmtrade.report.points import ChartPoint, points


def alternative(figure: Figure, words: Language) -> str:
    """The alternative text: the form of the chart, its title, and what each series does."""
    table = with_distinct_labels(figure.table)
    figure = replace(figure, table=table)
    if not table.computed:
        return words.say("report.alternative.empty", title=table.title)
    if figure.kind is ChartKind.SPECIFICATIONS:
        said = ends_said(table, words)
    elif figure.kind in {ChartKind.INTERVALS, ChartKind.CURVES}:
        said = table_said(table, words)
    else:
        colon = words.say("report.words.colon")
        said = [
            f"{name}{colon}{one}" if name else one
            for name, panel in figure.panels().items()
            for one in _series_said(panel, words)
        ]
    series = words.listing(said, "semicolon")
    return words.say(f"report.alternative.{figure.kind.value}", title=table.title, series=series)


def _series_said(figure: Figure, words: Language) -> list[str]:
    series: dict[str, list[ChartPoint]] = {}
    for point in points(figure, words):
        series.setdefault(point.series, []).append(point)
    return [_number_words(name, members, figure.kind, words) for name, members in series.items()]


def _number_words(name: str, members: list[ChartPoint], kind: ChartKind, words: Language) -> str:
    if kind is ChartKind.LINES:
        drawn = [member for member in members if member.value is not None] or members
        first, last = drawn[0], drawn[-1]
        return words.say(
            "report.alternative.range", name=name, first=first.text, first_label=first.category, last=last.text,
            last_label=last.category,
        )  # fmt: skip
    if kind is ChartKind.STACKED_BAR:
        return words.say("report.alternative.series", name=name, values=members[0].text)
    values = ", ".join(f"{member.category} {member.text}" for member in members)
    return words.say("report.alternative.series", name=name, values=values)
