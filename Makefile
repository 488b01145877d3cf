# Every target sets up what it needs: `make run` and `make test` work on a fresh clone with Python 3.11 or newer.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.venv/.installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: .venv/.installed ## Run everything on this machine: PostgreSQL, Valkey, an example workspace, the service
	@exec $(BIN)/mci-router dev

.PHONY: test
test: .venv/.installed ## Run the whole suite on real PostgreSQL and Valkey
	$(BIN)/pytest

.PHONY: test-cluster
test-cluster: .venv/.installed ## Run the whole suite on a Valkey cluster of three primaries
	MCI_TEST_REDIS=cluster $(BIN)/pytest

.PHONY: prove
prove: .venv/.installed ## Run the proofs at full size, for about an hour: more random lives, whole traces, 20,000 contacts, a large rebuild
	PROVE=20000 $(BIN)/pytest --numprocesses=0 --timeout=1800 tests/routing/engine/test_model.py tests/routing/engine/test_mutants.py tests/simulation tests/test_races.py
	$(BIN)/python benchmarks/rebuild.py --contacts 100000

.PHONY: bench-triage
bench-triage: .venv/.installed ## Measure triage against its goals: topics, danger, surges, a flood
	$(BIN)/python -m benchmarks.triage

.PHONY: check
check: .venv/.installed ## Check format, lint, types, import contracts and the OpenAPI document
	$(BIN)/ruff format --check src tests migrations benchmarks
	$(BIN)/ruff check src tests migrations benchmarks
	@if command -v luacheck >/dev/null; then luacheck --quiet --no-color src/mci_router/routing/engine/lua; else echo "luacheck is left out: it is not installed (Debian's package is lua-check)"; fi
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/checks/house_rules.py
	$(BIN)/python tests/checks/glossary.py --check
	$(BIN)/python tests/checks/sentences.py
	$(BIN)/mci-router openapi --check openapi.yaml

.PHONY: format
format: .venv/.installed ## Format the code and regenerate openapi.yaml
	$(BIN)/ruff check --fix --quiet src tests migrations benchmarks
	$(BIN)/ruff format src tests migrations benchmarks
	$(BIN)/mci-router openapi > openapi.yaml
	$(BIN)/python tests/checks/glossary.py
	$(BIN)/python tests/checks/sentences.py --fix

.PHONY: lock
lock: ## Pin dependencies anew: names, versions and hashes, no address
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --extra embedded --extra dev --output-file requirements-dev.lock pyproject.toml

.PHONY: clean
clean: ## Remove the environment and caches; data in .data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
