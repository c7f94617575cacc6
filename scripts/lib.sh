# Shared by every script: where tools live, how a step is told, which compiler is used.
# Sourced, never run. Needs bash 5.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Tools outlive a clone: a second clone on the same machine builds nothing twice.
MATINEE_CACHE="${MATINEE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/matinee}"
TOOLS="$MATINEE_CACHE/tools"
mkdir -p "$TOOLS/bin"

CARGO_LEPTOS_VERSION=0.3.11
# The compiler that rustup is asked for, and the oldest that will do (Debian's for web targets).
RUST_VERSION=1.99.1
RUST_MINIMUM=1.96

export CARGO_NET_RETRY=5 npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

# One progress line a step, with the seconds since the script began.
say() { printf '\033[1m[%4ds]\033[0m %s\n' "$SECONDS" "$*" >&2; }
fail() { printf '\033[1;31m[%4ds] failed:\033[0m %s\n' "$SECONDS" "$*" >&2; exit 1; }

# quiet NAME COMMAND…: runs it into a log; on failure shows the log's end and where it is.
quiet() {
  local name="$1"; shift
  local log="$MATINEE_CACHE/log/$name.log"
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 && return 0
  local code=$?
  tail -n 40 "$log" >&2
  fail "$name (exit $code); the whole log is in $log"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this step needs root: $*"; fi
}

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# Puts the chosen compiler and the tools on PATH. `scripts/setup` wrote the choice.
use_toolchain() {
  [ -f "$TOOLS/toolchain.env" ] || fail "run scripts/setup first (make does it by itself)"
  # shellcheck disable=SC1091
  . "$TOOLS/toolchain.env"
  export PATH="$TOOLS/bin:$ROOT/style/node_modules/.bin:$PATH"
}
