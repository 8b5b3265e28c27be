# Two commands set everything up on a machine with git, make and Python 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: demo test coverage crash check lock clean

demo: $(VENV)/ready  ## the whole loop on bundled repositories, under 30 seconds
	@$(BIN)/homeostat demo

test: $(VENV)/ready  ## the everyday suite
	@$(BIN)/python -m pytest -n auto -q

coverage: $(VENV)/ready  ## the same with branch coverage, at least 95 %
	@$(BIN)/python -m pytest -n auto -q --cov --cov-report=term

crash: $(VENV)/ready  ## kill a leg after each of its effects and run it again
	@$(BIN)/python -m pytest -n auto -m crash

check: $(VENV)/ready  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/ready  ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.lock

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("Homeostat needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv* .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
