"""The statements of `with_duckdb.sql`, run by DuckDB."""

import sys
from pathlib import Path

import duckdb

data, out = sys.argv[1:]
text = Path(__file__).with_suffix(".sql").read_text().replace("$data", data).replace("$out", out)
duckdb.connect(config={"preserve_insertion_order": False}).execute(text)
