"""Answers that an agency keeps: with consent and date, without the owner's words, and tried against a register."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import firmtrade as ft
from firmtrade.advice import AnswerFile
from firmtrade.advice.agency import agency_brief
from firmtrade.advice.agency.brief import STARTED
from firmtrade.advice.readiness import scheme
from firmtrade.advice.storage import Kept, Points, read_kept, stored_file
from firmtrade.errors import InputError, UsageError
from firmtrade.study.declaration import parse

ANSWERS = """
answered_on = 2026-12-01
[storage]
consent = true
consented_on = 2026-12-02
reference = "A-0042"
[firm]
exports = false
turnover = 1234567
[readiness.means]
finance = { points = 3, evidence = "a loan of Zanzibar Bank" }
staff_time = 2
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_kept_answers_hold_points_and_days_and_nothing_that_the_owner_typed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for _ in range(2):
        ft.advise(written(tmp_path, ANSWERS), store=store)
    (path,) = store.iterdir()
    text = path.read_text(encoding="utf-8")
    assert "Zanzibar" not in text
    assert "1234567" not in text
    assert oct(store.stat().st_mode)[-2:] == "00"
    (found,) = read_kept(store)
    assert found.reference == "A-0042"
    assert found.items == {
        "finance": Points(points=3, evidenced=True),
        "staff_time": Points(points=2, evidenced=False),
    }
    assert found.band == "open"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("consent = true", "has not consented"),
        ("consented_on = 2026-12-02", "`storage.consented_on`"),
        ('reference = "A-0042"', "`storage.reference`"),
        ("answered_on = 2026-12-01", "`answered_on`"),
    ],
)
def test_nothing_is_kept_without_consent_day_or_reference(tmp_path: Path, line: str, says: str) -> None:
    path, store = written(tmp_path, ANSWERS.replace(line, "")), tmp_path / "store"
    with pytest.raises(UsageError, match=says):
        ft.advise(path, out=tmp_path / "out", store=store)
    assert not store.exists()
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"format": "x"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)other\.json.*no kept answers.*another version"):
        read_kept(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        read_kept(tmp_path / "none")


def answered(reference: str, points: int, *, exports: bool = False, year: int = 1999) -> Kept:
    items = {
        item: Points(points=points, evidenced=False) for each in scheme().dimensions for item in each.items
    }
    return Kept.model_validate(
        {
            "reference": reference,
            "answered_on": f"{year}-05-01",
            "consented_on": f"{year}-05-01",
            "exports": exports,
            "items": items,
        }
    )


def test_kept_answers_are_tried_against_who_exports_later() -> None:
    """Ten of twenty ready firms began, and three of twenty others; those that exported already do not count."""
    begun = {*(f"r{at}" for at in range(10)), *(f"n{at}" for at in range(3)), "already"}
    firms = [*(f"r{at}" for at in range(20)), *(f"n{at}" for at in range(20)), "already", "late"]
    panel = pl.DataFrame(
        [
            {"firm_id": firm, "unit": firm, "year": year, "exporter": year == 2002 and firm in begun,
             "importer": False, "region": "flanders"}
            for firm in firms
            for year in (1998, 2002)
        ]
    )  # fmt: skip
    stored = [
        *(answered(f"r{at}", 5) for at in range(20)),
        *(answered(f"n{at}", 1) for at in range(20)),
        answered("already", 5, exports=True),
        answered("late", 5, year=2002),
        answered("stranger", 5),
        answered("n0", 5, year=2001),
    ]
    found = agency_brief(panel, country="BE", window=(1998, 2002), ages=None, units=3, stored=stored).kept
    assert found is not None
    assert {each.key: (each.firms, each.parts[STARTED].firms) for each in found.groups} == {
        "impasse": (20, 3),
        "passe_partout": (20, 10),
    }
    few = agency_brief(panel, country="BE", window=(1998, 2002), ages=None, units=4, stored=stored).kept
    assert few is not None
    assert [each.key for each in few.groups] == ["other_classes"]


def test_the_form_asks_for_consent_day_and_reference_together() -> None:
    answers = parse(AnswerFile, ANSWERS, "answers.toml")
    name, content = stored_file(answers)
    assert name.startswith("2026-12-01-")
    assert stored_file(answers) == (name, content)
