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
. tests/SensorNet.Benchmarks/Store/collector.sh

if [ "$rules" = none ]; then
  mkdir "$state/rules"
  printf 'detection:\n  rules: [%s]\n' "$state/rules" >"$state/collector.yaml"
  config=(--config "$state/collector.yaml")
fi

start
enrol

# Once for the JIT; what is measured comes after.
"$bench" store-send "$address" "$state/bench/identity.pem" "$pid" 200000 "$batch" >/dev/null
"$bench" store-send "$address" "$state/bench/identity.pem" "$pid" "$events" "$batch"
echo "disk: $(du -sb --exclude=LOG* "$state/collector/store" | cut -f1) octets for $((events + 200000)) events and their objects"

kill "$pid"
wait "$pid" || true
pid=
started=$(date +%s%N)
start
echo "open: $((($(date +%s%N) - started) / 1000000)) ms until it listens; $(grep -o 'they have seen.*' "$state/collector.log" | tail -n 1)"
