# Shared by every script: location of tools, progress messages, choice of the compiler.
# Sourced, never run. Needs bash 5.
# shellcheck shell=bash disable=SC2034

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Tools are kept outside of the clone, so that a second clone on the same machine rebuilds nothing.
MATINEE_CACHE="${MATINEE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/matinee}"
TOOLS="$MATINEE_CACHE/tools"
mkdir -p "$TOOLS/bin"
export PATH="$TOOLS/bin:$PATH"
# Adds rustup when the shell has not read the profile that puts it on PATH; otherwise Debian's cargo would be used
# instead.
command -v rustup >/dev/null || [ ! -x "${CARGO_HOME:-$HOME/.cargo}/bin/rustup" ] || export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

CARGO_LEPTOS_VERSION=0.3.11
BINARYEN_VERSION=132.0.0
# Compiler version installed through rustup, and the minimum version otherwise (Debian's compiler for web targets).
RUST_VERSION=1.99.1
RUST_MINIMUM=1.96
# Minimum version of Node.js (required by Playwright), and the version installed from the npm registry on machines with
# an older one, such as Debian 12.
NODE_MINIMUM=20
NODE_VERSION=22.23.5

export CARGO_NET_RETRY=5 npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

# Prints a progress line with the seconds since the script began.
say() { printf '\033[1m[%4ds]\033[0m %s\n' "$SECONDS" "$*" >&2; }
fail() { printf '\033[1;31m[%4ds] failed:\033[0m %s\n' "$SECONDS" "$*" >&2; exit 1; }

# quiet NAME COMMAND…: runs a command with its output in a log; on failure prints the lines with the reason and the
# log's path.
quiet() {
  local log; log="$(log_of "$1")"
  # In a subshell, so that a `fail` in the step does not end the script silently.
  ("${@:2}") >"$log" 2>&1 || failed_step "$1" "$log" $?
}

# shown NAME COMMAND…: like quiet, but also prints the output.
shown() {
  local log; log="$(log_of "$1")"
  "${@:2}" 2>&1 | tee "$log" >&2 || failed_step "$1" "$log" $?
}

log_of() { mkdir -p "$MATINEE_CACHE/log"; printf '%s' "$MATINEE_CACHE/log/$1.log"; }
failed_step() { # failed_step NAME LOG CODE
  why "$2" >&2
  fail "$1 (exit $3); the whole log is in $2"
}

# why LOG: prints the lines with errors, the first one first, each with the lines that follow, at most 40 in all; then
# the end of the log. Names of packages being built, fetched or unpacked are not errors (thiserror, libgpg-error0), and
# warnings are not reasons.
why() {
  awk '
    { sub(/\r+$/, ""); sub(/.*\r/, ""); gsub(/\033\[[0-9;]*[A-Za-z]/, "") }
    /^ *(Compiling|Checking|Downloading|Downloaded|Fresh|Adding|Updating|Locking|Finished|Installing|Running|Building|Blocking) / ||
    /^(Get|Hit|Ign):[0-9]/ || /^(Selecting|Preparing|Unpacking|Setting up|Processing|Reading) / ||
    /^ *(warning|npm warn|npm WARN|W:)/ { quiet_line = 1 }
    !quiet_line && tolower($0) ~ /(^|[^a-z0-9_-])(errors?|err!|e:|fatal|failed|failure|cannot|can.t|could not|couldn.t|unable|not found|no such|denied|refused|panicked|killed|unsupported|timed out|no space)([^a-z0-9_-]|$)/ { after = 6 }
    after > 0 && shown < 40 { print "  | " $0; shown++; last_shown = NR }
    { if (after > 0) after--; quiet_line = 0; end[NR % 6] = $0 }
    END {
      from = NR - (shown ? 2 : 5); if (from <= last_shown) from = last_shown + 1; if (from < 1) from = 1
      if (shown && from > last_shown + 1 && from <= NR) print "  | …"
      for (line = from; line <= NR; line++) print "  | " end[line % 6]
    }' "$1"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this step needs root: $*"; fi
}

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# find_node: prints the first sufficiently new Node.js on PATH, other than the one that the set-up installed.
find_node() {
  local node version
  while read -r node; do
    [ "$node" = "$TOOLS/bin/node" ] && continue
    version="$("$node" --version 2>/dev/null)" && version_at_least "${version#v}" "$NODE_MINIMUM" && { echo "$node"; return; }
  done < <(type -aP node)
  return 1
}

# Puts the compiler chosen by `scripts/setup` and the tools on PATH.
use_toolchain() {
  [ -f "$TOOLS/toolchain.env" ] || fail "run scripts/setup first (make does it by itself)"
  # shellcheck disable=SC1091
  . "$TOOLS/toolchain.env"
  export PATH="$TOOLS/bin:$PATH"
}

# load_env FILE: reads settings, one NAME=VALUE per line. Surrounding quotes are removed; nothing is expanded or run.
# Variables that are already set take precedence.
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

# http post|await …: HTTP requests without curl, which a minimal machine lacks.
http() { node "$ROOT/scripts/http.mjs" "$@"; }

# await ADDRESS LOG [PROCESS]: waits until the address responds, at most twenty seconds, and fails early when the
# process ends.
await() { http await "$1" 20 "${3:-}" || { cat "$2" >&2; fail "$1 does not answer"; }; }

# Limits glibc to one heap (arena) per processor. By default it creates more and rarely returns their memory; this saves
# a quarter of a room's memory. The container does the same.
use_memory_sparingly() { export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-$(n=$(nproc); echo $((n < 2 ? 2 : n)))}"; }

# Settings of a measured server: no network access, and no rate limits except those of rooms.
matinee_settings=(
  MATINEE_INDEXERS=catalogue MATINEE_TORRENT_DHT=off MATINEE_TORRENT_UPNP=off MATINEE_POLL_INTERVAL=0 MATINEE_LOG=warn
  MATINEE_ROOM_CAPACITY=2000
  MATINEE_RATE_LIMITS='auth=1000000/min,search=1000000/min,add=1000000/min,rooms=1000000/h,joins=1000000/min'
)
