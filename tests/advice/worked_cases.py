"""Imaginary firms whose advice an adviser can judge: their answers as they would write them, and what is expected."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CASES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "cases").glob("*.toml"))}
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
