# Everything a developer does here, from a machine with Python 3.11, git and make alone.
# PostgreSQL and Redis come with `make up`, private to this checkout: see config/local/.

PYTHON ?= python3
PORT ?= 8000
SIZE ?= small
SERVE ?= 1
ARGS ?=
WORKERS ?= auto
SECONDS ?= 30
export PORT SIZE SERVE
# What Python compiles it keeps: tests start the product dozens of times.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
LOCAL := $(PY) -m config.local
# `run` starts the local servers where they are down, and stops them again if it started them.
RUN := $(LOCAL) run
# What the demonstration needs, and all that work on the code needs.
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
# What the product is compared with lives apart, so that it never meets the product's own packages.
INSTALLED_BENCH := .venv-bench/.installed
# What looks for weaknesses, apart for the same reason.
INSTALLED_AUDIT := .venv-audit/.installed
INSTALL := -m pip install --quiet --disable-pip-version-check --constraint requirements-dev.lock
UV := uv==0.13.9
OURS := registry enterprises pushes financing config tests manage.py

.DEFAULT_GOAL := help
.PHONY: help install demo serve up down status migrate shell psql logs test year check types laws audit bench-customers bench-desk bench-download bench-feedback bench-import bench-lookup bench-matching bench-misses bench-package bench-push bench-quarter drills format messages pictures lock clean

##@ Show it
demo: $(INSTALLED) ## The main job from nothing, then the site (SIZE=small|city, SERVE=0 stops after the table, PORT=8000)
	@exec $(RUN) $(PY) -m config.local.demo

serve: $(INSTALLED) ## The site with a worker and beat until Ctrl-C (PORT=8000)
	@$(RUN) $(PY) manage.py migrate --verbosity 0
	@exec $(LOCAL) serve

##@ Work on it
install: $(INSTALLED_DEV) ## Create .venv and install the locked requirements

up: $(INSTALLED) ## Start PostgreSQL and Redis of this checkout and keep them up
	@$(LOCAL) up

down: $(INSTALLED) ## Stop them; the data stays
	@$(LOCAL) down

status: $(INSTALLED) ## Say what runs and where its log lies
	@$(LOCAL) status || true

migrate: $(INSTALLED) ## Bring the database's tables up to date
	@$(RUN) $(PY) manage.py migrate

shell: $(INSTALLED) ## A Python shell with the models
	@exec $(RUN) $(PY) manage.py shell

psql: $(INSTALLED) ## A SQL shell in the database
	@exec $(RUN) psql

logs: ## Follow the logs of all local processes
	@exec tail -n 20 -F .local/logs/*.log

##@ Judge it
# In small portions: whoever got all the long ones in one would let the others wait at the end.
test: $(INSTALLED_DEV) ## The test suite (ARGS="-k name -x" goes to pytest; WORKERS=auto, one for each processor)
	@exec $(RUN) $(PY) -m pytest -n $(WORKERS) --maxschedchunk 12 $(ARGS)

pictures: $(INSTALLED_DEV) ## The staff manual's pictures anew, where a page changed (PICTURES=all takes every one)
	@PICTURES=$${PICTURES:-changed} exec $(RUN) $(PY) -m pytest -q tests/browser/test_staff_quarter_journey.py

year: $(INSTALLED_DEV) ## The figures of a whole generated year against their definitions (YEAR=25000x40, PAPERS=folder keeps the report)
	@YEAR=$${YEAR:-25000x40} exec $(RUN) $(PY) -m pytest -q --durations=8 tests/financing/test_year.py

# Types keep one processor busy; what else there is to check has ended on another before them.
check: $(INSTALLED_DEV) ## Style, types, missing migrations, import laws, translations
	@$(MAKE) --no-print-directory --jobs 2 types laws

types: $(INSTALLED_DEV)
	$(RUN) $(PY) -m mypy --strict $(OURS)

laws: $(INSTALLED_DEV)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(RUN) $(PY) manage.py makemigrations --check --dry-run
	$(RUN) $(PY) -m pytest -q tests/test_architecture.py tests/test_translations.py

# Findings that are none are explained in docs/security.md. Workflow files are looked at where there are any.
audit: $(INSTALLED_DEV) $(INSTALLED_AUDIT) ## Known weaknesses of what is installed, and unsafe patterns of our own code
	.venv-audit/bin/bandit --quiet --recursive --configfile pyproject.toml registry enterprises pushes financing config manage.py
	@if test -d .github/workflows; then .venv-audit/bin/zizmor --offline .github; else echo "zizmor: no workflow files"; fi
	.venv-audit/bin/pip-audit --strict --disable-pip --no-deps --requirement requirements.lock

bench-import: $(INSTALLED_DEV) ## What an import costs, beside the library's own (RUNS=3, ROWS, STOCK_ROWS, BIG=0)
	@exec $(RUN) $(PY) -m tests.bench import

bench-matching: $(INSTALLED_DEV) $(INSTALLED_BENCH) ## Who is who, beside Splink and the floor (CITY=dir, ENTERPRISES, SEED, NATION=1, INCREMENT=1)
	@exec $(RUN) $(PY) -m tests.bench matching

bench-quarter: $(INSTALLED_DEV) ## What a quarter's run costs, beside the floor (ENTERPRISES, NATION=1, NATION_SIZE)
	@exec $(RUN) $(PY) -m tests.bench quarter

bench-package: $(INSTALLED_DEV) ## What the files of a package cost, beside the library's export and COPY (ROWS, STOCK_ROWS, RUNS)
	@exec $(RUN) $(PY) -m tests.bench package

bench-push: $(INSTALLED_DEV) ## What a push to many institutions costs while workers are killed (INSTITUTIONS, PROFILES, ENTERPRISES)
	@exec $(RUN) $(PY) -m tests.bench push

bench-download: $(INSTALLED_DEV) ## Many institutions fetch a package at once, beside nginx where there is one (INSTITUTIONS, MEGABYTES)
	@exec $(RUN) $(PY) -m tests.bench download

bench-customers: $(INSTALLED_DEV) ## What comparing a list of customers costs and how right it is (ROWS, ENTERPRISES, SEED)
	@exec $(RUN) $(PY) -m tests.bench customers

bench-feedback: $(INSTALLED_DEV) ## What an institution's feedback costs to take in (ROWS, MEMBERS, SEED, PEER_ROWS)
	@exec $(RUN) $(PY) -m tests.bench feedback

bench-lookup: $(INSTALLED_DEV) ## Look-ups against a city's pool, beside a view that does nothing (ENTERPRISES, SECONDS)
	@exec $(RUN) $(PY) -m tests.bench lookup

bench-desk: $(INSTALLED_DEV) ## Each list page of the bureau's desk at a nation's size, beside an empty view (ENTERPRISES, DELIVERIES, RECEIPTS)
	@exec $(RUN) $(PY) -m tests.bench desk

bench-misses: $(INSTALLED_DEV) ## Each matching rule's figures and the worst misses, of a city of known truth (CITY=dir)
	@exec $(RUN) $(PY) -m tests.bench misses

drills: $(INSTALLED_DEV) ## Take PostgreSQL, Redis, disk, clock and mail away under load (SECONDS=30; needs root, cc)
	@exec $(PY) -m tests.drills all --seconds $(SECONDS)

drill-%: $(INSTALLED_DEV) ## One of them: drill-postgres, -redis, -disk, -clock, -smtp
	@exec $(PY) -m tests.drills $* --seconds $(SECONDS)

##@ Keep it
format: $(INSTALLED_DEV) ## Put the code into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: $(INSTALLED_DEV) ## Collect and compile the translations
	@$(PY) -m config.local.messages

lock: $(INSTALLED_DEV) ## Resolve the requirements anew for Python 3.11 to 3.13
	$(PY) -m pip install --quiet --disable-pip-version-check $(UV)
	for set in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-emit-index-url \
			--custom-compile-command 'make lock' $$set.txt -o $$set.lock || exit 1; \
	done

clean: ## Delete all that these targets made: .venv, the local databases, caches
	@if test -x $(PY); then $(LOCAL) destroy; fi
	rm -rf .venv .venv-audit .venv-bench .local .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(INSTALLED): requirements.txt requirements-local.txt requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "'$(PYTHON)' is missing or older than Python 3.11. Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Installing into .venv …"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) $(INSTALL) -r requirements.txt -r requirements-local.txt
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.txt
	@echo "Installing the tools for tests and checks into .venv …"
	@$(PY) $(INSTALL) -r requirements-dev.txt
	@touch $@

$(INSTALLED_BENCH): requirements-bench.txt
	@echo "Installing what is compared with into .venv-bench …"
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

$(INSTALLED_AUDIT): requirements-audit.txt
	@echo "Installing what looks for weaknesses into .venv-audit …"
	@test -x .venv-audit/bin/python || $(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@touch $@
