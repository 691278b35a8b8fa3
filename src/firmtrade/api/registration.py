"""An evaluation as it was registered: its file, its study, and the plan that fixed it before the outcomes were read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import Place, UsageError
from firmtrade.messages import Message, message
from firmtrade.outputs.manifest import Contents, PreregistrationFacts
from firmtrade.outputs.room import read_room
from firmtrade.studies import load_study
from firmtrade.study import Study
from firmtrade.study.text_file import text_of

if TYPE_CHECKING:
    from firmtrade.evidence.impact import Preregistration

FILE = "preregistration.toml"
"""The pre-registration in a room, as it was read."""


@dataclass(frozen=True)
class Registration:
    """A pre-registration with its study, and what the room says of both."""

    design: Preregistration
    study: Study
    plan: bool
    planned: bool

    @classmethod
    def read(cls, path: str | Path, registered: str | Path | None, *, plan: bool) -> Registration:
        """Read a pre-registration and hold it against the plan that it was made of, where one is given.

        Raises
        ------
        UsageError
            A file or room is not there, the room is no plan, or the text differs from that of the plan.
        StudyError
            The pre-registration or its study says something that cannot be.
        """
        from firmtrade.evidence.impact import load_preregistration

        design = load_preregistration(path)
        named = design.impact.study
        beside = Path(path).parent / named
        study = load_study(beside if beside.suffix == ".toml" else named)
        if registered is not None:
            if plan:
                raise UsageError(
                    "a plan is not held against another plan", fix="Give `--plan` or `--registered`."
                )
            _agree(design, Path(path), Path(registered))
        return cls(design, study, plan, registered is not None)

    @property
    def facts(self) -> PreregistrationFacts:
        """What the manifest says."""
        about = self.design.impact
        return PreregistrationFacts(
            name=about.name, registered=about.registered.isoformat(), sha256=self.design.sha256, plan=self.plan,
            planned=self.planned,
        )  # fmt: skip

    @property
    def note(self) -> Message:
        """Whether a plan shows that the question was fixed before the outcomes were read."""
        state = "plan" if self.plan else "as_planned" if self.planned else "not_planned"
        return message(f"evidence.impact.{state}")

    @property
    def files(self) -> dict[str, bytes]:
        """The pre-registration, for the room."""
        return {FILE: self.design.content}


def _agree(design: Preregistration, path: Path, registered: Path) -> None:
    from firmtrade.evidence.impact import changed_keys

    room = read_room(registered)
    facts = room.manifest.preregistration
    if room.manifest.contents is not Contents.IMPACT or facts is None or not facts.plan:
        raise UsageError(
            f"{registered}: this is no plan of an evaluation",
            fix="Give the room that `firmtrade impact --plan` wrote.",
        )
    if facts.sha256 == design.sha256:
        return
    before, now = (text_of(file, "the pre-registration") for file in (registered / FILE, path))
    keys = changed_keys(before, now)
    what = f"in {', '.join(keys)}" if keys else "in its comments, spaces or ends of lines alone"
    raise UsageError(
        f"the pre-registration is not the one of the plan: it differs {what}",
        where=Place(file=str(path)),
        fix=f"Evaluate as registered, with {registered / FILE}; another question needs a plan of its own.",
    )
