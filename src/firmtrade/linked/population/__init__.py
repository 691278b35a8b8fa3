"""A firm-level population behind published tables: synthetic, calibrated, and no evidence about anything."""

from firmtrade.linked.population.synthesize import SynthReport, synthesize

__all__ = ["SynthReport", "synthesize"]
