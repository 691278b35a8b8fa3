"""The custodian's profile: which rules hold, with their parameters, and how what they hide is protected.

A profile is a TOML file that lives outside study and release, because the parameters of concentration rules are secret:
they are in no representation, message, log or manifest, and no hash is taken of them. The bundled profiles are
examples; an office writes its own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from firmtrade.errors import Place, UsageError, suggest
from firmtrade.protection.rules import (
    Concentration,
    Dominance,
    MinimumUnits,
    Models,
    Negative,
    OrderStatistics,
    PartnerDetail,
    PPercent,
    Request,
    ZeroAndFull,
)
from firmtrade.study.declaration import Declaration, parse, place
from firmtrade.study.text_file import text_of

BUNDLED = "firmtrade.protection.profiles"
DEFAULT = "publication"


class ProfileHead(Declaration):
    """What the profile is called, and whom it serves."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    description: str = Field(min_length=1)
    source: str = Field(min_length=1)


class PrimaryRules(Declaration):
    """The primary rules that hold; one that is left out does not."""

    minimum_units: MinimumUnits
    p_percent: PPercent | None = None
    dominance: tuple[Dominance, ...] = ()
    negative: Negative = Negative.ABSOLUTE
    zero_and_full: ZeroAndFull | None = None
    complements: StrictBool = True
    differences: StrictBool = True
    revisions: StrictBool = True
    order_statistics: OrderStatistics | None = None
    concentration: Concentration | None = None
    partner_detail: PartnerDetail | None = None
    models: Models | None = None
    request: Request | None = None

    @property
    def zeros_shown(self) -> bool:
        """Whether it is no secret that nobody is in a group."""
        return self.zero_and_full is None or not self.zero_and_full.zero


class Waiver(Declaration):
    """A cell whose dominating units agreed in writing to be shown."""

    cell: str = Field(pattern=r"^[^/]+/[^/]*/[^/]+/[^/]+$")
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)


class RoundingRule(Declaration):
    """Numbers of firms are rounded to multiples of ``base``, so that they stay additive."""

    base: Annotated[StrictInt, Field(ge=2, le=1000)]


class Perturbation(Declaration):
    """Numbers of firms get noise of up to ``noise`` in either direction, of the given ``variance``; ``secret`` decides
    which."""

    noise: Annotated[StrictInt, Field(ge=1, le=50, repr=False)]
    variance: Annotated[float, Field(strict=True, gt=0, repr=False)]
    secret: Annotated[str, Field(min_length=16, repr=False)]

    @model_validator(mode="after")
    def _within_reach(self) -> Perturbation:
        if self.variance > self.noise**2:
            raise ValueError("no noise has this `variance`: it is at most the square of `noise`")
        return self


class Secondary(Declaration):
    """How primary values are protected: by hiding more (``suppression``), or by changing all numbers of firms a little
    (``rounding``, ``perturbation``, each with a section of its own) and hiding what that does not protect.

    ``weights`` says how much tables are wanted, in place of the priority that the study gives them; the loss of a cell
    is multiplied by it."""

    method: Literal["suppression", "rounding", "perturbation"] = "suppression"
    rounding: RoundingRule | None = None
    perturbation: Perturbation | None = None
    weights: dict[str, Annotated[float, Field(strict=True, gt=0, le=1000)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_method(self) -> Secondary:
        for name in ("rounding", "perturbation"):
            if self.method == name and getattr(self, name) is None:
                raise ValueError(f"the method {name} needs a section `[secondary.{name}]`")
            if self.method != name and getattr(self, name) is not None:
                raise ValueError(
                    f'the section `{name}` is of another method: write `method = "{name}"`, or remove it'
                )
        return self

    @property
    def alternative(self) -> RoundingRule | Perturbation | None:
        """What is done to numbers of firms instead of hiding them."""
        return self.rounding or self.perturbation


class Profile(Declaration):
    """A profile as it is written."""

    profile: ProfileHead
    rules: PrimaryRules
    secondary: Secondary = Secondary()
    waivers: tuple[Waiver, ...] = ()
    _written: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        return self.profile.name

    def where(self, *path: str | int) -> Place | None:
        """Where a key stands in the file that the profile was read from."""
        text, file = self._written
        return place(text, file, path) if file else None


def bundled_profiles() -> tuple[str, ...]:
    """Names of the example profiles that come with the program."""
    return tuple(
        sorted(
            each.name.removesuffix(".toml")
            for each in files(BUNDLED).iterdir()
            if each.name.endswith(".toml")
        )
    )


def load_profile(name_or_path: str | Path = DEFAULT) -> Profile:
    """Load and validate a profile, bundled by name or from a file.

    >>> load_profile("publication").rules.minimum_units.units
    3

    Raises
    ------
    UsageError
        There is no such profile.
    StudyError
        The profile says something that cannot be; the message names file, line and key, and no value.
    """
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.is_file():
        return _read(text_of(path, "the profile"), path.name)
    name = str(name_or_path)
    if name not in bundled_profiles():
        raise UsageError(
            f"there is no profile {name!r}",
            fix=f"Give the path of a TOML file, or a bundled name. {suggest(name, bundled_profiles())}",
        )
    return _read(files(BUNDLED).joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def _read(text: str, file: str) -> Profile:
    found = parse(Profile, text, file)
    found._written = text, file
    return found
