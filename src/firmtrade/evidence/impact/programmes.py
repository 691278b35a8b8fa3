"""Programmes that others have evaluated, with the figures that they published: a scale to read new figures on."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from firmtrade.study.declaration import Declaration


class Programme(Declaration):
    """One published figure.

    ``bears_on`` are the outcomes of this program, or ``cost``, that it is a scale for.
    ``low`` and ``high`` are the ends where a range is published. The catalogue of messages says ``place`` in each
    language, under the key.
    """

    key: str
    place: str
    programme: str
    outcome: Literal[
        "exports_of_assisted", "survival_on_the_export_market", "profits", "exports_per_dollar",
        "exports_after_correction", "extra_eu_entry", "permanent_exporting", "export_growth",
    ]  # fmt: skip
    bears_on: tuple[str, ...] = Field(min_length=1)
    finding: Literal["figure", "higher", "none", "faded"]
    unit: Literal["percent", "dollars", ""] = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    design: Literal["matching", "differences", "trial", "panel", "meta", "observables"]
    source: str = Field(min_length=10)


class _Programmes(Declaration):
    programmes: tuple[Programme, ...]


@cache
def evaluated_programmes() -> tuple[Programme, ...]:
    """The bundled list, in the order of its file.

    >>> evaluated_programmes()[0].place
    'Belgium (Flanders)'
    """
    text = files(__package__).joinpath("programmes.toml").read_text(encoding="utf-8")
    return _Programmes.model_validate(tomllib.loads(text)).programmes
