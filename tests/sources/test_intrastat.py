"""Declarations of trade: Intrastat reports that append, replace and delete, and extracts of customs declarations."""

from __future__ import annotations

import random
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from firmtrade.errors import FirmtradeError
from firmtrade.sources.registers import import_register
from sources.onegate_reports import FIRMS, Line, report
from sources.raw_files import rejected


def written(folder: Path, *reports: str) -> list[Path]:
    """Files of reports, in the order in which they were made."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"report-{number:04d}.xml" for number in range(len(reports))]
    for path, text in zip(paths, reports, strict=True):
        path.write_text(text)
    return paths


def trade(folder: Path) -> Counter[tuple[object, ...]]:
    frame = pl.read_parquet(folder / "trade.parquet")
    columns = ("firm_id", "year", "month", "flow", "partner", "product", "value", "zone")
    return Counter(frame.select(columns).iter_rows())


def test_reports_apply_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    """200 reports of two declarants, against a list that is kept by hand: replace and delete clear it, append adds."""
    draw = random.Random(5)
    texts, standing = [], dict[tuple[str, str, str], list[Line]]()
    for _ in range(200):
        key = draw.choice(FIRMS), draw.choice(["2022-01", "2022-02", "2023-12"]), draw.choice(["19", "29"])
        action = draw.choice(["append", "append", "replace", "delete", "nihil"])
        lines = [
            (
                draw.choice(["FR", "EL", "XI", "QV"]),
                f"{draw.randint(10**7, 10**8 - 1)}",
                f"{draw.randint(1, 99)}.5",
            )
            for _ in range(draw.randint(1, 4) if action in ("append", "replace") else 0)
        ]
        texts.append(report(*key, action, lines))
        standing[key] = [*(standing.get(key, []) if action == "append" else []), *lines]
    done = import_register("intrastat", written(tmp_path / "in", *texts), tmp_path / "out")
    expected = Counter(
        (firm, int(month[:4]), int(month[5:]), {"19": "import", "29": "export"}[flow], partner, product, Decimal(value),
         "intra")
        for (firm, month, flow), lines in standing.items()
        for partner, product, value in lines
    )  # fmt: skip
    assert trade(done.out) == expected
    covered = (
        pl.read_parquet(done.out / "coverage.parquet")
        .select("flow", "zone", "year")
        .sort("flow", "year")
        .rows()
    )
    assert covered == [(flow, "intra", year) for flow in ("export", "import") for year in (2022, 2023)]
    assert not done.quality.of("refused_row")


CUSTOMS = """enterprise_number,period,flow,regime,partner,product,value_eur
0400.000.157,2022-03,EXP,E,US,85234000,3000.50
400000256,2021,imp,E,NA,18063100,9000
BE0400000157,202204,1,E,QZ,27101900,5
"""


def test_customs_declarations_stand_beside_intrastat_reports(tmp_path: Path) -> None:
    """What was delivered is covered: trade outside the Union only in the years of the customs extract."""
    paths = written(tmp_path / "in", report(FIRMS[0], "2022-05", "29", "replace", [("FR", "18063100", "10")]))
    (tmp_path / "in" / "customs.csv").write_text(CUSTOMS)
    done = import_register("intrastat", [*paths, tmp_path / "in" / "customs.csv"], tmp_path / "out")
    frame = pl.read_parquet(done.out / "trade.parquet").select(
        "firm_id", "year", "month", "flow", "zone", "partner", "value"
    )
    assert sorted(frame.rows(), key=str) == sorted([
        (FIRMS[0], 2022, 5, "export", "intra", "FR", Decimal("10.00")),
        (FIRMS[0], 2022, 3, "export", "extra", "US", Decimal("3000.50")),
        (FIRMS[1], 2021, None, "import", "extra", "NA", Decimal("9000.00")),
        (FIRMS[0], 2022, 4, "import", "extra", "QZ", Decimal("5.00")),
    ], key=str)  # fmt: skip
    covered = set(pl.read_parquet(done.out / "coverage.parquet").select("flow", "zone", "year").rows())
    assert covered == {
        ("export", "intra", 2022), ("export", "extra", 2022), ("import", "extra", 2021), ("import", "extra", 2022),
    }  # fmt: skip
    assert done.quality.of("below_threshold")[0].count == 4


def test_an_archive_of_reports_is_read_whole(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "reports.zip", "w") as archive:
        for month in (1, 2):
            text = report(FIRMS[0], f"2022-{month:02d}", "19", "append", [("DE", "18063100", str(month))])
            archive.writestr(f"{month}.xml", text)
    done = import_register("intrastat", [tmp_path / "reports.zip"], tmp_path / "out")
    assert sum(row[6] for row in trade(done.out)) == 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (report(FIRMS[0], "2022-01", "19", "update", [("DE", "18063100", "7")]), "give the report whole"),
        (
            report(FIRMS[0], "2022-01", "19", "append", [("DE", "18063100", "7")], stated="29"),
            "not that of its report",
        ),
    ],
)
def test_lines_that_cannot_be_placed_are_refused_with_their_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    """An update of single lines, and a line of another flow; the other lines stand."""
    lines = [("FR", "18063100", "1")] * 300
    sound = report(FIRMS[1], "2022-01", "29", "append", lines)
    done = import_register("intrastat", written(tmp_path / "in", sound, text), tmp_path / "out")
    (row,) = rejected(done, "trade")
    assert reason in " ".join(row.values())
    assert done.rows["trade"] == 300


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xml", "<Report", "not readable XML"),
        ("a.xml", "<xbrl/>", "holds no Intrastat report"),
        ("a.xml", report(FIRMS[0], "2022-01", "19", "append", [], code="BLM01"), "none of Intrastat"),
        ("a.csv", "vat;value\n0400000157;5\n", "there is no column"),
        ("a.txt", "0400000157", "none of .xml, .csv"),
        ("empty", "", "none of .xml, .csv"),
    ],
)
def test_what_is_no_declaration_is_told(tmp_path: Path, name: str, content: str, what: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(FirmtradeError, match=what) as error:
        import_register("intrastat", [tmp_path / name], tmp_path / "out")
    assert error.value.exit_status == 2
    assert FIRMS[0] not in str(error.value)
