# Bare `make` lists the targets. Everything runs from .venv, which the first target that needs it makes.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --no-input install --quiet
workers ?= 2
benches ?= check simulate append tasks growth replay forecast clients link web
client := $(shell find web -name node_modules -prune -o -type f -print)
npm := $(python) hatch_build.py

.PHONY: help setup demo test lint check bench fix types docs findings screenshots lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready-dev .venv/ready-kernels .venv/ready-web ## make .venv with all that development needs
	@echo "ready: .venv/bin/renkei --help"

demo: .venv/ready-kernels ## check and compare the US-Japan command structures, write the report
	@$(MAKE) --no-print-directory .venv/ready-web || echo "the demonstration goes on without the browser client"
	@.venv/bin/renkei demo

test: .venv/ready-dev .venv/ready-web ## run all tests
	@# Ahead, since otherwise each worker compiles for itself; what fails here fails in a test, and is told there.
	@$(MAKE) --no-print-directory .venv/ready-kernels || echo "the kernels could not be compiled ahead"
	@# Where Python is told to write no bytecode, each of the processes that tests start would compile anew.
	@$(python) -m compileall -q src
	@$(python) -m pytest -q -n $(workers)

lint: .venv/ready-dev .venv/ready-web ## formatting, rules, types and layers, without the tests
	@status=0; \
	$(python) -m ruff format --check . || status=1; \
	$(python) -m ruff check . || status=1; \
	$(python) -m mypy || status=1; \
	.venv/bin/lint-imports || status=1; \
	$(npm) run lint || status=1; \
	exit $$status

check: lint ## all that CI runs: lint, then test
	@$(MAKE) --no-print-directory test

bench: .venv/ready-dev .venv/ready-web ## measure renkei beside its peers, and write the figures into docs/reference/benchmarks.md
	@mkdir -p build && : > build/figures.md
	@for name in $(benches); do \
		echo "bench/$$name.py ..." >&2; \
		printf '\n### `python bench/%s.py`\n\n' "$$name" >> build/figures.md; \
		$(python) bench/$$name.py >> build/figures.md || exit 1; \
	done
	@cat build/figures.md
	@$(python) docs/reference/figures.py < build/figures.md

fix: .venv/ready-dev .venv/ready-web ## format, and repair what can be repaired without a decision
	@$(python) -m ruff check --fix-only .
	@$(python) -m ruff format .
	@$(npm) run fix

types: .venv/ready-dev ## write the client's types again, from the document of the interface
	@mkdir -p build && $(python) -m renkei.interfaces.http.document > build/openapi.json
	@$(npm) run types

docs: .venv/ready-dev ## write the generated pages of docs/reference again
	@$(python) docs/reference/generate.py

findings: .venv/ready-kernels .venv/ready-dev ## write the table and the picture of the README again
	@$(python) docs/reference/findings.py

screenshots: .venv/ready-web .venv/ready-kernels .venv/ready-dev ## take the pictures of docs/images/browser again, from running nodes
	@$(python) docs/reference/screenshots.py

lock: .venv/ready-dev ## lock requirements/*.in again (needs the package index)
	@requirements/lock.sh $(if $(upgrade),--upgrade)
	@echo "locked; run make check"

clean: ## remove .venv, what was built, and all caches
	rm -rf web/node_modules src/renkei/interfaces/web/static .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps. A new pin or a new dependency makes its stamp old, and only that part is done again.
.venv/pyvenv.cfg:
	@requirements/venv.sh
	@touch $@

.venv/ready-run: requirements/run.txt pyproject.toml .venv/pyvenv.cfg
	@echo "installing what renkei needs to run (hash-locked) ..."
	@$(pip) --require-hashes -r requirements/run.txt
	@$(pip) --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: requirements/dev.txt .venv/ready-run
	@echo "installing what development needs (hash-locked) ..."
	@$(pip) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/ready-kernels: .venv/ready-run
	@$(python) -m renkei.interfaces.warm
	@touch $@

# Only what is older than what it is made of is done; the packages come from the registry that npm is set to.
.venv/ready-web: $(client) hatch_build.py .venv/ready-run
	@$(npm)
	@touch $@
