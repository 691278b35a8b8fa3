"""The API: numbers as the release prints them, described by OpenAPI, and plain answers to whatever is asked."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from firmtrade.web.resources import RESOURCES
from firmtrade.web.server import application
from firmtrade.web.site import Site
from web.conftest import asked as served

NAME = "sampleland-en-5f2c9a0b"
RELEASE = f"/api/releases/{NAME}"
HIDDEN = "4/manufacturing/extra_eu_import/size_100_250"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_number_is_the_one_of_the_release(client: Client, releases: Path) -> None:
    printed = {
        "/".join(row[name] for name in ("table", "population", "row", "column")): row
        for row in rows((releases / "en" / "cells.csv").read_text(encoding="utf-8"))
    }
    met = set()
    for table in client.get(f"{RELEASE}.json").json()["tables"]:
        if not table["computed"]:
            assert client.get(f"{RELEASE}/tables/{table['id']}.json").status_code == 404
            continue
        found = client.get(f"{RELEASE}/tables/{table['id']}.json").json()
        for at, beside in found["extension"]["cells"].items():
            row = printed[beside["key"]]
            assert found["value"].get(at) == (float(row["value"]) if row["value"] else None)
            assert found["status"].get(at, "A") == row["status"]
            assert (beside["unit"], beside["year"]) == (row["unit"], row["year"])
            met.add(beside["key"])
    assert met == set(printed)


def test_json_stat_is_laid_out_as_its_standard_says(client: Client) -> None:
    found = client.get(f"{RELEASE}/tables/table-4.json").json()
    assert (found["version"], found["class"], found["id"]) == ("2.0", "dataset", ["row", "column"])
    for name, size in zip(found["id"], found["size"], strict=True):
        category = found["dimension"][name]["category"]
        assert len(category["index"]) == size == len(category["label"])
    assert all(0 <= int(at) < found["size"][0] * found["size"][1] for at in found["value"])
    assert "SYNTHETIC DATA" in found["note"]


def test_what_is_hidden_has_its_reason_and_no_number(client: Client) -> None:
    found = client.get(f"{RELEASE}/cell.json", params={"key": HIDDEN}).json()
    assert (found["value"], found["text"], found["status"]) == (None, "[c]", "Q")
    table = client.get(f"{RELEASE}/tables/table-4.json").json()
    (at,) = [at for at, cell in table["extension"]["cells"].items() if cell["key"] == HIDDEN]
    assert at not in table["value"]
    assert table["extension"]["cells"][at]["mark"] == "[c]"


def test_a_cell_says_what_it_is_and_how_it_came_about(client: Client) -> None:
    found = client.get(f"{RELEASE}/cell.json", params={"key": "1/manufacturing/import_only/n"}).json()
    assert (found["value"], found["unit"], found["table"]) == (1588, "count", "Table 1")
    assert found["explanation"]["definition"].startswith("Number of firms of the group")
    assert found["explanation"]["source"] == "Definitions, section 4"
    listed = client.get(f"{RELEASE}/tables/table-1.cells.json").json()["items"]
    assert found in listed


def test_csv_is_the_file_of_the_release(client: Client, releases: Path) -> None:
    for path in sorted((releases / "en" / "tables").glob("*.csv")):
        assert client.get(f"{RELEASE}/tables/{path.name}").content == path.read_bytes()


def test_sdmx_is_there_where_the_release_holds_it(client: Client, releases: Path) -> None:
    whole = rows((releases / "en" / "sdmx" / "cells.csv").read_text(encoding="utf-8"))
    of_table = rows(client.get(f"{RELEASE}/tables/table-4.sdmx.csv").text)
    assert of_table == [row for row in whole if row["TABLE"] == "4"]
    assert of_table
    assert client.get("/api/releases/sampleland-fr/tables/table-4.sdmx.csv").status_code == 404


def test_a_list_comes_in_parts(client: Client) -> None:
    whole = client.get("/api/search.json", params={"q": "export"}).json()
    parts, offset = [], 0
    while offset is not None:
        asked = {"q": "export", "limit": 4, "offset": offset}
        part = client.get("/api/search.json", params=asked).json()
        assert len(part["items"]) <= 4
        parts += part["items"]
        offset = part["next_offset"]
    assert parts == whole["items"]
    assert len(parts) == whole["total"] > 8


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/search.json?limit=0", "`limit` is a whole number from 1 to 1000"),
        ("/api/search.json?limit=1001", "`limit` is a whole number"),
        ("/api/search.json?offset=-1", "`offset` is a whole number from 0 on"),
        ("/api/search.json?offset=%D9%A3", "`offset` is a whole number"),
        ("/api/search.json?limt=1", "Did you mean `limit`?"),
        (f"{RELEASE}.json?x=1", "This address takes none"),
        (f"{RELEASE}/cell.json", "`key` is missing"),
    ],
)
def test_a_wrong_question_is_answered_in_words(client: Client, path: str, said: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/none.json", "/api/releases/none.json", f"{RELEASE}/tables/table-99.json",
        f"{RELEASE}/tables/table-4.xml",
        f"{RELEASE}/cell.json?key=4/x/y/z", f"/releases/{NAME}/table-99.html", "/none", "/assets/..%2fpages.py",
        f"/releases/{NAME}/files/..%2f..%2f..%2fetc%2fpasswd",
        f"/releases/{NAME}/files/%00", "/%2e%2e/%2e%2e/etc/passwd",
        f"/releases/{NAME}/files/", "/assets/", "/releases/",
        f"/releases/{NAME}", f"/releases/{NAME}/numbers/table-5.html",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_nothing_of_the_disk_is_listed(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/x-nothing;q=x"})
    assert answer.status_code == 404
    assert not [word for word in ("Traceback", "root:", "site-packages") if word in answer.text]
    kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_the_site_is_read_only(client: Client, method: str) -> None:
    for path in ("/index.html", "/api/releases.json"):
        answer = client.request(method, path)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
        assert "access-control-allow-origin" not in answer.headers


def test_a_long_question_is_refused_and_a_head_has_the_headers_of_its_answer(client: Client) -> None:
    assert client.get("/search.html", params={"q": "a" * 5_000}).status_code == 414
    head, whole = client.head("/index.html"), client.get("/index.html")
    assert head.status_code == 200
    assert {name: head.headers[name] for name in ("etag", "content-length", "content-type")} == {
        name: whole.headers[name] for name in ("etag", "content-length", "content-type")
    }


def test_who_holds_an_answer_already_is_told_so(client: Client) -> None:
    for path in ("/index.html", f"{RELEASE}/tables/table-4.json", f"/releases/{NAME}/files/cells.csv"):
        tag = client.get(path).headers["etag"]
        for held in (tag, f'"x", W/{tag}', "*"):
            again = client.get(path, headers={"If-None-Match": held})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_answers_carry_a_strict_policy_and_no_cookie(client: Client) -> None:
    for path in (
        "/",
        f"/releases/{NAME}/",
        "/api/releases.json",
        "/none",
        f"/releases/{NAME}/files/index.html",
    ):
        answer = client.get(path)
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert "script-src 'self'" in policy or "script-src 'none'" in policy


def test_a_fault_of_the_program_is_told_without_its_text(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the value 123456")

    monkeypatch.setattr("firmtrade.web.search.found", broken)
    with served(site) as opened:
        answer = opened.get("/api/search.json")
    assert answer.status_code == 500
    assert "123456" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


@settings(max_examples=150)
@given(
    path=st.text(max_size=60), query=st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4)
)
def test_whatever_is_asked_is_answered_in_words(client: Client, path: str, query: dict[str, str]) -> None:
    for start in ("/", "/api/", f"/releases/{NAME}/", f"{RELEASE}/tables/", "/compare/", "/search.html?"):
        answer = client.get(f"{start}{quote(path, safe='')}", params=query)
        assert answer.status_code in {200, 400, 404}
        assert "Traceback" not in answer.text


def described(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def test_the_description_has_every_address_of_the_api_and_its_parameters(client: Client, site: Site) -> None:
    routes = {route.path for route in application(site).routes if route.path.startswith("/api/")}
    paths = described(client)["paths"]
    assert set(paths) == routes
    by_path = {resource.path: resource for resource in RESOURCES}
    for path, operations in paths.items():
        named = {(each["name"], each["in"]) for each in operations["get"]["parameters"]}
        resource = by_path[path]
        assert named == {(name, "path") for name in resource.names} | {
            (name, "query") for name in resource.query
        }


def test_every_described_address_answers_as_described(client: Client) -> None:
    values = {"release": NAME, "table": "table-4", "key": HIDDEN, "q": "export", "limit": "3", "offset": "1"}
    for path, operations in described(client)["paths"].items():
        asked = {each["name"]: values[each["name"]] for each in operations["get"]["parameters"]}
        answer = client.get(
            path.format(**values), params={k: v for k, v in asked.items() if "{" + k + "}" not in path}
        )
        assert answer.status_code == 200, path
        (kind,) = operations["get"]["responses"]["200"]["content"]
        assert answer.headers["content-type"].partition(";")[0] == kind
        if kind == "application/json":
            json.loads(answer.content)
        unknown = client.get(path.format(**values), params={"unknown": "1"})
        assert unknown.status_code == (200 if path.endswith("openapi.json") else 400)
