# shellcheck shell=bash
# The packages that a build and the tests need, and how each system installs them. ./quickstart sources this file. The
# names are Debian's and Ubuntu's; the table gives the names for builds on other systems.

BUILD_PACKAGES=(gcc libc6-dev meson ninja-build pkg-config python3 libmbedtls-dev libjansson-dev
    libmicrohttpd-dev libp11-kit-dev libsqlite3-dev)
# shellcheck disable=SC2034 # quickstart uses it
TEST_PACKAGES=("${BUILD_PACKAGES[@]}" binutils clang clang-format cmake curl jq libcbor-dev libcriterion-dev libmagic1
    valgrind mandoc openssl patch shellcheck zsh python3-cbor2 python3-cryptography python3-hypothesis python3-pycparser
    python3-pytest python3-venv mypy libfuse3-dev fuse3 libssl-dev musl-tools softhsm2 p11-kit p11-kit-modules opensc
    libengine-pkcs11-openssl nginx-light apache2-bin default-jre-headless)

# Debian, Fedora, Alpine, Homebrew; several with commas; - = comes with the system, or is for parts that need Linux.
PACKAGE_TABLE='
gcc               gcc                 gcc                    -
libc6-dev         glibc-devel         musl-dev,linux-headers -
meson             meson               meson                  meson
ninja-build       ninja-build         samurai                ninja
pkg-config        pkgconf-pkg-config  pkgconf                pkgconf
python3           python3             python3                -
libmbedtls-dev    mbedtls-devel       mbedtls-dev            mbedtls@3
libjansson-dev    jansson-devel       jansson-dev            jansson
libmicrohttpd-dev libmicrohttpd-devel libmicrohttpd-dev      -
libp11-kit-dev    p11-kit-devel       p11-kit-dev            -
libsqlite3-dev    sqlite-devel        sqlite-dev             -
'

# package_system OS-RELEASE KERNEL: debian (Ubuntu too), fedora, alpine, macos, or other.
package_system() {
    local file=$1 kernel=$2 ids=''
    # shellcheck disable=SC1090 # os-release(5) is meant to be sourced
    [ ! -r "$file" ] || ids=$(unset ID ID_LIKE && . "$file" && printf '%s %s' "${ID-}" "${ID_LIKE-}")
    case "$kernel $ids " in
    Darwin*) echo macos ;;
    *' debian '* | *' ubuntu '*) echo debian ;;
    *' fedora '* | *' rhel '*) echo fedora ;;
    *' alpine '*) echo alpine ;;
    *) echo other ;;
    esac
}

# install_command SYSTEM PACKAGE...: prints the command that installs these packages, or nothing for an unknown system.
# On systems other than Debian, packages that only tests need are omitted, since the table does not contain them.
install_command() {
    local system=$1 column=1 command names
    shift
    case $system in
    debian) command='apt-get install' names=" $*" ;;
    fedora) command='dnf install' column=2 ;;
    alpine) command='apk add bash' column=3 ;;
    macos) command='brew install' column=4 ;;
    *) return 0 ;;
    esac
    [ "$column" = 1 ] || names=$(printf '%s\n' "$PACKAGE_TABLE" | awk -v column="$column" -v wanted=" $* " '
        NF && index(wanted, " " $1 " ") && $column != "-" { gsub(",", " ", $column); printf " %s", $column }')
    printf '%s%s\n' "$command" "$names"
}

# not_in_table PACKAGE...: prints the packages that the table does not contain.
not_in_table() {
    local package
    for package in "$@"; do
        [[ $PACKAGE_TABLE == *$'\n'"$package "* ]] || printf '%s ' "$package"
    done
}

# On systems other than Linux: prints what can be built, and how. Must run in macOS's Bash 3.
other_kernel() {
    printf '%s\n' "quickstart needs Linux: demo and tests emulate an enclave. Here, Meson builds the verifier, the" \
        "loader of the vectors, and nitro-attest with verify, inspect, root and explain (docs/PLATFORMS.md):"
    if [ "$(uname -s)" = Darwin ]; then
        printf '    %s\n' "$(install_command macos "${BUILD_PACKAGES[@]}")" \
            "export PKG_CONFIG_PATH=\"\$(brew --prefix mbedtls@3)/lib/pkgconfig\""
    else
        printf '    %s\n' "install a C compiler, meson, ninja, pkg-config, jansson and mbedTLS 2.28 or 3"
    fi
    printf '    %s\n' "meson setup build/release --buildtype release" "meson compile -C build/release"
}
