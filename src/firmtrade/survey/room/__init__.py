"""The room of a survey: what its analysis states, as cells, estimates, curves, sections and files."""

from firmtrade.survey.room.build import build_sections
from firmtrade.survey.room.cells import cells
from firmtrade.survey.room.codebook import codebook
from firmtrade.survey.room.sections import ChartSpec, Section, TableSpec, as_data, read_sections
from firmtrade.survey.room.statements import curves, estimates

__all__ = [
    "ChartSpec",
    "Section",
    "TableSpec",
    "as_data",
    "build_sections",
    "cells",
    "codebook",
    "curves",
    "estimates",
    "read_sections",
]
