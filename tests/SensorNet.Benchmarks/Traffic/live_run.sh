#!/usr/bin/env bash
# Captures a burst on loopback with `sensornet-sensor run` as it is deployed: spool, uplink and a collector behind it.
#
#   bash tests/SensorNet.Benchmarks/Traffic/live_run.sh CAPTURE [RATE] [SECONDS] [SENSOR]
#
# SENSOR is another build of the sensor than the one in sensor/bin, such as a published one. Needs the right to capture (root). Prints
# what was sent, the sensor's CPU time, and what the collector knows of it: DROPS are packets that the kernel's buffer had no room for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
capture=${1:?CAPTURE}
rate=${2:-200000}
seconds=${3:-4}
. tests/SensorNet.Benchmarks/Store/collector.sh
sensor=${4:-$sensor}

cpu() { awk '{ print ($14 + $15) * 10 }' "/proc/$1/stat"; }

start
enrol
"$sensor" run --interface lo --state-dir "$state/bench" >"$state/sensor.log" 2>&1 &
running=$!
until grep -q connected "$state/sensor.log"; do kill -0 "$running"; sleep 0.1; done
sleep 1
before=$(cpu "$running")
"$bench" send "$capture" --to 127.0.0.1:5060 --rate "$rate" --seconds "$seconds"

# Counters are told every 10 s, and with the heartbeat.
sleep 21
echo "sensor: $(($(cpu "$running") - before)) ms CPU, $(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$running/status") MiB resident"
"$console" sensors list
"$console" events list type:sip.counters --limit 1
"$console" events list type:sensor.overload --limit 3
kill "$running"
wait "$running" || true
