# shellcheck shell=bash
# The steps of ./quickstart static, which sources this file: fetches zig's C compiler from PyPI and the sources of
# jansson and mbedTLS from the distribution, then builds these libraries and the command. Everything is below
# build/static, and is built once.

STATIC=$PWD/build/static
STATIC_PACKAGES=(cmake dpkg-dev meson ninja-build pkg-config python3 python3-venv)
# for x86-64 and for aarch64
ZIG="ziglang==0.17.1
    --hash=sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54
    --hash=sha256:b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e"
# mbedTLS 2.28 then asks the kernel for random numbers, as it does with glibc, and needs no /dev/urandom.
STATIC_LIBRARY_FLAGS=-D__midipix__

# is_made STAMP TEXT: true if the file contains this text, which describes the result and its inputs.
is_made() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

# static_pip VENV: installs zig there.
static_pip() {
    "$1/bin/pip" install --retries 1 --require-hashes -r <(printf '%s\n' "${ZIG//$'\n'/}") && return
    echo "pip cannot fetch ${ZIG%%$'\n'*}: connect this machine to PyPI, or set pip's variables for your network:"
    echo "PIP_INDEX_URL for a mirror, https_proxy for a proxy, PIP_CERT for the proxy's CA certificate"
    return 1
} >&2

static_compiler() {
    local zig=$STATIC/zig
    ! is_made "$zig/made" "$ZIG" || return 0
    rm -rf "$zig"
    python -m venv "$zig" && static_pip "$zig" &&
        ln -s "$zig"/lib/python3*/site-packages/ziglang/zig "$zig/bin/" || return
    printf '%s' "$ZIG" >"$zig/made"
}

# Meson 1.0 does not recognize zig's linker, so it poses as LLVM's, which it is. -Os is the default: zig builds a C
# library for each optimization level, which takes minutes. No path of this machine gets into the programs, and
# functions detect an overwritten return address.
# zig_compiler NAME TARGET FLAG...: creates build/static/bin/NAME, which compiles for zig's TARGET.
zig_compiler() {
    local name=$1 target=$2 zig=$STATIC/zig/bin/zig
    shift 2
    mkdir -p "$STATIC/bin"
    cat >"$STATIC/bin/$name" <<EOF
#!/bin/sh
for word; do
    shift
    [ "\$word" != -Wl,--version ] || exec '$zig' ld.lld --version
    [ "\$word" != -O0 ] || word=-Os
    set -- "\$@" "\$word"
done
exec '$zig' cc -target $target -Os $* -fstack-protector-strong -ffunction-sections -fdata-sections \\
    '-ffile-prefix-map=$PWD=.' "\$@"
EOF
    printf "#!/bin/sh\nexec '%s' ar \"\$@\"\n" "$zig" >"$STATIC/bin/zig-ar"
    printf "#!/bin/sh\nexec '%s' ranlib \"\$@\"\n" "$zig" >"$STATIC/bin/zig-ranlib"
    chmod +x "$STATIC/bin/$name" "$STATIC"/bin/zig-*
}

# Prints the distribution's sources for this machine as lines for apt; its keys also sign the source packages.
static_source_lists() {
    local keys='deb-src [signed-by=/usr/share/keyrings'
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(ORIGIN)|$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sed -n "s,^Debian|,$keys/debian-archive-keyring.gpg] ,p; s,^Ubuntu|,$keys/ubuntu-archive-keyring.gpg] ,p" |
        sort -u
}

# Runs apt with separate lists and a separate cache; the system's settings do not change.
static_apt() {
    apt-get -o Dir::Etc::SourceList="$STATIC/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$STATIC/apt/lists" -o Dir::Cache="$STATIC/apt" -o APT::Update::Error-Mode=any "$@"
}

# Prints the versions in apt's lists; nothing if there are no lists.
static_offered() {
    apt-cache show --no-all-versions libjansson-dev libmbedtls-dev 2>/dev/null | sed -n 's/^Version: //p'
}

# Runs once, and again if apt offers different versions, so that apt-get update brings security updates to old trees.
static_sources() {
    local to=$STATIC/sources offered
    offered=$(static_offered)
    if [ -f "$to/made" ] && { [ -z "$offered" ] || is_made "$to/offered" "$offered"; }; then
        return 0
    fi
    rm -rf "$to" "$STATIC/apt" && mkdir -p "$to" "$STATIC/apt/lists/partial" "$STATIC/apt/archives/partial" || return
    static_source_lists >"$STATIC/apt/sources.list"
    if [ ! -s "$STATIC/apt/sources.list" ]; then
        say "apt knows no sources of Debian or Ubuntu: run apt-get update"
        return 1
    fi
    static_apt update && (cd "$to" && static_apt source --only-source jansson mbedtls) || return
    printf '%s' "$offered" >"$to/offered"
    (cd "$to" && sed -n 's/^Version: /&/p' ./*.dsc) >"$to/made"
}

# zig_library COMPILER MACHINE FOLDER SOURCES: builds the library into FOLDER/prefix.
zig_library() {
    local compiler=$1 machine=$2 folder=$3 sources=$4 dir
    dir=$folder/$(basename "$sources")
    rm -rf "$dir"
    cmake -S "$sources" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="$STATIC_LIBRARY_FLAGS" \
        -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$machine" \
        -DCMAKE_C_COMPILER="$STATIC/bin/$compiler" -DCMAKE_AR="$STATIC/bin/zig-ar" \
        -DCMAKE_RANLIB="$STATIC/bin/zig-ranlib" \
        -DCMAKE_INSTALL_PREFIX="$folder/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF -DJANSSON_WITHOUT_TESTS=ON \
        -DENABLE_PROGRAMS=OFF -DENABLE_TESTING=OFF -DMBEDTLS_FATAL_WARNINGS=OFF &&
        ninja -C "$dir" install
}

# zig_libraries COMPILER MACHINE FOLDER NAME...: builds the named libraries (jansson, mbedtls) once.
zig_libraries() {
    local compiler=$1 machine=$2 folder=$3 stamp header name
    shift 3
    stamp=$(cat "$STATIC/zig/made" "$STATIC/sources/made" "$STATIC/bin/$compiler" tools/static/mbedtls.h)
    ! is_made "$folder/libraries" "$stamp" || return 0
    rm -rf "${folder:?}"
    for header in "$STATIC"/sources/mbedtls-*/include/mbedtls/{mbedtls_config,config}.h; do
        [ ! -f "$header" ] || cp tools/static/mbedtls.h "$header" || return
    done
    for name in "$@"; do
        zig_library "$compiler" "$machine" "$folder" "$STATIC/sources/$name"-*/ || return
    done
    printf '%s' "$stamp" >"$folder/libraries"
}

static_command() {
    local machine=$1 dir=$STATIC/$1/command prefix=$STATIC/$1/prefix
    PATH=$STATIC/bin:$PATH configure_and_compile "$dir" gcc --cross-file "tools/static/$machine.ini" \
        -Doptimization=2 -Ddebug=false -Ddefault_library=static -Dtests=false -Dlibnsm=false \
        -Dauto_features=disabled -Dmbedtls=enabled -Djansson=enabled -Dpkg_config_path="$prefix/lib/pkgconfig" \
        -Dc_args="['-I$prefix/include']" -Dc_link_args="['-L$prefix/lib', '-static-pie', '-Wl,--gc-sections', '-s']" &&
        cp --remove-destination "$dir/cli/nitro-attest" "$STATIC/nitro-attest-$machine-linux"
}

static_machine() {
    # The code is position-independent, and the kernel chooses a new address for each run.
    zig_compiler "$1-linux-musl-cc" "$1-linux-musl" -fPIE &&
        step static "jansson and mbedTLS for $1" zig_libraries "$1-linux-musl-cc" "$1" "$STATIC/$1" jansson mbedtls &&
        step static "nitro-attest for $1" static_command "$1"
}

# Fetches zig's compiler and the sources that it compiles.
make_zig() {
    [[ $STATIC != *' '* ]] || die "jansson's pkg-config file cannot name a folder with a space: $STATIC"
    need "${STATIC_PACKAGES[@]}"
    type -P apt-get >/dev/null || die "the sources of jansson and mbedTLS come by apt-get, which is missing"
    export ZIG_GLOBAL_CACHE_DIR=$STATIC/cache ZIG_LOCAL_CACHE_DIR=$STATIC/cache
    step static "zig's C compiler" static_compiler && step static "sources of jansson and mbedTLS" static_sources
}

# make_static MACHINE...
make_static() {
    local machine
    make_zig || return
    for machine in "$@"; do
        static_machine "$machine" || return
    done
}

static() {
    local machine version
    [ "$#" -gt 0 ] || set -- x86_64 aarch64
    for machine in "$@"; do
        [ -f "tools/static/$machine.ini" ] || die "static: $machine is neither x86_64 nor aarch64"
    done
    make_static "$@" || exit 1
    version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
    for machine in "$@"; do
        say "build/static/nitro-attest-$machine-linux: version $version," \
            "$(stat -c %s "$STATIC/nitro-attest-$machine-linux") bytes"
    done
}
