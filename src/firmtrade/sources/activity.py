"""Activity codes of a register as an engine reads them: their digits, their revision, and zeros that were lost."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from firmtrade.classifications import activity, spellings_read
from firmtrade.classifications.activity import DOTS_AROUND, ONE_BEFORE_POINT, SPELLED_OUT, Zeros
from firmtrade.engines.texts import stripped


def code_of(nace: ir.StringValue) -> ir.StringValue:
    """The code without blanks, in capitals; the empty text where there is none."""
    return stripped(nace).upper().fill_null("")


def digits_of(code: ir.StringValue, without_zero: Iterable[str] = ()) -> ir.StringValue:
    """The digits of a code with the zero in front of its division, where it lost that.

    ``without_zero`` are codes without a point that lost it by the judgement of their whole column.
    """
    digits = code.re_replace("[^0-9]", "")
    lost = code.re_search(ONE_BEFORE_POINT)
    if known := list(without_zero):
        lost = lost | code.isin(known)
    return lost.ifelse(ibis.literal("0") + digits, digits)


def spelling_of(revision: ir.StringValue) -> ir.StringValue:
    """What a register writes as the revision of a code, without the words and signs around it."""
    bare = revision.lower().replace(",", ".").re_replace(SPELLED_OUT, "")
    return bare.re_replace(DOTS_AROUND, "")


def is_read(revision: ir.StringValue, scheme: str) -> ir.BooleanValue:
    """Whether a study on a scheme reads codes of this revision; a code without one is taken to be of the study's."""
    return revision.isnull() | spelling_of(revision).isin(spellings_read(scheme))


def codes_in_column(firms: ir.Table, scheme: str) -> ir.Table | None:
    """The codes of a scheme in a register that have no point, with their numbers: columns ``code``, ``times``."""
    if "nace" not in firms.columns:
        return None
    codes = firms.mutate(code=code_of(firms.nace))
    codes = codes.filter(codes.code.re_search("^[0-9]+$"))
    if "nace_revision" in firms.columns:
        codes = codes.filter(is_read(codes.nace_revision, scheme))
    return codes.group_by("code").agg(times=codes.count())


def zeros(counted: Iterable[tuple[str, int]], scheme: str) -> Zeros:
    """The codes that lost their first zero, or may have, of those counted in a column."""
    return activity(scheme).zeros(dict(counted))
