#!/bin/sh
# Write bills of materials (CycloneDX 1.6, JSON) from the lock files into build/sbom: what an installation is made of.
set -eu
cd "$(dirname "$0")/.."
scripts/supply_tools.sh
mkdir -p build/sbom
for lock in requirements.lock requirements-city.lock; do
  name=$(basename "$lock" .lock)
  build/tools/bin/cyclonedx-py requirements "$lock" --pyproject pyproject.toml --mc-type application \
    --output-reproducible --sv 1.6 --of JSON -o "build/sbom/$name.cdx.json"
done
npm=npm
command -v npm >/dev/null 2>&1 || npm=.venv/bin/npm
$npm sbom --package-lock-only --omit dev --sbom-format cyclonedx --sbom-type application >build/sbom/npm.cdx.json
ls -l build/sbom
