"""Blocks of evidence become sections: every number with its interval, nothing that was not handed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.evidence.layout import evidence_layouts
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import EstimateTable, EvidenceChart, EvidenceSection, curve_key_of, key_of
from firmtrade.messages import language_of
from firmtrade.outputs import Confidentiality, Curve, CurvePoint, Estimate, Statements
from firmtrade.report import Figure, Table, publish, verify
from firmtrade.report import Section as Printed
from firmtrade.report.charts import chart
from firmtrade.report.from_sections import sections_from
from firmtrade.report.html import pages
from firmtrade.report.model import ChartKind
from firmtrade.report.paper import paper
from firmtrade.report.pictures import draw, svg
from report.sample import document

ESTIMATES = tuple(
    Estimate(
        "premia", "pooled", "labor productivity", term, value, 1.1, value - 2.2, value + 2.2, 0.003,
        n_obs=4200, n_firms=900, estimator="OLS, errors by firm", note="division and year fixed",
        unit="percent", decimals=1,
    )
    for term, value in (("export_only", 6.4), ("import_only", 4.1), ("import_and_export", 11.9))
)  # fmt: skip
EVENT = tuple(
    Curve(
        "learning", "export/first_entry", "log labor productivity", series,
        tuple(
            CurvePoint(float(x), 0.01 * x * sign, 0.01 * x * sign - 0.03, 0.01 * x * sign + 0.03)
            for x in range(-3, 5)
        ),
        estimator="Callaway and Sant'Anna (2021)",
    )
    for series, sign in (("entry", 1), ("exit", -1))
)  # fmt: skip
SURVIVAL = Curve(
    "survival",
    "firm/km",
    "survival",
    "exporters",
    tuple(CurvePoint(float(x), 1 - 0.08 * x) for x in range(6)),
)
KEYS = tuple(map(key_of, ESTIMATES))
OFF = phrase("off.not_computed", what=phrase("growth.what"), reason=phrase("reasons.one_year"))
BLOCKS = (
    EvidenceSection(
        "premia", phrase("premia.title"), (phrase("premia.difference"),),
        (EstimateTable(phrase("premia.by_year"), KEYS, phrase("axes.percent")),),
        (EvidenceChart("coefficients", phrase("premia.by_year"), phrase("premia.by_year_drawn"), phrase("axes.percent"),
               phrase("axes.mode_and_model"), KEYS),),
    ),
    EvidenceSection(
        "learning", phrase("learning.title"), (), (),
        (
            EvidenceChart("event_study", phrase("learning.title"), phrase("learning.drawn"),
                  phrase("axes.years_from_event"),
                  phrase("axes.log_points"), curves=tuple(map(curve_key_of, EVENT))),
            EvidenceChart("survival", phrase("survival.firms"), phrase("survival.firms_drawn"), phrase("axes.years"),
                  phrase("axes.probability"),
                  curves=(curve_key_of(SURVIVAL),)),
        ),
        (OFF,),
    ),
)  # fmt: skip


def evidence_sections(
    blocks: Sequence[EvidenceSection],
    estimates: Sequence[Estimate],
    curves: Sequence[Curve] = (),
    *,
    lang: str = "en",
) -> tuple[Printed, ...]:
    """Blocks laid out and printed, as a room of evidence is."""
    stated = Statements((), tuple(estimates), tuple(curves))
    layouts = evidence_layouts(blocks, stated, "1998-2003")
    return sections_from(layouts, stated, lang=lang, prefix="evidence", mark="E")


def made(estimates: tuple[Estimate, ...] = ESTIMATES) -> tuple[Printed, ...]:
    return evidence_sections(BLOCKS, estimates, (*EVENT, SURVIVAL))


def figures() -> list[Figure]:
    return [item for section in made() for item in section.items if isinstance(item, Figure)]


def test_tables_and_figures_are_numbered_in_print_order() -> None:
    items = [item for section in made() for item in section.items]
    numbers = [item.table.id if isinstance(item, Figure) else item.id for item in items]
    assert numbers == ["E1", "figE1", "figE2", "figE3"]


def test_every_estimate_is_printed_with_its_interval_and_its_sample() -> None:
    table = made()[0].items[0]
    assert isinstance(table, Table)
    row = "pooled/labor productivity/import_and_export"
    assert [table.cells[row, column.key].value for column in table.columns] == pytest.approx(
        [
            11.9,
            9.7,
            14.1,
            0.003,
            4200.0,
            900.0,
        ]
    )
    assert table.cells[row, "estimate"].decimals == 1
    assert table.cells[row, "p_value"].decimals == 3
    assert "division and year fixed" in table.notes


def test_names_follow_the_language_and_an_outcome_of_a_study_is_said_by_its_own_words() -> None:
    own = tuple(replace(one, outcome="own_outcome") for one in ESTIMATES)
    table = EstimateTable(phrase("growth.title"), tuple(map(key_of, own)), phrase("axes.percent"))
    block = EvidenceSection("premia", phrase("premia.title"), (), (table,))
    [section] = evidence_sections((block,), own, (), lang="fr")
    [printed] = section.items
    assert isinstance(printed, Table)
    assert section.title == "Primes des exportateurs et des importateurs"
    assert (printed.title, printed.population) == (
        "Croissance des groupes et des entreprises",
        "own outcome, données empilées",
    )
    labels = ["exportation seulement", "importation seulement", "importation et exportation"]
    assert [row.label for row in printed.rows] == labels


def test_a_name_that_outcome_and_specification_share_is_said_once() -> None:
    spells = tuple(
        replace(one, specification="export_spell/cox", outcome="export_spell") for one in ESTIMATES
    )
    block = EvidenceSection(
        "survival",
        phrase("survival.title"),
        (),
        (
            EstimateTable(
                phrase("survival.export.spells"), tuple(map(key_of, spells)), phrase("axes.hazard_ratio")
            ),
        ),
    )
    [printed] = evidence_sections((block,), spells, ())[0].items
    assert isinstance(printed, Table)
    assert printed.population == "export spell, cox"


@pytest.mark.parametrize(("lang", "places"), [("en", ("−3", "1.54", "2003")), ("nl", ("−3", "1,54", "2003"))])
def test_places_on_an_axis_are_written_as_the_language_writes_them(
    lang: str, places: tuple[str, ...]
) -> None:
    curve = replace(SURVIVAL, points=tuple(CurvePoint(x, 0.5) for x in (-3.0, 1.53501, 2003.0)))
    chart = replace(BLOCKS[1].charts[1], curves=(curve_key_of(curve),))
    block = EvidenceSection("survival", phrase("survival.title"), (), (), (chart,))
    [figure] = evidence_sections((block,), (), (curve,), lang=lang)[0].items
    assert isinstance(figure, Figure)
    assert tuple(row.label for row in figure.table.rows) == places


def test_what_disclosure_control_took_away_is_not_printed() -> None:
    table = made(ESTIMATES[:1])[0].items[0]
    assert isinstance(table, Table)
    assert len(table.rows) == 1
    gone = made(())[0].items[0]
    assert isinstance(gone, Table)
    assert not gone.computed


def test_a_verdict_is_not_said_where_a_number_of_its_block_is_hidden() -> None:
    block = replace(BLOCKS[0], paragraphs=("A premium is a difference.", "Traders pay more."))
    stated = Statements((), ESTIMATES)
    layouts = evidence_layouts((block,), stated, "1998-2003", ("Traders pay more.",))
    (shown,) = sections_from(layouts, stated, prefix="evidence", mark="E")
    assert shown.paragraphs == block.paragraphs
    last = ESTIMATES[-1].key
    partly = stated.changed(lambda one: one.hidden(Confidentiality.FEW) if one.key == last else one)
    (hidden,) = sections_from(layouts, partly, prefix="evidence", mark="E")
    assert hidden.paragraphs == ("A premium is a difference.",)


def test_what_was_switched_off_is_said() -> None:
    assert made()[1].paragraphs == (str(OFF),)


def test_the_forms_of_the_charts_are_those_of_the_evidence() -> None:
    assert [figure.kind for figure in figures()] == [ChartKind.INTERVALS, ChartKind.CURVES, ChartKind.CURVES]
    assert [figure.stepped for figure in figures()] == [False, False, True]
    assert "Estimate 11.9" in figures()[0].alternative


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.table.id)
@pytest.mark.parametrize("narrow", [False, True])
def test_a_chart_of_evidence_draws_its_intervals_and_the_zero_line(figure: Figure, narrow: bool) -> None:
    spec = chart(figure, language_of("en"), narrow=narrow)
    drawn = svg(spec)
    assert '"datum": 0' in json.dumps(spec)
    assert ("conf_low" in json.dumps(spec)) == (figure.kind is ChartKind.INTERVALS)
    assert "<text" in drawn
    assert "NaN" not in drawn


def test_evidence_is_published_in_every_format(tmp_path: Path) -> None:
    plain = replace(document(rows=3), sections=made(), findings=(), explanations={})
    out = publish(plain, tmp_path / "out")
    assert verify(out) == []
    rows = (out / "cells.csv").read_text(encoding="utf-8").splitlines()
    assert any(row.startswith("figE2,learning,-1,") for row in rows)
    assert (out / "figures" / "figure-E2.svg").is_file()


def test_evidence_stands_in_the_page_and_in_the_print() -> None:
    plain = replace(document(rows=3), sections=made(), findings=(), explanations={})
    pictures = {figure.table.id: draw(figure, language_of("en")) for figure in plain.figures()}
    text = pages(plain, pictures)["index.html"].decode()
    assert "Table E1" in text
    assert "Figure E3" in text
    assert paper(plain, {name: picture.svg for name, picture in pictures.items()}).startswith(b"%PDF")
