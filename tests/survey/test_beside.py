"""Numbers that firms give stand beside those of the register."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.errors import StudyError
from firmtrade.surveys.plan import load_survey
from firmtrade.surveys.run import run_survey
from survey.test_small_survey import SURVEY, some_answers, written

FRAME = '[frame.year]\nlabel = "Year"\nlevel = "scale"\n'
PAIR = '[[report.beside]]\nquestion = "found"\nframe = "year"\n'


def test_a_claimed_number_is_set_beside_the_registered_one(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    ids = [f"f{number}" for number in range(60)]
    answers = some_answers().with_columns(firm_id=pl.Series(ids))
    held = answers["found"].cast(pl.Float64) + pl.Series(random.integers(-3, 4, 60))
    frame = pl.DataFrame(
        {"firm_id": ids, "region": ["a", "b"] * 30, "year": held.set(pl.Series(ids) == "f0", None)}
    )
    sample = frame.select("firm_id", stratum="region", weight=pl.lit(1.0))
    path = written(tmp_path, answers)
    path.write_text(SURVEY + FRAME + PAIR, encoding="utf-8")
    folder = tmp_path / "field"
    folder.mkdir()
    for name, table in (("answers", answers), ("frame", frame), ("sample", sample)):
        table.write_csv(folder / f"{name}.csv")
    found = run_survey(path, data=folder).table("beside")
    x, y = answers["found"].to_numpy()[1:].astype(float), held.to_numpy()[1:]
    expected = [x.mean(), y.mean(), (x - y).mean(), (x - y).std(ddof=1), np.corrcoef(x, y)[0, 1], 59]
    assert list(found.row(0)[1:]) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (PAIR.replace("found", "use"), r"report.beside.1.question: .* no question `use` that asks for"),
        (PAIR.replace('"year"', '"years"'), r"no amount `years` in \[frame\]\n.*`year`"),
    ],
)  # fmt: skip
def test_a_pair_that_is_no_amount_is_refused(tmp_path: Path, pair: str, message: str) -> None:
    path = written(tmp_path, some_answers())
    path.write_text(SURVEY + FRAME + pair, encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        load_survey(path)
