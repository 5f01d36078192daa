# shellcheck shell=bash
# For tests: a Debian in a folder, by mmdebstrap, as root or by sudo, from the mirror of this machine's apt; stages.

# The first option of tests with stages: the folder for logs and roots, by default $build of the script.
if [ "${1-}" = --build ]; then
    build=${2:?} && shift 2
fi

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Prints the Debian mirror of this machine.
mirror() {
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|Debian|//p' | sort -u | head -n 1
}

# make_root ROOT SUITE ARCHITECTURE PACKAGE...: creates the root, again if an argument changes: ROOT.made stores them.
make_root() {
    local root=$1 suite=$2 machine=$3 from packages
    shift 3
    packages=$(printf '%s,' "$@")
    [ ! -f "$root.made" ] || [ "$(cat "$root.made")" != "$suite $machine $packages" ] || return 0
    command -v mmdebstrap >/dev/null || die "mmdebstrap is missing: apt-get install mmdebstrap"
    from=$(mirror)
    [ -n "$from" ] || die "apt knows no Debian mirror: run apt-get update"
    rm -f "$root.made"
    as_root rm -rf --one-file-system "$root"
    mkdir -p "${root%/*}"
    as_root mmdebstrap --variant=minbase --architectures="$machine" --include="$packages" "$suite" "$root" "$from" &&
        printf '%s %s %s\n' "$suite" "$machine" "$packages" >"$root.made"
}

# copy_tree ROOT FOLDER: copies the tree to FOLDER of the root, and removes everything else there.
copy_tree() {
    as_root rm -rf --one-file-system "$1/$2"
    as_root mkdir -p "$1/$2"
    tools/tree-files | tar -c -T - | as_root tar -x -C "$1/$2" --no-same-owner
}

# mounted ROOT COMMAND...: runs the command while the root has /proc, /dev and this machine's resolv.conf.
mounted() {
    as_root cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    # shellcheck disable=SC2016 # expanded inside
    as_root unshare --mount --pid --fork bash -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /dev "$1/dev"
        shift
        exec "$@"
    ' mounted "$@"
}

# enter ROOT SHARED [NAME=VALUE]... COMMAND...: runs the command in the root. SHARED becomes /shared, unless it is ''.
enter() {
    local root=$1 shared=$2
    shift 2
    [ -z "$shared" ] || as_root mkdir -p "$root/shared"
    # shellcheck disable=SC2016 # expanded inside
    mounted "$root" bash -euc '
        root=$1 shared=$2
        shift 2
        [ -z "$shared" ] || mount --bind "$shared" "$root/shared"
        exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/tmp \
            DEBIAN_FRONTEND=noninteractive "$@"
    ' enter "$root" "$shared" "$@"
}

# debian_build_root ROOT: creates a Debian 12 for building packages.
debian_build_root() {
    make_root "$1" bookworm "$(dpkg --print-architecture)" build-essential fakeroot lintian
}

# debian_packages ROOT FOLDER TO [NAME=VALUE]...: builds this tree's packages in FOLDER of the root; they end up in TO.
debian_packages() {
    local root=$1 folder=$2 to=$3
    shift 3
    as_root rm -rf --one-file-system "$root/${folder%/*}"
    copy_tree "$root" "$folder"
    # shellcheck disable=SC2016 # expanded inside
    enter "$root" '' "$@" bash -euc '
        cd "/$1"
        (umask 022 && apt-get update && apt-get build-dep -y --no-install-recommends .)
        DEB_BUILD_OPTIONS="parallel=$(nproc) ${DEB_BUILD_OPTIONS-}" dpkg-buildpackage -us -uc -b
    ' packages "$folder"
    mkdir -p "$to"
    cp "$root/${folder%/*}"/*.{deb,changes,buildinfo} "$to/"
}

# begin_stages [TOOL...]: skips the test if a tool, or a root for them, is not available; creates the folder $build.
begin_stages() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is missing: apt-get install $tool"
    done
    [ "$#" = 0 ] || [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || skip "neither root nor sudo"
    mkdir -p "$build"
    build=$(realpath "$build")
    failed=0 number=0 status=0
}

# end_stages: prints the plan of TAP and ends the script.
end_stages() {
    echo "1..$number"
    exit "$status"
}

skip() {
    printf '1..0 # SKIP %s\n' "$*"
    exit 0
}

# stage TITLE COMMAND...: runs it and prints one line of TAP. After a failure, skips later stages until failed is 0.
stage() {
    local title=$1 began=$SECONDS
    shift
    number=$((number + 1))
    if [ "$failed" = 1 ]; then
        printf 'not ok %d - %s (not tried)\n' "$number" "$title"
        return
    fi
    (set -e; "$@") >"$build/$number.log" 2>&1 </dev/null & # inside a condition, set -e would have no effect
    if wait "$!"; then
        printf 'ok %d - %s (%d s)\n' "$number" "$title" $((SECONDS - began))
    else
        failed=1 status=1
        printf 'not ok %d - %s (%d s)\n' "$number" "$title" $((SECONDS - began))
        tail -n 40 "$build/$number.log" | sed 's/^/# /'
    fi
}
