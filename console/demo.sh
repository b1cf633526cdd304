#!/usr/bin/env bash
# Shows SensorNet at work: a collector with embedded storage, two enrolled sensors, a recorded day of a VoIP host with
# attacks and a log of SSH attacks, and the console. Everything lives in a temporary directory and is gone afterwards.
#
#   bash console/demo.sh                opens the console (q leaves); without a terminal it prints the alert table
#   bash console/demo.sh </dev/null     prints the alert table
#
# Exit status: 0 shown, 1 something failed (the message says what).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

say() { printf '%s\n' "$*" >&2; }

command -v dotnet >/dev/null || { say "The .NET 10 SDK is needed: dotnet is not on the PATH."; exit 1; }
install_packages libpcap0.8 librocksdb7.8 libzstd1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
say "Building..."
build_log=$(mktemp)
for project in sensor collector console; do
  if ! dotnet build "$project" -c Release -v quiet >"$build_log" 2>&1 </dev/null; then
    cat "$build_log" >&2
    rm -f "$build_log"
    exit 1
  fi
done
rm -f "$build_log"

sensor=$PWD/sensor/bin/Release/net10.0/sensornet-sensor
collector=$PWD/collector/bin/Release/net10.0/sensornet-collector
console=$PWD/console/bin/Release/net10.0/sensornet
data=$PWD/tests/data

state=$(mktemp -d "${TMPDIR:-/tmp}/sensornet-demo.XXXXXX")
chmod 700 "$state"
collector_pid=
cleanup() {
  trap - EXIT
  if [ -n "$collector_pid" ]; then
    kill "$collector_pid" 2>/dev/null || true
    wait "$collector_pid" 2>/dev/null || true
  fi
  rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
  say "$1"
  [ -s "$state/collector.log" ] && tail -n 20 "$state/collector.log" >&2
  exit 1
}

say "Starting a collector in $state"
"$collector" run --state-dir "$state/collector" --listen 127.0.0.1:0 --socket "$state/collector.sock" \
  >"$state/collector.log" 2>&1 </dev/null &
collector_pid=$!
for _ in $(seq 600); do
  [ -s "$state/collector/listening" ] && break
  kill -0 "$collector_pid" 2>/dev/null || fail "The collector ended:"
  sleep 0.1
done
[ -s "$state/collector/listening" ] || fail "The collector did not start within a minute:"
address=$(head -n 1 "$state/collector/listening")
export SENSORNET_COLLECTOR="unix:$state/collector.sock"

enrol() {
  local token
  token=$("$console" tokens create --role sensor --name "$1" --ttl 10m --quiet) || fail "No token for $1."
  "$sensor" join "$address" --token "$token" --name "$1" --state-dir "$state/$1" || fail "Sensor $1 could not join."
}

replay() {
  local name=$1
  shift
  "$sensor" replay "$@" --to collector --state-dir "$state/$name" --shift-to-now || fail "The replay failed."
}

say "Enrolling two sensors: edge-1 (SIP) and pbx-1 (SSH)"
enrol edge-1
enrol pbx-1

say "Replaying a day of traffic, a flood and an SSH log"
replay pbx-1 --log "$data/logs/sshd.log"
replay edge-1 "$data/captures/options_flood.pcap.gz"
replay edge-1 "$data/captures/day.pcap.gz"

if [ -t 0 ] && [ -t 1 ]; then
  "$console"
else
  "$console" alerts list
fi
