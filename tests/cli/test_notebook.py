"""What a researcher sees of results in a notebook: short, titled, escaped, with what there is and its data."""

from __future__ import annotations

from pathlib import Path

import pytest

import firmtrade as ft
from firmtrade.outputs.notebook import card
from firmtrade.outputs.room import read_room


@pytest.fixture(scope="module")
def results(economy: Path) -> ft.Results:
    return ft.run("belgium-2008", economy)


def test_results_say_in_a_line_what_they_are(results: ft.Results) -> None:
    assert repr(results).startswith("<results of belgium-2008, synthetic data: ")
    assert len(repr(results)) < 200
    page = results._repr_html_()
    assert "Importing and exporting manufacturing SMEs per size class" in page
    assert len(page) < 50_000


def test_tables_are_listed_and_each_is_a_frame_with_rows(results: ft.Results) -> None:
    assert list(results.tables)[:4] == ["1", "2", "3", "4"]
    table = results.table("4")
    assert results.table(4).equals(table)
    assert table.columns == ["rows", "size_lt10", "size_10_49", "size_50_99", "size_100_250"]
    assert table["rows"].to_list()[0] == "Intra-EU import"
    several = results.table("fig15")
    assert several.columns == ["population", "rows", "internationalized_share"]
    with pytest.raises(ft.UsageError, match="Did you mean `fig"):
        results.table("fig51")


def test_the_long_form_has_every_cell_once(results: ft.Results) -> None:
    long, wide = results.table("4", long=True), results.table("4")
    assert long.columns == ["population", "rows", "columns", "value", "unit"]
    assert long["columns"].unique(maintain_order=True).to_list() == ["<10", "10–49", "50–99", "100–250"]
    assert long["value"].to_list() == [value for row in wide.drop("rows").rows() for value in row]
    for name in results.tables:
        assert len(results.table(name, long=True)) == sum(cell.key.table == name for cell in results.cells)


def test_results_explain_a_cell_as_their_room_does(results: ft.Results, tmp_path: Path) -> None:
    key = next(str(cell.key) for cell in results.cells if cell.key.table == "4")
    found = ft.explain(results, key)
    assert str(found) == str(ft.explain(results.write(tmp_path / "room"), key))
    assert len(repr(found)) < 300
    with pytest.raises(ft.UsageError):
        ft.explain(results, "4/manufacturing/nothing/at_all")


def test_evidence_lists_its_blocks(found: ft.Evidence) -> None:
    assert "premia" in found.tables
    assert {"estimate", "std_error"} <= set(found.table("premia").columns)
    assert repr(found).startswith("<evidence of belgium-2008, synthetic data: ")
    assert "premia" in found._repr_html_()
    with pytest.raises(ft.UsageError, match="Did you mean `premia`"):
        found.table("premium")


def test_a_survey_has_its_tables_as_frames() -> None:
    survey = ft.survey("barriers-belgium")
    assert repr(survey).startswith("<survey barriers-belgium, synthetic data: ")
    assert len(survey._repr_html_()) < 50_000
    assert survey.tables
    for name in survey.tables:
        frame = survey.table(name)
        assert frame.columns[0] in {"group", "rows"}
        assert len(frame) > 0
    with pytest.raises(ft.UsageError, match="Known"):
        survey.table("nothing like it")


def test_a_format_may_be_a_text(results: ft.Results, tmp_path: Path) -> None:
    release = ft.release([results])
    assert "synthetic" in repr(release).lower()
    assert "<table>" in release._repr_html_()
    out = release.publish(tmp_path / "out", formats="html")
    assert (out / "index.html").is_file()
    assert not (out / "cells.csv").exists()
    both = ft.release([results], tmp_path / "both", formats="csv, html")
    assert (both / "cells.csv").is_file()
    with pytest.raises(ft.UsageError, match="htlm"):
        release.publish(tmp_path / "wrong", formats="htlm")


def test_comparisons_and_audits_are_short(results: ft.Results) -> None:
    compared = ft.compare(results, "belgium-2008")
    assert repr(compared).startswith("<comparison: ")
    assert "cells agree" in compared._repr_html_()


def test_what_results_are_made_of_is_short_too(results: ft.Results, found: ft.Evidence, rooms: Path) -> None:
    parts = (
        results.study,
        results.computed,
        found.results,
        read_room(rooms / "chapter"),
        read_room(rooms / "survey"),
    )
    for part in parts:
        assert len(repr(part)) < 300
        assert "belgium" in repr(part) or "estimates" in repr(part) or "cells" in repr(part)


def test_texts_are_escaped() -> None:
    assert card("<b>", ["a & b"], ("x",), [("<script>",)]).count("<script>") == 0
