# run  test  live  ui  check  bench: each sets up what it needs in .venv; only Python 3.11 or 3.12 is needed.
.DEFAULT_GOAL := help
.PHONY: help install run live ui test check bench lock clean

PYTHON ?= $(shell command -v python3.12 >/dev/null 2>&1 && python3.12 --version >/dev/null 2>&1 && echo python3.12 || (command -v python3.11 >/dev/null 2>&1 && python3.11 --version >/dev/null 2>&1 && echo python3.11 || echo python3))
BIN := .venv/bin
RUNNING := .venv/.running
INSTALLED := .venv/.installed

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1	/'

# every file that is installed must have the hash that stands in the lock, which is complete: pip would else ask for
# a hash of each package with extras besides
define install
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
		|| { echo "cartscape needs Python 3.11 or 3.12; set PYTHON=/path/to/python3.12"; exit 1; }
	@echo "installing into .venv: $$(grep -c '^[a-z].*==' $(1)) packages"
	@if command -v uv >/dev/null 2>&1; then \
		{ [ "$$($(BIN)/python -V 2>/dev/null)" = "$$($(PYTHON) -V)" ] || uv venv --clear --python $(PYTHON) .venv; } \
		&& uv pip sync --python $(BIN)/python --compile-bytecode --require-hashes $(1) \
		&& uv pip install --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		$(PYTHON) -m venv --clear .venv \
		&& $(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --no-deps --require-hashes -r $(1) \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
endef

# what runs, and what is only needed to develop besides: an environment to develop in can run too
$(RUNNING): requirements.lock pyproject.toml
	@if [ -f $(INSTALLED) ]; then $(MAKE) --no-print-directory $(INSTALLED); else $(MAKE) --no-print-directory .venv/.runtime; fi
	@touch $(RUNNING)

.venv/.runtime: requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

$(INSTALLED): requirements-develop.lock pyproject.toml
	$(call install,requirements-develop.lock)
	@touch $(INSTALLED) $(RUNNING)

install: $(RUNNING) ## what runs, without what is only needed to develop

run: $(RUNNING) ## the whole flow on the bundled synthetic sample
	$(BIN)/cartscape run --source sample

live: $(RUNNING) ## the whole flow on ClinicalTrials.gov, politely, one request a second
	$(BIN)/cartscape run --source live

ui: $(RUNNING) ## Prefect's server, a worker and the deployments on loopback
	$(BIN)/cartscape ui

test: $(INSTALLED) ## all tests in two processes, fast ones first, the end-to-end runs last
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(INSTALLED) ## linter, formatter, type checker, linters of SQL and of the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar sql expectations
	$(BIN)/hadolint Dockerfile

bench: $(INSTALLED) ## measurements, as ratios
	@for program in $(filter-out __init__,$(notdir $(basename $(wildcard bench/*.py)))); do \
		echo "== bench.$$program"; $(BIN)/python -m bench.$$program || exit 1; \
	done

PIN := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --generate-hashes

lock: ## pin every dependency anew, with hashes, and describe what runs (needs uv)
	$(PIN) --extra install --extra develop --output-file requirements-develop.lock pyproject.toml
	$(PIN) --extra install --constraint requirements-develop.lock --output-file requirements.lock pyproject.toml
	$(PIN) --extra install --extra cluster --constraint requirements.lock --output-file requirements-cluster.lock pyproject.toml
	$(BIN)/python -m tools.supply_chain

clean: ## remove the environment, not the landscape
	rm -rf .venv
