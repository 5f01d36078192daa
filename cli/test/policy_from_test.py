"""Drives nitro-attest policy from, end to end: policy_from_test.py PATH-OF-BINARY. Standard library only."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
AT = "2025-06-01T12:00:00Z"
ROLE = "arn:aws:iam::123456789012:role/app"
A, B, C, ZERO = "aa" * 48, "bb" * 48, "cc" * 48, "00" * 48
FRESH = ["--nonce", "a1b2", "--max-age", "5m", "--at", AT]


def run(*words, stdin=b""):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1, 2, 3) or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.root = cls.dir / "root.pem"
        cls.trust = ["--root", cls.root]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def issue(self, *words, name="doc.bin"):
        path = self.dir / name
        done = run("issue", "--out", path, "--root-out", self.root, "--seed", "00112233", "--at", AT, "--nonce", "a1b2",
                   *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def made(self, *words, stdin=b""):
        """(the policy, the report on standard error); verify accepts the policy, too."""
        done = run("policy", "from", *words, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr)
        kind = ["--kind", words[words.index("--kind") + 1]] if "--kind" in words else []
        path = self.write("made.json", done.stdout)
        again = run("verify", "--policy", path, "--archive", "--no-nonce", *kind, "-")
        self.assertEqual(again.returncode, 1, again.stderr)
        return json.loads(done.stdout), done.stderr.decode()

    def fails(self, code, *texts, words, stdin=b""):
        out = self.dir / "never.json"
        done = run("policy", "from", "--out", out, *words, stdin=stdin)
        self.assertEqual((done.returncode, done.stdout), (code, b""), (words, done.stderr))
        self.assertFalse(out.exists(), words)
        for text in (*texts, "what to do"):
            self.assertIn(text.encode(), done.stderr, words)


class Documents(Case):
    def test_an_enclave(self):
        doc = self.issue("--pcr", f"0={A}", "--pcr", f"1={B}", "--pcr", f"2={C}", "--role-arn", ROLE)
        policy, report = self.made(doc, *FRESH, *self.trust)
        self.assertEqual(policy, {"version": 1, "sets": [{"name": "doc.bin", "pcrs": {"0": [A], "1": [B], "2": [C]}}]})
        for text in ("PCR0   taken", "PCR3   not taken", "PCR4   not taken", "PCR8   not taken",
                     "the image is not signed"):
            self.assertIn(text, report)
        self.assertNotIn("PCR5", report)

    def test_a_signed_image_and_pcrs_on_request(self):
        doc = self.issue("--pcr", f"0={A}", "--pcr", f"8={B}", "--pcr", f"16={C}", "--role-arn", ROLE)
        seen = json.loads(run("inspect", "--json", doc).stdout)["pcrs"]
        policy, report = self.made(doc, *FRESH, *self.trust, "--name", "v1\u00e9", "--also-pcr", "3", "--also-pcr", "4",
                                 "--also-pcr", "16", "--also-pcr", "0", "--also-pcr", "5")
        self.assertEqual(policy["sets"][0]["name"], "v1\u00e9")
        self.assertEqual(policy["sets"][0]["pcrs"], {n: [seen[n]] for n in ("0", "1", "2", "3", "4", "5", "8", "16")})
        self.assertIn("PCR8   taken", report)
        self.assertIn("PCR3   taken      IAM role of the parent instance: asked for", report)
        self.assertIn("PCR5   taken      requested; zero", report)

    def test_pcr8_and_pcr3_of_zeros(self):
        doc = self.issue("--pcr", f"0={A}", "--pcr", f"8={ZERO}")
        policy, report = self.made(doc, *FRESH, *self.trust, "--also-pcr", "3", "--also-pcr", "8")
        self.assertEqual((policy["sets"][0]["pcrs"]["3"], policy["sets"][0]["pcrs"]["8"]), ([ZERO], [ZERO]))
        self.assertIn("PCR3   taken      IAM role of the parent instance: requested; zero: the instance has no role",
                      report)

    def test_the_policy_fits_this_document_and_no_other(self):
        doc, other = self.issue("--pcr", f"0={A}"), self.issue("--pcr", f"0={B}", name="other.bin")
        out = self.dir / "policy.json"
        done = run("policy", "from", doc, *FRESH, *self.trust, "--out", out)
        self.assertEqual((done.returncode, done.stdout), (0, b""), done.stderr)
        self.assertEqual(run("verify", "--policy", out, *FRESH, *self.trust, doc).returncode, 0)
        done = run("verify", "--policy", out, *FRESH, *self.trust, other)
        self.assertIn(b"NATT_E_POLICY_PCR_MISMATCH", done.stdout)

    def test_a_nitrotpm(self):
        doc = self.issue("--kind", "nitrotpm", "--pcr", f"4={A}", "--pcr", f"12={ZERO}", "--pcr", f"7={B}")
        policy, report = self.made(doc, *FRESH, *self.trust, "--kind", "nitrotpm")
        self.assertEqual(policy["sets"][0]["pcrs"], {"4": [A], "7": [B], "12": [ZERO]})
        self.assertNotIn("PCR0", report)
        self.fails(1, "NATT_E_DOC_KIND_UNEXPECTED", words=[doc, *FRESH, *self.trust])

    def test_values_that_identify_nothing(self):
        """The report names values that are weak alone by the library's rule."""
        off = "98441c7f7625d10058c47683aec486ce311c633235eb555593a7ee791121e3578ae72d04ecef661f272d59058b77af35"
        for value in (off, ZERO, B):
            doc = self.issue("--kind", "nitrotpm", "--pcr", f"4={A}", "--pcr", f"12={C}", "--pcr", f"7={value}")
            _, report = self.made(doc, *FRESH, *self.trust, "--kind", "nitrotpm")
            alone = run("verify", "--kind", "nitrotpm", "--pcr", f"7={value}", "--archive", "--no-nonce",
                        "-").returncode
            self.assertEqual("identifies no image" in report, alone == 2, (value, report))
        doc = self.issue("--kind", "nitrotpm", "--pcr", f"4={ZERO}", "--pcr", f"12={C}", "--pcr", f"7={ZERO}")
        self.fails(1, "NATT_E_USAGE_POLICY_WEAK", words=[doc, *FRESH, *self.trust, "--kind", "nitrotpm"])

    def test_forms_of_documents(self):
        raw = self.issue("--pcr", f"0={A}").read_bytes()
        for content in (raw, raw.hex().encode(), base64.encodebytes(raw)):
            policy, _ = self.made("-", *FRESH, *self.trust, stdin=content)
            self.assertEqual((list(policy["sets"][0]), policy["sets"][0]["pcrs"]["0"]), (["pcrs"], [A]))
        self.fails(1, "base64url", "nitro-attest inspect --out decoded.bin -", words=["-", *FRESH, *self.trust],
                   stdin=b"'" + base64.urlsafe_b64encode(raw) + b"'")
        self.fails(1, "JSON, .document", words=["-"], stdin=json.dumps({"document": raw.hex()}).encode())

    def test_what_is_not_verified_gives_no_policy(self):
        doc = self.issue("--pcr", f"0={A}")
        raw = bytearray(doc.read_bytes())
        raw[-1] ^= 1
        for words, code in (([doc, *FRESH], "NATT_E_CHAIN_ROOT"), ([doc, "--nonce", "00", *FRESH[2:], *self.trust],
                                                                   "NATT_E_EXPECT_NONCE"),
                            ([doc, *FRESH[:2], "--max-age", "1s", "--at", "2025-06-01T12:00:02Z", *self.trust],
                             "NATT_E_TIME_STALE"),
                            ([doc, *FRESH, *self.trust, "--region", "x"], "NATT_E_EXPECT_REGION"),
                            ([doc, *FRESH, *self.trust, "--user-data", "00"], "NATT_E_EXPECT_USER_DATA"),
                            ([self.write("flipped", bytes(raw)), *FRESH, *self.trust], "NATT_E_COSE_SIGNATURE"),
                            ([self.write("cut", bytes(raw[:99])), *FRESH, *self.trust], "NATT_E_"),
                            ([self.write("word", b"84"), *FRESH, *self.trust], "NATT_E_")):
            self.fails(1, code, words=words)

    def test_debug_documents_are_refused_always(self):
        doc = self.issue("--debug-mode")
        self.fails(1, "NATT_E_EXPECT_DEBUG", "without debug mode", words=[doc, *FRESH, *self.trust])
        self.fails(2, "--allow-debug", words=[doc, *FRESH, *self.trust, "--allow-debug"])

    def test_usage_errors(self):
        doc = self.issue("--pcr", f"0={A}")
        for words in ([doc, *FRESH[2:]], [doc, *FRESH[:2]], [doc, *FRESH, "--archive"], [doc, *FRESH, "--no-nonce"],
                      [doc, *FRESH, "--kind", "x"], [doc, *FRESH, "--name", ""], [], [doc, doc],
                      [doc, *FRESH, "--pcr", f"0={A}"],
                      [doc, *FRESH, *self.trust, "--also-pcr", "32"], [doc, *FRESH, *self.trust, "--also-pcr", "03"],
                      [doc, *FRESH, *self.trust, "--also-pcr", "31"], [doc, *FRESH, "--root", doc]):
            self.fails(2, words=words)
        self.fails(3, "/nonexistent", words=["/nonexistent"])
        self.fails(3, "/nonexistent", words=["/nonexistent", *FRESH])
        for words in (["--also-pcr", "x"], ["--also-pcr", "32"], ["--also-pcr", "0", "--also-pcr", "01"],
                      ["--kind", "x"], ["--name", ""],
                      ["--nonce", "zz"], ["--max-age", "x"], ["--at", "soon"], ["--limits", "x"], ["--deny", "any:zz"],
                      ["--leeway", "x"], ["--user-data", "zz"], ["--region", ""]):
            given = FRESH if words[0] not in FRESH else [w for n in range(0, len(FRESH), 2) if FRESH[n] != words[0]
                                                         for w in FRESH[n:n + 2]]
            self.fails(2, words[0], words=["/nonexistent", *given, *words])
        pipe = self.dir / "pipe"
        os.mkfifo(pipe)
        for words in (["--also-pcr", "x"], ["--kind", "x"]):
            self.fails(2, words[0], words=[pipe, *words])
        done = run("policy", "from", doc, *FRESH, *self.trust, "--out", "/nonexistent/policy.json")
        self.assertEqual(done.returncode, 3)

    def test_help(self):
        for words in (["policy", "--help"], ["policy", "from", "--help"]):
            self.assertIn(b"usage: nitro-attest policy", run(*words).stdout)
        self.assertIn(b"cert:FILE", run("policy", "from", "--help").stdout)
        self.assertEqual(run("policy").returncode, 2)
        self.assertIn(b"did you mean from", run("policy", "form").stderr)


class Measurements(Case):
    def test_every_form(self):
        bare = {"PCR0": A, "PCR1": B, "PCR2": C}
        enclave = {"EnclaveName": "x", "Measurements": bare}
        for content in (json.dumps({"Measurements": {"HashAlgorithm": "Sha384 { ... }", **bare}}), json.dumps(bare),
                        "log\n" + json.dumps(bare), json.dumps([enclave]), f"{A} PCR0\n{B} PCR1\nPCR2: {C}\n"):
            policy, report = self.made(self.write("build.json", content))
            self.assertEqual(policy, {"version": 1, "sets": [{"name": "build.json",
                                                              "pcrs": {"0": [A], "1": [B], "2": [C]}}]})
            self.assertIn("not verified", report)
        policy, _ = self.made("-", stdin=json.dumps(bare).encode())
        self.assertEqual(list(policy["sets"][0]), ["pcrs"])

    def test_values_that_begin_as_documents_do(self):
        for value in ("84" * 48, "d2" * 48):
            policy, _ = self.made(self.write("nitro.pcrs", f"{value} PCR0\n"))
            self.assertEqual(policy["sets"][0]["pcrs"], {"0": [value]})
        self.fails(1, "hexadecimal with an invalid character, 0x2e", words=[self.write("cut", "84" * 48 + ".")])

    def test_names_of_files(self):
        for name, shown in ((b"a\033b.json", "a\033b.json"), (b"\xff.json", "\\xFF.json")):
            path = os.path.join(os.fsencode(self.dir), name)
            with open(path, "w", encoding="ascii") as file:
                file.write(json.dumps({"PCR0": A}))
            done = subprocess.run([BINARY, "policy", "from", path], capture_output=True, check=False)
            self.assertEqual(json.loads(done.stdout)["sets"][0]["name"], shown)
            self.assertNotIn(b"\033", done.stdout + done.stderr)

    @unittest.skipIf(shutil.which("bash") is None, "bash is absent")
    def test_the_command_that_is_printed_converts_this_file(self):
        raw = self.issue("--pcr", f"0={A}").read_bytes()
        for name in (b"a\\b.json", b"it's.json", b"-x.json", b"a\033[31m\n.json", b"\xff.json", "\u202e.json".encode()):
            path = os.path.join(os.fsencode(self.dir), name)
            with open(path, "wb") as file:
                file.write(json.dumps({"document": base64.urlsafe_b64encode(raw).decode()}).encode())
            for command in (["policy", "from"], ["verify", "--archive", "--no-nonce", "--pcr", f"0={A}"]):
                done = subprocess.run([BINARY, *command, "--", name], capture_output=True, check=False, cwd=self.dir)
                line = (done.stderr + done.stdout).partition(b"what to do")[2].splitlines()[0].lstrip(b": ")
                self.assertTrue(line.startswith(b"nitro-attest inspect"), done)
                self.assertNotIn(b"\033", done.stderr + done.stdout)
                script = line.partition(b" writes ")[0].replace(b"nitro-attest", os.fsencode(BINARY), 1)
                again = subprocess.run(["bash", "-c", script], capture_output=True, check=False, cwd=self.dir)
                self.assertEqual(again.returncode, 0, (name, script, again))
                self.assertEqual((self.dir / "decoded.bin").read_bytes(), raw)
                (self.dir / "decoded.bin").unlink()

    def test_the_input_is_never_overwritten(self):
        content = json.dumps({"PCR0": A})
        path = self.write("in.json", content)
        (self.dir / "link.json").symlink_to(path)
        os.link(path, self.dir / "hard.json")
        for name in ("in.json", "link.json", "hard.json"):
            done = run("policy", "from", path, "--out", self.dir / name)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn(b"is the input file", done.stderr)
            self.assertEqual(path.read_text(), content)
        self.assertEqual(run("policy", "from", path, "--out", "/dev/stdout").returncode, 0)

    def test_a_nitrotpm(self):
        path = self.write("tpm.json", json.dumps({"Measurements": {"HashAlgorithm": "SHA384 { ... }", "PCR4": A,
                                                                   "PCR12": ZERO}}))
        policy, _ = self.made(path, "--kind", "nitrotpm")
        self.assertEqual(policy["sets"][0]["pcrs"], {"4": [A], "12": [ZERO]})
        self.fails(2, "NATT_E_USAGE_POLICY_WEAK", "--kind nitrotpm", words=[path])

    def test_what_cannot_be_used(self):
        two = json.dumps([{"EnclaveName": "x", "Measurements": {"PCR0": A}}] * 2)
        for content, text in (("", "empty"), ("hello", "neither"), (two, "2 enclaves"),
                              (json.dumps({"PCR1": A}), "WEAK"),
                              (json.dumps({"PCR0": ZERO}), "all zero"),
                              (json.dumps({"version": 1, "sets": []}), "nitro-attest verify --policy")):
            self.fails(2, text, words=[self.write("m.json", content)])

    def test_options_for_documents_are_refused(self):
        path = self.write("m.json", json.dumps({"PCR0": A}))
        for words in (["--nonce", "00"], ["--no-nonce"], ["--max-age", "5m"], ["--archive"], ["--root", self.root],
                      ["--at", AT],
                      ["--also-pcr", "3"], ["--deny", "any:00"], ["--limits", "default"], ["--require-module-binding"],
                      ["--allow-unknown-fields"], ["--region", "x"], ["--module-id", "x"], ["--user-data", "00"],
                      ["--public-key", "00"], ["--leeway", "1s"], ["--max-future", "1s"]):
            self.fails(2, words[0], "is for documents", words=[path, *words])
        self.fails(2, "--kind", words=[path, "--kind", "tpm"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
