"""The notebook of the examples is what its source says, has run to its end, and says that its firms are synthetic."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest


def _from_the_examples() -> ModuleType:
    file = Path(__file__).parents[2] / "examples" / "notebook.py"
    spec = importlib.util.spec_from_file_location("examples_notebook", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


notebook = _from_the_examples()
WRITTEN = nbformat.read(notebook.FILE, as_version=4)


def test_the_cells_are_those_of_the_source_in_its_order() -> None:
    source = notebook.notebook()
    assert [(cell.cell_type, cell.source) for cell in WRITTEN.cells] == [
        (cell.cell_type, cell.source) for cell in source.cells
    ], "run `python examples/notebook.py`"


def test_every_cell_ran_and_none_failed() -> None:
    code = [cell for cell in WRITTEN.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)


def test_it_says_synthetic_before_any_number_and_names_no_folder_of_a_machine() -> None:
    assert "synthetic" in WRITTEN.cells[0].source
    assert "/tmp" not in notebook.FILE.read_text(encoding="utf-8")


@pytest.mark.long
def test_a_run_of_today_gives_the_same_outputs() -> None:
    fresh = notebook.executed()
    for now, then in zip(fresh.cells, WRITTEN.cells, strict=True):
        assert now.get("outputs") == then.get("outputs"), now.source
