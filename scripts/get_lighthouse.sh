#!/usr/bin/env bash
# Fetch Lighthouse for the tests, as pinned in tests/browser/lighthouse/, into var/lighthouse.
# Needs node 18 or newer and npm. Does nothing when the pinned version is there.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
pinned="$here/tests/browser/lighthouse"
kept="${1:-$here/var/lighthouse}"
if cmp -s "$pinned/package-lock.json" "$kept/package-lock.json" && [ -x "$kept/node_modules/.bin/lighthouse" ]; then
  exit 0
fi
mkdir -p "$kept"
rm -f "$kept/package-lock.json"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$pinned/package.json" "$pinned/package-lock.json" "$work/"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2)
rm -rf "$kept/node_modules"
mv "$work/node_modules" "$kept/"
cp "$pinned/package.json" "$pinned/package-lock.json" "$kept/"
