# shellcheck shell=bash
# The steps of ./quickstart portable, which sources this file after tools/static/steps.bash: builds the portable parts
# for macOS, FreeBSD and Windows with zig's C compiler. Everything is below build/static.

PORTABLE=({x86_64,aarch64}-{macos,freebsd,windows})

# set_portable TARGET: sets the variables that depend on the target.
set_portable() {
    processor=${1%%-*} system=${1#*-} triple=$1 linker=ld.lld pie=false ending=''
    flags='-ffunction-sections -fdata-sections' link_args="'-Wl,--gc-sections', '-s'"
    case $system in
    macos) linker=ld64.lld flags='-fstack-protector-strong' link_args="'-Wl,-dead_strip', '-s'" ;;
    freebsd) pie=true flags="-fPIC -fstack-protector-strong $flags" ;;
    windows) triple+=-gnu ending=.exe ;;
    esac
}

# Meson 1.0 does not recognize zig's linkers, so they pose as LLVM's, which they are or resemble. The rest is as in
# tools/static.
portable_compiler() {
    local zig=$STATIC/zig/bin/zig
    mkdir -p "$STATIC/bin"
    cat >"$STATIC/bin/$processor-$system-cc" <<EOF
#!/bin/sh
for word; do
    shift
    [ "\$word" != -Wl,--version ] || exec '$zig' ld.lld --version
    [ "\$word" != -Wl,-v ] || { echo $linker >&2 && exit 1; }
    [ "\$word" != --version ] || cd '$STATIC/bin' # for macOS, this command writes an empty a.o
    [ "\$word" != -O0 ] || word=-Os
    set -- "\$@" "\$word"
done
exec '$zig' cc -target $triple -Os $flags '-ffile-prefix-map=$PWD=.' "\$@"
EOF
    printf "#!/bin/sh\nexec '%s' ar \"\$@\"\n" "$zig" >"$STATIC/bin/zig-ar"
    printf "#!/bin/sh\nexec '%s' ranlib \"\$@\"\n" "$zig" >"$STATIC/bin/zig-ranlib"
    chmod +x "$STATIC/bin/$processor-$system-cc" "$STATIC"/bin/zig-*
}

# portable_library SOURCES: builds a library into build/static/TARGET/prefix. Generic makes CMake build static libraries
# without assumptions about the system.
portable_library() {
    local dir
    dir=$STATIC/$processor-$system/$(basename "$1")
    rm -rf "$dir"
    cmake -S "$1" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=None \
        -DCMAKE_SYSTEM_NAME=Generic -DCMAKE_SYSTEM_PROCESSOR="$processor" \
        -DCMAKE_C_COMPILER="$STATIC/bin/$processor-$system-cc" -DCMAKE_AR="$STATIC/bin/zig-ar" \
        -DCMAKE_RANLIB="$STATIC/bin/zig-ranlib" \
        -DCMAKE_INSTALL_PREFIX="$STATIC/$processor-$system/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF -DJANSSON_WITHOUT_TESTS=ON \
        -DENABLE_PROGRAMS=OFF -DENABLE_TESTING=OFF -DMBEDTLS_FATAL_WARNINGS=OFF &&
        ninja -C "$dir" install
}

portable_libraries() {
    local made=$STATIC/$processor-$system/libraries config=tools/portable/mbedtls.h stamp header
    stamp=$(cat "$STATIC/zig/made" "$STATIC/sources/made" "$STATIC/bin/$processor-$system-cc" "$config")
    ! is_made "$made" "$stamp" || return 0
    rm -rf "${STATIC:?}/$processor-$system"
    for header in "$STATIC"/sources/mbedtls-*/include/mbedtls/{mbedtls_config,config}.h; do
        [ ! -f "$header" ] || cp "$config" "$header" || return
    done
    portable_library "$STATIC"/sources/jansson-*/ && portable_library "$STATIC"/sources/mbedtls-*/ || return
    printf '%s' "$stamp" >"$made"
}

# portable_build FOLDER OPTION...: also builds the tests.
portable_build() {
    local prefix=$STATIC/$processor-$system/prefix
    PATH=$STATIC/bin:$PATH configure_and_compile "$STATIC/$processor-$system/$1" gcc \
        --cross-file "tools/portable/$processor.ini" --cross-file "tools/portable/$system.ini" \
        -Doptimization=2 -Ddebug=false -Db_pie="$pie" -Dwerror=true -Dauto_features=disabled -Dmbedtls=enabled \
        -Djansson=enabled -Dpkg_config_path="$prefix/lib/pkgconfig" -Dc_args="['-I$prefix/include']" \
        -Dc_link_args="['-L$prefix/lib', $link_args]" "${@:2}"
}

portable_command() {
    portable_build command -Ddefault_library=static &&
        cp --remove-destination "$STATIC/$1/command/cli/nitro-attest$ending" "$STATIC/nitro-attest-$1$ending"
}

portable_target() (
    set_portable "$1"
    portable_compiler &&
        step portable "jansson and mbedTLS for $1" portable_libraries &&
        step portable "nitro-attest for $1" portable_command "$1" &&
        step portable "shared libraries for $1" portable_build shared -Ddefault_library=shared -Dcli=false
)

# make_portable TARGET...
make_portable() {
    local target
    [[ $STATIC != *' '* ]] || die "portable: jansson's pkg-config file cannot name a folder with a space: $STATIC"
    need "${STATIC_PACKAGES[@]}"
    type -P apt-get >/dev/null || die "portable: the sources of jansson and mbedTLS come by apt-get, which is missing"
    export ZIG_GLOBAL_CACHE_DIR=$STATIC/cache ZIG_LOCAL_CACHE_DIR=$STATIC/cache
    step portable "zig's C compiler" static_compiler &&
        step portable "sources of jansson and mbedTLS" static_sources || return
    for target in "$@"; do
        portable_target "$target" || return
    done
}

portable() {
    local target
    [ "$#" -gt 0 ] || set -- "${PORTABLE[@]}"
    for target in "$@"; do
        [[ " ${PORTABLE[*]} " == *" $target "* ]] ||
            die "portable: there is no target $target; there are ${PORTABLE[*]}"
    done
    make_portable "$@" || exit 1
    for target in "$@"; do
        (set_portable "$target" && say "build/static/nitro-attest-$target$ending; libraries in" \
            "build/static/$target/shared/{verify,vectors}")
    done
}
