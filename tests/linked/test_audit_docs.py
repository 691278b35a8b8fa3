"""The pages on the audit say what the audit says."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from firmtrade.linked import AuditReport, audit

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "audit-belgium-2008.md"


@cache
def belgium() -> AuditReport:
    return audit("belgium-2008")


def identities() -> Iterator[str]:
    """The failed identities as a list."""
    return (f"- {one.message}" for one in belgium().contradictions if one.layer == "identity")


def system() -> Iterator[str]:
    """The contradictions of the system as a list."""
    return (f"- {one.message}" for one in belgium().contradictions if one.layer == "system")


def repair() -> Iterator[str]:
    """The repair as a table."""
    yield from ("| Cell | Printed | The others allow |", "|---|---|---|")
    for one in belgium().summary.repair:
        yield f"| `{one.key}` | {one.printed} | {one.allowed} |"


def detection() -> Iterator[str]:
    """The results of the benchmark as a table: one row for each kind of number."""
    with (PAGE.parent / "audit-detection.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["number"], row["found_by"], int(row["editions"])) for row in csv.DictReader(file)]
    alarms = {by: number for kind, by, number in rows if kind == "untouched edition"}
    finders = ("reading", "identity", "system", "nobody")
    yield f"Of {sum(alarms.values())} untouched editions {alarms['false alarm']} raised an alarm."
    yield ""
    yield "| Changed digit in a | editions | the reading refuses it | an identity | only the system | nobody |"
    yield "|---|---|---|---|---|---|"
    kinds = sorted({kind for kind, _, _ in rows} - {"untouched edition"})
    for kind in [*kinds, "any number"]:
        counts = [
            sum(n for k, by, n in rows if by == finder and kind in (k, "any number") and k in kinds)
            for finder in finders
        ]
        yield f"| {kind} | {sum(counts)} | " + " | ".join(map(str, counts)) + " |"


SECTIONS = {"identities": identities, "system": system, "repair": repair, "detection": detection}


def filled(page: str) -> str:
    """The page with its generated sections as they have to be."""
    for name, lines in SECTIONS.items():
        body = "\n".join(["", "", *lines(), "", ""])
        page = re.sub(
            rf"(<!-- {name} -->).*?(<!-- end -->)", lambda m, b=body: m[1] + b + m[2], page, flags=re.DOTALL
        )
    return page


def test_the_page_on_the_chapter_repeats_what_the_audit_finds() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page), "run this file as a program to renew the page"


def test_the_numbers_in_the_text_of_the_page_are_those_of_the_audit() -> None:
    page, summary = PAGE.read_text(encoding="utf-8"), belgium().summary
    assert summary.sentences is not None
    tally = summary.sentences
    prose = [one for one in belgium().contradictions if one.layer == "prose"]
    assert f"{summary.held} of {summary.checked} identities hold" in page
    assert f"{summary.variables:,} variables and {summary.rows:,} rows" in page
    assert f"Of the {tally.checked} claims of the text, {tally.held} hold" in page
    assert f"in {len(prose)} sentences" in page
    assert f"the printed digits leave {tally.undecided} open" in page
    assert sum("It is true of" in one.message for one in prose) == 21
    assert "twenty-one sentences" in page


def test_the_examples_of_the_guide_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "docs" / "how-to" / "audit.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "audit.md", "exec"), {})
    assert "Export is printed as 140" in (tmp_path / "audit.html").read_text(encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
