"""What all parts of a mapping have in common: unknown keys are errors, and values of raw files are texts.

Values of raw files are compared as text everywhere (``missing``, ``codes``, ``where``), trimmed, whatever
type the file stores them in: the whole number 1 is ``"1"``, a date is ``"2002-12-31"``, true is ``"true"``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


def _as_text(value: Any) -> Any:
    """TOML's 1 and true are the texts ``1`` and ``true`` of a raw file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) else value


def listed(value: Any) -> Any:
    """A single value is a list of one."""
    return value if isinstance(value, list | tuple) else [value]


Raw = Annotated[str, BeforeValidator(_as_text)]
"""A value as it stands in a raw file."""
Names = Annotated[tuple[str, ...], BeforeValidator(listed)]
Values = Annotated[tuple[Raw, ...], BeforeValidator(listed)]


class MappingPart(BaseModel):
    """Part of a mapping file: an unknown key is an error, and nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        """Say which keys there are: pydantic's own message would name only the wrong one."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value if isinstance(value, dict) else ():
            if key not in known:
                raise PydanticCustomError("unknown_key", "unknown key", {"key": key, "known": known})
        return value
