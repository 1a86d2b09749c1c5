# Two commands do everything on a machine with Python 3.11 or newer and make: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := run
.PHONY: run test lint bench eval clean

run: $(VENV)/installed-run
	@$(BIN)/slugline run

# Everything that must hold before a change is good: style, types, tests on both database engines, import contracts, coverage.
test: lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Speed and memory, each beside a baseline measured in the same run; minutes, not seconds.
bench: $(VENV)/installed-test
	$(BIN)/python tests/bench_ingest.py

# Quality on the labelled sets; DATA is the folder that holds articles/ and events/.
DATA ?= ../shared/data
eval: $(VENV)/installed-run
	$(BIN)/slugline eval events $(addprefix $(DATA)/events/,$(addsuffix .jsonl,allsides gva og2021_en uci ecbplus))
	$(BIN)/slugline eval articles $(DATA)/articles

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Slugline needs Python 3.11 or newer: call 'make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)'"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make virtual environments here; on Debian: apt install python3-venv"; exit 1; }

# The stamps are newer than the locks once everything in them is installed: later starts install nothing.
$(VENV)/installed-run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Slugline into $(VENV) …"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-test: requirements-dev.lock $(VENV)/installed-run
	@echo "Installing what the tests need …"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
