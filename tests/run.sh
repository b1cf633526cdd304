#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test, the slow ones included.
# Ends with the line "N passed, N failed, N skipped"; exit status 0 when none failed.
#
#   bash tests/run.sh            everything
#   bash tests/run.sh --fast     without the tests marked slow
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

filter=()
case "${1-}" in
  "") ;;
  --fast) filter=(-trait- Category=Slow) ;;
  *) echo "usage: bash tests/run.sh [--fast]" >&2; exit 2 ;;
esac

install_packages libpcap0.8 librocksdb7.8 libzstd1 "${TEST_PACKAGES[@]}"

# The gRPC peer in JavaScript; its tests are skipped where there is no npm.
if command -v npm >/dev/null; then
  npm install --prefix tests/SensorNet.Proto.Tests/Peers --silent --no-audit --no-fund ||
    echo "npm could not install the gRPC peer: its tests are skipped" >&2
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build SensorNet.sln -c Release -v quiet

passed=0 failed=0 skipped=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  log=$(mktemp)
  echo "== $name"
  status=0
  "$project/bin/Release/net10.0/$name" -noColor "${filter[@]}" >"$log" 2>&1 </dev/null || status=$?
  summary=$(grep -E "^ *$name +Total: " "$log" | tail -n 1 || true)
  if [ -z "$summary" ]; then
    cat "$log"
    echo "$name ended with status $status and no summary" >&2
    failed=$((failed + 1))
    continue
  fi
  [ "$status" -eq 0 ] || cat "$log"
  count() { sed -nE "s/.*$1: ([0-9]+).*/\1/p" <<<"$summary"; }
  total=$(count Total) errors=$(count Errors) bad=$(count Failed) skip=$(count Skipped)
  passed=$((passed + total - bad - errors - skip)) failed=$((failed + bad + errors)) skipped=$((skipped + skip))
  # A run that found no fault in any test and still did not end well is a failure of its own.
  if [ "$status" -ne 0 ] && [ $((bad + errors)) -eq 0 ]; then failed=$((failed + 1)); fi
  echo "$summary"
  rm -f "$log"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
