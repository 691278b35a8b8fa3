"""The command `impact`: a form, a plan that fixes the question, the answer, and what may leave."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import firmtrade as ft
from evidence.supported import Programme, supported
from firmtrade.cli.app import app
from firmtrade.outputs.room import read_room
from firmtrade.sources.stamp import Stamp, write_stamp

MONEY, QUANTITY = pl.Decimal(18, 2), pl.Decimal(18, 6)


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def write_supported(folder: Path, kind: str) -> Path:
    """Canonical tables of a synthetic economy in which support helps first exports; ``support`` among them."""
    frame, took = supported(1500, 9, seed=21, programme=Programme(effect=0.1, takes=0.04))
    folder.mkdir(parents=True)
    frame.unique("firm_id", keep="first", maintain_order=True).select(
        "firm_id", "founded", "closed", (pl.col("division") + pl.lit(".1")).alias("nace"), "region"
    ).write_parquet(folder / "firms.parquet")
    frame.select(
        "firm_id", "year", pl.col("employment").cast(QUANTITY).alias("employees_fte"),
        pl.col("turnover").cast(MONEY), pl.col("value_added").cast(MONEY),
    ).write_parquet(folder / "accounts.parquet")  # fmt: skip
    frame.filter("exporter").select(
        "firm_id", "year", pl.lit("export").alias("flow"), pl.lit("FR").alias("partner"),
        pl.col("export_value").cast(MONEY).alias("value"),
    ).write_parquet(folder / "trade.parquet")  # fmt: skip
    took.with_columns(pl.col("amount").cast(MONEY)).write_parquet(folder / "support.parquet")
    write_stamp(folder / "stamp.json", Stamp(kind, "supported economy of the tests", "simulated"))
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data, a pre-registration, its plan and its answer."""
    folder = tmp_path_factory.mktemp("impact")
    data = write_supported(folder / "data", "synthetic")
    asked = folder / "asked.toml"
    assert call("impact", "--form", "--out", asked).exit_code == 0
    planned = call("impact", asked, "--data", data, "--plan", "--out", folder / "plan")
    assert planned.exit_code == 0, planned.stderr
    done = call("impact", asked, "--data", data, "--registered", folder / "plan", "--out", folder / "room")
    assert done.exit_code == 0, done.stderr
    assert "First export: higher among supported firms" in done.stdout
    assert "is, to the byte, the one of the plan" in done.stdout
    return folder


def test_the_pre_registration_and_its_digest_are_in_the_room(place: Path) -> None:
    import hashlib

    text = (place / "asked.toml").read_bytes()
    room = read_room(place / "room")
    assert (room.path / "preregistration.toml").read_bytes() == text
    facts = room.manifest.preregistration
    assert facts is not None
    assert (facts.sha256, facts.planned, facts.plan) == (hashlib.sha256(text).hexdigest(), True, False)
    assert room.manifest.stays_inside == ("follow-up.csv",)


def test_the_plan_holds_power_and_no_difference(place: Path) -> None:
    plan = read_room(place / "plan")
    assert {e.specification.split("/")[0] for e in plan.statements.estimates} == {"power", "balance"}
    assert not (plan.path / "follow-up.csv").exists()


def test_another_question_than_that_of_the_plan_is_refused_by_the_keys_that_differ(place: Path) -> None:
    other = place / "other.toml"
    text = (place / "asked.toml").read_text(encoding="utf-8")
    other.write_text(text.replace("anticipation = 1", "anticipation = 0"), encoding="utf-8")
    words = ("impact", other, "--data", place / "data", "--registered", place / "plan", "--out", place / "x")
    refused = call(*words)
    assert refused.exit_code == 2
    assert "it differs in design.anticipation" in refused.stderr
    other.write_text(text + "\n# a word more\n", encoding="utf-8")
    assert "comments, spaces or ends of lines alone" in call(*words).stderr
    other.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert "comments, spaces or ends of lines alone" in call(*words).stderr
    assert not (place / "x").exists()


def test_an_answer_does_not_replace_its_plan_and_is_no_plan(place: Path) -> None:
    asked, data = place / "asked.toml", place / "data"
    over = call("impact", asked, "--data", data, "--registered", place / "plan", "--out", place / "plan")
    assert (over.exit_code, "would replace the plan" in over.stderr) == (2, True)
    none = call("impact", asked, "--data", data, "--registered", place / "room", "--out", place / "x")
    assert (none.exit_code, "no plan of an evaluation" in none.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "x"), "the pre-registration is missing"),
        (("none.toml", "--out", "x"), "`--data` is missing"),
        (("none.toml", "--data", "d"), "`--out` is missing"),
        (("none.toml", "--data", "d", "--out", "x"), "the pre-registration none.toml cannot be read"),
        (("--form", "--plan", "--out", "x"), "`--form` reads nothing"),
    ],
)
def test_a_wrong_call_says_what_is_missing(words, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = call("impact", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_without_a_plan_the_room_says_whose_word_the_order_of_things_is(place: Path, tmp_path: Path) -> None:
    found = ft.impact(place / "asked.toml", place / "data")
    assert "No plan was at hand" in found.summary()
    found.write(tmp_path / "room")
    again = json.loads((tmp_path / "room" / "manifest.json").read_text(encoding="utf-8"))
    before = json.loads((place / "room" / "manifest.json").read_text(encoding="utf-8"))
    assert again["files"] == before["files"]


def test_real_support_is_published_protected_and_the_register_stays(place: Path, tmp_path: Path) -> None:
    data = write_supported(tmp_path / "data", "real")
    room = ft.impact(place / "asked.toml", data).write(tmp_path / "room")
    release = ft.release([room], lang="nl").publish(tmp_path / "release", formats=["html", "csv"])
    page = (release / "index.html").read_text(encoding="utf-8")
    assert "Impact van steun" in page
    files = [path for path in release.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name == "follow-up.csv" or b"F0000" in path.read_bytes()]
    estimates = pl.read_csv(release / "estimates.csv", infer_schema=False)
    assert estimates.filter(pl.col("block") == "impact").height > 20
