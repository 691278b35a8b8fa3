"""The methods paragraph: what was done, said from what was declared and found."""

from __future__ import annotations

from firmtrade.survey.analysis import Analysis
from firmtrade.survey.room.phrases import Phrases


def methods_paragraphs(analysis: Analysis, say: Phrases) -> tuple[str, ...]:
    """Sentences that a paper can use as they are."""
    plan = analysis.loaded.plan
    found = []
    if analysis.drawn is not None:
        found.append(
            say.paragraph(
                "methods_design",
                population=plan.design.population,
                size=len(analysis.drawn.firms),
                frame=analysis.drawn.frame_size,
                strata=", ".join(plan.design.strata),
                allocation=plan.design.allocation,
                seed=plan.design.seed,
            )
        )
    else:
        found.append(say.paragraph("unlinked"))
    if analysis.weights is not None:
        found.append(
            say.paragraph(
                "methods_weights",
                margins=", ".join(plan.weighting.margins),
                method=plan.weighting.method,
                trim=say.number(plan.weighting.trim, 0),
            )
        )
    rules = ", ".join(say.word("steps", rule) for rule in ("incomplete", *plan.fieldwork.exclude))
    found.append(say.paragraph("methods_quality", rules=rules))
    found.append(
        say.paragraph(
            "methods_scales", extraction=plan.measurement.extraction, rotation=plan.measurement.rotation
        )
    )
    estimators = ", ".join(dict.fromkeys(model.estimator for model in plan.models.values()))
    corrections = ", ".join(dict.fromkeys(family.correction for family in plan.families.values()))
    found.append(say.paragraph("methods_models", estimators=estimators, corrections=corrections))
    return tuple(found)
