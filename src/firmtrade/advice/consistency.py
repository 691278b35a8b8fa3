"""Answers that cannot all be true: each is named, none is changed, and the advice goes on."""

from __future__ import annotations

from firmtrade.advice.answers import AnswerFile
from firmtrade.classifications import activity


def contradictions(answers: AnswerFile) -> tuple[str, ...]:
    """Answers that contradict one another, as keys of ``advice.contradictions``.

    >>> contradictions(AnswerFile(firm={"exports": False, "foreign_share": 30}))
    ('sales_without_export',)
    """
    firm, plans, asked, today = answers.firm, answers.plans, answers.markets, answers.answered_on
    found = {
        "sales_without_export": firm.exports is False and (firm.foreign_share or 0) > 0,
        "export_without_sales": firm.exports is True and (firm.foreign_share == 0 or firm.countries == 0),
        "regions_above_countries": firm.world_regions is not None
        and firm.countries is not None
        and firm.world_regions > firm.countries,
        "export_to_come": firm.exports is True
        and firm.first_foreign_sale is not None
        and today is not None
        and firm.first_foreign_sale > today.year,
        "shut_out_and_wanted": bool({*asked.exclude} & {*asked.sold_to, *asked.consider}),
        "founded_after_answers": firm.founded is not None and today is not None and firm.founded > today.year,
        "start_before_answers": plans.start is not None and today is not None and plans.start < today,
        "no_such_division": firm.division is not None
        and firm.nace_revision is not None
        and firm.division not in activity(f"nace-{firm.nace_revision}").divisions,
        "region_of_belgium": firm.region is not None and firm.country not in (None, "BE"),
        "consent_without_day": answers.storage.consent and answers.storage.consented_on is None,
    }
    return tuple(key for key, holds in found.items() if holds)
