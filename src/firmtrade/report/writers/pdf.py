"""PDF: the printed edition."""

from firmtrade.report.paper import paper
from firmtrade.report.writers.base import Writer

MAIN = "report.pdf"
WRITER = Writer("PDF", lambda job: {MAIN: paper(job.document, job.pictures)}, MAIN, drawn=True)
