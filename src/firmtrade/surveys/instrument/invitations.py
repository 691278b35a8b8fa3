"""Invitations to the drawn firms: a token each, the participants for LimeSurvey, letters for print, reminders.

They name firms and stay inside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import polars as pl

from firmtrade.surveys.instrument.declared import Letter

TOKEN = "token"
FOLDER = "invitations"
SILENT = ("non_contact", "unknown")
"""Dispositions of firms that a reminder may still move: not reached, or nothing known."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters and digits that nobody takes for another when a letter is typed in."""

_LENGTH = 12


def tokens(firms: pl.Series, survey: str) -> pl.Series:
    """A token for each drawn firm, the same for the same sample, and not to be guessed without it.

    Parameters
    ----------
    firms
        The ids of the drawn firms, shape (n,).
    survey
        The fingerprint of the survey file.

    >>> found = tokens(pl.Series(["F1", "F2"]), "a survey")
    >>> found.str.len_chars().to_list(), found.is_duplicated().any()
    ([12, 12], False)
    """
    ids = firms.cast(pl.String)
    key = hashlib.sha256("\n".join([survey, *ids.sort()]).encode()).digest()
    # One hash for each firm of the sample; the register is not touched.
    return pl.Series(TOKEN, [_token(firm, key) for firm in ids], dtype=pl.String)


def _token(firm: str, key: bytes) -> str:
    number = int.from_bytes(hashlib.blake2b(firm.encode(), key=key, digest_size=16).digest())
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


def with_tokens(firms: pl.DataFrame, survey: str) -> pl.DataFrame:
    """Drawn firms with their tokens; those of a sample that has some already are kept."""
    return firms if TOKEN in firms.columns else firms.with_columns(tokens(firms["firm_id"], survey))


def participants(firms: pl.DataFrame, language: str) -> pl.DataFrame:
    """The table of participants as LimeSurvey imports it, one row for each drawn firm with its token.

    Names and addresses are those of the columns ``firstname``, ``lastname``, ``email`` and ``language`` of the
    register, empty where it has none: LimeSurvey asks for the first three in the header. It does not learn the number
    of the firm, which the token leads to in ``sample.csv``.
    """
    return firms.select(
        *(_column(firms, name, "") for name in ("firstname", "lastname", "email")),
        pl.lit("OK").alias("emailstatus"),
        TOKEN,
        _column(firms, "language", language),
        pl.lit(1).alias("usesleft"),
    )


def letters(
    firms: pl.DataFrame, letter: Letter, link: str | None, languages: tuple[str, ...]
) -> pl.DataFrame:
    """A letter to each firm with its token and its way into the form, for a mail merge.

    Parameters
    ----------
    link
        The address of the form with ``{token}`` in it; None leaves ``{link}`` in the letters to be filled in.
    languages
        Those of the survey; a firm gets the letter in its own ``language``, else in the first.
    """
    before, token, after = ("{link}" if link is None else link).partition("{token}")
    way = pl.concat_str(pl.lit(before), TOKEN, pl.lit(after)) if token else pl.lit(before)
    addressed = firms.with_columns(_column(firms, "language", languages[0])).with_columns(
        pl.when(pl.col("language").is_in(languages)).then("language").otherwise(pl.lit(languages[0]))
        .alias("language"),
        link=way,
    )  # fmt: skip
    texts = {language: (letter.subject.say(language), letter.body.say(language)) for language in languages}
    return addressed.select(
        "firm_id",
        "stratum",
        TOKEN,
        "language",
        "link",
        _by_language({language: words for language, (words, _) in texts.items()}).alias("subject"),
        _by_language({language: words for language, (_, words) in texts.items()})
        .str.replace_all("{link}", pl.col("link"), literal=True)
        .alias("body"),
    )


def still_silent(firms: pl.DataFrame, dispositions: pl.DataFrame) -> pl.DataFrame:
    """The drawn firms to remind: those without an answer who neither refused nor were found ineligible.

    Parameters
    ----------
    dispositions
        ``firm_id`` and ``disposition`` of every drawn firm.
    """
    silent = dispositions.filter(pl.col("disposition").is_in(SILENT)).select("firm_id")
    return firms.join(silent, on="firm_id", how="semi", maintain_order="left")


def _column(firms: pl.DataFrame, name: str, otherwise: str) -> pl.Expr:
    """A column of the register as text, or the same text throughout where it has none."""
    if name not in firms.columns:
        return pl.lit(otherwise).alias(name)
    return pl.col(name).cast(pl.String).fill_null(otherwise)


def _by_language(words: Mapping[str, str]) -> pl.Expr:
    return pl.col("language").replace_strict(words, return_dtype=pl.String)
