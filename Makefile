# make run      everything, from nothing to a running installation with a small demo
# make test     the default suite: no browser, no apt
# make check    all that CI runs, on a machine that has Chromium
# make demo     the full demo world      make soak   hours of faults

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PO := $(wildcard src/triptych/web/locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)
LOOPS := $(shell grep -rl --include=*.py '@compiled' src/triptych)
PYTEST := $(BIN)/pytest -n auto --dist loadfile

# An environment that has the tools of development has all that running needs: it is never thinned out again.
RUN := $(if $(wildcard $(STAMPS)/dev),$(STAMPS)/dev,$(STAMPS)/run)
NODE := $(if $(shell command -v npm),,requirements/node.txt)

.PHONY: run install install-dev clients test check demo soak lint types contracts format face clean

run: install
	@exec $(BIN)/triptych serve --set-up demo --demo small

demo: install
	@exec $(BIN)/triptych serve --set-up demo --demo full

install: $(RUN) $(STAMPS)/face $(MO) $(STAMPS)/warm
install-dev: $(STAMPS)/dev $(STAMPS)/face $(MO) $(STAMPS)/warm

test: install-dev
	$(PYTEST) -m "not slow and not browser and not soak"

check: lint types contracts test clients
	$(PYTEST) -m "(slow or browser) and not soak"

soak: install-dev
	@command -v strace >/dev/null || echo "strace is not here: without it the sweep of failing calls is skipped"
	$(PYTEST) -m soak -p no:randomly

# Clients that nobody here wrote, for the marks that need a browser or Node.
clients: $(STAMPS)/clients

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMPS)/dev
	$(BIN)/mypy

contracts: $(STAMPS)/dev
	$(BIN)/lint-imports --no-cache

format: $(STAMPS)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) node_modules src/triptych/web/static/vendor .mypy_cache .ruff_cache .pytest_cache

# ---- the environment: one venv, locked with hashes ----------------------------------------------------------------

$(STAMPS)/venv:
	@command -v $(PYTHON) >/dev/null || { echo "make: Python 3.11 or newer is needed ($(PYTHON) not found); set PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) -V 2>&1); set PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "make: $(PYTHON) has no venv; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS)
	@awk '/^uv==/ {on = 1} on {print; if ($$0 !~ /\\$$/) exit}' requirements/run.txt > $(STAMPS)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(STAMPS)/uv.txt
	@touch $@

$(STAMPS)/run: requirements/run.txt requirements/demo.txt $(NODE) pyproject.toml | $(STAMPS)/venv
	@if test -e $(STAMPS)/dev; then exit 0; fi; echo "Installing what running needs"; \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/run.txt requirements/demo.txt $(NODE); \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt requirements/demo.txt pyproject.toml | $(STAMPS)/venv
	@echo "Installing what developing needs"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt requirements/demo.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# ---- compiled loops: the machine code is kept beside the sources ---------------------------------------------------

$(STAMPS)/warm: $(LOOPS) | $(RUN)
	@echo "Compiling the river's loops"
	@$(BIN)/python -m triptych.runtime.warm
	@touch $@

# ---- the face: front-end files by npm's lock, messages compiled --------------------------------------------------

$(STAMPS)/face: package-lock.json src/triptych/web/assets.py src/triptych/web/icons.txt $(wildcard src/triptych/web/static/css/*.css) | $(RUN)
	@$(BIN)/python -m triptych.web.assets
	@touch $@

%.mo: %.po | $(RUN)
	@$(BIN)/python -m triptych.web.messages >/dev/null
	@touch $@

$(STAMPS)/clients: tests/clients/node/package-lock.json requirements/clients.txt | $(STAMPS)/dev
	@echo "Installing the clients that the suite proves the front door with"
	@$(BIN)/uv pip install --quiet --target build/clients --require-hashes -r requirements/clients.txt
	@cd tests/clients/node && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent
	@touch $@
