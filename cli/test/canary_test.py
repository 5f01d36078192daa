"""Tests verify --canary: canary_test.py PATH-OF-BINARY. It reports unknown fields, and changes no verdict.

Standard library only.
"""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
MEETS = "apart from its unknown fields, the document meets every requirement"


def run(*words, cwd=None):
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


class Canary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def broken(self, name):
        """(path, the options that the command proposes to show the refusal)."""
        path = self.dir / (name + ".bin")
        done = run("issue", "--break", name, "--out", path, "--root-out", self.dir / (name + ".pem"))
        self.assertEqual(done.returncode, 0, done.stderr)
        line = done.stderr.replace("\\\n", " ").splitlines()[-1]
        return path, shlex.split(line)[2:-1]

    def verify(self, path, options, *words):
        """Text and JSON."""
        text, made = run("verify", *options, *words, path), run("verify", *options, *words, "--json", path)
        self.assertEqual((text.returncode, text.stderr, made.stderr), (made.returncode, "", ""))
        return text.returncode, text.stdout, json.loads(made.stdout)

    def names(self, path):
        return json.loads(run("inspect", "--json", path).stdout)["unknown_fields"]

    def test_unknown_fields_of_a_document_that_is_right_otherwise(self):
        for name, count in (("document-unknown-field", 1), ("document-two-unknown-fields", 2),
                            ("document-unknown-field-empty-name", 1), ("document-unknown-field-first", 1)):
            path, options = self.broken(name)
            plain, with_canary = self.verify(path, options), self.verify(path, options, "--canary")
            self.assertEqual((plain[0], with_canary[0]), (1, 1), "it remains refused")
            self.assertNotIn("canary", plain[2])
            canary = with_canary[2].pop("canary")
            self.assertEqual(with_canary[2], plain[2])
            self.assertEqual((canary["code"], canary["unknown_fields"]), ("NATT_OK", self.names(path)))
            self.assertEqual(len(canary["unknown_fields"]), count)
            self.assertTrue(with_canary[1].startswith("REFUSED\n"))
            self.assertIn(MEETS, with_canary[1])
            for field in canary["unknown_fields"]:
                self.assertIn('"%s"\n' % field, with_canary[1])
            self.assertIn("no signature was verified", plain[1])
            self.assertNotIn("no signature was verified", with_canary[1])

    def test_no_names_unless_everything_else_is_verified(self):
        path, options = self.broken("document-unknown-field")
        other = [*options, "--region", "nowhere"]
        forged = self.dir / "forged"
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        forged.write_bytes(content)
        for document, given, code in ((path, other, "NATT_E_EXPECT_REGION"),
                                      (forged, options, "NATT_E_COSE_SIGNATURE")):
            status, text, made = self.verify(document, given, "--canary")
            self.assertEqual((status, made["code"]), (1, "NATT_E_DOC_UNKNOWN_FIELD"))
            self.assertEqual(made["canary"], {"code": code})
            self.assertIn("would be refused too: " + code, text)
            self.assertNotIn(MEETS, text)
            for field in self.names(document):
                self.assertNotIn('"%s"' % field, text)
            self.assertIn("no signature was verified", text)

    def test_other_verdicts_are_unaffected(self):
        path, options = self.broken("document-timestamp-1")
        self.assertEqual(self.verify(path, options, "--canary"), self.verify(path, options))
        self.assertEqual(self.verify(path, options)[0], 1)
        good, root = self.dir / "good", self.dir / "root"
        run("issue", "--out", good, "--root-out", root, "--at", "2025-06-01T12:00:00Z", "--nonce", "0011")
        options = ["--root", root, "--archive", "--at", "2025-06-01T13:00:00Z", "--nonce", "0011",
                   "--insecure-no-pcr-policy"]
        self.assertEqual(self.verify(good, options, "--canary"), self.verify(good, options))
        self.assertEqual(self.verify(good, options)[0], 0)

    def test_it_is_no_way_to_accept_them(self):
        path, options = self.broken("document-unknown-field")
        self.assertEqual(self.verify(path, options, "--allow-unknown-fields")[0], 0)
        done = run("verify", *options, "--canary", "--allow-unknown-fields", path)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("--canary together with", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
