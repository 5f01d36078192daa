# shellcheck shell=bash
# The steps of ./quickstart release, which sources this file after those of static: everything that users download, in
# build/release/nitro-attest-VERSION, with checksums and a bill of materials. Equal trees give equal bytes.

# shellcheck source=tools/release/wheels.bash
source tools/release/wheels.bash

RELEASE_PACKAGES=(abigail-tools git mmdebstrap "${STATIC_PACKAGES[@]}" gcc libc6-dev libjansson-dev libmbedtls-dev
    libmicrohttpd-dev libp11-kit-dev libsqlite3-dev)
# Files in which maintainers enter their names and addresses.
RELEASE_PLACES=(SECURITY.md pyproject.toml debian/control debian/changelog)

# release_faults VERSION: prints, one per line, the faults that a candidate may have but a release may not.
release_faults() {
    grep -nH '\.invalid' "${RELEASE_PLACES[@]}" |
        sed -E 's/^([^:]*:[0-9]*): */\1: fill in the contact or address: /'
    grep -nH '^nitro-attest (.*UNRELEASED' debian/changelog | sed 's/$/: name the distribution and date the entry/'
    grep -nHF "## $1 (unreleased)" CHANGELOG.md | sed 's/$/: date the entry/'
    grep -qF "## $1 " CHANGELOG.md || printf 'CHANGELOG.md: write an entry for %s\n' "$1"
    [[ $(head -n 1 debian/changelog) = "nitro-attest ($1) "* ]] ||
        printf 'debian/changelog: write an entry for %s\n' "$1"
    grep -noHE '(nitro_attest-|_)[0-9]+\.[0-9]+\.[0-9]+' docs/INSTALL.md bindings/python/README.md |
        grep -vE "[-_]${1//./\\.}\$" | sed 's/$/: name this version/'
    [ -z "$(git status --porcelain 2>&1)" ] || printf 'git: commit or remove what is not committed\n'
    git describe --exact-match --match "v$1" >/dev/null 2>&1 || printf 'git: tag this commit: git tag -s v%s\n' "$1"
}

release_ready() {
    local faults
    faults=$(release_faults "$1")
    [ -n "$faults" ] || return 0
    printf '%s\n' "$faults" >&2
    die "release: fix what the lines above name; a candidate does without: ./quickstart release --candidate"
}

release_archive() {
    local tree=build/release/source/nitro-attest-$1
    rm -rf build/release/source && source_tree "$tree" && packed "$tree" "$2/nitro-attest-$1.tar.gz"
}

release_contact() { sed -n 's/^Maintainer: //p' debian/control; }

# release_recipes VERSION FOLDER: writes recipes for other distributions, with the checksum of the source archive.
release_recipes() {
    local recipe archive=$2/nitro-attest-$1.tar.gz
    for recipe in packaging/{rpm/nitro-attest.spec,alpine/APKBUILD,homebrew/nitro-attest.rb}; do
        sed -e "s|@VERSION@|$1|g; s|@URL@|$(project_url)|g; s|@CONTACT@|$(release_contact)|g" \
            -e "s|@SHA256@|$(sha256sum <"$archive" | cut -d' ' -f1)|" \
            -e "s|@SHA512@|$(sha512sum <"$archive" | cut -d' ' -f1)|" \
            -e "s|@DATE@|$(LC_ALL=C date -ud "@$(source_date)" '+%a %b %d %Y')|" \
            "$recipe.in" >"$2/$(basename "$recipe")" || return
    done
    ! grep -n '@[A-Z0-9]*@' "$2"/{*.spec,APKBUILD,*.rb}
}

# The C library that zig links statically.
release_musl() { echo "$STATIC"/zig/lib/*/site-packages/ziglang/lib/libc/musl; }

# The licences of the libraries inside the static commands and the wheels.
release_licenses() {
    local file
    for file in "$STATIC"/sources/{jansson,mbedtls}-*/LICENSE "$(release_musl)"/COPYRIGHT; do
        printf '==== %s\n\n' "$(sed -E 's,.*/(sources|libc)/,,' <<<"$file")" && cat "$file" || return
    done >"$1/THIRD-PARTY-LICENSES.txt"
}

# release_abi VERSION FOLDER: dumps the ABI of this tree's libraries, and compares it with that of the previous tag, if
# any.
release_abi() {
    local tag place=$PWD/build/release/abi
    tools/release/check-abi dump build/release/source/nitro-attest-"$1" "$place/new" || return
    tag=$(git describe --abbrev=0 --match 'v*' --exclude "v$1" 2>/dev/null) || tag=
    if [ -n "$tag" ]; then
        rm -rf "$place/tree" && mkdir -p "$place/tree" && git archive "$tag" | tar -x -C "$place/tree" &&
            tools/release/check-abi dump "$place/tree" "$place/old" &&
            tools/release/check-abi "$place/old/abi" "$place/new/abi" || return
    fi
    packed "$place/new/abi" "$2/nitro-attest-$1-abi.tar.gz"
}

release_bill() {
    local version=$1 folder=$2 musl
    musl=$(sed -n 's/.*VERSION "\(.*\)"/\1/p' "$(release_musl)/src/internal/version.h")
    SOURCE_DATE_EPOCH=$(source_date) tools/release/sbom "$folder" "$version" "$(project_url)" "$STATIC/sources" \
        "$musl" >build/release/sbom.json && release_valid_bill build/release/sbom.json &&
        cp build/release/sbom.json "$folder/nitro-attest-$version.cdx.json"
}

# Validates with CycloneDX's own schema.
release_valid_bill() {
    "$WHEELS/tools/bin/python" -c 'import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()) or "") or None)' "$1"
}

release_sums() { (cd "$1" && rm -f SHA256SUMS && sha256sum -- * >../sums && mv ../sums SHA256SUMS); }

release_kind() {
    case $1 in
    nitro_attest-*.tar.gz) echo "source distribution for PyPI" ;;
    *-abi.tar.gz) echo "binary interface of the libraries (abidw)" ;;
    *.tar.gz) echo "source archive" ;;
    *.whl) echo "Python wheel" ;;
    *-linux) echo "static command" ;;
    *.deb) echo "Debian 12 package" ;;
    *.spec) echo "recipe for RPM" ;;
    APKBUILD) echo "recipe for Alpine" ;;
    *.rb) echo "recipe for Homebrew" ;;
    *.cdx.json) echo "bill of materials (CycloneDX)" ;;
    THIRD-PARTY*) echo "licences of what is inside" ;;
    SHA256SUMS) echo "checksums" ;;
    *) echo "unknown" && return 1 ;;
    esac
}

release_table() {
    local file
    printf '\n%-64s %12s  %-16s  %s\n' file bytes sha256 what
    for file in "$1"/*; do
        printf '%-64s %12d  %-16s  %s\n' "${file##*/}" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -c1-16)" \
            "$(release_kind "${file##*/}")" || return
    done
}

# make_release VERSION FOLDER
make_release() {
    local version=$1 folder=$2
    umask 022
    rm -rf "$folder" && mkdir -p "$folder" &&
        step release "source archive" release_archive "$version" "$folder" &&
        make_static x86_64 aarch64 && cp "$STATIC"/nitro-attest-{x86_64,aarch64}-linux "$folder/" &&
        make_wheels && cp "$WHEELS"/out/* "$folder/" &&
        step release "Debian packages" tools/release/debian-packages build/release/debian-root "$folder" &&
        step release "binary interface" release_abi "$version" "$folder" &&
        step release "recipes for RPM, Alpine and Homebrew" release_recipes "$version" "$folder" &&
        step release "licences of what is inside" release_licenses "$folder" &&
        step release "bill of materials" release_bill "$version" "$folder" && release_sums "$folder" &&
        release_table "$folder"
}

release() {
    local version folder
    version=$(project_version) folder=build/release/nitro-attest-$version
    case $* in
    '') need git && release_ready "$version" ;;
    --candidate) ;;
    *) usage >&2 && exit 2 ;;
    esac
    need "${RELEASE_PACKAGES[@]}"
    make_release "$version" "$folder" || exit 1
    say ""
    say "$folder, for maintainers to sign: gpg --armor --detach-sign SHA256SUMS"
}
