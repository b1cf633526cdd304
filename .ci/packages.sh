# Sourced by the scripts that need Debian packages.

# What the tests use beside the programs' own libraries: real peers and oracles.
TEST_PACKAGES=(tmux zsh fish tshark python3-grpcio python3-protobuf protobuf-compiler sip-tester sipvicious)

# install_packages NAME...: installs those that are missing, and says so.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0

  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These Debian packages are needed and cannot be installed without root: ${missing[*]}" >&2
      echo "Run as root: apt-get install ${missing[*]}" >&2
      return 1
    fi
    sudo=(sudo)
  fi

  echo "Installing Debian packages: ${missing[*]}"
  local options=(-y -q -o DPkg::Lock::Timeout=300 --no-install-recommends) log
  log=$(mktemp)
  if ! { "${sudo[@]}" apt-get update -q &&
         "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "Could not install: ${missing[*]}" >&2
    return 1
  fi
  rm -f "$log"
}
