# `make`: the whole pipeline, from nothing to two compared methods. `make help` lists the rest.
# Nothing here touches the system's Python or needs an activated environment.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
.PHONY: all again install ray export-tools app plots test campaign extras test-extras check format requirements \
	plots-template schema bench growth clean help

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := $(CURDIR)/.venv
EXTRAS := $(CURDIR)/.venv-extras
APP := $(CURDIR)/.venv-app
export PATH := $(VENV)/bin:$(PATH)
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
# Our pins are complete (see excludes.txt), so nothing is resolved here. pip steps in where uv cannot reach the index.
# The second argument is the only index to take them from, whatever others are set.
INSTALL = uv pip install --quiet --compile-bytecode --system-certs --python $(VENV)/bin/python --no-deps $(1) \
	$(if $(2),--index $(2) --default-index $(2)) || python -m pip install --quiet --no-deps $(1) $(if $(2),--index-url $(2))

# The build of torch: the package index's (default), which brings its GPU libraries along where it has any, or the one for
# processors alone (cpu). What .venv holds stays, unless told otherwise.
HELD := $(or $(shell cat $(VENV)/.torch 2>/dev/null),$(if $(wildcard $(VENV)/.installed),default))
TORCH ?= $(or $(HELD),default)
ifeq ($(filter $(TORCH),default cpu),)
$(error TORCH is '$(TORCH)'; it must be default or cpu)
endif
SWITCHED := $(and $(HELD),$(filter-out $(HELD),$(TORCH)))
CPU_INDEX ?= https://download.pytorch.org/whl/cpu
ifeq ($(TORCH),cpu)
LOCK := requirements-cpu.txt
TORCH_INDEX := $(CPU_INDEX)
else
LOCK := requirements.txt
endif
SITE := 'import sysconfig; print(sysconfig.get_path("purelib"))'
NAMES = sed 's/[ =;].*//' $(1) | sort
# An environment (1) that holds the packages of some lists (2) and finds all others in .venv, which stays as it is.
define OVER
	rm -rf $(1)
	python -m venv --without-pip $(1)
	site=$$($(1)/bin/python -c $(SITE)) && { $(call INSTALL,--target $$site $(2)); } && python -c $(SITE) > $$site/base.pth
	@touch $(1)/.installed
endef

all: install  ## Install, run the pipeline, show the result
	@python -m stages.shared.heal
	@python -m facevalue check
	dvc repro
	dvc metrics show
	@echo
	@python -c 'import json; print(json.load(open("metrics/comparison.json"))["verdict"]["sentence"])'
	@echo
	@echo "Report           plots/report.html"
	@echo "Plots of DVC     run 'make plots', then open dvc_plots/index.html"

install: $(VENV)/.installed  ## Create .venv with the pinned requirements (TORCH=cpu: without GPU libraries)

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "facevalue needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Both builds bear one version, so that the one held would pass for the other; it goes once the other is here.
$(VENV)/.installed: $(LOCK) $(if $(SWITCHED),again) | $(VENV)/bin/uv
ifneq ($(filter cpu,$(TORCH))$(SWITCHED),)
	@{ $(call INSTALL,$(if $(SWITCHED),--force-reinstall) $$(grep -E '^torch(vision)?==' $(LOCK)),$(TORCH_INDEX)); } || { \
		echo "No $(TORCH) build of torch from $(or $(TORCH_INDEX),the package index); can it be reached?" \
			"Nothing was changed." >&2; exit 1; }
	@rm -f $@
	@echo $(TORCH) > $(VENV)/.torch
endif
	$(call INSTALL,-r $(LOCK))
ifeq ($(TORCH),cpu)
	@python -m pip uninstall --quiet --quiet --yes $$(comm -23 <($(call NAMES,requirements.txt)) <($(call NAMES,$(LOCK))))
endif
	@touch $@

$(VENV)/.developing: requirements-dev.txt $(VENV)/.installed
	$(call INSTALL,-r requirements-dev.txt)
	@touch $@

ray: $(VENV)/.ray  ## Install Ray, for machine.engine: ray

$(VENV)/.ray: requirements-ray.txt $(VENV)/.installed
	$(call INSTALL,-r requirements-ray.txt)
	@touch $@

export-tools: $(VENV)/.export  ## Install ONNX and its runtime, for python -m facevalue export

$(VENV)/.export: requirements-export.txt $(VENV)/.installed
	$(call INSTALL,-r requirements-export.txt)
	@touch $@

app: $(APP)/.installed  ## Serve the page that scores your pictures to this machine's browsers (Ctrl-C ends it)
	$(APP)/bin/python -m facevalue app

$(APP)/.installed: requirements-app.txt $(VENV)/.installed
	$(call OVER,$(APP),-r requirements-app.txt)

plots: install  ## Draw all plots into dvc_plots/index.html
	dvc plots show

# One thread per process: two processes with two threads each spend their time waiting for each other.
test: export OMP_NUM_THREADS := 1
test: $(VENV)/.developing  ## Run the whole test suite
	python -m pytest -n 2 --dist loadfile

campaign: export OMP_NUM_THREADS := 1
campaign: $(VENV)/.developing  ## Try some 900 faults and hostile inputs (kills, full disks, altered files); half an hour
	python -m pytest -m campaign -n 2 --dist loadfile tests/campaign

extras: $(EXTRAS)/.installed

$(EXTRAS)/.installed: requirements-ray.txt requirements-app.txt requirements-export.txt $(VENV)/.developing
	$(call OVER,$(EXTRAS),-r requirements-ray.txt -r requirements-app.txt -r requirements-export.txt)

test-extras: export OMP_NUM_THREADS := 1
test-extras: extras  ## Run the tests of what only some install: Ray, the page, ONNX
	$(EXTRAS)/bin/python -m pytest -rs -m extras tests/extras

check: $(VENV)/.developing  ## Lint, types, architecture rules, then the tests
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	@$(MAKE) --no-print-directory test

format: $(VENV)/.developing  ## Format the code
	ruff format .
	ruff check --fix .

requirements: | $(VENV)/bin/uv  ## Pin requirements.in and those of -dev, -ray, -app and -export anew
	for end in "" -dev -ray -app -export; do \
		few=excludes$$end.txt; [ -e $$few ] || few=excludes.txt; \
		uv pip compile --quiet --system-certs --universal --python-version 3.11 --excludes $$few \
			--no-header --no-annotate requirements$$end.in --output-file requirements$$end.txt; \
	done
	sed -E -e '/^nvidia-ml-py=/b' -e '/^(cuda|nvidia|triton)[-=]/d' requirements.txt > requirements-cpu.txt

plots-template: install  ## Make the page of the plots anew (after another vl-convert-python)
	python .dvc/plots/page.py

schema: install  ## Make params.schema.json anew (after a change of parameters or of their comments)
	python -m facevalue.checking.schema

# On an idle machine. FACES names a folder with real/ and fake/ of 1024 px; ONLY some rows; PAIRS and PICTURES how many.
bench: install  ## Compare speed with what one would otherwise write (make bench FACES=folder ONLY="mtcnn training")
	python -m benchmarks.peers $(if $(FACES),--faces "$(FACES)") $(if $(ONLY),--only $(ONLY)) \
		$(if $(PAIRS),--pairs $(PAIRS)) $(if $(PICTURES),--pictures $(PICTURES))

growth: install  ## Time, memory and disk of every stage at 100, 1,000 and 10,000 pictures (SIZES="100 1000 100000")
	python -m benchmarks.growth $(SIZES)

clean:  ## Remove .venv and what lies over it (data, models and DVC's cache stay)
	rm -rf $(VENV) $(EXTRAS) $(APP)

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16
