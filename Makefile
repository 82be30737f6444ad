# `make`: the whole pipeline, from nothing to two compared methods. `make help` lists the rest.
# Nothing here touches the system's Python or needs an activated environment.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
.PHONY: all install plots test check format requirements plots-template growth clean help

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := $(CURDIR)/.venv
export PATH := $(VENV)/bin:$(PATH)
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
# Our pins are complete (see excludes.txt), so nothing is resolved here. pip steps in where uv cannot reach the index.
INSTALL = uv pip install --quiet --compile-bytecode --system-certs --python $(VENV)/bin/python --no-deps $(1) \
	|| python -m pip install --quiet --no-deps $(1)

all: install  ## Install, run the pipeline, show the result
	dvc repro
	dvc metrics show
	@echo
	@python -c 'import json; print(json.load(open("metrics/comparison.json"))["verdict"]["sentence"])'
	@echo
	@echo "Report           plots/report.html"
	@echo "Plots of DVC     run 'make plots', then open dvc_plots/index.html"

install: $(VENV)/.installed  ## Create .venv with the pinned requirements

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "facevalue needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.installed: requirements.txt | $(VENV)/bin/uv
	$(call INSTALL,-r requirements.txt)
	@touch $@

$(VENV)/.developing: requirements-dev.txt $(VENV)/.installed
	$(call INSTALL,-r requirements-dev.txt)
	@touch $@

plots: install  ## Draw all plots into dvc_plots/index.html
	dvc plots show

# One thread per process: two processes with two threads each spend their time waiting for each other.
test: export OMP_NUM_THREADS := 1
test: $(VENV)/.developing  ## Run the whole test suite
	python -m pytest -n 2 --dist loadfile

check: $(VENV)/.developing  ## Lint, types, architecture rules, then the tests
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	@$(MAKE) --no-print-directory test

format: $(VENV)/.developing  ## Format the code
	ruff format .
	ruff check --fix .

requirements: | $(VENV)/bin/uv  ## Pin requirements.in and requirements-dev.in anew
	for name in requirements requirements-dev; do \
		uv pip compile --quiet --system-certs --universal --python-version 3.11 --excludes excludes.txt \
			--no-header --no-annotate $$name.in --output-file $$name.txt; \
	done

plots-template: install  ## Make the page of the plots anew (after another vl-convert-python)
	python .dvc/plots/page.py

growth: install  ## Time every stage at 100, 200 and 400 pictures
	python -m benchmarks.growth

clean:  ## Remove .venv (data, models and DVC's cache stay)
	rm -rf $(VENV)

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
