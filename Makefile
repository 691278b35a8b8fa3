# Two commands do everything on a bare machine with Python 3.11 and make: `make report` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/report
# What is compiled is kept, whatever the shell says: collecting the tests takes half as long, and so do their programs.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.PHONY: docs report test test-long test-spark check lint types mutants bench gallery catalogue wheels clean

report: $(VENV)/.core  ## Publish the chapter of 2008 on its synthetic population
	$(BIN)/firmtrade report belgium-2008 --out $(OUT)

test: $(VENV)/.dev  ## All tests; those of a file share what it makes
	$(PYTEST) -n 2 --dist loadfile

test-long: $(VENV)/.dev  ## The slow proofs too
	$(PYTEST) -n 2 --dist loadfile -m "long or not long"

test-spark: $(VENV)/.dev  ## The tests of numbers once more, computed by Spark in the process (needs Java)
	FIRMTRADE_TEST_ENGINE=spark $(PYTEST) -n0 tests/engines tests/kinds tests/observatory tests/statistics

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

docs: $(VENV)/.dev  ## The documentation as a site, in out/docs
	$(BIN)/python -m sphinx -q -W --keep-going -d out/docs-cache docs out/docs

gallery: $(VENV)/.dev  ## Take the pictures of the gallery anew
	$(BIN)/python docs/images/make.py

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment is made once; `scripts/environment` says how, on any network and on none.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { echo "Python 3.11 or later with venv is needed (Debian: apt-get install python3-venv)"; exit 1; }
	@test -n "$(WHEELS)" || $(BIN)/python -m pip install --quiet --upgrade pip uv \
	  || echo "uv is not to be had from this index: pip installs without it"

$(VENV)/.core: pyproject.toml uv.lock scripts/environment | $(VENV)/bin/python
	@WHEELS="$(WHEELS)" scripts/environment core
	@touch $@

$(VENV)/.dev: pyproject.toml uv.lock scripts/environment | $(VENV)/bin/python
	@WHEELS="$(WHEELS)" scripts/environment all
	@touch $@ $(VENV)/.core

wheels: $(VENV)/bin/python  ## A folder of wheels to install from where there is no network
	mkdir -p wheels
	$(BIN)/uv export --quiet --frozen --no-hashes --no-emit-project --output-file wheels/core.txt
	$(BIN)/uv export --quiet --frozen --no-hashes --no-emit-project --all-extras --output-file wheels/all.txt
	$(BIN)/python -m pip wheel --quiet --wheel-dir wheels --requirement wheels/all.txt "hatchling>=1.27" editables
