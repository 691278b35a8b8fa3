"""Engines in processes of their own draw what this process draws, and nothing depends on them."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from firmtrade.messages import language_of
from firmtrade.report.charts import chart
from firmtrade.report.drawing_engines import SCALE, WORTH, DrawingEngine, drawing_engines, png, svg
from report.sample import figures

SPECS = [json.dumps(chart(figure, language_of("en"))) for figure in figures() if figure.table.computed][:3]
NO_SPEC = json.dumps({"mark": "no such mark"})


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests have no second engine."""
    monkeypatch.setattr("firmtrade.report.drawing_engines.WORTH", WORTH)


@pytest.fixture
def engine() -> Iterator[DrawingEngine]:
    made = DrawingEngine()
    yield made
    made.close()


def test_an_engine_draws_what_this_process_draws(engine: DrawingEngine) -> None:
    assert len(SPECS) == 3
    for spec in SPECS:
        drawn = svg(spec)
        assert engine.answer({"svg": spec}) == drawn
        assert b64decode(engine.answer({"png": drawn, "scale": SCALE}) or "") == png(drawn)


def test_more_pictures_than_engines_are_drawn_in_their_turn() -> None:
    alone = [svg(spec) for spec in SPECS]
    with drawing_engines(WORTH) as engines, ThreadPoolExecutor(6) as callers:
        assert len(engines) == 2
        assert list(callers.map(svg, SPECS * 4)) == alone * 4
        assert list(callers.map(png, alone)) == [png(drawn) for drawn in alone]


def test_where_engines_have_ended_this_process_draws() -> None:
    alone = svg(SPECS[0])
    with drawing_engines(WORTH) as engines:
        for one in engines:
            one.close()
            assert one.answer({"svg": SPECS[0]}) is None
        assert svg(SPECS[0]) == alone


def test_what_is_no_spec_is_the_same_fault_wherever_it_is_drawn(engine: DrawingEngine) -> None:
    assert engine.answer({"svg": NO_SPEC}) is None
    with pytest.raises(ValueError, match="Vega-Lite"):
        svg(NO_SPEC)
    with drawing_engines(WORTH), pytest.raises(ValueError, match="Vega-Lite"):
        svg(NO_SPEC)


def test_engines_end_with_their_block() -> None:
    with drawing_engines(WORTH) as outer:
        with drawing_engines(WORTH) as inner:
            assert inner == []
        assert outer[0].answer({"svg": SPECS[0]}) is not None
    assert [one.answer({"svg": SPECS[0]}) for one in outer] == [None, None]


def test_few_figures_or_a_single_processor_are_drawn_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with drawing_engines(WORTH - 1) as engines:
        assert engines == []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    with drawing_engines(WORTH) as engines:
        assert engines == []


def test_where_no_process_can_be_started_this_one_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with drawing_engines(WORTH) as engines:
        assert engines == []
        assert svg(SPECS[0]).startswith("<svg")
