"""Fieldwork: answers come in, are checked, and are set against the firms that were asked."""

from firmtrade.surveys.fieldwork.dispositions import (
    DISPOSITIONS,
    ResponseRates,
    observed_dispositions,
    response_rates,
)
from firmtrade.surveys.fieldwork.nonresponse import (
    Equivalence,
    FrameComparison,
    equivalence,
    frame_comparison,
    representativity,
    wave_comparison,
)
from firmtrade.surveys.fieldwork.quality import QUALITY_FLAGS, ResponseQuality, answer_quality
from firmtrade.surveys.fieldwork.responses import Responses, read_responses, tidy_responses

__all__ = [
    "DISPOSITIONS",
    "QUALITY_FLAGS",
    "Equivalence",
    "FrameComparison",
    "ResponseQuality",
    "ResponseRates",
    "Responses",
    "answer_quality",
    "equivalence",
    "frame_comparison",
    "observed_dispositions",
    "read_responses",
    "representativity",
    "response_rates",
    "tidy_responses",
    "wave_comparison",
]
