# make serve   set everything up and run Linli with its demonstration on SQLite
# make test    set everything up and run the tests
PYTHON ?= python3
export PYTHON
PORT ?= 8000
WORKERS ?= 2

.PHONY: serve test env dev check lint translations machine lifecycle screenshots bench crash sbom clean

serve: env
	@LINLI_DEMO=1 .venv/bin/linli serve --port $(PORT)

env:
	@scripts/setup_env.sh

dev:
	@scripts/setup_env.sh dev

test: dev
	@.venv/bin/linli translations compile
	.venv/bin/pytest -n $(WORKERS) $(ARGS)

# Everything that needs no test run: style, types, floors, templates, words, colours.
check: dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy linli
	.venv/bin/mypy --strict clients/python/linli_client
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet linli
	.venv/bin/linli translations check
	.venv/bin/python scripts/check_contrast.py

# Figures beside their limits (minutes; ARGS="--quick" for a first look), and what survives a crash (ARGS="--count 500 --seed 7").
bench: dev
	.venv/bin/python benchmarks/bench.py $(ARGS)

crash: dev
	.venv/bin/python benchmarks/crash.py $(ARGS)

# docs/production.md word by word on a fresh Debian under systemd (minutes; root, a network, debootstrap systemd-container slirp4netns).
machine: dev
	LINLI_MACHINE=1 .venv/bin/pytest -x tests/deploy/test_production.py $(ARGS)

# Whatever can be done to cases, in any order: does what is published hold? (ARGS="--seed 7" for the same steps again)
MINUTES ?= 60
lifecycle: dev
	.venv/bin/python benchmarks/lifecycle.py --minutes $(MINUTES) $(ARGS)

screenshots: dev
	.venv/bin/python scripts/screenshots.py

# Bills of materials (CycloneDX) into build/sbom.
sbom: env
	scripts/sbom.sh

clean:
	rm -rf .venv node_modules build var
