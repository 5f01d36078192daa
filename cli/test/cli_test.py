"""Drives the nitro-attest binary end to end: cli_test.py PATH-OF-BINARY. Standard library only.

Exit 0: all passed. 1: something failed. 77: all passed, but the genuine documents (NITRO_ATTEST_SHARED) are absent.
"""
import base64
import hashlib
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "nitro-attest"
REPO = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("NITRO_ATTEST_SHARED") or REPO.parent / "shared")
AT = "2025-06-01T12:00:00Z"
AT_MS = 1748779200000
SEED = "00112233"
NONCE = "a1b2c3d4"
ROLE = "arn:aws:iam::123456789012:role/app"
INSTANCE = "i-0123456789abcdef0"
A, B, ZERO = "aa" * 48, "bb" * 48, "00" * 48
VERIFIED_KEYS = ["verdict", "code", "rule", "item", "offset", "message", "kind", "module_id", "region", "timestamp_ms",
                 "age_ms", "debug", "canonical_id", "root_sha256", "instance_id", "public_key", "user_data", "nonce",
                 "matched_set", "pcrs", "chain", "checks"]
REFUSED_KEYS = ["verdict", "code", "rule", "item", "offset", "message"]


def run(*words, stdin=b"", env=None):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False,
                          env={**os.environ, **(env or {})})
    if done.returncode not in (0, 1, 2, 3) or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.root = cls.dir / "root.pem"
        cls.doc = cls.dir / "doc.bin"
        cls.issue(cls.doc, "--nonce", NONCE, "--user-data", "0102", "--public-key", "base64:AwQ=", "--role-arn", ROLE,
                  "--instance-id", INSTANCE, "--pcr", f"0={A}", "--pcr", f"8={B}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def issue(cls, out, *words, at=AT):
        done = run("issue", "--out", out, "--root-out", cls.root, "--seed", SEED, "--at", at, *words)
        assert done.returncode == 0, done.stderr
        return done

    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def verify(self, *words, doc=None, stdin=b"", base=None):
        if base is None:
            base = ["--max-age", "5m", "--nonce", NONCE, "--pcr", f"0={A}", "--at", AT, "--root", self.root]
        return run("verify", *base, *words, self.doc if doc is None else doc, stdin=stdin)

    def expect_verified(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith(b"VERIFIED\n") or b'"verdict": "verified"' in done.stdout, done.stdout)
        self.assertEqual(done.stderr, b"")

    def expect_refused(self, done, code):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(code.encode(), done.stdout)
        self.assertNotIn(b"VERIFIED\n", done.stdout)
        self.assertEqual(done.stderr, b"")

    def expect_error(self, done, code, *texts):
        self.assertEqual(done.returncode, code, (done.args, done.stdout, done.stderr))
        self.assertEqual(done.stdout, b"", done.args)
        self.assertIn(b"what to do", done.stderr, done.args)
        for text in texts:
            self.assertIn(text.encode(), done.stderr, done.args)


class General(Case):
    def test_help_and_version_everywhere(self):
        for words in ([], ["verify"], ["inspect"], ["root"], ["explain"], ["issue"]):
            done = run(*words, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn(b"usage: nitro-attest", done.stdout)
            done = run(*words, "--version")
            self.assertEqual((done.returncode, done.stdout[:13]), (0, b"nitro-attest "))

    def test_no_and_unknown_commands(self):
        self.assertEqual(run().returncode, 2)
        self.expect_error(run("verfy"), 2, "did you mean verify")
        self.expect_error(run("--frobnicate"), 2)
        self.expect_error(run(""), 2)

    def test_unknown_and_abbreviated_options(self):
        self.expect_error(self.verify("--insecure"), 2, "--insecure")
        self.expect_error(self.verify("--alow-debug"), 2, "--allow-debug")
        self.expect_error(self.verify("-v"), 2)
        for command in ("inspect", "root", "explain", "issue"):
            self.expect_error(run(command, "--frobnicate"), 2)

    def test_operands(self):
        self.expect_error(run("verify"), 2, "FILE")
        self.expect_error(run("inspect"), 2, "FILE")
        self.expect_error(run("explain"), 2, "CODE")
        self.expect_error(run("root", "x"), 2)
        self.expect_error(self.verify("second"), 2)

    def test_control_characters_in_paths_are_escaped(self):
        done = run("inspect", "/nonexistent/\033[31m\u202e")
        self.expect_error(done, 3, "\\u{001B}", "\\u{202E}")
        self.assertNotIn(b"\033", done.stderr)

    def test_full_output_device_is_no_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("/dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "root"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 3)


class Verify(Case):
    def test_verifies(self):
        done = self.verify()
        self.expect_verified(done)
        out = done.stdout.decode()
        for text in (INSTANCE, "us-east-1", "PCR0   matched", "PCR1   not checked", "test.invalid", "NOT checked",
                     "canonical id"):
            self.assertIn(text, out)
        self.assertNotIn("\033", out)

    def test_json_keys_of_a_verified_document(self):
        done = self.verify("--json")
        self.expect_verified(done)
        out = json.loads(done.stdout)
        self.assertEqual(list(out), VERIFIED_KEYS)
        self.assertEqual((out["verdict"], out["code"], out["rule"], out["item"], out["offset"]),
                         ("verified", "NATT_OK", None, None, None))
        self.assertEqual((out["kind"], out["region"], out["debug"]), ("enclave", "us-east-1", False))
        self.assertEqual((out["timestamp_ms"], out["age_ms"]), (AT_MS, 0))
        self.assertEqual(out["pcrs"]["0"], A)
        self.assertEqual(len(out["chain"]), 5)
        self.assertEqual(list(out["chain"][0]), ["subject", "not_before", "not_after"])
        self.assertRegex(out["chain"][0]["not_after"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(len(out["canonical_id"]), 96)
        self.assertEqual((out["nonce"], out["user_data"], out["matched_set"]), (NONCE, "0102", 0))
        for check in ("chain", "signature", "timestamp", "now", "age", "nonce", "pcrs", "production"):
            self.assertIn(check, out["checks"])

    def test_json_keys_of_a_refusal(self):
        done = self.verify("--json", base=["--max-age", "5m", "--nonce", "00", "--pcr", f"0={A}", "--at", AT, "--root",
                                           self.root])
        self.expect_refused(done, "NATT_E_EXPECT_NONCE")
        out = json.loads(done.stdout)
        self.assertEqual(list(out), REFUSED_KEYS)
        self.assertEqual((out["verdict"], out["rule"], out["item"]), ("refused", "R-EXPECT-03", None))

    def test_a_value_that_differs_is_shown_once_every_signature_was_verified(self):
        base = ["--max-age", "5m", "--pcr", f"0={A}", "--at", AT, "--root", self.root]
        for words, expected, actual in ((["--nonce", "00"], "00", NONCE),
                                        (["--nonce", NONCE, "--user-data", "0103"], "0103", "0102"),
                                        (["--nonce", NONCE, "--public-key", "00"], "00", "0304")):
            text = self.verify(*words, base=base).stdout.decode()
            lines = [" ".join(line.split()) for line in text.splitlines()]
            self.assertIn("expected " + expected, lines)
            self.assertIn("actual " + actual, lines)
        bare = self.dir / "bare.bin"
        self.issue(bare, "--pcr", f"0={A}")
        text = self.verify("--no-nonce", "--user-data", "00", base=base, doc=bare).stdout
        self.assertRegex(text, rb"\n  expected +00\n  actual +absent\n")
        bad = bytearray(self.doc.read_bytes())
        bad[-1] ^= 1
        text = self.verify("--nonce", "00", base=base, doc=self.write("bad", bytes(bad))).stdout
        self.assertNotIn(b"  actual ", text)

    def test_required_options_have_no_default(self):
        full = {"--max-age": "5m", "--nonce": NONCE, "--pcr": f"0={A}"}
        for missing in full:
            words = [w for name, value in full.items() if name != missing for w in (name, value)]
            self.expect_error(self.verify(base=[*words, "--root", self.root, "--at", AT]), 2)

    def test_usage_errors_come_before_the_document_is_opened(self):
        self.expect_error(self.verify("--limits", "x", doc="/nonexistent"), 2)
        self.expect_error(self.verify(doc="/nonexistent"), 3)

    def test_wrong_usage_is_told_before_a_file_that_cannot_be_read(self):
        files = (["--root", "/none"], ["--policy", "/none"], ["--measurements", "/none"], ["--signing-cert", "/none"],
                 ["--deny", "/none"], ["--user-data", "@/none"])
        wrong = (["--pcr", "1=zz"], ["--pcr", "99=" + A], ["--max-future", "soon"], ["--region", ""],
                 ["--module-id", ""],
                 ["--insecure-no-pcr-policy"], ["--limits", "none"], ["--kind", "none"], ["--instance-id", ""],
                 ["--no-nonce"], ["--archive"])
        for option in files:
            self.expect_error(self.verify(*option), 3, "/none", "No such file")
            for words in wrong:
                self.expect_error(self.verify(*option, *words), 2, words[0])

    def test_contradictions(self):
        for words in (["--archive"], ["--no-nonce"], ["--insecure-no-pcr-policy"], ["--max-age", "6m"],
                      ["--nonce", NONCE], ["--pcr", f"0={A}"], ["--pcr", f"3={A}", "--role-arn", ROLE],
                      ["--kind", "nitrotpm", "--role-arn", ROLE]):
            self.expect_error(self.verify(*words), 2)

    def test_bad_values(self):
        for words in (["--kind", "tpm"], ["--kind", ""], ["--limits", "512"], ["--at", "now"], ["--max-future", "5"],
                      ["--max-future", "61m"], ["--leeway", "2h"], ["--leeway", "-1s"], ["--user-data", "0x00"],
                      ["--user-data", ""], ["--public-key", "base64:*"], ["--module-id", ""], ["--region", ""],
                      ["--pcr", "1=00"], ["--pcr", "32=" + A], ["--role-arn", "role"], ["--instance-id", ""],
                      ["--deny", "any:zz"], ["--deny", "sha256:00"]):
            base = ["--max-age", "5m", "--nonce", NONCE, "--pcr", f"0={A}", "--root", self.root]
            if "--at" not in words:
                base += ["--at", AT]
            self.expect_error(self.verify(*words, base=base), 2)
        rest = ["--pcr", f"0={A}", "--at", AT]
        for words in (["--nonce", "", "--max-age", "5m"], ["--nonce", "base64:", "--max-age", "5m"],
                      ["--no-nonce", "--max-age", "5"], ["--no-nonce", "--max-age", ""],
                      ["--no-nonce", "--max-age", "99999999999999999999d"]):
            self.expect_error(self.verify(base=[*rest, *words]), 2)
        self.expect_error(self.verify(base=["--no-nonce", "--max-age", "5m", "--pcr", f"0={A}", "--at", "@1748779200"]),
                          2, "seconds")

    def test_weak_policies(self):
        base = ["--max-age", "5m", "--no-nonce", "--at", AT, "--root", self.root]
        pcr1 = json.loads(self.verify("--json").stdout)["pcrs"]["1"]
        self.expect_error(self.verify("--pcr", f"1={pcr1}", base=base), 2, "NATT_E_USAGE_POLICY_WEAK")
        self.expect_verified(self.verify("--pcr", f"1={pcr1}", "--allow-weak-policy", base=base))
        self.expect_error(self.verify("--pcr", f"0={ZERO}", base=base), 2)

    def test_unreadable_files(self):
        for option in ("--measurements", "--policy", "--root", "--deny", "--signing-cert"):
            self.expect_error(self.verify(option, "/nonexistent/file"), 3, "/nonexistent/file")
            self.expect_error(self.verify(option, self.dir), 3)
        self.expect_error(self.verify("--user-data", "@/nonexistent/file"), 3)
        self.expect_error(self.verify(doc="/nonexistent/file"), 3)
        self.expect_error(self.verify(doc=self.dir), 3)
        if os.geteuid() != 0:
            secret = self.write("secret", b"x")
            secret.chmod(0)
            self.expect_error(self.verify(doc=secret), 3)

    def test_expectations(self):
        base = ["--max-age", "5m", "--no-nonce", "--insecure-no-pcr-policy", "--at", AT, "--root", self.root]
        module = json.loads(self.verify("--json").stdout)["module_id"]
        good = [["--nonce", NONCE], ["--user-data", "0102"], ["--public-key", "0304"], ["--module-id", module],
                ["--region", "us-east-1"], ["--role-arn", ROLE], ["--instance-id", INSTANCE],
                ["--require-module-binding"], ["--limits", "aws-512"], ["--limits", "aws-1024"]]
        for words in good:
            changed = [w for w in base if not (words[0] == "--nonce" and w == "--no-nonce")]
            if words[0] in ("--role-arn", "--instance-id"):
                changed = [w for w in changed if w != "--insecure-no-pcr-policy"] + ["--pcr", f"0={A}"]
            self.expect_verified(self.verify(*words, base=changed))
        bad = [["--user-data", "0103", "NATT_E_EXPECT_USER_DATA"],
               ["--user-data", "base64:", "NATT_E_EXPECT_USER_DATA"],
               ["--public-key", "03", "NATT_E_EXPECT_PUBLIC_KEY"],
               ["--module-id", module + "0", "NATT_E_EXPECT_MODULE_ID"],
               ["--region", "us-east-2", "NATT_E_EXPECT_REGION"], ["--kind", "nitrotpm", "NATT_E_DOC_KIND_UNEXPECTED"]]
        for *words, code in bad:
            self.expect_refused(self.verify(*words, base=base), code)

    def test_pcr_differences_are_shown_once_every_signature_was_verified(self):
        base = ["--max-age", "5m", "--no-nonce", "--at", AT, "--root", self.root]
        sets = {"version": 1, "sets": [{"name": "v1", "pcrs": {"0": [B, "c" * 96], "31": ["d" * 96]}},
                                       {"pcrs": {"0": [A], "8": [A]}}]}
        policy = self.write("sets.json", json.dumps(sets))
        out = json.loads(self.verify("--policy", policy, "--json", base=base).stdout)
        self.assertEqual(list(out), [*REFUSED_KEYS, "pcr_differences"])
        first, second, third = out["pcr_differences"]
        self.assertEqual(first, {"set": 0, "set_name": "v1", "index": 0, "expected": [B, "c" * 96], "actual": A})
        self.assertEqual(second, {"set": 0, "set_name": "v1", "index": 31, "expected": ["d" * 96], "actual": None})
        self.assertEqual((third["set"], third["set_name"], third["index"], third["expected"]), (1, None, 8, [A]))
        lines = [" ".join(line.split()) for line in self.verify("--policy", policy,
                                                                base=base).stdout.decode().splitlines()]
        for line in ("policy set 1 (v1)", f"PCR0 expected {B}", "or " + "c" * 96, f"actual {A}",
                     f"PCR31 expected {'d' * 96}",
                     "actual absent", "policy set 2", f"PCR8 expected {A}"):
            self.assertIn(line, lines)
        bad = bytearray(self.doc.read_bytes())
        bad[-1] ^= 1
        for words, code in (([self.write("bad", bytes(bad))], "NATT_E_COSE_SIGNATURE"),
                            ([self.doc, "--region", "x"], "NATT_E_EXPECT_REGION")):
            out = json.loads(run("verify", *base, "--policy", policy, "--json", *words).stdout)
            self.assertEqual((out["code"], list(out)), (code, REFUSED_KEYS))

    def test_a_table_shows_32_differences_and_says_how_many_more(self):
        base = ["--max-age", "5m", "--no-nonce", "--at", AT, "--root", self.root]
        for count in (31, 32, 33, 100):
            values = [f"{n:096x}" for n in range(1, count + 1)]
            many_sets = self.write("many.json", json.dumps({"version": 1,
                                                            "sets": [{"pcrs": {"0": [v]}} for v in values]}))
            many_values = self.write("values.json", json.dumps({"version": 1, "sets": [{"pcrs": {"0": values}}]}))
            for policy, more in ((many_sets, f" {count - 32} more differences, which --json lists"),
                                 (many_values, f" or       one of {count - 32} more values, which --json lists")):
                text = self.verify("--policy", policy, base=base).stdout.decode()
                self.assertEqual([v for v in values if v in text], values[:32])
                self.assertEqual((" more " in text, more in text), (count > 32, count > 32), text)
                out = self.verify("--policy", policy, "--json", base=base).stdout.decode()
                self.assertEqual([v for v in values if v in out], values)

    def test_names_of_aws_are_checked_wherever_they_are_given(self):
        session = "arn:aws:sts::123456789012:assumed-role/app/" + INSTANCE
        issue = ["issue", "--out", self.dir / "o", "--root-out", self.dir / "r"]
        verify = ["verify", "--max-age", "5m", "--no-nonce", "--pcr", f"0={A}", "--root", self.root, self.doc]
        for words in (issue, ["pcr", "compute"], ["emulate"], verify):
            self.expect_error(run(*words, "--role-arn", session, *(["--", "true"] if words[0] == "emulate" else [])), 2,
                              "--role-arn", "arn:aws:iam::123456789012:role/app")
            self.expect_error(run(*words, "--instance-id", INSTANCE.upper(),
                                  *(["--", "true"] if words[0] == "emulate" else [])), 2, "--instance-id")
        for words in (issue, ["emulate"]):
            self.expect_error(run(*words, "--kind", "nitrotpm", "--instance-id", "i-0123",
                                  *(["--", "true"] if words[0] == "emulate" else [])), 2, "--instance-id")

    def test_public_key_from_pem(self):
        der = bytes.fromhex("3007300205000301" + "00")
        pem = self.write("key.pem", b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) +
                         b"\n-----END PUBLIC KEY-----\n")
        doc = self.dir / "key.bin"
        self.issue(doc, "--public-key", f"@{pem}", "--pcr", f"0={A}")
        base = ["--max-age", "5m", "--no-nonce", "--pcr", f"0={A}", "--at", AT, "--root", self.root]
        self.expect_verified(self.verify("--public-key", f"@{pem}", base=base, doc=doc))
        self.expect_verified(self.verify("--public-key", der.hex(), base=base, doc=doc))
        self.issue(doc, "--public-key", "base64:" + base64.b64encode(pem.read_bytes()).decode(), "--pcr", f"0={A}")
        self.expect_refused(self.verify("--public-key", f"@{pem}", base=base, doc=doc), "NATT_E_EXPECT_PUBLIC_KEY")
        self.expect_verified(self.verify("--public-key", pem.read_bytes().hex(), base=base, doc=doc))
        self.expect_error(self.verify("--public-key", f"@{self.root}", base=base), 2, "--public-key",
                          "a certificate, not",
                          "openssl x509")
        private = self.write("private.pem", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
        for words in (["issue", "--out", self.dir / "o", "--root-out", self.dir / "r"],
                      ["emulate", "--", BINARY, "nsm", "attest"]):
            self.expect_error(run(*words, "--public-key", f"@{private}"), 2, "--public-key", "a private key")

    def test_archive_says_what_it_leaves_out(self):
        out = json.loads(self.verify("--json", base=["--archive", "--no-nonce", "--pcr", f"0={A}", "--root",
                                                     self.root]).stdout)
        self.assertEqual([c for c in ("now", "age", "nonce") if c in out["checks"]], [])

    def test_roots(self):
        base = ["--max-age", "5m", "--nonce", NONCE, "--pcr", f"0={A}", "--at", AT]
        self.expect_refused(self.verify(base=base), "NATT_E_CHAIN_ROOT")
        self.expect_refused(self.verify("--root", "aws", base=base), "NATT_E_CHAIN_ROOT")
        self.expect_verified(self.verify("--root", "aws", "--root", self.root, base=base))
        body = b"".join(self.root.read_bytes().splitlines()[1:-1])
        der = self.write("root.der", base64.b64decode(body))
        self.expect_verified(self.verify("--root", der, base=base))
        for name, content in (("empty", b""), ("text", b"hello"), ("two", self.root.read_bytes() * 2),
                              ("cut", base64.b64decode(body)[:-1]), ("long", base64.b64decode(body) + b"\0"),
                              ("pem", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
                              ("seq", b"\x30\x00"), ("large", b"\x30" * (1 << 20) + b"\0")):
            self.expect_error(self.verify("--root", self.write(name, content), base=base), 2)

    def test_deny(self):
        inspected = json.loads(run("inspect", "--json", self.doc).stdout)
        leaf = inspected["chain"][4]
        sha256 = hashlib.sha256(bytes.fromhex(leaf["der"])).hexdigest()
        for entry in (f"any:{leaf['serial']}", f"{leaf['issuer_der']}:{leaf['serial']}", f"sha256:{sha256}"):
            done = self.verify("--deny", entry)
            self.expect_refused(done, "NATT_E_CHAIN_DENIED")
            self.assertIn(b"certificate 4 (leaf", done.stdout)
            file = self.write("deny", f"# list\n\n{entry} # because\n")
            self.expect_refused(self.verify("--deny", file), "NATT_E_CHAIN_DENIED")
        for form in (bytes.fromhex(leaf["der"]), ssl.DER_cert_to_PEM_cert(bytes.fromhex(leaf["der"])).encode()):
            named = f"cert:{self.write('leaf', form)}"
            self.expect_refused(self.verify("--deny", named), "NATT_E_CHAIN_DENIED")
            self.expect_refused(self.verify("--deny", self.write("deny", named + "\n")), "NATT_E_CHAIN_DENIED")
        self.expect_error(self.verify("--deny", "cert:/nonexistent"), 3, "/nonexistent")
        self.expect_error(self.verify("--deny", f"cert:{self.write('seq', bytes.fromhex('3000'))}"), 2, "NATT_E_DER_")
        self.expect_verified(self.verify("--deny", "any:0123"))
        self.expect_error(self.verify("--deny", self.write("bad", "any:01\nnonsense\n")), 2, "line 2")
        self.expect_error(self.verify("--deny", self.write("none", "# nothing\n")), 2)

    def test_debug(self):
        debug = self.dir / "debug.bin"
        self.issue(debug, "--debug-mode")
        base = ["--max-age", "5m", "--no-nonce", "--insecure-no-pcr-policy", "--at", AT, "--root", self.root]
        self.expect_refused(self.verify(base=base, doc=debug), "NATT_E_EXPECT_DEBUG")
        done = self.verify("--allow-debug", "--json", base=base, doc=debug)
        self.expect_verified(done)
        out = json.loads(done.stdout)
        self.assertTrue(out["debug"])
        self.assertNotIn("production", out["checks"])

    def test_signing_certificate(self):
        der = base64.b64decode(b"".join(self.root.read_bytes().splitlines()[1:-1]))
        pcr8 = hashlib.sha384(bytes(48) + hashlib.sha384(der).digest()).hexdigest()
        signed = self.dir / "signed.bin"
        self.issue(signed, "--pcr", f"8={pcr8}")
        base = ["--max-age", "5m", "--no-nonce", "--at", AT, "--root", self.root]
        for form in (self.root, self.write("s.der", der)):
            self.expect_verified(self.verify("--signing-cert", form, base=base, doc=signed))
            self.expect_refused(self.verify("--signing-cert", form, base=base), "NATT_E_POLICY_PCR_MISMATCH")

    def test_colours_only_on_a_terminal(self):
        self.assertNotIn(b"\033", self.verify().stdout)


class Input(Case):
    def test_every_form_of_a_document(self):
        raw = self.doc.read_bytes()
        wrapped = b"\n".join(base64.b64encode(raw)[i:i + 64] for i in range(0, 4 * len(raw) // 3 + 4, 64))
        for content in (raw, raw.hex().encode(), raw.hex().upper().encode() + b"\n", base64.b64encode(raw),
                        base64.encodebytes(raw), b" " + wrapped):
            self.expect_verified(self.verify(doc=self.write("form", content)))
            self.expect_verified(self.verify(doc="-", stdin=content))

    def test_tagged_documents(self):
        tagged = self.dir / "tagged.bin"
        self.issue(tagged, "--tag", "--nonce", NONCE, "--pcr", f"0={A}")
        raw = tagged.read_bytes()
        self.assertEqual(raw[0], 0xd2)
        for content in (raw, raw.hex().encode(), base64.b64encode(raw)):
            self.expect_verified(self.verify(doc=self.write("form", content)))

    def test_any_bytes_have_a_verdict(self):
        raw = self.doc.read_bytes()
        for content in (b"", b"\n", b"\0", b"hello", b"84", b"84zz", b"hE", b"{}", raw + b"\n", raw + raw, raw[1:],
                        raw[:-1], b"\x84" * 20000, bytes(1 << 20), bytes((1 << 20) + 1), b"84" * (1 << 20),
                        base64.b64encode(raw)[:-1], raw.hex().encode()[:-1], base64.urlsafe_b64encode(raw) + b"-",
                        b"@" + raw, base64.b64encode(b"text that is not a document")):
            for command in (["verify", "--archive", "--no-nonce", "--insecure-no-pcr-policy"], ["inspect"]):
                for extra in ([], ["--json"]):
                    done = run(*command, *extra, "-", stdin=content)
                    if command == ["inspect"] and content == base64.b64encode(raw).rstrip(b"="):
                        continue
                    self.assertEqual(done.returncode, 1, (command, content[:40], done.stderr))
                    self.assertIn(b"NATT_E_", done.stdout)
                    if extra:
                        self.assertEqual(list(json.loads(done.stdout)), REFUSED_KEYS)

    def other_forms(self):
        """(name, content, the form that inspect shows)"""
        raw = self.doc.read_bytes()
        url = base64.urlsafe_b64encode(raw)
        bare = base64.b64encode(raw).rstrip(b"=")
        plain = base64.b64encode(raw).decode()
        self.assertTrue(b"-" in url or b"_" in url)
        answer = b"\xa1\x6bAttestation\xa1\x68document\x59" + len(raw).to_bytes(2, "big") + raw
        quoted = json.dumps({"attestation": {"document": plain.replace("/", "\\/"), "\033": 1}}).replace("\\\\/", "\\/")
        return [("0x", b"0x" + raw.hex().encode() + b"\n", f"hexadecimal with 0x, {2 * len(raw) + 2} characters"),
                ("url", url, f"base64url, {len(url)} characters"),
                ("quoted", b"'" + base64.b64encode(raw) + b"'\n", f"quoted base64, {len(plain)} characters"),
                ("string", json.dumps(raw.hex()).encode(), f"quoted hexadecimal, {2 * len(raw)} characters"),
                ("member", quoted.encode(), f"JSON, .attestation.document: base64, {len(plain)} characters"),
                ("numbers", json.dumps({"document": list(raw)}).encode(),
                 f"JSON, .document: a list of {len(raw)} numbers"),
                ("answer", answer, f"the reply of an NSM, {len(answer)} bytes"),
                ("answer64", base64.b64encode(answer), "the reply of an NSM"),
                ("mark", b"\xef\xbb\xbf" + base64.b64encode(raw), f"base64, {len(plain)} characters"),
                *([("bare", bare, f"base64 without padding, {len(bare)} characters")] if plain.endswith("=") else [])]

    def test_other_forms_are_shown_and_converted(self):
        raw = self.doc.read_bytes()
        for name, content, form in self.other_forms():
            path = self.write(name, content)
            done = run("inspect", path)
            self.assertEqual(done.returncode, 0, (name, done.stdout))
            self.assertIn(b"  input        ", done.stdout)
            self.assertIn(form.encode(), done.stdout, name)
            out = json.loads(run("inspect", "--json", "-", stdin=content).stdout)
            self.assertIn(form, out["input"])
            self.assertEqual(out["nonce"], NONCE)
            converted = run("inspect", "--out", "-", path)
            self.assertEqual((converted.returncode, converted.stdout, converted.stderr), (0, raw, b""), name)

    def test_other_forms_are_refused_with_the_command_that_converts_them(self):
        for name, content, form in self.other_forms():
            path = self.write("it's " + name, content)
            done = self.verify(doc=path)
            self.expect_refused(done, "NATT_E_COSE_")
            self.assertIn(form.encode(), done.stdout, name)
            command = done.stdout.decode().split("what to do ", 1)[1].split(" writes the binary", 1)[0].strip()
            subprocess.run(["sh", "-c", command.replace("nitro-attest", BINARY, 1)], cwd=self.dir, check=True)
            self.expect_verified(self.verify(doc=self.dir / "decoded.bin"))
            done = self.verify("--json", doc="-", stdin=content)
            self.expect_refused(done, "NATT_E_COSE_")
            out = json.loads(done.stdout)
            self.assertEqual(list(out), REFUSED_KEYS)
            self.assertIn(form, out["message"])
            self.assertIn("nitro-attest inspect --out decoded.bin -", out["message"])

    def test_what_verify_reads_is_named_as_well(self):
        raw = self.doc.read_bytes()
        for content, form in ((raw, f"binary, {len(raw)} bytes"), (raw.hex().encode() + b"\n",
                                                                   f"hexadecimal, {2 * len(raw)} characters"),
                              (base64.encodebytes(raw), f"base64, {len(base64.b64encode(raw))} characters")):
            self.assertEqual(json.loads(run("inspect", "--json", "-", stdin=content).stdout)["input"], form)

    def test_several_documents_in_one_file(self):
        raw = self.doc.read_bytes()
        self.issue(self.dir / "second", "--nonce", "00")
        content = json.dumps({"a": raw.hex(), "b\033": (self.dir / "second").read_bytes().hex()}).encode()
        for done in (run("inspect", "-", stdin=content), self.verify(doc="-", stdin=content)):
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"several documents, as in .a and .b\\u{001B}", done.stdout)
        self.expect_refused(self.verify("--json", doc="-", stdin=content), "to a separate file")

    def test_damaged_text_is_told_by_its_place(self):
        raw = self.doc.read_bytes()
        text = base64.b64encode(raw)
        for content, form in ((text[:-5] + b"*" + text[-4:],
                               f"base64 with an invalid character, 0x2a, after {len(text) - 5} of {len(text)} "
                               "characters"),
                              (b"0x" + raw.hex().encode()[:-1],
                               f"truncated or modified hexadecimal, {2 * len(raw) + 1} characters")):
            for done in (run("inspect", "-", stdin=content), self.verify(doc="-", stdin=content)):
                self.assertEqual(done.returncode, 1)
                self.assertIn(form.encode(), done.stdout)

    def test_inspect_out(self):
        out = self.dir / "converted"
        done = run("inspect", "--out", out, self.doc)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(out.read_bytes(), self.doc.read_bytes())
        self.expect_error(run("inspect", "--out", out, "--json", self.doc), 2, "exclude")
        link = self.dir / "link"
        link.symlink_to(out)
        for target in (out, link):
            before = out.read_bytes()
            self.expect_error(run("inspect", "--out", target, out), 2, "is the input file")
            self.assertEqual(out.read_bytes(), before)
        self.expect_error(run("inspect", "--out", "/nonexistent/x", self.doc), 3, "/nonexistent/x")
        bad = self.write("bad", b"0x8444")
        done = run("inspect", "--out", self.dir / "never", bad)
        self.assertEqual((done.returncode, (self.dir / "never").exists()), (1, False))
        self.assertIn(b"hexadecimal with 0x, 6 characters", done.stdout)

    def test_too_large_is_said(self):
        for content in (b"\x84" * 20000, bytes(3 << 20), b"8444" * (1 << 20)):
            done = run("verify", "--archive", "--no-nonce", "--insecure-no-pcr-policy", "-", stdin=content)
            self.expect_refused(done, "NATT_E_COSE_SIZE")

    def test_some_truncations_and_flips(self):
        raw = self.doc.read_bytes()
        path = self.dir / "broken"
        for i in range(0, len(raw), 131):
            path.write_bytes(raw[:i])
            self.expect_refused(self.verify(doc=path), "NATT_E_")
            path.write_bytes(raw[:i] + bytes([raw[i] ^ 0x20]) + raw[i + 1:])
            self.expect_refused(self.verify(doc=path), "NATT_E_")
            self.assertIn(run("inspect", path).returncode, (0, 1))


def measurements(**pcrs):
    return {"HashAlgorithm": "Sha384 { ... }", **pcrs}


class Policies(Case):
    base = None

    def setUp(self):
        self.base = ["--max-age", "5m", "--nonce", NONCE, "--at", AT, "--root", self.root]

    def test_measurements_are_alternatives(self):
        other = self.write("other.json", json.dumps({"Measurements": measurements(PCR0=B)}))
        right = self.write("right.json", json.dumps({"EifVersion": 4, "Measurements": measurements(PCR0=A, PCR8=B),
                                                     "IsSigned": True, "CheckCRC": True, "SignatureCheck": True}))
        self.expect_verified(self.verify("--measurements", right, base=self.base))
        done = self.verify("--measurements", other, "--measurements", right, base=self.base)
        self.expect_verified(done)
        self.assertIn(b"set 2", done.stdout)
        self.assertIn(b"PCR8   matched", done.stdout)
        self.expect_refused(self.verify("--measurements", other, base=self.base), "NATT_E_POLICY_PCR_MISMATCH")
        self.expect_refused(self.verify("--measurements", other, "--measurements", other, base=self.base),
                            "NATT_E_POLICY_NO_SET")
        self.expect_verified(self.verify("--measurements", right, "--instance-id", INSTANCE, base=self.base))
        self.expect_refused(self.verify("--measurements", right, "--pcr", f"4={A}", base=self.base),
                            "NATT_E_POLICY_PCR_MISMATCH")
        self.expect_error(self.verify("--measurements", right, "--pcr", f"8={B}", base=self.base), 2, "PCR8")

    def test_bad_measurements(self):
        text = json.dumps({"Measurements": measurements(PCR0=A)})
        for content in ("", "[]", "{", text + "x", text.replace("PCR0", "pcr0"), text.replace("Sha384", "Sha256"),
                        text.replace(A, ZERO), text.replace(A, A[2:]), text.replace(A, "z" * 96),
                        json.dumps({"Measurements": measurements()}),
                        json.dumps({"Measurements": measurements(PCR0=A), "CheckCRC": False}),
                        json.dumps({"Measurements": measurements(PCR0=A), "SignatureCheck": False}),
                        '{"Measurements":{"HashAlgorithm":"Sha384 { ... }","PCR0":"%s","PCR0":"%s"}}' % (A, A),
                        b"\xff\xfe", bytes(10), "[" * 100000):
            self.expect_error(self.verify("--measurements", self.write("bad.json", content), base=self.base), 2,
                              "bad.json")

    def test_policy_files(self):
        sets = [{"name": "v1\u202e", "pcrs": {"0": [B]}}, {"name": "v2", "pcrs": {"0": [B, A], "8": [B]}}]
        path = self.write("policy.json", json.dumps({"version": 1, "sets": sets}))
        done = self.verify("--policy", path, base=self.base)
        self.expect_verified(done)
        self.assertIn(b"v2", done.stdout)
        path = self.write("policy.json", json.dumps({"version": 1, "sets": sets[:1]}))
        self.expect_refused(self.verify("--policy", path, base=self.base), "NATT_E_POLICY_PCR_MISMATCH")
        weak = {"name": "\033w", "pcrs": {"1": [A]}}
        path = self.write("weak.json", json.dumps({"version": 1, "sets": sets + [weak]}))
        done = self.verify("--policy", path, base=self.base)
        self.expect_error(done, 2, "NATT_E_USAGE_POLICY_WEAK", "policy set 3")
        self.assertNotIn(b"\033", done.stderr)

    def test_bad_policy_files(self):
        good = {"version": 1, "sets": [{"name": "a", "pcrs": {"0": [A]}}]}
        text = json.dumps(good)
        for content in ("", "null", text[:-1], text + text, text.replace("1,", "2,"),
                        text.replace("version", "Version"),
                        text.replace('"0"', '"00"'), text.replace(A, "zz"), json.dumps({**good, "extra": 1}),
                        json.dumps({"version": 1, "sets": []}), text.replace(f'["{A}"]', "[]"), "[" * 5000):
            self.expect_error(self.verify("--policy", self.write("bad.json", content), base=self.base), 2, "bad.json")

    def test_policy_and_measurements_are_alternatives_together(self):
        policy = self.write("p.json", json.dumps({"version": 1, "sets": [{"name": "x", "pcrs": {"0": [B]}}]}))
        right = self.write("right.json", json.dumps({"Measurements": measurements(PCR0=A)}))
        self.expect_verified(self.verify("--policy", policy, "--measurements", right, base=self.base))


class Inspect(Case):
    def test_says_unverified_first_and_last(self):
        done = run("inspect", self.doc)
        self.assertEqual(done.returncode, 0)
        lines = done.stdout.decode().splitlines()
        self.assertTrue(lines[0].startswith("UNVERIFIED") and lines[-1].startswith("UNVERIFIED"))
        for text in (A, INSTANCE, "certificate 4 (leaf)", "path length 2", "keyCertSign", NONCE, "enclave image"):
            self.assertIn(text, done.stdout.decode())

    def test_json(self):
        out = json.loads(run("inspect", "--json", self.doc).stdout)
        self.assertEqual(out["verdict"], "unverified")
        self.assertEqual((out["nonce"], out["user_data"], out["public_key"]), (NONCE, "0102", "0304"))
        self.assertEqual(len(out["chain"]), 5)
        self.assertEqual(out["chain"][1]["basic_constraints"], {"critical": True, "ca": True, "path_len": 2})

    def test_text_is_shown_only_when_printable(self):
        for value, shown in ((b"hello", b'"hello"'), (b"a\033[31mb", None), ("a\u202eb".encode(), None),
                             (b"\xff\xfe", None)):
            path = self.dir / "text.bin"
            self.issue(path, "--user-data", value.hex())
            out = run("inspect", path).stdout
            self.assertNotIn(b"\033", out)
            self.assertNotIn("\u202e".encode(), out)
            if shown:
                self.assertIn(shown, out)

    def test_debug_hint(self):
        path = self.dir / "debug.bin"
        self.issue(path, "--debug-mode")
        self.assertIn(b"DEBUG", run("inspect", path).stdout)


class Root(Case):
    FINGERPRINT = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"  # as AWS publishes it

    def test_forms(self):
        der = run("root", "--der").stdout
        self.assertEqual(hashlib.sha256(der).hexdigest(), self.FINGERPRINT)
        pem = run("root", "--pem").stdout
        self.assertEqual(base64.b64decode(b"".join(pem.splitlines()[1:-1])), der)
        self.assertTrue(all(len(line) <= 64 for line in pem.splitlines()))
        self.assertIn(self.FINGERPRINT.encode(), run("root").stdout)
        out = json.loads(run("root", "--json").stdout)
        self.assertEqual((out["sha256"], out["not_after"]), (self.FINGERPRINT, "2049-10-28T14:28:05Z"))
        self.expect_error(run("root", "--der", "--pem"), 2)


class Explain(Case):
    def test_all_codes_are_explained(self):
        done = json.loads(run("explain", "--json", "all").stdout)
        for prefix, least in (("NATT_E_", 100), ("NATT_NSM_E_", 30), ("NATT_EMULATOR_E_", 25),
                              ("NATT_PROVISION_E_", 20)):
            self.assertGreater(sum(entry["code"].startswith(prefix) for entry in done), least)
        for entry in done:
            self.assertTrue(entry["message"] and entry["remedy"])
        for entry in done[::7]:
            self.assertEqual(list(entry), ["code", "number", "rule", "message", "remedy"])
            number = str(entry["number"]) if entry["code"].startswith("NATT_E_") else None  # of refusals alone
            for word in filter(None, (entry["code"], entry["code"].lower(), number, entry["rule"])):
                self.assertIn(entry["code"].encode(), run("explain", word).stdout)

    def test_unknown_names_get_suggestions(self):
        self.expect_error(run("explain", "NATT_E_TIME_EXPIERD"), 2, "NATT_E_TIME_EXPIRED")
        self.expect_error(run("explain", "expired"), 2, "NATT_E_TIME_EXPIRED")
        for word in ("", "x", "R-", "9999", "-1", "A" * 5000):
            done = run("explain", word)
            self.assertEqual(done.returncode, 2, word)


class Issue(Case):
    def test_is_deterministic(self):
        first, second = self.dir / "1", self.dir / "2"
        self.issue(first, "--nonce", "01")
        root = self.root.read_bytes()
        self.issue(second, "--nonce", "01")
        self.assertEqual((first.read_bytes(), root), (second.read_bytes(), self.root.read_bytes()))

    def test_the_printed_command_verifies(self):
        for words in ([], ["--nonce", "aa"], ["--kind", "nitrotpm"], ["--debug-mode"],
                      ["--pcr", f"0={ZERO}"], ["--definite", "--tag"],
                      ["--base64"], ["--region", "eu-central-1"]):
            path = self.dir / "it's.bin"
            advice = self.issue(path, *words).stderr.decode().split("To verify it:\n", 1)[1].strip()
            self.assertTrue(advice.startswith("nitro-attest verify "))
            done = subprocess.run(["sh", "-c", advice.replace("nitro-attest", BINARY, 1)], capture_output=True,
                                  check=False)
            self.expect_verified(done)

    def test_a_fresh_one_verifies_now(self):
        path = self.dir / "fresh"
        done = run("issue", "--out", path, "--root-out", self.dir / "fresh.pem", "--pcr", f"0={A}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.expect_verified(run("verify", "--max-age", "5m", "--no-nonce", "--pcr", f"0={A}", "--root",
                                 self.dir / "fresh.pem", path))

    def test_to_standard_output(self):
        done = run("issue", "--out", "-", "--root-out", self.root, "--seed", SEED, "--at", AT)
        self.assertEqual((done.returncode, done.stdout[0]), (0, 0x84))
        text = run("issue", "--out", "-", "--root-out", self.root, "--seed", SEED, "--at", AT, "--base64").stdout
        self.assertEqual(base64.b64decode(text), done.stdout)

    def test_measurements(self):
        path = self.write("m.json", json.dumps({"Measurements": measurements(PCR0=A, PCR1=B, PCR2=B)}))
        out = self.dir / "m.bin"
        self.issue(out, "--measurements", path, "--nonce", NONCE)
        self.expect_verified(self.verify("--measurements", path, doc=out,
                                         base=["--max-age", "5m", "--nonce", NONCE, "--at", AT, "--root", self.root]))

    def test_usage_errors(self):
        path = self.write("m.json", json.dumps({"Measurements": measurements(PCR0=A)}))
        out = ["--out", self.dir / "o", "--root-out", self.dir / "r"]
        for words in (["--out", "x"], ["--root-out", "x"], ["--out", "-", "--root-out", "-"],
                      ["--out", self.dir / "s", "--root-out", self.dir / "s"], [*out, "--pcr", "0=00"],
                      [*out, "--pcr", f"0={A}", "--pcr", f"0={A}"], [*out, "--pcr", f"0={A}", "--measurements", path],
                      [*out, "--kind", "x"], [*out, "--kind", "nitrotpm", "--debug-mode"], [*out, "--at", "@5"],
                      [*out, "--instance-id", "i-zz"], [*out, "--instance-id", "x"], [*out, "--role-arn", "x"],
                      [*out, "--debug-mode", "--pcr", f"0={A}"], [*out, "--seed", ""], [*out, "--seed", "base64:"],
                      [*out, "--nonce", "x"]):
            self.expect_error(run("issue", *words), 2)
        for option, value, text in (("--region", "r" * 200, "the issuer cannot put one of these values"),
                                    ("--region", "US", "has characters other than"),
                                    ("--user-data", "base64:" + "AAAA" * 30000, "it would have 9")):
            self.expect_error(run("issue", *out, option, value), 2, text)

    def test_wrong_usage_is_told_before_a_file_that_cannot_be_read(self):
        out = ["--out", self.dir / "o", "--root-out", self.dir / "r"]
        for option in (["--nonce", "@/none"], ["--seed", "@/none"], ["--measurements", "/none"],
                       ["--public-key", "@/none"]):
            self.expect_error(run("issue", *out, *option), 3, "/none")
            for words in (["--pcr", "0=zz"], ["--instance-id", ""], ["--role-arn", "x"], ["--at", "soon"],
                          ["--kind", "x"],
                          ["--break", "nothing"]):
                self.expect_error(run("issue", *out, *option, *words), 2, words[0].replace("--break", "nothing"))

    def test_unwritable_files(self):
        self.expect_error(run("issue", "--out", "/nonexistent/o", "--root-out", self.dir / "r"), 3)
        self.expect_error(run("issue", "--out", self.dir / "o", "--root-out", self.dir), 3)


class Genuine(Case):
    """Every document of the shared folder, against its index entry."""

    def setUp(self):
        if not (SHARED / "real/index.json").exists():
            self.skipTest("no shared material")
        self.index = json.loads((SHARED / "real/index.json").read_text())

    def archive(self, entry, *words):
        return run("verify", "--archive", "--no-nonce", "--insecure-no-pcr-policy", "--allow-debug", "--kind",
                   entry["kind"], *words, SHARED / "real" / entry["file"])

    def test_archive_verdicts_match_the_index(self):
        self.assertEqual({e["file"] for e in self.index}, {p.name for p in (SHARED / "real").glob("*.bin")})
        for entry in self.index:
            done = self.archive(entry, "--json")
            if not entry["signature_valid"]:
                self.expect_refused(done, "NATT_E_COSE_SIGNATURE")
                continue
            self.expect_verified(done)
            out = json.loads(done.stdout)
            self.assertEqual((out["kind"], out["module_id"], out["timestamp_ms"], out["debug"], len(out["pcrs"])),
                             (entry["kind"], entry["module_id"], entry["timestamp_ms"], entry["debug"],
                              entry["pcr_count"]))
            self.assertEqual(out["pcrs"]["0"], entry["pcr0"])
            self.assertEqual(out["chain"][0]["subject"], "aws.nitro-enclaves")

    def test_inspect_matches_the_index(self):
        for entry in self.index:
            out = json.loads(run("inspect", "--json", SHARED / "real" / entry["file"]).stdout)
            for field in ("public_key", "user_data", "nonce"):
                self.assertEqual(None if out[field] is None else len(out[field]) // 2, entry[field], entry["file"])
            self.assertEqual((out["bytes"], out["indefinite"], out["debug"]),
                             (entry["bytes"], entry["payload_map"] == "indefinite", entry["debug"]))
            self.assertEqual(run("inspect", SHARED / "real" / entry["file"]).returncode, 0)

    def test_expired_now_and_debug_refused(self):
        for entry in self.index:
            path = SHARED / "real" / entry["file"]
            words = ["--no-nonce", "--insecure-no-pcr-policy", "--kind", entry["kind"], path]
            self.expect_refused(run("verify", "--max-age", "5m", *words), "NATT_E_TIME_EXPIRED")
            if entry["debug"] and entry["signature_valid"]:
                self.expect_refused(run("verify", "--archive", *words), "NATT_E_EXPECT_DEBUG")

    def test_the_wrong_kind_and_root_are_refused(self):
        for entry in self.index:
            other = {**entry, "kind": "nitrotpm" if entry["kind"] == "enclave" else "enclave"}
            self.expect_refused(self.archive(other), "NATT_E_DOC_KIND_UNEXPECTED")
            self.expect_refused(self.archive(entry, "--root", self.root), "NATT_E_CHAIN_ROOT")

    def test_the_saved_root_verifies_them(self):
        pem = self.write("aws.pem", run("root", "--pem").stdout)
        for root in (pem, SHARED / "aws/nitro-enclaves-root-g1.der", "aws"):
            self.expect_verified(self.archive(self.index[0], "--root", root))

    def test_the_bad_document_names_where(self):
        entry = next(e for e in self.index if not e["signature_valid"])
        out = self.archive(entry).stdout.decode()
        for text in ("REFUSED", "NATT_E_COSE_SIGNATURE (R-COSE-10)", "byte ", "what to do"):
            self.assertIn(text, out)


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result
    if not result.wasSuccessful():
        sys.exit(1)
    if not (SHARED / "real/index.json").exists():
        print(f"skipped: the genuine documents ({SHARED}/real is absent)")
        sys.exit(77)
