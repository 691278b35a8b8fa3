"""The pictures of the gallery, made by the program itself.

    python docs/images/make.py              # publishes the bundled studies first (some minutes)
    python docs/images/make.py RELEASE...   # takes the pictures of releases that are there

Needs Chromium, playwright and pdftoppm. Every picture shows synthetic data and says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

IMAGES = Path(__file__).parent
SCREENS = {
    "page": ("index.html", 1360, 940),
    "phone": ("index.html#figure-18", 360, 760),
    "figures": ("index.html#figure-17", 1360, 1000),
    "growth": ("index.html#table-5", 1360, 820),
    "explanation": ("explain/table-6.html#new_to_export.employment_cagr", 1100, 520),
    "review": ("review.html#table-5", 1360, 640),
}
"""Name -> page of the release, width and height of the window."""
PAPER = {"paper-1": 1, "paper-2": 2, "paper-5": 5}
TRADERS = {"traders": ("index.html#section-manufacturing-dynamics", 1360, 1120)}
"""The same, of the release of `belgium-traders`."""
PROTECTED = {"protected": ("index.html#table-3", 1100, 900)}
"""The same, of the chapter protected by a profile."""
HIDDEN_PAGE = 'id="section-hidden"'
"""What only the page of a protected release has: the section on what was hidden."""
DRAWINGS = ("figure-15", "figure-17", "figure-18", "figure-20")


def main() -> int:
    """Make every picture; the releases themselves are left alone."""
    with tempfile.TemporaryDirectory() as folder:
        releases = [Path(each) for each in sys.argv[1:]] or published(Path(folder))
        for release in releases:
            if "SYNTHETIC DATA" not in (release / "index.html").read_text(encoding="utf-8"):
                print("The gallery shows synthetic data only.", file=sys.stderr)
                return 1
            if json.loads((release / "manifest.json").read_text(encoding="utf-8"))["study"] != "belgium-2008":
                screens(release, TRADERS)
                continue
            if (release / "index.html").read_text(encoding="utf-8").count(HIDDEN_PAGE):
                screens(release, PROTECTED)
                continue
            screens(release, SCREENS)
            paper(release)
            for name in DRAWINGS:
                shutil.copyfile(release / "figures" / f"{name}.png", IMAGES / f"{name}.png")
    return 0


def published(folder: Path) -> list[Path]:
    """The bundled studies on their synthetic population, the printed edition beside the one that has it."""
    from firmtrade import api

    return [
        api.publish("belgium-2008", folder / "chapter", formats=("html", "pdf"), against="belgium-2008"),
        api.publish("belgium-traders", folder / "traders", formats=("html",)),
        api.publish("belgium-2008", folder / "protected", formats=("html",), profile="publication"),
    ]


def screens(release: Path, pages: Mapping[str, tuple[str, int, int]]) -> None:
    """Pages as a browser shows them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (page, width, height) in pages.items():
            path, _, anchor = page.partition("#")
            if not (release / path).exists():
                continue
            opened = browser.new_page(viewport={"width": width, "height": height})
            opened.goto((release / path).as_uri() + (f"#{anchor}" if anchor else ""))
            opened.evaluate("document.fonts.ready")
            opened.screenshot(path=IMAGES / f"{name}.png")
            opened.close()
        browser.close()


def paper(release: Path) -> None:
    """Pages of the PDF."""
    for name, page in PAPER.items():
        number = str(page)
        command = ["pdftoppm", "-r", "70", "-f", number, "-l", number, "-singlefile", "-png"]
        subprocess.run([*command, str(release / "report.pdf"), str(IMAGES / name)], check=True)


if __name__ == "__main__":
    sys.exit(main())
