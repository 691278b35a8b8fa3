"""The page in a real browser: offline, without JavaScript, on a telephone, and for everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from browsed import barriers, ground, new_page, with_script
from firmtrade.messages import language_of
from firmtrade.report import html
from firmtrade.report.model import Section, Table
from firmtrade.report.pictures import draw
from report.sample import document, figures

PAGES = ["index.html", "explain/table-4.html"]


class Links(HTMLParser):
    """Anchors and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.anchors.append(str(given["id"]))
        self.addresses += [str(given[name]) for name in ("href", "src") if given.get(name)]


@pytest.fixture
def page(browser: Any) -> Any:
    """A page without JavaScript that may read files and nothing else."""
    opened = new_page(browser, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    opened.context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_accessibility_checker_finds_nothing(
    browser: Any, short_page: Path, name: str, width: int
) -> None:
    assert barriers(with_script(browser, short_page / name, width)) == []


@pytest.mark.parametrize("name", PAGES)
def test_where_the_device_is_dark_the_page_is_and_can_be_read(
    browser: Any, short_page: Path, name: str
) -> None:
    opened = with_script(browser, short_page / name, 1280, "dark")
    assert ground(opened) == "rgb(19, 26, 33)"
    assert barriers(opened) == []
    opened.emulate_media(media="print")
    assert ground(opened) == "rgb(255, 255, 255)", "paper is white"


@pytest.mark.parametrize("name", [*PAGES, "review.html"])
@pytest.mark.parametrize("width", [1280, 768, 320])
def test_no_page_is_wider_than_the_screen(browser: Any, release: Path, name: str, width: int) -> None:
    opened = with_script(browser, release / name, width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 320])
def test_a_table_wider_than_the_screen_scrolls_in_its_own_frame(
    browser: Any, release: Path, width: int
) -> None:
    opened = with_script(browser, release / "index.html", width)
    loose = opened.evaluate(
        "[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right > innerWidth"
        " && !t.closest('.scroll')).length"
    )
    assert loose == 0


def test_the_page_is_drawn_in_the_type_that_comes_with_it(browser: Any, release: Path) -> None:
    opened = with_script(browser, release / "index.html", 1280)
    opened.evaluate("document.fonts.ready")
    loaded = opened.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family + ' ' + f.weight)"
    )
    assert {name.strip('"').replace('"', "") for name in loaded} >= {
        "Source Sans 3 400",
        "Source Sans 3 600 700",
    }
    family = opened.evaluate("getComputedStyle(document.querySelector('.chart text')).fontFamily")
    assert "Source Sans 3" in family


def test_the_page_reads_without_javascript_and_without_a_network(page: Any, release: Path) -> None:
    page.goto((release / "index.html").as_uri())
    assert page.locator("table").count() >= 7
    assert page.locator("svg.wide").first.is_visible()
    assert all(url.startswith("file:") for url in page.asked)
    text = (release / "index.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text.replace("https://schema.org/", "")


def test_a_number_leads_to_its_explanation(page: Any, release: Path) -> None:
    page.goto((release / "index.html").as_uri())
    page.get_by_role("link", name="20,451: how this number came about", exact=True).click()
    assert page.url.endswith("explain/table-1.html#no_internationalization.n")
    assert "20,451" in page.locator(":target").inner_text()
    assert page.locator("body").inner_text().count("count with the flag / count in the group") == 1


def test_one_link_for_each_table_is_a_stop_of_the_tabulator_and_not_every_number(
    page: Any, release: Path
) -> None:
    page.goto((release / "index.html").as_uri())
    assert page.locator("td > a").count() > 50
    assert page.locator("td > a:not([tabindex='-1'])").count() == 0
    assert page.locator("footer a[href^='explain/']").count() == page.locator("table").count()


def test_a_telephone_gets_the_narrow_drawing(browser: Any, release: Path) -> None:
    opened = with_script(browser, release / "index.html", 320)
    assert opened.locator("svg.narrow").first.is_visible()
    assert not opened.locator("svg.wide").first.is_visible()


def test_the_print_style_hides_what_paper_cannot_use(browser: Any, release: Path) -> None:
    opened = with_script(browser, release / "index.html", 1280)
    opened.emulate_media(media="print")
    assert not opened.locator(".downloads").first.is_visible()
    assert opened.locator("table").first.is_visible()


def test_every_reference_leads_somewhere(release: Path) -> None:
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in release.rglob("*.html")}
    broken = []
    for path, links in pages.items():
        for address in links.addresses:
            name, _, anchor = address.partition("#")
            target = (path.parent / name).resolve() if name else path
            if not target.is_file() or (anchor and anchor not in pages[target].anchors):
                broken.append(f"{path.name}: {address}")
    assert broken == []


def test_no_anchor_is_given_twice(release: Path) -> None:
    for path in release.rglob("*.html"):
        anchors = Links(path.read_text(encoding="utf-8")).anchors
        assert len(anchors) == len(set(anchors)), path.name


def test_every_number_of_the_page_is_a_link(release: Path) -> None:
    text = (release / "index.html").read_text(encoding="utf-8")
    cells = sum(len(table.cells) for table in document().tables())
    assert len(re.findall(r"<td[^>]*><a href=", text)) == cells
    assert "<td><span>" not in text


def test_every_drawing_has_one_alternative_text(release: Path) -> None:
    text = (release / "index.html").read_text(encoding="utf-8")
    drawn = [figure for figure in figures() if figure.table.computed]
    assert text.count("<svg") == 2 * len(drawn)
    assert text.count('role="img" aria-label="') == 2 * len(drawn)
    assert 'aria-label=""' not in text


def test_every_page_says_what_data_it_is_made_of(release: Path) -> None:
    for path in release.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "SYNTHETIC DATA" in text, path.name
        assert "from the study sampleland; synthetic data, fingerprint 5f2c9a0b7d31" in text, path.name


def test_a_table_that_was_not_computed_says_what_it_needs(release: Path) -> None:
    text = (release / "index.html").read_text(encoding="utf-8")
    assert "not computed: needs <code>value_added</code> in <code>accounts</code>" in text
    assert "not computed: needs <code>nace</code> in <code>firms</code>" in text
    assert "5: needs the column <code>value_added</code>" in text


def test_no_page_prints_the_signs_around_a_name(release: Path) -> None:
    shown = [
        re.sub(r"<style>.*?</style>", "", path.read_text("utf-8"), flags=re.S)
        for path in release.rglob("*.html")
    ]
    assert shown
    assert not any("`" in page for page in shown)


def test_text_of_a_study_cannot_become_markup() -> None:
    table = Table("1", "1", "<script>alert(1)</script> & co", needs="<b>x</b>")
    plain = document()
    made = html.pages(replace(plain, sections=(Section("a", "<i>A</i>", (), (table,)),), findings=()), {})
    text = made["index.html"].decode()
    assert "<script>" not in text
    assert "<i>A</i>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in text


def test_a_drawing_inside_a_page_keeps_no_name_of_another(release: Path) -> None:
    picture = draw(figures()[0], language_of("en"))
    inlined = html.inline(
        '<svg width="1"><g id="a" role="x" aria-label="y" clip-path="url(#a)"/></svg>', "t", "w", "p"
    )
    assert inlined == '<svg class="w" role="img" aria-label="t"><g id="p-a" clip-path="url(#p-a)"/></svg>'
    assert b"<title>Percentage of internationalized firms by region</title>" in picture.download


def test_search_engines_find_the_release_as_a_dataset(browser: Any, release: Path) -> None:
    opened = with_script(browser, release / "index.html", 1280)
    dataset = opened.locator("[itemtype='https://schema.org/Dataset']")
    assert dataset.count() == 1
    assert dataset.locator("[itemprop=name]").inner_text() == opened.locator("h1").inner_text()
    assert len(dataset.locator("[itemprop=description]").inner_text()) >= 50
    coverage = dataset.locator("[itemprop=temporalCoverage]").get_attribute("content")
    assert re.fullmatch(r"\d{4}(/\d{4})?", coverage)
    files = dataset.locator("[itemprop=distribution] [itemprop=contentUrl]")
    assert files.count() >= 3
    assert all((release / files.nth(place).get_attribute("href")).exists() for place in range(files.count()))
