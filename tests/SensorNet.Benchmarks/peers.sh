#!/usr/bin/env bash
# CPU time and memory for one generated capture: this sensor beside sngrep, sipgrep and tshark, in the same run.
# Needs the Debian packages sngrep, sipgrep, tshark and time, and built tests/SensorNet.Benchmarks and sensor.
#
#   bash tests/SensorNet.Benchmarks/peers.sh [MESSAGES]      default 1000000
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
messages=${1:-1000000}
bench=tests/SensorNet.Benchmarks/bin/Release/net10.0/SensorNet.Benchmarks
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
capture=$work/traffic.pcap
"$bench" generate "$capture" --messages "$messages"
cat "$capture" >/dev/null # into the page cache, for everybody

measure() {
  local name=$1 status=0
  shift
  if ! command -v "$1" >/dev/null; then printf '%-38s not installed\n' "$name"; return; fi
  /usr/bin/time -o "$work/time" -f '%U %S %M' timeout 900 "$@" >"$work/out" 2>&1 </dev/null || status=$?
  tail -n 1 "$work/time" | awk -v name="$name" -v n="$messages" -v status="$status" '{
    printf "%-38s %8.2f us CPU per message %8.0f MiB%s\n", name, ($1 + $2) * 1e6 / n, $3 / 1024, status == 0 ? "" : "  (exit " status ")" }'
}

measure "read and decode" "$bench" decode "$capture"
measure "read, decode, track, encode events" "$bench" track "$capture"
measure "sensornet-sensor replay, JSON lines" sensor/bin/Release/net10.0/sensornet-sensor replay "$capture" --out "$work/events.jsonl"
rm -f "$work/events.jsonl"
measure "sngrep" sngrep -F -N -q -I "$capture" -l 1000000
measure "sipgrep (prints every message)" sipgrep -I "$capture" -C -R
measure "tshark (SIP statistics)" tshark -n -q -z sip,stat -r "$capture"
