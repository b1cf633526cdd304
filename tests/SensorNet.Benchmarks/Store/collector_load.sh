#!/usr/bin/env bash
# Measures a whole collector: events over mutual TLS and gRPC, stored durably, with all objects and rules.
#
#   bash tests/SensorNet.Benchmarks/Store/collector_load.sh EVENTS [BATCH] [RULES]
#
# RULES is `all` (the shipped catalogue; default) or `none`. Everything lives in a temporary directory under $TMPDIR.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
events=${1:?EVENTS}
batch=${2:-1000}
rules=${3:-all}
bench=tests/SensorNet.Benchmarks/bin/Release/net10.0/SensorNet.Benchmarks
collector=collector/bin/Release/net10.0/sensornet-collector
console=console/bin/Release/net10.0/sensornet
sensor=sensor/bin/Release/net10.0/sensornet-sensor

state=$(mktemp -d "${TMPDIR:-/tmp}/sensornet-load.XXXXXX")
pid=
trap '[ -z "$pid" ] || { kill "$pid"; wait "$pid" || true; } 2>/dev/null; rm -rf "$state"' EXIT

config=()
if [ "$rules" = none ]; then
  mkdir "$state/rules"
  printf 'detection:\n  rules: [%s]\n' "$state/rules" >"$state/collector.yaml"
  config=(--config "$state/collector.yaml")
fi

start() {
  rm -f "$state/collector/listening"
  "$collector" run "${config[@]}" --state-dir "$state/collector" --listen 127.0.0.1:0 --socket "$state/collector.sock" >>"$state/collector.log" 2>&1 </dev/null &
  pid=$!
  for _ in $(seq 1200); do
    [ ! -s "$state/collector/listening" ] || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 5 "$state/collector.log" >&2
  exit 1
}

start
export SENSORNET_COLLECTOR="unix:$state/collector.sock"
token=$("$console" tokens create --role sensor --name bench --ttl 10m --quiet)
"$sensor" join "$(cat "$state/collector/listening")" --token "$token" --name bench --state-dir "$state/bench" >/dev/null

# Once for the JIT; what is measured comes after.
"$bench" store-send "$(cat "$state/collector/listening")" "$state/bench/identity.pem" "$pid" 200000 "$batch" >/dev/null
"$bench" store-send "$(cat "$state/collector/listening")" "$state/bench/identity.pem" "$pid" "$events" "$batch"
echo "disk: $(du -sb --exclude=LOG* "$state/collector/store" | cut -f1) octets for $((events + 200000)) events and their objects"

kill "$pid"
wait "$pid" || true
pid=
started=$(date +%s%N)
start
echo "open: $((($(date +%s%N) - started) / 1000000)) ms until it listens; $(grep -o 'they have seen.*' "$state/collector.log" | tail -n 1)"
