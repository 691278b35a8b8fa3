"""A deflator is prices by year, or is refused with the line that is none."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from firm_table import declared
from firmtrade.errors import DataError, FirmtradeError, InputError
from firmtrade.evidence import prepare
from firmtrade.evidence.deflator import prices_of, read_deflator, usable


def given(folder: Path, text: str | bytes) -> pl.DataFrame:
    file = folder / "prices.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return usable(read_deflator(file))


@pytest.mark.parametrize(
    "index", ["nan", "NaN", "inf", "-inf", "Infinity", "1e400", "0", "-1", "x", "1,5", "1e13"]
)
def test_an_index_is_a_finite_number_above_zero(tmp_path: Path, index: str) -> None:
    with pytest.raises(DataError, match=r"line 3, column index: the index is no number above 0") as told:
        given(tmp_path, f'year,index\n1998,100\n1999,"{index}"\n')
    assert len(index) < 3 or index not in str(told.value)


@pytest.mark.parametrize("year", ["nineteen", "", "1999.5", "nan", "0", "99999", "-1998", "1999x"])
def test_a_year_is_a_whole_number(tmp_path: Path, year: str) -> None:
    with pytest.raises(DataError, match=r"line 3, column year: the year is no whole number"):
        given(tmp_path, f"year,index\n1998,100\n{year},101\n")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"year;index\n1;2\n", b"year,index\n1,2,3\n", b"index\n\xe9\n", b"\x00"]
)
def test_what_is_no_table_of_prices_is_an_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FirmtradeError):
        given(tmp_path, content)


def test_years_indices_and_divisions_are_read_as_they_stand(tmp_path: Path) -> None:
    found = given(tmp_path, "division,year,index,note\n01,1998, 100 ,x\n01,1999.0,,\n")
    assert found.to_dict(as_series=False) == {
        "year": [1998, 1999],
        "index": [100.0, None],
        "division": ["01", "01"],
    }


def test_a_frame_of_numbers_is_held_to_the_same(tmp_path: Path) -> None:
    assert usable(pl.DataFrame({"year": [1998], "index": [1.5]})).row(0) == (1998, 1.5)
    with pytest.raises(DataError):
        usable(pl.DataFrame({"year": [1998], "index": [float("nan")]}))
    with pytest.raises(InputError, match="no column `index`"):
        usable(pl.DataFrame({"year": [1998]}))


WORDS = {"definition": "a price index", "source": "a test"}
OWN = {
    "base": 2000,
    "index": {"1999": 80.0, "2000": 88.0, "2001": 100.0},
    "branches": [{"activity": "17-18", "index": {"1999": 100.0, "2000": 110.0, "2001": 150.0}}],
}
FIRM_YEARS = pl.DataFrame(
    [
        (firm, division, year, 1000.0)
        for firm, division in (("a", "15"), ("b", "18"), ("c", None))
        for year in (1999, 2000, 2001)
    ],
    schema=["firm_id", "division", "year", "value_added"],
    orient="row",
)


def test_models_take_money_at_the_prices_that_the_tables_of_the_study_take_it_at() -> None:
    study = declared({"kind": "level", "rows": "export_status"}, deflator=WORDS | OWN)
    panel = prepare(FIRM_YEARS, prices_of(None, study))
    general, branch = (1100.0, 1000.0, 880.0), (1100.0, 1000.0, 1000 * 110 / 150)
    assert panel.rows["value_added"].to_list() == pytest.approx([*general, *branch, *general])
    assert [str(note) for note in panel.notes] == ["Money is at constant prices, those of 2000."]


def test_prices_that_are_given_stand_before_those_of_the_study() -> None:
    study = declared({"kind": "level", "rows": "export_status"}, deflator=WORDS | OWN)
    given = prices_of(pl.DataFrame({"year": [1999, 2000, 2001], "index": [1.0, 1.0, 4.0]}), study)
    assert prepare(FIRM_YEARS, given).rows["value_added"].to_list() == [1000.0, 1000.0, 250.0] * 3
    assert prices_of(None, declared({"kind": "level", "rows": "export_status"})) is None


def test_an_index_without_a_division_holds_for_all_divisions_without_one_of_their_own() -> None:
    given = pl.DataFrame(
        {
            "division": ["18", "18", None, None],
            "year": [1999, 2000, 1999, 2001],
            "index": [1.0, 2.0, 1.0, 5.0],
        }
    )
    panel = prepare(FIRM_YEARS, given)
    assert panel.rows["value_added"].to_list() == [1000, None, 200, 1000, 500, 200, 1000, None, 200]
    assert str(panel.notes[1]).endswith("no index for: division 15 in 2000; division unknown in 2000.")
