"""One small synthetic world that the tests share. Synthetic from end to end."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from firmtrade.surveys import SurveyResults, run_survey
from firmtrade.surveys.design import DrawnSample, draw_sample
from firmtrade.surveys.plan import LoadedSurvey, load_survey
from firmtrade.surveys.simulator import SimulatedSurvey, simulate_field, synthetic_frame


@cache
def loaded() -> LoadedSurvey:
    return load_survey("sns-belgium")


@cache
def frame() -> pl.DataFrame:
    return synthetic_frame(6000, 11, 2024)


@cache
def drawn() -> DrawnSample:
    return draw_sample(frame(), loaded().plan.design)


@cache
def field() -> SimulatedSurvey:
    return simulate_field(loaded(), drawn().firms, np.random.default_rng(359))


@cache
def results() -> SurveyResults:
    """The bundled survey of networks on answers that the program draws itself."""
    return run_survey("sns-belgium", multiverse=False)
