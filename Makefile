# SPDX-License-Identifier: Apache-2.0
# Bare `make` explains itself. Needed beforehand: make, git and Python 3.11 or newer.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
KEYSTONE := .venv-keystone
CEILOMETER := .venv-ceilometer
BIN := $(VENV)/bin
WEB := src/nephoscope/web/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/browser/*' -not -name '*.md')
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
# Tests of whole programs wait for them, so there is one worker more than there are processors; four at most.
WORKERS = $(shell n=$$(nproc 2>/dev/null || echo 3); echo $$((n < 3 ? n + 1 : 4)))
# What `make up ARGS=…` and `make test ARGS=…` hand on, for instance ARGS='-k statsd'.
ARGS ?=

# $(call apt-get,PACKAGES): install packages of Debian as root or through sudo, else say what is to be done.
define apt-get
	if [ "$$(id -u)" = 0 ]; then become=(env); \
	elif sudo -n true 2>/dev/null; then become=(sudo -n env); \
	else echo "Debian packages are missing; as root, do  apt-get install $(1)" >&2; exit 1; fi; \
	if ! command -v apt-get >/dev/null; then \
	echo "There is no apt-get here. Install what Debian calls: $(1)" >&2; exit 1; fi; \
	echo "Installing Debian's $(1) …"; \
	"$${become[@]}" apt-get update -qq || true; \
	"$${become[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null
endef

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: $(VENV)/server-installed  ## install, then run everything on this host in one process, agent included
	@$(MAKE) --no-print-directory web || echo "The pages could not be built; everything else starts." >&2
	@exec $(BIN)/nephoscope up $(ARGS)

.PHONY: demo-data
demo-data: $(VENV)/server-installed  ## fill the server that runs with a made-up cloud of 2000 instances and a week
	@exec $(BIN)/nephoscope demo $(ARGS)

.PHONY: demo-autoscaling
demo-autoscaling: $(VENV)/server-installed  ## a rush of requests, and a group of workers that follows it
	@$(MAKE) --no-print-directory web || echo "The pages could not be built; everything else starts." >&2
	@exec $(BIN)/python -m nephoscope.demo.autoscaling $(ARGS)

.PHONY: setup
setup: $(VENV)/dev-installed  ## make .venv with all that development needs, at the versions of constraints.txt

.PHONY: test
test: setup test-packages test-keystone-env test-ceilometer-env lint web-test  ## install what tests need, and test all
	@# Each worker, and each program that a test starts, would compile all of ours anew where no bytecode is written.
	PYTHONDONTWRITEBYTECODE= \
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: setup  ## check style (ruff) and types (mypy)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.PHONY: format
format: setup web/node_modules/installed  ## put the code into the house's style
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	web/npm run --silent format

.PHONY: web
web: $(WEB)  ## build the web interface, when something of it changed

.PHONY: web-test
web-test: web/node_modules/installed $(WEB)  ## check the types of the web interface, run its component tests
	web/npm run --silent check
	web/npm run --silent test

.PHONY: web-types
web-types: setup web/node_modules/installed  ## renew what the web interface knows of the API
	$(BIN)/python -m nephoscope.api.native >web/openapi.json.new
	mv web/openapi.json.new web/openapi.json
	web/npm run --silent types

.PHONY: docs
docs: setup  ## write the reference pages that are made from the code
	$(BIN)/python docs/generate.py

.PHONY: bench-gnocchi
bench-gnocchi: setup test-packages  ## measure beside a real Gnocchi; writes docs/explanation/performance.md
	$(BIN)/python -m benchmarks.gnocchi $(ARGS)

.PHONY: bench-collection
bench-collection: setup test-packages test-ceilometer-env  ## measure beside Ceilometer; writes the same page
	$(BIN)/python -m benchmarks.collection $(ARGS)

.PHONY: bench-alarms
bench-alarms: setup test-packages  ## measure beside Aodh; writes the same page
	$(BIN)/python -m benchmarks.alarms $(ARGS)

.PHONY: wheel
wheel: $(VENV)/server-installed $(WEB)  ## build the wheel into dist/
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

.PHONY: constraints
constraints: | $(BIN)/python  ## renew constraints.txt with the newest versions that pyproject.toml allows
	@scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	$(BIN)/python -m venv "$$scratch/venv"; \
	"$$scratch/venv/bin/python" -m pip --disable-pip-version-check install --quiet -e '.[server,dev]'; \
	{ sed -n '/^#/p' constraints.txt; \
	"$$scratch/venv/bin/python" -m pip freeze --exclude-editable | grep -v -e '^#' -e ' @ ' | LC_ALL=C sort -f; \
	} > "$$scratch/new"; cp "$$scratch/new" constraints.txt

.PHONY: clean
clean:  ## remove the environment, caches and builds; data stay
	rm -rf $(VENV) $(KEYSTONE) $(CEILOMETER)
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis web/node_modules src/nephoscope/web
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# Debian keeps the server programs out of PATH, other systems do not.
.PHONY: test-packages
test-packages:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null; then \
	$(call apt-get,postgresql); fi
	@if ! command -v openssl >/dev/null; then $(call apt-get,openssl); fi
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then $(call apt-get,chromium); fi
	@if ! command -v rabbitmq-server >/dev/null && ! ls /usr/lib/rabbitmq/bin >/dev/null 2>&1; then \
	$(call apt-get,rabbitmq-server); fi
	@if ! { ls /usr/sbin/libvirtd /usr/lib/ipxe/qemu && command -v qemu-system-x86_64 && command -v qemu-img && \
	command -v ip; } >/dev/null 2>&1; then $(call apt-get,libvirt-daemon libvirt-daemon-driver-qemu \
	libvirt-daemon-system qemu-system-x86 qemu-utils ipxe-qemu iproute2); fi
	@if ! ls /usr/sbin/snmpd >/dev/null 2>&1; then $(call apt-get,snmpd); fi

# libvirt's own Python package is compiled on the spot, against the system's library.
.PHONY: libvirt-headers
libvirt-headers:
	@if ! pkg-config --exists libvirt 2>/dev/null || ! command -v gcc >/dev/null; then \
	$(call apt-get,gcc libc6-dev libvirt-dev pkg-config python3-dev); fi

# It has its own environment: what it needs does not go with what we need.
.PHONY: test-keystone-env
test-keystone-env: $(KEYSTONE)/installed  ## install a real Keystone for the tests into .venv-keystone

$(KEYSTONE)/installed: tests/services/keystone-constraints.txt | $(BIN)/python
	$(PYTHON) -m venv $(KEYSTONE)
	$(KEYSTONE)/bin/python -m pip --disable-pip-version-check install --quiet --constraint $< keystone setuptools
	@touch $@

# The agents want versions of their own as well, and libvirt's package compiled once more.
.PHONY: test-ceilometer-env
test-ceilometer-env: $(CEILOMETER)/installed  ## install Ceilometer's real agents for the tests into .venv-ceilometer

$(CEILOMETER)/installed: tests/services/ceilometer-constraints.txt | $(BIN)/python libvirt-headers
	$(PYTHON) -m venv $(CEILOMETER)
	$(CEILOMETER)/bin/python -m pip --disable-pip-version-check install --quiet --constraint $< \
	ceilometer libvirt-python
	@touch $@

# Debian splits venv's other half off; without it `python3 -m venv` fails after having begun.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; say which one with  make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call apt-get,python3-venv); }
	$(PYTHON) -m venv $(VENV)

$(WEB): web/node_modules/installed $(WEB_SOURCES)
	web/npm run --silent build

# The hashes in the lock file say what is installed, wherever the machine's configuration has it come from.
web/node_modules/installed: web/package-lock.json web/package.json | $(BIN)/python
	web/npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/server-installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[server]'
	@touch $@

# What development installs contains the server's part, so both stamps are renewed.
$(VENV)/dev-installed: pyproject.toml constraints.txt | $(BIN)/python libvirt-headers
	$(PIP) --editable '.[server,dev]'
	@touch $(VENV)/server-installed $@
