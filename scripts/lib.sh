# Shared by every script: where tools live, how a step is told, which compiler is used.
# Sourced, never run. Needs bash 5.

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Tools outlive a clone: a second clone on the same machine builds nothing twice.
MATINEE_CACHE="${MATINEE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/matinee}"
TOOLS="$MATINEE_CACHE/tools"
mkdir -p "$TOOLS/bin"
# rustup, where whoever calls has not read the profile that puts it on PATH: Debian's cargo is not meant then.
command -v rustup >/dev/null || [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/rustup" ] || export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

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

# load_env FILE: settings, NAME=VALUE on a line, taken as they are: nothing in it is run. What is set already stays.
load_env() {
  local line name value
  [ -f "$1" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    [[ "$line" =~ ^[[:space:]]*(#|$) ]] && continue
    [[ "$line" =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || fail "$1: this is no NAME=VALUE: $line"
    name="${BASH_REMATCH[2]}" value="${BASH_REMATCH[3]}"
    case "$value" in '"'*'"' | "'"*"'") value="${value:1:${#value}-2}" ;; esac
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$1"
}

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

# await ADDRESS LOG: until it answers, twenty seconds at most.
await() {
  for _ in $(seq 200); do ! curl -s -o /dev/null "$1" || return 0; sleep 0.1; done
  cat "$2" >&2
  fail "$1 does not answer"
}

# glibc gives every few threads a heap of its own and seldom gives one back: as many as there are processors are enough, and
# a quarter of a room's memory less. The container does the same.
use_memory_sparingly() { export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-$(n=$(nproc); echo $((n < 2 ? 2 : n)))}"; }

# A server that is measured: alone in the world, and nobody's rate is limited but by the room itself.
matinee_settings=(
  MATINEE_INDEXERS=catalogue MATINEE_TORRENT_DHT=off MATINEE_TORRENT_UPNP=off MATINEE_POLL_INTERVAL=0 MATINEE_LOG=warn
  MATINEE_ROOM_CAPACITY=2000
  MATINEE_RATE_LIMITS=auth=1000000/min,search=1000000/min,add=1000000/min,rooms=1000000/h,joins=1000000/min
)
