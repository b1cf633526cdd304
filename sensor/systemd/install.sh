#!/usr/bin/env bash
# Installs the sensor on this host: program, user, unit and an example configuration. Run as root, again for an upgrade.
#
#   bash sensor/systemd/install.sh            builds and installs
#   bash sensor/systemd/install.sh --remove   removes program and unit; state and configuration stay
#
# Afterwards: sensornet-sensor join HOST:PORT --token TOKEN (as user sensornet), then systemctl enable --now sensornet-sensor
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

program=/usr/lib/sensornet-sensor
unit=/etc/systemd/system/sensornet-sensor.service
state=/var/lib/sensornet-sensor

say() { printf '%s\n' "$*" >&2; }

[ "$(id -u)" -eq 0 ] || { say "Installing needs root: sudo bash $0"; exit 1; }

if [ "${1:-}" = --remove ]; then
  systemctl disable --now sensornet-sensor 2>/dev/null || true
  rm -rf "$program" "$unit" /usr/bin/sensornet-sensor /usr/share/doc/sensornet-sensor
  systemctl daemon-reload 2>/dev/null || true
  say "Removed. State stays in $state, configuration in /etc/sensornet."
  exit 0
fi

command -v dotnet >/dev/null || { say "The .NET 10 SDK is needed: dotnet is not on the PATH."; exit 1; }
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
ldconfig -p | grep -q 'libpcap\.so\.0\.8' || say "libpcap is missing; capturing needs it: apt-get install libpcap0.8"

# One precompiled file where the runtime's pack can be had: it starts faster and needs less memory.
case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) rid= ;;
esac
if [ -z "$rid" ] || ! dotnet publish sensor/SensorNet.Sensor.csproj -c Release -r "$rid" -o "$staging" -v quiet --nologo; then
  say "Installing a program that needs the .NET runtime of this host (no precompiled one could be made)."
  rm -rf "${staging:?}"/*
  dotnet publish sensor/SensorNet.Sensor.csproj -c Release -o "$staging" -v quiet --nologo
fi
rm -f "$staging"/*.pdb "$staging"/*.xml

getent group sensornet >/dev/null || groupadd --system sensornet
getent passwd sensornet >/dev/null || useradd --system --gid sensornet --home-dir "$state" --shell /usr/sbin/nologin sensornet
# The unit gives the service these groups; with them, doctor sees from a shell what the service sees.
for group in adm systemd-journal; do
  ! getent group "$group" >/dev/null || usermod -a -G "$group" sensornet
done
install -d -m 0700 -o sensornet -g sensornet "$state"
install -d -m 0755 /etc/sensornet
# Beside the old one and then in its place: what runs keeps the files that it has open.
rm -rf "$program.old"
[ ! -d "$program" ] || mv "$program" "$program.old"
install -d -m 0755 "$program"
cp -r "$staging"/. "$program"/
rm -rf "$program.old"
ln -sf "$program/sensornet-sensor" /usr/bin/sensornet-sensor
install -d -m 0755 /usr/share/doc/sensornet-sensor
install -m 0644 sensor/README.md /usr/share/doc/sensornet-sensor/README.md
install -m 0644 sensor/systemd/sensornet-sensor.service "$unit"
if [ ! -e /etc/sensornet/sensor.yaml ]; then
  "$program/sensornet-sensor" config reference > /etc/sensornet/sensor.yaml
  chown root:sensornet /etc/sensornet/sensor.yaml
  chmod 0640 /etc/sensornet/sensor.yaml
fi
systemctl daemon-reload 2>/dev/null || say "systemd does not run here: the unit is in place and not loaded."

say "Installed. Next:"
say "  1. choose interfaces and logs in /etc/sensornet/sensor.yaml (capture.interfaces, logs.files)"
say "  2. sudo -u sensornet sensornet-sensor join HOST:PORT --token TOKEN"
say "  3. sudo -u sensornet sensornet-sensor doctor"
say "  4. systemctl enable --now sensornet-sensor"
