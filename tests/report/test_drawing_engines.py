"""A second engine draws what the first draws, and nothing depends on it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from firmtrade.messages import language_of
from firmtrade.report.charts import chart
from firmtrade.report.drawing_engines import WORTH, SecondEngine, drawn, second_engine
from report.sample import figures

SPECS = [json.dumps(chart(figure, language_of("en"))) for figure in figures() if figure.table.computed][:3]
NO_SPEC = json.dumps({"mark": "no such mark"})


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests have no second engine."""
    monkeypatch.setattr("firmtrade.report.drawing_engines.WORTH", WORTH)


@pytest.fixture
def second() -> Iterator[SecondEngine]:
    engine = SecondEngine()
    yield engine
    engine.close()


def test_both_engines_draw_the_same_pictures(second: SecondEngine) -> None:
    assert len(SPECS) == 3
    for spec in SPECS:
        assert second.drawn(spec) == drawn(spec)


def test_an_engine_that_has_ended_leaves_the_drawing_to_the_other(second: SecondEngine) -> None:
    second.close()
    assert second.drawn(SPECS[0]) is None


def test_an_engine_that_draws_is_not_waited_for(second: SecondEngine) -> None:
    with second.busy:
        assert second.drawn(SPECS[0]) is None
    assert second.drawn(SPECS[0]) is not None


def test_what_is_no_spec_is_the_same_fault_with_a_second_engine(second: SecondEngine) -> None:
    assert second.drawn(NO_SPEC) is None
    with pytest.raises(ValueError, match="Vega-Lite"):
        drawn(NO_SPEC)
    with second_engine(WORTH), pytest.raises(ValueError, match="Vega-Lite"):
        drawn(NO_SPEC)


def test_a_second_engine_ends_with_its_block() -> None:
    with second_engine(WORTH) as outer:
        with second_engine(WORTH) as inner:
            assert inner is None
        assert outer is not None
        assert outer.drawn(SPECS[0]) == drawn(SPECS[0])
    assert outer.drawn(SPECS[0]) is None


def test_few_figures_or_a_single_processor_have_no_second_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    with second_engine(WORTH - 1) as engine:
        assert engine is None
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    with second_engine(WORTH) as engine:
        assert engine is None


def test_where_no_process_can_be_started_the_first_engine_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with second_engine(WORTH) as engine:
        assert engine is None
        assert drawn(SPECS[0]).startswith("<svg")
