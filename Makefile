# Whereas: one command a line. `make` alone lists them.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick check lint types imports format accept deep bench clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

setup: $(STAMP) ## make .venv with everything in it, if it is not there yet

$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	if [ ! -x $(BIN)/python ]; then \
	  found=; \
	  for try in "$${PYTHON:-}" python3 python3.11 python3.12 python3.13 python3.14 python; do \
	    if [ -n "$$try" ] && command -v "$$try" >/dev/null 2>&1 \
	      && "$$try" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$try; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Whereas needs Python 3.11 or newer; set PYTHON=/path/to/python3 and run make again" >&2; exit 1; fi; \
	  "$$found" -m venv $(VENV); \
	fi; \
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'; \
	$(BIN)/python -m compileall -q dsl solver whereas; \
	touch $(STAMP)

demo: $(STAMP) ## assess the example people, and explain one answer
	@$(BIN)/whereas assess examples/graduate.yaml examples/high_earner.yaml examples/hd_with_job.yaml
	@echo
	@$(BIN)/whereas explain examples/graduate.yaml ttps.b || [ $$? -eq 1 ]

test: $(STAMP) ## run all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

quick: $(STAMP) ## run the tests that take no time
	$(BIN)/python -m pytest -n auto -m 'not slow'

check: lint types imports ## what must be clean before a change is kept: style, types, imports, the book
	$(BIN)/whereas check

lint: $(STAMP) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP) ## types
	$(BIN)/mypy

imports: $(STAMP) ## who may import whom
	$(BIN)/lint-imports

format: $(STAMP) ## put the sources in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

accept: $(STAMP) ## rewrite the golden outputs; read the difference before keeping it
	$(BIN)/python -m pytest -n auto -m 'not slow' --accept

deep: $(STAMP) ## the laws on very many books and people, and the tests that take many minutes
	$(BIN)/python -m tests.deep --bugs
	$(BIN)/python -m tests.tampering
	WHEREAS_PROFILE=deep WHEREAS_TESTS=deep $(BIN)/python -m pytest -n auto --dist worksteal -m deep

bench: $(STAMP) ## measure against hand-written clingo, in one run
	$(BIN)/python -m benchmarks

clean: ## remove what tools left behind, not the environment
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
