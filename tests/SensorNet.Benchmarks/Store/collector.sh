# Sourced by the scripts that measure a whole collector: `start` starts one, given the arguments in `config`, in a directory of its own under
# $TMPDIR that is gone at the end; `enrol` lets the sensor "bench" in and sets `address`.
bench=tests/SensorNet.Benchmarks/bin/Release/net10.0/SensorNet.Benchmarks
collector=collector/bin/Release/net10.0/sensornet-collector
console=console/bin/Release/net10.0/sensornet
sensor=sensor/bin/Release/net10.0/sensornet-sensor

state=$(mktemp -d "${TMPDIR:-/tmp}/sensornet-load.XXXXXX")
pid=
trap '[ -z "$pid" ] || { kill "$pid"; wait "$pid" || true; } 2>/dev/null; rm -rf "$state"' EXIT

config=()

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

enrol() {
  token=$("$console" tokens create --role sensor --name bench --ttl 10m --quiet)
  "$sensor" join "$(cat "$state/collector/listening")" --token "$token" --name bench --state-dir "$state/bench" >/dev/null
  address=$(cat "$state/collector/listening")
}

export SENSORNET_COLLECTOR="unix:$state/collector.sock"
