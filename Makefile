# Everything that a person or CI does here. `make` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
# Tests start hundreds of processes: compiled code is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test soak fast check style types queries packages format bench system tools sbom lock clean

help: ## List what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: $(VENV)/run.stamp demo ## Install, fill a demonstration warehouse if there is none, serve on http://localhost:8501
	$(BIN)/python -m view --port $(PORT)

demo: $(VENV)/run.stamp ## Fill the warehouse with demonstration data, unless it has data
	$(BIN)/python -m etl demo --if-empty

# What tests need of the machine; it waits for no package of Python, so that both can be installed at the same time.
system:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		needed=""; \
		command -v chromium-headless-shell >/dev/null || needed="$$needed fonts-dejavu-core BROWSER"; \
		PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || needed="$$needed nginx-light"; \
		command -v systemd-analyze >/dev/null || needed="$$needed systemd"; \
		test -x "$$(command -v soffice)" -a -e /usr/lib/libreoffice/program/libswlo.so || needed="$$needed libreoffice-calc-nogui libreoffice-writer-nogui"; \
		if [ -n "$$needed" ]; then apt-get update -qq && \
			browser=$$(apt-cache show chromium-headless-shell >/dev/null 2>&1 && echo chromium-headless-shell || echo chromium) && \
			RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $${needed/BROWSER/$$browser} >/dev/null; fi; \
	fi

tools: $(VENV)/dev.stamp system
	@$(BIN)/python -m tests.axe || true
	@$(BIN)/python -m tests.provider || true
	@command -v chromium-headless-shell chromium google-chrome >/dev/null || $(BIN)/python -m playwright install chromium

TESTS := $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -rs

test: $(VENV)/dev.stamp tools ## Run the tests, those in a browser, with many rows and with killed processes too
	$(TESTS) -m "not soak"

soak: $(VENV)/dev.stamp tools ## Run the tests that kill, run or draw at random for long, and an hour of strangers' attacks
	$(TESTS) -m soak
	$(BIN)/python -m bench.strangers 3600

fast: $(VENV)/dev.stamp ## Run the tests that need neither a browser nor patience
	$(BIN)/python -m pytest

check: style types queries packages ## Format and lint check, types, SQL, known vulnerabilities of packages

style: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

queries: $(VENV)/dev.stamp
	$(BIN)/sqlfluff lint --disable-progress-bar sql

packages: $(VENV)/dev.stamp
	$(BIN)/python -m tests.dependencies

sbom: $(VENV)/dev.stamp ## Write the packages that the program runs with to sbom.json, in CycloneDX
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible -o sbom.json

format: $(VENV)/dev.stamp ## Put code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp ## Print loading and page times as ratios to references measured in the same run, and pages under attack
	$(BIN)/python -m bench.loading
	$(BIN)/python -m bench.desk
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.strangers

lock: ## Make requirements.txt anew from the packages in pyproject.toml
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]))' > .lock-venv/direct.txt
	.lock-venv/bin/python -m pip install --quiet -r .lock-venv/direct.txt
	(head -n 1 requirements.txt; .lock-venv/bin/python -m pip freeze) > .lock-venv/lock.txt && mv .lock-venv/lock.txt requirements.txt
	rm -rf .lock-venv

clean: ## Remove the environment and the demonstration warehouse
	rm -rf $(VENV) data
