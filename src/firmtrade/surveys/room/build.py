"""The report of one survey: its sections, and the cells that they refer to beside those of every survey."""

from __future__ import annotations

from dataclasses import replace

from firmtrade.outputs import Cell
from firmtrade.outputs.layout import ChartLayout, SectionLayout
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.answers import (
    answers_section,
    checklist_section,
    codebook_section,
    criteria_section,
)
from firmtrade.surveys.room.edition_section import edition_section
from firmtrade.surveys.room.model_sections import hypotheses_section, models_section, multiverse_sections
from firmtrade.surveys.room.question_sections import headline_section
from firmtrade.surveys.room.report import Report
from firmtrade.surveys.room.sample import methods_section, representativeness_section, sample_section
from firmtrade.surveys.room.scale_sections import scales_section
from firmtrade.surveys.room.words import note


def build_sections(
    analysis: Analysis, *, synthetic: bool = False
) -> tuple[tuple[SectionLayout, ...], tuple[Cell, ...]]:
    """Every section of the report, and the cells of its ledger; what was not possible is in neither."""
    report = Report(analysis, (note("synthetic"),) if synthetic else ())
    sections = (
        headline_section(report),
        sample_section(report),
        representativeness_section(report),
        answers_section(report),
        edition_section(report),
        scales_section(report),
        criteria_section(report),
        hypotheses_section(report),
        models_section(report),
        *multiverse_sections(report),
        methods_section(report),
    )
    filled = [section for section in map(_filled, sections) if section.paragraphs or section.items]
    there = {section.key for section in filled} | {"codebook"}
    filled += [_filled(checklist_section(report, there)), _filled(codebook_section(report))]
    return tuple(filled), report.ledger.cells


def _filled(section: SectionLayout) -> SectionLayout:
    """A section without tables that have no row."""
    return replace(
        section,
        level=2,
        items=tuple(item for item in section.items if isinstance(item, ChartLayout) or item.rows),
    )
