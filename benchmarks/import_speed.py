"""How long an import takes, and how much memory: ``python benchmarks/import_speed.py 5000000``.

Writes a synthetic delimited file of so many declarations; reads it into Parquet with DuckDB's own reader (texts alone);
lets DuckDB convert and sort the same columns by a statement that refuses and reports nothing; reads it with this
program's reader (texts alone); imports it; and checks the folder. Each step has a process of its own. Seconds of
processor time without the start of Python, the ratio to DuckDB's reader, rows a second and the peak of memory are
printed.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAPPING = """
[stamp]
kind = "synthetic"
title = "Declarations for a benchmark"
source = "benchmarks/import_speed.py"
country = "BE"
[import]
trade_files = "by-year"
[files.customs]
path = "customs.csv"
separator = ";"
decimal = ","
[trade]
file = "customs"
[trade.columns]
firm_id = { column = "vat", keep = "digits" }
year = { column = "period", date = "yyyymm" }
month = { column = "period", date = "yyyymm", part = "month" }
flow = { column = "flow", codes = { 19 = "import", 29 = "export" } }
partner = "partner"
product = "cn8"
value = "value"
"""
PARTNERS = ("FR", "DE", "NL", "GB", "US", "CN", "NA", "EL", "XI", "QV")
BLOCK = 100_000
STEPS = ("duckdb", "duckdb-tables", "read", "import", "check")
TYPED = r"""SELECT regexp_replace(vat, '\D+', '', 'g') AS firm_id, CAST(left(period, 4) AS INTEGER) AS "year",
    CASE flow WHEN '19' THEN 'import' WHEN '29' THEN 'export' END AS flow,
    CAST(replace("value", ',', '.') AS DECIMAL(18, 2)) AS "value", CAST(right(period, 2) AS INTEGER) AS "month",
    upper(partner) AS partner, cn8 AS product"""
"""The mapping as a statement of DuckDB."""


def write(folder: Path, declarations: int) -> Path:
    """A file of declarations of one firm in fifty rows, over five years."""
    draw = random.Random(1)
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    firms = max(1, declarations // 50)
    with (folder / "customs.csv").open("w", encoding="utf-8") as stream:
        stream.write("vat;period;flow;partner;cn8;value\n")
        for start in range(0, declarations, BLOCK):
            size = min(BLOCK, declarations - start)
            stream.writelines(
                f"BE{draw.randrange(firms):010d};{draw.randrange(1998, 2003)}{draw.randrange(1, 13):02d};"
                f"{draw.choice((19, 29))};{draw.choice(PARTNERS)};{draw.randrange(10**7, 10**8)};"
                f"{draw.randrange(10**6)},{draw.randrange(100):02d}\n"
                for _ in range(size)
            )
    return folder / "customs.csv"


def run(step: str, folder: Path) -> None:
    """One step, in this process; its time and memory go to standard output."""
    began = time.process_time()
    if step.startswith("duckdb"):
        import duckdb

        texts = f"FROM read_csv('{folder}/customs.csv', delim=';', header=true, all_varchar=true)"
        query = f"SELECT * {texts}" if step == "duckdb" else f"{TYPED} {texts} ORDER BY ALL"
        duckdb.sql(f"COPY ({query}) TO '{folder}/duckdb.parquet' (COMPRESSION zstd)")
    elif step == "read":
        from firmtrade.sources.mapping import RawFile
        from firmtrade.sources.readers.delimited import read_delimited

        read_delimited(
            folder / "customs.csv", RawFile(path="customs.csv", separator=";"), folder / "r.parquet"
        )
    elif step == "import":
        from firmtrade.sources.importer import import_records

        import_records(folder / "mapping.toml", folder / "canonical")
    else:
        from firmtrade.sources.check import check_tables

        check_tables(folder / "canonical")
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{seconds:.1f} {memory:.2f}")


def main(declarations: int) -> None:
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        size = write(folder, declarations).stat().st_size
        print(f"{declarations:,} declarations, {size / 2**30:.2f} GiB")
        base = None
        for step in STEPS:
            command = [sys.executable, __file__, step, str(folder)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            seconds, memory = float(told[0]), float(told[1])
            base = base or seconds
            rate = f"{declarations / seconds:,.0f} rows/s"
            print(f"{step}: {seconds:.1f} s, {seconds / base:.1f} times, {rate}, peak {memory:.2f} GiB")


if __name__ == "__main__":
    if sys.argv[1] in STEPS:
        run(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]))
