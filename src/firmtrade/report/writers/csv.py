"""CSV with its metadata: every cell in one file, a file for each table, and every estimate and curve."""

from firmtrade.report import models, tidy
from firmtrade.report.writers.base import Writer

WRITER = Writer("CSV", lambda job: tidy.files(job.document) | models.files(job.document), "cells.csv")
