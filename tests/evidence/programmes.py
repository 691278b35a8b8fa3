"""Pre-registrations and panels with support that several tests of its impact share."""

from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    parse_preregistration,
)

AFTER = "after the support"
REGISTERED = """
[impact]
name = "test"
title = { en = "A test" }
question = "Does it help?"
study = "belgium-2008"
registered = 2006-01-01
"""


def design(outcomes=("first_export",), *, groups=(), more="", **terms):
    """A pre-registration with these outcomes and terms of the design."""
    said = "\n".join(f"{key} = {value!r}".replace("(", "[").replace(")", "]") for key, value in terms.items())
    asked = "\n".join(f'[[outcomes]]\nname = "{name}"\nprimary = true' for name in outcomes)
    return parse_preregistration(
        f"groups = {list(groups)!r}\n{REGISTERED}\n[design]\n{said}\n{asked}\n{more}".replace("'", '"')
    )


def panel_of(programme: Programme, firms: int = 3000, seed: int = 3, years: int = 9):
    frame, took = supported(firms, years, seed=seed, programme=programme)
    return prepare(frame, support=took)


COSTED = design(more='[cost]\nsource = "none"')
