"""The codebook: every variable that may be published, with its words, codes and missing answers."""

from __future__ import annotations

import polars as pl

from firmtrade.surveys.plan import LoadedSurvey


def codebook(loaded: LoadedSurvey, answers: pl.DataFrame, language: str = "en") -> pl.DataFrame:
    """One row per variable: ``variable``, ``text``, ``kind``, ``scale``, ``reversed``, ``codes``,
    ``missing_codes``, ``n`` (valid answers) and ``missing``. Free text and identifying variables are not in
    it.
    """
    rows = []
    for name, variable in loaded.variables.items():
        if not variable.leaves:
            continue
        stem = f"{variable.stem.say(language)} " if variable.stem else ""
        codes = variable.answers.codes if variable.answers else ()
        absent = {str(code.code) for code in codes if code.missing}
        known = 0
        if name in answers.columns:
            values = answers[name]
            known = len(values) - values.null_count() - int(values.cast(pl.String).is_in(absent).sum())
        rows.append(
            {
                "variable": name,
                "text": stem + variable.text.say(language),
                "kind": variable.kind,
                "scale": variable.construct or "",
                "reversed": variable.reverse,
                "codes": "; ".join(
                    f"{code.code} = {code.text.say(language)}" for code in codes if not code.missing
                ),
                "missing_codes": "; ".join(
                    f"{code.code} = {code.text.say(language)} ({code.missing})"
                    for code in codes
                    if code.missing
                ),
                "n": known,
                "missing": len(answers) - known,
            }
        )
    return pl.DataFrame(rows)
