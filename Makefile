# Works from a fresh clone with git, make and Python 3.11 or newer; nothing needs root.
# Another Python: make PYTHON=python3.12 test; tests in one process, to debug one: make WORKERS=0 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
FAST := -m "not debian and not slow"
DEBIAN := postfix chromium poppler-utils dovecot-imapd
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # each process of the tests would compile everything anew
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help install install-dev demo test test-all debian debian-install check mutants bench reference lock format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(RUN_STAMP) ## Install what running needs, from requirements.lock

install-dev: $(DEV_STAMP) ## Install what testing needs as well, from requirements-dev.lock

$(UV): requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Can't install: Collegium needs Python 3.11 or newer, and $(PYTHON) is not." >&2; \
	  echo "Name another one, for example: make PYTHON=python3.12 install" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Can't make $(VENV): $(PYTHON) lacks venv or pip (on Debian: the package python3-venv)." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@touch $(UV)

$(RUN_STAMP): $(UV) pyproject.toml requirements.lock
	@rm -f $(DEV_STAMP)
	$(UV) pip sync --quiet requirements-build.lock requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(RUN_STAMP)

# The development lock holds all of the other one, so that `make demo` afterwards has nothing to change.
$(DEV_STAMP): $(UV) pyproject.toml requirements.lock requirements-dev.lock
	$(UV) pip sync --quiet requirements-build.lock requirements-dev.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(RUN_STAMP) $(DEV_STAMP)

demo: install ## Run both review cycles on a virtual clock, into var/demo
	$(BIN)/collegium demo --folder var/demo

test: install-dev ## All tests that need nothing but Python, without the slow ones
	$(PYTEST) $(FAST)

test-all: install-dev debian ## All tests; a skip is a failure. Needs Debian's packages and, for postfix, root
	COLLEGIUM_NO_SKIPS=1 $(PYTEST) --ignore=tests/wire
	COLLEGIUM_NO_SKIPS=1 $(BIN)/python -m pytest tests/wire # one process: one pair of mail servers

debian: ## Are the Debian packages there that some tests need? As root: make debian-install
	@missing="$$(for each in $(DEBIAN); do dpkg -s $$each >/dev/null 2>&1 || printf ' %s' $$each; done)"; \
	[ -z "$$missing" ] || { echo "Some tests need Debian packages that are not here:$$missing" >&2; \
	echo "Install them, as root: apt-get install --no-install-recommends$$missing" >&2; exit 1; }
	@[ "$$(id -u)" = 0 ] || { echo "The tests of the wire start mail servers, which only root can: sudo make test-all" >&2; exit 1; }

debian-install: ## Install those packages; as root
	@$(MAKE) --silent debian 2>/dev/null || { apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(DEBIAN); }

check: install-dev ## Format, lint, types, import contracts, quick tests (docs too) with the coverage of engine/
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) $(FAST) --cov=engine --cov-report=json:var/coverage.json
	$(BIN)/python .ci/branches.py var/coverage.json

mutants: install-dev ## Change the core in thousands of small ways: which of them does no test notice? An hour
	$(UV) pip install --quiet --require-hashes -r requirements-mutants.lock
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/mutmut run --max-children 1
	$(BIN)/mutmut results

bench: install-dev ## Measure against bare references in the same run
	$(BIN)/python -m benchmarks

reference: install-dev ## Write docs/reference/ anew from the schemas, the settings and the command line
	$(BIN)/python docs/generate.py

lock: install-dev ## Compile the four locks anew; make lock LOCK=--upgrade takes newer versions
	$(COMPILE) $(LOCK) pyproject.toml -o requirements.lock
	$(COMPILE) $(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) $(LOCK) --group mutants -c requirements-dev.lock -o requirements-mutants.lock
	printf 'hatchling\nuv\n' | $(COMPILE) $(LOCK) - -c requirements-dev.lock -o requirements-build.lock

format: install-dev ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the environment, caches and everything that was made
	rm -rf $(VENV) var dist mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
