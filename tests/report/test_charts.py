"""Charts carry their numbers, their names and their alternative text, in the one type of the report."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageChops

from firmtrade.errors import DataError
from firmtrade.kinds.layout import FLOW_COLORS
from firmtrade.messages import language_of
from firmtrade.outputs import ObsStatus
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.alternatives import alternative
from firmtrade.report.charts import addresses, chart
from firmtrade.report.marks import dashes, spread, tick_format, ticks
from firmtrade.report.model import ChartKind, Column, Figure, Row, Table
from firmtrade.report.palette import FONT, INK, MUTED, ROLES, font_folder
from firmtrade.report.pictures import draw, png, svg
from firmtrade.report.points import points
from report.sample import cell, figures, grid_of

ENGLISH = language_of("en")
COMPUTED = [figure for figure in figures() if figure.table.computed]


def by_id(figure: Figure) -> str:
    return figure.table.id


def luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(color: str) -> float:
    return 1.05 / (luminance(color) + 0.05)


@pytest.mark.parametrize("color", [*ROLES.values(), INK, MUTED])
def test_every_colour_can_be_read_on_white(color: str) -> None:
    assert contrast(color) >= 4.5


def deuteranope(color: str) -> tuple[float, float, float]:
    """The colour as a person without green cones sees it (Viénot, Brettel and Mollon 1999, linear RGB)."""
    red, green, blue = ((int(color[start : start + 2], 16) / 255) ** 2.2 for start in (1, 3, 5))
    both = 0.29275 * red + 0.70725 * green
    return both, both, -0.02234 * red + 0.02234 * green + blue


@pytest.mark.parametrize("light", ["", "_light"])
def test_import_and_export_stay_apart_without_green_cones(light: str) -> None:
    first, second = deuteranope(ROLES[f"import{light}"]), deuteranope(ROLES[f"export{light}"])
    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) > 0.08


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_chart_shows_every_name_and_every_bar_its_number(figure: Figure, narrow: bool) -> None:
    drawn = svg(chart(figure, ENGLISH, narrow=narrow)).replace("</tspan><tspan", " <tspan")
    shown = points(figure, ENGLISH)
    series = {point.series for point in shown}
    assert all(f">{name.split()[0]}" in drawn for name in series)
    ends = {point.series: point.text for point in shown} if figure.table.id == "fig17" else {}
    expected = ends.values() if ends else {point.text for point in shown}
    assert all(text in drawn for text in expected)


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
def test_the_text_of_a_chart_is_drawn_and_not_dropped(figure: Figure) -> None:
    """An unknown family draws no text at all, silently; ink away from the bars proves that ours is known."""
    drawn = svg(chart(figure, ENGLISH))
    assert f"'{FONT}'" in drawn.replace("&#39;", "'").replace("&apos;", "'")
    with_text = Image.open(io.BytesIO(png(drawn))).convert("L")
    without = Image.open(io.BytesIO(png(drawn.replace("<text ", '<text display="none" ')))).convert("L")
    assert ImageChops.difference(with_text, without).getbbox() is not None


def test_the_font_folder_holds_the_family_and_its_licence() -> None:
    names = {path.name for path in font_folder().iterdir()}
    assert {"SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf", "SourceSans3-It.ttf", "OFL.md"} <= names


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
def test_a_chart_holds_its_data_and_no_address(figure: Figure) -> None:
    assert addresses(chart(figure, ENGLISH)) == []


def test_a_chart_that_fetches_data_is_refused() -> None:
    spec = {"data": {"url": "file:///etc/hostname"}, "mark": "bar"}
    with pytest.raises(DataError, match="refers to data outside itself"):
        svg(spec)
    assert addresses({"layer": [spec]}) == ["file:///etc/hostname"]


@pytest.mark.parametrize("figure", figures(), ids=by_id)
def test_every_figure_has_an_alternative_text(figure: Figure) -> None:
    assert figure.table.title in figure.alternative
    if figure.table.computed:
        assert json.loads(draw(figure, ENGLISH).spec)["description"] == figure.alternative


def test_the_alternative_text_says_the_numbers() -> None:
    lines = next(figure for figure in COMPUTED if figure.table.id == "fig17")
    assert "Intra-EU import: from 19.1 (1996) to 12.1 (2002)" in lines.alternative


def test_a_hidden_value_is_a_mark_in_the_chart_and_not_a_number() -> None:
    figure = COMPUTED[0]
    place, open_cell = next(iter(figure.table.cells.items()))
    hidden = replace(open_cell, status=ObsStatus.SUPPRESSED)
    table = replace(figure.table, cells={**figure.table.cells, place: hidden})
    protected = replace(figure, table=table, alternative=alternative(replace(figure, table=table), ENGLISH))
    spec = json.dumps(chart(protected, ENGLISH))
    assert "[c]" in spec
    assert "26.1" not in spec


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
def test_a_picture_that_travels_alone_says_that_its_data_is_synthetic(figure: Figure) -> None:
    picture = draw(figure, ENGLISH, "SYNTHETIC DATA: no number describes a real firm")
    assert b"SYNTHETIC DATA" in picture.download
    assert "SYNTHETIC DATA" in picture.narrow_svg
    assert "SYNTHETIC DATA" in picture.spec
    assert len(picture.png) > len(draw(figure, ENGLISH).png)


def test_labels_at_line_ends_keep_their_distance_and_their_order() -> None:
    values = [12.1, 13.2, 12.0, 13.0, 0.0]
    placed = spread(values, gap=1.5, top=20.0)
    ordered = sorted(placed)
    assert all(after - before >= 1.5 - 1e-9 for before, after in itertools.pairwise(ordered))
    assert sorted(range(5), key=placed.__getitem__) == sorted(range(5), key=values.__getitem__)
    assert min(placed) >= 1.5 / 2, "above the labels of the axis"


def test_numbers_in_a_chart_follow_the_language() -> None:
    figure = figures("fr")[0]
    assert "26,1" in svg(chart(figure, language_of("fr")))


def test_bars_of_a_chart_start_at_zero() -> None:
    spec = chart(COMPUTED[0], ENGLISH)
    lengths = [layer["encoding"]["x"] for panel in spec["vconcat"] for layer in panel["layer"]]
    assert {length["scale"]["domain"][0] for length in lengths} == {0}


def test_ticks_begin_and_end_the_axis_and_are_written_without_powers_of_ten() -> None:
    for low, high in [(0.0, 21.7), (-0.013, 0.4), (0.0, 23.0), (-412.0, 1800.0), (0.0, 0.0), (-3.0, 0.0)]:
        marks = ticks(low, high)
        assert marks[0] <= low
        assert marks[-1] >= high
        assert len(marks) >= 2
        written = [f"{mark:{tick_format(marks)}}" for mark in marks]
        assert len(set(written)) == len(marks)
        assert not any("e" in one for one in written)


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
def test_every_axis_of_numbers_ends_at_a_labelled_tick(figure: Figure) -> None:
    for encoding in encodings(chart(figure, ENGLISH)):
        for side in ("x", "y"):
            axis = encoding.get(side, {}).get("axis")
            if axis and "values" in axis:
                domain = encoding[side]["scale"]["domain"]
                assert domain == [axis["values"][0], axis["values"][-1]]
                assert axis["format"].endswith("f")
            elif axis and "sort" not in encoding[side]:
                assert encoding[side]["type"] != "quantitative", "an axis of numbers names its ticks"


def encodings(spec: object) -> Iterator[dict[str, Any]]:
    if isinstance(spec, dict):
        if "encoding" in spec:
            yield spec["encoding"]
        for child in spec.values():
            yield from encodings(child)
    elif isinstance(spec, list):
        for child in spec:
            yield from encodings(child)


def test_no_two_lines_share_colour_and_dash() -> None:
    shades = (list(ROLES.values())[:5] * 6)[:30]
    pairs = [(shade, tuple(dash)) for shade, dash in zip(shades, dashes(shades), strict=True)]
    assert len(set(pairs)) == len(pairs) == 30
    alone = [tuple(dash) for dash in dashes([ROLES["plain"]] * 12)]
    assert len(set(alone)) == 12


def test_no_two_roles_share_a_colour() -> None:
    assert len(set(ROLES.values())) == len(ROLES)
    assert len(set(FLOW_COLORS.values())) == len(FLOW_COLORS)


def test_unknown_stands_in_the_table_and_not_in_the_picture() -> None:
    figure = next(one for one in COMPUTED if one.kind is ChartKind.SMALL_MULTIPLES)
    column = figure.table.columns[0]
    cells = {
        (row, UNKNOWN): replace(cell, key=cell.key._replace(column=UNKNOWN), value=100.0)
        for (row, key), cell in figure.table.cells.items()
        if key == column.key
    }
    table = replace(
        figure.table,
        columns=(*figure.table.columns, replace(column, key=UNKNOWN, label="Unknown")),
        cells={**figure.table.cells, **cells},
    )
    assert points(replace(figure, table=table), ENGLISH) == points(figure, ENGLISH)
    alone = replace(table, columns=table.columns[-1:], cells=cells)
    assert {point.category for point in points(replace(figure, table=alone), ENGLISH)} == {"Unknown"}


@pytest.mark.parametrize("figure", COMPUTED, ids=by_id)
def test_a_picture_to_take_away_says_title_source_and_banner(figure: Figure) -> None:
    banner = "SYNTHETIC DATA: no number describes a real firm"
    picture = draw(figure, ENGLISH, banner)
    spec = json.loads(picture.spec)
    assert " ".join(spec["title"]["text"]) == figure.table.title
    below = " ".join(spec["vconcat"][0]["title"]["text"])
    assert below.endswith("SYNTHETIC DATA")
    assert figure.table.source in below
    assert figure.table.period in " ".join(spec["title"]["subtitle"])
    drawn = picture.download.decode()
    assert "SYNTHETIC DATA" in drawn
    assert figure.table.title.split()[0] in drawn.partition("</style>")[2]


def regions(**changes: Any) -> Figure:
    """Shares by region: one panel, four bars in the order of the study, the last of unknown region."""
    rows = (
        Row("wallonia", "Wallonia"), Row("flanders", "Flanders"), Row("brussels", "Brussels"),
        Row("unknown", "Unknown"),
    )  # fmt: skip
    values = {"wallonia": 20.0, "flanders": 40.0, "brussels": 30.0, "unknown": 90.0}
    cells = grid_of([cell("fig1", row.key, "share", values[row.key], "percent") for row in rows])
    table = Table("fig1", "1", "By region", rows, (Column("share", "Share"),), cells, stub="Region")
    return Figure(table, ChartKind.GROUPED_BARS, "Bars.", **changes)


def order_of(figure: Figure) -> list[str]:
    return [point.series for point in points(figure, ENGLISH)]


def test_bars_whose_order_means_nothing_stand_from_the_longest_to_the_shortest() -> None:
    assert order_of(regions()) == ["Wallonia", "Flanders", "Brussels"]
    assert order_of(regions(by_size=frozenset({"rows"}))) == ["Flanders", "Brussels", "Wallonia"]


def test_a_study_may_ask_for_the_bars_of_unknown_class_which_stand_last() -> None:
    assert order_of(regions(draw_unknown=True)) == ["Wallonia", "Flanders", "Brussels", "Unknown"]
    by_size = regions(draw_unknown=True, by_size=frozenset({"rows"}))
    assert order_of(by_size) == ["Flanders", "Brussels", "Wallonia", "Unknown"]


def test_one_order_holds_for_all_panels() -> None:
    """The second flow does not reorder the regions of the first."""
    figure = regions()
    table = replace(
        figure.table,
        columns=(*figure.table.columns, Column("other", "Other")),
        cells={
            **figure.table.cells,
            **grid_of(
                [
                    cell("fig1", key, "other", value, "percent")
                    for key, value in (("wallonia", 3.0), ("flanders", 1.0), ("brussels", 2.0))
                ]
            ),
        },
    )
    bars = replace(figure, table=table, by_size=frozenset({"rows"}))
    assert order_of(bars) == [name for name in ("Flanders", "Brussels", "Wallonia") for _ in range(2)]


def test_bars_that_are_named_beside_them_have_one_colour_unless_it_has_a_meaning() -> None:
    spec = json.dumps(chart(regions(), ENGLISH))
    shown = {color for color in ROLES.values() if color in spec}
    assert shown == {ROLES["plain"]}
