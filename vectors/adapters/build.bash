# Sourced by the run scripts: builds one adapter outside the tree unless it is built already, and sets BUILT.
# shellcheck shell=bash
# Exit status 77 and one line "skipped: ..." if a toolchain is missing or too old, or if the registry is not reachable.
# If everything was fetched but the build fails, this is an error, status 1.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
NAME=$(basename "$HERE")
OUT=${NATT_ADAPTER_BUILD:-${XDG_CACHE_HOME:-$HOME/.cache}/nitro-attest/adapters}/$NAME
LOG=$OUT/build.log

skip() {
    printf 'skipped: %s: %s\n' "$NAME" "$*" >&2
    exit 77
}

fail() {
    printf '%s: %s\n' "$NAME" "$*" >&2
    tail -n 20 "$LOG" >&2
    exit 1
}

# at_least HAVE WANT: compares version numbers.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# need TOOL WANTED HAVE
need() {
    [ -n "$3" ] || skip "$1 is not installed; version $2 or newer is required"
    at_least "$3" "$2" || skip "$1 is version $3; version $2 or newer is required"
}

# Reuses a build from exactly these files with this tool. Several builds may run at once, because each moves its result
# into place.
built_from() {
    STAMP="$1 $(cd "$HERE/.." && find "$NAME" "${@:2}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum |
        sha256sum)"
    [ "$(cat "$OUT/stamp" 2>/dev/null)" = "$STAMP" ] && [ -e "$BUILT" ] && return 0
    [ -z "${NATT_ADAPTER_OFFLINE:-}" ] || skip "it is not built yet, and NATT_ADAPTER_OFFLINE does not allow downloads"
    mkdir -p "$OUT"
    return 1
}

fetch() {
    "$@" >"$LOG" 2>&1 </dev/null || skip "cannot fetch its dependencies: $(grep . "$LOG" | tail -n 1)"
}

compile() {
    "$@" >"$LOG" 2>&1 </dev/null || fail "the build failed; end of $LOG:"
}

build_go() {
    local want=$1 have
    have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//') || true
    need go "$want" "$have"
    export GOTOOLCHAIN=local GOFLAGS='-mod=readonly -trimpath -buildvcs=false'
    BUILT=$OUT/adapter
    built_from "go $have" go-adapter && return
    cd "$HERE"
    fetch go mod download
    compile go build -o "$OUT/adapter.$$" .
    mv "$OUT/adapter.$$" "$BUILT"
    printf '%s' "$STAMP" >"$OUT/stamp"
}

# Cargo.lock.in is Cargo.lock without the name of the registry. The name comes from a new lock file that cargo writes.
lock_crates() {
    local registry
    rm -rf "$OUT/source"
    mkdir -p "$OUT/source"
    cp -R "$HERE" "$HERE/../rust-adapter" "$OUT/source/"
    cd "$OUT/source/$NAME"
    fetch cargo generate-lockfile
    registry=$(sed -n 's/^source = "\(.*\)"$/\1/p' Cargo.lock 2>/dev/null | sort -u) || true
    sed "s|@REGISTRY@|$registry|" Cargo.lock.in >Cargo.lock
}

build_cargo() {
    local want=$1 have
    have=$(cargo --version 2>/dev/null | awk '{print $2}') || true
    need cargo "$want" "${have%%-*}"
    BUILT=$OUT/adapter
    built_from "cargo $have" rust-adapter && return
    lock_crates
    fetch cargo fetch --locked
    compile cargo build --release --locked --offline --target-dir "$OUT/target"
    cp "$OUT/target/release/adapter" "$OUT/adapter.$$"
    mv "$OUT/adapter.$$" "$BUILT"
    printf '%s' "$STAMP" >"$OUT/stamp"
}

# build_python WANTED [FOLDER...]: the folders are part of the adapter.
build_python() {
    local want=$1 have python=${PYTHON:-python3}
    have=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || true
    need python3 "$want" "$have"
    BUILT=$OUT/venv/bin/python3
    built_from "python $have" "${@:2}" && return
    fetch "$python" -m venv --clear "$OUT/venv"
    fetch "$BUILT" -m pip install --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "$HERE/requirements.txt"
    printf '%s' "$STAMP" >"$OUT/stamp"
}

# The packages and the adapter lie in one folder, since ES modules are found from the importing file.
build_npm() {
    local want=$1 have
    have=$(node --version 2>/dev/null | sed 's/^v//') || true
    need node "$want" "$have"
    [ -n "$(npm --version 2>/dev/null)" ] || skip "npm is not installed"
    BUILT=$OUT/app/main.mjs
    built_from "node $have" js-adapter && return
    rm -rf "$OUT/app"
    mkdir -p "$OUT/app"
    cp "$HERE"/package.json "$HERE"/package-lock.json "$HERE"/../js-adapter/adapter.mjs "$OUT/app/"
    cd "$OUT/app"
    fetch npm ci --ignore-scripts --no-audit --no-fund
    cp "$HERE/main.mjs" "$BUILT"
    printf '%s' "$STAMP" >"$OUT/stamp"
}
