"""The commands `evidence` and `survey`, and what their rooms hold."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import firmtrade as ft
import firmtrade.evidence
from cli.conftest import TERMS
from cli.economy import write_economy
from firmtrade.cli.app import app
from firmtrade.errors import UsageError
from firmtrade.evidence import EvidenceOptions
from firmtrade.outputs import CONTRIBUTION_COLUMNS
from firmtrade.outputs.room import read_room
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.surveys import load_survey


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_room_of_evidence_reads_back_as_it_was_written(found: ft.Evidence, rooms: Path) -> None:
    held = read_room(rooms / "evidence").statements
    written = {(e.block, e.specification, e.outcome, e.term): e for e in found.results.estimates}
    assert len(held.estimates) == len(written) > 50
    for estimate in held.estimates:
        before = written[estimate.block, estimate.specification, estimate.outcome, estimate.term]
        for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value"):
            value, written_value = getattr(estimate, name), getattr(before, name)
            assert value == (None if written_value is None else pytest.approx(written_value, rel=1e-9)), name
        assert (estimate.n_obs, estimate.n_firms, estimate.note) == (
            before.n_obs,
            before.n_firms,
            str(before.note),
        )
        assert estimate.contributions == before.contributions
    drawn = {(c.specification, c.outcome, c.series): c for c in found.results.curves}
    for curve in held.curves:
        before_curve = drawn[curve.specification, curve.outcome, curve.series]
        assert [p.x for p in curve.points] == [p.x for p in before_curve.points]
        assert [p.y for p in curve.points] == pytest.approx([p.y for p in before_curve.points], rel=1e-9)


def test_the_manifest_names_study_data_and_every_file(rooms: Path) -> None:
    room = read_room(rooms / "evidence")
    assert room.manifest.contents == "evidence"
    assert room.manifest.study == read_room(rooms / "chapter").manifest.study
    assert room.manifest.data == read_room(rooms / "chapter").manifest.data
    assert room.manifest.period == "1996-2003"
    listed = room.manifest.files
    assert listed == {name: sha for name, sha in digests(room.path).items() if name != "manifest.json"}
    assert {"estimates.csv", "curves.csv", "sections.json", "contributions.parquet", "study.toml"} <= set(
        listed
    )
    assert any(name.endswith(".svg") for name in listed)
    assert any(name.endswith(".png") for name in listed)


def test_scores_of_firms_are_written_to_the_room_and_marked_as_staying(tmp_path: Path) -> None:
    data = write_economy(tmp_path / "data", firms=1200)
    options = ft.EvidenceOptions(blocks=("targeting",))
    room = read_room(ft.estimate("belgium-2008", data, options).write(tmp_path / "room"))
    scores = pl.read_csv(room.path / "scores.csv")
    assert room.manifest.stays_inside == ("scores.csv",)
    assert scores["firm_id"].str.starts_with("F").all()
    asked = ft.Observatory(data).scores("belgium-2008")
    assert asked is not None
    assert asked["firm_id"].to_list() == scores["firm_id"].to_list()
    ft.release([room.path]).publish(tmp_path / "release", formats=["html", "csv"])
    left = [path for path in (tmp_path / "release").rglob("*") if path.is_file()]
    assert not [path for path in left if path.name == "scores.csv" or b"F0000" in path.read_bytes()]


def test_behind_every_estimate_with_firms_stand_contributions(rooms: Path) -> None:
    behind = pl.read_parquet(rooms / "evidence" / "contributions.parquet")
    assert tuple(behind.columns) == CONTRIBUTION_COLUMNS
    estimates = pl.read_csv(rooms / "evidence" / "estimates.csv", infer_schema=False)
    keys = set(behind.select("table", "population", "row", "column").iter_rows())
    named = set(estimates.select("block", "specification", "outcome", "term").iter_rows())
    assert named <= keys
    assert not any("F0" in str(value) for value in behind["population"].unique())


def test_a_study_says_how_late_a_closing_may_be_registered(economy: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(economy, data)
    last = pl.read_parquet(data / "accounts.parquet").group_by("firm_id").agg(closed=pl.col("year").max() + 4)
    firms = pl.read_parquet(data / "firms.parquet").join(last, on="firm_id", maintain_order="left")
    firms.with_columns(pl.col("closed").cast(pl.Int32)).write_parquet(data / "firms.parquet")
    write_stamp(data / "stamp.json", Stamp("synthetic", "late closings", "simulated"))
    study = ft.load_study("belgium-2008").text
    late = tmp_path / "late.toml"
    late.write_text(study.replace("[study]\n", "[study]\nclosing_within = 4\n", 1), encoding="utf-8")
    options = ft.EvidenceOptions(blocks=("survival",))

    def hazards(named: str | Path) -> int:
        found = ft.Observatory(data).evidence(named, options)
        return sum(one.specification == "firm/cox" for one in found.results.estimates)

    assert hazards("belgium-2008") == 0
    assert hazards(late) > 0


def test_a_firm_above_the_limit_in_one_year_keeps_its_history(economy: Path) -> None:
    panel = ft.Observatory(economy).panel("belgium-2008")
    large = panel.filter(pl.col("employment") == 400)
    assert large["year"].unique().to_list() == [1999]
    assert not large["in_population"].any()
    history = panel.join(large.select("firm_id"), on="firm_id").group_by("firm_id").agg(pl.col("year").sort())
    assert len(history) > 1
    for years in history["year"]:
        assert years.to_list() == list(range(years[0], years[-1] + 1))


def test_two_runs_write_the_same_room(economy: Path, rooms: Path, tmp_path: Path) -> None:
    ft.estimate("belgium-2008", economy, TERMS).write(tmp_path / "again")
    assert digests(tmp_path / "again") == digests(rooms / "evidence")


def test_the_command_prints_verdicts_and_names_what_it_leaves_out(economy: Path, tmp_path: Path) -> None:
    done = call(
        "evidence",
        "belgium-2008",
        "--data",
        economy,
        "--out",
        tmp_path / "room",
        "--blocks",
        "selection,ventures",
    )
    assert done.exit_code == 0, done.output
    assert "of 2 blocks" in done.stdout
    manifest = json.loads((tmp_path / "room" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["blocks"] == ["selection", "ventures"]
    for sentence in (each["text"] for each in manifest["verdicts"]):
        assert sentence in done.stdout
    assert manifest["switched_off"]
    for sentence in (each["text"] for each in manifest["switched_off"]):
        assert sentence in done.stderr
    assert "keep it inside" in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--blocks", "premium"), 2, "premia"),
        (("--level", "95"), 2, "between 0 and 1"),
        (("--deflator", "nowhere.csv"), 2, "the deflator cannot be read"),
    ],
)
def test_wrong_terms_are_refused_before_any_work(
    economy: Path, tmp_path: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    done = call("evidence", "belgium-2008", "--data", economy, "--out", tmp_path / "room", *words)
    assert done.exit_code == status
    assert said in done.stderr
    assert not (tmp_path / "room").exists()


def test_a_place_that_is_taken_is_refused(economy: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for words in (("evidence", "belgium-2008", "--data", economy), ("survey", "sns-belgium")):
        done = call(*words, "--out", tmp_path)
        assert done.exit_code == 2
        assert "nothing was written" in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_year_that_the_data_lacks_is_a_no_of_the_data(economy: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    text = ft.load_study("belgium-2008").text.replace("window = [1998, 2003]", "window = [1998, 2009]")
    study.write_text(text, encoding="utf-8")
    done = call("evidence", study, "--data", economy, "--out", tmp_path / "room")
    assert done.exit_code == 1, done.output
    assert "2009" in done.stderr


def test_the_register_of_a_study_is_the_frame_of_a_survey(economy: Path) -> None:
    frame = ft.Observatory(economy).register("belgium-2008")
    assert {"firm_id", "region", "size_class", "technology_class", "mode", "founded"} <= set(frame.columns)
    assert frame["firm_id"].n_unique() == len(frame)
    panel = (
        ft.Observatory(economy).panel("belgium-2008").filter(pl.col("year") == 2002, pl.col("in_population"))
    )
    assert sorted(panel["firm_id"]) == frame["firm_id"].to_list()


def test_a_stamp_without_files_is_said_wherever_its_folder_is_read(economy: Path, tmp_path: Path) -> None:
    data = shutil.copytree(economy, tmp_path / "data")
    (data / "stamp.json").write_text('{"kind": "synthetic", "title": "t", "source": "s"}')
    asked = ("evidence", "belgium-2008", "--data", data, "--blocks", "growth")
    drawn = ("survey", "barriers-belgium", "--register", data)
    for number, arguments in enumerate((asked, drawn)):
        room = tmp_path / str(number)
        done = call(*arguments, "--out", room)
        assert done.exit_code == 0, done.output
        assert "The stamp says synthetic but lists no files" in done.stdout
        manifest = json.loads((room / "manifest.json").read_text(encoding="utf-8"))
        assert any("lists no files" in note["text"] for note in manifest["notes"])
        assert manifest["data"]["kind"] == "real"


def test_numbers_and_fingerprint_are_of_the_same_files_also_where_models_take_long(
    economy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that changes while models are estimated is another delivery: they have read the one before."""
    data = shutil.copytree(economy, tmp_path / "data")
    read = CanonicalFolder(data).fingerprint()
    estimated = firmtrade.evidence.run_evidence

    def slowly(*given: Any, **terms: Any) -> Any:
        (data / "trade.parquet").write_bytes((data / "accounts.parquet").read_bytes())
        return estimated(*given, **terms)

    monkeypatch.setattr(firmtrade.evidence, "run_evidence", slowly)
    found = ft.estimate("belgium-2008", data, EvidenceOptions(blocks=("growth",), compress_above=0))
    assert found.manifest.data.fingerprint == read


def test_exports_of_the_register_stand_beside_those_that_firms_claim(economy: Path, tmp_path: Path) -> None:
    survey = load_survey("sns-belgium")
    (tmp_path / "sns-belgium").mkdir()
    (tmp_path / "sns-belgium" / "questionnaire.toml").write_text(survey.form, encoding="utf-8")
    declared = '[frame.export_share]\nlabel = "Declared exports, % of turnover"\nlevel = "scale"\n'
    pair = '[[report.beside]]\nquestion = "fsts"\nframe = "export_share"\n'
    (tmp_path / "survey.toml").write_text(f"{survey.text}\n{declared}{pair}", encoding="utf-8")
    found = ft.survey(tmp_path / "survey.toml", register=economy, multiverse=False)
    register = ft.Observatory(economy).register("belgium-2008")
    linked = found.analysis.register
    assert linked is not None
    held = linked.select("firm_id").join(register, on="firm_id", how="left", maintain_order="left")[
        "export_share"
    ]
    both = held.is_not_null() & found.analysis.answers["fsts"].is_not_null()
    _, said, known, *_, n = found.table("beside").row(0)
    assert n == both.sum() > 10
    assert said == pytest.approx(found.analysis.answers["fsts"].filter(both).mean())
    assert known == pytest.approx(held.filter(both).mean())


def test_answers_drawn_for_real_firms_make_no_synthetic_room(tmp_path: Path) -> None:
    real = write_economy(tmp_path / "real", kind="real")
    done = call("survey", "barriers-belgium", "--register", real, "--out", tmp_path / "room", "--quiet")
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    manifest = json.loads((tmp_path / "room" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["data"]["kind"] == "real"
    assert manifest["register"]["kind"] == "real"
    sample = pl.read_csv(tmp_path / "room" / "sample.csv")
    assert sample["firm_id"].str.starts_with("F").all()
    out = tmp_path / "release"
    done = call("release", tmp_path / "room", "--out", out, "--format", "csv")
    assert done.exit_code == 0, done.output
    released = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (released["protection"], released["banner"]) == ("profile publication", "")
    assert pl.read_csv(out / "estimates.csv")["data"].unique().to_list() == ["released"]


def test_a_frame_and_a_register_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="both given"):
        ft.survey("sns-belgium", frame=tmp_path / "frame.csv", register=tmp_path)


@pytest.mark.parametrize("command", ["evidence", "survey", "release", "report"])
def test_help_shows_an_example(command: str) -> None:
    done = call(command, "--help")
    assert done.exit_code == 0
    assert f"firmtrade {command}" in done.stdout


def test_names_of_the_package_are_functions_whatever_was_imported() -> None:
    import importlib

    rooms = {"evidence": "estimate", "surveys": "survey", "releases": "release", "report": "publish"}
    for room, name in rooms.items():
        importlib.import_module(f"firmtrade.{room}")
        assert callable(getattr(ft, name)), name
        assert getattr(ft, name).__module__.startswith("firmtrade.api")
