# Everything stands on `setup`: the environment in .venv and the web app, both made once and kept.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-all lint bench api clean
export UV_PYTHON_DOWNLOADS := never

# Both are written last: what was killed half way is made again.
ENVIRONMENT := .venv/.synced
WEB := src/farewave/app/web/.built
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(ENVIRONMENT) $(WEB) ## Build the environment and the web app

$(ENVIRONMENT): pyproject.toml uv.lock scripts/bootstrap scripts/sync
	@scripts/bootstrap

$(WEB): $(WEB_SOURCES) scripts/build-web | $(ENVIRONMENT)
	@scripts/build-web

run: setup ## Start the wallet on this machine
	@.venv/bin/farewave serve

test: setup ## The tests, some twenty minutes on two cores
	@scripts/test -m "not long"

test-all: setup ## The tests, with ten times the examples, and the long ones
	@scripts/test --hypothesis-profile wide

lint: setup ## Style, types, import contracts, the web's own checks
	@scripts/lint

bench: setup ## The benchmarks
	@.venv/bin/farewave bench ledger

api: setup ## Write web/openapi.json and the web's client types anew
	@.venv/bin/farewave openapi > web/openapi.json
	@cd web && PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent api

clean: ## Remove what was built (never the data)
	rm -rf .venv .cache web/node_modules src/farewave/app/web .mypy_cache .ruff_cache .import_linter_cache \
	    .hypothesis
