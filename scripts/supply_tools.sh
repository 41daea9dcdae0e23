#!/bin/sh
# Make build/tools: cyclonedx-bom and pip-audit from a hashed lock, apart from the program's own environment.
set -eu
cd "$(dirname "$0")/.."
stamp=build/tools/.installed-$(cksum <requirements-supply.lock | tr ' ' '-')
[ -e "$stamp" ] && exit 0
.venv/bin/uv venv -q --clear --python .venv/bin/python build/tools
.venv/bin/uv pip install -q --python build/tools/bin/python --require-hashes -r requirements-supply.lock
touch "$stamp"
