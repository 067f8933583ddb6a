# `make` sets up what is missing and builds the library; `make test` proves it. Nothing is done twice.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: all help setup build test lint campaign mutants bench engine-suite picture specimen clean
all: build

# What can be asked for.
help:
	@awk '/^#/ { said = substr($$0, 3) } /^[a-z][a-z-]*:/ && !/^all:/ { sub(":.*", ""); printf "make %-13s %s\n", $$0, said; said = "" } /^$$/ { said = "" }' Makefile

# Installs what is missing: libraries of the system, Python packages.
setup: $(READY)

# Builds all that is out of date.
build: $(READY)
	$(RUN) generate.py build

# Runs the tests; installs what they need.
test: $(READY)
	scripts/test-tools
	$(RUN) -m pytest

# The long runs: fuzzing, random kills, random edits.
campaign: $(READY)
	$(RUN) -m pytest -m campaign

# Linters, formatter, types.
lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

# Small changes to the code, each against the tests of its part: which of them do the tests notice?
mutants: $(READY)
	$(RUN) tests/mutation/mutants.py $(MUTANTS)

# Speed and memory, as ratios measured side by side in one run.
bench: $(READY)
	$(RUN) tests/bench/bench.py $(BENCH)

# The PDF engine's own tests, with our patches of it and without: nothing may fail with them that passes without.
engine-suite: $(READY)
	scripts/engine-suite

$(READY): requirements.txt pyproject.toml scripts/system-libraries
	scripts/system-libraries
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with `make PYTHON=...`" if sys.version_info < (3, 11) else 0)'
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $(READY)

# The picture in the README, drawn from what the build made.
picture: build
	$(RUN) scripts/picture build/en/spinal-stenosis.pdf docs/handout.png

# Every block in every variant: what to look at when changing styles.
specimen: $(READY)
	$(RUN) scripts/specimen build/specimen

# Removes what was built and what was installed.
clean:
	rm -rf build .venv
