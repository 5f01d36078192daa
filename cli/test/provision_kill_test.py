"""`nitro-attest provision` while it runs: it is killed at random moments, tokens expire, and its memory does not grow.

provision_kill_test.py BINARY SIGNER FORWARD [ROUNDS]. Prints TAP. SIGNER (nsm/provision/test/tls/signer.c) is connected
to p11-kit server below `provision run`, or to SoftHSM through FORWARD, nitro-attest-p11ne.so; after each kill -9 no
signer may sign, and a refresh or a restart repairs the rest.
"""
import json
import os
import pathlib
import random
import re
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../nsm/provision/test/tls"))
import provision_scene  # noqa: E402
import token_support as ts  # noqa: E402
from provision_scene import MODULE, PIN, Scene  # noqa: E402
from token_support import Checks  # noqa: E402

SIGNER, FORWARD = map(os.path.abspath, sys.argv[2:4])
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 5
OK, HANDLE_INVALID = 0, 0x82
ts.PIN = PIN


def signer(s, module=None):
    env = {**os.environ, "P11_KIT_SERVER_ADDRESS": f"unix:path={s.path('p11.sock')}"}
    if module:
        env = {**s.env, "NITRO_ATTEST_P11NE_MODULE": MODULE, "NITRO_ATTEST_P11NE_STATE": s.path("state")}
    return ts.Signer(SIGNER, env, "acm-token", "acm-key", module)


def signs(s, module=None):
    one = signer(s, module)
    result = one.ask("sign") if one.first == OK else one.first
    one.end()
    return result == OK


def start_run(s, module=MODULE, **how):
    return s.start("provision", "run", "--state", "state", "--module", module, "--label", "acm-token", "--pin-file",
                   "pin", *s.way("good"), "--database", "keys.json", "--p11-kit", f"unix:path={s.path('p11.sock')}",
                   "--lifetime", "4s", "--refresh-every", "1s", **how)


def below(process):
    """The process groups of the guards that it has started."""
    found = set()
    for p in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path(f"/proc/{p}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process and int(fields[2]) == int(p):
            found.add(int(p))
    return found


def kill_run(s, delay):
    """Killed at a random moment. True: no process remains, and the next command works."""
    program = start_run(s)
    time.sleep(delay)
    groups = below(program.pid)
    users = [signer(s)] if s.path("p11.sock").exists() else []
    for user in users:
        if user.first == OK:
            user.tell("loop")
    program.kill()
    program.wait()
    gone = all(ts.group_ends(group, 2) for group in groups)
    last = []
    for user in users:
        user.process.stdin.close()
        last += user.process.stdout.read().split()[-1:]
        user.end()
    return gone and all(int(x, 16) != OK for x in last), (delay, groups, last)


def check_run(s):
    start = time.monotonic()
    program = start_run(s)
    ready = ts.wait_until(lambda: b"ready" in pathlib.Path(program.log).read_bytes() and signs(s), 20)
    took = time.monotonic() - start
    Checks.ok(ready, "provision run: a token that signs", pathlib.Path(program.log).read_text())
    program.send_signal(signal.SIGTERM)
    program.wait(20)
    results = [kill_run(s, random.uniform(0, 2 * took + 1)) for _ in range(ROUNDS)]
    Checks.ok(all(good for good, _ in results), f"kill -9 of provision run, {ROUNDS} times: nothing is left", results)
    program = start_run(s)
    again = ts.wait_until(lambda: b"ready" in pathlib.Path(program.log).read_bytes() and signs(s), 20)
    Checks.ok(again, "the next one repairs it, and signs", pathlib.Path(program.log).read_text())
    program.send_signal(signal.SIGTERM)
    code, left = program.wait(20), s.list()
    Checks.ok(code == 0 and not left, "ended by a signal, it removes the token",
              (code, left, pathlib.Path(program.log).read_text()))


def fails(user):
    return ts.wait_until(lambda: user.ask("sign") != OK, 30)


def empty_files(s):
    for path in s.path("tokens").glob("*/token.object"):
        path.write_bytes(b"")


def check_lost_below(s):
    """A killed login has left SoftHSM's file empty: open connections could sign until they are closed."""
    program = start_run(s)
    ts.wait_until(lambda: b"ready" in pathlib.Path(program.log).read_bytes() and signs(s), 20)
    user = signer(s)
    before = [user.first, user.ask("sign")]
    empty_files(s)
    Checks.ok(before == [OK, OK] and fails(user), "provision run ends connections to a token that is lost", before)
    Checks.ok(ts.wait_until(lambda: signs(s), 20), "and makes it again", pathlib.Path(program.log).read_text())
    user.end()
    program.send_signal(signal.SIGTERM)
    program.wait(20)
    server = start_serve(s)
    s.token("add", code=0)
    ts.wait_until(lambda: signs(s), 20)
    user = signer(s)
    before = [user.first, user.ask("sign")]
    empty_files(s)
    s.token("refresh", code=0)
    Checks.ok(before == [OK, OK] and fails(user) and ts.wait_until(lambda: signs(s), 20),
              "provision serve does so when another command recreates it", before)
    user.end()
    server.send_signal(signal.SIGTERM)
    server.wait(20)


def check_behind(s):
    """p11-kit server uses nitro-attest-p11ne.so, and `run` the module behind it; otherwise `run` could not find its
    token."""
    program = start_run(s, FORWARD, env={"NITRO_ATTEST_P11NE_MODULE": MODULE, "NITRO_ATTEST_P11NE_STATE":
                                         str(s.path("state"))})
    ready = ts.wait_until(lambda: b"ready" in pathlib.Path(program.log).read_bytes() and signs(s), 30)
    user = signer(s)
    before = user.ask("sign")
    time.sleep(5)  # it is refreshed more often than it expires
    after = user.ask("sign")
    text = pathlib.Path(program.log).read_text()
    Checks.ok(ready and [before, after] == [OK, OK] and "what to do" not in text, "run with the module for ACM", text)
    program.send_signal(signal.SIGTERM)
    code = program.wait(20)
    Checks.ok(code == 0 and user.ask("sign") != OK and s.tokens() == [] and s.list() == [], "and without its token",
              (code, s.tokens()))
    user.end()


def kill_command(s, command, limit):
    """Killed at a random moment, then repaired as a user would."""
    if command != "add":
        s.token("add")
    program = s.start("provision", command, "--state", "state", "--module", MODULE, "--label", "acm-token",
                      "--pin-file", "pin", *(s.way("good") if command != "remove" else []),
                      *(["--database", "keys.json"] if command in ("add", "update") else []))
    user = signer(s, FORWARD) if command == "remove" else None
    time.sleep(random.uniform(0, limit))
    program.kill()
    program.wait()
    refreshed = s.token("refresh")
    if refreshed.returncode != 0:
        refreshed = s.token("add")
    good = refreshed.returncode == 0 and signs(s, MODULE)
    removed = s.token("remove")
    if user:
        good = good and (user.first != OK or user.ask("sign") != OK)  # a signer without a token has ended
        user.end()
    good = good and removed.returncode == 0
    slots = "" if good else ts.run("softhsm2-util", "--show-slots", env=s.env).stdout
    return good, (refreshed.stderr, removed.stderr, slots)


def check_commands(s):
    for command in ("add", "refresh", "update", "remove"):
        start = time.monotonic()
        s.token("add")
        limit = time.monotonic() - start
        s.token("remove")
        results = [kill_command(s, command, limit) for _ in range(ROUNDS)]
        Checks.ok(all(good for good, _ in results),
                  f"kill -9 of provision {command}, {ROUNDS} times: a refresh or an add repairs it", results)


def check_lost(s):
    """Damages SoftHSM's file of a token, like a killed login."""
    s.token("add", code=0)
    empty_files(s)
    Checks.ok(not signs(s, MODULE), "a token whose file is empty is not found")
    done = s.token("refresh")
    Checks.ok(done.returncode == 0 and signs(s, MODULE), "a refresh makes it again", done.stderr)
    s.token("remove", code=0)


def check_label_again(s):
    """A program that logs in during the removal of a token restores SoftHSM's file."""
    s.token("add", code=0)
    before = {path: path.read_bytes() for path in s.path("tokens").glob("*/token.object")}
    s.token("remove", code=0)
    for path, content in before.items():
        path.write_bytes(content)
    Checks.ok("acm-token" in s.tokens(), "a removed token that SoftHSM shows again")
    done = s.token("add")
    Checks.ok(done.returncode == 0 and signs(s, MODULE) and s.tokens() == ["acm-token"], "it is removed again",
              done.stderr)
    s.token("remove", code=0)


def check_update(s):
    """Recreated objects have new handles: consumers would fail without a notification."""
    s.token("add", code=0)
    user = signer(s, MODULE)
    s.pack("ec.key", "ec.chain")
    done = s.token("update", code=0)
    Checks.ok(user.ask("sign") == OK and "need not" in done.stdout, "an update without a change: signers continue",
              done)
    s.chain("ec")
    s.pack("ec.key", "ec.chain")
    done = s.token("update", code=0)
    Checks.ok(user.ask("sign") == HANDLE_INVALID and "must reload" in done.stdout,
              "an update with a different certificate: they must reload, and are notified", done)
    Checks.ok(user.ask("find") == OK and user.ask("sign") == OK, "then they sign again")
    user.end()
    s.token("remove", code=0)


def start_serve(s):
    return s.start("provision", "serve", "--state", "state", "--module", MODULE, *s.way("good"), "--listen",
                   f"unix:{s.path('rpc.sock')}", "--p11-kit", f"unix:path={s.path('p11.sock')}",
                   socket_path=s.path("rpc.sock"))


def check_expiry(s):
    server = start_serve(s)
    s.token("add", "--lifetime", "2s", code=0)
    user = signer(s)
    Checks.ok(user.first == OK and user.ask("sign") == OK, "a token for two seconds: it signs", user.first)
    end = time.monotonic() + 2
    expired = ts.wait_until(lambda: user.ask("sign") != OK, 5)
    Checks.ok(expired and time.monotonic() < end + 2, "it expires: the next signature fails", time.monotonic() - end)
    user.end()
    Checks.ok(s.list() == [], "and it is in no list")
    server.send_signal(signal.SIGTERM)
    server.wait(20)


def rpc(s, request):
    body = json.dumps(request).encode()
    with socket.socket(socket.AF_UNIX) as c:
        c.settimeout(20)
        c.connect(str(s.path("rpc.sock")))
        c.sendall(b"POST /rpc/v1 HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) +
                  body)
        return c.makefile("rb").read().partition(b"\r\n\r\n")[2]


def resident_kib(process):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text())[1])


def check_memory(s, requests):
    server = start_serve(s)
    s.token("add", code=0)
    ask = {"DescribeToken": {"label": "acm-token", "pin": "no-such-pin"}}
    # Each request opens the module; the second one is answered after PBKDF2, so it is asked less often. A heap grows
    # at times, and a leak always.
    sizes, growth = [], []
    while len(sizes) < 2 or (growth[-1] >= 256 and len(growth) < 4):
        for i in range(requests // 2):
            rpc(s, "DescribeDevice" if i % 20 else ask)
        sizes.append(resident_kib(server.pid))
        growth = [after - before for before, after in zip(sizes, sizes[1:])]
    Checks.ok(growth[-1] < 256, f"the memory of provision serve is flat over {requests // 2} requests", sizes)
    Checks.note(", then ".join(f"{size} KiB" for size in sizes))
    opened = os.listdir(f"/proc/{server.pid}/fd")
    Checks.ok(len(opened) < 20, "and so are its descriptors", opened)
    server.send_signal(signal.SIGTERM)
    server.wait(20)


def main():
    why = provision_scene.missing() or ts.missing()
    if why:
        Checks.skip("provisioning that is killed", why)
        return Checks.end()
    s = Scene()
    s.pack("ec.key", "ec.chain")
    check_update(s)
    check_lost(s)
    check_label_again(s)
    check_lost_below(s)
    check_behind(s)
    check_run(s)
    check_commands(s)
    check_expiry(s)
    check_memory(s, 250 if ROUNDS < 5 else 1000)
    return Checks.end()


sys.exit(main())
