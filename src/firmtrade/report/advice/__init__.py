"""Advice as documents: pages, PDFs, data, and the plan as text and calendar. Every word of them is a message.

The brief of an agency (``agency``) is imported where it is made: it needs statistics, as no advice to a firm does.
"""

from firmtrade.report.advice.document import advice_document, advice_files

__all__ = ["advice_document", "advice_files"]
