"""Kills `nitro-attest provision` before each system call that changes a file, and repairs the result as a user would.

provision_kill_at_test.py BINARY SIGNER FORWARD KILL-AT SAMPLE [COMMAND...]. Prints TAP. KILL-AT is
nsm/provision/test/tls/kill_at.c, FORWARD the module nitro-attest-p11ne.so, through which a signer is connected
meanwhile. SAMPLE: number of random system calls of all commands, or "all".
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../nsm/provision/test/tls"))
import provision_scene  # noqa: E402
import token_support as ts  # noqa: E402
from provision_scene import BINARY, MODULE, PIN, Scene  # noqa: E402
from token_support import Checks  # noqa: E402

SIGNER, FORWARD, KILL_AT = map(os.path.abspath, sys.argv[2:5])
SAMPLE = None if sys.argv[5] == "all" else int(sys.argv[5])
COMMANDS = sys.argv[6:] or ("add", "refresh", "update", "replace", "remove", "expire")
NOT_FOUND = "there is no token with this label"
ts.PIN = PIN


class Place:
    """SoftHSM's tokens and the state of a scene, in a folder that is restored for each kill."""

    def __init__(self, scene, folder):
        self.scene, self.folder = scene, folder
        self.state, self.tokens = folder / "state", folder / "tokens"

    def copy(self, name):
        other = Place(self.scene, self.scene.path(name))
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(self.folder, other.folder)
        other.configure()
        return other

    def configure(self):
        self.tokens.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.conf = self.folder / "softhsm.conf"
        self.conf.write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.scene.env["SOFTHSM2_CONF"] = str(self.conf)

    def words(self, command):
        if command == "expire":
            return ["provision", "list", "--state", self.state, "--module", MODULE]
        words = ["provision", "update" if command == "replace" else command, "--state", self.state, "--module", MODULE,
                 "--label", "acm-token", "--pin-file", "pin", *(self.scene.way("good") if command != "remove" else [])]
        if command in ("add", "update", "replace"):
            words += ["--database", "other.json" if command == "replace" else "keys.json"]
        return words

    def run(self, command):
        return self.scene.run(*self.words(command))

    def expire(self):
        path = self.state / "state"
        text, count = re.subn(r'"expires_s": ?\d+', '"expires_s":1', path.read_text())
        if count != 1:
            raise AssertionError(text)
        path.write_text(text)

    def killed(self, command, at):
        words = [KILL_AT, str(at), BINARY, *map(str, self.words(command))]
        return subprocess.run(words, cwd=self.scene.dir, capture_output=True, text=True, timeout=60, check=False,
                              env={**self.scene.env, "AWS_ACCESS_KEY_ID": "app"})

    def signer(self, module=FORWARD):
        env = {**self.scene.env, "NITRO_ATTEST_P11NE_MODULE": MODULE, "NITRO_ATTEST_P11NE_STATE": str(self.state)}
        return ts.Signer(SIGNER, env, "acm-token", "acm-key", module)

    def signs(self):
        one = self.signer(MODULE)
        result = one.ask("sign") if one.first == 0 else one.first
        one.end()
        return result == 0

    def keys_left(self):
        """Files of objects that no token of the module shows."""
        return len([p for p in self.tokens.glob("*/*.object") if p.name != "token.object"])


def repair(place):
    """Faults after a refresh or, if the token is missing, an add."""
    done = place.run("refresh")
    if done.returncode != 0 and NOT_FOUND in done.stderr:
        done = place.run("add")
    if done.returncode != 0:
        return "not repaired: " + done.stderr
    return None if place.signs() else "the repaired token does not sign"


def remove(place, user):
    done = place.run("remove")
    if done.returncode != 0:
        return "not removed: " + done.stderr
    slots = ts.run("softhsm2-util", "--show-slots", env=place.scene.env).stdout
    left = [label for label in re.findall(r"Label: +(\S+)", slots) if not label.startswith("natt-free:")]
    listed = json.loads((place.state / "state").read_text())["tokens"]
    if left or listed:
        return f"left in the module: {left}, in the state: {listed}"
    return "a signer continues to sign" if user is not None and user.ask("sign") == 0 else None


def kill(whole, command, at):
    """The fault after this kill, or None; and the number of unreachable objects."""
    place = whole[command != "add"].copy("killed")
    user = None if command == "add" else place.signer()
    if user is not None and (user.first != 0 or user.ask("sign") != 0):
        return f"the signer does not sign: {user.first:x}", 0
    if command == "expire":
        place.expire()
    done = place.killed(command, at)
    wrong = None if done.returncode == 0 else f"not killed: {done.returncode} {done.stderr}"
    wrong = wrong or repair(place) or remove(place, user)
    if user is not None:
        user.end()
    return wrong, place.keys_left()


def count_of(whole, command):
    place = whole[command != "add"].copy("counted")
    if command == "expire":
        place.expire()
    done = place.killed(command, 0)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return int(done.stderr.rsplit("calls ", 1)[1])


def begin(s):
    """Without a token, and with one."""
    s.make_key("other.key", "P-256")
    s.chain("other")
    s.pack("ec.key", "ec.chain")
    s.pack("other.key", "other.chain", out="other.json")
    empty = Place(s, s.path("empty"))
    empty.configure()
    full = empty.copy("full")
    done = full.run("add")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [empty, full]


def main():
    why = provision_scene.missing() or ts.missing("softhsm2-util")
    if why:
        Checks.skip("provisioning that is killed at each system call", why)
        return Checks.end()
    s = Scene()
    whole = begin(s)
    counts = {command: count_of(whole, command) for command in COMMANDS}
    points = [(command, at) for command, count in counts.items() for at in range(1, count + 1)]
    if SAMPLE is not None:
        points = sorted(random.sample(points, min(SAMPLE, len(points))))
    lost = 0
    for command in COMMANDS:
        chosen = [at for c, at in points if c == command]
        results = []
        for at in chosen:
            results.append((at, *kill(whole, command, at)))
            if len(results) % 100 == 0:
                Checks.note(f"{command}: {len(results)} kills, {sum(1 for _, text, _ in results if text)} not repaired")
        wrong = [f"before call {at} of {counts[command]}: {text}" for at, text, _ in results if text]
        lost += sum(1 for _, _, objects in results if objects)
        Checks.ok(not wrong, f"provision {command}, killed before {len(chosen)} of its {counts[command]} system calls: "
                  "repaired", "\n".join(wrong))
    Checks.note(f"{lost} of {len(points)} kills left key objects in a folder of SoftHSM that it no longer shows")
    return Checks.end()


sys.exit(main())
