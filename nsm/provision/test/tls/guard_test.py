"""Removed tokens, and servers whose processes are killed: guard_test.py TOKEN-PROGRAM SIGNER [ROUNDS].

Prints TAP. Signers are connected to p11-kit server below the guard (guard.h) while a token is removed, or while a
process of the group is killed at a random moment. Afterwards none of them may sign. ROUNDS: how often each process is
killed.
"""
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import token_support as ts  # noqa: E402
from token_support import Checks, Hsm, Server, Signer  # noqa: E402

PROGRAM, SIGNER = map(os.path.abspath, sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 1
OK, DEVICE_ERROR, HANDLE_INVALID, PIN_INCORRECT, NOT_PRESENT = 0, 0x30, 0x82, 0xa0, 0xe0


def signer(server, label="one", key="key"):
    return Signer(SIGNER, server.env, label, key)


def check_removal(hsm, key):
    """Tests what connected signers can do after another process has removed their token."""
    server = Server(hsm)
    signers = [signer(server) for _ in range(3)]
    Checks.ok(all(s.ask("sign") == OK for s in signers), "three connections sign")
    held = [s.ask("begin") for s in signers[:1]] + [hsm.remove("one").returncode]
    Checks.ok(held == [OK, 0], "one of them begins a signature; then the token is removed")
    results = [s.ask("sign") for s in signers[1:]]
    Checks.ok(results == [HANDLE_INVALID] * 2, "the next signature of the others fails at once", results)
    results = [signers[0].ask(word) for word in ("end", "begin", "end")]
    Checks.ok(results[1] == HANDLE_INVALID and results[2] != OK, "the begun signature is the last one", results)
    results = [s.ask("find") for s in signers]
    Checks.ok(results == [HANDLE_INVALID] * 3, "they no longer find a key", results)
    late = signer(server)
    Checks.ok(late.first == NOT_PRESENT, "a new connection finds no token", late.first)
    check_reuse(hsm, key, server, signers)
    for s in [*signers, late]:
        s.end()
    server.end()


def check_reuse(hsm, key, server, signers):
    """A used slot gets no different token: signers are logged in there, and SoftHSM does not log them out."""
    done = hsm.call("add", "two", "another-pin", "1", "key", key, "-")
    results = [s.ask("find") for s in signers] + [signer(server, "two").first]
    Checks.ok(done.returncode == 0 and results == [HANDLE_INVALID] * 3 + [PIN_INCORRECT],
              "a login with the PIN of the removed token does not reach the next token", (done, results))
    done = hsm.add("one", (1, "key", key, "-"))
    results = [s.ask(word) for s in signers for word in ("find", "sign")]
    Checks.ok(done.returncode == 0 and results == [OK] * 6, "open connections find the token when it is added again",
              (done, results))
    slots = len(list((hsm.folder / "tokens").iterdir()))
    Checks.ok(slots == 3, "it has the same slot", slots)


def check_write_protection(hsm):
    """A program with the PIN can neither change that token nor make a new one."""
    server = Server(hsm, "protected.sock")
    tool = ["pkcs11-tool", "--module", ts.CLIENT]
    login = [*tool, "--login", "--pin", ts.PIN, "--token-label", "one"]
    slots = ts.run(*tool, "--list-token-slots", env=server.env).stdout
    unused = re.findall(r"\((0x[0-9a-f]+)\)[^\n]*\n  token state: *uninitialized", slots)
    for title, words in (("delete a key", [*login, "--delete-object", "--type", "privkey", "--label", "key"]),
                         ("change the PIN", [*login, "--change-pin", "--new-pin", "5678-of-mine"]),
                         ("make a token", [*tool, "--init-token", "--slot", unused[0] if unused else "0",
                                           "--label", "mine", "--so-pin", "87654321"])):
        done = ts.run(*words, env=server.env)
        refused = "WRITE_PROTECTED" in done.stdout + done.stderr
        Checks.ok(unused and refused, f"through p11-kit no program can {title}", done)
    s = signer(server)
    Checks.ok(s.ask("sign") == OK, "after all of these tries the key signs")
    s.end()
    server.end()


def check_labels(hsm, key):
    for label, good in (("natt-free:", False), ("natt-free:0123", False), ("natt-free", True)):
        done = hsm.add(label, (1, "key", key, "-"))
        Checks.ok((done.returncode == 0) == good, f"the label {label} is {'taken' if good else 'refused'}", done)
    Checks.ok(hsm.remove("natt-free").returncode == 0, "and removed")


def victims(server):
    """The processes of the group by their role; None: the program that started the guard."""
    members = sorted(server.members())
    names = {p: pathlib.Path(f"/proc/{p}/comm").read_text().strip() for p in members}
    ours = [p for p in members if names[p].startswith("nsm-token")]
    servers = [p for p in members if names[p] == "p11-kit-server"]
    program, guard = [server.process.pid], [server.group]
    return {"program": program, "guard": guard, "witness": [max(ours)], "server": servers[:1],
            "guard and of the program": guard + program}


def kill_one(hsm, name, delay):
    """Kills one process while three signers work. True: soon no process of the group is left, and no signer signs."""
    server = Server(hsm, "kill.sock")
    signers = [signer(server) for _ in range(3)]
    for s in signers:
        s.tell("loop")
    time.sleep(delay)
    start = time.monotonic()
    chosen = victims(server)[name]
    for p in chosen:
        os.kill(p, signal.SIGSTOP)  # so that the first does not detect the end of the second
    for p in reversed(chosen):
        os.kill(p, signal.SIGKILL)
    gone = ts.group_ends(server.group, 1)
    took = time.monotonic() - start
    last = []
    for s in signers:
        s.process.stdin.close()
        last.append(s.process.stdout.read().split()[-1])
        s.end()
    server.end()
    return gone and all(int(result, 16) != OK for result in last), took


def check_kills(hsm):
    for name in ("program", "guard", "witness", "server", "guard and of the program"):
        results = [kill_one(hsm, name, random.uniform(0, 0.2)) for _ in range(ROUNDS)]
        worst = max(took for _, took in results)
        Checks.ok(all(good for good, _ in results), f"kill -9 of the {name}, {ROUNDS} times: no process is left, "
                  "no signer signs", results)
        Checks.note(f"after {worst * 1000:.0f} ms at most")


def check_control(hsm):
    """Without the guard, connections of a killed server continue; otherwise the checks above would show nothing."""
    server = Server(hsm, "control.sock", guarded=False)
    s = signer(server)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    time.sleep(0.2)
    Checks.ok(s.ask("sign") == OK, "control: without the guard, a connection outlives its server")
    s.end()
    server.end()


def check_child(hsm):
    """Only one connection ends, since the others belong to other programs."""
    server = Server(hsm, "child.sock")
    signers = [signer(server) for _ in range(2)]
    known = sum(victims(server).values(), [])
    connections = [p for p in server.members() if p not in known]
    os.kill(max(connections), signal.SIGKILL)
    results = sorted(s.ask("sign") for s in signers)
    Checks.ok(results == [OK, DEVICE_ERROR], "kill -9 of a connection ends only that connection", results)
    for s in signers:
        s.end()
    server.end()
    Checks.ok(not server.members(), "stopped, it leaves no process")


def check_descriptors(hsm):
    """The guard closes the program's descriptors; otherwise it would hold a lock, or listen on a socket."""
    folder = os.open(hsm.folder, os.O_RDONLY)
    inherited = os.dup2(folder, 50)  # above those that the guard makes itself
    os.close(folder)
    server = Server(hsm, "descriptors.sock", pass_fds=[inherited])
    os.close(inherited)
    opened = {p: [os.path.realpath(f) for f in pathlib.Path(f"/proc/{p}/fd").iterdir()] for p in server.members()}
    there = [p for p, files in opened.items() if str(hsm.folder) in files]
    Checks.ok(len(opened) >= 3 and not there, "no process of the group has the program's open files", opened)
    server.end()


def main():
    why = ts.missing()
    if why:
        Checks.skip("removed tokens, killed servers", why)
        return Checks.end()
    with ts.workplace() as folder:
        folder = pathlib.Path(folder)
        key, chain, _ = ts.make_key(folder, "ec", *ts.EC)
        hsm = Hsm(folder / "hsm", PROGRAM)
        Checks.ok(hsm.add("one", (1, "key", key, chain)).returncode == 0, "a token is added")
        check_labels(hsm, key)
        if shutil.which("pkcs11-tool"):
            check_write_protection(hsm)
        else:
            Checks.skip("through p11-kit no program can change tokens",
                        "pkcs11-tool is missing: apt-get install opensc")
        check_removal(hsm, key)
        check_control(hsm)
        check_kills(hsm)
        check_child(hsm)
        check_descriptors(hsm)
    return Checks.end()


sys.exit(main())
