"""Spark gives what DuckDB gives, to the bit: cells, who stands behind them, kept tables, frames for models, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from canonical_data import damage, world, write
from drawn_studies import drawn_study, drawn_world
from firm_table import canonical, study_of
from firmtrade.engines import Engine, connect
from firmtrade.engines.duck import DuckDB
from firmtrade.engines.texts import stripped
from firmtrade.errors import InputError, UsageError
from firmtrade.kinds import KINDS
from firmtrade.observatory.canonical import open_table
from firmtrade.observatory.export import lines_frame, panel_frame
from firmtrade.observatory.history import history, looked_at
from firmtrade.observatory.rates import percent_of
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.activity import code_of, digits_of, spelling_of
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from tested_engine import URL, spark

STUDY = study_of("1")
FIRMS = """
    firm | nace | trade
    a    | 15   | export FR 100, import US 50
    b    | 17   | export FR 300
"""


@pytest.fixture
def engine() -> Iterator[Engine]:
    with spark() as one:
        yield one


def both(engine: Engine, work: Callable[[Engine], Any]) -> Any:
    """What Spark makes of it, which is what DuckDB makes of it."""
    with DuckDB() as duck:
        expected = work(duck)
    found = work(engine)
    if isinstance(expected, pl.DataFrame):
        assert found.schema == expected.schema
        assert_frame_equal(found, expected)
    else:
        assert found == expected
    return found


FEW = ("share", "growth", "dynamics", "distribution", "median", "weighted")
"""Kinds of which each asks in a way of its own: classes, the window, a record, single traders or firms, samples."""


@pytest.mark.parametrize(
    ("seed", "kinds"),
    [(6, FEW), *(pytest.param(seed, tuple(KINDS), marks=pytest.mark.long) for seed in range(20, 30))],
)
def test_a_drawn_study_has_the_same_cells_notes_and_frames_for_models(
    engine: Engine, tmp_path: Path, seed: int, kinds: tuple[str, ...]
) -> None:
    """The path holds signs that Hadoop takes for a pattern."""
    rng = Random(seed)
    study = drawn_study(rng, kinds)
    folder = write(tmp_path / "a b[1]*#%20{x}", world(study, seed, drawn_world(rng, study, 30)))

    def of(one: Engine) -> Any:
        observed = StudyData(CanonicalFolder(folder), study, one, models=True)
        computed = compute(study, observed)
        frames = panel_frame(observed), lines_frame(observed)
        rows = [frame.to_dicts() for frame in frames if frame is not None]
        return computed.cells, list(map(str, observed.notes)), rows

    cells, _, (panel, *_) = both(engine, of)
    assert any(cell.value for cell in cells)
    assert panel


def test_numbers_are_cast_alike_however_they_are_stored(engine: Engine, tmp_path: Path) -> None:
    """Floating-point money just below and above half a cent, 32 bits, fractions of years, NaN, wide decimals."""
    halves = [1.005, 0.285, 2.675, -1.005, 1234567.875, 0.125, 1e13 + 0.005, float("nan"), 0.1 + 0.2, None]
    rows = pl.DataFrame({
        "firm_id": [str(number) for number in range(len(halves))],
        "year": [2000.0, 2000.5, 2001.5, 1997.6, 2002.4999, 2000, 2000, 2000, None, 2000],
        "turnover": halves,
        "value_added": pl.Series([1234567.875, 0.285, 16777217.0, 0.1, None, 1, 1, 1, 1, 1], dtype=pl.Float32),
        "employees_fte": [0.0000005, 2.5, 1 / 3, 1e9 + 0.1234565, 0.1234565, None, 1, 2, 3, float("nan")],
        "labor_cost": pl.Series([Decimal("0.005"), Decimal("-0.005"), *[Decimal("1.994999")] * 8],
                                dtype=pl.Decimal(30, 6)),
        "book_months": pl.Series([Decimal("12.5"), Decimal("11.5"), *[None] * 8], dtype=pl.Decimal(9, 2)),
        "total_assets": pl.Series(range(10), dtype=pl.UInt32),
    })  # fmt: skip
    folder = write(tmp_path / "data", canonical(STUDY, FIRMS))
    rows.write_parquet(folder / "accounts.parquet")
    found = both(engine, lambda one: opened(one, folder, "accounts"))
    assert found["turnover"].to_list()[:5] == list(
        map(Decimal, ("1.00", "0.28", "2.68", "-1.00", "1234567.88"))
    )
    assert found["value_added"][0] == Decimal("1234567.88")
    assert found["year"].to_list()[:4] == [2000, 2001, 2002, 1998]


def opened(one: Engine, folder: Path, name: str) -> pl.DataFrame:
    found = open_table(one, CanonicalFolder(folder), name)
    assert found is not None
    return one.collect(found.table).sort(
        *[name for name in ("firm_id", "year", "value") if name in found.table.columns]
    )


def test_files_of_one_table_may_differ_in_types_columns_and_order(engine: Engine, tmp_path: Path) -> None:
    """A column that nobody asks for may be of a type that Spark does not read, or be written twice in other letters."""
    folder = write(tmp_path / "data", canonical(STUDY, FIRMS))
    whole = pl.read_parquet(folder / "trade.parquet")
    (folder / "trade.parquet").unlink()
    parts = [
        whole.head(1).with_columns(pl.col("year").cast(pl.Int64), pl.col("value").cast(pl.Float64)),
        whole.slice(1, 1).drop("zone").with_columns(at=pl.lit(datetime(2000, 1, 1)).cast(pl.Datetime("ns"))),
        whole.slice(2)
        .select(reversed(whole.columns))
        .with_columns(note=pl.lit("x"), NOTE=pl.lit("y"), partner=pl.lit(None)),
    ]
    for number, part in enumerate(parts):
        place = folder / "trade" / f"part {number}.parquet"
        place.parent.mkdir(exist_ok=True)
        part.write_parquet(place)
    found = both(engine, lambda one: opened(one, folder, "trade"))
    assert found["value"].sum() == Decimal(450)


def test_what_stands_in_the_path_is_read_as_it_is_written(engine: Engine, tmp_path: Path) -> None:
    """A code in the path keeps its zero, and a year is a number."""
    folder = write(tmp_path / "data", canonical(STUDY, FIRMS))
    rows = pl.read_parquet(folder / "trade.parquet").with_columns(product=pl.lit("010121"))
    (folder / "trade.parquet").unlink()
    for (year, product), part in rows.group_by("year", "product"):
        place = folder / "trade" / f"year={year}" / f"product={product}" / "x.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        part.drop("year", "product").write_parquet(place)
    found = both(engine, lambda one: opened(one, folder, "trade"))
    assert found["product"].unique().to_list() == ["010121"]
    assert found.schema["year"] == pl.Int32()


def test_texts_are_cleaned_and_codes_read_alike(engine: Engine) -> None:
    """Letters `v` and `f` at an end are no blanks; a line may end behind a code."""
    texts = pl.DataFrame({"text": [
        "flandersv", "\x0b\x0c 01.1\t\n ", "  v\tf  ", "", " \n", "1000\n", None, "d\\q 'x\"", "NACE Rev. 1,1 ",
        "5.2", "É",
    ]})  # fmt: skip

    def of(one: Engine) -> pl.DataFrame:
        text = one.register("texts", texts).text
        code = code_of(text)
        found = stripped(text), code, digits_of(code, ["5.2"]), spelling_of(text)
        return one.collect(
            text.as_table().select(text, **{f"c{at}": each for at, each in enumerate(found)})
        ).sort("text")

    assert both(engine, of).filter(pl.col("text") == "flandersv")["c0"].item() == "flandersv"


def test_rates_and_records_of_many_years_are_whole_number_arithmetic(engine: Engine) -> None:
    """Rates at a half of their last digit; and bits past the thirty-first of a firm's record."""
    amounts = [Decimal(n) / 100 for n in (1, 7, 99, 12345, -333, 10**15 + 1, 0)]
    pairs = pl.DataFrame(
        [(part, whole) for part in amounts for whole in amounts if whole > 0],
        schema={"part": pl.Decimal(18, 2), "whole": pl.Decimal(18, 2)}, orient="row",
    )  # fmt: skip
    years = pl.DataFrame({
        "firm_id": ["a"] * 3 + ["b"] * 2, "year": pl.Series([1960, 1999, 2005, 1992, 2000], dtype=pl.Int32),
        "exporter": [True, True, True, False, True], "importer": [False] * 5,
    })  # fmt: skip

    def of(one: Engine) -> list[pl.DataFrame]:
        table, firms = one.register("pairs", pairs), one.register("firm_years", years)
        record = history(one, firms, 1960)
        asked = ("export_1_before", "export_earlier", "export_6_after", "present_8_after")
        seen = looked_at(firms, record, asked, 1960)
        return [
            one.collect(table.mutate(rate=percent_of(table.part, table.whole))).sort("part", "whole"),
            one.collect(seen).sort("firm_id", "year"),
        ]

    with DuckDB() as duck:
        expected = of(duck)
    found = of(engine)
    assert all(mine.equals(theirs) for mine, theirs in zip(found, expected, strict=True))
    assert found[1]["export_6_after"].to_list() == [False, True, False, False, False]


def test_a_damaged_file_and_a_value_outside_its_type_are_named_and_not_quoted(
    engine: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "data", canonical(STUDY, FIRMS))
    file = folder / "accounts.parquet"
    whole = pl.read_parquet(file)
    whole.with_columns(employees_fte=pl.lit(7.7e30)).write_parquet(file)
    with pytest.raises(InputError, match="a column holds values outside its type") as outside:
        opened(engine, folder, "accounts")
    whole.write_parquet(file)
    damage(file)
    with pytest.raises(InputError, match="it is damaged") as damaged:
        opened(engine, folder, "accounts")
    assert str(file) in str(damaged.value)
    said = "".join(capfd.readouterr()) + str(outside.value) + str(damaged.value)
    assert "7.7" not in said
    assert outside.value.__cause__ is None
    assert "Exception" not in said


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("spark://127.0.0.1:9", "no Spark master answers at spark://127.0.0.1:9"),
        ("sc://127.0.0.1:9", "no Spark Connect server answers at sc://127.0.0.1:9"),
        ("local[many]", "'local[many]' is no address of a Spark"),
        ("spark://", "'spark://' is no address of a Spark"),
        ("local[2]?memory=1g", "`memory` is no setting of Spark"),
        ("polars://", "the engine `polars://` is not available"),
    ],
)
def test_an_engine_that_is_not_there_is_refused_by_name(url: str, what: str) -> None:
    with pytest.raises(UsageError) as error:
        connect(url)
    assert str(error.value).startswith(what)


def test_spark_without_java_or_with_an_old_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="Spark needs Java, and there is none"):
        connect("local[1]")
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_412\"' >&2\n")
    java.chmod(0o755)
    with pytest.raises(UsageError, match="Spark needs Java 17 or later, and this is Java 8"):
        connect("local[1]")


@pytest.mark.parametrize("version", ["3.5.8", "4.0.5", "4.2.0.dev1"])
def test_a_spark_that_is_too_old_is_refused_before_it_starts(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyspark = pytest.importorskip("pyspark")
    monkeypatch.setattr(pyspark, "__version__", version)
    with pytest.raises(UsageError, match=f"installed here is Spark {version}") as error:
        connect("local[1]")
    assert error.value.fix == "Spark 4.3 or later is needed."


def test_tables_kept_in_a_shared_folder_go_with_the_run(engine: Engine, tmp_path: Path) -> None:
    """With a scheme in front of the folder, as on a cluster, and without."""
    for number, place in enumerate((str(tmp_path), tmp_path.as_uri())):
        with connect(f"{URL}&work={place}") as one:
            rows = one.register(f"rows_{number}", pl.DataFrame({"value": [1, 2]}))
            assert one.collect(one.materialize("kept", rows)).height == 2
            assert [*tmp_path.iterdir()] != []
        assert [*tmp_path.iterdir()] == []
