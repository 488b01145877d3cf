# Every target sets up what it needs: `make run` and `make test` work on a fresh clone with Python 3.11 or newer.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
# Byte code is kept, whatever the surroundings say: every process that a test starts would compile the package.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

# One line of progress on a terminal, from what pip says; nothing in a log. The caller looks for .venv/.failed.
COUNTED = { PYTHONUNBUFFERED=1 $(BIN)/pip install --disable-pip-version-check --require-hashes --no-deps $(1) -r $(2) || touch .venv/.failed; } | \
	while read -r said name rest; do \
	  case $$said in Collecting|Requirement) n=$$((n + 1));; Installing) name="unpacking ...";; *) continue;; esac; \
	  if [ -t 1 ]; then printf '\r  %s of %s  %-40.40s' "$$n" "$$(grep -c == $(2))" "$$name"; fi; \
	done; if [ -t 1 ]; then printf '\r%60s\r' ''; fi

define install # options of pip, lock file
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
@echo "Installing $$(grep -c == $(2)) packages into .venv, this once ..."
@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
@rm -f .venv/.failed
@$(call COUNTED,$(1),$(2))
@test ! -e .venv/.failed
@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

# What running needs. Its modules are compiled when they are first imported, which is sooner done than to compile all there are.
.venv/.runs: requirements-run.lock pyproject.toml
	$(call install,--no-compile,requirements-run.lock)
	@touch $@

# What development needs: all of the above, at the same versions, and more.
.venv/.installed: requirements-dev.lock pyproject.toml
	$(call install,,requirements-dev.lock)
	@touch .venv/.runs $@

.PHONY: run
run: .venv/.runs ## Run everything on this machine: PostgreSQL, Valkey, an example workspace, the service
	@exec $(BIN)/mci-router dev

# What needs Chromium runs by `make test-browser`, what needs Dovecot by `make test-mail`.
NO_BROWSER := --ignore=tests/browser --ignore=tests/mail

# A second thread of numpy's takes from other tests what it brings to one.
test test-fast test-browser test-mail coverage: export OPENBLAS_NUM_THREADS ?= 1

.PHONY: test
test: .venv/.installed ## Run the whole suite on real servers, but for the browser's and the mails'; FILE=tests/...: a folder, a file or one test
	$(BIN)/pytest $(if $(FILE),--numprocesses=0 $(FILE),$(NO_BROWSER))

# Pure rooms, and the main job on a real service.
FAST := tests/routing/policy tests/triage/test_rules.py tests/triage/test_language.py tests/intake/masking/test_forms.py tests/intake/masking/test_references.py \
	tests/insight/test_service_level.py tests/access/test_sign_in.py tests/simulation/test_trace.py tests/test_demo.py tests/test_notice.py tests/test_main_job.py

.PHONY: test-fast
test-fast: .venv/.installed ## Run what is pure, and the main job on a real service: under a minute
	$(BIN)/pytest $(FAST)

# Debian's Chromium, which the tests drive; CHROMIUM names it where it is called otherwise. apt-get runs where it is missing and may.
export CHROMIUM ?= chromium
ROOT = $$([ "$$(id -u)" = 0 ] || echo "sudo -n")

.PHONY: chromium
chromium:
	@command -v "$(CHROMIUM)" >/dev/null || { echo "Installing Chromium, this once ..."; \
	  said=$$({ timeout 120 $(ROOT) apt-get update && timeout 600 $(ROOT) apt-get install --yes --no-install-recommends chromium; } 2>&1) || true; \
	  command -v "$(CHROMIUM)" >/dev/null || { echo "$$said" | tail -n 3; \
	    echo "Chromium is missing and could not be installed: install Debian's package chromium, or set CHROMIUM to a browser of its kind"; exit 1; }; }

.PHONY: test-browser
test-browser: .venv/.installed chromium ## Run the tests in a browser: the desk and the customer's chat, in Chromium; FILE=tests/browser/...
	$(BIN)/pytest --numprocesses=0 $(or $(FILE),tests/browser)

# Debian's Dovecot: the tests run it with a configuration of their own. apt-get runs where it is missing and may.
DOVECOT = PATH="$$PATH:/usr/sbin" command -v dovecot >/dev/null && ls /usr/lib/dovecot/lmtp /usr/lib/dovecot/imap >/dev/null 2>&1

.PHONY: dovecot
dovecot:
	@{ $(DOVECOT); } || { echo "Installing Dovecot, this once ..."; \
	  said=$$({ timeout 120 $(ROOT) apt-get update && timeout 600 $(ROOT) apt-get install --yes --no-install-recommends dovecot-imapd dovecot-lmtpd; } 2>&1) || true; \
	  { $(DOVECOT); } || { echo "$$said" | tail -n 3; \
	    echo "Dovecot is missing and could not be installed: install Debian's packages dovecot-imapd and dovecot-lmtpd"; exit 1; }; }

.PHONY: test-mail
test-mail: .venv/.installed dovecot ## Run the e-mail adapter's tests: a real Dovecot, real sockets; FILE=tests/mail/...
	$(BIN)/pytest --numprocesses=0 $(or $(FILE),tests/mail)

.PHONY: picture
picture: .venv/.installed chromium ## Make the README's picture again, from the pages as they are: docs/conversation.png
	PICTURE=1 $(BIN)/pytest --numprocesses=0 tests/browser/test_picture.py

.PHONY: coverage
coverage: .venv/.installed ## Run the suite with its coverage measured, and hold it against the floor
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(if $(FILE),--numprocesses=0 $(FILE),$(NO_BROWSER))
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.PHONY: test-cluster
test-cluster: .venv/.installed ## Run the whole suite on a Valkey cluster of three primaries
	MCI_TEST_REDIS=cluster $(BIN)/pytest $(NO_BROWSER)

.PHONY: prove
prove: .venv/.installed ## Run the proofs at full size, for about an hour: more random lives, whole traces, 20,000 contacts, a large rebuild
	PROVE=20000 $(BIN)/pytest --numprocesses=0 --timeout=1800 tests/routing/engine/test_model.py tests/routing/engine/test_mutants.py tests/simulation tests/test_races.py \
	  tests/triage/test_rules.py tests/intake/masking/test_references.py tests/workforce/schedules/test_rules.py
	$(BIN)/python -m benchmarks.rebuild --contacts 100000
	$(BIN)/python -m benchmarks.reports

.PHONY: bench
bench: .venv/.installed ## Measure the service beside a hand-written one, and write docs/benchmarks.md: about ten minutes
	$(BIN)/python -m benchmarks.side_by_side --write

.PHONY: bench-short
bench-short: .venv/.installed ## Fail if a contact costs a fifth more CPU than it did, against the hand-written one
	$(BIN)/python -m benchmarks.side_by_side.short

.PHONY: prove-survival
prove-survival: .venv/.installed ## Kill, stop, starve and flood real processes under load, and read the books; ONLY=a fault, WRITE=1
	@$(BIN)/python -m tests.survival --command "make prove-survival" $(if $(ONLY),--only $(ONLY),--races $(or $(RACES),20000)) $(if $(WRITE),--write)

.PHONY: soak
soak: .venv/.installed ## Steady load for 15 minutes (SOAK=minutes), and whether memory stays flat
	@$(BIN)/python -m tests.survival --soak $(or $(SOAK),15)

# Each peer for itself below .bench, at the versions that its file names.
.bench/.installed: benchmarks/peers/package.json benchmarks/peers/package-lock.json benchmarks/peers/procrastinate.txt benchmarks/peers/arq.txt .venv/.installed
	@command -v npm >/dev/null || { echo "BullMQ needs node and npm (Debian's packages are nodejs and npm)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-warn-conflicts --upgrade --target .bench/procrastinate -r benchmarks/peers/procrastinate.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-warn-conflicts --upgrade --target .bench/arq -r benchmarks/peers/arq.txt
	mkdir -p .bench/bullmq
	cp benchmarks/peers/package.json benchmarks/peers/package-lock.json .bench/bullmq
	npm ci --prefix .bench/bullmq --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: bench-peers
bench-peers: .bench/.installed ## Measure the service beside BullMQ, procrastinate and arq, each installed below .bench
	cp benchmarks/peers/bullmq.mjs .bench/bullmq
	$(BIN)/python -m benchmarks.peers

# The methods that forecasts are measured beside, for themselves: they are in no lock. Without them the table says so.
.bench/.forecasts: benchmarks/workforce/statsforecast.txt .venv/.installed
	@mkdir -p .bench
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-warn-conflicts --upgrade --target .bench/statsforecast -r $< && touch $@ \
	  || echo "statsforecast could not be installed: the table is made without it"

.PHONY: bench-workforce
bench-workforce: .venv/.installed .bench/.forecasts ## Measure forecasts and staffing against their goals, and write docs/workforce.md
	$(BIN)/python -m benchmarks.workforce --write

.PHONY: bench-triage
bench-triage: .venv/.installed ## Measure triage against its goals: topics, danger, surges, a flood
	$(BIN)/python -m benchmarks.triage

.PHONY: check
check: .venv/.installed ## Check format, lint, types, import contracts, house rules, what is generated; print coverage and floor
	$(BIN)/ruff format --check src tests migrations benchmarks
	$(BIN)/ruff check src tests migrations benchmarks
	@if command -v luacheck >/dev/null; then luacheck --quiet --no-color src/mci_router/routing/engine/lua; else echo "luacheck is left out: it is not installed (Debian's package is lua-check)"; fi
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/checks/house_rules.py
	$(BIN)/python tests/checks/rooms.py
	$(BIN)/python tests/checks/glossary.py --check
	$(BIN)/python tests/checks/sentences.py
	$(BIN)/python tests/checks/floors.py --check
	$(BIN)/mci-router openapi --check openapi.yaml
	@$(BIN)/python tests/checks/coverage_floor.py

.PHONY: format
format: .venv/.installed ## Format the code, and write what is generated: openapi.yaml, the table of floors
	$(BIN)/ruff check --fix --quiet src tests migrations benchmarks
	$(BIN)/ruff format src tests migrations benchmarks
	$(BIN)/mci-router openapi > openapi.yaml
	$(BIN)/python tests/checks/glossary.py
	$(BIN)/python tests/checks/sentences.py --fix
	$(BIN)/python tests/checks/floors.py

COMPILE := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe

.PHONY: lock
lock: .venv/.installed ## Pin the dependencies: names, versions and hashes, no address
	$(COMPILE) --extra adapters --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra adapters --extra embedded --extra dev --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --extra adapters --extra embedded --build-deps-for editable --constraint requirements-dev.lock --output-file requirements-run.lock pyproject.toml

.PHONY: clean
clean: ## Remove the environment and caches; data in .data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
