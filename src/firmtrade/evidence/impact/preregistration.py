"""The pre-registration: what is asked of a programme of support, written down before the outcomes are looked at.

It is a TOML file. Its SHA-256 goes into the room, and a plan made of it fixes the question before the answer is known.
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    StrictInt,
    field_validator,
    model_validator,
)

from firmtrade.messages import Text
from firmtrade.study.declaration import Declaration, parse
from firmtrade.study.tables import FileName
from firmtrade.study.text_file import text_of

OutcomeName = Literal[
    "first_export", "exporter", "destinations", "products", "export_value", "survival", "employment",
    "labor_productivity",
]  # fmt: skip
Method = Literal["matched", "local_projections"]
GroupName = Literal[
    "size_class", "region", "technology_class", "division", "exported_before", "programme", "kind"
]
MatchName = Literal[
    "size_class", "region", "technology_class", "exported_before", "importer", "age", "productivity", "growth"
]


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, of which none stands twice."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"`{name}` stands twice")
    return names


Name = TypeVar("Name", bound=str)
EachOnce = Annotated[tuple[Name, ...], AfterValidator(_once)]


class PreregistrationHead(Declaration):
    """The head of a pre-registration."""

    name: FileName
    """Name of the evaluation, as files call it."""
    title: Text
    question: str
    """What is asked, in a sentence."""
    study: str
    """The study whose firms are looked at: a bundled name, or the path of a file from that of this one."""
    registered: date
    """Day on which this file was written, before the outcomes were looked at."""
    registry: str = ""
    """Where it is registered: a registry's number, an office's file."""


class EvaluatedSupport(Declaration):
    """Which support is evaluated."""

    programmes: EachOnce[str] = ()
    """Names of the programmes in the table `support`; all where none is given."""
    kinds: EachOnce[str] = ()
    """Kinds of support; all where none is given."""
    first_year: StrictInt | None = None
    """First year of a first support that counts."""
    last_year: StrictInt | None = None
    """Last year of a first support that counts."""

    @model_validator(mode="after")
    def _years_in_order(self) -> EvaluatedSupport:
        if self.first_year is not None and self.last_year is not None and self.first_year > self.last_year:
            raise ValueError(f"`first_year` is {self.first_year}, after `last_year`, {self.last_year}")
        return self


class ComparisonDesign(Declaration):
    """How supported firms are compared with others."""

    methods: Annotated[EachOnce[Method], Field(min_length=1)] = ("matched", "local_projections")
    """The first is what the verdict rests on; the other must not contradict it."""
    match_on: EachOnce[MatchName] = ("size_class", "exported_before", "productivity")
    """What a comparison firm of the matched design shares beside division and year."""
    comparison: Literal["not_yet", "never"] = "not_yet"
    """Firms without support until the year compared (and the anticipation after it), or without any at all."""
    horizon: Annotated[StrictInt, Field(ge=0, le=20)] = 3
    """Years followed after the year of the first support."""
    anticipation: Annotated[StrictInt, Field(ge=0, le=5)] = 1
    """Years before the support in which a firm may act in view of it; the year before them is the base."""
    pre_years: Annotated[StrictInt, Field(ge=0, le=10)] = 2
    """Years before the base whose differences are tested."""
    minimum_firms: Annotated[StrictInt, Field(ge=2)] = 10
    """Fewer supported or comparison firms give a sentence in place of numbers."""
    level: Annotated[StrictFloat, Field(gt=0, lt=1)] = 0.95
    power: Annotated[StrictFloat, Field(gt=0, lt=1)] = 0.8


class DeclaredOutcome(Declaration):
    """One outcome that is asked about."""

    name: OutcomeName
    primary: StrictBool = False
    """Whether the evaluation is judged by it; p-values are adjusted within the primary outcomes."""
    smallest_effect: Annotated[StrictFloat, Field(gt=0)] | None = None
    """The smallest effect that would matter, in the unit of the outcome: is the design able to find it?"""


class Cost(Declaration):
    """What the programme costs beside the amounts in the table `support`."""

    overhead_percent: Annotated[StrictFloat, Field(ge=0)] = 0.0
    """Cost of running it, in percent of the amounts granted."""
    source: str
    """Where that figure is from."""


class Preregistration(Declaration):
    """A validated pre-registration. Use :func:`load_preregistration` to get one."""

    impact: PreregistrationHead
    support: EvaluatedSupport = EvaluatedSupport()
    design: ComparisonDesign = ComparisonDesign()
    outcomes: Annotated[tuple[DeclaredOutcome, ...], Field(min_length=1)]
    groups: EachOnce[GroupName] = ()
    """What the supported firms are parted by; the outcomes of each part are asked alike."""
    cost: Cost | None = None
    _content: bytes = PrivateAttr(default=b"")

    @field_validator("outcomes")
    @classmethod
    def _each_once(cls, outcomes: tuple[DeclaredOutcome, ...]) -> tuple[DeclaredOutcome, ...]:
        _once(tuple(each.name for each in outcomes))
        return outcomes

    @property
    def content(self) -> bytes:
        """The file that it was read from, to the byte."""
        return self._content

    @property
    def sha256(self) -> str:
        """Digest of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def base(self) -> int:
        """Distance of the base year from the year of support."""
        return -1 - self.design.anticipation

    @property
    def family(self) -> tuple[str, ...]:
        """Names of the outcomes that the verdicts are adjusted over: the primary ones, or all where none is."""
        primary = tuple(each.name for each in self.outcomes if each.primary)
        return primary or tuple(each.name for each in self.outcomes)


def load_preregistration(path: str | Path) -> Preregistration:
    """Read and validate a pre-registration.

    Raises
    ------
    UsageError
        The file is not there.
    StudyError
        It says something that cannot be; the message names file, line, key and the nearest valid name.
    """
    file = Path(path)
    form = "Write a form with `firmtrade impact --form --out preregistration.toml`."
    found = parse_preregistration(text_of(file, "the pre-registration", fix=form), file.name)
    found._content = file.read_bytes()
    return found


def parse_preregistration(text: str, file: str = "preregistration.toml") -> Preregistration:
    """Validate the text of a pre-registration; ``file`` is its name in messages."""
    found = parse(Preregistration, text, file)
    found._content = text.encode("utf-8")
    return found


def changed_keys(before: str, after: str) -> tuple[str, ...]:
    """Keys whose values differ between two texts of a pre-registration.

    >>> changed_keys("[design]\\nhorizon = 3", "[design]\\nhorizon = 2\\nlevel = 0.9")
    ('design.horizon', 'design.level')
    """
    old, new = (_flat(tomllib.loads(text)) for text in (before, after))
    return tuple(sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key)))


def form() -> str:
    """A pre-registration to fill in, with its questions as comments."""
    return files(__package__).joinpath("form.toml").read_text(encoding="utf-8")


def _flat(content: Any, key: str = "") -> dict[str, Any]:
    if not isinstance(content, dict):
        return {key: content}
    return {
        name: value
        for part, inside in content.items()
        for name, value in _flat(inside, f"{key}.{part}" if key else part).items()
    }
