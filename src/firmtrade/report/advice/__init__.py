"""The advice as a document: a page, a PDF, data, and the plan as text and calendar. Every word of it is a message."""

from firmtrade.report.advice.document import advice_document, advice_files

__all__ = ["advice_document", "advice_files"]
