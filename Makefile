# `make run` starts the desk. The other targets are for developers.

PYTHON ?= python3
UV ?= uv

BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-strip-extras --no-header --no-emit-index-url

COVERED := auth autotunes contract statsig
COVERING := $(addprefix tests/,auth cli contract reliability statsig web)

.PHONY: run test test-slow check coverage mutants bench screenshots soak lock clean

run: .venv/installed
	$(BIN)/autotune-desk serve

test: .venv/developing
	$(BIN)/pytest --numprocesses auto --dist worksteal

test-slow: .venv/developing
	$(BIN)/pytest --numprocesses auto --dist worksteal -m "slow and not soak"

check: .venv/developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r webapp

# By folder: by name the packages would be imported before the measuring begins. The tests that are left out trace the
# desk to crash it, which stops the tracer of coverage.
coverage: .venv/developing
	$(BIN)/pytest --numprocesses auto -m "not soak" \
		--ignore=tests/reliability/test_schedules.py --ignore=tests/reliability/test_state_machine.py \
		--cov-branch --cov-fail-under=100 $(COVERED:%=--cov=webapp/%) --cov-report=term-missing $(COVERING) \
		tests/test_*.py

# Changes the rules of the form one by one; `mutmut results` lists the changes that no test notices.
mutants: .venv/developing
	$(BIN)/mutmut run
	$(BIN)/mutmut results

bench: .venv/developing
	$(BIN)/python -m tests.bench

screenshots: .venv/developing
	mkdir -p pictures
	PICTURES=pictures $(BIN)/pytest --numprocesses auto -m "not soak" \
		tests/browser/test_accessibility.py tests/browser/test_screens.py tests/browser/test_login.py

soak: .venv/developing
	$(BIN)/pytest -m soak

# Needs uv. With LOCK_FLAGS=--upgrade everything moves to its newest allowed version.
lock:
	$(LOCK) $(LOCK_FLAGS) pyproject.toml --extra forecast -o requirements/run.txt
	$(LOCK) $(LOCK_FLAGS) pyproject.toml --extra forecast --extra postgres --group dev --group bench \
		-c requirements/run.txt -o requirements/dev.txt
	$(LOCK) $(LOCK_FLAGS) pyproject.toml --extra forecast --extra gunicorn --extra postgres \
		-c requirements/dev.txt -o requirements/deploy.txt
	sed -n 's/^requires = \["\(.*\)"\]/\1/p' pyproject.toml | \
		$(LOCK) $(LOCK_FLAGS) - -c requirements/dev.txt -o requirements/build.txt

clean:
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The desk needs Python 3.11 or newer; name one with: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; echo "No virtual environment could be made." \
		"On Debian and Ubuntu its package is missing: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/installed: .venv/created pyproject.toml requirements/build.txt requirements/run.txt
	$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/developing: .venv/installed requirements/dev.txt
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
