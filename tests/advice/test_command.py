"""The command `advise`, as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import firmtrade as ft
from advice.worked_cases import CASES
from firmtrade.advice import read_answers
from firmtrade.cli.app import app
from firmtrade.errors import DataError, StudyError, UsageError
from firmtrade.messages import LANGUAGES

FILES = {"index.html", "report.pdf", "advice.json", "plan.md", "plan.ics"}


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(CASES["brewery"], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "release"
    ft.publish("belgium-2008", folder, formats=("csv",))
    return folder


def uncommented(form: str) -> str:
    return re.sub(r"^# ", "", form, flags=re.M)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_form_is_valid_as_it_stands_and_with_every_line_answered(
    tmp_path: Path, language: str
) -> None:
    path = tmp_path / "form.toml"
    done = CliRunner().invoke(app, ["advise", "--form", "--lang", language, "--out", str(path)])
    assert done.exit_code == 0
    assert not read_answers(path).items
    full = tmp_path / "full.toml"
    full.write_text(uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")
    read = read_answers(full)
    assert len(read.items) == 42
    assert len(read.market_answers) == 15
    assert read.storage.consent


def test_a_form_never_overwrites_answers(answers: Path) -> None:
    before = answers.read_bytes()
    with pytest.raises(UsageError, match="already"):
        ft.advice_form(answers)
    assert answers.read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_advice_is_written_in_every_language_and_alike_twice(
    answers: Path, tmp_path: Path, language: str
) -> None:
    written = []
    for name in ("one", "two"):
        out = tmp_path / name
        done = CliRunner().invoke(app, ["advise", str(answers), "--lang", language, "--out", str(out)])
        assert done.exit_code == 0, done.output
        written.append({path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert written[0] == written[1]
    assert written[0].keys() >= FILES
    page = written[0]["index.html"].decode("utf-8")
    assert f'<html lang="{language}">' in page
    assert "src=" not in page
    assert not re.findall(r'href="(?:https?:)?//', page)
    assert written[0]["report.pdf"].startswith(b"%PDF")


def test_an_earlier_advice_is_replaced_and_other_files_are_not(answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "advice"
    ft.advise(answers, out=out)
    ft.advise(answers, out=out, lang="fr")
    assert '<html lang="fr">' in (out / "index.html").read_text(encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="beside"):
        ft.advise(answers, out=out)


def test_peers_are_released_cells_of_the_firm_s_own_classes(
    answers: Path, release: Path, tmp_path: Path
) -> None:
    out = tmp_path / "advice"
    found = ft.advise(answers, release, out).peers
    assert found is not None
    printed = {
        "/".join(line.split(",")[:4]): line.split(",")[4]
        for line in (release / "cells.csv").read_text(encoding="utf-8").splitlines()
    }
    assert {each.by for each in found.found} == {"division", "size", "age", "region", "technology"}
    assert {each.group for each in found.found} == {"nace_15", "size_10_49", "age_ge20", "flanders", "low"}
    for each in found.found:
        assert each.value == float(printed[each.key])
        assert "/services/" not in each.key
    assert "SYNTHETIC" in (out / "index.html").read_text(encoding="utf-8")


def test_no_release_means_no_peers_and_the_rest_stands(answers: Path, tmp_path: Path) -> None:
    found = ft.advise(answers, out=tmp_path / "advice")
    assert found.peers is None
    assert found.entry.modes
    assert "No release was given" in (tmp_path / "advice" / "index.html").read_text(encoding="utf-8")


def test_a_release_of_another_country_is_said_and_not_used(
    answers: Path, release: Path, tmp_path: Path
) -> None:
    answers.write_text(CASES["brewery"].replace('"BE"', '"FR"'), encoding="utf-8")
    found = ft.advise(answers, release, tmp_path / "advice")
    assert found.peers is not None
    assert not found.peers.found
    assert "other_country" in found.outside
    assert "another country" in (tmp_path / "advice" / "index.html").read_text(encoding="utf-8")


def test_a_release_that_was_altered_is_refused(answers: Path, release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in release.rglob("*"):
        if path.is_file():
            place = copy / path.relative_to(release)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    cells = copy / "cells.csv"
    cells.write_text(cells.read_text(encoding="utf-8").replace("21.0", "99.0"), encoding="utf-8")
    cells.write_bytes(cells.read_bytes() + b"\n")
    with pytest.raises(DataError, match="not as it was published"):
        ft.advise(answers, copy)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[firm]\nemployes = 3\n", "line 2.*Did you mean `employees`"),
        ('[market]\nenvironment = "good"\n', "line 2.*favourable"),
        ("[readiness.means]\nfinance = 7\n", "line 2, key readiness.means.finance.*less than or equal to 5"),
        ("[readiness.means]\nfinance = true\n", "line 2.*points from 0 to 5"),
        ("[readiness.means]\nfinanc = 3\n", "line 2.*Did you mean `finance`"),
        ("[readiness.mean]\nfinance = 3\n", "Did you mean `means`"),
        ("[firm]\nemployees = nan\n", "line 2"),
        ("[firm]\nfounded = 2000\nfirst_foreign_sale = 1990\n", "lies before"),
        ("[firm\n", "not valid TOML"),
        ('[firm]\ncountry = "Belgium"\n', "line 2.*Did you mean `BE`"),
        ('[firm]\ncountry = "EL"\n', "line 2.*Did you mean `GR`"),
        ('[firm]\ncountry = "ZZ"\n', "line 2.*ISO 3166"),
        ('[markets]\nproduct = "beer"\n', "line 2.*Harmonized System"),
        ('[markets]\nproduct = "22031"\n', "line 2.*Harmonized System"),
        ('[markets]\noffer = "services"\nproduct = "2203"\n', "code of goods"),
        ('[markets]\nlanguages = ["Dutch"]\n', "line 2.*ISO 639"),
        ('[markets]\nconsider = ["FR", "UK"]\n', "line 2.*`GB`"),
        ('[markets]\nprodukt = "2203"\n', "line 2.*Did you mean `product`"),
        ('[firm]\nnace = "beer"\n', "line 2.*NACE code"),
        ('[markets]\nconsider = "FR"\n', "line 2.*a list is needed"),
        ("answered_on = 2026-12-01T10:00:00\n", "line 1.*a day is needed"),
        ("[plans]\nstart = 9999-12-31\n", "line 2, key plans.start.*2999"),
    ],
)
def test_a_wrong_answer_is_named_with_its_line_and_the_nearest_key(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        read_answers(path)
    assert re.search(says, str(raised.value), flags=re.S)


def test_wrong_usage_leaves_with_status_two_and_no_traceback(tmp_path: Path, answers: Path) -> None:
    for arguments in (
        ["advise"],
        ["advise", "--out", str(tmp_path / "x")],
        ["advise", str(tmp_path / "none.toml"), "--out", str(tmp_path / "x")],
        ["advise", str(answers), "--form", "--out", str(tmp_path / "x")],
        ["advise", str(answers), "--lang", "it", "--out", str(tmp_path / "x")],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 2, arguments
        assert not (tmp_path / "x").exists()


def test_what_the_owner_typed_as_evidence_is_in_no_file(answers: Path, tmp_path: Path) -> None:
    answers.write_text(CASES["brewery"].replace('evidence = "', 'evidence = "Zanzibar '), encoding="utf-8")
    out = tmp_path / "advice"
    ft.advise(answers, out=out)
    assert "Zanzibar" in answers.read_text(encoding="utf-8")
    assert not [path for path in out.rglob("*") if path.is_file() and b"Zanzibar" in path.read_bytes()]


def test_the_data_says_that_no_number_is_a_probability(answers: Path, tmp_path: Path) -> None:
    ft.advise(answers, out=tmp_path / "advice")
    data = json.loads((tmp_path / "advice" / "advice.json").read_text(encoding="utf-8"))
    assert data["format"] == "firmtrade advice 1"
    assert "no number is a probability" in data["nature"]
    assert set(data["files"]) >= FILES - {"advice.json"}
