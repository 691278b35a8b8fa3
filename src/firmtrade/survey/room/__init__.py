"""The room of a survey: what its analysis states, and the sections that refer to it."""

from firmtrade.survey.room.build import build_sections
from firmtrade.survey.room.cells import cells
from firmtrade.survey.room.codebook import codebook
from firmtrade.survey.room.statements import curves, estimates

__all__ = ["build_sections", "cells", "codebook", "curves", "estimates"]
