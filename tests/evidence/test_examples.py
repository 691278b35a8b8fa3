"""Every example of the page on the evidence runs."""

import doctest
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "explanation"


def test_examples_of_the_page_run() -> None:
    result = doctest.testfile(str(DOCS / "evidence.md"), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0
