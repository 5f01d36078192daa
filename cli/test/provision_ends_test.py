"""When a token ends, no connection to p11-kit server below `provision run` and `serve` can sign any longer.

provision_ends_test.py BINARY SIGNER [CHECK...]. Prints TAP. SIGNER is nsm/provision/test/tls/signer.c.
"""
import fcntl
import os
import pathlib
import signal
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../nsm/provision/test/tls"))
import provision_scene  # noqa: E402
import token_support as ts  # noqa: E402
from provision_scene import MODULE, PIN, Scene, accepts  # noqa: E402
from token_support import Checks  # noqa: E402

SIGNER = os.path.abspath(sys.argv[2])
OK = 0
ts.PIN = PIN


def signer(s, socket_name="p11.sock"):
    env = {**os.environ, "P11_KIT_SERVER_ADDRESS": f"unix:path={s.path(socket_name)}"}
    return ts.Signer(SIGNER, env, "acm-token", "acm-key")


def log(program):
    return pathlib.Path(program.log).read_text()


def start_run(s, *more, lifetime="2s", every="1s", kms=None, **how):
    program = s.start("provision", "run", "--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file",
                      "pin", *s.way("good", kms), "--database", "keys.json", "--p11-kit",
                      f"unix:path={s.path('p11.sock')}", "--lifetime", lifetime, "--refresh-every", every, *more, **how)
    if not ts.wait_until(lambda: "ready" in log(program) or program.poll() is not None, 20):
        raise AssertionError(log(program))
    return program


def end(program, seconds=2):
    begun = time.monotonic()
    program.send_signal(signal.SIGTERM)
    program.wait(20)
    return time.monotonic() - begun < seconds


def connected(s):
    """A signer with a signature that has begun, and one that has signed."""
    users = [signer(s), signer(s)]
    return users, [users[0].ask("begin"), users[1].ask("sign")] == [OK, OK]


def nobody_signs(users):
    results = [users[0].ask("end"), *(u.ask("sign") for u in users), *(u.ask("find") for u in users)]
    for user in users:
        user.end()
    return OK not in results


def check_removal(s):
    """Another command removes the token and adds a new one with the same label; it returns when no connection can
    sign."""
    changes = s.write("changes", "")
    program = start_run(s, "--on-change", f"test -S {s.path('p11.sock')} && echo there >>{changes}", lifetime="1h",
                        every="1m")
    users, signed = connected(s)
    removed = s.token("remove", code=0)
    Checks.ok(signed and nobody_signs(users), "after provision remove no signature succeeds, not even a begun one",
              removed)
    s.write("other", "another-pin\n", 0o600)
    s.token("add", pin="other", code=0)
    Checks.ok(ts.wait_until(lambda: accepts(s.path("p11.sock")), 5), "p11-kit server is there again", log(program))
    Checks.ok(ts.wait_until(lambda: changes.read_text() == "there\nthere\n", 5),
              "the command runs for each token that is new", changes.read_text())
    time.sleep(0.5)
    Checks.ok(end(program) and changes.read_text() == "there\nthere\n", "and not when one goes", changes.read_text())
    s.remove_all(pin="other")


def check_not_added_again(s):
    program = start_run(s)
    s.token("remove", code=0)
    told = ts.wait_until(lambda: "has removed the token" in log(program), 5)
    time.sleep(1.2)
    Checks.ok(told and s.list() == [] and log(program).count("has removed") == 1, "a removed token is not added again",
              log(program))
    s.pack("ec.key", "ec.chain")
    Checks.ok(ts.wait_until(lambda: len(s.list()) == 1, 5), "until the database changes", log(program))
    Checks.ok(end(program) and s.list() == [], "run ends as ever", log(program))


def check_made_anew(s):
    """SoftHSM has lost the token: `run` recreates it, and consumers must reload."""
    changes = s.write("changes", "")
    program = start_run(s, "--on-change", f"echo >>{changes}", lifetime="1h", every="1m")
    ts.wait_until(lambda: changes.read_text() == "\n", 5)
    users, signed = connected(s)
    for path in s.path("tokens").glob("*/token.object"):
        path.write_bytes(b"")
    s.token("refresh", code=0)
    Checks.ok(signed and nobody_signs(users), "a refresh recreates a token: old connections end", log(program))
    Checks.ok(ts.wait_until(lambda: changes.read_text() == "\n\n", 5), "and consumers are notified",
              changes.read_text())
    end(program)


def dies_in_time(user, lifetime_s):
    begun = time.monotonic()
    gone = ts.wait_until(lambda: user.ask("sign") != OK, lifetime_s + 3)
    user.end()
    return gone and time.monotonic() - begun < lifetime_s + 1


def check_lock(s):
    """Another command that has the lock, and does not end."""
    program = start_run(s)
    user = signer(s)
    with open(s.path("state/lock"), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Checks.ok(user.ask("sign") == OK and dies_in_time(user, 2), "a lock that is taken does not prolong a life",
                  log(program))
        Checks.ok(end(program, 4), "a signal ends the wait for it", log(program))
    s.remove_all()


def check_state(s):
    for damage in (lambda path: path.write_bytes(path.read_bytes()[:50]), pathlib.Path.unlink):
        program = start_run(s, lifetime="1h", every="1m")
        user = signer(s)
        before = [user.first, user.ask("sign")]
        path = s.path("state/state")
        text = path.read_bytes()
        damage(path)
        gone = ts.wait_until(lambda: user.ask("sign") != OK, 3)
        user.end()
        time.sleep(0.7)
        Checks.ok(before == [OK, OK] and gone and not accepts(s.path("p11.sock")) and
                  log(program).count("state is") == 1,
                  "a state that cannot be read ends p11-kit server, and keeps it ended", log(program))
        s.write("state/state", text, 0o600)
        Checks.ok(ts.wait_until(lambda: accepts(s.path("p11.sock")), 5), "until it can", log(program))
        end(program)


class Proxy:
    """Between the client and KMS; replies stop while `stalled`."""

    def __init__(self, s):
        self.path, self.target, self.stalled = s.path("proxy-%d.sock" % len(s.programs)), s.kms, False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.socket(socket.AF_UNIX)
            if server.connect_ex(str(self.target)) != 0:
                client.close()
                continue
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=pair, daemon=True).start()

    def pump(self, source, sink):
        try:
            while True:
                piece = source.recv(65536)
                while self.stalled:
                    time.sleep(0.05)
                if not piece:
                    break
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def check_kms(s):
    """The parent instance does not reply: the key expires as planned."""
    proxy = Proxy(s)
    program = start_run(s, kms=proxy.path)
    user = signer(s)
    proxy.stalled = True
    Checks.ok(user.ask("sign") == OK and dies_in_time(user, 2), "a KMS that stalls does not prolong a life",
              log(program))
    time.sleep(1.5)  # it tries to add the token again, and waits
    ended = end(program, 2)
    proxy.stalled = False
    Checks.ok(ended and program.returncode == 0 and s.list() == [] and s.tokens() == [],
              "a signal ends the wait for it, and no token is left", log(program))


def check_update_again(s):
    """A renewed certificate while KMS is not available for a moment."""
    proxy = Proxy(s)
    program = start_run(s, kms=proxy.path, lifetime="40s", every="4s")
    proxy.target = s.path("nobody.sock")
    s.pack("ec.key", "ec.chain", "--id", "7")
    failed = ts.wait_until(lambda: "KMS did not decrypt" in log(program), 10)
    proxy.target = s.kms
    loaded = ts.wait_until(lambda: [k["id"] for t in s.list() for k in t["keys"]] == [7], 5)
    Checks.ok(failed and loaded, "a database that could not be loaded is tried again", log(program))
    end(program)


def check_signals(s):
    for name in ("SIGHUP", "SIGINT"):
        done = s.write("done", "")
        program = start_run(s, "--on-change", f"echo >{done}", lifetime="1h", every="1m",
                            preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        ts.wait_until(done.read_text, 5)
        time.sleep(0.3)
        program.send_signal(getattr(signal, name))
        Checks.ok(program.wait(10) == 0 and s.tokens() == [], f"{name} ends run, and removes the token", log(program))
        Checks.ok(done.read_text() and "the command ended" not in log(program),
                  "a parent that ignores SIGCHLD hides nothing", log(program))


def check_children(s):
    """Environment and limits of p11-kit server. The guard and its witness, copies of the program, are among these
    processes."""
    program = start_run(s, "--on-change", "exit 3", lifetime="1h", every="1m",
                        env={"AWS_SESSION_TOKEN": "session-word"})
    socket_word = str(s.path("p11.sock")).encode()
    children = [p for p in pathlib.Path("/proc").glob("[0-9]*") if socket_word in read(p / "cmdline") and
                p.name != str(program.pid)]
    dirty = [p.name for p in children if b"session-word" in read(p / "environ") or b"any" in read(p / "environ")]
    limits = [read(p / "limits").split(b"core file size")[1].split()[0] for p in children]
    Checks.ok(len(children) >= 3 and not dirty and set(limits) == {b"0"},
              "p11-kit server has no credentials and dumps no core", (dirty, limits))
    Checks.ok(ts.wait_until(lambda: "--on-change: the command ended with status 3\n" in log(program), 5),
              "a failing command is reported", log(program))
    second = s.token("run", "--p11-kit", f"unix:path={s.path('p11.sock')}", label="other", code=3)
    Checks.ok("a program listens on" in second.stderr and accepts(s.path("p11.sock")),
              "the address of a server that runs is not taken", second.stderr)
    end(program)


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def check_successor(s):
    """The socket of the RPC belongs to the later server."""
    words = ["provision", "serve", "--state", "state", "--module", MODULE, *s.way("good"), "--listen",
             f"unix:{s.path('rpc.sock')}"]
    first = s.start(*words, socket_path=s.path("rpc.sock"))
    s.path("rpc.sock").unlink()
    second = s.start(*words, socket_path=s.path("rpc.sock"))
    end(first)
    Checks.ok(accepts(s.path("rpc.sock")), "serve leaves the socket of its successor", log(second))
    end(second)
    Checks.ok(not s.path("rpc.sock").exists(), "and deletes its own")


def check_output(s):
    """If the report of the token cannot be written, no token is left."""
    with open("/dev/full", "wb") as full:
        words = ["--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file", "pin", *s.way("good")]
        program = s.start("provision", "add", *words, "--database", "keys.json", stdout=full)
        code = program.wait(20)
    Checks.ok(code == 3 and s.tokens() == [] and s.list() == [], "an add that cannot be reported adds nothing",
              log(program))


def main():
    why = provision_scene.missing() or ts.missing()
    if why:
        Checks.skip("tokens that end", why)
        return Checks.end()
    s = Scene()
    s.pack("ec.key", "ec.chain")
    for check in (check_removal, check_not_added_again, check_made_anew, check_lock, check_state, check_kms,
                  check_update_again, check_signals, check_children, check_successor, check_output):
        if sys.argv[3:] and check.__name__ not in sys.argv[3:]:
            continue
        begun = time.monotonic()
        check(s)
        Checks.note("%s: %.1f s" % (check.__name__, time.monotonic() - begun))
        s.remove_all()
        s.pack("ec.key", "ec.chain")
    return Checks.end()


if __name__ == "__main__":
    sys.exit(main())
