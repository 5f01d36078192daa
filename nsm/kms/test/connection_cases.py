"""The cases of connection_test.py: certificates, names, TLS versions, and other TLS servers. Hostile servers are in
connection_hostile.py."""
import os
import shutil
import socket
import subprocess
import threading

import connection_hostile
from connection_pki import ANY, CLIENT, HOST, Pki, SERVER
from connection_servers import find_nginx, in_tls, listen, nginx, openssl, serving, tls_context
from cryptography.hazmat.primitives import hashes

REVERSED = b"cba\n"
SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt"
CBC = "ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:AES128-SHA"


class World:
    """A root, an intermediate and a valid server certificate, and helpers of the checks."""
    def __init__(self, checks, folder, has_13):
        self.checks, self.folder, self.has_13 = checks, folder, has_13
        self.pki = Pki(folder)
        self.root = self.pki.ca("root", kind="rsa2048")
        self.inter = self.pki.ca("intermediate", self.root, "rsa2048", 2)
        self.leaf = self.pki.leaf(self.inter)
        self.other = self.pki.ca("other root", number=3)
        self.ca = self.pki.bundle(self.root)

    def ask(self, port, host=HOST, **more):
        endpoint = f"https://{host}:{port}"
        more.setdefault("address", f"tcp:127.0.0.1:{port}")
        more.setdefault("ca", self.ca)
        return self.checks.ask(endpoint, **more)

    def try_openssl(self, title, code, *words, leaf=None, chain=None, message="", **more):
        """Runs s_server with these certificates and options; the expected reply is the reversed line."""
        leaf = leaf or self.leaf
        chain = (self.inter, ) if chain is None else chain
        with openssl(self.pki, leaf, *words, chain=chain) as port:
            self.checks.expect(title, self.ask(port, **more), code, message, got=REVERSED if code == "ok" else None)


# --- chains ---

def check_keys(w):
    for kind in ("rsa2048", "rsa3072", "p256", "p384", "p521"):
        leaf = w.pki.leaf(w.inter, kind=kind)
        w.try_openssl(f"TLS 1.2, {kind}", "ok", "-tls1_2", leaf=leaf)
        if w.has_13:
            w.try_openssl(f"TLS 1.3, {kind}", "ok", "-tls1_3", leaf=leaf)
    ec_root = w.pki.ca("EC root", kind="p384")
    w.try_openssl("an EC chain", "ok", leaf=w.pki.leaf(ec_root, kind="p256"), chain=(), ca=w.pki.bundle(ec_root))
    for kind in ("rsa1024", "p224", "k256"):
        w.try_openssl(f"weak key, {kind}", "TLS_CERTIFICATE TLS_HANDSHAKE", "-cipher", "ALL:@SECLEVEL=0", "-tls1_2",
                      leaf=w.pki.leaf(w.inter, kind=kind))
    w.try_openssl("RSA-1024 is named", "TLS_CERTIFICATE", "-cipher", "ALL:@SECLEVEL=0", "-tls1_2",
                  leaf=w.pki.leaf(w.inter, kind="rsa1024"), message="weak key")
    w.try_openssl("Ed25519", "TLS_CERTIFICATE TLS_HANDSHAKE", leaf=w.pki.leaf(w.inter, kind="ed25519"))


def check_chains(w):
    w.try_openssl("a chain with its root too", "ok", chain=(w.inter, w.root))
    w.try_openssl("a chain in the wrong order, with a stranger", "ok", chain=(w.other, w.root, w.inter))
    w.try_openssl("without the intermediate", "TLS_UNTRUSTED", chain=())
    w.try_openssl("the intermediate is trusted itself", "ok", chain=(), ca=w.pki.bundle(w.inter))
    w.try_openssl("a foreign root", "TLS_UNTRUSTED", ca=w.pki.bundle(w.other))
    w.try_openssl("a foreign root of the same name", "TLS_UNTRUSTED", ca=w.pki.bundle(w.pki.ca("root", number=4)))
    alone = w.pki.leaf(None)
    w.try_openssl("signed by itself", "TLS_UNTRUSTED", leaf=alone, chain=())
    w.try_openssl("signed by itself, and trusted", "ok", leaf=alone, chain=(), ca=w.pki.bundle(w.other, alone))
    alone_expired = w.pki.leaf(None, days=(-9, -1))
    w.try_openssl("signed by itself, trusted, expired", "TLS_VALIDITY", leaf=alone_expired, chain=(),
                  ca=w.pki.bundle(alone_expired))


def try_ca(w, title, code, message="", **more):
    """Tests intermediates with one fault each."""
    inter = w.pki.ca("wrong", w.root, **{"number": 5, **more})
    w.try_openssl(title, code, "-cipher", "ALL:@SECLEVEL=0", leaf=w.pki.leaf(inter), chain=(inter, ), message=message)


def check_authorities(w):
    try_ca(w, "a valid intermediate", "ok")
    try_ca(w, "CA:FALSE signs", "TLS_UNTRUSTED", is_ca=False)
    try_ca(w, "a CA without keyCertSign", "TLS_UNTRUSTED TLS_CERTIFICATE", usage=("crl_sign", ))
    try_ca(w, "an intermediate of RSA-1024", "TLS_CERTIFICATE", kind="rsa1024", message="weak key")
    try_ca(w, "an intermediate signed with SHA-1", "TLS_CERTIFICATE", digest=hashes.SHA1, message="weak hash")
    try_ca(w, "an intermediate that has expired", "TLS_VALIDITY", days=(-9, -1), message="expired")
    try_ca(w, "an intermediate that is not valid yet", "TLS_VALIDITY", days=(1, 9), message="not valid yet")
    short = w.pki.ca("short", w.root, path=0, number=6)
    below = w.pki.ca("below", short, number=7)
    w.try_openssl("more CAs than pathLen allows", "TLS_UNTRUSTED", leaf=w.pki.leaf(below), chain=(below, short))
    old = w.pki.ca("old root", number=8, days=(-9, -1))
    w.try_openssl("a root that has expired", "TLS_VALIDITY", leaf=w.pki.leaf(old), chain=(), ca=w.pki.bundle(old))
    w.try_openssl("a leaf signs a leaf", "TLS_UNTRUSTED", leaf=w.pki.leaf(w.leaf, kind="p256"), chain=(w.leaf, w.inter))


# --- the server's certificate ---

def try_leaf(w, title, code, *words, message="", host=HOST, **more):
    w.try_openssl(title, code, "-cipher", "ALL:@SECLEVEL=0", *words, leaf=w.pki.leaf(w.inter, **more),
                  message=message, host=host)


def check_names(w):
    wrong = f"the server's certificate is for {HOST}, not for kms.other.example"
    try_leaf(w, "a wrong name: the message has both names", "TLS_NAME", host="kms.other.example", message=wrong)
    try_leaf(w, "a name beside the host's", "ok", names=("x.example", HOST))
    try_leaf(w, "a name in capitals", "ok", names=("KMS.Test.EXAMPLE", ))
    try_leaf(w, "an endpoint in capitals", "ok", host="KMS.Test.EXAMPLE")
    try_leaf(w, "the common name alone", "TLS_NAME", names=None, cn=HOST, message="no DNS name")
    try_leaf(w, "the common name beside another alternative name", "TLS_NAME", names=("x.example", ), cn=HOST)
    try_leaf(w, "the common name beside an address", "TLS_NAME", names=("ip:127.0.0.1", ), cn=HOST)
    try_leaf(w, "a URI of that text", "TLS_NAME", names=("uri:" + HOST, ))
    try_leaf(w, "a longer name", "TLS_NAME", names=(HOST + ".example", ))
    try_leaf(w, "a shorter name", "TLS_NAME", names=("test.example", ))
    try_leaf(w, "a name with unprintable bytes is shown without", "TLS_NAME", names=("a\nb", ), message="for a?b, not")
    try_leaf(w, "a certificate for a long name", "TLS_NAME", names=("a." * 150 + "example", ), message="a.a.a.")


def check_wildcards(w):
    try_leaf(w, "a wildcard", "ok", names=("*.test.example", ))
    try_leaf(w, "a wildcard matches one label", "TLS_NAME", names=("*.test.example", ), host="a.kms.test.example")
    try_leaf(w, "a wildcard does not match an empty label", "TLS_NAME", names=("*.test.example", ), host="test.example")
    try_leaf(w, "a wildcard of a part", "TLS_NAME", names=("k*.test.example", ))
    try_leaf(w, "a wildcard in the middle", "TLS_NAME", names=("kms.*.example", ))
    try_leaf(w, "a wildcard alone", "TLS_NAME", names=("*", ))
    try_leaf(w, "a wildcard of addresses", "TLS_NAME", names=("*.0.0.1", ), host="127.0.0.1")


def check_addresses(w):
    try_leaf(w, "an IPv4 address", "ok", names=("x.example", "ip:127.0.0.1"), host="127.0.0.1")
    try_leaf(w, "an IPv6 address", "ok", names=("ip:::1", ), host="[::1]")
    try_leaf(w, "another IPv4 address", "TLS_NAME", names=("ip:127.0.0.2", ), host="127.0.0.1", message="127.0.0.1")
    try_leaf(w, "another IPv6 address", "TLS_NAME", names=("ip:::2", ), host="[::1]")
    try_leaf(w, "an address as a DNS name", "TLS_NAME", names=("127.0.0.1", ), host="127.0.0.1")
    try_leaf(w, "an address as the common name", "TLS_NAME", names=None, cn="127.0.0.1", host="127.0.0.1")
    try_leaf(w, "an IPv4 address for its IPv6 form", "TLS_NAME", names=("ip:127.0.0.1", ), host="[::ffff:127.0.0.1]")


def check_leaves(w):
    try_leaf(w, "expired", "TLS_VALIDITY", days=(-9, -1), message="expired")
    try_leaf(w, "not valid yet", "TLS_VALIDITY", days=(1, 9), message="not valid yet")
    try_leaf(w, "for clients alone", "TLS_CERTIFICATE", eku=(CLIENT, ), message="extended key usage")
    try_leaf(w, "for clients and servers", "ok", eku=(CLIENT, SERVER))
    try_leaf(w, "for every use", "ok", eku=(ANY, ))
    try_leaf(w, "without extended key usage", "ok", eku=None)
    try_leaf(w, "without key usage", "ok", usage=None)
    try_leaf(w, "not for signatures", "TLS_CERTIFICATE", usage=("key_agreement", ), message="key usage")
    try_leaf(w, "signed with SHA-1", "TLS_CERTIFICATE", digest=hashes.SHA1, message="weak hash")
    try_leaf(w, "signed with SHA-224", "TLS_CERTIFICATE", digest=hashes.SHA224, message="weak hash")
    try_leaf(w, "signed with SHA-384", "ok", digest=hashes.SHA384)
    try_leaf(w, "signed with SHA-512", "ok", digest=hashes.SHA512)


def check_order(w):
    """If there are several faults, the message names the one to fix first."""
    try_leaf(w, "expired and of another name", "TLS_NAME", days=(-9, -1), host="kms.other.example")
    try_leaf(w, "expired and for clients alone", "TLS_VALIDITY", days=(-9, -1), eku=(CLIENT, ))
    try_leaf(w, "for clients alone and of another name", "TLS_NAME", eku=(CLIENT, ), host="kms.other.example")
    w.try_openssl("foreign, expired, of another name, SHA-1", "TLS_UNTRUSTED", "-cipher", "ALL:@SECLEVEL=0",
                  host="kms.other.example", chain=(),
                  leaf=w.pki.leaf(w.other, days=(-9, -1), digest=hashes.SHA1))


# --- the trusted CAs ---

def check_bundles(w):
    pem = w.root.pem()
    begin, end = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    broken = begin + b"AAAA\n" + end
    for title, code, data in (
            ("certificates that cannot be read around a good one", "ok", broken + pem + broken),
            ("text around certificates", "ok", b"# a root\n\n" + pem + b"\nthe end"),
            ("line ends of Windows", "ok", pem.replace(b"\n", b"\r\n")),
            ("certificates that cannot be read alone", "CA_FORM", broken),
            ("a truncated certificate", "CA_FORM", pem[:-40]),
            ("an empty file", "CA_FORM", b""),
            ("a key", "CA_FORM", w.root.key_pem()),
            ("a NUL behind", "CA_FORM", pem + b"\0"),
            ("DER", "CA_FORM", w.root.certificate.public_bytes(connection_hostile.DER)),
            ("only a different root", "TLS_UNTRUSTED", w.other.pem())):
        w.try_openssl("CAs: " + title, code, ca=w.pki.write(data))
    if os.path.exists(SYSTEM_CA):
        with open(SYSTEM_CA, "rb") as f:
            system = f.read()
        w.try_openssl("CAs: the system's", "TLS_UNTRUSTED", ca=SYSTEM_CA)
        w.try_openssl("CAs: the system's and ours", "ok", ca=w.pki.write(system + pem))
    w.checks.expect("no CAs at all", w.ask(1, ca="-", address="tcp:127.0.0.1:1"), "CONNECT USAGE_CA")


# --- versions, suites, extensions ---

def check_versions(w):
    weak = ("-cipher", "ALL:@SECLEVEL=0")
    for version in ("-tls1", "-tls1_1"):
        w.try_openssl(f"s_server {version}", "TLS_HANDSHAKE", version, *weak)
    for curve in ("X25519", "prime256v1", "secp384r1", "secp521r1"):
        w.try_openssl(f"key agreement with {curve}", "ok", "-curves", curve, "-tls1_2")
    w.try_openssl("key agreement with P-192", "TLS_HANDSHAKE", "-curves", "prime192v1", "-tls1_2", *weak)
    for digest in ("SHA1", "SHA224"):
        w.try_openssl(f"the server's signature with {digest}", "TLS_HANDSHAKE", "-sigalgs", f"RSA+{digest}", "-tls1_2",
                      *weak)
    w.try_openssl("TLS 1.3 alone", "ok" if w.has_13 else "TLS_HANDSHAKE", "-tls1_3")
    for suite in ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"):
        if w.has_13:
            w.try_openssl(suite, "ok", "-tls1_3", "-ciphersuites", suite)
    if w.has_13:
        w.try_openssl("TLS_AES_128_CCM_SHA256", "TLS_HANDSHAKE", "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")


def check_suites(w):
    ec = w.pki.leaf(w.inter, kind="p256")
    for suite in ("AES256-GCM-SHA384", "AES128-GCM-SHA256", "CHACHA20-POLY1305"):
        w.try_openssl(f"ECDHE-RSA-{suite}", "ok", "-tls1_2", "-cipher", f"ECDHE-RSA-{suite}")
        w.try_openssl(f"ECDHE-ECDSA-{suite}", "ok", "-tls1_2", "-cipher", f"ECDHE-ECDSA-{suite}", leaf=ec)
    for title, suite in (("CBC alone", CBC), ("RSA key transport", "AES128-GCM-SHA256"),
                         ("finite-field DH", "DHE-RSA-AES128-GCM-SHA256"), ("CCM", "ECDHE-ECDSA-AES128-CCM"),
                         ("ARIA", "ECDHE-ARIA128-GCM-SHA256"), ("no certificate", "AECDH-AES128-SHA")):
        w.try_openssl(f"refused: {title}", "TLS_HANDSHAKE", "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")


def check_extensions(w):
    w.try_openssl("the server asks for a client's certificate", "ok", "-verify", "1", "-tls1_2")
    w.try_openssl("the server requires a client's certificate", "TLS_HANDSHAKE", "-Verify", "1", "-tls1_2")
    w.try_openssl("no tickets", "ok", "-no_ticket")
    w.try_openssl("without encrypt-then-MAC and extended master secret", "ok", "-tls1_2", "-no_etm")
    if w.has_13:
        w.try_openssl("many tickets of TLS 1.3", "ok", "-tls1_3", "-num_tickets", "20")
        w.try_openssl("TLS 1.3, client's certificate wanted", "TLS_RECORD TLS_HANDSHAKE", "-Verify", "1", "-tls1_3")
        w.try_openssl("TLS 1.3 with a second ClientHello", "ok", "-tls1_3", "-curves", "secp521r1")
    for host, wanted in ((HOST, HOST), ("127.0.0.1", None)):
        names = []
        context = tls_context(w.pki, w.pki.leaf(w.inter, names=(HOST, "ip:127.0.0.1")), (w.inter, ))
        context.sni_callback = lambda connection, name, context, names=names: names.append(name)
        with serving(in_tls(context, lambda connection, stop: connection.unwrap())) as port:
            answer = w.ask(port, host=host, data=b"", mode=("all", ))
            w.checks.report(names == [wanted] and answer.code == "ok", f"the server name that is sent to {host}",
                            f"{names} {answer.text}")


# --- nginx ---

GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def check_nginx(w):
    if find_nginx() is None:
        w.checks.skip("nginx", "nginx is missing: apt-get install nginx-light")
        return
    folder = os.path.join(w.folder, "nginx")
    with nginx(w.pki, w.leaf, (w.inter, ), folder) as (port, plain):
        for address in (f"tcp:127.0.0.1:{port}", f"tcp:localhost:{port}", f"unix:{folder}/nginx.sock"):
            answer = w.ask(port, address=address, data=GET)
            w.checks.report(answer.code == "ok" and answer.got.endswith(b"from nginx\n"),
                            f"nginx: {address.split(':')[0]} {address.split(':')[1] if 'tcp' in address else ''}",
                            answer.text)
        expect = w.checks.expect
        expect("nginx: a wrong name", w.ask(port, host="kms.other.example", data=GET), "TLS_NAME")
        expect("nginx: a foreign root", w.ask(port, ca=w.pki.bundle(w.other), data=GET), "TLS_UNTRUSTED")
        expect("nginx: TLS to the port without it", w.ask(plain, data=GET), "TLS_HANDSHAKE", "plain HTTP")
        answer = w.checks.ask(f"http://127.0.0.1:{plain}", data=GET)
        w.checks.report(answer.code == "ok" and answer.got.endswith(b"from nginx\n"), "nginx: without TLS", answer.text)
        answer = w.checks.ask(f"http://127.0.0.1:{port}", data=GET)
        w.checks.report(b" 400 " in answer.got, "nginx: no TLS to the port with it", answer.text)
        check_kept(w, port)
    folder += "1"
    with nginx(w.pki, w.leaf, (w.inter, ), folder, "TLSv1.2", keep=0) as (port, plain):
        answer = w.ask(port, data=GET.replace(b"close", b"keep-alive"), mode=("stale", "200"))
        w.checks.report(answer.code == "ok" and answer.got.endswith(b"from nginx\nstale"),
                        "nginx: a connection that is closed is stale", answer.text)


def check_kept(w, port):
    """nginx keeps the connection after a reply. TLS records that it then sends must not look like a reply."""
    head = w.ask(port, data=GET.replace(b"close", b"keep-alive"), mode=("some", "1000"), ms=(8000, 1500))
    answer = w.ask(port, data=GET.replace(b"close", b"keep-alive"), mode=("stale", str(len(head.got))))
    w.checks.report(answer.code == "ok" and answer.got.endswith(b"from nginx\nfresh"),
                    "nginx: a connection that is kept is fresh", f"{head.text}\n{answer.text}")


# --- ways to connect ---

def echo(connection, _stop):
    """Sends one reply, and closes the connection as TLS requires."""
    connection.sendall(connection.recv(100000)[::-1])
    if hasattr(connection, "unwrap"):
        connection.unwrap()


def check_ways(w):
    expect, ask = w.checks.expect, w.checks.ask
    path = os.path.join(w.folder, "socket")
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    for name, where in ((path, "unix:" + path), (b"\0natt-test-%d" % os.getpid(), f"unix:@natt-test-{os.getpid()}")):
        with serving(in_tls(context, echo), name):
            expect(f"TLS at {where[:6]}", w.ask(1, address=where, data=b"abc"), "ok", got=b"cba")
    with serving(echo) as port:
        expect("plain TCP", ask(f"http://127.0.0.1:{port}", data=b"abc"), "ok", got=b"cba")
        expect("a connection that is refused", ask("http://127.0.0.1:1", data=b""), "CONNECT", "127.0.0.1 port 1")
        expect("localhost, which may have an address more", ask(f"http://localhost:{port}", data=b"abc"), "ok",
               got=b"cba")
        answer = ask("http://127.0.0.1:1", data=b"")
        w.checks.report(answer.errno == 111, "its errno", answer.text)
        expect("a deadline that has passed", ask(f"http://127.0.0.1:{port}", ms=(0, 9)), "TIMEOUT", "no connection to")
    for title, address, code in (("a path without a socket", f"unix:{w.folder}/none", "CONNECT"),
                                 ("a path with a file", f"unix:{w.ca}", "CONNECT"),
                                 ("a socket without a listener", "unix:" + path, "CONNECT"),
                                 ("an abstract socket that is not there", "unix:@natt-none", "CONNECT")):
        expect(title, ask("http://x", address=address), code, address)


def check_pipe(w):
    """Writing to a unix socket whose peer has closed fails with EPIPE, and must not raise SIGPIPE."""
    path = os.path.join(w.folder, "pipe")
    with serving(connection_hostile.close_at_once, path):
        w.checks.expect("a unix socket that is closed", w.checks.ask("http://x", address="unix:" + path,
                        data=bytes(1000000), mode=("none", )), "SOCKET")


def with_hosts(w, text):
    """A prefix for commands, which then read this /etc/hosts; None if the system does not allow it."""
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"',
             w.pki.write(text)]
    allowed = shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if allowed and allowed.returncode == 0 else None


def check_turns(w):
    """The first address drops packets; the second one answers within its share of the time."""
    before = with_hosts(w, b"::1 two.test.example\n127.0.0.1 two.test.example\n")
    if before is None:
        w.checks.skip("two addresses", "unshare cannot mount")
        return
    with listen(("::1", 0), 0) as s, socket.socket(socket.AF_INET6) as first, socket.socket(socket.AF_INET6) as second:
        for c in (first, second):
            c.setblocking(False)
            c.connect_ex(s.getsockname())
        with serving(echo, ("127.0.0.1", s.getsockname()[1])) as port:
            w.checks.expect("a host whose first address swallows packets",
                            w.checks.ask(f"http://two.test.example:{port}", data=b"abc", ms=(1000, 9000),
                                         before=before), "ok", got=b"cba", seconds=(0.4, 1))


def check_ipv6(w):
    try:
        with serving(echo, ("::1", 0)) as port:
            w.checks.expect("plain TCP, IPv6", w.checks.ask(f"http://[::1]:{port}", data=b"abc"), "ok", got=b"cba")
            known = {info[4][0] for info in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
            if {"::1", "127.0.0.1"} <= known:
                w.checks.expect("localhost, which listens at ::1 alone",
                                w.checks.ask(f"http://localhost:{port}", data=b"abc"), "ok", got=b"cba")
        check_turns(w)
    except OSError as error:
        w.checks.skip("IPv6", str(error))


def check_full(w):
    """Servers that accept no connection, and whose queue is full."""
    with listen(("127.0.0.1", 0), 0) as s, socket.socket() as first, socket.socket() as second:
        for c in (first, second):
            c.setblocking(False)
            c.connect_ex(s.getsockname())
        endpoint = f"http://127.0.0.1:{s.getsockname()[1]}"
        w.checks.expect("TCP that swallows packets", w.checks.ask(endpoint, ms=(400, 9000)), "TIMEOUT",
                        "no connection to 127.0.0.1 port", seconds=(0.4, 0.4))
    path = os.path.join(w.folder, "full")
    with listen(path, 0), socket.socket(socket.AF_UNIX) as first:
        first.connect(path)
        w.checks.expect("a unix socket that is full", w.checks.ask("http://x", address="unix:" + path, ms=(400, 9000)),
                        "TIMEOUT", "no connection to unix:", seconds=(0.4, 0.4))
    late = os.path.join(w.folder, "late")
    with listen(late, 0) as s, socket.socket(socket.AF_UNIX) as first:
        first.connect(late)
        timer = threading.Timer(0.3, lambda: (s.accept(), echo(s.accept()[0], None)))
        timer.start()
        w.checks.expect("a unix socket whose queue has room in time",
                        w.checks.ask("http://x", address="unix:" + late, data=b"abc", mode=("some", "3")), "ok",
                        got=b"cba", seconds=(0.25, 5))
        timer.join()


def check_vsock(w):
    if not hasattr(socket, "AF_VSOCK"):
        w.checks.skip("vsock", "this Python has no AF_VSOCK")
        return
    try:
        socket.socket(socket.AF_VSOCK).close()
    except OSError as error:
        w.checks.skip("vsock", str(error))
        return
    answer = w.checks.ask("http://x", address="vsock:1:8000", ms=(300, 9000))
    w.checks.expect("vsock: no reply", answer, "CONNECT TIMEOUT", "vsock:1:8000", seconds=(0, 0.3))
    answer = w.checks.ask("http://x", address="vsock:4294967295:8000", ms=(300, 9000))
    w.checks.expect("vsock: CID_ANY is not an address", answer, "CONNECT TIMEOUT", "vsock:4294967295", seconds=(0, 0.3))


CHECKS = (check_keys, check_chains, check_authorities, check_names, check_wildcards, check_addresses, check_leaves,
          check_order, check_bundles, check_versions, check_suites, check_extensions, check_nginx, check_ways,
          check_pipe, check_ipv6, check_full, check_vsock, *connection_hostile.CHECKS)


def run(checks, folder, has_13, names):
    w = World(checks, folder, has_13)
    for check in CHECKS:
        if not names or check.__name__.removeprefix("check_") in names:
            check(w)
