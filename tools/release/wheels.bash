# shellcheck shell=bash
# The steps of ./quickstart wheels: builds the source distribution for PyPI, and from it one wheel per platform with
# zig's C compiler (tools/static). Each wheel contains its libraries, including mbedTLS, and needs only the C library.
# Everything is below build/wheels; build/wheels/out has the results.

WHEELS=$PWD/build/wheels
WHEEL_PLATFORMS=(manylinux_2_28_x86_64 manylinux_2_28_aarch64 musllinux_1_2_x86_64 musllinux_1_2_aarch64)
MODES=u=rwX,go=rX

project_version() { sed -n "s/^  version: '\(.*\)',/\1/p" meson.build; }

# The address of the repository.
project_url() { sed -n 's/^Source = "\(.*\)"/\1/p' pyproject.toml; }

# The date of archives and packages, taken from debian/changelog, in seconds.
source_date() { date -d "$(sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1)" +%s; }

# packed FOLDER ARCHIVE.tar.gz: archives FOLDER reproducibly: the bytes do not depend on place, time or user.
packed() {
    LC_ALL=C tar -c -C "$(dirname "$1")" --sort=name --format=gnu --mtime="@$(source_date)" --owner=0 --group=0 \
        --numeric-owner --mode="$MODES" "$(basename "$1")" | gzip -9n >"$2.part" && mv "$2.part" "$2"
}

# source_tree FOLDER: copies the files that git tracks or would track, readable for everyone.
source_tree() {
    rm -rf "$1" && mkdir -p "$1" && tools/tree-files | tar -c --mode="$MODES" -T - | tar -x -C "$1"
}

# Installs meson-python and the rest of requirements.txt in build/wheels/tools.
wheel_tools() {
    local tools=$WHEELS/tools
    ! cmp -s tools/release/requirements.txt "$tools/made" || return 0
    rm -rf "$tools"
    python -m venv "$tools" &&
        "$tools/bin/pip" install --retries 1 --require-hashes -r tools/release/requirements.txt &&
        cp tools/release/requirements.txt "$tools/made"
}

# The package index shows the page without the tree, so its links must point to the repository.
absolute_links() {
    sed -i -E "s,\]\((\.\./\.\./|)([^):#][^):]*\)),](${2%/}/blob/v$3/\2,g" "$1"
}

# meson-python archives the files of git with the current time and the user's mask, so they are archived again.
source_distribution() {
    local tree name
    name=nitro_attest-$(project_version)
    tree=$WHEELS/sdist/$name
    source_tree "$tree" && absolute_links "$tree/bindings/python/README.md" "$(project_url)" "$(project_version)" &&
        git -C "$tree" init -q && git -C "$tree" add -A -f &&
        git -C "$tree" -c user.name=x -c user.email=x -c commit.gpgsign=false commit -q -m sdist &&
        "$WHEELS/tools/bin/python" -m build --no-isolation --sdist --outdir "$WHEELS/sdist/built" "$tree" || return
    rm -rf "$WHEELS/source" && mkdir -p "$WHEELS/source" "$WHEELS/out" &&
        tar -x -C "$WHEELS/source" -f "$WHEELS/sdist/built/$name.tar.gz" &&
        packed "$WHEELS/source/$name" "$WHEELS/out/$name.tar.gz"
}

wheel_machine() { [[ $1 = *aarch64 ]] && echo aarch64 || echo x86_64; }

# The machine file of a platform, for Meson; tools/static has those of musl without wheels.
wheel_machine_file() {
    sed -e "s/^c = .*/c = '$1-cc'/" "tools/static/$(wheel_machine "$1").ini"
}

wheel_compiler() {
    local machine
    machine=$(wheel_machine "$1")
    case $1 in
    manylinux_2_28_*) zig_compiler "$1-cc" "$machine-linux-gnu.2.28" -fPIC ;;
    musllinux_1_2_*) zig_compiler "$1-cc" "$machine-linux-musl" -fPIC ;;
    esac
}

# Builds exactly one wheel for this platform from the source distribution.
wheel_build() {
    local platform=$1 folder=$WHEELS/$1 prefix=$WHEELS/$1/libraries/prefix
    rm -rf "$folder/built" "$folder/build"
    wheel_machine_file "$platform" >"$folder/machine.ini" || return
    PATH=$STATIC/bin:$WHEELS/tools/bin:$PATH SOURCE_DATE_EPOCH=$(source_date) \
        _PYTHON_HOST_PLATFORM=linux-$(wheel_machine "$platform") \
        "$WHEELS/tools/bin/python" -m build --no-isolation --wheel --outdir "$folder/built" \
        "-Cbuild-dir=$folder/build" "-Csetup-args=--cross-file=$folder/machine.ini" \
        -Csetup-args=-Dauto_features=disabled "-Csetup-args=-Dc_args=-I$prefix/include" \
        "-Csetup-args=-Dc_link_args=['-L$prefix/lib', '-Wl,--gc-sections', '-s']" \
        "$WHEELS/source/nitro_attest-$(project_version)"
}

# auditwheel checks that a wheel for glibc needs no symbol version above 2.28. On a glibc system it has no policy for
# musl. tools/test-wheels checks which libraries each wheel needs, and loads those for musl.
wheel_fits() {
    local report
    [[ $1 = manylinux* ]] || return 0
    report=$("$WHEELS/tools/bin/auditwheel" show "$2" | tr -s '\n' ' ') && printf '%s\n' "$report" &&
        [[ $report =~ 'constrains the platform tag to "manylinux_2_'([0-9]+)_ ]] && [ "${BASH_REMATCH[1]}" -le 28 ]
}

# musl's loader identifies libraries only by file name, so each file is named by its SONAME, which the others need; else
# auditwheel would also read libraries of this name that are installed here. A Python archive cannot contain symbolic
# links.
wheel_names() {
    local library
    for library in "$1"/.*.libs/*.so.*; do
        mv "$library" "${library%"${library##*.so.?}"}" || return
    done
}

wheel_tag() {
    local platform=$1 folder=$WHEELS/$1 tool=$WHEELS/tools/bin/wheel wheel
    export SOURCE_DATE_EPOCH
    SOURCE_DATE_EPOCH=$(source_date)
    wheel=$(echo "$folder"/built/*-py3-none-linux_*.whl)
    rm -rf "$folder/named" && "$tool" unpack --dest "$folder/named" "$wheel" && wheel_names "$folder"/named/* &&
        "$tool" pack --dest-dir "$folder/built" "$folder"/named/* && wheel_fits "$platform" "$wheel" &&
        "$tool" tags --platform-tag "$platform" "$wheel" && cp "$folder/built/"*"-$platform.whl" "$WHEELS/out/"
}

wheel() {
    step wheels "mbedTLS for $1" zig_libraries "$1-cc" "$(wheel_machine "$1")" "$WHEELS/$1/libraries" mbedtls &&
        step wheels "wheel for $1" wheel_build "$1" && step wheels "tag of $1" wheel_tag "$1"
}

# make_wheels [PLATFORM]...
make_wheels() {
    local platform
    need git gcc libc6-dev libmbedtls-dev # the source distribution: Meson configures the tree for this machine
    umask 022 # its files keep the modes of their sources
    make_zig || return
    rm -rf "$WHEELS/out"
    step wheels "meson-python, auditwheel" wheel_tools &&
        step wheels "source distribution" source_distribution || return
    for platform in "${@:-${WHEEL_PLATFORMS[@]}}"; do
        wheel_compiler "$platform" && wheel "$platform" || return
    done
}

wheels() {
    local platform
    for platform in "$@"; do
        [[ " ${WHEEL_PLATFORMS[*]} " = *" $platform "* ]] || die "wheels: $platform is none of ${WHEEL_PLATFORMS[*]}"
    done
    make_wheels "$@" || exit 1
    (cd "$WHEELS/out" && sha256sum -- *)
}
