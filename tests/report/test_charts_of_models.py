"""Charts of estimates and curves: against what they are judged, by what they are named, and how far an axis reaches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from firmtrade.kinds.layout import FLOW_COLORS
from firmtrade.messages import language_of
from firmtrade.report.charts import chart
from firmtrade.report.meanings import with_meanings
from firmtrade.report.model import ChartKind, Column, Figure, Row, Section, Table
from firmtrade.report.palette import ROLES
from firmtrade.report.pictures import draw, svg
from report.sample import cell, grid_of

ENGLISH = language_of("en")
PARTS = ("estimate", "conf_low", "conf_high")


def estimated(rows: Sequence[Row], unit: str = "percent", middle: float = 2.0, **changes: Any) -> Figure:
    """A chart of an estimate and its interval for each row."""
    numbers = [
        cell("figE1", row.key, part, middle + at + off, unit)
        for at, row in enumerate(rows)
        for part, off in zip(PARTS, (0.0, -1.5, 1.5), strict=True)
    ]
    columns = tuple(Column(part, part) for part in PARTS)
    table = Table("figE1", "E1", "Premia", tuple(rows), columns, grid_of(numbers), source="least squares")
    return Figure(table, ChartKind.INTERVALS, "", x_label="percent", y_label="mode and model", **changes)


def curved(series: Sequence[str], length: int, *, bounds: bool = True, **changes: Any) -> Figure:
    """A chart of a curve for each series, with an interval at each point."""
    rows = tuple(Row(str(x), str(x)) for x in range(length))
    columns = tuple(
        Column(f"firms/{name}/{part}", part, name.replace("_", " "))
        for name in series
        for part in ("y", "low", "high")[: 3 if bounds else 1]
    )
    offset = {"y": 0.0, "low": -0.2, "high": 0.2}
    numbers = [
        cell("figE2", row.key, column.key, 5.0 + at + offset[column.label], "percent")
        for row in rows
        for at, column in enumerate(columns)
    ]
    table = Table("figE2", "E2", "Around entry", rows, columns, grid_of(numbers))
    return Figure(table, ChartKind.CURVES, "", FLOW_COLORS, **changes)


def layer(spec: Any, mark: str) -> list[Any]:
    return [one for one in spec["layer"] if one["mark"]["type"] == mark]


@pytest.mark.parametrize(("unit", "judged"), [("percent", 0.0), ("hazard_ratio", 1.0)])
def test_an_estimate_is_judged_against_no_difference(unit: str, judged: float) -> None:
    spec = chart(estimated((Row("a", "A"), Row("b", "B")), unit, middle=-4.0), ENGLISH)
    assert layer(spec, "rule")[0]["encoding"]["x"] == {"datum": judged}
    low, high = layer(spec, "point")[0]["encoding"]["x"]["scale"]["domain"]
    assert low <= judged <= high


@pytest.mark.parametrize("narrow", [False, True])
def test_the_last_tick_of_estimates_is_written_however_long_the_names_are(narrow: bool) -> None:
    rows = (Row("a", "both import and export – export only"), Row("b", "export only"))
    spec = chart(estimated(rows, middle=-8.0), ENGLISH, narrow=narrow)
    values = layer(spec, "point")[0]["encoding"]["x"]["axis"]["values"]
    drawn = svg(spec).replace("−", "-")
    assert all(f">{value:g}</text>" in drawn for value in values)


def test_rows_that_differ_by_their_group_alone_are_named_by_it() -> None:
    same = tuple(Row(str(at), f"new ventures ({name})", group=name) for at, name in enumerate(("A", "B")))
    assert [row["label"] for row in chart(estimated(same), ENGLISH)["data"]["values"]] == ["A", "B"]
    other = (Row("0", "import only", group="pooled"), Row("1", "export only", group="within"))
    assert [row["label"] for row in chart(estimated(other), ENGLISH)["data"]["values"]] == [
        "pooled: import only", "within: export only",
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [3, 12])
def test_a_name_of_many_lines_is_centred_on_its_bar(lines: int) -> None:
    name = " ".join("Kraftwagenteile und Zubehör" for _ in range(lines))
    spec = chart(estimated((Row("a", name), Row("b", "B"))), ENGLISH)
    label = spec["data"]["values"][0]["label"]
    count = label.count("\n") + 1
    axis = layer(spec, "point")[0]["encoding"]["y"]["axis"]
    (offset,) = [
        one["value"] for one in axis["labelOffset"]["condition"] if one["test"].endswith(f"== {count}")
    ]
    assert offset == -(count - 1) * axis["labelLineHeight"] / 2
    assert spec["height"]["step"] >= count * axis["labelLineHeight"]


def test_points_that_are_set_apart_stay_within_the_axis() -> None:
    spec = chart(curved([f"s{at}" for at in range(6)], 4), ENGLISH)
    low, high = layer(spec, "line")[0]["encoding"]["x"]["scale"]["domain"]
    along = [row["x"] for row in spec["data"]["values"]]
    assert low <= min(along) < 0
    assert 3 < max(along) <= high
    assert max(along) - 3 <= 0.15 + 1e-9, "neighbouring years stay apart"


def test_a_curve_of_many_points_is_a_line_without_signs() -> None:
    def signed(length: int) -> list[str]:
        (points,) = layer(chart(curved(("a", "b"), length, bounds=False), ENGLISH), "point")
        return list(points["transform"][0]["filter"]["oneOf"])

    assert signed(8) == ["a", "b"]
    assert signed(100) == []


def test_curves_of_modes_have_the_colours_that_modes_have_in_every_figure() -> None:
    (section,) = with_meanings([Section("a", "A", (), (curved(("import_only", "export only", "gone"), 3),))])
    figure = section.items[0]
    assert isinstance(figure, Figure)
    colors = layer(chart(figure, ENGLISH), "line")[0]["encoding"]["color"]["scale"]["range"]
    assert colors[:2] == [ROLES["import_only"], ROLES["export_only"]]
    assert colors[2] not in {ROLES[role] for role in FLOW_COLORS.values()}


def test_a_picture_to_take_away_says_the_unit_and_where_its_numbers_come_from() -> None:
    said = json.loads(draw(estimated((Row("a", "A"),), source="register of 2002"), ENGLISH).spec)
    assert said["title"]["subtitle"][-1] == "percent"
    assert said["vconcat"][0]["title"]["text"] == ["Source: register of 2002; least squares"]


def test_the_choices_of_a_specification_are_written_whole() -> None:
    choice = "Born global (Baldegger and Schueffel 2009)"
    table = replace(
        estimated((Row("1", "1"), Row("2", "2"))).table,
        columns=(*(Column(part, part) for part in PARTS), Column("concept", "Definition")),
        texts={("1", "concept"): choice, ("2", "concept"): "none"},
    )
    wide = svg(chart(Figure(table, ChartKind.SPECIFICATIONS, ""), ENGLISH))
    narrow = svg(chart(Figure(table, ChartKind.SPECIFICATIONS, ""), ENGLISH, narrow=True))
    assert f"Definition: {choice}" in wide
    assert "…" not in wide + narrow
    assert all(word in narrow for word in ("Baldegger", "Schueffel", "2009)"))
