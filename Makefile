PYTHON := $(shell command -v python3.11 || command -v python3)
MAKE_STEP := .venv/bin/python -m provisioning.management.make

.PHONY: run test setup check fix messages reference pictures bench nightly

run: setup
	@exec .venv/bin/python -m provisioning.management.supervise

setup:
	@$(PYTHON) -m provisioning.management.make.setup

test: setup-dev
	@$(MAKE_STEP).test $(TESTS)

check: setup-dev
	@$(MAKE_STEP).check

fix: setup-dev
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format --quiet .
	-@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} +

bench: setup
	@.venv/bin/python -m provisioning.bench $(BENCH)

nightly: setup-dev
	@$(MAKE_STEP).nightly $(SECONDS)

pictures: setup-dev
	@$(MAKE_STEP).pictures

messages: setup-dev
	@$(MAKE_STEP).catalogue update

reference: setup-dev
	@DJANGO_SETTINGS_MODULE=console.settings $(MAKE_STEP).reference

.PHONY: setup-ldap
setup-ldap:
	@$(PYTHON) -m provisioning.management.make.setup --ldap

.PHONY: setup-dev
setup-dev:
	@$(PYTHON) -m provisioning.management.make.setup --dev
