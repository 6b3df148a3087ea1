# RevRecon: `make demo` and `make test` are all a newcomer needs. They create .venv themselves.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PEERS  := .venv-peers
AUDIT  := .venv-audit
SIZE   := 100000 1000000
ROUNDS := 3

export DAGSTER_DISABLE_TELEMETRY := 1

.PHONY: help setup demo demo-eia quarter ui test check audit-dependencies bench fmt clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(STAMP)  ## create .venv and install RevRecon with its development tools

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "RevRecon needs Python 3.11 or newer; $$($(PYTHON) --version) is too old. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@echo "Setting up .venv (a minute or two, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)   ## load the sample company and explain its numbers
	@$(BIN)/revrecon demo

demo-eia: $(STAMP) ## the same for a real data set: every U.S. electric utility
	@$(BIN)/revrecon demo --map examples/eia861/entity_map.yaml --home .revrecon-eia

quarter: $(STAMP) ## play the sample company's third quarter day by day, with its standups, then audit it
	@$(BIN)/revrecon simulate --from 2026-07-01 --to 2026-09-30 --decisions data/standups/2026-Q3.yaml

ui: $(STAMP)     ## open Dagster on http://127.0.0.1:3000
	@$(BIN)/revrecon ui

test: $(STAMP)   ## all tests that can run on this machine; FAST=1 leaves out real servers, browsers and whole runs
	@$(BIN)/python -m pytest -n 2 --dist worksteal -rs $(if $(FAST),-m "not slow")

check: $(STAMP)  ## style, types and the shipped maps
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/revrecon check
	@$(BIN)/revrecon check --map examples/eia861/entity_map.yaml

audit-dependencies: ## look the pinned dependencies up among known vulnerabilities (asks the network)
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install -q --disable-pip-version-check 'pip-audit>=2.9,<3'
	@$(AUDIT)/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip

bench: $(STAMP)  ## compare copies with every peer; SIZE="100000 1000000" and ROUNDS=3 are the default
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -q --disable-pip-version-check -r benchmarks/comparison/peers.txt
	@$(BIN)/python -m benchmarks.comparison $(SIZE) --rounds $(ROUNDS) --peers-python $(PEERS)/bin/python

fmt: $(STAMP)    ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:           ## remove what runs left behind (not .venv)
	rm -rf .revrecon .revrecon-eia .revrecon-played .dagster_home .pytest_cache .mypy_cache .ruff_cache
