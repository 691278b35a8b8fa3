"""What a run notes travels from its summary to the manifest of the room and the pages of the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import firmtrade as ft
from cli.economy import write_economy
from firmtrade.evidence import EvidenceOptions
from firmtrade.studies.load import parse_study, study_text
from firmtrade.study import Study

NOTES = (
    "There is no table `coverage`: every year present in `trade` counts as covered.",
    "The population `farms` has no firms in 1998–2003.",
)
NOTED = [
    {"text": NOTES[0], "key": "notes.no_coverage", "slots": {}},
    {
        "text": NOTES[1],
        "key": "notes.empty_population",
        "slots": {"population": {"code": "farms"}, "years": {"years": list(range(1998, 2004))}},
    },
]
"""As a manifest holds them: the message, and its English for people."""


@pytest.fixture(scope="module")
def study() -> Study:
    """One table and one figure of farms, of which there are none."""
    head = (
        study_text("belgium-2008")[1].split("\n[populations")[0].replace('edition = "belgium-2008.csv"', "")
    )
    return parse_study(f"""{head}
[populations.farms]
label = "Farms"
activity = "01-02"
definition = "For tests"
source = "For tests"

[[tables]]
id = "1"
title = "Mode of farms"
kind = "mode"
population = "farms"

[[figures]]
id = "fig1"
title = "Modes of farms"
kind = "composition"
population = "farms"

[[figures]]
id = "fig2"
title = "Farms over time"
kind = "series"
population = "farms"
rows = "trade_direction"
years = [1998, 2003]
""")


def test_notes_reach_summary_room_and_page_and_no_empty_chart_is_drawn(study: Study, tmp_path: Path) -> None:
    data = write_economy(tmp_path / "data", firms=50)
    results = ft.run(study, data)
    assert results.summary().splitlines()[-2:] == list(NOTES)
    room = results.write(tmp_path / "room")
    assert json.loads((room / "manifest.json").read_text(encoding="utf-8"))["notes"] == NOTED
    out = ft.release([room], tmp_path / "out", formats=["html"])
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["notes"] == NOTED
    page = (out / "index.html").read_text(encoding="utf-8")
    assert all(re.sub(r"`(\w+)`", r"<code>\1</code>", note) in page for note in NOTES)
    assert not (out / "figures").exists()


def test_notes_end_the_summary_of_the_evidence(tmp_path: Path) -> None:
    data = write_economy(tmp_path / "data", firms=300)
    found = ft.estimate("belgium-2008", data, EvidenceOptions(blocks=("premia",)))
    notes = list(map(str, found.manifest.notes))
    assert found.summary().splitlines()[-len(notes) :] == notes
    assert notes[0] == NOTES[0]
