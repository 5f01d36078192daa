"""Servers that disconnect, are slow or flood, and connections whose bytes are changed in transit; used by
connection_cases.py."""
import os
import shutil
import ssl
import subprocess
import time

from connection_pki import HOST
from connection_servers import cut, in_tls, proxy, serving, tls_context
from cryptography.hazmat.primitives import serialization

DER = serialization.Encoding.DER
WARNING = bytes.fromhex("15030300020164")  # an alert that TLS ignores: no_renegotiation
REPLY = b"a reply of 20 bytes."


# --- instead of a handshake ---

def close_at_once(_connection, _stop):
    pass


def close_after_hello(connection, _stop):
    connection.recv(4096)


def reset_after_hello(connection, _stop):
    connection.recv(4096)
    cut(connection)


def wait(_connection, stop):
    stop.wait(20)


def sending(data, pause=0.0, repeat=False):
    def behave(connection, stop):
        connection.recv(4096)
        while not stop.is_set():
            connection.sendall(data)
            stop.wait(pause)
            if not repeat:
                stop.wait(20)
    return behave


def check_handshakes(w):
    slow = {"ms": (500, 500), "data": b""}
    for title, behave, code, message, more in (
            ("closes at once", close_at_once, "SOCKET", "speak TLS?", {}),
            ("closes after the first message", close_after_hello, "SOCKET", "closed the connection during", {}),
            ("resets after the first message", reset_after_hello, "SOCKET", "does the server speak TLS?", {}),
            ("never answers", wait, "TIMEOUT", "during the TLS handshake", slow),
            ("sends a byte at a time", sending(b"\x16", 0.1, True), "TLS_HANDSHAKE TIMEOUT", "", slow),
            ("sends a record slowly", sending(b"\x16\x03\x03\x10\x00", 60), "TIMEOUT", "during the TLS", slow),
            ("sends alerts without end", sending(WARNING * 5000, 0, True), "TLS_HANDSHAKE", "", slow),
            ("sends zeros", sending(bytes(64)), "TLS_HANDSHAKE", "does not speak TLS", {}),
            ("speaks HTTP", sending(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "TLS_HANDSHAKE", "plain HTTP", {}),
            ("speaks SSH", sending(b"SSH-2.0-OpenSSH_9.2\r\n"), "TLS_HANDSHAKE", "does not speak TLS", {}),
            ("sends a record that is too long", sending(b"\x16\x03\x03\xff\xff" + bytes(70000)), "TLS_HANDSHAKE", "",
             {}),
            ("refuses by an alert", sending(bytes.fromhex("15030300020228")), "TLS_HANDSHAKE", "refused", {}),
            ("sends application data", sending(bytes.fromhex("1703030001") + b"x"), "TLS_HANDSHAKE", "", {})):
        with serving(behave) as port:
            high = 0.5 if more else 5
            w.checks.expect(f"a server that {title}", w.ask(port, **more), code, message, seconds=(0, high))


def check_bytes(w):
    """A handshake that continues, one byte at a time, in time or too late."""
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    with serving(in_tls(context, answer(b""))) as target:
        for pause, code, ms in ((0, "ok", (9000, 9000)), (0.05, "TIMEOUT", (700, 9000))):
            with serving(proxy(target, pause=pause, piece=1)[0]) as port:
                w.checks.expect(f"a handshake by single bytes, {pause} s each", w.ask(port, ms=ms, data=b"x"), code,
                                seconds=(0, 0.7 if code == "TIMEOUT" else 9))


# --- after the handshake ---

def answer(data, unwrap=1, pause=0.0, then=None):
    """Sends data, in pieces of 4 bytes if there is a pause between them, and then calls `then`."""
    def behave(connection, stop):
        connection.recv(4096)
        for i in range(0, len(data), 4 if pause else len(data) or 1):
            connection.sendall(data[i:i + 4] if pause else data)
            stop.wait(pause)
        if then is not None:
            then(connection, stop)
        if unwrap and hasattr(connection, "unwrap"):
            connection.unwrap()
    return behave


def check_late(w):
    """Received bytes are too late if the deadline has passed; otherwise a flood would never end."""
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    with serving(in_tls(context, answer(REPLY, 0, 0, wait))) as port:
        w.checks.expect("TLS: a reply that was received too late", w.ask(port, data=b"x", mode=("late", )), "TIMEOUT",
                        "waiting for the reply", got=b"")
    with serving(answer(REPLY, 0, 0, wait)) as port:
        w.checks.expect("plain: a reply that was received too late",
                        w.checks.ask(f"http://127.0.0.1:{port}", data=b"x", mode=("late", )), "TIMEOUT",
                        "waiting for the reply", got=b"")


def flood(connection, stop):
    while not stop.is_set():
        connection.sendall(b"f")
        time.sleep(0.001)


def check_replies(w):
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    for title, behave, code, got, more in (
            ("the whole reply", answer(REPLY), "ok", REPLY, {}),
            ("an empty reply", answer(b""), "ok", b"", {}),
            ("no close_notify", answer(REPLY, 0), "SOCKET", REPLY, {}),
            ("no close_notify and no reply", answer(b"", 0), "SOCKET", b"", {}),
            ("a reset", answer(REPLY, 0, 0, lambda c, s: cut(c)), "SOCKET", None, {}),
            ("an incomplete reply", answer(REPLY, 0, 0, wait), "TIMEOUT", REPLY, {"ms": (5000, 500)}),
            ("a slow reply, in time", answer(REPLY, 1, 0.05), "ok", REPLY, {}),
            ("a slow reply, too late", answer(REPLY * 9, 1, 0.1), "TIMEOUT", None, {"ms": (5000, 500)}),
            ("a flood of single bytes", answer(b"", 0, 0, flood), "TIMEOUT", None, {"ms": (5000, 500)})):
        high = 1.5 if more else 8
        with serving(in_tls(context, behave)) as port:
            w.checks.expect(f"TLS: {title}", w.ask(port, data=b"x", **more), code, got=got, seconds=(0, high))
        plain_code, plain_got = ("ok", got) if title.startswith("no close") else (code, got)
        with serving(behave) as port:
            w.checks.expect(f"plain: {title}", w.checks.ask(f"http://127.0.0.1:{port}", data=b"x", **more), plain_code,
                            got=plain_got, seconds=(0, high))


def read_nothing(_connection, stop):
    stop.wait(20)


def reverse_all(size):
    def behave(connection, _stop):
        data = b""
        while len(data) < size:
            data += connection.recv(65536)
        connection.sendall(data[::-1])
        if hasattr(connection, "unwrap"):
            connection.unwrap()
    return behave


def check_sizes(w):
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    for size in (1, 16383, 16384, 16385, 400000):
        data = os.urandom(size)
        with serving(in_tls(context, reverse_all(size))) as port:
            w.checks.expect(f"TLS: {size} bytes both ways", w.ask(port, data=data), "ok", got=data[::-1])
    with serving(reverse_all(400000)) as port:
        w.checks.expect("plain: 400000 bytes both ways", w.checks.ask(f"http://127.0.0.1:{port}", data=data), "ok",
                        got=data[::-1])
    full = bytes(15000000)
    for title, wrap, scheme in (("plain", lambda b: b, "http"), ("TLS", lambda b: in_tls(context, b), "https")):
        for what, behave, code in (("nobody reads", read_nothing, "TIMEOUT"), ("is reset", reset_after_hello, "SOCKET"),
                                   ("is closed", close_after_hello, "SOCKET")):
            with serving(wrap(behave)) as port:
                reply = w.checks.ask(f"{scheme}://{HOST}:{port}", w.ca, f"tcp:127.0.0.1:{port}", full, ("none", ),
                                     (5000, 700))
                w.checks.expect(f"{title}: a request that {what}", reply, code + " TLS_RECORD" * (code == "SOCKET"),
                                "being sent" if code == "TIMEOUT" else "", seconds=(0, 3))


def check_stale(w):
    context = tls_context(w.pki, w.leaf, (w.inter, ))
    size = str(len(REPLY))

    def more(connection, stop):
        time.sleep(0.05)
        connection.sendall(b"unasked")
        stop.wait(5)

    def warn(connection, stop):
        connection.sendall(b"")
        stop.wait(5)

    for title, behave, word in (("is open", answer(REPLY, 0, 0, wait), b"fresh"),
                                ("is closed", answer(REPLY), b"stale"), ("is cut", answer(REPLY, 0), b"stale"),
                                ("has sent something unasked", answer(REPLY, 0, 0, more), b"stale"),
                                ("has sent something with the reply", answer(REPLY + b"y", 0, 0, wait), b"stale"),
                                ("is open, after an empty record", answer(REPLY, 0, 0, warn), b"fresh")):
        with serving(in_tls(context, behave)) as port:
            w.checks.expect(f"TLS: a connection that {title} is {word.decode()}",
                            w.ask(port, data=b"x", mode=("stale", size)), "ok", got=REPLY + word)
        with serving(behave) as port:
            w.checks.expect(f"plain: a connection that {title} is {word.decode()}",
                            w.checks.ask(f"http://127.0.0.1:{port}", data=b"x", mode=("stale", size)), "ok",
                            got=REPLY + word)


# --- truncated and changed in transit ---

def try_positions(w, target, title, positions, codes, ms=(4000, 4000), **how):
    """For each position, the result must be a code of `codes`, without bytes that the server did not send."""
    wrong = []
    for at in positions:
        behave, _ = proxy(target, **{k: at if v is None else v for k, v in how.items()})
        with serving(behave) as port:
            reply = w.ask(port, ms=ms, data=b"x")
        if reply.code not in codes.split() or not REPLY.startswith(reply.got) or reply.seconds > 4 + 3:
            wrong.append(f"{at}: {reply.seconds:.2f} s {reply.text[:200]}")
    w.checks.report(not wrong, f"{title}: {len(positions)} positions", "\n".join(wrong))


def check_positions(w):
    for version in ("TLSv1_2", "TLSv1_3")[:1 + w.has_13]:
        context = tls_context(w.pki, w.leaf, (w.inter, ), getattr(ssl.TLSVersion, version))
        with serving(in_tls(context, answer(REPLY))) as target:
            behave, counter = proxy(target)
            with serving(behave) as port:
                whole = w.ask(port, data=b"x")
            size = counter[0]
            w.checks.expect(f"{version}: {size} bytes through a proxy", whole, "ok", got=REPLY)
            every = [*range(0, size - 120, 31), *range(max(0, size - 120), size)]
            try_positions(w, target, f"{version}: cut", every, "SOCKET", limit=None)
            try_positions(w, target, f"{version}: reset", every[::7], "SOCKET", limit=None, reset=True)
            # A changed length makes the record longer than it is: then the deadline ends the wait.
            try_positions(w, target, f"{version}: changed", range(size - 400, size, 5),
                          "TLS_HANDSHAKE TLS_RECORD TLS_CERTIFICATE TLS_UNTRUSTED SOCKET TIMEOUT", (600, 600),
                          flip=None)


# --- forks and resolvers ---

def check_fork(w):
    """Parent and child must not use the same random bytes: a ClientHello has 28 to 32 of them, and a key."""
    hellos = []

    def keep(connection, _stop):
        hellos.append(connection.recv(4096))

    with serving(keep) as port:
        w.ask(port, mode=("fork", ), data=b"")
    randoms = {hello[15:43] for hello in hellos}
    w.checks.report(len(hellos) == 2 and len(randoms) == 2, "a forked child has its own random bytes",
                    [hello.hex() for hello in hellos])


def check_forked(w):
    """A child must not continue the parent's records, since it would reuse their nonces."""
    seen = []

    def reverse(connection, stop):
        while not stop.is_set() and (line := connection.recv(4096)):
            seen.append(line)
            connection.sendall(line[::-1])

    for title, behave, endpoint in (("TLS", in_tls(tls_context(w.pki, w.leaf, (w.inter, )), reverse), None),
                                    ("plain", reverse, "http://127.0.0.1")):
        seen.clear()
        with serving(behave) as port:
            mode = {"data": b"abc\n", "mode": ("forked", "4")}
            answer = w.checks.ask(f"{endpoint}:{port}", **mode) if endpoint else w.ask(port, **mode)
        w.checks.expect(f"{title}: a child of fork leaves the parent's connection alone", answer, "ok",
                        got=b"\ncba0\ncba")
        w.checks.report(seen == [b"abc\n", b"abc\n"], f"{title}: the server saw the parent alone", seen)


def check_resolver(w):
    """In a separate network namespace, where no resolver answers, and none is needed."""
    alone = ["unshare", "--user", "--map-root-user", "--net"]
    up = [*alone, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        w.checks.skip("resolving", "unshare cannot make a network")
        return
    w.checks.expect("a name that cannot be resolved", w.checks.ask("http://kms.test.example", before=alone),
                    "RESOLVE", "cannot resolve kms.test.example: ")
    w.checks.expect("an address needs no resolver", w.checks.ask("http://127.0.0.1:1", before=alone), "CONNECT")
    if shutil.which("ip"):
        w.checks.expect("localhost without a resolver", w.checks.ask("http://localhost:1", before=up),
                        "CONNECT", "localhost port 1")


CHECKS = (check_handshakes, check_bytes, check_replies, check_late, check_sizes, check_stale, check_positions,
          check_fork, check_forked, check_resolver)
