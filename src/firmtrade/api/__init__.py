"""The public API: an observatory over a folder of canonical tables, and what can be asked of it."""

from firmtrade.api.advising import advice_form, advise, advise_agency
from firmtrade.api.calls import (
    attack,
    audit,
    audit_template,
    check_room,
    check_tables,
    compare,
    estimate,
    explain,
    import_records,
    publish,
    read_seal,
    release,
    run,
    stand_in,
    survey,
    synth,
    verify,
)
from firmtrade.api.evaluations import impact, impact_form
from firmtrade.api.observatory import Observatory, versions
from firmtrade.api.planning import plan
from firmtrade.api.results import Evidence, Results
from firmtrade.api.timing import Timing
from firmtrade.studies import load_study

__all__ = [
    "Evidence",
    "Observatory",
    "Results",
    "Timing",
    "advice_form",
    "advise",
    "advise_agency",
    "attack",
    "audit",
    "audit_template",
    "check_room",
    "check_tables",
    "compare",
    "estimate",
    "explain",
    "impact",
    "impact_form",
    "import_records",
    "load_study",
    "plan",
    "publish",
    "read_seal",
    "release",
    "run",
    "stand_in",
    "survey",
    "synth",
    "verify",
    "versions",
]
