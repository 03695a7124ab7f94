# make help lists the targets. They need Python >= 3.11 (with venv), make and a package index, and never root.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
BUILD_WHEELS := $(VENV)/build-wheels
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
PROGRAMS := service workers tests bench
EDITOR_SOURCES := $(filter-out %.test.ts,$(wildcard service/web/editor/src/*.ts service/web/editor/src/*/*.ts)) $(wildcard service/web/editor/*.json service/web/editor/build.mjs service/web/static/*.js)

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test check format bench soak demo words messages lock image-digests clean

help: #- this list
	@grep -hE '^[a-z-]+:.*#- ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*#- /\1	/' | expand -t 15

install: $(VENV)/.slim #- install what the service needs into .venv

install-dev: $(VENV)/.installed-dev #- the same, and the tools for tests and checks

run: install #- the service with a sample coalition, ready in the browser
	$(BIN)/mithaq up --sample

test: install-dev check #- check, then every test
	$(BIN)/python -m pytest -n 3

check: install-dev #- style, types, layers, the editor's sources
	$(BIN)/ruff format --check $(PROGRAMS)
	$(BIN)/ruff check $(PROGRAMS)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint service/web/templates --lint --quiet
	@$(BIN)/python -m tests.repo.editor_tools check

format: install-dev #- format Python and TypeScript
	$(BIN)/ruff format $(PROGRAMS)
	$(BIN)/ruff check --fix $(PROGRAMS)
	@$(BIN)/python -m tests.repo.editor_tools format

bench: install-dev #- every claim of speed, as tables
	$(BIN)/python -m bench

soak: install-dev #- the long tests, at their full counts
	MITHAQ_TEST_SOAK=1 $(BIN)/python -m pytest -n 2 tests/unit tests/integration/store tests/integration/web/http/test_idempotency_concurrency.py tests/integration/web/test_access_by_state.py tests/integration/web/api/test_fuzz.py tests/integration/live/test_concurrency_model.py tests/integration/live/test_failures.py tests/e2e/test_kill_recovery.py tests/e2e/test_live_kill_recovery.py tests/e2e/test_compose_topology.py

demo: install #- one document from draft to sealed files, into out/
	$(BIN)/mithaq demo --out out

words: install-dev #- collect messages into service/locale/*/LC_MESSAGES/mithaq.po
	$(BIN)/python -m service.cli.local.update_catalogues

messages: words #- the same

lock: install-dev #- write the lock files (needs uv)
	sh tests/repo/lock.sh

image-digests: install-dev #- the digests of the images in Dockerfile and docker-compose.yml (needs docker); WRITE=1 writes them
	@$(BIN)/python -m tests.repo.deployment.image_digests $(if $(WRITE),write)

clean: #- remove what was installed and built; var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dist

$(VENV)/.python: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mithaq needs Python 3.11 or later; $(PYTHON) is older. Choose another one: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python cannot create virtual environments. On Debian or Ubuntu install its venv package first: apt install python3-venv" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

# The wheels that build this project; pip makes an environment of them for each build, and throws it away.
$(BUILD_WHEELS)/.downloaded: $(VENV)/.python requirements-build.lock
	@rm -rf $(BUILD_WHEELS) && mkdir -p $(BUILD_WHEELS)
	$(PIP) download --quiet --require-hashes --only-binary=:all: --dest $(BUILD_WHEELS) -r requirements-build.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.python $(BUILD_WHEELS)/.downloaded requirements.lock requirements-redis.lock requirements-node.lock pyproject.toml $(EDITOR_SOURCES)
	$(PIP) install --quiet --require-hashes --only-binary=:all: -r requirements.lock
	$(PIP) install --quiet --no-deps --no-index --find-links $(BUILD_WHEELS) --editable .
	$(BIN)/python -m service.cli.local.provision
	@touch $@

# What running Mithaq never reads is removed, unless this is the checkout of a developer.
$(VENV)/.slim: $(VENV)/.installed
	@test -e $(VENV)/.installed-dev || $(BIN)/python -m service.cli.local.slim
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(PIP) install --quiet --require-hashes --only-binary=:all: -r requirements-dev.lock
	$(BIN)/python -m tests.repo.editor_tools
	@touch $@
