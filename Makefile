# Two commands set everything up on a machine with git, make and Python 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ORACLES = tests/oracles
BROWSER = tests/browser

.PHONY: demo test slow coverage crash network e2e oracle browser fuzz bench heal-crashes answers check lint docs audit lock clean

demo: $(VENV)/ready  ## the whole loop on bundled repositories, under 30 seconds
	@$(BIN)/homeostat demo

test: $(VENV)/ready  ## the everyday suite
	@$(BIN)/python -m pytest -n auto -q

slow: $(VENV)/ready  ## whole legs, and git over HTTP
	@$(BIN)/python -m pytest -n auto -q -m slow

coverage: $(VENV)/ready  ## both with branch coverage, at least 95 %
	@$(BIN)/python -m pytest -n auto -q -m "not crash and not network and not e2e and not oracle and not fuzz and not browser" --cov --cov-report=term

crash: $(VENV)/ready  ## kill a leg after each of its effects and run it again; a thousand random schedules
	@$(BIN)/python -m pytest -n auto -m crash

network: $(VENV)/ready  ## the same over HTTP: at each request and push, killed or failed
	@$(BIN)/python -m pytest -n auto -q -m network

e2e: $(VENV)/ready  ## the action itself: real containers, a real runner, a GitHub API, git over HTTP
	@eval "$$(tests/e2e/setup.sh)" && $(BIN)/python -m pytest -m e2e tests/e2e

fuzz: $(VENV)/ready  ## a hundred thousand hostile reports, none of which may hold the program up
	@$(BIN)/python -m pytest -n auto -q -m fuzz tests/fuzz

heal-crashes: $(VENV)/ready  ## fifty programs that crash, healed by trace and tests; needs node
	@$(BIN)/python -m benchmarks.crashes.check && $(BIN)/python -m benchmarks.crashes

answers: $(VENV)/ready  ## models' answers, right and wrong ones, played to the whole loop; needs node
	@$(BIN)/python -m benchmarks.answers --markdown docs/models-measured.md

oracle: $(VENV)/ready $(ORACLES)/node_modules/.package-lock.json  ## stacks beside npm's parsers; needs node and npm
	@$(BIN)/python -m pytest -q -m oracle $(ORACLES)

browser: $(VENV)/ready $(BROWSER)/node_modules/.package-lock.json  ## the pages and the site in Chromium, which it needs, and node and npm
	@$(BIN)/python -m pytest -q -m browser $(BROWSER)

bench: $(VENV)/ready  ## reports beside other parsers; rules beside ast-grep; a model's call; eight legs and one ledger; redaction beside detect-secrets; the report page beside its log
	@$(BIN)/python -m benchmarks.fingerprint
	@$(BIN)/python -m benchmarks.patterns
	@$(BIN)/python -m benchmarks.models
	@$(BIN)/python -m benchmarks.ledger
	@$(BIN)/python -m benchmarks.redaction
	@$(BIN)/python -m benchmarks.page

check: $(VENV)/ready  ## format, lint, security lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive homeostat entrypoint.py
	$(BIN)/mypy
	$(BIN)/lint-imports

lint: export PATH := $(CURDIR)/$(BIN):$(PATH)
lint: $(VENV)/ready  ## workflows, action, Dockerfile, shell scripts, schema
	@zizmor --offline --persona pedantic --quiet --no-progress .github action.yml examples homeostat/templates/pages.yml
	@actionlint .github/workflows/*.yml examples/*/.github/workflows/*.yml homeostat/templates/pages.yml
	@shellcheck .ci/run .github/*.sh docker/*.sh tests/e2e/*.sh
	@hadolint Dockerfile
	@check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml examples/*/.github/workflows/*.yml homeostat/templates/pages.yml
	@check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	@check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@check-jsonschema --quiet --check-metaschema schema/repos.schema.json
	@check-jsonschema --quiet --schemafile schema/repos.schema.json examples/repos.yml examples/control-repository/.homeostat/repos.yml
	@check-jsonschema --quiet --builtin-schema vendor.github-issue-forms examples/control-repository/.github/ISSUE_TEMPLATE/*-report.yml

docs: $(VENV)/ready  ## reference pages made anew, then the site in site/, strictly, and all links
	@$(BIN)/python -m tools.reference
	@$(BIN)/zensical build --strict --clean
	@$(BIN)/python -m pytest -q -m "slow or not slow" tests/test_docs.py tests/test_site.py

AUDIT = $(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off

audit: $(VENV)/ready  ## known vulnerabilities of what the lock files hold; asks an advisory service outside
	@$(AUDIT) -r requirements.lock
	@$(AUDIT) -r requirements.runtime.lock -r docker/node.lock

PIN = $(BIN)/uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: $(VENV)/ready  ## renew both lock files from pyproject.toml: all that is needed here, and what the image holds
	$(PIN) --group dev --group docs pyproject.toml -o requirements.lock
	$(PIN) --constraint requirements.lock pyproject.toml -o requirements.runtime.lock

$(VENV)/ready: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("Homeostat needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(ORACLES)/node_modules/.package-lock.json: $(ORACLES)/package-lock.json
	@npm ci --prefix $(ORACLES) --loglevel error >/dev/null
	@touch $@

$(BROWSER)/node_modules/.package-lock.json: $(BROWSER)/package-lock.json
	@npm ci --prefix $(BROWSER) --loglevel error >/dev/null
	@touch $@

clean:
	rm -rf .venv* .cache site .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis $(ORACLES)/node_modules $(BROWSER)/node_modules $(BROWSER)/screenshots
