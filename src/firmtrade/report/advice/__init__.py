"""Advice as documents: pages, PDFs, data, and the plan as text and calendar. Every word of them is a message."""

from firmtrade.report.advice.agency import agency_document, agency_files
from firmtrade.report.advice.document import advice_document, advice_files

__all__ = ["advice_document", "advice_files", "agency_document", "agency_files"]
