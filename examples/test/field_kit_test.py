"""Runs examples/field-kit under the software NSM, and with a replacement for NitroTPM's utility: field_kit_test.py.
NITRO_ATTEST names the command. Standard library only.

Exit 0: all passed. 1: something failed. 77: this kernel or sandbox does not let emulate run a program.
"""
import os
import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import unittest

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
KIT = EXAMPLES / "field-kit"
BINARY = os.environ["NITRO_ATTEST"]
INSTANCE, ROLE = "i-0123456789abcdef0", "arn:aws:iam::123456789012:role/app"
IMAGE = "5a" * 48
VALUES = ["--pcr", "0=" + IMAGE, "--pcr", "1=" + "1b" * 48, "--pcr", "2=" + "2c" * 48, "--instance-id", INSTANCE,
          "--role-arn", ROLE]


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=300, check=False, **more)


class Case(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.dir = pathlib.Path(place.name)
        self.report = self.dir / "report"
        self.temporary = self.dir / "tmp"
        self.temporary.mkdir()
        self.assertEqual(run(BINARY, "emulate", "--pki", self.dir / "pki", "--init").returncode, 0)
        self.root = self.dir / "pki/root.pem"

    def env(self, **more):
        return {**os.environ, "TMPDIR": str(self.temporary), **{name: str(value) for name, value in more.items()}}

    def kit(self, *words, emulate=(), values=VALUES, env=None, root=True):
        words = [*words, *(["--root", self.root] if root else [])]
        return run(BINARY, "emulate", "--pki", self.dir / "pki", *values, *emulate, "--", KIT, "--rounds", "2", "--out",
                   self.report, *words, env=env or self.env())

    def sections(self):
        found = {}
        for line in self.report.read_text().splitlines()[1:]:
            if line.startswith("["):
                section = found.setdefault(re.sub(r",.*", "", line[1:-1]), {})
            elif line:
                section[line[:26].strip()] = line[27:].strip()
        return found


class Enclave(Case):
    def test_the_whole_script_and_a_report_without_what_identifies(self):
        done = self.kit()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        found, text = self.sections(), self.report.read_text()
        self.assertEqual(list(found), ["machine", "client", "verifier", "document", "times", "result"])
        self.assertNotIn("UNEXPECTED", text)
        self.assertEqual(found["result"], {"unexpected": "0"})
        self.assertIsNone(re.search(r"[0-9a-f]{16}", text), "a value in hexadecimal")
        for value in (INSTANCE, INSTANCE[2:], "i-0", ROLE, "123456789012", os.uname().nodename, str(self.dir),
                      "test.inv"):
            self.assertNotIn(value, text)
        self.assertEqual(found["client"]["module_id"], "i-" + "h" * 17 + "-enc" + "h" * 16)
        self.assertEqual(found["machine"]["kernel"], " ".join((os.uname().sysname, os.uname().release,
                                                               os.uname().machine)))
        self.assertEqual(found["machine"]["root"], "another (--root): this is not a run on AWS")
        self.assertEqual(stat.S_IMODE(self.report.stat().st_mode), 0o600)
        self.assertEqual(list(self.temporary.iterdir()), [], "the temporary folder is left")

    def test_what_it_checks(self):
        self.kit()
        found = self.sections()
        self.assertEqual(found["verifier"], {
            "own request": "as expected: verified", "other nonce": "as expected: refused, NATT_E_EXPECT_NONCE",
            "other user_data": "as expected: refused, NATT_E_EXPECT_USER_DATA",
            "broken signature": "as expected: refused, NATT_E_COSE_SIGNATURE",
            "module binding": "as expected: verified", "document, without": "as expected: verified",
            "document, nonce": "as expected: verified", "document, largest": "as expected: verified"})
        self.assertEqual({name: found["client"][name] for name in ("random bytes", "4096 random bytes",
                                                                   "random bytes differ")},
                         {"random bytes": "as expected: true", "4096 random bytes": "as expected: 4096",
                          "random bytes differ": "as expected: yes"})
        self.assertEqual((found["client"]["locked"], found["client"]["not zero"]),
                         (" ".join(map(str, range(16))), "0 1 2 3 4"))
        document = found["document"]
        self.assertEqual((document["kind"], document["digest"], document["debug"], document["region"],
                          document["unknown fields"], document["critical extensions"]),
                         ("enclave", "SHA384", "false", "us-east-1", "", "null"))
        self.assertEqual(set(document["checks"].split()),
                         {"chain", "signature", "timestamp", "now", "age", "pcrs", "production", "nonce", "user_data",
                          "public_key", "module_binding"})
        self.assertEqual((len(document["certificates"].split(";")), len(document["certificate bytes"].split()),
                          len(document["lifetimes, seconds"].split())), (5, 5, 5))
        self.assertEqual(len(found["times"]), 5)
        for name, value in found["times"].items():
            self.assertRegex(value, r"^median \d+ us, least \d+ us, most \d+ us$", name)

    def test_identify_adds_module_id_pcrs_and_the_document(self):
        self.assertEqual(self.kit("--identify").returncode, 0)
        text = self.report.read_text()
        identity = text.split("[identity]\n")[1]
        self.assertRegex(identity, r"module_id +%s-enc[0-9a-f]{16}\n" % INSTANCE)
        self.assertRegex(identity, r"instance_id +%s\n" % INSTANCE)
        self.assertIn("PCR0 %s\n" % IMAGE, identity)
        document = self.dir / "document"
        document.write_text(identity.split("document\n")[1])
        done = run(BINARY, "verify", "--root", self.root, "--pcr", "0=" + IMAGE, "--no-nonce", "--max-age", "1h",
                   document)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_no_pcr_is_changed(self):
        script = '"$0" nsm pcr read >"$1/before"; "${@:2}" >/dev/null; "$0" nsm pcr read >"$1/after"'
        done = run(BINARY, "emulate", "--pki", self.dir / "pki", *VALUES, "--", "bash", "-c", script, BINARY, self.dir,
                   KIT, "--root", self.root, "--rounds", "1", "--out", self.report, env=self.env())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.dir / "before").read_text(), (self.dir / "after").read_text())
        self.assertTrue(self.report.exists())

    def test_a_debug_enclave_is_named(self):
        self.assertEqual(self.kit(emulate=["--debug-mode"], values=["--instance-id", INSTANCE]).returncode, 0)
        found = self.sections()
        self.assertEqual(found["verifier"]["note"], "a debug enclave: its PCRs are zero, and are not compared")
        self.assertEqual(found["document"]["debug"], "true")
        self.assertNotIn("production", found["document"]["checks"])


class Unexpected(Case):
    def test_another_root_is_reported_and_the_status_is_1(self):
        done = self.kit(root=False)
        self.assertEqual(done.returncode, 1)
        found = self.sections()
        self.assertEqual(found["verifier"]["own request"],
                         "UNEXPECTED: refused, NATT_E_CHAIN_ROOT, expected verified")
        self.assertEqual(found["machine"]["root"], "aws")
        self.assertGreater(int(found["result"]["unexpected"]), 3)
        self.assertIsNone(re.search(r"[0-9a-f]{16}", self.report.read_text()))

    def test_an_nsm_that_does_not_sign(self):
        done = self.kit(emulate=["--fault", "attestation:errno=EIO"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("UNEXPECTED", self.sections()["verifier"]["document"])

    def test_an_nsm_without_random_bytes(self):
        done = self.kit(emulate=["--fault", "get-random:errno=EIO"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("UNEXPECTED", self.sections()["client"]["random bytes"])

    def wrapper(self, body):
        path = self.dir / "wrapper"
        path.write_text("#!/bin/sh\n%s\nexec '%s' \"$@\"\n" % (body, BINARY))
        path.chmod(0o755)
        return self.env(NITRO_ATTEST=path)

    def test_a_report_that_would_identify_is_not_written(self):
        for leak in ("module_id", "pcr"):
            query = {"module_id": "nsm describe --json | sed -n 's/.*module_id\": \"\\(.*\\)\",/\\1/p'",
                     "pcr": "nsm pcr read 0 --json | sed -n 's/.*value\": \"\\(.*\\)\"/\\1/p'"}[leak]
            env = self.wrapper('if [ "$1" = --version ]; then \'%s\' %s; exit; fi' % (BINARY, query))
            done = self.kit(env=env)
            self.assertEqual((done.returncode, self.report.exists()), (1, False), leak)
            self.assertIn("would have identifying values", done.stderr)
            self.assertEqual(list(self.temporary.iterdir()), [])

    def test_a_pcr_that_is_in_no_document_is_searched_for_too(self):
        env = self.wrapper('if [ "$1" = --version ]; then \'%s\' nsm pcr read 16; exit; fi' % BINARY)
        script = '"$0" nsm pcr extend 16 --data 00 >"$1/value"; exec "${@:2}"'
        done = run(BINARY, "emulate", "--pki", self.dir / "pki", *VALUES, "--", "bash", "-c", script, BINARY, self.dir,
                   KIT, "--root", self.root, "--rounds", "1", "--out", self.report, env=env)
        self.assertRegex((self.dir / "value").read_text(), "[0-9a-f]{96}")
        self.assertEqual((done.returncode, self.report.exists()), (1, False), done.stdout)

    def test_a_verifier_that_accepts_everything_is_seen(self):
        env = self.wrapper('if [ "$1" = verify ]; then echo "{}"; exit 0; fi')
        self.assertEqual(self.kit(env=env).returncode, 1)
        found = self.sections()["verifier"]
        for name in ("other nonce", "other user_data", "broken signature"):
            self.assertIn("UNEXPECTED: verified", found[name])

    def test_usage(self):
        self.report.write_text("mine")
        for words, text in ((["--out", self.report], "exists"), (["--rounds", "0"], "--rounds"),
                            (["--kind", "tpm"], "--kind"), (["--root", "/not-there"], "cannot read"),
                            (["--out"], "needs a value"), (["now"], "unknown")):
            done = run(KIT, *words, env=self.env())
            self.assertEqual((done.returncode, text in done.stderr), (2, True), done)
        self.assertEqual(self.report.read_text(), "mine")
        done = run(KIT, "--out", self.dir / "x", env=self.env(NITRO_ATTEST="/not-there"))
        self.assertEqual((done.returncode, "set NITRO_ATTEST" in done.stderr), (2, True))
        if not os.path.exists("/dev/nsm"):
            done = run(KIT, "--out", self.dir / "x", env=self.env(NITRO_TPM_ATTEST="/not-there"))
            self.assertEqual((done.returncode, (self.dir / "x").exists()), (3, False))


class NitroTpm(Case):
    UTILITY = """#!/bin/bash
# As AWS's: each value is the name of a file, the document goes to standard output.
words=()
while [ $# -gt 0 ]; do words+=("$1" "@$2"); shift 2; done
exec "$NITRO_ATTEST" issue --kind nitrotpm --seed 00 --root-out "$ROOT" --out - "${words[@]}" 2>/dev/null
"""

    def test_an_attestable_ami(self):
        utility, root = self.dir / "nitro-tpm-attest", self.dir / "root.pem"
        utility.write_text(self.UTILITY)
        utility.chmod(0o755)
        env = self.env(NITRO_TPM_ATTEST=utility, ROOT=root)
        subprocess.run([utility], env=env, stdout=subprocess.DEVNULL, timeout=60, check=True)  # creates the root
        done = run(KIT, "--kind", "nitrotpm", "--root", root, "--rounds", "2", "--out", self.report, env=env)
        self.assertEqual(done.returncode, 0, (done, self.report.exists() and self.report.read_text()))
        found, text = self.sections(), self.report.read_text()
        self.assertEqual(list(found), ["machine", "verifier", "document", "times", "result"])
        self.assertEqual((found["machine"]["kind"], found["document"]["kind"]), ("nitrotpm", "nitrotpm"))
        self.assertEqual(found["verifier"]["note"], "PCRs are not compared: no second source of them")
        self.assertIsNone(re.search(r"[0-9a-f]{16}", text))


class Page(unittest.TestCase):
    def test_it_names_every_line_of_the_report(self):
        page = (EXAMPLES.parent / "docs/FIELD-KIT.md").read_text()
        script = KIT.read_text()
        names = re.findall(r'^\s*(?:\[.*\|\| )?(?:if .*)?(?:say|expect|timed) (?:"([^"$]+)"|([a-z_-]+)) ', script, re.M)
        names = {a or b for a, b in names} - {"unexpected"}
        self.assertGreater(len(names), 25)
        for name in names:
            self.assertIn("`%s`" % name, page)


if __name__ == "__main__":
    if run(BINARY, "emulate", "--", "true").returncode == 125:
        sys.exit(77)
    unittest.main(verbosity=2)
