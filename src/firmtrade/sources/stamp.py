"""The stamp of a canonical folder: whether the data is real or synthetic, and where it came from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from firmtrade.classifications import classification, is_country_code, partner
from firmtrade.errors import InputError, Place, nearest, suggest

KINDS = ("real", "synthetic")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the data is. A folder without a stamp is taken as real: that is the careful reading.

    ``currency`` is the currency of every money column (ISO 4217), ``country`` that of the firms (ISO 3166
    alpha-2); empty where nobody said it.
    """

    kind: str = "real"
    title: str = ""
    source: str = ""
    currency: str = ""
    country: str = ""

    @property
    def synthetic(self) -> bool:
        return self.kind == "synthetic"


def read_stamp(path: Path) -> Stamp:
    """Read ``stamp.json``; without the file the data is real. Keys it does not know are left alone.

    Raises
    ------
    InputError
        The file is not JSON, or names a kind that is neither real nor synthetic, or a country that is none.
    """
    if not path.exists():
        return Stamp()
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            "the stamp may not be read" if isinstance(error, PermissionError) else "the stamp cannot be read",
            where=Place(file=str(path)),
            fix="Ask its owner for the right to read it: without it, nobody knows whether the data is real.",
        ) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise InputError(
            "the stamp is not readable JSON",
            where=Place(file=str(path), line=line),
            fix='Write it like {"kind": "real", "title": "...", "source": "..."}, or remove it.',
        ) from error
    if not isinstance(content, dict) or content.get("kind") not in KINDS:
        kind = str(content.get("kind", "")) if isinstance(content, dict) else ""
        raise InputError(
            f"the stamp's `kind` is `{kind}`",
            where=Place(file=str(path), key="kind"),
            fix=suggest(kind, KINDS),
        )
    country = str(content.get("country") or "")
    if country and (advice := country_advice(country)):
        raise InputError(
            f"there is no country `{country}`", where=Place(file=str(path), key="country"), fix=advice
        )
    return Stamp(*(str(content.get(key) or "") for key in ("kind", "title", "source", "currency", "country")))


def country_advice(code: str) -> str | None:
    """What to write where ``code`` is no country of ISO 3166; None where it is one.

    >>> country_advice("BE"), country_advice("EL")
    (None, 'Write `GR`.')
    """
    if is_country_code(code):
        return None
    known = partner(code)
    names = {item.labels["en"]: item.code for item in classification("countries")}
    name = nearest(code, names)
    meant = known.country if known else names[name] if name else None
    return f"Write `{meant}`." if meant else "Write its code of ISO 3166: two capitals, such as `BE`."


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write ``stamp.json``, the same bytes for the same stamp."""
    content = {key: value for key, value in asdict(stamp).items() if value}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
