"""The example notebook: its cells, and how it is run. ``python examples/notebook.py`` writes it anew, with its outputs.

A notebook is written as Markdown and code here, because what stands in its file is made by a machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FILE = Path(__file__).with_name("first-look.ipynb")

CELLS = [
    """# A first look at firmtrade in a notebook

Every firm on this page is **synthetic**: drawn from the printed numbers of a report of 2008, and no
evidence about any real firm or economy. With records of your own, the same lines give the same tables of them.

A study says what is asked: the populations, the tables, the years. One comes with the program.""",
    """import firmtrade as ft

study = ft.load_study("belgium-2008")
study.name, study.reference_year, len(study.tables), len(study.figures)""",
    """## Records

The canonical tables are three: firms, their accounts, and their trade by year and partner. Here they are drawn;
records as offices hold them are brought into this form by `firmtrade import`.""",
    """ft.synth("belgium-2008", out="data")""",
    """## The whole chapter

One call computes every table and figure. What it returns says in a line what it is.""",
    """results = ft.run("belgium-2008", "data")
results""",
    """A table is a frame, unrounded, to go on with:""",
    """results.table("4")""",
    """results.table("4", long=True).filter(rows="Intra-EU export")""",
    """## Where a number comes from

Each number can be asked for its parts, the firms behind it, its definition, the columns it rests on, and the query.""",
    """ft.explain(results, "4/manufacturing/intra_eu_export/size_lt10")""",
    """## Evidence

How traders differ from firms that do not trade, with the controls that the literature takes.""",
    """evidence = ft.estimate("belgium-2008", "data", ft.EvidenceOptions(blocks=("premia",)))
evidence""",
    """import polars as pl

premia = evidence.table("premia")
premia.select("specification", "outcome", "term", pl.col("estimate", "std_error").round(3), "n_firms").head(8)""",
    """## What others printed

The audit holds printed tables against one another: what cannot be true at once is named.""",
    """report = ft.audit("belgium-2008")
print(report.summary.numbers, "numbers,", len(report.contradictions), "contradictions")
print(report.contradictions[0].message)""",
    """## A release

What leaves is a folder of its own, in the formats that people use, with the stamp of its data on every page.""",
    """release = ft.release([results, evidence]).publish("release", formats=["html", "csv"])
sorted(path.name for path in release.iterdir())""",
]


def notebook() -> nbformat.NotebookNode:
    """The notebook without outputs: what begins as a title or a sentence is text, all else is code."""
    made = nbformat.v4.new_notebook()
    for number, text in enumerate(CELLS):
        new = (
            nbformat.v4.new_markdown_cell
            if text.startswith(("#", "A ", "Each "))
            else nbformat.v4.new_code_cell
        )
        made.cells.append(new(text, id=f"cell-{number}"))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def executed() -> nbformat.NotebookNode:
    """The notebook with the outputs of a run in an empty folder, without times."""
    made = notebook()
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            made, timeout=600, resources={"metadata": {"path": folder}}, record_timing=False
        )
        client.execute(env={**os.environ, "COLUMNS": "100"})
    made.metadata.pop("language_info", None)
    return made


if __name__ == "__main__":
    nbformat.write(executed(), FILE)
