"""TLS servers with keys only in a token: tls_test.py TOKEN-PROGRAM. Prints TAP.

openssl s_server and nginx use an EC and an RSA key that only a token of SoftHSM has, behind p11-kit. Clients verify
their certificates. The test searches files and memory of the servers for the keys, after a control that finds them;
then it removes the token. Cases without the needed programs are skipped with a reason.
"""
import os
import pathlib
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import memory_search as ms  # noqa: E402
import parent_side as parent  # noqa: E402
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Server  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
EC_KEY, RSA_KEY = ("tls", "ec-key"), ("tls", "rsa-key")
# The use of the private key in each case, and the line of s_client that shows it.
HANDSHAKES = {
    "ec": (("TLS 1.2, ECDSA", ["-tls1_2"], "Peer signature type: ECDSA"),
           ("TLS 1.3, ECDSA", ["-tls1_3"], "Peer signature type: ECDSA")),
    "rsa": (("TLS 1.2, RSA-PSS", ["-tls1_2"], "Peer signature type: RSA-PSS"),
            ("TLS 1.2, PKCS #1", ["-tls1_2", "-sigalgs", "RSA+SHA256"], "Peer signature type: RSA\n"),
            ("TLS 1.3, RSA-PSS with SHA-256", ["-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"], "Type: RSA-PSS"),
            ("TLS 1.3, RSA-PSS with SHA-512", ["-tls1_3", "-sigalgs", "rsa_pss_rsae_sha512"], "Type: RSA-PSS"))}


class Keys:
    """An EC and an RSA key: files, chains, CAs, and the bytes to search for."""

    def __init__(self, folder):
        folder.mkdir()
        self.ec, self.ec_chain, self.ec_ca = ts.make_key(folder, "ec", *ts.EC)
        self.rsa, self.rsa_chain, self.rsa_ca = ts.make_key(folder, "rsa", *ts.RSA)
        self.cas = folder / "cas.pem"
        self.cas.write_text(self.ec_ca.read_text() + self.rsa_ca.read_text())
        self.wanted = {f"{kind} {name}": needle for kind, key in (("EC", self.ec), ("RSA", self.rsa))
                       for name, needle in ms.needles(key).items()}

    def kind(self, kind):
        return (self.ec, self.ec_chain) if kind == "ec" else (self.rsa, self.rsa_chain)


def tail(text):
    return "\n".join(text.splitlines()[-25:])


def check_handshakes(title, port, ca, kind):
    for name, options, line in HANDSHAKES[kind]:
        good, text = parent.handshake(port, ca, *options)
        Checks.ok(good and line.lower() in text.lower(), f"{title}, {name}: verified", tail(text))


def kinds_found(process, wanted):
    found, size = ms.in_memory(process, wanted)
    return sorted({name.split()[0] for name in found}), sorted(found), size


def check_s_server(folder, env, keys):
    for kind, key in (("ec", EC_KEY), ("rsa", RSA_KEY)):
        file, chain = keys.kind(kind)
        server = parent.s_server(folder, env, key, chain)
        check_handshakes("s_server", server.port, keys.cas, kind)
        none, found, size = kinds_found(server.process.pid, keys.wanted)
        Checks.ok(none == [] and size > 1 << 20, f"s_server, {kind}: the key is not in its memory", (found, size))
        server.end()
        server = parent.s_server(folder, env, file, chain)
        parent.handshake(server.port, keys.cas)
        some, found, size = kinds_found(server.process.pid, keys.wanted)
        Checks.ok(some == [kind.upper()], f"control: s_server with the file of the {kind} key has it in memory", found)
        server.end()


def check_largest(folder, hsm, env):
    """RSA of 8192 bits is loaded like every key, although KMS cannot encrypt its PEM."""
    key, cert = pathlib.Path(__file__).resolve().parents[1] / "keys" / "rsa8192.pem", folder / "largest.pem"
    ts.run("openssl", "req", "-x509", "-key", key, "-out", cert, "-subj", "/CN=localhost", "-addext",
           "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE")
    done = hsm.add("largest", (1, "key", key, cert))
    Checks.ok(done.returncode == 0, "RSA of 8192 bits is loaded", done)
    server = parent.s_server(folder, env, ("largest", "key"), cert)
    check_handshakes("s_server, RSA of 8192 bits", server.port, cert, "rsa")
    server.end()
    hsm.remove("largest")


def check_nginx_memory(nginx, keys, expected, title):
    results = {p: kinds_found(p, keys.wanted) for p in nginx.processes()}
    Checks.ok(len(results) == 3 and all(kinds == expected and size > 1 << 20 for kinds, _, size in results.values()),
              title, results)


def check_nginx(folder, env, keys):
    nginx = parent.Nginx(folder / "nginx", env, ((EC_KEY, keys.ec_chain), (RSA_KEY, keys.rsa_chain)))
    for kind, options in (("ec", ["-sigalgs", "ECDSA+SHA256"]), ("rsa", ["-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"])):
        for version in ("-tls1_2", "-tls1_3"):
            good, text = parent.handshake(nginx.port, keys.cas, version, *options)
            Checks.ok(good, f"nginx, {kind} certificate, {version[1:]}: verified", text + nginx.errors())
    Checks.ok(*parent_side_all(nginx, keys, "nginx: both workers answer"))
    check_nginx_memory(nginx, keys, [], "neither key is in the memory of master and workers")
    check_nginx_controls(folder, env, keys)
    return nginx


def parent_side_all(nginx, keys, title):
    good, text = parent.fetch_from_all(nginx, keys.cas)
    return good, title, text


def check_nginx_controls(folder, env, keys):
    nginx = parent.Nginx(folder / "control", env, ((keys.ec, keys.ec_chain), (keys.rsa, keys.rsa_chain)))
    Checks.ok(*parent_side_all(nginx, keys, "control: nginx with the files of the keys answers"))
    check_nginx_memory(nginx, keys, ["EC", "RSA"], "control: it has both in the memory of master and workers")
    nginx.end()


def check_files(folder, keys):
    """The parent instance's folder has configurations, certificates, logs and sockets."""
    found = ms.in_files(folder, keys.wanted)
    Checks.ok(not found and any(folder.rglob("*.log")), "no file of the parent instance contains the keys", found)
    found = ms.in_files(keys.ec.parent, keys.wanted)
    Checks.ok(set(found) == {str(keys.ec), str(keys.rsa)}, "control: the search finds them in their own files", found)


def check_worker(nginx, keys):
    """The master starts a new worker, with the key of its current configuration."""
    killed = nginx.processes()[1]
    os.kill(killed, signal.SIGKILL)
    renewed = ts.wait_until(lambda: len(nginx.processes()) == 3 and killed not in nginx.processes(), 10)
    good, text = parent.fetch_from_all(nginx, keys.cas)
    Checks.ok(renewed and good, "kill -9 of a worker: the next one signs, too", text)


def check_new_server(hsm, keys, nginx):
    """nginx does not reconnect by itself."""
    server = Server(hsm)
    alone = parent.handshake(nginx.port, keys.cas)[0]
    reloaded = nginx.reload() and parent.fetch_from_all(nginx, keys.cas)[0]
    Checks.note(f"a new p11-kit server: nginx signs {'at once' if alone else 'not'} by itself, "
                f"{'and' if reloaded else 'not'} after a reload")
    nginx.end()
    again = parent.Nginx(nginx.folder.with_name("again"), nginx.env, ((EC_KEY, keys.ec_chain),))
    good, text = parent.handshake(again.port, keys.cas)
    Checks.ok(good, "with a new p11-kit server, a restarted nginx signs", text)
    again.end()
    server.end()


def check_removal(hsm, keys, nginx, server):
    kept = [parent.fetch(nginx.port, keys.cas)[0] is not None for _ in range(4)]
    done = hsm.remove("tls")
    Checks.ok(all(kept) and done.returncode == 0, "the token is removed while nginx runs", done)
    results = [parent.handshake(nginx.port, keys.cas, version)[0] for version in ("-tls1_2", "-tls1_3") * 6]
    Checks.ok(not any(results), "every handshake from then on fails", results)
    Checks.ok("pkcs11" in nginx.errors().lower() or "SSL_do_handshake" in nginx.errors(), "nginx logs why",
              nginx.errors()[-2000:])
    done = add(hsm, keys)
    good, text = parent.handshake(nginx.port, keys.cas)
    Checks.ok(done.returncode == 0 and not good, "the token is added again: nginx must reload first", text)
    Checks.ok(nginx.reload(), "nginx reloads", nginx.errors()[-2000:])
    Checks.ok(*parent_side_all(nginx, keys, "and then both workers answer"))
    check_nginx_memory(nginx, keys, [], "still neither key is in the memory of master and workers")
    check_worker(nginx, keys)
    server.end()
    Checks.ok(not server.members(), "the p11-kit server ends with its connections")
    results = [parent.handshake(nginx.port, keys.cas)[0] for _ in range(4)]
    Checks.ok(not any(results), "without it every handshake fails", results)


def check_resumption(folder, hsm, env, keys):
    """After the key is removed, nginx can resume known sessions, which need no key."""
    nginx = parent.Nginx(folder / "resumption", env, ((EC_KEY, keys.ec_chain),), sessions="")
    session = folder / "session.pem"
    good, text = parent.handshake(nginx.port, keys.cas, "-tls1_2", "-sess_out", session)
    Checks.ok(good, "nginx with session tickets: a session", text)
    hsm.remove("tls")
    _, text = parent.handshake(nginx.port, keys.cas, "-tls1_2", "-sess_in", session)
    Checks.ok("Reused, TLSv1.2" in text, "its ticket is accepted after the token is removed: no key is needed", text)
    good, text = parent.handshake(nginx.port, keys.cas, "-tls1_2")
    Checks.ok(not good, "new sessions are refused", text)
    nginx.end()


def add(hsm, keys):
    return hsm.add("tls", (1, "ec-key", keys.ec, keys.ec_chain), (2, "rsa-key", keys.rsa, keys.rsa_chain))


def check_all(folder):
    keys = Keys(folder / "keys")
    side = folder / "parent"
    side.mkdir()
    hsm = Hsm(folder / "hsm", PROGRAM)
    done = add(hsm, keys)
    Checks.ok(done.returncode == 0, "a token with an EC and an RSA key", done)
    server = Server(hsm)
    env = parent.parent_env(side, server.address)
    check_s_server(side, env, keys)
    check_largest(side, hsm, env)
    if ts.missing("nginx", "curl"):
        Checks.skip("nginx", ts.missing("nginx", "curl"))
    else:
        nginx = check_nginx(side, env, keys)
        check_files(side, keys)
        check_removal(hsm, keys, nginx, server)
        check_new_server(hsm, keys, nginx)
        second = Server(hsm)
        check_resumption(side, hsm, {**env, "P11_KIT_SERVER_ADDRESS": second.address}, keys)
        second.end()
    found = ms.in_files(hsm.folder, keys.wanted)
    Checks.ok(not found, "the token's own files contain no key in the clear", found)


def main():
    why = ts.missing() or (None if parent.ENGINE else "the engine is missing: apt-get install libengine-pkcs11-openssl")
    if why:
        Checks.skip("TLS with keys in a token", why)
        return Checks.end()
    with ts.workplace() as folder:
        check_all(pathlib.Path(folder))
    return Checks.end()


sys.exit(main())
