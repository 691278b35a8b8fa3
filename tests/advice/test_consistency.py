"""Answers that contradict one another are named, and the advice goes on."""

from __future__ import annotations

import pytest

from firmtrade.advice import AnswerFile, advise
from firmtrade.advice.consistency import contradictions
from firmtrade.messages import has
from firmtrade.study.declaration import parse


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[firm]\nexports = false\nforeign_share = 30\n", ("sales_without_export",)),
        ("[firm]\nexports = true\ncountries = 0\n", ("export_without_sales",)),
        ("[firm]\ncountries = 1\nworld_regions = 2\n", ("regions_above_countries",)),
        ("answered_on = 2026-01-01\n[firm]\nfounded = 2027\n", ("founded_after_answers",)),
        ("answered_on = 2026-01-02\n[plans]\nstart = 2026-01-01\n", ("start_before_answers",)),
        ('[firm]\ncountry = "NL"\nregion = "flanders"\n', ("region_of_belgium",)),
        ('[firm]\nnace = "12.34"\nnace_revision = "2"\n', ()),
        ('[firm]\nnace = "04.11"\nnace_revision = "2"\n', ("no_such_division",)),
        ('[firm]\nnace = "06.10"\nnace_revision = "1.1"\n', ("no_such_division",)),
        ('[firm]\nnace = "06.10"\n', ()),
        (
            "answered_on = 2026-01-01\n[firm]\nexports = true\nfirst_foreign_sale = 2027\n",
            ("export_to_come",),
        ),
        ("answered_on = 2026-01-01\n[firm]\nexports = false\nfirst_foreign_sale = 2027\n", ()),
        ('[markets]\nexclude = ["FR", "DE"]\nsold_to = ["DE"]\n', ("shut_out_and_wanted",)),
        ('[markets]\nexclude = ["FR"]\nconsider = ["FR"]\n', ("shut_out_and_wanted",)),
        ('[markets]\nexclude = ["FR"]\nconsider = ["DE"]\n', ()),
        ("[storage]\nconsent = true\n", ("consent_without_day",)),
        ("[firm]\nexports = false\nforeign_share = 0\n", ()),
        ("[firm]\nexports = true\nforeign_share = 30\ncountries = 2\nworld_regions = 2\n", ()),
        ("answered_on = 2026-01-01\n[firm]\nfounded = 2026\n[plans]\nstart = 2026-01-01\n", ()),
        ("[storage]\nconsent = true\nconsented_on = 2026-01-01\n", ()),
        ("", ()),
    ],
)
def test_a_contradiction_is_named_and_nothing_else(text: str, keys: tuple[str, ...]) -> None:
    answers = parse(AnswerFile, text, "answers.toml")
    assert contradictions(answers) == keys
    found = advise(answers)
    assert found.contradictions == keys
    assert found.plan
    assert found.markets.passing
    assert all(has(f"advice.contradictions.{key}") for key in keys)
