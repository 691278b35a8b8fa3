"""The room of a survey: what its analysis states, and the sections that refer to it."""

from firmtrade.surveys.room.build import build_sections
from firmtrade.surveys.room.cells import cells
from firmtrade.surveys.room.codebook import codebook
from firmtrade.surveys.room.statements import curves, estimates

__all__ = ["build_sections", "cells", "codebook", "curves", "estimates"]
