"""XLSX: a workbook with a table on each sheet."""

from firmtrade.report.workbook import workbook
from firmtrade.report.writers.base import Writer

MAIN = "tables.xlsx"
WRITER = Writer("XLSX", lambda job: {MAIN: workbook(job.document)}, MAIN)
