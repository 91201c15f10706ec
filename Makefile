# Two commands set everything up: `make serve` and `make test`. The rest is for working on the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help install install-dev serve ingest test browser wheel eval check format clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# The marker files make a second run skip straight to the work.
$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed  ## make .venv with everything the advisor needs

install-dev: $(VENV)/.installed-dev  ## the same, with the tools for tests and checks

serve: install  ## install, ingest when needed, serve the chat on http://127.0.0.1:7860
	$(BIN)/advisor serve $(ARGS)

ingest: install  ## bring the knowledge index up to date
	$(BIN)/advisor ingest

test: install-dev  ## run the tests
	$(BIN)/python -m pytest -m 'not browser and not wheel'

browser: install-dev  ## drive the chat in a real Chromium
	$(BIN)/python -m pytest -m browser

wheel: install-dev  ## build the wheel and serve from it in an empty environment
	$(BIN)/python -m pytest -m wheel

check: install-dev  ## format, lint, types, layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m 'not browser and not wheel'

eval: install  ## judge the golden list against the baseline; the report is .advisor/eval.html
	$(BIN)/advisor ingest
	$(BIN)/advisor eval --baseline evals/golden/baseline.json --html .advisor/eval.html --junit .advisor/eval.xml

format: install-dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the environment and what the program wrote
	rm -rf $(VENV) .advisor build dist
