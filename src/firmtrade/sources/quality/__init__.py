"""The quality report: what is odd in canonical tables, counted and listed, never repaired.

A new rule about rows is one entry in a ``rules_*`` file; a new file of rules is one line in ``RULES``.
"""

from firmtrade.sources.quality.imported import IMPORTED
from firmtrade.sources.quality.relations import RELATIONS
from firmtrade.sources.quality.remarks import REMARKS
from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, Relation, Severity
from firmtrade.sources.quality.rules_accounts import ACCOUNT_RULES
from firmtrade.sources.quality.rules_any import ANY_RULES
from firmtrade.sources.quality.rules_firms import FIRM_RULES
from firmtrade.sources.quality.rules_study import COUNTRY, CURRENCY, REVISION
from firmtrade.sources.quality.rules_trade import TRADE_RULES
from firmtrade.sources.quality.spikes import SPIKE
from firmtrade.sources.quality.years import ABSENT, GAP

RULES: tuple[QualityRule, ...] = (*ANY_RULES, *FIRM_RULES, *ACCOUNT_RULES, *TRADE_RULES)
"""Rules about single rows, in the order in which they are listed."""
ALL_RELATIONS: tuple[Relation, ...] = (
    *RELATIONS, SPIKE, GAP, ABSENT, COUNTRY, CURRENCY, REVISION, *IMPORTED, *REMARKS.values(),
)  # fmt: skip
"""Rules about rows in relation to others, to the values beside them, to a study, or to raw files and registers."""

__all__ = ["ALL_RELATIONS", "RULES", "JudgedAgainst", "QualityRule", "Relation", "Severity"]
