# Everything that a person or CI does here; `make help` lists it. Needs Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
INSTALLED_DEV := $(VENV)/installed-dev

SAMPLES := samples/speeches
SPEECHES ?= $(SAMPLES)
# The invented samples never end up beside somebody's own speeches.
ifeq ($(SPEECHES),$(SAMPLES))
LIBRARY ?= .library
else
LIBRARY ?= $(or $(JIANGHUA_LIBRARY),.library-own)
endif
PORT ?= $(or $(JIANGHUA_PORT),7860)
export SPEECHES LIBRARY  # read by the shell, so that any file name will do

.DEFAULT_GOAL := help
.PHONY: help install run test test-models lint types format browser clean

help:  ## list these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  Variables: SPEECHES=path  LIBRARY=folder  PORT=7860  PYTHON=python3'

install: $(INSTALLED)  ## make .venv with .venv/bin/jianghua, pinned by constraints.txt

run: $(INSTALLED)  ## open the sample speeches, or SPEECHES=path, at http://127.0.0.1:7860
	$(BIN)/jianghua serve "$$SPEECHES" --library "$$LIBRARY" --port $(PORT)

test: $(INSTALLED_DEV) browser lint types  ## lint, types and all tests
	$(BIN)/python -m pytest

test-models: $(INSTALLED_DEV)  ## answers by real language models, small ones; some minutes
	$(BIN)/python -m pytest -m language_model

lint: $(INSTALLED_DEV)  ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED_DEV)  ## mypy, strict
	$(BIN)/mypy

format: $(INSTALLED_DEV)  ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## remove what can be made again; your own speeches' library stays
	rm -rf $(VENV) .library build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Jianghua needs Python 3.11 or newer, and $(PYTHON) is older or missing."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --constraint constraints.txt --editable .
	$(BIN)/python -m compileall -q rag embeddings ui_parts ui.py  # an editable install leaves that to the first start
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --constraint constraints.txt --editable '.[dev]'
	@touch $(INSTALLED) $@

# The browser tests drive Debian's Chromium; without it they skip and say so.
APT := DEBIAN_FRONTEND=noninteractive apt-get
CHROMIUM := chromium fonts-noto-cjk
browser:
	@if command -v chromium >/dev/null && [ -n "$$(fc-list :lang=zh 2>/dev/null)" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then root=none; \
	elif [ "$$(id -u)" = 0 ]; then root=env; \
	elif sudo -n true 2>/dev/null; then root='sudo -n env'; \
	else root=none; fi; \
	if [ "$$root" != none ] && $$root $(APT) update && $$root $(APT) install -y --no-install-recommends $(CHROMIUM); \
	then exit 0; fi; \
	echo 'The browser tests will skip; for them install Chromium and a Chinese font, on Debian:'; \
	echo '  sudo apt-get install $(CHROMIUM)'
