"""The synthetic world as a survey file declares it: who answers, what, and which effects there are."""

from __future__ import annotations

from pydantic import Field

from firmtrade.study.declaration import Declaration
from firmtrade.surveys.values import Key, Positive, Share


class ResponsePropensity(Declaration):
    """Logit of the chance to answer, by attribute of the frame."""

    intercept: float
    region: dict[str, float] = Field(default_factory=dict)
    size_class: dict[str, float] = Field(default_factory=dict)


class FrameAnswer(Declaration):
    """A question that a firm answers as the frame says: a column, and the code of each of its values."""

    column: str
    codes: dict[str, int | str] = Field(min_length=1)


class Simulation(Declaration):
    """The synthetic world: declared effects of standardized criteria on standardized scales.

    ``shares`` are those of the answers to a question or item, by code, where no effect and no frame decides it;
    ``lapsed`` is the share of firms that have left the population since the register was made, and say so where a
    question screens them out.
    """

    seed: int
    response: ResponsePropensity
    firms: int = Field(default=6000, ge=100)
    noise: Positive = 1.0
    lapsed: Share = 0.0
    shares: dict[str, dict[str, Share]] = Field(default_factory=dict)
    answers: dict[str, FrameAnswer] = Field(default_factory=dict)
    effects: dict[Key, dict[Key, float]] = Field(default_factory=dict)
