"""Drives nitro-attest kms policy, lint and explain: kms_policy_test.py PATH-OF-BINARY. Standard library only."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1])
AT = "2025-06-01T12:00:00Z"
ROLE = "arn:aws:iam::111122223333:role/app"
SESSION = "arn:aws:sts::111122223333:assumed-role/app/i-1"
ADMIN = "arn:aws:iam::111122223333:role/admin"
A, B, ZERO = "ab" * 48, "cd" * 48, "00" * 48
PCR0 = "kms:RecipientAttestation:PCR0"
PLAINTEXTS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:DeriveSharedSecret",
              "kms:ReEncryptFrom", "kms:CreateGrant")


def run(*words, stdin=b""):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1, 2, 3) or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


def statement(**more):
    return {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt", "Resource": "*", **more}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.folder.name)
        cls.root = cls.dir / "root.pem"
        cls.trust = ["--root", cls.root, "--max-age", "5m", "--at", AT]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def issue(self, *words, name="doc.bin"):
        path = self.dir / name
        done = run("issue", "--out", path, "--root-out", self.root, "--seed", "00112233", "--at", AT, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def write(self, name, content):
        path = self.dir / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def policy(self, *statements, name="policy.json"):
        return self.write(name, {"Version": "2012-10-17", "Statement": list(statements)})

    def made(self, *words):
        """The path of the written policy; lint finds nothing in it."""
        done = run("kms", "policy", "--principal", ROLE, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.write("made.json", done.stdout.decode())
        lint = run("kms", "lint", "--json", path)
        self.assertEqual((lint.returncode, json.loads(lint.stdout)["severe"]), (0, 0), lint.stdout)
        return path

    def explained(self, code, *words):
        done = run("kms", "explain", "--json", *words)
        self.assertEqual((done.returncode, done.stderr), (code, b""), words)
        return json.loads(done.stdout)

    def fails(self, code, *texts, words, stdin=b""):
        done = run("kms", *words, stdin=stdin)
        self.assertEqual((done.returncode, done.stdout), (code, b""), (words, done.stderr))
        for text in (*texts, "what to do"):
            self.assertIn(text.encode(), done.stderr, words)


class Written(Case):
    def test_nobody_gets_a_plaintext_without_a_document(self):
        for more in ([], ["--administrator", ADMIN], ["--encryptor", ROLE, "--account", "444455556666"]):
            path = self.made("--pcr", f"0={A}", *more)
            for action in PLAINTEXTS:
                for who in (ROLE, SESSION, ADMIN, "arn:aws:iam::111122223333:root"):
                    found = self.explained(1, "--policy", path, "--principal", who, "--action", action)
                    self.assertEqual(found["decision"], "implicit deny", (who, action))

    def test_the_image_decrypts_and_another_does_not(self):
        path = self.made("--pcr", f"0={A}")
        ask = ["--policy", path, "--principal", SESSION, *self.trust, "--document"]
        found = self.explained(0, *ask, self.issue("--pcr", f"0={A}"))
        self.assertEqual((found["decision"], found["statement"]["index"]), ("allow", 1))
        self.assertEqual(found["document"]["kind"], "enclave")
        found = self.explained(1, *ask, self.issue("--pcr", f"0={B}"))
        self.assertEqual((found["decision"], found["closest"]["index"]), ("implicit deny", 1))
        self.assertEqual(found["reasons"], [{"element": "Condition", "operator": "StringEqualsIgnoreCase", "key": PCR0,
                                             "expected": [A], "actual": B}])
        self.assertIn(f'"{PCR0}" StringEqualsIgnoreCase, expected "{A}", actual "{B}"', found["message"])

    def test_measurements_are_alternatives(self):
        files = [self.write(f"{v[:2]}.json", {"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": v, "PCR1": A,
                                                               "PCR2": B}}) for v in (A, B)]
        path = self.made("--measurements", files[0], "--measurements", files[1], "--role-arn", ROLE)
        conditions = [s["Condition"]["StringEqualsIgnoreCase"] for s in json.loads(path.read_text())["Statement"][1:]]
        self.assertEqual([c[PCR0] for c in conditions], [A, B])
        self.assertEqual([sorted(c)[-1] for c in conditions], ["kms:RecipientAttestation:PCR3"] * 2)

    def test_nitrotpm(self):
        path = self.made("--kind", "nitrotpm", "--pcr", f"4={A}", "--pcr", f"12={ZERO}")
        doc = self.issue("--kind", "nitrotpm", "--pcr", f"4={A}", "--pcr", f"12={ZERO}")
        ask = ["--policy", path, "--principal", SESSION, *self.trust, "--document", doc]
        self.assertEqual(self.explained(0, *ask, "--kind", "nitrotpm")["document"]["kind"], "nitrotpm")
        self.assertEqual(self.explained(1, *ask)["decision"], "document refused")

    def test_a_file(self):
        out = self.dir / "out.json"
        done = run("kms", "policy", "--pcr", f"0={A}", "--principal", ROLE, "--out", out)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(out.read_text()[-1], "\n")

    def test_a_signer_alone_is_written_with_a_warning(self):
        done = run("kms", "policy", "--pcr", f"8={A}", "--principal", ROLE)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"every image of this signer", done.stderr)

    def test_a_principal_that_administers_is_written_with_a_warning(self):
        for who, warned in ((ROLE, True), (SESSION, True), (ADMIN, False)):
            done = run("kms", "policy", "--pcr", f"0={A}", "--principal", ROLE, "--administrator", who)
            self.assertEqual((done.returncode, b"can remove that condition" in done.stderr), (0, warned), done.stderr)
        self.assertEqual(done.stderr, b"")

    def test_wrong_usage(self):
        given = ["policy", "--principal", ROLE]
        pcr = ["--pcr", f"0={A}"]
        old = self.write("old.json", {"Measurements": {"PCR0": A}})
        for text, words in (
                ("--principal is missing", ["policy", *pcr]), ("no PCR values", given),
                ("not the ARN of an identity", ["policy", *pcr, "--principal", "app"]),
                ("not the ARN of an identity", [*given, *pcr, "--administrator", "arn:aws:iam::111122223333:role/*"]),
                ("not the ARN of an identity", [*given, *pcr, "--encryptor", "111122223333"]),
                ("not an account", [*given, *pcr, "--account", "1111-2222-3333"]),
                ("not a kind", [*given, *pcr, "--kind", "tpm"]),
                ("identify no image", [*given, "--pcr", f"0={ZERO}"]),
                ("identify no image", [*given, "--pcr", f"1={A}"]),
                ("identify no image", [*given, *pcr, "--kind", "nitrotpm"]),
                ("given by --pcr and again", [*given, *pcr, *pcr]),
                ("the input would be overwritten", [*given, "--measurements", old, "--out", old])):
            self.fails(2, text, words=words)
        self.fails(3, words=[*given, "--measurements", self.dir / "absent"])
        self.fails(3, words=[*given, *pcr, "--out", self.dir / "absent" / "x"])
        self.fails(2, "at most 32768", words=[*given, *pcr, *["--principal", ROLE + "x" * 60] * 400])


class Checked(Case):
    def test_severe_findings_are_exit_code_1(self):
        root = statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="kms:*")
        path = self.policy(root, statement(Condition={"StringEquals": {PCR0: A.upper()}}))
        done = run("kms", "lint", path)
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        for text in (b"2 findings, all of them severe", b"SEVERE   attestation-optional", b"Statement[0]",
                     b"value-case", b"what to do"):
            self.assertIn(text, done.stdout)
        found = json.loads(run("kms", "lint", "--json", path).stdout)
        self.assertEqual((found["severe"], found["count"], [f["id"] for f in found["findings"]]),
                         (2, 2, ["attestation-optional", "value-case"]))
        self.assertEqual(sorted(found["findings"][0]), ["id", "remedy", "severe", "text", "where"])

    def test_the_summary_counts(self):
        change = statement(Principal={"AWS": ADMIN}, Action="kms:PutKeyPolicy")
        sound = statement(Condition={"StringEqualsIgnoreCase": {PCR0: A}})
        signer = statement(Condition={"StringEqualsIgnoreCase": {"kms:RecipientAttestation:PCR8": A}})
        for code, summary, statements in (
                (0, "no findings", [change, sound]), (1, "1 finding, severe", [change, statement()]),
                (0, "1 finding, not severe", [change, signer]),
                (0, "2 findings, none of them severe", [change, signer, signer]),
                (1, "2 findings, 1 of them severe", [change, signer, statement()]),
                (1, "2 findings, all of them severe", [change, statement(), statement()])):
            done = run("kms", "lint", self.policy(*statements))
            self.assertEqual((done.returncode, done.stdout.decode().splitlines()[0]), (code, summary))

    def test_warnings_are_exit_code_0(self):
        path = self.policy(statement(Principal={"AWS": ADMIN}, Action="kms:PutKeyPolicy"),
                           statement(Condition={"StringEqualsIgnoreCase": {"kms:RecipientAttestation:PCR8": A}}))
        done = run("kms", "lint", path)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"1 finding, not severe", done.stdout)

    def test_standard_input_and_policies_of_principals(self):
        own = json.dumps({"Statement": {"Effect": "Allow", "Action": "kms:GenerateRandom", "Resource": "*"}}).encode()
        done = run("kms", "lint", "--for-principal", "-", stdin=own)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"put the condition kms:RecipientAttestation:PCR0 on this statement", done.stdout)
        self.assertNotIn(b"Principal", done.stdout)
        key = run("kms", "lint", self.policy(statement())).stdout
        self.assertIn(b'deny them to Principal "*"', key)
        for option, words in (("--for-principal", ["lint"]),
                              ("--principal-policy", ["explain", "--principal", ROLE, "--policy"])):
            self.fails(2, "Principal is missing", f"if this is an IAM policy: {option}", words=[*words, "-"], stdin=own)

    def test_what_is_no_policy(self):
        unknown = "AWS might apply it, so it is not ignored; see nitro-attest-kms(1)"
        for text, remedy, content in (
                ("line 1", "what to do: correct the JSON\n", "{"),
                ("did you mean Condition?", unknown, {"Statement": statement(Conditions={})}),
                ("Statement.Condition.StringEquals.kms:KeySpek", unknown,
                 {"Statement": statement(Condition={"StringEquals": {"kms:KeySpek": "a"}})}),
                (f"did you mean {PCR0}?", unknown,
                 {"Statement": statement(Condition={"StringEquals": {"kms:RecipientAttestion:PCR0": A}})}),
                ("Effect is missing", "correct the policy", {"Statement": {"Resource": "*"}}),
                ("at most 32768", "correct the policy", " " * 40000)):
            self.fails(2, text, remedy, words=["lint", self.write("bad.json", content)])
        path = self.policy(statement())
        self.fails(2, "has no Principal", "without Principal", words=["lint", "--for-principal", path])
        self.fails(3, words=["lint", self.dir / "absent"])
        self.fails(2, words=["lint"])


class Explained(Case):
    def test_the_statement_that_denies(self):
        deny = {"Sid": "only this image", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
                "Condition": {"StringNotEqualsIgnoreCase": {PCR0: A}}}
        done = run("kms", "explain", "--policy", self.policy(statement(), deny), "--principal", SESSION)
        self.assertEqual(done.returncode, 1)
        for text in ("DENIED by a Deny", 'decided by   Statement[1] "only this image" of the key policy',
                     f"is met       {PCR0} StringNotEqualsIgnoreCase", f"expected {A}", "actual   absent",
                     "applies      Statement[0]"):
            self.assertIn(text, done.stdout.decode())

    def test_each_statement_and_what_differs(self):
        two = {PCR0: A, "kms:RecipientAttestation:PCR1": A}
        path = self.policy(
            statement(Action="kms:Encrypt"), statement(Principal={"AWS": ADMIN}, Action="kms:Encrypt"),
            statement(Principal={"AWS": ADMIN}, Action="kms:Sign", Resource="arn:aws:kms:::key/k", Sid="none"),
            statement(Condition={"StringEquals": {PCR0: A}}), statement(Condition={"StringEquals": two}),
            statement(Action="kms:Encrypt", Condition={"StringEquals": two}), statement())
        done = run("kms", "explain", "--policy", path, "--principal", ROLE)
        self.assertEqual(done.returncode, 0, done.stdout)
        rows = [line.strip() for line in done.stdout.decode().splitlines() if " Statement[" in line][1:]
        self.assertEqual(rows, [
            "no match     Statement[0] of the key policy: the action differs",
            "no match     Statement[1] of the key policy: the principal and the action differ",
            'no match     Statement[2] "none" of the key policy: the principal, the action and the resource differ',
            "no match     Statement[3] of the key policy: the condition is not met",
            "no match     Statement[4] of the key policy: 2 of 2 conditions are not met",
            "no match     Statement[5] of the key policy: the action differs; 2 of 2 conditions are not met",
            "applies      Statement[6] of the key policy: Allow"])

    def test_the_policy_of_the_principal(self):
        root = statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="kms:*")
        own = self.write("own.json", {"Statement": {"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}})
        ask = ["--policy", self.policy(root), "--principal", SESSION]
        self.assertEqual(self.explained(0, *ask)["policy"], "principal policy")
        found = self.explained(1, *ask, "--principal-policy", own)
        self.assertEqual((found["policy"], found["delegated_by"]["index"], found["reasons"][0]["element"]),
                         ("principal policy", 0, "Action"))
        found = self.explained(0, *ask, "--principal-policy", own, "--action", "kms:encrypt")
        self.assertEqual(found["statement"]["index"], 0)
        self.assertEqual(self.explained(1, "--principal-policy", own, "--principal", SESSION, "--action",
                                        "kms:GenerateRandom")["resource"], "*")

    def test_encryption_context_and_other_keys(self):
        equals = {"kms:EncryptionContext:app": "a=b", "kms:KeySpec": "RSA_2048"}
        path = self.policy(statement(Condition={"StringEquals": equals,
                                                "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["app"]}}))
        ask = ["--policy", path, "--principal", ROLE, "--condition", "kms:KeySpec=RSA_2048"]
        pair = ["--encryption-context", "app=a=b"]
        self.explained(0, *ask, *pair)
        self.explained(1, *ask)
        found = self.explained(1, *ask, *pair, "--encryption-context", "other=x")
        self.assertEqual(found["reasons"][0]["actual"], ["app", "other"])
        path = self.policy(statement(Condition={"StringEquals": {PCR0: A}}))
        self.explained(0, "--policy", path, "--principal", ROLE, "--condition", f"{PCR0}={A}")

    def test_documents_that_are_refused(self):
        path = self.policy(statement(Condition={"StringEqualsIgnoreCase": {PCR0: ZERO}}))
        ask = ["--policy", path, "--principal", SESSION, *self.trust, "--document"]
        debug = self.issue("--pcr", f"0={ZERO}")
        found = self.explained(1, *ask, debug)
        self.assertEqual((found["decision"], found["code"]), ("document refused", "NATT_E_EXPECT_DEBUG"))
        self.explained(0, *ask, debug, "--allow-debug")
        asked = ["--policy", path, "--principal", SESSION]
        foreign = self.explained(1, *asked, "--max-age", "5m", "--at", AT, "--document", debug)
        self.assertEqual(foreign["code"], "NATT_E_CHAIN_ROOT")
        text = run("kms", "explain", *asked, "--max-age", "5m", "--at", AT, "--document", debug).stdout
        self.assertIn(b"without --root FILE or --pki DIR only AWS's is", text)
        old = run("kms", "explain", *ask, debug, "--at", "2025-06-01T12:06:00Z")
        self.assertEqual(old.returncode, 2)  # --at twice
        done = run("kms", "explain", *asked, "--root", self.root, "--max-age", "5m", "--at", "2025-06-01T12:06:00Z",
                   "--document", debug)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"NATT_E_TIME_STALE", done.stdout)
        done = run("kms", "explain", *asked, "--root", self.root, "--max-age", "5m", "--at", "2045-06-01T12:06:00Z",
                   "--document", debug)
        self.assertIn(b"NATT_E_TIME_EXPIRED", done.stdout)
        self.assertIn(b"create the document right before the request", done.stdout)
        self.assertNotIn(b"archive", done.stdout)
        nonce = ["--policy", path, "--principal", SESSION, *self.trust, "--allow-debug", "--document"]
        self.assertEqual(self.explained(1, *nonce, debug, "--nonce", "00")["code"], "NATT_E_EXPECT_NONCE_ABSENT")

    def test_roots_of_folders(self):
        path = self.policy(statement(Condition={"StringEqualsIgnoreCase": {PCR0: A}}))
        document = self.issue("--pcr", f"0={A}")
        other, broken = self.dir / "other", self.dir / "broken"
        for folder in (other, broken):
            folder.mkdir()
        self.assertEqual(run("issue", "--out", self.dir / "x", "--root-out", other / "root.pem", "--seed", "44556677",
                             "--at", AT, "--pcr", f"0={A}").returncode, 0)
        (broken / "root.pem").write_text("x")
        ask = ["--policy", path, "--principal", SESSION, "--max-age", "5m", "--at", AT, "--document", document]
        self.explained(0, *ask, "--pki", self.dir)
        self.explained(0, *ask, "--pki", other, "--pki", self.dir)
        self.explained(0, *ask, "--root", "aws", "--pki", self.dir)
        self.assertEqual(self.explained(1, *ask, "--pki", other)["code"], "NATT_E_CHAIN_ROOT")
        self.fails(2, "--pki", "root.pem", words=["explain", *ask, "--pki", broken])
        self.fails(3, "--pki", words=["explain", *ask, "--pki", self.dir / "absent"])
        self.fails(2, "without --document", words=["explain", *ask[:4], "--pki", self.dir])

    def test_values_drive_no_terminal(self):
        condition = {"StringEquals": {"kms:EncryptionContext:app": "web"}}
        path = self.policy(statement(Sid="\u001b[31m", Condition=condition))
        done = run("kms", "explain", "--policy", path, "--principal", ROLE, "--encryption-context", "app=\x1b]0;x\x07")
        self.assertEqual(done.returncode, 1)
        self.assertNotIn(b"\x1b", done.stdout)
        self.assertIn(rb"\u{001B}]0;x", done.stdout)

    def test_wrong_usage(self):
        path = self.policy(statement())
        given = ["explain", "--policy", path, "--principal", ROLE]
        for text, words in (
                ("no policy is given", ["explain", "--principal", ROLE]),
                ("--principal is missing", ["explain", "--policy", path]),
                ("not the ARN of an identity", ["explain", "--policy", path, "--principal", "111122223333"]),
                ("did you mean kms:Decrypt?", [*given, "--action", "kms:Decript"]),
                ("no action", [*given, "--action", "kms:*"]), ("not an account", [*given, "--account", "1"]),
                ("has no name and =", [*given, "--encryption-context", "app"]),
                ("did you mean kms:KeySpec?", [*given, "--condition", "kms:KeySpek=a"]),
                (f"did you mean {PCR0}?", [*given, "--condition", "RecipientAttestation:PCR0=a"]),
                ("policies have no condition key", [*given, "--condition", "aws:SourceIp=::1"]),
                ("without --document", [*given, "--max-age", "5m"]),
                ("missing: maximum age (--max-age)", [*given, "--document", path]),
                ("together with --document", [*given, "--condition", f"{PCR0}={A}", "--document", path, "--archive"])):
            self.fails(2, text, words=words)
        self.fails(3, words=["explain", "--policy", self.dir / "absent", "--principal", ROLE])
        self.fails(3, words=[*given, "--document", self.dir / "absent", "--max-age", "5m"])
        self.fails(2, "--principal-policy", words=[*given, "--principal-policy", path])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
