#!/bin/bash -eu
# Builds every fuzz target as OSS-Fuzz requires, which sets CC, CXX, CFLAGS, CXXFLAGS and LIB_FUZZING_ENGINE. Programs,
# seeds, dictionaries and options go to OUT. Runs on any machine: SRC (default: this tree's parent), WORK and OUT are
# folders.

TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ -f "$TREE/fuzz/targets" ] || TREE=$SRC/nitro-attest # OSS-Fuzz runs a copy of this file
: "${OUT:?the folder for the results}" "${WORK:?a folder for the build}" "${LIB_FUZZING_ENGINE:?what to link with}"
BUILD=$WORK/nitro-attest

# The first columns of each row: NAME MAX_LEN SEEDS DICTIONARY.
rows() {
    grep -v '^#' "$TREE/fuzz/targets"
}

# Uses only seeds from the tree, since a public corpus must not contain files of others.
build() {
    local names
    mapfile -t names < <(rows | sed 's/ .*//')
    rm -rf "$BUILD"
    NITRO_ATTEST_SHARED=/none meson setup "$BUILD" "$TREE" -Dfuzz=true -Dfuzz_engine="$LIB_FUZZING_ENGINE" \
        -Dtests=false -Dfuse=disabled -Dbuildtype=plain -Db_lundef=false -Ddefault_library=static -Dprefer_static=true \
        -Dc_link_args="-Wl,-rpath,'\$ORIGIN/lib'" -Dcpp_link_args="-Wl,-rpath,'\$ORIGIN/lib'"
    ninja -C "$BUILD" "${names[@]/#/fuzz/fuzz-}" fuzz/seeds.log fuzz/nsm_seeds.log fuzz/cms_seeds.log
}

# Writes one archive of all files under unique names.
zip_files() {
    python3 - "$@" <<'EOF'
import hashlib, os, sys, zipfile
folders = [folder for folder in sys.argv[2:] if os.path.isdir(folder)]
contents = {open(os.path.join(folder, name), 'rb').read() for folder in folders for name in os.listdir(folder)}
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    for content in sorted(contents):
        archive.writestr(hashlib.sha1(content).hexdigest(), content)
EOF
}

# Copies the libraries that the machine running the programs may lack; the loader finds them beside the programs.
copy_libraries() {
    mkdir -p "$OUT/lib"
    ldd "$1" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' |
        grep -E '/lib(cbor|jansson|mbed[a-z0-9]*)\.so' | xargs -r cp -Lt "$OUT/lib"
}

deliver() {
    local name=$1 max_len=$2 seeds=$3 dictionary=$4 to=$OUT/fuzz-$1
    cp "$BUILD/fuzz/fuzz-$name" "$to"
    copy_libraries "$BUILD/fuzz/fuzz-$name"
    zip_files "${to}_seed_corpus.zip" "$BUILD/fuzz/seeds/$seeds" "$TREE/fuzz/regressions/$name"
    printf '[libfuzzer]\nmax_len = %s\n' "$max_len" >"$to.options"
    [ "$dictionary" = - ] || cp "$TREE/fuzz/dictionaries/$dictionary.dict" "$to.dict"
}

build
while read -r name max_len seeds dictionary _; do
    deliver "$name" "$max_len" "$seeds" "$dictionary"
done < <(rows)
