#!/bin/sh
# Ask the advisory services about the lock files. A vulnerability that is known fails (exit 1); a service that cannot be reached
# is said, and does not: nothing was learned then.
set -u
cd "$(dirname "$0")/.."
scripts/supply_tools.sh || exit 1
found=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# verdict NAME CODE PATTERN: what the exit code means, by what was said; PATTERN stands in a report of vulnerabilities alone
verdict() {
  if [ "$2" = 0 ]; then
    echo "audit: $1: nothing known"
  elif grep -Eq "$3" "$said"; then
    cat "$said"
    echo "audit: $1: vulnerable, see above"
    found=1
  else
    echo "audit: $1: NOT ASKED, the advisory service does not answer: $(grep -m 1 -E '[a-z]' "$said" | cut -c 1-160)"
  fi
}

build/tools/bin/pip-audit --disable-pip --require-hashes --no-deps --progress-spinner off --timeout 20 \
  -r requirements-city.lock >"$said" 2>&1
verdict "Python packages" $? '^Found [0-9]+ known vulnerabilit'
npm=npm
command -v npm >/dev/null 2>&1 || npm=.venv/bin/npm
timeout 60 $npm audit --package-lock-only --omit dev --fetch-timeout=20000 --fetch-retries=0 >"$said" 2>&1
verdict "npm packages" $? '^[0-9]+ .*vulnerabilit'
exit $found
