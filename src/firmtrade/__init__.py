"""firmtrade: from confidential firm records to publishable evidence on how SMEs go international."""

from __future__ import annotations

__version__ = "0.1.0"
