"""Shared by the tests of tokens in use: SoftHSM, keys, servers below the guard, signers. Standard library, openssl(1).

Every process that this module starts is in the process group of the test, or in one that ends with it.
"""
import glob
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
SO_PIN, PIN = "00112233445566778899aabbccddeeff", "1234-only-a-test"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib*/*/softhsm/libsofthsm2.so", "/usr/lib*/softhsm/libsofthsm2.so",
           "/usr/lib*/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
CLIENTS = ("/usr/lib/*/pkcs11/p11-kit-client.so", "/usr/lib*/pkcs11/p11-kit-client.so")


def first_of(patterns):
    """The first file that matches one of these patterns; None without one."""
    return next((path for pattern in patterns for path in sorted(glob.glob(pattern))), None)


SOFTHSM, CLIENT = first_of(MODULES), first_of(CLIENTS)


def missing(*commands):
    """The missing requirement of a test, as a sentence; None: nothing is missing."""
    if SOFTHSM is None:
        return "SoftHSM is missing: apt-get install softhsm2"
    if CLIENT is None:
        return "p11-kit-client.so is missing: apt-get install p11-kit-modules"
    lacking = [c for c in ("p11-kit", "openssl", *commands) if not shutil.which(c, path=search_path())]
    return f"{lacking[0]} is missing" if lacking else None


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Checks:
    count, failed = 0, False

    @classmethod
    def ok(cls, good, title, text=""):
        cls.count, cls.failed = cls.count + 1, cls.failed or not good
        print(f"{'ok' if good else 'not ok'} {cls.count} - {title}", flush=True)
        print("".join(f"# {line}\n" for line in ([] if good else str(text).splitlines()[:30])), end="", flush=True)
        return good

    @classmethod
    def skip(cls, title, why):
        cls.ok(True, f"{title} # SKIP {why}")

    @classmethod
    def note(cls, text):
        print(f"# {text}", flush=True)

    @classmethod
    def end(cls):
        print(f"1..{cls.count}", flush=True)
        return 1 if cls.failed else 0


def wait_until(happens, seconds=10.0):
    """True if the condition becomes true within this time."""
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def run(*words, env=None, timeout=60):
    return subprocess.run([str(w) for w in words], env=env, capture_output=True, text=True, timeout=timeout,
                          errors="replace", stdin=subprocess.DEVNULL)


def group_of(process):
    """Its process group; 0: it has ended or is a zombie."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[2])


def group_members(group):
    """The running processes of a group."""
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and group_of(p) == group]


def group_ends(group, seconds):
    """True if all of its processes end within this time."""
    known = group_members(group)
    return wait_until(lambda: not any(group_of(p) == group for p in known), seconds) and not group_members(group)


class Hsm:
    """SoftHSM in a private folder; `env` is the environment in the enclave."""

    def __init__(self, folder, program):
        self.folder, self.program = folder, program
        (folder / "tokens").mkdir(mode=0o700, parents=True)
        conf = folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.env = {**os.environ, "SOFTHSM2_CONF": str(conf), "PATH": search_path()}

    def call(self, command, *words):
        return run(self.program, command, SOFTHSM, SO_PIN, *words, env=self.env)

    def add(self, label, *keys):
        """keys: (id, label, key file, chain file or "-")"""
        return self.call("add", label, PIN, *(word for key in keys for word in key))

    def remove(self, label):
        return self.call("remove", label)


class Server:
    """p11-kit server below the guard, or without it."""

    def __init__(self, hsm, name="p11.sock", guarded=True, pass_fds=()):
        self.socket = hsm.folder / name
        words = ["p11-kit", "server", "--provider", SOFTHSM, "-n", f"unix:path={self.socket}", "-f",
                 "pkcs11:?write-protected=yes"]
        words = [hsm.program, "guard", *words] if guarded else words
        # Without a guard, the test ends its children by their process group; with one, the guard does.
        self.process = subprocess.Popen(words, env=hsm.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL, process_group=None if guarded else 0,
                                        pass_fds=pass_fds)
        self.group = self.guard() if guarded else self.process.pid
        self.address = f"unix:path={self.socket}"
        self.env = {**os.environ, "P11_KIT_SERVER_ADDRESS": self.address, "PATH": search_path()}
        self.env.pop("SOFTHSM2_CONF", None)
        if not wait_until(self.listens):
            raise RuntimeError("p11-kit server does not listen")

    def guard(self):
        """The guard's process id; p11-kit writes to the same pipe."""
        for line in self.process.stdout:
            if line.startswith("guard "):
                return int(line.split()[1])
        raise RuntimeError("the guard did not start")

    def listens(self):
        """The socket's file exists a moment before the server listens on it."""
        try:
            socket.socket(socket.AF_UNIX).connect(str(self.socket))
        except OSError:
            return False
        return True

    def members(self):
        return group_members(self.group)

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        if self.members():
            os.killpg(self.group, signal.SIGKILL)


class Signer:
    """signer.c with one session."""

    def __init__(self, program, env, label, key, module=None):
        self.process = subprocess.Popen([program, module or CLIENT, label, PIN, key], env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.first = self.answer()

    def answer(self):
        """CKR as a number; -1: the signer has ended."""
        line = self.process.stdout.readline()
        return int(line, 16) if line else -1

    def tell(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def ask(self, word):
        self.tell(word)
        return self.answer()

    def end(self):
        self.process.kill()
        self.process.wait()


def make_key(folder, name, *options):
    """A key and a chain leaf + CA for localhost: (key file, chain file, CA file)."""
    key, leaf, ca = (folder / f"{name}{end}" for end in (".key", ".pem", "-ca.pem"))
    ca_key, request = folder / f"{name}-ca.key", folder / f"{name}.csr"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    extensions = folder / "leaf.ext"
    extensions.write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
    for words in (["genpkey", *options, "-out", key],
                  ["genpkey", *options, "-out", ca_key],
                  ["req", "-x509", "-key", ca_key, "-days", "2", "-subj", f"/CN={name} CA", "-out", ca],
                  ["req", "-new", "-key", key, *subject, "-out", request],
                  ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2",
                   "-extfile", extensions, "-out", leaf]):
        done = run("openssl", *words)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {words[0]}: {done.stderr}")
    leaf.write_text(leaf.read_text() + ca.read_text())
    return key, leaf, ca


EC = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")


def workplace():
    return tempfile.TemporaryDirectory(prefix="natt-token-")
