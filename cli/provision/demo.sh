#!/bin/sh
# nitro-attest provision demo: a TLS key that only the right enclave can use, on one machine, step by step. The command
# nitro-attest contains this text, and sets NITRO_ATTEST to its own path. Everything is in a directory that is removed
# at the end; nothing listens on the network.
set -eu
PATH=$PATH:/usr/sbin:/sbin

# ---- what is needed ----

missing=
need() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
# The first of these files that exists: a pattern without a match remains a pattern.
first() {
    for file in "$@"; do
        [ ! -e "$file" ] || { printf '%s\n' "$file" && return; }
    done
}
need softhsm2-util softhsm2
need p11-kit p11-kit
need openssl openssl
need nginx nginx-light
need curl curl
MODULE=$(first /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so /usr/lib*/pkcs11/libsofthsm2.so)
[ -n "$(first /usr/lib/*/pkcs11/p11-kit-client.so /usr/lib*/pkcs11/p11-kit-client.so)" ] ||
    missing="$missing p11-kit-modules"
[ -n "$(first /usr/lib/*/engines-3/pkcs11.so /usr/lib*/engines-3/pkcs11.so)" ] ||
    missing="$missing libengine-pkcs11-openssl"
if [ -n "$missing" ]; then
    printf 'nitro-attest provision demo: programs are missing\n  what to do: apt-get install%s\n' "$missing" >&2
    exit 3
fi

# ---- the end ----

umask 077
D=$(mktemp -d)
kms='' enclave=''
# A worker that waits for a removed token does not end on TERM.
stop_nginx() {
    [ -s nginx.pid ] || return 0
    master=$(cat nginx.pid)
    workers=$(cat "/proc/$master/task/$master/children" 2>/dev/null || true)
    kill "$master" 2>/dev/null || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -e nginx.pid ] || return 0
        sleep 0.1
    done
    # shellcheck disable=SC2086 # a list
    kill -9 "$master" $workers 2>/dev/null || true
    rm -f nginx.pid
}
# TERM, and KILL for processes that run two seconds later.
stop() {
    [ -n "$1" ] || return 0
    kill "$1" 2>/dev/null || true
    (sleep 2 && kill -9 "$1") >/dev/null 2>&1 &
    wait "$1" 2>/dev/null || true
    kill $! 2>/dev/null || true
}
finish() {
    status=$?
    trap '' INT TERM HUP
    stop_nginx
    stop "$enclave"
    stop "$kms"
    cd /
    rm -rf "$D"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$D"
mkdir bin
ln -s "$NITRO_ATTEST" bin/nitro-attest
PATH=$D/bin:$PATH

# ---- how a step is shown ----

number=0
step() {
    number=$((number + 1))
    printf '\n%d. %s\n' "$number" "$1"
}
# The command as a user would type it, and its output.
run() {
    printf '   $ %s\n' "$1"
    eval "$1" >output 2>&1 || {
        sed 's/^/   /' output
        echo "nitro-attest provision demo: this command failed" >&2
        exit 1
    }
    sed 's/^/   /' output
}
in_background() {
    printf '   $ %s &\n' "$1"
    eval "exec env $1" >"$2" 2>&1 &
}
# Waits until the process has written a line with these words, or has ended.
wait_for() {
    for _ in $(seq 100); do
        ! grep -q "$1" "$3" || return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    sed 's/^/   /' "$3"
    echo "nitro-attest provision demo: this command failed" >&2
    exit 1
}
serve() {
    printf '%s\n' "${1:+include $D/nginx/main.conf;}" "pid $D/nginx.pid;" 'events {}' \
        'http {' 'access_log off;' 'ssl_protocols TLSv1.2 TLSv1.3;' >nginx.conf
    [ "$(id -u)" != 0 ] || sed -i '1i user root;' nginx.conf
    for kind in client_body proxy fastcgi uwsgi scgi; do
        printf '%s_temp_path %s/%s;\n' "$kind" "$D" "$kind" >>nginx.conf
    done
    printf '%s\n' "server { listen unix:$D/web.sock ssl; include $D/nginx/server.conf;" \
        'location / { return 200 "hello from nginx\n"; } }' '}' >>nginx.conf
    run "nginx -e $D/error.log -c $D/nginx.conf"
}

# Processes of nginx whose memory has the key's number, in either byte order. Reading the memory of other processes
# needs a permission that containers and users may not have.
cat >search.py <<'END'
import os, sys
number = bytes.fromhex(sys.argv[1])
master = open("nginx.pid").read().strip()
pids = [master] + open(f"/proc/{master}/task/{master}/children").read().split()
found = 0
for pid in pids:
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            try:
                memory.seek(start)
                content = memory.read(end - start) if "r" in line.split()[1] else b""
            except (OSError, ValueError, OverflowError):
                continue
            if number in content or number[::-1] in content:
                found += 1
                break
print(f"{found} of {len(pids)} processes of nginx have the key in memory")
END
search() {
    python3 search.py "$secret" >output 2>/dev/null ||
        echo "the memory of nginx was not searched: that needs python3, and root" >output
    sed 's/^/   /' output
    grep -rlF -- "$line" . >output 2>/dev/null || true
    echo "   files with the key in the clear: $(wc -l <output)"
}

# ---- the demonstration ----

cat >build.json <<END
{"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": "$(printf '5a%.0s' $(seq 48))",
  "PCR1": "$(printf '5b%.0s' $(seq 48))", "PCR2": "$(printf '5c%.0s' $(seq 48))"}}
END
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\n' "$D" >softhsm.conf
mkdir tokens nginx
od -An -N8 -tx1 /dev/urandom | tr -d ' \n' >pin
WAY='--endpoint http://localhost --insecure-http --connect unix:kms.sock'

step "A TLS key and its certificate, as a CA would give it."
run "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem \\
       -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE 2>/dev/null"
secret=$(openssl pkey -in key.pem -noout -text | sed -n '/^priv:/,/^pub:/p' | tr -cd '0-9a-f:\n' | grep '^[0-9a-f:]*$' |
    grep -v '^b:$' | tr -d ':\n' | tail -c 64)
line=$(sed -n 2p key.pem)

step "For comparison: nginx with the key in a file. Anyone who controls this machine can copy the key."
printf 'ssl_certificate %s/certificate.pem;\nssl_certificate_key %s/key.pem;\n' "$D" "$D" >nginx/server.conf
serve ''
search
stop_nginx

step "A software NSM in place of an enclave's: its root replaces AWS's, and these measurements identify the image."
run "nitro-attest emulate --pki pki --init"

step "A local KMS, with a key that decrypts for this image only."
run "nitro-attest kms policy --measurements build.json --principal arn:aws:iam::111122223333:user/enclave \\
       --encryptor arn:aws:iam::111122223333:user/owner --out policy.json"
in_background "nitro-attest kms serve --store :memory: --pki pki --key alias/tls=policy.json \\
       --listen unix:kms.sock" kms.out
kms=$!
wait_for . "$kms" kms.out

step "The owner encrypts the key with KMS, and deletes the file. The parent instance only ever has keys.json."
run "AWS_ACCESS_KEY_ID=owner AWS_SECRET_ACCESS_KEY=any nitro-attest provision pack --key key.pem \\
       --chain certificate.pem --key-id alias/tls $WAY --out keys.json"
run "rm key.pem"

step "In the enclave: attest, have KMS decrypt the key, load it into a token, and let the parent sign with it."
in_background "SOFTHSM2_CONF=$D/softhsm.conf AWS_ACCESS_KEY_ID=enclave AWS_SECRET_ACCESS_KEY=any \\
       nitro-attest emulate --pki pki --measurements build.json -- nitro-attest provision run --state state \\
       --module $MODULE --label demo --pin-file pin --database keys.json \\
       --p11-kit unix:path=$D/p11.sock $WAY" enclave.out
enclave=$!
wait_for ready "$enclave" enclave.out
printf '   %s\n' "$(grep ready enclave.out)"

step "On the parent instance: configuration for nginx, which reaches the token by p11-kit."
run "nitro-attest provision config nginx --label demo --key-label acm-key --pin-file pin \\
       --certificate certificate.pem --p11-kit unix:path=$D/p11.sock --out nginx >/dev/null"
set -a
# shellcheck source=/dev/null
. ./nginx/environment
set +a
serve token

step "A client: TLS with this key."
run "curl -sSv --cacert certificate.pem --unix-socket web.sock https://localhost/ 2>&1 |
       grep -E 'SSL connection|subject:|expire date|verify ok|hello from'"
run "openssl x509 -in certificate.pem -noout -fingerprint -sha256"

step "Where is the key? In no file, and in no memory of nginx."
search

step "The enclave ends, and so does the key."
stop "$enclave"
enclave=''
printf '   $ curl --cacert certificate.pem --unix-socket web.sock https://localhost/\n'
if curl -sS -m 5 --cacert certificate.pem --unix-socket web.sock https://localhost/ >output 2>&1; then
    echo "nitro-attest provision demo: nginx can still use the key" >&2
    exit 1
fi
sed 's/^/   /' output
echo '   (refused, as expected: the key was removed)'
