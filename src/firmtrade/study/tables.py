"""What every table and figure declares, whatever its kind, and what the program asks of any of them.

A kind adds keys of its own in a class derived from :class:`TableDeclaration`, which stands beside the rest of the
kind (``firmtrade.kinds``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, WithJsonSchema

from firmtrade.errors import suggest
from firmtrade.messages import Text

if TYPE_CHECKING:
    from firmtrade.study.model import Study

Path = tuple[str | int, ...]
Problem = tuple[Path, str, str]
"""Where (keys into the TOML document), what, and what to do."""

Choices = Mapping[str, frozenset[str]]
"""What a key may name, by key."""

Year = Annotated[StrictInt, Field(ge=1900, le=2200)]
"""A year of a study. No file of firms reaches farther, and what is asked of every year must come to an end."""

Step = Annotated[StrictInt, Field(ge=1, le=10)]
"""Years from one wave of the data to the next."""

Flow = Literal["export", "import"]
DETAILS = ("partner", "product")
"""What tables may ask of single declarations beside their zone."""

DIVISION = "division"
"""Groups of firms that every study has beside its attributes: the divisions of its activity scheme."""

FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


def _names_a_file(name: str) -> str:
    if not re.fullmatch(FILE_NAME, name):
        raise ValueError(
            f"{name!r} cannot name a file: use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64"
        )
    return name


FileName = Annotated[
    str, AfterValidator(_names_a_file), WithJsonSchema({"type": "string", "pattern": FILE_NAME})
]
"""A name that files and folders are called by, on every system."""


class TablePart(BaseModel):
    """Part of a study file: an unknown key is an error, and nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class TableDeclaration(TablePart):
    """One table or figure: a kind, applied to populations. A kind has keys of its own beside these."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: FileName
    """Name of the table in keys and files: ``4``, ``fig15``."""
    title: Text
    finding: Text | None = None
    """The result in a sentence, printed as the title with the neutral one below it; its references are to cells of the
    table itself. Where one of its numbers is hidden the neutral title stands alone."""
    claims: tuple[str, ...] = ()
    """Comparisons that the finding makes, as those of a text."""
    kind: str
    """How its numbers are made: see the reference of kinds."""
    population: str | tuple[str, ...]
    """A name of `[populations]`, or a list of names."""
    where: dict[str, tuple[str, ...]] = {}
    """Only firms in these classes of other attributes."""
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] = 1
    """Printed decimals; the unrounded value is always kept."""
    notes: tuple[Text, ...] = ()
    """Printed below the table."""
    priority: Annotated[float, Field(strict=True, gt=0, le=1000)] = 1.0
    """How much it is wanted beside the others, where numbers must be hidden to protect others: a wish, which a profile
    may overrule. It weighs what is hidden besides, never what must be hidden."""
    draw_unknown: StrictBool = False
    """A figure draws firms of unknown class beside the others; without it they stand in its table alone."""

    asks_panel: ClassVar[bool] = False
    """Whether it speaks of the panel: of firms with employment in the first and the last year of the window."""

    @property
    def compares_money(self) -> bool:
        """Whether it compares amounts of several years."""
        return False

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        """What the kind's keys may name in a study with these ``groups`` (its attributes, and ``division``)."""
        return {}

    def problems(self, study: Study) -> Iterator[Problem]:
        """Contradictions of the table with its study; the paths begin at the table."""
        for name in self.populations:
            if name not in study.populations:
                yield ("population",), f"there is no population {name!r}", suggest(name, study.populations)
        for name, keys in self.where.items():
            if name not in study.attributes:
                yield ("where",), f"there is no attribute {name!r}", suggest(name, study.attributes)
                continue
            known = study.attributes[name].keys
            for key in keys:
                if key not in known:
                    yield ("where",), f"attribute {name!r} has no class {key!r}", suggest(key, known)
        for side, names in self.choices(groups_of(study)).items():
            value = getattr(self, side)
            if value is not None and value not in names:
                yield (
                    (side,),
                    f"{value!r} cannot be the {side} of a table of kind `{self.kind}`",
                    suggest(value, names),
                )

    def side(self, name: Literal["rows", "columns"]) -> str:
        """What its rows (columns) are made of, by name; empty where the kind sets them."""
        return str(getattr(self, name, None) or "")

    def population_key(self, population: str) -> str:
        """The population as cells name it."""
        return population

    @property
    def years_asked(self) -> range:
        """The years that it asks about beside those of the study."""
        return range(0)

    @property
    def details(self) -> frozenset[str]:
        """What it asks of single declarations beside their zone: ``partner``, ``product``."""
        return frozenset()

    @property
    def measures(self) -> frozenset[str]:
        """The numbers of single firms of a population that it shows statistics of."""
        return frozenset()

    @property
    def is_figure(self) -> bool:
        return self.id.startswith("fig")

    @property
    def number(self) -> str:
        """``4`` of Table 4, ``15`` of Figure 15."""
        return self.id.removeprefix("fig")

    @property
    def populations(self) -> tuple[str, ...]:
        return (self.population,) if isinstance(self.population, str) else self.population


def groups_of(study: Study) -> frozenset[str]:
    """Names of the groupings of firms that a study has."""
    return frozenset({*study.attributes, DIVISION})
