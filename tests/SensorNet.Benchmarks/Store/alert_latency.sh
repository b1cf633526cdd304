#!/usr/bin/env bash
# Measures how soon an alert reaches an operator while a collector with the whole catalogue is busy: from the hand-over of an attack's last event
# to gRPC at the sensor's end to the alert at the operator's.
#
#   bash tests/SensorNet.Benchmarks/Store/alert_latency.sh [EVENTS_PER_SECOND] [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
rate=${1:-20000}
seconds=${2:-30}
. tests/SensorNet.Benchmarks/Store/collector.sh
start
enrol

# Once for the JIT; what is measured comes after.
"$bench" alert-latency "$address" "$state/bench/identity.pem" "$state/collector.sock" "$rate" 10 >/dev/null || true
"$bench" alert-latency "$address" "$state/bench/identity.pem" "$state/collector.sock" "$rate" "$seconds"
