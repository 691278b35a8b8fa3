"""HTML: the whole publication on one page, and a page for each table that says how its numbers came about."""

from firmtrade.report.html import pages
from firmtrade.report.writers.base import Writer

WRITER = Writer("HTML", lambda job: pages(job.document, job.pictures(), job.others), drawn=True)
