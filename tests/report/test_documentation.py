"""The gallery and the documentation show pictures that are there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_picture_of_the_gallery_is_there_and_has_a_text() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", (DOCS / "gallery.md").read_text(encoding="utf-8"))
    assert pictures
    assert all(text and (DOCS / path).is_file() for text, path in pictures)


def test_every_picture_that_is_made_is_shown() -> None:
    shown = set(re.findall(r"images/([\w-]+\.png)", (DOCS / "gallery.md").read_text(encoding="utf-8")))
    assert {path.name for path in (DOCS / "images").glob("*.png")} == shown


def test_the_example_of_the_how_to_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / "how-to" / "publish.md").read_text("utf-8"), re.S)
    exec(compile(example, "publish.md", "exec"), {})


def test_the_formats_page_names_every_file_of_a_release(release: Path) -> None:
    page = (DOCS / "reference" / "formats.md").read_text(encoding="utf-8")
    table = page[: page.index("## What every format keeps")]
    patterns = re.findall(r"`([^`\s]+)`", table)
    names = [path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()]
    unnamed = [
        name
        for name in names
        if not any(fnmatch(name, one) or (one.endswith("/") and name.startswith(one)) for one in patterns)
        and not any(fnmatch(name, f"figures/{one}") for one in patterns if one.startswith("*."))
    ]
    assert unnamed == []
