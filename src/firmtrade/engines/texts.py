"""Expressions on texts that mean the same on every engine."""

from __future__ import annotations

import ibis.expr.types as ir

BLANKS_AROUND = r"^[ \t\n\r\x0b\x0c]+|[ \t\n\r\x0b\x0c]+$"
"""Blanks as the regular expression names them: Spark reads those that Ibis writes for ``strip`` as letters too."""


def stripped(text: ir.StringValue) -> ir.StringValue:
    """A text without the blanks around it."""
    return text.re_replace(BLANKS_AROUND, "")
