# Two commands do everything on a bare machine with Python 3.11 and make: `make report` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/report

.PHONY: report test test-long check lint types mutants bench gallery catalogue clean

report: $(VENV)/.core  ## Publish the chapter of 2008 on its synthetic population
	$(BIN)/firmtrade report belgium-2008 --out $(OUT)

test: $(VENV)/.dev  ## All tests
	$(BIN)/python -m pytest -n 2

test-long: $(VENV)/.dev  ## The slow proofs too
	$(BIN)/python -m pytest -n 2 -m "long or not long"

check: lint types test  ## What every commit must pass

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests benchmarks

types: $(VENV)/.dev
	$(BIN)/mypy

mutants: $(VENV)/.dev  ## Mutate the formulas and list survivors
	$(BIN)/python benchmarks/mutants

bench: $(VENV)/.dev  ## Time the main job against one hand-written statement
	$(BIN)/python benchmarks/main_job.py

catalogue: $(VENV)/.dev  ## Write the generated pages of the reference anew
	$(BIN)/python docs/make.py

gallery: $(VENV)/.dev  ## Take the pictures of the gallery anew
	$(BIN)/python docs/images/make.py

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment is made once, from the lock file where uv is at hand, by plain pip otherwise.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { echo "Python 3.11 or later with venv is needed (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip uv

$(VENV)/.core: pyproject.toml uv.lock | $(VENV)/bin/python
	UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --quiet --locked --inexact
	touch $@

$(VENV)/.dev: pyproject.toml uv.lock | $(VENV)/bin/python
	UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --quiet --locked --inexact --all-extras
	touch $@ $(VENV)/.core
