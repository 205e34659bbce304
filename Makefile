# Layerscope. `make` alone lists what there is; the README says more.

PYTHON = python3
# Plain "=": an exported HOST (conda sets one) must not decide who can reach the server.
HOST = localhost
PORT = 8501

# Always `python -m ...`: it goes on working when the folder is moved, the scripts in .venv/bin do not.
PY := .venv/bin/python
# A stamp carries a checksum of what was installed, so it is the content that counts, not a file's date.
RUN_READY := .venv/.ready-run-$(shell cksum < requirements.txt | cut -d ' ' -f 1)
DEV_READY := .venv/.ready-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)
# An environment whose Python is gone (upgraded away) is no longer ready.
$(shell test -x $(PY) || rm -f .venv/.ready-*)

.PHONY: help run test test-long lint format screenshots bench browser clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# utf8, for the QR code is drawn with blocks.
run: $(RUN_READY) ## start the dashboard; for a classroom: make run HOST=0.0.0.0 PORT=8600
	@$(PY) -X utf8 scripts/serve.py "$(HOST)" "$(PORT)"

test: lint browser ## lint, types, and every test but the long ones
	@$(PY) -m pytest

test-long: lint browser ## the long ones too
	@$(PY) -m pytest -m "long or not long"

lint: $(DEV_READY) ## ruff and mypy
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

format: $(DEV_READY) ## let ruff put right what it can
	@$(PY) -m ruff check --fix --exit-zero
	@$(PY) -m ruff format

screenshots: $(DEV_READY) browser ## make the pictures of the README again
	@$(PY) -m tests.e2e.screenshots

bench: $(DEV_READY) browser ## measure what docs/performance.md says: some 25 minutes
	@$(PY) -m benchmarks $(bench)

clean: ## remove the environment and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A machine on which no browser can be had runs all other tests; those of the browser say what is missing. CI stops.
browser: $(DEV_READY)
	@$(PY) scripts/browser.py --install || test "$$CI" != true

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Layerscope needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -c \
	    'import sys; print(sys.version.split()[0])' 2>/dev/null || echo missing);" \
	    "name one like this: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }

$(RUN_READY): | $(PY)
	@$(PY) scripts/install.py requirements.txt
	@touch $@

$(DEV_READY): | $(PY)
	@$(PY) scripts/install.py requirements-dev.txt
	@touch $@ $(RUN_READY)
