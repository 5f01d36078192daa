"""What the tests of `nitro-attest provision` share. A Scene has software NSMs, a local KMS whose key only one of
them may use, SoftHSM in a private directory, and a small PKI. Standard library, openssl and SoftHSM.
"""
import atexit
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
HERE = pathlib.Path(__file__).resolve().parent
PLACES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so",
          "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
          "/usr/local/lib/softhsm/libsofthsm2.so"]
MODULE = next((place for place in PLACES if os.path.exists(place)), None)
A, B = "11" * 48, "22" * 48
PIN = "12345678"
POLICY = ["--principal", "arn:aws:iam::111122223333:user/app", "--encryptor", "arn:aws:iam::111122223333:user/parent"]


def missing():
    """The reason why these tests cannot run; None: they can."""
    if MODULE is None:
        return "libsofthsm2.so is missing: install softhsm2"
    if shutil.which("openssl") is None:
        return "openssl is missing"
    text = subprocess.run([BINARY, "provision", "list"], capture_output=True, text=True, check=False).stderr
    return "this nitro-attest cannot provision" if "cannot provision" in text else None


def wait_for(condition, what, limit_s=20):
    limit = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(what)
        time.sleep(0.01)


def accepts(path):
    def connects(kind):
        with socket.socket(socket.AF_UNIX, kind) as s:
            return s.connect_ex(str(path)) == 0
    return connects(socket.SOCK_STREAM) or connects(socket.SOCK_SEQPACKET)


def argument(word):
    return word if isinstance(word, bytes) else str(word)


def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, check=True).stdout


class Scene:
    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="provision-"))
        self.programs, self.numbers, self.nsm_sockets = [], 0, {}
        atexit.register(self.close)
        (self.dir / "tokens").mkdir()
        self.write("softhsm.conf", "directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n" %
                   self.dir)
        self.write("pin", PIN + "\n", 0o600)
        self.env = {"PATH": os.environ["PATH"], "SOFTHSM2_CONF": str(self.dir / "softhsm.conf"),
                    "ASAN_OPTIONS": "detect_leaks=%d" % (os.geteuid() == 0), "AWS_SECRET_ACCESS_KEY": "any",
                    "AWS_REGION": "us-east-1"}
        if "NATT_TEST_FEW_ROUNDS" in os.environ:  # the library few_rounds.c of nsm/provision/test
            self.env["LD_PRELOAD"] = os.environ["NATT_TEST_FEW_ROUNDS"]
        for pki in ("pki", "foreign"):
            self.run("emulate", "--pki", pki, "--init", code=0)
        for name, pcr0 in (("a.json", A), ("b.json", B)):
            self.run("kms", "policy", "--pcr", "0=" + pcr0, *POLICY, "--out", name, code=0)
        self.kms = self.dir / "kms.sock"
        self.start("kms", "serve", "--store", ":memory:", "--pki", "pki", "--key", "alias/tls=a.json", "--key",
                   "alias/other=b.json", "--listen", "unix:%s" % self.kms, socket_path=self.kms)
        self.make_pki()

    # ---- programs ----

    def start(self, *words, socket_path=None, **how):
        with open(self.dir / ("log-%d" % len(self.programs)), "wb") as log:
            program = subprocess.Popen([BINARY, *map(str, words)], cwd=self.dir,
                                       stdin=how.pop("stdin", subprocess.DEVNULL),
                                       stdout=how.pop("stdout", log), stderr=log, env={**self.env, "AWS_ACCESS_KEY_ID":
                                                                                       "app", **how.pop("env", {})},
                                       **how)
        program.log = log.name
        self.programs.append(program)
        if socket_path is not None:
            wait_for(lambda: accepts(socket_path) or program.poll() is not None, "nothing listens on %s" % socket_path)
            if program.poll() is not None:
                raise AssertionError(pathlib.Path(program.log).read_text())
        return program

    def close(self):
        for program in self.programs:
            if program.poll() is None:
                program.send_signal(signal.SIGTERM)
        for program in self.programs:
            program.wait(20)
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, *words, user="app", code=None, **how):
        done = subprocess.run([BINARY, *map(argument, words)], cwd=self.dir, capture_output=True, text=True, timeout=60,
                              check=False, env={**self.env, "AWS_ACCESS_KEY_ID": user}, **how)
        if "Sanitizer" in done.stderr or "runtime error" in done.stderr or done.returncode < 0:
            raise AssertionError("crashed with %d: %s\n%s" % (done.returncode, words, done.stderr))
        if code is not None and done.returncode != code:
            raise AssertionError("%s: exit code %d, not %d\n%s" % (words, done.returncode, code, done.stderr))
        return done

    def nsm(self, name="good"):
        """The socket of an NSM: good, wrong-pcr, foreign, stale."""
        if name not in self.nsm_sockets:
            path = self.dir / ("nsm-%s.sock" % name)
            words = ["--pki", "foreign" if name == "foreign" else "pki", "--pcr",
                     "0=" + (B if name == "wrong-pcr" else A), "--listen", path]
            if name == "stale":
                words += ["--at", "@%d" % ((time.time() - 900) * 1000)]
            self.start("emulate", *words, socket_path=path)
            self.nsm_sockets[name] = path
        return self.nsm_sockets[name]

    def way(self, nsm=None, kms=None):
        way = ["--endpoint", "http://localhost", "--connect", "unix:%s" % (kms or self.kms), "--insecure-http"]
        return way + ([] if nsm is None else ["--socket", self.nsm(nsm)])

    # ---- keys and certificates ----

    def path(self, name):
        return self.dir / name

    def write(self, name, content, mode=0o644):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def make_key(self, name, kind):
        """PKCS #8 PEM."""
        if kind.isdigit():
            return self.write(name, openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + kind))
        return self.write(name, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + kind))

    def make_certificate(self, name, key, issuer, issuer_key, subject, is_ca=False, days=30):
        request = openssl("req", "-new", "-key", self.path(key), "-subj", "/CN=" + subject)
        extensions = self.write("ext-" + name, "basicConstraints=critical,CA:%s\n" % ("TRUE" if is_ca else "FALSE"))
        self.numbers += 1
        signer = ["-signkey", self.path(key)] if issuer is None else ["-CA", self.path(issuer), "-CAkey",
                                                                       self.path(issuer_key)]
        return self.write(name, openssl("x509", "-req", "-days", days, "-set_serial", 1000 + self.numbers, "-extfile",
                                        extensions, *signer, stdin=request))

    def make_pki(self):
        for name in ("root", "stranger", "middle", "ec"):
            self.make_key(name + ".key", "P-256")
        self.make_certificate("root.pem", "root.key", None, None, "root", True)
        self.make_certificate("stranger.pem", "stranger.key", None, None, "stranger", True)
        self.make_certificate("middle.pem", "middle.key", "root.pem", "root.key", "middle", True)
        self.chain("ec")

    def chain(self, name):
        """NAME.pem for NAME.key, below middle and root; NAME.chain has all three."""
        self.make_certificate(name + ".pem", name + ".key", "middle.pem", "middle.key", name)
        return self.join(name + ".chain", name, "middle", "root")

    def join(self, name, *certificates):
        return self.write(name, b"".join(self.path(c + ".pem").read_bytes() for c in certificates))

    # ---- provision ----

    def pack(self, key, chain=None, *more, out="keys.json", kms_key="alias/tls", code=0):
        words = ["--key", self.path(key), *(["--chain", self.path(chain)] if chain else []), "--key-id", kms_key]
        words += ["--out", out] if out else []
        return self.run("provision", "pack", *words, *self.way(), *more, user="parent", code=code)

    def encrypted(self, bytes_, *more, kms_key="alias/tls"):
        """KMS's ciphertext of these bytes, in base64."""
        self.write("plain", bytes_)
        done = self.run("kms", "encrypt", "--key-id", kms_key, *self.way(), *more, "plain", user="parent", code=0)
        return done.stdout.split(": ")[1].strip()

    def database(self, *rows):
        return self.write("keys.json", json.dumps(list(rows)))

    def token(self, command, *more, label="acm-token", pin="pin", state="state", database="keys.json", nsm="good",
              kms=None, code=None, **how):
        words = ["--state", state, "--module", MODULE, "--label", label, "--pin-file", pin]
        if command != "remove":
            words += self.way(nsm, kms)
        if command in ("add", "update", "run"):
            words += ["--database", database]
        return self.run("provision", command, *words, *more, code=code, **how)

    def remove_all(self, pin="pin", state="state"):
        for token in self.list(state):
            self.token("remove", label=token["label"], pin=pin, state=state, code=0)

    def list(self, state="state"):
        words = ["--state", state, "--module", MODULE, "--json"]
        return json.loads(self.run("provision", "list", *words, code=0).stdout)["tokens"]

    def module(self, *words):
        """The module's own view, by pkcs11_objects.py."""
        done = subprocess.run([sys.executable, HERE / "pkcs11_objects.py", MODULE, *words], capture_output=True,
                              text=True, check=False, env=self.env, timeout=60)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout)

    def tokens(self):
        """Labels of the module's tokens, except for free ones."""
        return [label for label in self.module()["tokens"] if not label.startswith("natt-free:")]


class SceneCase(unittest.TestCase):
    """Tests of one program share a scene."""
    s = None

    @classmethod
    def setUpClass(cls):
        SceneCase.s = SceneCase.s or Scene()


class TapResult(unittest.TestResult):
    def report(self, test, good, text=""):
        print("%s %d - %s" % ("ok" if good else "not ok", self.testsRun, test.id().split(".", 1)[-1]))
        print("".join("# %s\n" % line for line in text.splitlines()), end="", flush=True)

    def addSuccess(self, test):
        self.report(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report(test, False, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        if isinstance(test, unittest.TestCase):
            self.report(test, False, self.errors[-1][1])
        else:
            print("Bail out! %s" % self.errors[-1][1].replace("\n", " "))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            super().addSubTest(test, subtest, err)
            self.report(test, False, subtest.id() + "\n" + (self.failures + self.errors)[-1][1])

    def addSkip(self, test, reason):
        print("ok %d - %s # SKIP %s" % (self.testsRun, test.id().split(".", 1)[-1], reason))


def main(names=()):
    """Runs the cases of the program, as TAP; those whose names contain one of the words."""
    why = missing()
    if why is not None:
        print("1..0 # SKIP " + why)
        return
    suite = unittest.defaultTestLoader.loadTestsFromName("__main__")
    cases = [case for group in suite for case in group if not names or any(n in case.id() for n in names)]
    print("1..%d" % len(cases), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    result = TapResult()
    unittest.TestSuite(cases).run(result)
    if not result.wasSuccessful():
        sys.exit(1)
