"""Runs nitro-attest provision demo: provision_demo_test.py PATH-OF-BINARY.

To its end, with the expected output; and interrupted. No files or processes may remain. The demo itself names missing
programs.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
SECONDS = 60


class Demo(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="natt-demo-")
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.env = dict(os.environ, TMPDIR=self.place)

    def start(self, **env):
        return subprocess.Popen([BINARY, "provision", "demo"], env=self.env | env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def check_status(self, process, expected, text):
        if process.returncode == 3 and "apt-get install" in text:
            self.skipTest(text.strip())
        self.assertEqual(process.returncode, expected, text)

    def started_here(self):
        """Command lines of processes that name the demo's directory, or run in it."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % pid, "rb") as f:
                    words = f.read()
                if self.place.encode() in words or os.readlink("/proc/%s/cwd" % pid).startswith(self.place):
                    found.append(words)
            except OSError:
                continue
        return found

    def assert_nothing_remains(self):
        end = time.monotonic() + 5
        while self.started_here() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual((self.started_here(), os.listdir(self.place)), ([], []))

    def test_shows_all_steps_and_leaves_nothing(self):
        process = self.start()
        text, _ = process.communicate(timeout=SECONDS)
        self.check_status(process, 0, text)
        self.assertEqual(re.findall(r"^(\d+)\. ", text, re.M), [str(n) for n in range(1, 11)])
        for line in ("hello from nginx", "SSL certificate verify ok.", "subject: CN=localhost"):
            self.assertIn(line, text)
        self.assertRegex(text, r"(?i)sha256 Fingerprint=[0-9A-F:]{95}")
        self.assertEqual(re.findall(r"files with the key in the clear: (\d+)", text), ["1", "0"])
        if os.getuid() == 0:
            counts = re.findall(r"(\d+) of (\d+) processes of nginx have the key in memory", text)
            self.assertEqual([count for count, _ in counts], [counts[0][1], "0"], "the control, and the token")
        self.assertRegex(text.splitlines()[-2], r"^   curl: \((35|56)\)")
        self.assert_nothing_remains()

    def test_ends_with_a_signal_at_any_step(self):
        for number, step in ((signal.SIGINT, "2. "), (signal.SIGTERM, "5. "), (signal.SIGHUP, "7. "),
                             (signal.SIGTERM, "8. ")):
            process = self.start()
            for line in process.stdout:
                if line.startswith(step):
                    break
            if process.poll() is None:
                process.send_signal(number)
            text, _ = process.communicate(timeout=SECONDS)
            # The last steps take less than a second: it may have ended before the signal.
            done = process.returncode == 0 and step in ("7. ", "8. ") and "as expected" in text
            self.check_status(process, 0 if done else 130 if number == signal.SIGINT else 143, text)
            self.assert_nothing_remains()

    def test_names_what_is_missing(self):
        empty = os.path.join(self.place, "empty")
        os.mkdir(empty)
        text = self.start(PATH=empty).communicate(timeout=SECONDS)[0]
        self.assertIn("what to do: apt-get install", text)
        for package in ("softhsm2", "p11-kit", "openssl", "curl"):
            self.assertRegex(text, r"install.* %s\b" % package)
        self.assertEqual(os.listdir(self.place), ["empty"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
