"""Tests nitro-attest-client.so while p11-kit server ends and starts again.

client_test.py MODULE TOKEN-PROGRAM SIGNER MECHANISMS. Prints TAP. MECHANISMS (nsm/provision/test/tls/mechanisms.c) may
be missing: "-". Servers that use a key through the module must refuse handshakes at once while there is no key. When
there is a key again, they must sign again without a restart.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "test", "tls")
sys.path.insert(0, TLS)
import memory_search as ms  # noqa: E402
import parent_side as parent  # noqa: E402
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Server, Signer  # noqa: E402

MODULE, PROGRAM, SIGNER, MECHANISMS = (a if a == "-" else os.path.abspath(a) for a in sys.argv[1:5])
OK, NOT_PRESENT, PIN_INCORRECT, HANDLE_INVALID = 0, 0xe0, 0xa0, 0x82
AT_ONCE_S = 3  # for a busy machine; a program that waits for a missing server waits forever
KEY = ("tls", "key")


class Scene:
    def __init__(self, folder):
        self.folder = folder
        self.key, self.chain, self.ca = ts.make_key(folder, "ec", *ts.EC)
        self.other, self.other_chain, self.other_ca = ts.make_key(folder, "other", *ts.EC)
        self.hsm = Hsm(folder / "hsm", PROGRAM)
        Checks.ok(self.add("tls", self.key, self.chain), "a token is added")
        self.server = Server(self.hsm)
        self.env = parent.parent_env(folder, self.server.address)

    def add(self, label, key, chain="-", number=1, name="key"):
        done = self.hsm.add(label, (number, name, key, chain))
        return done.returncode == 0 or Checks.note(done.stderr)

    def stop(self):
        self.server.end()

    def begin(self):
        self.server = Server(self.hsm)

    def handshake(self, port):
        """Returns whether it succeeds, and its duration, which is at least AT_ONCE_S if it waits."""
        start = time.monotonic()
        try:
            good = ts.run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-CAfile",
                          self.ca, "-verify_return_error", timeout=AT_ONCE_S).returncode == 0
        except subprocess.TimeoutExpired:
            good = False
        return good, time.monotonic() - start

    def fail_at_once(self, port, title, count=4):
        results = [self.handshake(port) for _ in range(count)]
        Checks.ok(all(not good and took < AT_ONCE_S for good, took in results), title, results)

    def succeed(self, port, title, count=6):
        results = [self.handshake(port)[0] for _ in range(count)]
        Checks.ok(all(results), title, results)


def check_nginx(scene):
    nginx = parent.Nginx(scene.folder / "nginx", scene.env, ((KEY, scene.chain),))
    scene.stop()
    scene.fail_at_once(nginx.port, "nginx, new workers, no server: refused at once")
    scene.begin()
    scene.succeed(nginx.port, "the server is back: the next handshakes succeed, without a reload")
    Checks.ok(*both_answer(nginx, scene, "in both workers"))
    scene.stop()
    scene.fail_at_once(nginx.port, "the server ends: refused at once")
    Checks.ok("No PKCS#11 token present" in nginx.errors(), "nginx logs that the token is missing", nginx.errors())
    Checks.ok(not reload(nginx), "a reload without the server is refused: nginx keeps its configuration")
    scene.begin()
    scene.succeed(nginx.port, "the server is back: handshakes succeed")
    Checks.ok(nginx.reload(), "and nginx reloads", nginx.errors()[-2000:])
    scene.succeed(nginx.port, "after the reload, too")
    scene.hsm.remove("tls")
    scene.fail_at_once(nginx.port, "the token is removed: refused at once")
    scene.add("tls", scene.key, scene.chain)
    scene.succeed(nginx.port, "it is added again: the next handshakes succeed")
    found = {p: ms.in_memory(p, ms.needles(scene.key))[0] for p in nginx.processes()}
    Checks.ok(len(found) == 3 and not any(found.values()), "nginx's memory does not contain the key", found)
    nginx.end()


def check_new_key(scene):
    """Label, id and the certificate's path remain; key and certificate change."""
    chain = scene.folder / "current.pem"
    chain.write_bytes(scene.chain.read_bytes())
    nginx = parent.Nginx(scene.folder / "nginx-new-key", scene.env, ((KEY, chain),))
    scene.succeed(nginx.port, "nginx signs with the first key")
    scene.hsm.remove("tls")
    scene.add("tls", scene.other, scene.other_chain)
    scene.stop()  # as provision run does when a token is replaced
    scene.begin()
    scene.fail_at_once(nginx.port, "another key under the same names: no handshake with the old certificate")
    chain.write_bytes(scene.other_chain.read_bytes())
    Checks.ok(nginx.reload(), "nginx reloads", nginx.errors()[-2000:])
    ca, scene.ca = scene.ca, scene.other_ca
    scene.succeed(nginx.port, "and has the new certificate")
    scene.ca = ca
    nginx.end()
    scene.hsm.remove("tls")
    scene.add("tls", scene.key, scene.chain)


def both_answer(nginx, scene, title):
    good, text = parent.fetch_from_all(nginx, scene.ca)
    return good, title, text


def reload(nginx):
    before = nginx.processes()
    os.kill(nginx.process.pid, 1)
    time.sleep(1)
    return nginx.processes() != before


def check_s_server(scene):
    """s_server is one process, which never forks."""
    server = parent.s_server(scene.folder, scene.env, KEY, scene.chain)
    scene.succeed(server.port, "s_server signs")
    scene.stop()
    scene.fail_at_once(server.port, "the server ends: s_server refuses at once")
    scene.begin()
    scene.succeed(server.port, "the server is back: s_server signs")
    server.end()


def check_slots(scene):
    """A second token with the same PIN and key label, before or after the one in use: its key is never used."""
    server = parent.s_server(scene.folder, scene.env, KEY, scene.chain)
    scene.succeed(server.port, "s_server signs")
    scene.stop()
    first, orders, results = scene.hsm, set(), []
    for number in range(20):  # SoftHSM orders tokens by random numbers
        scene.hsm = Hsm(scene.folder / f"hsm{number}", PROGRAM)
        scene.add("tls", scene.key)
        scene.add("other", scene.other)
        there = Server(scene.hsm, first.folder / "p11.sock")
        results.append(scene.handshake(server.port)[0])
        orders.add(tuple(slots(scene, ts.CLIENT)))
        if len(orders) == 2:
            break
        there.end()
    Checks.ok(all(results) and len(orders) == 2, "two tokens in either order: the key is found by the token's label",
              (results, orders))
    check_filter(scene)
    server.end()
    there.end()
    scene.hsm = first
    scene.begin()


def slots(scene, module, **env):
    text = ts.run("pkcs11-tool", "--module", module, "--list-token-slots", env=scene.env | env).stdout
    labels = [line.split(":")[1].strip() for line in text.splitlines() if "token label " in line]
    return [label for label in labels if label in ("tls", "other")]


def check_filter(scene):
    everything = sorted(slots(scene, MODULE))
    Checks.ok(everything == ["other", "tls"], "without NITRO_ATTEST_TOKEN every token is offered", everything)
    for label in ("tls", "other"):
        shown = slots(scene, MODULE, NITRO_ATTEST_TOKEN=label)
        Checks.ok(shown == [label], f"NITRO_ATTEST_TOKEN={label}: only that one", shown)
    for label in ("", "tl", "tls2", "x" * 33):
        shown = slots(scene, MODULE, NITRO_ATTEST_TOKEN=label)
        Checks.ok(shown == [], f"NITRO_ATTEST_TOKEN={label}: none", shown)


def check_sessions(scene):
    def signer(pin=ts.PIN, key="key"):
        process = Signer.__new__(Signer)
        process.process = subprocess.Popen([SIGNER, MODULE, "tls", pin, key], env=scene.env, stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, text=True, bufsize=1)
        process.first = process.answer()
        return process

    wrong = signer(pin="another PIN")
    Checks.ok(wrong.first == PIN_INCORRECT, "a wrong PIN is refused", wrong.first)
    wrong.end()
    none = signer(key="no such key")
    Checks.ok(none.first == HANDLE_INVALID, "a missing key is not found", none.first)
    none.end()
    s = signer()
    Checks.ok([s.first, s.ask("sign"), s.ask("begin")] == [OK] * 3, "a session signs, and begins a signature")
    scene.stop()
    scene.begin()
    result = s.ask("end")
    Checks.ok(result != OK, "a signature that began on the lost connection does not end on the next one", result)
    Checks.ok(s.ask("sign") == OK, "a new signature does")
    scene.hsm.remove("tls")
    scene.hsm.call("add", "tls", "another-pin", "1", "key", scene.key, "-")
    scene.stop()
    scene.begin()
    results = [s.ask("sign") for _ in range(20)]
    Checks.ok(results[0] == PIN_INCORRECT and OK not in results and results.count(PIN_INCORRECT) == 1,
              "a new token with another PIN: the PIN is tried once", results)
    scene.hsm.remove("tls")
    scene.add("tls", scene.key, scene.chain)
    Checks.ok(s.ask("sign") != OK, "nor when a token has that PIN again")
    s.end()


# Runs in a separate process, since PKCS #11 has global state. PLACES: positions in the function list of PKCS #11 2.40.
ASK = r"""
import ctypes, os, sys
number, pointer = ctypes.c_ulong, ctypes.c_void_p
module = ctypes.CDLL(sys.argv[1])
table = pointer()
assert module.C_GetFunctionList(ctypes.byref(table)) == 0
pointers = ctypes.cast(table.value + ctypes.sizeof(pointer), ctypes.POINTER(pointer))
PLACES = {"Initialize": 0, "Finalize": 1, "GetSlotList": 4, "GetTokenInfo": 6, "OpenSession": 12, "CloseSession": 13,
          "CloseAllSessions": 14, "GetSessionInfo": 15, "Login": 18, "Logout": 19, "FindObjectsInit": 26,
          "FindObjects": 27, "FindObjectsFinal": 28}
def call(name, *arguments):
    kinds = [number if isinstance(a, int) else pointer for a in arguments]
    return ctypes.CFUNCTYPE(number, *kinds)(pointers[PLACES[name]])(*arguments)
def null():
    return ctypes.POINTER(number)()
def initialize():
    assert call("Initialize", None) == 0
def slot():
    slots, count = (number * 8)(), number(8)
    assert ctypes.CFUNCTYPE(number, ctypes.c_ubyte, pointer, pointer)(pointers[4])(1, slots, ctypes.byref(count)) == 0
    return slots[0]
def open_session(flags=4):
    session = number()
    assert ctypes.CFUNCTYPE(number, number, number, pointer, pointer, pointer)(pointers[12])(
        slot(), flags, None, None, ctypes.byref(session)) == 0
    return session.value
def login(session, pin=sys.argv[2].encode()):
    return ctypes.CFUNCTYPE(number, number, number, ctypes.c_char_p, number)(pointers[18])(session, 1, pin, len(pin))
def one(name, *arguments):
    return ctypes.CFUNCTYPE(number, *[number] * len(arguments))(pointers[PLACES[name]])(*arguments)
def objects(session):
    if ctypes.CFUNCTYPE(number, number, pointer, number)(pointers[26])(session, None, 0) != 0:
        return -1
    found, count = (number * 64)(), number()
    assert ctypes.CFUNCTYPE(number, number, pointer, number, pointer)(pointers[27])(
        session, found, 64, ctypes.byref(count)) == 0
    one("FindObjectsFinal", session)
    assert len(set(found[:count.value])) == count.value
    return count.value
initialize()
"""
ASK_LOGINS = """
first = open_session()
before = objects(first)
print("login:", login(first), objects(first) - before)
second = open_session(6)
print("a second session:", objects(second) - before)
print("again:", login(second) == 0x100)
one("CloseSession", first)
print("the first is closed:", objects(second) - before)
one("CloseSession", second)
third = open_session()
print("both were closed:", objects(third) - before)
fourth = open_session()
login(third)
one("CloseSession", third)
print("one that had not been used yet:", objects(fourth) - before)
one("CloseSession", fourth)
third = open_session()
login(third)
print("logout:", one("Logout", third), objects(third) - before)
print("login again:", login(third), objects(third) - before)
one("CloseAllSessions", slot())
print("all are closed:", objects(third) == -1, objects(open_session()) - before)
session = open_session()
login(session)
call("Finalize", None)
print("after C_Finalize:", one("CloseSession", session) == 0x190)
initialize()
print("initialized again:", objects(session) == -1, objects(open_session()) - before)
session = open_session()
login(session)
child = os.fork()
if child == 0:
    print("a child:", one("CloseSession", session) == 0x190, flush=True)
    initialize()
    print("a child that initializes:", objects(open_session()) >= before, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("its parent:", objects(session) - before)
"""
LOGINS = """login: 0 1
a second session: 1
again: True
the first is closed: 1
both were closed: 0
one that had not been used yet: 1
logout: 0 0
login again: 0 1
all are closed: True 0
after C_Finalize: True
initialized again: True 0
a child: True
a child that initializes: True
its parent: 1
"""

ASK_LATER = """
before = objects(open_session())
session = open_session()
login(session)
one("CloseAllSessions", slot())
print("closed", flush=True)
sys.stdin.readline()
print(objects(open_session()) - before)
"""


def ask(scene, program):
    done = ts.run(sys.executable, "-c", ASK + program, MODULE, ts.PIN, env=scene.env | {"NITRO_ATTEST_TOKEN": "tls"})
    return done.stdout, done


def check_logins(scene):
    """A login ends with the last session, as the standard requires: the PIN is not kept longer."""
    text, done = ask(scene, ASK_LOGINS)
    Checks.ok(text == LOGINS, "private objects are visible during a login",
              done.stdout + done.stderr)
    process = subprocess.Popen([sys.executable, "-c", ASK + ASK_LATER, MODULE, ts.PIN], env=scene.env, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    scene.stop()
    scene.begin()
    text = process.communicate("\n", timeout=60)[0]
    Checks.ok(text == "0\n", "after the last session is closed, the next connection is not logged in", text)


def check_twins(scene):
    """Two objects of the same class, id and label keep different numbers."""
    der = scene.folder / "twin.der"
    ts.run("openssl", "x509", "-in", scene.ca, "-outform", "DER", "-out", der)
    before = int(ask(scene, "print(objects(open_session()))")[0])
    for _ in range(2):
        ts.run("pkcs11-tool", "--module", ts.SOFTHSM, "--token-label", "tls", "--login", "--pin", ts.PIN,
               "--write-object", der, "--type", "cert", "--id", "77", "--label", "twin", env=scene.hsm.env)
    text, done = ask(scene, "print(objects(open_session()))")
    Checks.ok(text == f"{before + 2}\n", "two objects that look the same are found as two", done)


def listens(path):
    try:
        socket.socket(socket.AF_UNIX).connect(str(path))
        return True
    except OSError:
        return False


def check_refused(scene):
    """A program with the PIN can only sign, although this server would allow more."""
    scene.stop()
    place = scene.folder / "open.sock"
    server = subprocess.Popen(["p11-kit", "server", "--provider", ts.SOFTHSM, "-n", f"unix:path={place}", "-f",
                               "pkcs11:"], env=scene.hsm.env, process_group=0, stdout=subprocess.DEVNULL)
    ts.wait_until(lambda: listens(place))
    env = {**scene.env, "P11_KIT_SERVER_ADDRESS": f"unix:path={place}"}
    login = ["pkcs11-tool", "--login", "--pin", ts.PIN, "--token-label", "tls", "--module"]
    ways = {"delete a key": ["--delete-object", "--type", "privkey", "--label", "key"],
            "change the PIN": ["--change-pin", "--new-pin", "5678-of-mine"],
            "make a key": ["--keypairgen", "--key-type", "EC:prime256v1", "--label", "mine"]}
    for title, way in ways.items():
        done = ts.run(*login, MODULE, *way, env=env)
        said = (done.stdout + done.stderr).lower().replace("_", " ")
        Checks.ok("not supported" in said, f"the module does not {title}", said)
    done = ts.run(*login, ts.CLIENT, *ways["make a key"], env=env)
    Checks.ok(done.returncode == 0, "control: p11-kit's own client makes a key", done)
    os.killpg(server.pid, 9)
    server.wait()
    scene.begin()


def check_missing(folder):
    done = ts.run("pkcs11-tool", "--module", MODULE, "-L",
                  env={**os.environ, "NITRO_ATTEST_P11KIT_CLIENT": str(folder / "none.so")})
    Checks.ok("nitro-attest-client: cannot load" in done.stderr and "none.so" in done.stderr,
              "without p11-kit-client.so the module reports it", done)


def check_privileged():
    """A set-uid program must not load what its user names."""
    if os.geteuid() != 0:
        Checks.skip("a set-uid program", "this is not root")
        return
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        signer, module = shutil.copy(SIGNER, name), shutil.copy(MODULE, name)
        outputs = []
        for mode in (0o755, 0o4755):
            os.chmod(signer, mode)
            done = subprocess.run([signer, module, "tls", ts.PIN, "key"], stdin=subprocess.DEVNULL, user=65534,
                                  env={"NITRO_ATTEST_P11KIT_CLIENT": "/none.so"}, capture_output=True, text=True)
            outputs.append("cannot load /none.so" in done.stderr)
        Checks.ok(outputs == [True, False], "a set-uid program does not load the module that its user names", outputs)


def check_mechanisms(folder):
    if MECHANISMS == "-":
        return Checks.skip("mechanisms", "built without OpenSSL's library")
    place = folder / "mechanisms"
    place.mkdir()
    for kind, sizes in (("rsa", (1024, 2048, 4096)), ("ec", (256, 384, 521))):
        for size in sizes:
            option = f"rsa_keygen_bits:{size}" if kind == "rsa" else f"ec_paramgen_curve:P-{size}"
            ts.run("openssl", "genpkey", "-algorithm", kind.upper(), "-pkeyopt", option, "-out",
                   place / f"{kind}{size}.key")
    hsm = Hsm(place / "hsm", PROGRAM)
    hsm.add("matrix", *((i + 1, key.stem, key, "-") for i, key in enumerate(sorted(place.glob("*.key")))))
    server = Server(hsm)
    done = ts.run(MECHANISMS, MODULE, "matrix", ts.PIN, place, 23, env=server.env, timeout=120)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    Checks.ok(done.returncode == 0 and len(rows) == 7 and all(row[2] == "0" for row in rows),
              "mechanisms: results match OpenSSL's", done)
    Checks.note(f"{sum(int(row[1]) for row in rows)} cases")
    return server.end()


def main():
    parent.CLIENT = MODULE
    why = ts.missing("nginx", "curl", "pkcs11-tool")
    why = why or (None if parent.ENGINE else "libengine-pkcs11-openssl is missing")
    if why:
        Checks.skip("TLS servers while p11-kit server ends and restarts", why)
        return Checks.end()
    with ts.workplace() as folder:
        scene = Scene(pathlib.Path(folder))
        check_nginx(scene)
        check_new_key(scene)
        check_s_server(scene)
        check_sessions(scene)
        check_logins(scene)
        check_twins(scene)
        check_refused(scene)
        check_slots(scene)
        check_missing(scene.folder)
        check_privileged()
        check_mechanisms(scene.folder)
        scene.stop()
    return Checks.end()


sys.exit(main())
