"""Tests issue --break from the command line: break_test.py PATH-OF-BINARY. Standard library only.

Every rule of docs/RULES.md that a document can break is broken by its id, and the printed command runs in a shell: it
must refuse the document for this rule. test-breaks does the same for every break, on several documents, in one process.
"""
import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "nitro-attest"
REPO = pathlib.Path(__file__).resolve().parents[2]
RULE = re.compile(r"^\| (R-[A-Z0-9]+-\d+) \|.*?\| (NATT_E_\w+) \|", re.M)
NOT_OF_DOCUMENTS = ("R-USAGE-", "R-INTERNAL-")  # about the call, and about the library
AT = "2025-06-01T12:00:00Z"


def run(*words, stdin=b""):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1, 2, 3) or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


def rules():
    return [(rule, code) for rule, code in RULE.findall((REPO / "docs/RULES.md").read_text())
            if not rule.startswith(NOT_OF_DOCUMENTS)]


class Break(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.doc, self.root = self.dir / "it's broken", self.dir / "root.pem"

    def issue(self, *words, doc=None):
        done = run("issue", "--out", doc or self.doc, "--root-out", self.root, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def run_advice(self, stderr, stdin=None):
        """The verdict of the command printed on standard error."""
        command = stderr.decode().split("To see it refused:\n", 1)[1].strip()
        command = command.replace("nitro-attest verify", f"'{BINARY}' verify --json", 1)
        done = subprocess.run(["sh", "-c", command], input=stdin, capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (1, b""), (command, done))
        return json.loads(done.stdout)

    def expect_error(self, done, code, *texts):
        self.assertEqual((done.returncode, done.stdout), (code, b""), done)
        for text in ("what to do", *texts):
            self.assertIn(text, done.stderr.decode())
        self.assertFalse(self.doc.exists())

    def test_every_rule_by_name(self):
        self.assertGreater(len(rules()), 70)
        for rule, code in rules()[::int(os.environ.get("NATT_TEST_BREAKS_STEP", "1"))]:
            with self.subTest(rule):
                done = self.issue("--break", rule)
                self.assertIn(f"{code} ({rule})", done.stderr.decode())
                verdict = self.run_advice(done.stderr)
                self.assertEqual((verdict["rule"], verdict["code"]), (rule, code))

    def test_the_list_has_every_rule_and_each_id_once(self):
        listed = json.loads(run("issue", "--list-breaks", "--json").stdout)
        self.assertEqual({entry["rule"] for entry in listed}, {rule for rule, _ in rules()})
        ids = [entry["id"] for entry in listed]
        self.assertEqual(len(ids), len(set(ids)))
        refused = sum(v["expect"]["result"] == "refuse" and isinstance(v["document"], str)
                      for path in (REPO / "vectors/data").glob("*.json")
                      for v in json.loads(path.read_text())["vectors"])
        self.assertLessEqual(refused - len(ids), 20)  # those that breaks.c excludes, with the reason
        text = run("issue", "--list-breaks").stdout.decode()
        for entry in listed:
            self.assertIn(f"{entry['id']}  {entry['rule']}  {entry['code']}", text)

    def test_the_list_of_one_name(self):
        for name in ("R-DOC-08", "NATT_E_DOC_DIGEST", "natt_e_doc_digest"):
            listed = json.loads(run("issue", "--list-breaks", "--json", "--break", name).stdout)
            self.assertEqual({entry["code"] for entry in listed}, {"NATT_E_DOC_DIGEST"})
            self.assertGreater(len(listed), 5)
        listed = json.loads(run("issue", "--list-breaks", "--json", "--break", "document-digest-sha256").stdout)
        self.assertEqual([entry["id"] for entry in listed], ["document-digest-sha256"])
        self.assertEqual(sorted(listed[0]), sorted(["id", "rule", "code", "class", "severity", "description", "asked",
                                                    "policy"]))
        self.expect_error(run("issue", "--list-breaks", "--break", "R-DOC-" + "99"), 2, "did you mean R-DOC-")

    def test_unknown_and_impossible_names(self):
        out = ["--out", self.doc, "--root-out", self.root]
        for name, text in (("NATT_E_CHAIN_PATH_LEN", "did you mean NATT_E_CHAIN_PATH_LENGTH?"),
                           ("document-digest-sha265", "did you mean document-digest-sha256?"),
                           ("R-USAGE-01", "does not depend on the document"),
                           ("NATT_E_INTERNAL_JOBS", "does not depend on the document"),
                           ("valid-chain-of-2", "is a valid document"), ("", "no rule, code or break"),
                           ("x" * 5000, "no rule, code or break"), ("user-data-absent-empty", "does not have")):
            self.expect_error(run("issue", *out, "--break", name), 2, text)
        self.expect_error(run("issue", *out, "--json"), 2, "--list-breaks")
        self.expect_error(run("issue", "--break", "R-DOC-08"), 2, "--out")

    def test_options_that_are_in_the_way_are_named(self):
        out = ["--out", self.doc, "--root-out", self.root, "--nonce", "aa", "--tag"]
        for name, option, words in (("cbor-break-instead-of-value", "definite", ["--definite"]),
                                    ("document-pcrs-null", "kind", ["--kind", "nitrotpm"]),
                                    ("nitrotpm-pcrs-null", "kind", ["--kind", "enclave"]),
                                    ("binding-other-region", "region", ["--region", "eu-west-1"]),
                                    ("time-root-expired", "at", ["--at", "2055-01-01T00:00:00Z"])):
            self.expect_error(run("issue", *out, "--break", name, *words), 2, name,
                              f"cannot be combined with --{option}: ")
        self.expect_error(run("issue", *out, "--break", "R-DOC-08", "--region", "A"), 2, "the issuer cannot put",
                          "region is empty, too long, or has characters")

    def test_the_document_asked_for_is_the_one_that_is_broken(self):
        given = ["--seed", "00", "--at", AT]
        asked = ["--nonce", "a1b2", "--user-data", "c3", "--pcr", "8=" + "ab" * 48, "--definite", "--tag"]
        whole = self.issue(*given, *asked, doc=self.dir / "whole")
        root = self.root.read_bytes()
        self.assertEqual(whole.returncode, 0)
        done = self.issue(*given, *asked, "--break", "changed-pcr0")
        self.assertEqual(self.root.read_bytes(), root)
        one, other = (self.dir / "whole").read_bytes(), self.doc.read_bytes()
        self.assertEqual((len(one), sum(a != b for a, b in zip(one, other))), (len(other), 1))
        self.assertIn("--nonce a1b2", done.stderr.decode())
        self.assertEqual(self.run_advice(done.stderr)["code"], "NATT_E_COSE_SIGNATURE")

    def test_a_value_that_is_not_used_is_said(self):
        done = self.issue("--nonce", "a1b2", "--break", "nonce-prefix")
        self.assertIn("The document does not contain the value of --nonce", done.stderr.decode())
        self.assertEqual(self.run_advice(done.stderr)["code"], "NATT_E_EXPECT_NONCE")
        self.assertNotIn("does not contain the value",
                         self.issue("--user-data", "a1b2", "--break", "nonce-prefix").stderr.decode())

    def test_the_root_to_be_trusted_is_written(self):
        own = self.issue("--seed", "00", "--at", AT, doc=self.dir / "whole")
        root = self.root.read_bytes()
        for name, same, words in (("chain-root-of-equal-name", False, b"--root"),
                                  ("chain-path-length-of-the-root-2", False, b"--root"),
                                  ("chain-root-not-trusted", True, b"--root aws"), ("R-DOC-08", True, b"--root")):
            done = self.issue("--seed", "00", "--at", AT, "--break", name)
            self.assertEqual((self.root.read_bytes() == root, words in done.stderr), (same, True), name)
            self.run_advice(done.stderr)
        self.assertEqual(own.returncode, 0)

    def test_as_base64(self):
        for name in ("R-COSE-01", "R-COSE-02", "protected-is-map", "document-one-byte", "R-CHAIN-11",
                     "policy-sets-mixed"):
            binary = self.dir / "binary"
            self.issue("--seed", "00", "--at", AT, "--break", name, doc=binary)
            done = self.issue("--seed", "00", "--at", AT, "--break", name, "--base64")
            self.assertEqual(base64.b64decode(self.doc.read_bytes()), binary.read_bytes())
            self.run_advice(done.stderr)

    def test_to_standard_output(self):
        for name in ("R-DOC-08", "policy-sets-mixed"):
            done = self.issue("--break", name, doc="-")
            self.run_advice(done.stderr, done.stdout)
            done = self.issue("--break", "R-COSE-02", "--base64", doc="-")
            self.run_advice(done.stderr, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
