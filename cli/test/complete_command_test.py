"""Tests verify's proposals, the complete command and the page of a code: complete_command_test.py PATH-OF-BINARY.

A proposal for missing requirements must never contain an option that relaxes the verification, or a value of the
document. Standard library only.
"""
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
AT, NONCE, IMAGE, OTHER = "2025-06-01T12:00:00Z", "a1b2c3d4", "aa" * 48, "bb" * 48
ROLE, INSTANCE = "arn:aws:iam::123456789012:role/app", "i-0123456789abcdef0"
GOOD = {"image": ["--pcr", "0=" + IMAGE], "age": ["--max-age", "5m"], "nonce": ["--nonce", NONCE]}
NAMES = {"image": "trusted image (--measurements, --policy or --pcr)", "age": "maximum age (--max-age)",
         "nonce": "expected nonce (--nonce)"}
REMEDIES = {"image": "take the image's values from your own build, never from the document",
            "age": "choose the maximum age that you accept, such as 5m",
            "nonce": "expect the nonce that you sent"}
RELAXED = {"--allow-debug": [], "--allow-weak-policy": [], "--allow-unknown-fields": [],
           "--insecure-no-pcr-policy": ["image"], "--no-nonce": ["nonce"]}
DANGEROUS = re.compile(r"insecure|debug|weak|no-nonce|allow-|unknown-fields|archive|leeway|max-future", re.I)


def run(*words, cwd=None):
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def proposed(text):
    """The words of the command that standard error proposes."""
    lines = text.split("The complete command:\n")[1].replace("\\\n", " ")
    return shlex.split(lines.split("It leaves out")[0])


def combinations(things):
    return itertools.chain.from_iterable(itertools.combinations(things, n) for n in range(len(things) + 1))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.root = cls.dir / "root.pem"
        done = run("issue", "--out", cls.dir / "doc.bin", "--root-out", cls.root, "--seed", "00", "--at", AT, "--nonce",
                   NONCE, "--pcr", "0=" + IMAGE, "--user-data", "0102", "--role-arn", ROLE, "--instance-id", INSTANCE)
        assert done.returncode == 0, done.stderr
        cls.inspected = json.loads(run("inspect", "--json", cls.dir / "doc.bin").stdout)
        (cls.dir / "MEASUREMENTS_FILE").write_text(json.dumps(
            {"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": IMAGE}}))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def verify(self, *words, file="doc.bin"):
        return run("verify", *words, file, cwd=self.dir)


class CompleteCommand(Case):
    def try_it(self, words, file="doc.bin"):
        """The proposed command, with this nonce instead of its placeholder."""
        self.assertEqual(words[:2], ["nitro-attest", "verify"])
        return run(*[NONCE if word == "NONCE_HEX" else word for word in words[1:]], cwd=self.dir)

    def test_every_combination_of_what_is_missing(self):
        always = ["--at", AT, "--root", "root.pem"]
        for missing in combinations(GOOD):
            done = self.verify(*always, *(w for name in GOOD if name not in missing for w in GOOD[name]))
            if not missing:
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                continue
            self.assertEqual((done.returncode, done.stdout), (2, ""), missing)
            self.assertEqual(done.stderr.splitlines()[0],
                             "nitro-attest verify: missing: " + ", ".join(NAMES[name] for name in missing))
            self.assertEqual(done.stderr.splitlines()[1],
                             "  what to do: " + "; ".join(REMEDIES[name] for name in missing))
            self.assertEqual(done.stderr.count("nitro-attest verify "), 1)
            words = proposed(done.stderr)
            self.assertEqual(("NONCE_HEX" in words, "MEASUREMENTS_FILE" in words, words.count("5m")),
                             ("nonce" in missing, "image" in missing, 1), missing)
            self.assertEqual(self.try_it(words).returncode, 0, words)

    def test_all_that_was_given_is_kept(self):
        (self.dir / "a policy.json").write_text(json.dumps({"version": 1, "sets": [{"pcrs": {"0": [IMAGE]}}]}))
        given = {"--policy": "a policy.json", "--role-arn": ROLE, "--instance-id": INSTANCE, "--max-age": "7m",
                 "--at": AT, "--max-future": "1s", "--leeway": "2s", "--user-data": "0102", "--region": "us-east-1",
                 "--kind": "enclave", "--limits": "aws-1024", "--module-id": self.inspected["module_id"]}
        flags = ["--require-module-binding", "--json", "--explain"]
        several = ["--root", "root.pem", "--root", "aws", "--deny", "any:01", "--deny", "any:02"]
        words = proposed(self.verify(*(w for pair in given.items() for w in pair), *flags, *several).stderr)
        for name, value in given.items():
            self.assertEqual(words[words.index(name) + 1], value)
        for name in flags:
            self.assertIn(name, words)
        self.assertEqual([words[i + 1] for i, w in enumerate(words) if w in ("--root", "--deny")],
                         ["root.pem", "aws", "any:01", "any:02"])
        self.assertEqual(self.try_it(words).returncode, 0)
        self.assertEqual(sum(word.startswith("--") for word in words), len(given) + len(flags) + 4 + 1)

    def test_no_relaxed_option_is_ever_proposed(self):
        seen = 0
        for missing in combinations(GOOD):
            for relaxed in combinations(RELAXED):
                gone = {*missing, *(name for option in relaxed for name in RELAXED[option])}
                rest = [w for name in GOOD if name not in gone for w in GOOD[name]]
                done = self.verify("--at", AT, "--root", "root.pem", *rest, *relaxed)
                if done.returncode != 2:
                    continue
                seen += 1
                self.assertIsNone(DANGEROUS.search(done.stderr), done.stderr)
                self.assertEqual("options that relax the verification" in done.stderr, bool(relaxed), done.stderr)
                complete = self.try_it(proposed(done.stderr))
                self.assertEqual((complete.returncode, complete.stderr), (0, ""), done.stderr)
        self.assertGreater(seen, 60)

    def test_no_value_of_the_document_is_proposed(self):
        values = [self.inspected[key] for key in ("module_id", "nonce", "signature")]
        values += [v for v in self.inspected["pcrs"].values() if v.strip("0")]
        values += [c[k] for c in self.inspected["chain"] for k in ("serial", "subject", "public_key")]
        for missing in combinations(GOOD):
            if missing:
                rest = [w for name in GOOD if name not in missing for w in GOOD[name]]
                text = self.verify("--role-arn", ROLE, *rest).stderr
                for value in values:
                    self.assertFalse(value in text and value not in " ".join(rest), (missing, value))
                self.assertEqual(self.verify(*rest, file="not-there").returncode, 2, "the document was not opened")

    def test_an_image_that_is_not_identified_is_missing(self):
        for words in (["--role-arn", ROLE], ["--instance-id", INSTANCE],
                      ["--role-arn", ROLE, "--instance-id", INSTANCE]):
            done = self.verify(*words, *GOOD["age"], *GOOD["nonce"], "--at", AT, "--root", "root.pem")
            self.assertEqual(done.returncode, 2)
            self.assertIn("NATT_E_USAGE_POLICY_WEAK", done.stderr)
            self.assertIsNone(DANGEROUS.search(done.stderr.split("The complete command:")[1]))
            self.assertEqual(self.try_it(proposed(done.stderr)).returncode, 0, done.stderr)
        done = self.verify("--pcr", "3=" + IMAGE, *GOOD["age"], *GOOD["nonce"])
        self.assertIn("NATT_E_USAGE_POLICY_WEAK", done.stderr)
        self.assertNotIn("complete command", done.stderr, "the files may have this PCR as well")

    def test_other_faults_come_first_and_have_no_command(self):
        for words in (["--kind", "tpm"], ["--archive", "--max-age", "5m"], ["--nonce", NONCE, "--no-nonce"],
                      ["--deny", "any:zz"], ["--pcr", "99=00"], ["--max-age", "5"], ["--region", ""]):
            done = self.verify(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(words[0], done.stderr.splitlines()[0])
            self.assertNotIn("complete command", done.stderr, words)
        done = self.verify("--root", "not-there")
        self.assertEqual((done.returncode, "complete command" in done.stderr), (2, True), "usage before files")
        done = self.verify("--root", "not-there", *(w for words in GOOD.values() for w in words))
        self.assertEqual((done.returncode, "complete command" in done.stderr), (3, False))

    def test_the_file_is_a_word_of_the_shell(self):
        for name in ("it's a document", "-", "-x.bin", "a\nb", "--json"):
            text = self.verify("--", file=name).stderr
            line = text.split("The complete command:\n")[1]
            words = subprocess.run(["bash", "-c", 'nitro-attest() { printf "%s\\0" "$@"; }\n' + line],
                                   capture_output=True, text=True, timeout=60, check=True).stdout.split("\0")[:-1]
            self.assertEqual(words[-1], "./" + name if name[0] == "-" and name != "-" else name)

    def test_other_commands_name_what_is_missing(self):
        for words in (["recipient", "seal", "doc.bin", "--secret", "base64:eA==", "--out", "x"],):
            done = run(*words, cwd=self.dir)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("missing: " + ", ".join(NAMES.values()), done.stderr)
            self.assertIsNone(DANGEROUS.search(done.stderr), done.stderr)


class Explain(Case):
    def refused(self, *words, nonce="00", image=IMAGE):
        return self.verify(*words, "--at", AT, "--max-age", "5m", "--nonce", nonce, "--pcr", "0=" + image, "--root",
                           "root.pem")

    def test_the_page_follows_the_report(self):
        for more, code in (({}, "NATT_E_EXPECT_NONCE"),
                           ({"nonce": NONCE, "image": OTHER}, "NATT_E_POLICY_PCR_MISMATCH")):
            plain, explained, page = self.refused(**more), self.refused("--explain", **more), run("explain", code)
            self.assertIn(code, plain.stdout)
            self.assertEqual(explained.stdout, plain.stdout + "\n" + page.stdout)
            self.assertEqual((plain.returncode, explained.returncode, explained.stderr), (1, 1, ""))

    def test_bytes_of_another_form_are_explained_too(self):
        (self.dir / "text").write_text("0x" + (self.dir / "doc.bin").read_bytes().hex())
        words = ["--archive", "--nonce", NONCE, "--pcr", "0=" + IMAGE]
        plain, explained = self.verify(*words, file="text"), self.verify("--explain", *words, file="text")
        code = re.search(r"NATT_E_\w+", plain.stdout)[0]
        self.assertEqual(explained.stdout, plain.stdout + "\n" + run("explain", code).stdout)
        self.assertEqual(explained.returncode, 1)

    def test_a_verified_document_and_json_are_unaffected(self):
        self.assertEqual(self.refused("--explain", nonce=NONCE).stdout, self.refused(nonce=NONCE).stdout)
        for nonce in ("00", NONCE):
            self.assertEqual(self.refused("--explain", "--json", nonce=nonce).stdout,
                             self.refused("--json", nonce=nonce).stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
