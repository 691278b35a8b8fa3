"""A deflator is prices by year, or is refused with the line that is none."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import DataError, FirmtradeError, InputError
from firmtrade.evidence.deflator import read_deflator, usable


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
