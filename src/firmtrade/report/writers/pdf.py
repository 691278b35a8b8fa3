"""PDF: the printed edition, and beside it an annex where the publication leaves tables of models to one."""

from firmtrade.report.paper import annex, paper
from firmtrade.report.writers.base import Files, Job, Writer

MAIN, ANNEX = "report.pdf", "annex.pdf"


def _files(job: Job) -> Files:
    behind = annex(job.document)
    return {MAIN: paper(job.document, job.drawings())} | ({} if behind is None else {ANNEX: behind})


WRITER = Writer("PDF", _files, MAIN, drawn=True)
