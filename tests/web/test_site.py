"""The pages: the same live and as files, whole without JavaScript, with nothing from outside."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import pytest
from httpx import Client

import firmtrade as ft
from browsed import barriers, ground, new_page
from firmtrade.errors import UsageError
from firmtrade.messages import LANGUAGES
from firmtrade.outputs import ObsStatus
from firmtrade.report import publish
from firmtrade.report.model import Figure, Table
from firmtrade.web.drawing import drawing
from firmtrade.web.export import export
from firmtrade.web.read import read_site
from firmtrade.web.site import Site
from report.sample import document
from web.conftest import a_year_later

FIRST = "releases/sampleland-en-5f2c9a0b"


def paths(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def own_pages(folder: Path) -> list[Path]:
    """The pages of the site itself; those of the releases in it have their own tests."""
    return [path for path in sorted(folder.rglob("*.html")) if "files" not in path.parts]


def test_a_server_gives_the_very_bytes_of_the_exported_files(client: Client, exported: Path) -> None:
    written = [path for path in paths(exported) if path != "site.json"]
    assert len(written) > 100
    different = [path for path in written if client.get(f"/{path}").content != (exported / path).read_bytes()]
    assert different == []


def test_two_exports_are_equal_to_the_byte_and_replace_each_other(
    releases: Path, exported: Path, tmp_path: Path
) -> None:
    folders = [releases / name for name in ("en", "fr", "later")]
    for _ in range(2):
        ft.export_site(folders, tmp_path / "elsewhere")
    assert paths(tmp_path / "elsewhere") == paths(exported)
    assert all(
        (tmp_path / "elsewhere" / path).read_bytes() == (exported / path).read_bytes()
        for path in paths(exported)
    )


def test_files_of_others_are_never_replaced(releases: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files that are not of a site"):
        ft.export_site([releases / "fr"], tmp_path / "site")
    assert (tmp_path / "site" / "notes.txt").read_text() == "mine"


class Page(HTMLParser):
    """Links, anchors and whatever acts or styles inside a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = dict(attributes)
        self.links += [held[name] or "" for name in ("href", "src", "action") if name in held]
        self.anchors |= {str(held["id"])} if "id" in held else set()
        acts = tag == "style" or (tag == "script" and "src" not in held)
        self.inline += [tag] if acts else []
        self.inline += [name for name in held if name.startswith("on") or name == "style"]


def test_every_link_of_the_files_leads_to_a_file_of_the_site(exported: Path) -> None:
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in own_pages(exported)}
    assert len(pages) > 40
    broken = []
    for path, page in pages.items():
        for link in page.links:
            bare, anchor = urldefrag(link)
            assert not urlsplit(link).scheme, link
            target = (path.parent / unquote(bare)).resolve() if bare else path
            lost = anchor and target in pages and anchor not in pages[target].anchors
            if lost or not target.is_file():
                broken.append((path.name, link))
    assert broken == []


def test_no_page_holds_a_script_or_a_style_of_its_own(exported: Path) -> None:
    assert [path.name for path in own_pages(exported) if Page(path.read_text(encoding="utf-8")).inline] == []


def test_every_page_says_that_data_is_synthetic(exported: Path) -> None:
    assert [
        path.name for path in own_pages(exported) if 'class="banner"' not in path.read_text(encoding="utf-8")
    ] == []


def test_a_hidden_number_is_a_mark_with_its_reason(exported: Path) -> None:
    page = (exported / FIRST / "table-4.html").read_text(encoding="utf-8")
    assert "[c]</a>" in page
    assert "hidden to protect the firms behind the number" in page


def test_a_table_with_several_marks_says_what_each_means(tmp_path: Path) -> None:
    made = document(rows=3)

    def marked(item: Table | Figure) -> Table | Figure:
        if not isinstance(item, Table) or item.id != "4":
            return item
        place = next(place for place, cell in item.cells.items() if cell.status is ObsStatus.NORMAL)
        cell = replace(item.cells[place], value=None, status=ObsStatus.UNDEFINED)
        return replace(item, cells={**item.cells, place: cell})

    sections = tuple(replace(section, items=tuple(map(marked, section.items))) for section in made.sections)
    publish(replace(made, sections=sections), tmp_path / "release", formats=("html", "csv"))
    site = export(read_site([tmp_path / "release"]), tmp_path / "site")
    (path,) = site.glob("releases/*/table-4.html")
    page = path.read_text(encoding="utf-8")
    assert "<b>[c]</b> hidden to protect the firms behind the number; <b>" in page


def test_rows_and_columns_that_are_chosen_are_shown_alone(client: Client) -> None:
    asked = client.get(
        f"/{FIRST}/table-4.html", params={"row": ["n", "no such row"], "column": "size_lt10"}
    ).text
    body = asked[asked.index("<tbody>") : asked.index("</tbody>")]
    assert body.count("<tr") == 1
    assert body.count("<td") == 1
    assert "19,021" in body
    assert asked.count(" checked") == 2


def numbers(page: str) -> list[tuple[str, str]]:
    """The numbers of a page, each with the address that it leads to."""
    return re.findall(r'<td><a href="([^"]+)"[^>]*>([\d.]+)</a>', page)


def test_two_years_stand_side_by_side_and_along_time(client: Client) -> None:
    page = client.get("/compare/table-4.html", params={"row": "intra_eu_import", "column": "size_lt10"}).text
    side, along = page.split('id="time"')
    assert (
        numbers(side)
        == numbers(along)
        == [
            (f"../{FIRST}/numbers/table-4.html#intra_eu_import.size_lt10", "6.1"),
            ("../releases/sampleland-en-90c2aa10/numbers/table-4.html#intra_eu_import.size_lt10", "6.7"),
        ]
    )
    heads = re.findall(r'<th scope="col">(\d{4})', along)
    assert heads == ["2002", "2003"]


def test_three_years_are_drawn_as_lines_and_two_are_not(
    releases: Path, exported: Path, tmp_path: Path
) -> None:
    last = a_year_later(a_year_later(document("en", rows=4)))
    about = replace(last.provenance, data_fingerprint="aa01")
    publish(replace(last, provenance=about), tmp_path / "last", formats=("csv",))
    site = read_site([releases / "en", tmp_path / "last", releases / "later"])
    page = (export(site, tmp_path / "site") / "compare" / "table-4.html").read_text(encoding="utf-8")
    (said,) = re.findall(r'<svg[^>]*aria-label="([^"]+)"', page)
    assert "Intra-EU import" in said
    assert "Number of firms" not in said
    assert "7.4" in said  # 6.1 after two years of a tenth more
    assert Page(page).inline == []
    assert "<svg" not in (exported / "compare" / "table-4.html").read_text(encoding="utf-8")


def test_translations_are_linked_and_never_compared(site: Site, exported: Path) -> None:
    assert {len(releases) for releases in site.comparable.values()} == {2}
    page = (exported / FIRST / "table-4.html").read_text(encoding="utf-8")
    assert '<link rel="alternate" hreflang="fr" href="../sampleland-fr/table-4.html">' in page


def test_one_release_has_nothing_to_compare_and_says_so(releases: Path, tmp_path: Path) -> None:
    site = read_site([releases / "fr"])
    page = (export(site, tmp_path / "site") / "compare" / "index.html").read_text(encoding="utf-8")
    assert "Aucun tableau n’est commun" in page


@pytest.mark.parametrize(
    ("asked", "first"),
    [("EXTRA-eu division", None), ("figures exportations par TAILLE", None),
     ("size class", "Table 4"), ("mode", "Figure 16")],
)  # fmt: skip
def test_a_search_finds_what_has_every_word(client: Client, asked: str, first: str | None) -> None:
    page = client.get("/search.html", params={"q": asked}).text
    hits = re.findall(r'<li lang="\w\w"><a href="[^"]+">([^<]+)</a>', page)
    if first is None:
        assert hits == []
        assert "Nothing has all of these words." in page
    else:
        assert hits[0].startswith(first)


def test_the_map_has_no_host_unless_one_is_given(releases: Path, tmp_path: Path) -> None:
    def located(site: Site) -> list[str]:
        export(site, tmp_path / "site")
        root = ElementTree.parse(tmp_path / "site" / "sitemap.xml").getroot()
        return [element.text or "" for element in root.iter() if element.tag.endswith("loc")]

    bare = located(read_site([releases / "fr"]))
    assert "index.html" in bare
    based = located(read_site([releases / "fr"], base_url="https://statistics.example.org/firms"))
    assert based == [f"https://statistics.example.org/firms/{path}" for path in bare]
    with pytest.raises(UsageError, match="no address of a site"):
        read_site([releases / "fr"], base_url="statistics.example.org")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_no_release_are_in_the_language_that_is_asked_for(
    releases: Path, tmp_path: Path, language: str
) -> None:
    site = export(read_site([releases / "en"], language), tmp_path / "site")
    assert f'<html lang="{language}">' in (site / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in (site / "releases" / "sampleland" / "index.html").read_text(encoding="utf-8")


def test_a_site_that_is_synthetic_in_part_says_which_release_is(releases: Path, tmp_path: Path) -> None:
    real = document("en", banner="", rows=3)
    about = replace(real.provenance, data="real", protection="by a profile", data_fingerprint="77")
    publish(replace(real, provenance=about, title="Real firms"), tmp_path / "real", formats=("html", "csv"))
    site = export(read_site([releases / "en", tmp_path / "real"]), tmp_path / "site")
    said = "Partly synthetic data: How small firms trade across borders</aside>"
    assert said in (site / "index.html").read_text(encoding="utf-8")
    assert said in (site / "compare" / "table-4.html").read_text(encoding="utf-8")
    assert "<aside" not in (site / "releases" / "sampleland-en-77" / "index.html").read_text(encoding="utf-8")


def test_what_a_hostile_text_says_stays_text(tmp_path: Path) -> None:
    title = '<script>alert("1")</script>'
    publish(replace(document(rows=3), title=title), tmp_path / "release", formats=("html", "csv"))
    site = export(read_site([tmp_path / "release"]), tmp_path / "site")
    assert not [path for path in own_pages(site) if "<script>" in path.read_text(encoding="utf-8")]


PAGES = (
    "index.html", "search.html", "compare/index.html", "compare/table-4.html", f"{FIRST}/index.html",
    f"{FIRST}/table-4.html", f"{FIRST}/figure-17.html", f"{FIRST}/numbers/table-4.html",
)  # fmt: skip


@pytest.mark.parametrize("width", [320, 1280])
def test_no_barrier_on_any_kind_of_page_and_nothing_beside_the_screen(
    browser: Any, exported: Path, width: int
) -> None:
    opened = new_page(browser, viewport={"width": width, "height": 900})
    for path in PAGES:
        opened.goto((exported / path).as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
        assert barriers(opened) == [], path


def test_the_observatory_is_dark_where_the_device_is(browser: Any, exported: Path) -> None:
    opened = new_page(browser, color_scheme="dark")
    for path in ("index.html", f"{FIRST}/figure-17.html", f"{FIRST}/table-4.html", "compare/table-4.html"):
        opened.goto((exported / path).as_uri())
        assert ground(opened) == "rgb(19, 26, 33)", path
        assert barriers(opened) == [], path


def test_the_title_of_a_figure_stands_above_its_picture_and_not_again_in_it(exported: Path) -> None:
    page = (exported / FIRST / "figure-17.html").read_text(encoding="utf-8")
    picture = page[page.index("<svg") : page.index("</svg>")]
    (title,) = re.findall(r"<h1[^>]*>(?:<span[^>]*>[^<]*</span>)?\s*([^<]+)</h1>", page)
    assert title.strip() not in re.sub(r"<svg[^>]*>", "", picture)
    assert "SYNTHETIC DATA" in picture
    assert "Intra-EU import" in picture


def test_a_drawing_is_the_same_whatever_else_the_process_writes_as_xml() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g><rect width="1"/></g></svg>'
    before = drawing(svg, "A box", "one")
    assert "<rect" in before
    ElementTree.register_namespace("", "urn:of-another-writer")
    assert drawing(svg, "A box", "one") == before


def test_files_choose_and_search_by_script_as_a_server_does(
    browser: Any, exported: Path, client: Client
) -> None:
    opened = new_page(browser)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{(exported / FIRST / 'table-1.html').as_uri()}?row=import_only&column=intra_eu&column=n")
    assert opened.locator("tbody tr:visible").count() == 1
    assert opened.locator("tbody td:visible").all_inner_texts() == ["1,588", "801"]
    assert opened.locator("thead th:visible").all_inner_texts() == [
        "Mode",
        "All",
        "Partners",
        "Intra-EU only",
    ]
    opened.goto(f"{(exported / 'compare' / 'table-4.html').as_uri()}?row=intra_eu_import&column=size_lt10")
    assert opened.locator("tbody td:visible").all_inner_texts() == ["6.1", "6.7", "6.1", "6.7"]
    assert opened.locator("tbody th[scope=rowgroup]:visible").all_inner_texts() == ["< 10"]
    opened.goto(f"{(exported / 'search.html').as_uri()}?q=EXTRA-eu+size")
    found = opened.locator("#hits li:visible a").all_inner_texts()
    page = client.get("/search.html", params={"q": "EXTRA-eu size"}).text
    assert found == re.findall(r'<li lang="\w\w"><a href="[^"]+">([^<]+)</a>', page)
    assert opened.locator("h1").inner_text() == f"Found: {len(found)}"
    assert complaints == []


def test_the_list_of_files_says_what_every_file_is(exported: Path) -> None:
    facts = json.loads((exported / "site.json").read_text(encoding="utf-8"))
    assert sorted(facts["files"]) == [path for path in paths(exported) if path != "site.json"]
    assert len(facts["releases"]) == 3
