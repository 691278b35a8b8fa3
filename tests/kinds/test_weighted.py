"""Estimates from a sample: numbers, shares, totals and means with standard errors, as R's package survey has them."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from canonical_data import Tables, full_coverage, world
from drawn_studies import drawn_study, drawn_world
from firm_table import Computed, agreed, canonical, declared, observing, run, without
from firmtrade.errors import DataError
from firmtrade.kinds import specify
from firmtrade.kinds.weighted import layout
from firmtrade.report import Provenance
from firmtrade.report.from_study import assemble
from firmtrade.study import Study
from firmtrade.study.checks import problems

FROZEN = Path(__file__).parents[1] / "statistics" / "frozen"
DESIGN = {"weight": "firms.weight", "strata": "firms.stratum"}
BY_SIZE = {"kind": "weighted", "rows": "size_class", "totals": ["total"]}
SHARES = BY_SIZE | {"columns": "trade_share"}


def sampled(table: dict[str, Any] = BY_SIZE, **head: Any) -> Study:
    return declared(table, **(DESIGN | head))


def frozen(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FROZEN / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def sample(study: Study) -> Tables:
    """The synthetic sample that R estimated from."""
    rows = frozen("weighted_sample")
    year = study.reference_year
    firms = [
        {
            "firm_id": row["firm_id"],
            "nace": "15",
            "weight": Decimal(row["weight"]),
            "stratum": row["stratum"],
        }
        for row in rows
    ]
    books = [
        {"firm_id": row["firm_id"], "year": year}
        | {
            name: Decimal(row[name]) if row[name] else None
            for name in ("employees_fte", "turnover", "value_added")
        }
        for row in rows
    ]
    trade = [
        {"firm_id": row["firm_id"], "year": year, "flow": "export", "partner": "FR", "value": Decimal(100)}
        for row in rows
        if row["exports"] == "1"
    ]
    return {"firms": firms, "accounts": books, "trade": trade, "coverage": full_coverage((year,))}


@pytest.mark.parametrize("design", ["strata", "none"])
@pytest.mark.parametrize(
    "more", [{"columns": "trade_share"}, {"measure": "turnover"}, {"measure": "labor_productivity"}]
)
def test_estimates_and_standard_errors_are_those_of_r(design: str, more: dict[str, Any]) -> None:
    study = sampled(BY_SIZE | more, **({"strata": None} if design == "none" else {}))
    cells = {
        (key.row, key.column): cell.value for key, cell in Computed(run(study, sample(study))).cells.items()
    }
    compared = 0
    for one in frozen("weighted"):
        if one["design"] == design and (one["row"], one["column"]) in cells:
            found = [cells[one["row"], column] for column in (one["column"], f"{one['column']}_se")]
            assert found == pytest.approx([float(one["value"]), float(one["error"])], rel=1e-9), one
            compared += 1
    assert compared == 4 * (
        len({column for _, column in cells if column.endswith("_se")}) - ("columns" in more)
    )


FIVE = """
    firm | employees_fte | weight | stratum | turnover | trade
    a    | 5             | 10.5   | rest    | 1000     | export FR
    b    | 6             | 20     | rest    | 3000     |
    c    | 7             |        | rest    | 9000     | export FR
    d    | 30            | 1      | whole   | 50000    | export FR
    e    | 40            | 1      | whole   | 70000    |
"""


def test_a_firm_counts_as_many_times_as_its_weight_beside_the_number_in_the_sample() -> None:
    Computed(agreed(study := sampled(SHARES), canonical(study, FIVE))).shows("""
        row   | n | firms | firms_se | export_share | export_share_se | import_share | import_share_se
        small | 2 | 30.5  | 9.5      | 34.4         | 45.1            | 0.0          | 0.0
        large | 2 | 2.0   | 0.0      | 50.0         | 0.0             | 0.0          | 0.0
        total | 4 | 32.5  | 9.5      | 35.4         | 42.7            | 0.0          | 0.0
    """)


def test_a_stratum_of_which_one_firm_was_drawn_has_no_standard_error() -> None:
    alone = FIVE.replace("| 20     | rest ", "| 20     | alone")
    Computed(agreed(study := sampled(SHARES), canonical(study, alone))).shows("""
        row   | n | firms | firms_se | export_share | export_share_se | import_share | import_share_se
        small | 2 | 30.5  | -        | 34.4         | -               | 0.0          | -
        large | 2 | 2.0   | 0.0      | 50.0         | 0.0             | 0.0          | 0.0
        total | 4 | 32.5  | -        | 35.4         | -               | 0.0          | -
    """)


def test_the_sample_of_a_stratum_is_more_than_the_firms_of_a_population() -> None:
    """A firm of services in the same stratum is one of those among whom the firms of the population were drawn."""
    study = sampled()
    beyond = canonical(study, FIVE.replace("whole   | 70000", "rest    | 70000"))
    beyond["firms"][-1] |= {"nace": "72", "weight": Decimal(15)}
    cells = [Computed(agreed(study, tables)) for tables in (canonical(study, FIVE), beyond)]
    errors = [one.cell("X/firms/small/firms_se").value for one in cells]
    # The weights are 10.5 and 20, and 0 for the firm of services: the variance of three numbers times three.
    assert errors == pytest.approx([9.5, (3 / 2 * (10.5**2 + 20**2 - 30.5**2 / 3)) ** 0.5])


def test_a_stratum_of_which_most_firms_were_drawn_was_not_taken_whole() -> None:
    most = FIVE.replace("| 10.5 ", "| 1.5  ").replace("| 20     | rest ", "| 1.2    | rest ")
    table = Computed(agreed(study := sampled(), canonical(study, most)))
    assert [table.cell(f"X/firms/{size}/firms_se").value for size in ("small", "large")] == pytest.approx(
        [0.3, 0]
    )


@pytest.mark.parametrize(("table", "stub"), [(BY_SIZE, "Size"), ({"kind": "weighted"}, None)])
def test_a_table_of_groups_says_over_them_what_they_are_of(table: dict[str, Any], stub: str | None) -> None:
    (spec,) = specify(study := sampled(table))
    heading = layout(study.outputs[0], study, spec).stub
    assert (str(heading) if heading else None) == stub


@pytest.mark.parametrize("measure", [None, "turnover"])
def test_an_estimate_says_what_it_rests_on(measure: str | None) -> None:
    study = sampled(BY_SIZE | ({"measure": measure} if measure else {}))
    cells = Computed(run(study, canonical(study, FIVE))).cells.values()
    document = assemble(study, cells, Provenance("t", "synthetic", "0c"))
    assert [one.text for one in document.findings] == [
        "The 4 firms of the sample stand for 33, with a standard error of 10."
    ]
    said = {
        key.column: ([str(one) for one in found.published], f"{found.definition} {found.of_table}")
        for key, found in document.explanations.items()
        if key.row == "small"
    }
    number, total, error = (f"X/firms/small/{column}" for column in ("n", "firms", "firms_se"))
    assert [said[column][0] for column in ("n", "firms", "firms_se")] == [[], [number], [number, total]]
    assert "Standard error: standard error of the estimate beside it" in said["firms_se"][1]
    assert ("Measure: turnover" in said["firms"][1]) is (measure is not None)
    assert error in map(str, document.explanations)


@pytest.mark.parametrize("more", [{"where": {"size_class": ("small",)}}, {"totals": []}])
def test_a_part_of_the_firms_is_no_headline(more: dict[str, Any]) -> None:
    tables = canonical(study := sampled(BY_SIZE | more), FIVE)
    document = assemble(
        study, Computed(run(study, tables)).cells.values(), Provenance("t", "synthetic", "0c")
    )
    assert document.findings == ()


def test_weights_may_stand_in_the_accounts_and_without_them_nothing_is_estimated() -> None:
    study, books = (
        sampled(SHARES | {"rows": "mode"}, weight=f"{name}.weight") for name in ("firms", "accounts")
    )
    tables = canonical(study, FIVE)
    weights = {row["firm_id"]: row["weight"] for row in tables["firms"]}
    moved = without(tables, "firms", "weight") | {
        "accounts": [row | {"weight": weights[row["firm_id"]]} for row in tables["accounts"]]
    }
    there, here = (Computed(run(*case)).cells for case in ((study, tables), (books, moved)))
    assert {key: cell.value for key, cell in there.items()} == {key: cell.value for key, cell in here.items()}
    off = Computed(run(study, without(tables, "firms", "weight"))).chapter
    assert [str(why) for why in off.switched_off.values()] == ["the column `weight` of firms"]


def test_amounts_of_a_trillion_are_weighted_exactly() -> None:
    study = sampled(BY_SIZE | {"measure": "turnover"})
    large = FIVE.replace("| 20     | rest    | 3000 ", "| 333.333333 | rest | 9999999999999.99 ")
    table = Computed(agreed(study, canonical(study, large)))
    assert table.behind("X/firms/small/total", "total")[2] == Decimal("3333333330010496.67")


def test_firms_without_a_weight_are_counted_in_a_note() -> None:
    with observing(study := sampled(), canonical(study, FIVE)) as data:
        (note,) = [str(one) for one in data.notes if "weight" in str(one)]
    assert note == "Firms of `firms` in 2000 without a weight above 0: 1 of 5. They are in no estimate."


def test_a_text_is_no_weight() -> None:
    tables = canonical(study := sampled(weight="firms.legal_form"), FIVE)
    named = tables | {"firms": [row | {"legal_form": "014"} for row in tables["firms"]]}
    with pytest.raises(DataError, match=r"the weights of the sample, `firms\.legal_form`, are no numbers"):
        run(study, named)


def test_a_table_of_estimates_asks_for_the_weight_of_the_study() -> None:
    (wrong,) = problems(declared(BY_SIZE, checked=False))
    assert wrong[1:] == (
        "the study names no weight of a sample",
        'Add `weight = "firms.weight"`, or the column that it is, to `[study]`.',
    )
    with pytest.raises(ValidationError, match="strata are those of a sample: add `weight`"):
        declared(BY_SIZE, strata="firms.stratum")
    with pytest.raises(ValidationError, match="should match pattern"):
        declared(BY_SIZE, weight="weight")


@pytest.mark.parametrize("seed", range(3))
def test_drawn_samples_are_estimated_as_the_plain_computation_does(seed: int) -> None:
    study = drawn_study(rng := Random(seed), ("weighted",) * 3)
    agreed(study, world(study, seed, drawn_world(rng, study, 40)))
