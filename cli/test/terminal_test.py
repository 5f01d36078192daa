"""Tests output on a terminal, and that files and pipes get none of it: terminal_test.py PATH-OF-BINARY.

Colours, blocks, bars and progress, each in a separate pseudo-terminal. Standard library only.
"""
import base64
import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

BINARY = os.path.abspath(sys.argv[1])
REPO = pathlib.Path(__file__).resolve().parents[2]
AT, NONCE, IMAGE = "2025-06-01T12:00:00Z", "a1b2c3d4", "aa" * 48
UTF8 = {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
BLOCK, SHADE, ESCAPE = "\u2588", "\u2591", "\033"
LIFETIME = re.compile(r"^ +lifetime +(\S+) (.*)$", re.M)


def environment(given):
    kept = {name: value for name, value in os.environ.items()
            if name not in ("NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG", "COLUMNS")}
    return {**kept, **given}


def at_terminal(*words, env, columns=100, out=True, err=False, kept=None):
    """(exit status, output on the terminal, output on the pipe that replaces the other stream)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([BINARY, *map(str, words)], env=environment(env), stdin=subprocess.DEVNULL,
                               stdout=slave if out else kept or subprocess.PIPE,
                               stderr=slave if err else subprocess.PIPE)
    os.close(slave)
    seen = []

    def read():
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # Linux: the other side is closed
                piece = b""
            if not piece:
                return
            seen.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    others = process.communicate(timeout=120)
    reader.join(60)
    os.close(master)
    return (process.returncode, b"".join(seen).decode().replace("\r\n", "\n"),
            b"".join(other for other in others if other).decode(errors="replace"))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.doc, cls.root = cls.dir / "doc.bin", cls.dir / "root.pem"
        subprocess.run([BINARY, "issue", "--out", cls.doc, "--root-out", cls.root, "--seed", "00", "--at", AT,
                        "--nonce", NONCE, "--pcr", "0=" + IMAGE, "--user-data", "00" * 1000], check=True,
                       capture_output=True, timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def verify(self, **more):
        return at_terminal("verify", "--nonce", NONCE, "--max-age", "5m", "--at", AT, "--pcr", "0=" + IMAGE, "--root",
                           self.root, self.doc, **more)


class Colours(Case):
    def test_only_where_the_terminal_has_them(self):
        for env, coloured in ((UTF8, True), ({"TERM": "xterm", "LC_ALL": "C"}, True),
                              ({**UTF8, "NO_COLOR": ""}, True), ({**UTF8, "NO_COLOR": "1"}, False),
                              ({**UTF8, "TERM": "dumb"}, False), ({**UTF8, "TERM": ""}, False),
                              ({"LC_ALL": "C.UTF-8"}, False)):
            status, text, _ = self.verify(env=env)
            self.assertEqual((status, ESCAPE in text, "VERIFIED" in text), (0, coloured, True), env)
        _, _, piped = self.verify(env=UTF8, out=False, err=True)
        self.assertTrue(piped.startswith("VERIFIED\n"), "a terminal for standard error colours no pipe")


class Bars(Case):
    def inspect(self, *words, **more):
        status, text, other = at_terminal("inspect", *words, self.doc, **more)
        self.assertEqual(status, 0, other)
        return text

    def test_blocks_where_the_locale_has_them_and_ascii_elsewhere(self):
        for env, blocks in ((UTF8, True), ({"TERM": "xterm", "LANG": "de_DE.UTF-8"}, True),
                            ({"TERM": "xterm", "LC_CTYPE": "en_US.utf8", "LANG": "C"}, True),
                            ({"TERM": "xterm", "LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
                            ({"TERM": "xterm", "LC_ALL": "", "LANG": "en_US.ISO-8859-1"}, False),
                            ({"TERM": "xterm"}, False), ({**UTF8, "TERM": "dumb"}, False),
                            ({**UTF8, "NO_COLOR": "1"}, True)):
            text = self.inspect(env=env)
            self.assertEqual((BLOCK in text, SHADE in text, "[#" in text), (blocks, blocks, not blocks), env)
            self.assertEqual(len(LIFETIME.findall(text)), 5)
            if not blocks:
                self.assertTrue(text.isascii(), env)

    def test_no_bar_without_a_terminal(self):
        for words in ([], ["--json"]):
            done = subprocess.run([BINARY, "inspect", *words, self.doc], env=environment(UTF8), capture_output=True,
                                  text=True, timeout=60, check=True)
            self.assertNotIn("lifetime", done.stdout)
            self.assertNotIn("sizes", done.stdout)
            self.assertTrue(done.stdout.isascii())
        json_at_terminal = self.inspect("--json", env=UTF8)
        self.assertNotIn("lifetime", json_at_terminal)
        self.assertNotIn(BLOCK, json_at_terminal)

    def test_sizes_are_those_of_the_document(self):
        text = self.inspect(env=UTF8, columns=100)
        rows = {name: (bar, int(size)) for bar, size, name in
                re.findall(r"^ +([\u2588\u2591]+) +(\d+) bytes  (.+)$", text, re.M)}
        self.assertEqual(list(rows), ["cabundle", "certificate", "PCR values", "public_key", "user_data", "nonce",
                                      "signature"])
        whole = self.doc.stat().st_size
        self.assertEqual((rows["user_data"][1], rows["nonce"][1], rows["signature"][1], rows["PCR values"][1],
                          rows["public_key"]), (1000, 4, 96, 16 * 48, (SHADE * 40, 0)))
        self.assertLess(sum(size for _, size in rows.values()), whole)
        for name, (bar, size) in rows.items():
            self.assertLessEqual(abs(bar.count(BLOCK) - size * 40 / whole), 1, name)
        self.assertEqual(rows["nonce"][0].count(BLOCK), 1, "what is there is seen")

    def test_lifetimes_are_at_the_time_of_the_document(self):
        shown = LIFETIME.findall(self.inspect(env=UTF8))
        percent = [int(re.match(r"(\d+) % elapsed at the timestamp$", words)[1]) for _, words in shown]
        self.assertEqual(percent[0], 18, "the root: five years and seven months of 30 years")
        for (bar, _), value in zip(shown, percent):
            self.assertLessEqual(abs(bar.count(BLOCK) * 100 / len(bar) - value), 3)
            self.assertLess(value, 100)

    def test_a_time_outside_of_the_validity_is_named(self):
        for name, filled, words in (("timestamp-before-leaf", 0, "the timestamp is before it"),
                                    ("timestamp-after-leaf", 34, "the timestamp is after it"),
                                    ("document-timestamp-end-of-9999", 34, "the timestamp is after it")):
            broken = self.dir / "broken.bin"
            subprocess.run([BINARY, "issue", "--break", name, "--out", broken, "--root-out", self.dir / "other.pem"],
                           check=True, capture_output=True, timeout=60)
            _, text, _ = at_terminal("inspect", broken, env=UTF8, columns=80)
            bar, shown = LIFETIME.findall(text)[4]
            self.assertEqual((bar.count(BLOCK), len(bar), shown), (filled, 34, words), name)

    def test_the_width_follows_the_terminal(self):
        widths = []
        for columns in (20, 60, 80, 300):
            text = self.inspect(env=UTF8, columns=columns)
            widths.append(len(LIFETIME.search(text)[1]))
            if columns >= 60:
                rows = [line for line in text.splitlines() if SHADE in line]
                self.assertTrue(rows and all(len(line) <= columns for line in rows), columns)
        self.assertEqual(widths, [8, 14, 34, 40])
        self.assertEqual(len(LIFETIME.search(self.inspect(env=UTF8, columns=0))[1]), 34, "unknown: 80 columns")

    def test_values_come_from_ones_own_build(self):
        advice = "Take the values to require from your own build and request, not from this document."
        self.assertEqual(self.inspect(env=UTF8).rstrip("\n").splitlines()[-2], advice)


class Characters(Case):
    """Text of documents and paths in a terminal whose encoding is not UTF-8: U+00DB ends with 0x9b there, CSI."""

    def test_others_than_ascii_only_where_the_locale_has_them(self):
        text, root = "gr\u00fc\u00df \u00db31m", self.dir / "r"
        document = self.dir / "text.bin"
        subprocess.run([BINARY, "issue", "--out", document, "--root-out", root, "--nonce", "00", "--user-data",
                        "base64:" + base64.b64encode(text.encode()).decode()], check=True, capture_output=True,
                       timeout=60)
        policy = self.dir / "policy.json"
        policy.write_text(json.dumps({"version": 1, "sets": [{"name": text, "pcrs": {"0": [IMAGE]}}]}))
        escaped = "gr\\u{00FC}\\u{00DF} \\u{00DB}31m"
        for env, kept in ((UTF8, True), ({"TERM": "xterm", "LC_ALL": "C"}, False),
                          ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1"}, False), ({**UTF8, "TERM": "dumb"}, True)):
            _, shown, _ = at_terminal("inspect", document, env=env)
            self.assertEqual((text in shown, escaped in shown), (kept, not kept), env)
            _, shown, _ = at_terminal("verify", "--policy", policy, "--nonce", "00", "--max-age", "1h", "--root", root,
                                      document, env=env)
            self.assertEqual(("(%s)" % text in shown, "(%s)" % escaped in shown), (kept, not kept), shown)
            _, shown, _ = at_terminal("inspect", "/not-there/" + text, env=env, out=False, err=True)
            self.assertEqual((text in shown, escaped in shown), (kept, not kept), env)
        piped = subprocess.run([BINARY, "inspect", document], env=environment({"LC_ALL": "C"}), capture_output=True,
                               timeout=60, check=True).stdout
        self.assertIn(text.encode(), piped, "a pipe gets the bytes")


class Progress(Case):
    def test_vectors_at_a_terminal_alone(self):
        answer = f"sleep 0.9; exec '{BINARY}' vectors answer"
        words = ["vectors", "run", "--vectors", REPO / "vectors", "--group", "cbor", "--exec", answer]
        for env, shown, control in ((UTF8, "running: ", True), ({**UTF8, "TERM": "dumb"}, "running ...\n", False)):
            status, text, out = at_terminal(*words, env=env, out=False, err=True)
            self.assertEqual((status, shown in text, "\r" in text, ESCAPE in text), (0, True, control, False), text)
            self.assertIn("AGREES", out)
        self.assertRegex(at_terminal(*words, env=UTF8, out=False, err=True)[1], r"\d+ of \d+ vectors, \d+ %")
        done = subprocess.run([BINARY, *map(str, words)], env=environment(UTF8), capture_output=True, text=True,
                              timeout=120, check=True)
        self.assertEqual(done.stderr, "")

    def test_the_line_is_gone_at_the_end(self):
        for words in (["recipient", "keygen", "--no-nsm", "--bits", "2048", self.dir / "key.pem"],):
            status, text, _ = at_terminal(*words, env=UTF8, out=False, err=True)
            self.assertEqual(status, 0, text)
            self.assertTrue(text.startswith("making an RSA key ..."), text)
            self.assertEqual(text.split("\r")[-1], "")
            self.assertEqual(text.split("\r")[-2].strip(), "")
            os.unlink(words[-1])
            done = subprocess.run([BINARY, *map(str, words)], env=environment(UTF8), capture_output=True, text=True,
                                  timeout=120, check=True)
            self.assertEqual((done.stdout, done.stderr), ("", ""))
            os.unlink(words[-1])

    def test_a_lost_root_is_said_on_a_terminal_only(self):
        note = "--pki DIR or --root-out FILE keeps it"
        for words, said in (((), True), (("--seed", "00"), False), (("--root-out", self.dir / "kept.pem"), False)):
            status, text, _ = at_terminal("emulate", *words, "--", "true", env=UTF8, out=False, err=True)
            if status == 125:
                self.skipTest(text)
            self.assertEqual((status, note in text), (0, said), text)
        done = subprocess.run([BINARY, "emulate", "--", "true"], env=environment(UTF8), capture_output=True, timeout=60,
                              check=True)
        self.assertEqual(done.stderr, b"")

    def test_random_bytes_go_to_a_pipe_and_progress_to_the_terminal(self):
        slow = subprocess.Popen(["sh", "-c", "sleep 1; wc -c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        status, text, _ = at_terminal("emulate", "--", BINARY, "nsm", "random", str(1 << 20), env=UTF8, out=False,
                                      err=True, kept=slow.stdin)
        written = int(slow.communicate(timeout=60)[0])
        if status == 125:
            self.skipTest(text)
        self.assertEqual((status, written), (0, 1 << 20))
        self.assertRegex(text, r"random bytes: \d of 1 MiB, \d+ %")
        status, text, _ = at_terminal("emulate", "--", BINARY, "nsm", "random", str(4 << 20), env=UTF8, err=True)
        self.assertEqual(status, 0)
        self.assertNotIn("random bytes", text, "not among the digits")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
