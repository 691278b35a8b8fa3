"""A firm's own figures on markets: what a file says, and what is wrong with one that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.advice.markets import read_figures
from firmtrade.errors import InputError, UsageError

HEAD = "country,indicator,product,year,value,source\n"


def read(tmp_path: Path, rows: str) -> object:
    path = tmp_path / "figures.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return read_figures(path)


def test_the_latest_year_and_the_nearest_product_are_used(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "FR,imports,22,2023,10,an office\nFR,imports,22,2024,12,an office\nDE,imports,2203,2024,3,an office\n"
        "FR,risk,,2024,0,an office\n",
    )
    assert {code: one.value for code, one in found.of("imports", "2203").items()} == {"DE": 3}  # type: ignore[attr-defined]
    assert {code: one.value for code, one in found.of("imports", "2208").items()} == {"FR": 12}  # type: ignore[attr-defined]
    assert found.of("imports", "84") == {}  # type: ignore[attr-defined]
    assert found.of("imports", None) == {}  # type: ignore[attr-defined]
    assert found.of("risk", None)["FR"].year == 2024  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("EL,risk,,2024,2,x\n", "line 2, column country.*Did you mean `GR`"),
        ("FR,rsik,,2024,2,x\n", "line 2, column indicator.*Did you mean `risk`"),
        ("FR,imports,,2024,2,x\n", "column product.*needs the code of a product"),
        ("FR,risk,2203,2024,2,x\n", "column product.*country as a whole"),
        ("FR,risk,,24,2,x\n", "column year"),
        ("FR,risk,,2024,8,x\n", "column value.*from 0 to 7"),
        ("FR,risk,,2024,nan,x\n", "column value"),
        ("FR,tariff,2203,2024,-1,x\n", "column value"),
        ("FR,risk,,2024,zwei,x\n", "column value"),
        ('FR,risk,,2024,"0,5",x\n', "column value.*a point before decimals"),
        ("FR,risk,,2024,2,\n", "column source"),
        ("FR,risk,,2024,2,x\nFR,risk,,2024,3,y\n", "line 3.*stands twice.*line 2"),
        ("FR,risk,2024\n", "line 2.*6 cells"),
        ('FR,risk,,2024,2,"x\n', "line 2.*no row"),
    ],
)
def test_a_figure_that_cannot_be_is_named_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(InputError, match=f"(?s){says}") as raised:
        read(tmp_path, row)
    assert "zwei" not in str(raised.value)


def test_a_file_without_a_column_or_a_file_is_said_to_lack_it(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("country,value\nFR,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="`indicator` is missing"):
        read_figures(path)
    path.write_text("country;indicator;product;year;value;source\nFR;risk;;2024;2;x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1.*semicolons"):
        read_figures(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        read_figures(path)
    with pytest.raises(UsageError, match="it is a folder"):
        read_figures(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_figures(tmp_path / "none.csv")
