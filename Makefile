# Two commands do everything on a machine with Python 3.11 or newer and make: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := run
.PHONY: run test thorough coverage lint bench crash eval train clean

run: $(VENV)/installed-run
	@$(BIN)/slugline run

# Everything that must hold before a change is good: style, types, tests on both database engines, import contracts.
# They wait for programs a good third of the time: with one process more than there are cores they take a fifth less of it.
TESTS = pytest --numprocesses $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile
# The programs that tests start by the hundred begin 0.2 s sooner when they are compiled already.
unexport PYTHONDONTWRITEBYTECODE
# Files of tests are in memory where there is room: SQLite waits for the disk at each commit, half of what such tests take.
MEMORY = /dev/shm
export PYTEST_DEBUG_TEMPROOT := $(shell test -w $(MEMORY) && test "$$(df -k $(MEMORY) 2>/dev/null | awk 'END { print $$4 }')" -gt 2000000 && echo $(MEMORY) || echo $${TMPDIR:-/tmp})
test: lint
	$(BIN)/python -m $(TESTS)

# The same tests with all examples and all steps that can fail; each run of the others tries a share of them.
thorough: lint
	THOROUGH=1 $(BIN)/python -m $(TESTS)

# The same tests with the floor of coverage by branch: measuring makes them take two and a half times as long.
coverage: lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m $(TESTS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Speed and memory, each beside a baseline measured in the same run; minutes, not seconds.
bench: $(VENV)/installed-test
	$(BIN)/python tests/bench_ingest.py
	$(BIN)/python tests/bench_grouping.py --stored 100000
	$(BIN)/python tests/bench_understanding.py
	$(BIN)/python tests/bench_feeds.py --flat 20
	$(BIN)/python tests/bench_deliveries.py
	$(BIN)/python tests/bench_telegram.py
	$(BIN)/python tests/bench_discord.py
	$(BIN)/python tests/bench_reingest.py --stored 10000

# Kill a sending program hundreds of times, on both engines: nothing may be lost, at most one copy a kill.
crash: $(VENV)/installed-test
	$(BIN)/python tests/crash_deliveries.py --kills 300
	$(BIN)/python tests/crash_telegram.py --kills 60
	$(BIN)/python tests/crash_discord.py --kills 60

# Quality on all labelled sets against the pinned floors: everything is measured, then it fails if a figure fell. Some minutes.
# DATA is the folder that holds articles/ and events/; `slugline eval events FILE… --frontier` draws the frontier, which nothing pins.
DATA ?= ../shared/data
EVENTS = $(DATA)/events
SETS = $(addprefix $(EVENTS)/,$(addsuffix .jsonl,allsides gva og2021_en uci ecbplus))
MARKED = $(addprefix $(EVENTS)/,$(addsuffix .jsonl,ukraine_dec2024 allsides gva ecbplus og2021_en))
FLOORS = --floors tests/quality_floors.toml
eval: $(VENV)/installed-run
	@code=0; measure() { echo "slugline eval $$*"; $(BIN)/slugline eval "$$@" $(FLOORS) || code=1; }; \
	measure events $(SETS); \
	measure events $(EVENTS)/og2021_all.jsonl --languages; \
	measure events $(EVENTS)/ukraine_dec2024.jsonl --within $(SETS); \
	measure events $(SETS) --shuffle 3; \
	measure understanding $(MARKED) --marks tests/understanding_marks.jsonl; \
	measure extracts $(addprefix $(EVENTS)/,allsides.jsonl gva.jsonl ecbplus.jsonl); \
	measure copies $(addprefix $(EVENTS)/,allsides.jsonl gva.jsonl); \
	measure articles $(DATA)/articles; \
	exit $$code

# Learn the merge score anew, say how it does on families of sets that it has not seen, and write it into bot/core/grouping/merge_model.py.
# og2021 is only measured: its licence forbids derivatives. About eight minutes with the ablation.
train: $(VENV)/installed-test
	$(BIN)/python -m bot.evaluation.training $(addprefix $(EVENTS)/,$(addsuffix .jsonl,allsides gva uci ecbplus)) \
		--unseen $(EVENTS)/og2021_en.jsonl --ablate --write

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
