# Everything one does with this project. It works from any folder, as root or not.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Chinese sentences and folder names, whatever the machine's locale.
export PYTHONUTF8 := 1

# The newest Python that runs here; PYTHON=/path/to/python3 chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
UV_LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header pyproject.toml

.PHONY: help setup run demo migrate test bench handbook check setup-dev lock crawl

help: ## Show the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F '\t' '{ printf "  make %-9s %s\n", $$1, $$2 }'

setup: ## Install the pinned Python packages into .venv
	@test -n "$(PYTHON)" || { \
		echo "需要 Python 3.11 或以上版本。请先运行：sudo apt-get install -y python3 python3-venv"; \
		exit 1; } >&2
	@"$(PYTHON)" scripts/setup.py requirements.lock
	@"$(PYTHON)" scripts/system_packages.py --install portal || true

run: setup ## Start the whole portal at http://127.0.0.1:8000 (PORT=8001 make run for another port)
	@exec $(PY) -m portal.stack.supervise --with-parent

demo: setup migrate ## Clear the data and load the demo city afresh
	@$(PY) manage.py load_demo --fresh

migrate: setup ## Bring the tables up to date
	@$(PY) manage.py migrate

test: setup setup-dev check ## Run every check and every test
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: setup setup-dev ## Measure pages and engines as ratios to a floor of the same run
	@$(PY) -m pytest -q -s -o addopts= tests/benchmarks

handbook: setup setup-dev ## Take the pictures of the handbook and the README afresh from the demo
	@$(PY) scripts/handbook.py

crawl: setup setup-dev ## Open every page of every role of a demo city in four modes, with axe
	@$(PY) -m tests.browser.crawl

# A missing system package is named here; the tests that need it say so, and fail in CI.
setup-dev:
	@"$(PYTHON)" scripts/setup.py requirements-dev.lock
	@"$(PYTHON)" scripts/system_packages.py --install portal tests || true

check: setup setup-dev ## Run lint, types, import contracts, templates and migrations only
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/djlint --quiet --lint templates
	@echo "$(PY) manage.py makemigrations --check --dry-run"; \
		var="$$(mktemp -d)"; YUANDING_VAR="$$var" $(PY) manage.py makemigrations --check --dry-run; \
		code=$$?; rm -rf "$$var"; exit $$code

lock: setup-dev ## Resolve the dependencies anew and write both lock files
	$(PY) -m pip install --quiet uv
	$(UV_LOCK) --output-file requirements.lock
	$(UV_LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock
