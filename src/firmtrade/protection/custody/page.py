"""The review page: every hidden number with its rules, what a reader can work out, and what it hides with;
beside each a decision, a comment, and for an exception a reason and a name. Exceptions become waivers, which the page
writes as the profile takes them. It is one file that works without a network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isfinite

from firmtrade.errors import counted
from firmtrade.protection.log import DeducedInterval, Hidden, Loss

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 105rem; padding: 0 1rem; }
.wide { overflow-x: auto; margin: 1rem 0 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #ccd; }
td.number, th.number { text-align: right; white-space: nowrap; }
.inside { background: #8b1a1a; color: #fff; padding: .5rem .8rem; font-weight: 600; }
input, select { font: inherit; max-width: 11rem; }
textarea { font: .9rem/1.4 ui-monospace, monospace; width: 100%; box-sizing: border-box; }
"""
WAIVERS = """
const rows = [...document.querySelectorAll("tr[data-cell]")], out = document.getElementById("waivers");
const field = (row, name) => row.querySelector(`[name^=${name}-]`).value.trim();
document.addEventListener("input", () => {
  const asked = rows.filter(row =>
    field(row, "decision") === "exception" && field(row, "reason") && field(row, "name"));
  out.value = asked.map(row => ["[[waivers]]", ...Object.entries(
    { cell: row.dataset.cell, reason: field(row, "reason"), by: field(row, "name") }
  ).map(([key, text]) => `${key} = ${JSON.stringify(text)}`)].join("\\n")).join("\\n\\n");
});
"""
"""Writes an exception that has its reason and name as a waiver; strings of JSON are strings of TOML."""
MOST_PARTNERS = 5
"""Partners that are named; of more, how many there are."""


def review_page(profile: str, hidden: Sequence[Hidden], lost: Sequence[Loss]) -> str:
    """The page, in English as every file that stays inside."""
    rows = "\n".join(_row(at, each) for at, each in enumerate(hidden))
    tables = "\n".join(
        f"<tr><td>{escape(each.table)}</td><td class=number>{each.numbers}</td><td class=number>{each.primary}</td>"
        f"<td class=number>{each.secondary}</td><td class=number>{each.share:.1f}%</td></tr>"
        for each in lost
        if each.primary or each.secondary
    )
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Review of hidden numbers</title>
<style>{STYLE}</style></head>
<body>
<main>
<h1>Review of hidden numbers</h1>
<p class="inside">FOR CHECKING ONLY: this page shows true values and stays inside.</p>
<p>{escape(profile)}: {counted(len(hidden), "number")} hidden, {sum(each.primary for each in hidden)} by a rule and
{sum(not each.primary for each in hidden)} to protect others.</p>
<h2 id="tables">How much of each table</h2>
<div class="wide" role="region" aria-labelledby="tables" tabindex="0">
<table><thead><tr><th>Table</th><th class=number>Numbers</th><th class=number>By a rule</th>
<th class=number>To protect others</th><th class=number>Hidden</th></tr></thead>
<tbody>
{tables}
</tbody></table>
</div>
<h2 id="numbers">Each hidden number</h2>
<div class="wide" role="region" aria-labelledby="numbers" tabindex="0">
<table><thead><tr><th>Number</th><th>Rules</th><th>What a reader can work out</th><th>Hides with</th><th>Firms</th>
<th>Decision</th><th>Comment</th><th>Exception: reason</th><th>Name</th></tr></thead>
<tbody>
{rows}
</tbody></table>
</div>
<h2>Exceptions</h2>
<p>Each exception that has a reason and a name, as a waiver: copy it to the profile and release again.</p>
<textarea id="waivers" rows="8" readonly aria-label="Waivers for the profile"></textarea>
</main>
<script>{WAIVERS}</script>
</body>
</html>
"""


def _row(at: int, each: Hidden) -> str:
    named = [escape(str(key)) for key in each.partners[:MOST_PARTNERS]]
    more = len(each.partners) - len(named)
    partners = "<br>".join([*named, *([f"and {more} more"] if more else [])])
    rules = escape(", ".join(each.rules)) or "protects others"
    decision = "<option>open</option><option>accept</option><option>exception</option>"
    fields = "".join(
        f'<td><input name="{name}-{at}" aria-label="{label} for {escape(str(each.key))}"></td>'
        for name, label in (("comment", "Comment"), ("reason", "Reason of an exception"), ("name", "Name"))
    )
    return (
        f'<tr data-cell="{escape(str(each.key))}"><td>{escape(str(each.key))}</td><td>{rules}</td>'
        f"<td>{'<br>'.join(map(_interval, each.intervals))}</td><td>{partners}</td>"
        f"<td class=number>{'' if each.firms is None else each.firms}</td>"
        f'<td><select name="decision-{at}" aria-label="Decision for {escape(str(each.key))}">{decision}</select></td>'
        f"{fields}</tr>"
    )


def _interval(each: DeducedInterval) -> str:
    low, high = (f"{end:,.6g}" if isfinite(end) else "no bound" for end in (each.low, each.high))
    return f"{escape(each.component)}: {low} to {high} (true: {each.value:,.6g})"
