"""Connections of the KMS client: connection_test.py PROGRAM [CHECK...]. Prints TAP. A CHECK is the name of a function
check_CHECK; all of them run without.

PROGRAM (connection_program.c) connects to servers on loopback: OpenSSL's s_server and nginx with certificates that are
valid or have one fault, servers that disconnect, are slow or flood, and a proxy that truncates or changes their bytes.
Each failure must have its own code, and end by its deadline.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
try:
    import connection_cases
except ImportError as error:
    if error.name != "cryptography":
        raise
    print("1..0 # SKIP python3-cryptography is missing")
    sys.exit(0)

PROGRAM = os.path.abspath(sys.argv[1])
SLACK_S = 3.0  # seconds that a busy machine may need after a deadline


class Answer:
    """The program's output, and its duration."""
    def __init__(self, text, seconds):
        self.text, self.seconds = text.rstrip("\n"), seconds
        words = self.text.split(" ", 4)
        self.code = words[0]
        crashed = self.code == "crash"
        failed = self.code != "ok" and len(words) == 5 and not crashed
        self.errno, self.tls = (int(words[1]), int(words[2])) if failed else (0, 0)
        data = words[3].rstrip("-") if failed else words[1] if len(words) > 1 and not crashed else ""
        self.got = bytes.fromhex(data)
        self.message = words[4] if failed else ""


class Checks:
    def __init__(self):
        self.failed, self.count = 0, 0

    def report(self, good, title, text=""):
        self.count, self.failed = self.count + 1, self.failed + (not good)
        print(f"{'ok' if good else 'not ok'} {self.count} - {title}", flush=True)
        print("".join(f"# {line}\n" for line in ([] if good else str(text).splitlines()[:20])), end="")

    def skip(self, title, reason):
        self.report(True, f"{title} # SKIP {reason}")

    @staticmethod
    def ask(endpoint, ca="-", address="-", data=b"abc\nCLOSE\n", mode=("all", ), ms=(8000, 8000), before=()):
        """The program's result. ms: the time to connect, and the total time."""
        began = time.monotonic()
        done = subprocess.run([*before, PROGRAM, endpoint, address, ca, *map(str, ms), *mode], input=data,
                              capture_output=True, check=False)
        text = done.stdout.decode("ascii", "replace")
        if done.returncode != 0:
            text = f"crash {done.returncode} {done.stderr.decode('ascii', 'replace')} {text}".replace("\n", " ")
        return Answer(text, time.monotonic() - began)

    def expect(self, title, answer, code, message="", got=None, seconds=None):
        """code: one word or several; message: a part of it; got: the expected bytes of the server; seconds: minimum and
        maximum"""
        low, high = seconds or (0, 20)
        good = (answer.code in code.split() and message in answer.message and (got is None or answer.got == got)
                and low <= answer.seconds <= high + SLACK_S)
        self.report(good, title, f"{answer.seconds:.2f} s: {answer.text[:600]}; expected {code} {message} {got}")


def main():
    if not shutil.which("openssl"):
        print("1..0 # SKIP openssl is missing")
        return 0
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"# {version}")
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        connection_cases.run(checks, folder, "TLS 1.3" in version, sys.argv[2:])
    print(f"1..{checks.count}")
    return 1 if checks.failed else 0


sys.exit(main())
