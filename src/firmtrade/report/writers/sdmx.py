"""SDMX: every cell as SDMX-CSV, and its structure."""

from firmtrade.report import sdmx
from firmtrade.report.writers.base import Writer

WRITER = Writer("SDMX", lambda job: sdmx.files(job.document), "sdmx/cells.csv")
