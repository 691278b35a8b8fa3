"""Each reason to refuse a row has a sentence in every language, for every kind of column."""

from __future__ import annotations

import pytest

from firmtrade.messages import LANGUAGES, language_of
from firmtrade.sources import refusals
from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.inputs import InputReport, Refusal

KINDS = sorted({column.kind for table in TABLES.values() for column in table.columns})
REASONS = [
    *(refusals.unreadable("founded", kind) for kind in KINDS),
    *(make("firm_id") for make in (refusals.inexact, refusals.missing)),
    refusals.different(("firm_id", "year")),
    *(refusals.REPEATED, refusals.BROKEN, refusals.CONTRADICTION, refusals.FLOW),
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_said_in_every_language(lang: str) -> None:
    said = {language_of(lang).render(refusals.reason_of(reason)) for reason in REASONS}
    assert len(said) >= len(REASONS) - 1, "a quantity and a total are alike"


def test_several_reasons_of_a_row_stand_beside_each_other() -> None:
    both = "\n".join((refusals.missing("year"), refusals.FLOW))
    assert refusals.in_english(both) == "year is missing; flow is neither import nor export"
    assert (
        language_of("de").render(refusals.reason_of(both)) == "year fehlt; flow ist weder import noch export"
    )


def test_several_reasons_are_one_in_the_file_of_the_report() -> None:
    both = refusals.reason_of("\n".join((refusals.missing("year"), refusals.FLOW)))
    report = InputReport("trade", "customs", (), (), 1, 1, (Refusal(both, 1, None),), None, 0, 0, {})
    assert report.as_dict()["refused"] == {"year is missing; flow is neither import nor export": 1}
