#!/usr/bin/env bash
# Installs the collector and its console (the command sensornet) on this host: programs, rules, user, unit and an example
# configuration. Run as root, again for an upgrade.
#
#   bash collector/systemd/install.sh            builds and installs
#   bash collector/systemd/install.sh --remove   removes programs and unit; state and configuration stay
#
# Afterwards: systemctl enable --now sensornet-collector, then usermod -a -G sensornet-collector for each administrator
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

name=sensornet-collector
program=/usr/lib/$name
console=/usr/lib/sensornet-console
unit=/etc/systemd/system/$name.service
state=/var/lib/$name
configuration=/etc/sensornet/collector.yaml

say() { printf '%s\n' "$*" >&2; }

[ "$(id -u)" -eq 0 ] || { say "Installing needs root: sudo bash $0"; exit 1; }

if [ "${1:-}" = --remove ]; then
  systemctl disable --now "$name" 2>/dev/null || true
  rm -rf "$program" "$console" "$unit" /usr/bin/$name /usr/bin/sensornet /usr/share/doc/$name
  systemctl daemon-reload 2>/dev/null || true
  say "Removed. State stays in $state, configuration in /etc/sensornet."
  exit 0
fi

command -v dotnet >/dev/null || { say "The .NET 10 SDK is needed: dotnet is not on the PATH."; exit 1; }
ldconfig -p | grep -q 'librocksdb\.so' || { say "librocksdb is needed: apt-get install librocksdb7.8"; exit 1; }
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
dotnet publish collector/SensorNet.Collector.csproj -c Release -o "$staging/collector" -v quiet --nologo

# One precompiled file where the runtime's pack can be had: it starts sooner.
case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) rid= ;;
esac
if [ -z "$rid" ] || ! dotnet publish console/SensorNet.Console.csproj -c Release -r "$rid" -o "$staging/console" -v quiet --nologo; then
  say "Installing a console that needs the .NET runtime of this host (no precompiled one could be made)."
  rm -rf "${staging:?}/console"
  dotnet publish console/SensorNet.Console.csproj -c Release -o "$staging/console" -v quiet --nologo
fi
rm -f "$staging"/*/*.pdb "$staging"/*/*.xml

getent group $name >/dev/null || groupadd --system $name
getent passwd $name >/dev/null || useradd --system --gid $name --home-dir "$state" --shell /usr/sbin/nologin $name
install -d -m 0700 -o $name -g $name "$state"
install -d -m 0755 /etc/sensornet

# Beside the old one and then in its place: what runs keeps the files that it has open.
replace() {
  rm -rf "$2.old"
  [ ! -d "$2" ] || mv "$2" "$2.old"
  install -d -m 0755 "$2"
  cp -r "$1"/. "$2"/
  rm -rf "$2.old"
}
replace "$staging/collector" "$program"
replace "$staging/console" "$console"
ln -sf "$program/$name" /usr/bin/$name
ln -sf "$console/sensornet" /usr/bin/sensornet
install -d -m 0755 /usr/share/doc/$name
install -m 0644 collector/README.md /usr/share/doc/$name/README.md
install -m 0644 collector/systemd/$name.service "$unit"
if [ ! -e "$configuration" ]; then
  "$program/$name" config reference > "$configuration"
  # Members of the group are administrators of the collector on this host, as root is.
  printf '\naccess:\n  groups:\n    %s: admin\n' "$name" >> "$configuration"
  chown root:$name "$configuration"
  chmod 0640 "$configuration"
fi
systemctl daemon-reload 2>/dev/null || say "systemd does not run here: the unit is in place and not loaded."

say "Installed. Next:"
say "  1. look at $configuration (listen.address, listen.names, access)"
say "  2. systemctl enable --now $name"
say "  3. sensornet tokens create --role sensor --name HOST, for each sensor (as root or as a member of group $name)"
