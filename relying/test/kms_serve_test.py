"""The command `nitro-attest kms serve`: credentials, files, options, and its end: kms_serve_test.py BINARY [CLASS...].

Standard library and openssl(1).
"""
import contextlib
import datetime
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import kms_support  # noqa: E402
from kms_support import A, ACCOUNT, B, BINARY, REGION, USER, Client, Enclave, Server, b64, main, unb64  # noqa: E402


class Credentials(unittest.TestCase):
    SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.enclave = Enclave(BINARY, self.folder.name)
        self.file = self.enclave.folder / "credentials.json"
        random_only = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:GenerateRandom",
                                                               "Resource": "*"}]}
        self.entries = [
            {"access_key_id": "AKIAALICE", "secret_access_key": self.SECRET, "principal": USER + "alice"},
            {"access_key_id": "AKIABOB", "secret_access_key": "bob", "principal": USER + "bob", "policy": random_only},
            {"access_key_id": "ASIASESSION", "secret_access_key": "role", "session_token": "a-token",
             "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one"}]
        self.write(self.entries)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, entries, mode=0o600, **more):
        self.file.write_text(json.dumps({"version": 1, "credentials": entries, **more}))
        self.file.chmod(mode)

    def serve(self, *options):
        return Server(BINARY, self.folder.name, "--root", self.enclave.root, "--credentials", self.file,
                      "--explain-replies", *options)

    @staticmethod
    def send(server, key_id, secret, operation="GenerateRandom", body=b'{"NumberOfBytes":8}', token=None, tamper=None,
             host=None, **how):
        client = Client(server.address)
        headers = {k: v for k, v in client.headers(operation).items() if k not in ("Authorization", "X-Amz-Date")}
        headers["Host"] = host or server.address.split("//")[1]
        if token is not None:
            headers["X-Amz-Security-Token"] = token
        headers = kms_support.signed(headers, body, key_id, secret, **how)
        return client.send(tamper or body, headers)

    def test_signatures(self):
        old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=20)
        with self.serve() as server:
            self.assertEqual(self.send(server, "AKIAALICE", self.SECRET).status, 200)
            self.assertEqual(server.last()["principal"], USER + "alice")
            self.assertEqual(self.send(server, "AKIAALICE", self.SECRET, host="kms.example").status, 200)
            self.assertEqual(self.send(server, "ASIASESSION", "role", token="a-token").status, 200)
            self.assertEqual(server.last()["principal"], f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one")
            for error, reply in [
                    ("InvalidSignatureException", self.send(server, "AKIAALICE", "another")),
                    ("InvalidSignatureException", self.send(server, "AKIAALICE", self.SECRET,
                                                            tamper=b'{"NumberOfBytes":9}')),
                    ("InvalidSignatureException", self.send(server, "AKIAALICE", self.SECRET, when=old)),
                    ("InvalidSignatureException", self.send(server, "AKIAALICE", self.SECRET, region="eu-west-1")),
                    ("UnrecognizedClientException", self.send(server, "AKIAMALLORY", self.SECRET)),
                    ("UnrecognizedClientException", self.send(server, "ASIASESSION", "role", token="b-token")),
                    ("UnrecognizedClientException", self.send(server, "ASIASESSION", "role", token="a-toke")),
                    ("UnrecognizedClientException", self.send(server, "ASIASESSION", "role")),
                    ("InvalidSignatureException", server.client("AKIAALICE")("ListKeys"))]:
                self.assertEqual((reply.status, reply.error), (400, error), reply.body)
                self.assertNotIn(self.SECRET, reply.message)
            self.assertNotIn(self.SECRET, server.log.read_text())

    def test_length_of_a_secret(self):
        """A root that could never verify a document is refused at the start."""
        for length in (255, 256, 257):
            self.write([{**self.entries[0], "secret_access_key": "s" * length}])
            if length > 256:
                self.assertRaisesRegex(AssertionError, r"\[0\].secret_access_key.*too long", self.serve)
                continue
            with self.serve() as server:
                self.assertEqual(self.send(server, "AKIAALICE", "s" * length).status, 200)

    def test_a_file_that_is_no_json_is_not_repeated(self):
        text = json.dumps({"version": 1, "credentials": self.entries})
        for broken in [text.replace(self.SECRET, self.SECRET + "\n"), text.replace(f'"{self.SECRET}"', self.SECRET)]:
            self.file.write_text(broken)
            with self.assertRaisesRegex(AssertionError, "not JSON: ") as failure:
                self.serve()
            self.assertNotIn(self.SECRET[:8], str(failure.exception))

    def test_policies_of_principals(self):
        with self.serve() as server:
            self.assertEqual(self.send(server, "AKIABOB", "bob").status, 200)
            reply = self.send(server, "AKIABOB", "bob", "ListKeys", b"{}")
            self.assertEqual(reply.error, "AccessDeniedException")
            self.assertIn("no identity-based policy allows the kms:ListKeys action", reply.message)

    def test_the_policy_of_all_others(self):
        policy = self.enclave.folder / "principal.json"
        policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "kms:List*", "Resource": "*"}]}))
        with self.serve("--principal-policy", policy) as server:
            self.assertEqual(self.send(server, "AKIAALICE", self.SECRET, "ListKeys", b"{}").status, 200)
            self.assertEqual(self.send(server, "AKIAALICE", self.SECRET).error, "AccessDeniedException")
            self.assertEqual(self.send(server, "AKIABOB", "bob").status, 200)

    def test_files_that_are_not_right(self):
        entry = self.entries[0]
        for text, entries, more in [
                ("chmod 600", [entry], {"mode": 0o640}), ("chmod 600", [entry], {"mode": 0o604}),
                ("at least one", [], {}), ("at least one", [entry], {"other": 1}),
                ("[0].principal", [{**entry, "principal": "alice"}], {}),
                ("[0].principal", [{**entry, "principal": "arn:aws:iam::444455556666:user/x"}], {}),
                ("[0].principal", [{**entry, "principal": USER + "*"}], {}),
                ("[0].secret_access_key", [{**entry, "secret_access_key": ""}], {}),
                ("[0].secret_access_key", [{k: v for k, v in entry.items() if k != "secret_access_key"}], {}),
                ("[0].secret", [{**entry, "secret": "x"}], {}), ("[1].access_key_id", [entry, entry], {}),
                ("[0].policy", [{**entry, "policy": {"Version": "2012-10-17"}}], {}), ("[0]", ["x"], {})]:
            with self.subTest(text=text):
                self.write(entries, **more)
                with self.assertRaises(AssertionError) as failure:
                    self.serve()
                self.assertIn(text, str(failure.exception))
                self.assertNotIn(self.SECRET, str(failure.exception))


class Memory(unittest.TestCase):
    """The server's memory after a reply is sent. Only root can read it: the process is protected."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.enclave = Enclave(BINARY, self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    @staticmethod
    def regions(pid):
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                # The shadow memory of sanitizers exceeds the maximum size of a file.
                if "r" in line.split()[1] and "[v" not in line and end - begin < 1 << 30:
                    try:
                        memory.seek(begin)
                        yield memory.read(end - begin)
                    except OSError:  # the memory was unmapped meanwhile
                        pass

    def found(self, server, *needles):
        return {n for region in self.regions(server.process.pid) for n in needles if n in region}

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_no_secret_is_left(self):
        with Server(BINARY, self.folder.name, "--root", self.enclave.root) as server:
            kms = server.client()
            key = kms.good("CreateKey")["KeyMetadata"]["KeyId"]
            self.assertEqual(self.found(server, key.encode()), {key.encode()}, "the search itself does not work")
            sent = os.urandom(48)
            blob = kms.good("Encrypt", KeyId=key, Plaintext=b64(sent))["CiphertextBlob"]
            secrets = [sent, unb64(kms.good("GenerateDataKey", KeyId=key, NumberOfBytes=48)["Plaintext"]),
                       unb64(kms.good("GenerateRandom", NumberOfBytes=48)["Plaintext"])]
            kms.good("Decrypt", CiphertextBlob=blob)
            for request in [{"operation": "Decrypt", "CiphertextBlob": blob},
                            {"operation": "GenerateDataKey", "KeyId": key, "NumberOfBytes": 48}]:
                sealed = kms.good(**request, Recipient=self.enclave.recipient())["CiphertextForRecipient"]
                secrets.append(self.enclave.open(sealed))
            self.assertEqual(secrets[0], secrets[3])
            kms("Decrypt", CiphertextBlob=blob, EncryptionContext={"another": "context"})
            needles = [n for secret in secrets for n in (secret, b64(secret).encode())]
            left, patience = {b""}, time.monotonic() + 20
            while left and time.monotonic() < patience:  # the server wipes the last reply after this test has read it
                left = self.found(server, *needles)
            self.assertEqual(left, set())


class Serve(unittest.TestCase):
    """The command: its options, its files, and its end."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.enclave = Enclave(BINARY, self.folder.name)
        self.dir = self.enclave.folder

    def tearDown(self):
        self.folder.cleanup()

    def serve(self, *options, **how):
        return Server(BINARY, self.dir, "--root", self.enclave.root, *options, **how)

    def run_command(self, *words):
        words = ["kms", "serve", "--root", self.enclave.root, *words]
        return subprocess.run([BINARY, *map(str, words)], capture_output=True, timeout=60, check=False, text=True,
                              env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})

    def test_keys_are_kept(self):
        store, master = self.dir / "keys.db", self.dir / "master.key"
        policy = self.dir / "policy.json"
        policy.write_text(json.dumps(kms_support.attested_policy()))
        options = ("--master-key", master, "--key", f"alias/app={policy}")
        with self.serve(*options, store=store) as server:
            kms = server.client()
            key = kms.good("DescribeKey", KeyId="alias/app")["KeyMetadata"]["KeyId"]
            blob = kms.good("Encrypt", KeyId="alias/app", Plaintext="eHl6")["CiphertextBlob"]
        self.assertIn(f"alias/app is arn:aws:kms:{REGION}:{ACCOUNT}:key/{key} (made)", server.errors)
        self.assertEqual([stat.S_IMODE(f.stat().st_mode) for f in (store, master)], [0o600, 0o600])
        with self.serve(*options, store=store) as server:
            reply = server.client().good("Decrypt", CiphertextBlob=blob, Recipient=self.enclave.recipient())
            self.assertEqual(self.enclave.open(reply["CiphertextForRecipient"]), b"xyz")
            self.assertEqual(len(server.client().good("ListKeys")["Keys"]), 1)
        self.assertIn(f"key/{key} (already exists)", server.errors)
        other = self.dir / "other.key"
        with self.assertRaisesRegex(AssertionError, "(?s)other.key: .*No such file.*that the store was created with"):
            self.serve("--master-key", other, store=store)
        self.assertFalse(other.exists())
        other.write_text("ab" * 32)
        other.chmod(0o600)
        with self.assertRaisesRegex(AssertionError, "master key"):
            self.serve("--master-key", other, store=store)

    def test_a_key_keeps_its_policy(self):
        file = self.dir / "policy.json"
        options = ("--master-key", self.dir / "master.key", "--key", f"alias/app={file}")
        policy = kms_support.attested_policy()
        file.write_text(json.dumps(policy))
        with self.serve(*options, store=self.dir / "keys.db") as server:
            key = server.client().good("DescribeKey", KeyId="alias/app")["KeyMetadata"]["Arn"]
        for statement in policy["Statement"]:
            statement["Action"].reverse()
        file.write_text(json.dumps({"Statement": policy["Statement"][::-1], "Version": "2012-10-17"}, indent=3))
        with self.serve(*options, store=self.dir / "keys.db") as server:
            pass
        self.assertIn("already exists", server.errors)
        for statements in [[*policy["Statement"][:1]], [*policy["Statement"], {**policy["Statement"][0], "Sid": "New"}],
                           kms_support.attested_policy(pcr0=B)["Statement"]]:
            file.write_text(json.dumps({**policy, "Statement": statements}))
            done = self.run_command(*options, "--store", self.dir / "keys.db")
            self.assertEqual(done.returncode, 2)
            for text in [f"the policy of alias/app differs from {file}; the stored policy remains in force",
                         f"aws kms put-key-policy --key-id {key}", "another --store"]:
                self.assertIn(text, done.stderr)
        with self.serve(*options[:2], store=self.dir / "keys.db") as server:
            stored = json.loads(server.client().good("GetKeyPolicy", KeyId=key)["Policy"])
        self.assertEqual(stored, kms_support.attested_policy())

    def test_a_policy_of_another_account(self):
        file = self.dir / "policy.json"
        here, there = USER + "alice", "arn:aws:iam::999922223333:user/bob"
        for principals, told in [([there], True), ([here], False), ([here, there], False), (["*"], False),
                                 ([there, "arn:aws:iam::999922224444:root"], False)]:
            with self.subTest(principals=principals):
                policy = kms_support.attested_policy()
                for statement in policy["Statement"]:
                    statement["Principal"] = {"AWS": principals}
                policy["Statement"].append({"Effect": "Deny", "Principal": {"AWS": here}, "Action": "kms:Sign",
                                            "Resource": "*"})
                file.write_text(json.dumps(policy))
                with self.serve("--key", f"alias/app={file}") as server:
                    pass
                self.assertEqual("names principals of" in server.errors, told, server.errors)
                self.assertEqual(f"{file} names principals of 999922223333 only; this server's account is {ACCOUNT} "
                                 "(--account)" in server.errors, told, server.errors)

    def test_addresses_that_cannot_be_listened_on(self):
        with self.serve() as server, self.serve(listen=f"unix:{self.dir}/s") as other:
            taken = server.address.split("//")[1]
            forms = "write 127.0.0.1:PORT or unix:PATH, without http://"
            for address, text in [(taken, "stop the other server, or give --listen 127.0.0.1:0"),
                                  (other.address, "another program is listening on that socket"), ("4599", forms),
                                  ("http://127.0.0.1:0", forms), ("0.0.0.0:0", "require --credentials"),
                                  (f"unix:{self.dir}/none/s", "No such file"), ("unix:", "socket")]:
                with self.subTest(address=address):
                    done = self.run_command("--store", ":memory:", "--listen", address)
                    self.assertEqual(done.returncode, 3, done.stderr)
                    self.assertIn(text, done.stderr)
                    self.assertEqual(done.stderr.count(f"{address}: "), 1, done.stderr)
                    self.assertEqual("--credentials" in done.stderr, address == "0.0.0.0:0", done.stderr)

    def test_a_store_has_one_server(self):
        options = ("--master-key", self.dir / "master.key")
        with self.serve(*options, store=self.dir / "keys.db"):
            done = self.run_command(*options, "--store", self.dir / "keys.db")
        self.assertEqual(done.returncode, 3)
        self.assertIn("another process has the file open", done.stderr)
        self.assertIn("what to do: stop the other nitro-attest kms serve, or give another --store", done.stderr)

    def test_keys_and_aliases_are_limited(self):
        with self.serve("--max-keys", 2) as server:
            kms = server.client()
            keys = [kms.good("CreateKey")["KeyMetadata"]["KeyId"] for _ in range(2)]
            reply = kms("CreateKey")
            self.assertEqual((reply.status, reply.error), (400, "LimitExceededException"), reply.body)
            self.assertIn("2 keys", reply.message)
            for i in range(50):
                kms.good("CreateAlias", AliasName=f"alias/{i}", TargetKeyId=keys[0])
            kms.good("CreateAlias", AliasName="alias/50", TargetKeyId=keys[1])
            for operation, name in [("CreateAlias", "alias/51"), ("UpdateAlias", "alias/50")]:
                reply = kms(operation, AliasName=name, TargetKeyId=keys[0])
                self.assertEqual((reply.status, reply.error), (400, "LimitExceededException"), reply.body)
                self.assertIn("50 aliases", reply.message)

    def test_requests_are_throttled(self):
        with self.serve("--max-rate", 1) as server:
            kms, again = server.client(), {"NumberOfBytes": 8, "Recipient": self.enclave.recipient()}
            nobody = {k: v for k, v in kms.headers("GenerateRandom").items() if k != "Authorization"}
            for _ in range(3):  # unknown callers do not use up the limit
                self.assertEqual(kms.send(b"{}", nobody).error, "MissingAuthenticationTokenException")
            replies, patience = [kms("GenerateRandom", **again)], time.monotonic() + 60
            while len(replies) < 3 or replies[-1].status != 200:
                self.assertLess(time.monotonic(), patience)
                replies.append(kms("GenerateRandom", **again))
            self.assertEqual(replies[0].status, 200, replies[0].body)
            self.assertEqual({(r.status, r.error) for r in replies[1:-1]}, {(400, "ThrottlingException")})

    def test_keys_are_given_up(self):
        with self.serve("--timeout", "1ms") as server:
            kms = server.client()
            key = kms.good("CreateKey")["KeyMetadata"]["KeyId"]
            for operation, members in [("GenerateDataKeyPair", {"KeyId": key, "KeyPairSpec": "RSA_4096"}),
                                       ("CreateKey", {"KeySpec": "RSA_4096", "KeyUsage": "ENCRYPT_DECRYPT"})]:
                reply = kms(operation, **members)
                self.assertEqual((reply.status, reply.error), (500, "DependencyTimeoutException"), reply.body)
                self.assertIn("--timeout", reply.message)

    def test_rows_that_were_changed(self):
        """The key's row was changed without the master key while no server ran: every operation with the key reports
        it."""
        file, options = self.dir / "keys.db", ("--master-key", self.dir / "master.key")
        with self.serve(*options, store=file) as server:
            kms = server.client()
            key = kms.good("CreateKey")["KeyMetadata"]["KeyId"]
            other, third = (kms.good("CreateKey")["KeyMetadata"]["KeyId"] for _ in range(2))
            kms.good("CreateAlias", AliasName="alias/app", TargetKeyId=other)
            blob = kms.good("Encrypt", KeyId=key, Plaintext="eHl6")["CiphertextBlob"]
        with contextlib.closing(sqlite3.connect(file)) as db, db:
            db.execute("UPDATE keys SET sealed = zeroblob(length(sealed)) WHERE id = ?", (key,))
            db.execute("UPDATE aliases SET updated_ms = updated_ms + 1")
        with self.serve(*options, store=file) as server:
            kms = server.client()
            for operation, members in [("Decrypt", {"CiphertextBlob": blob}), ("DescribeKey", {"KeyId": key}),
                                       ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"})]:
                reply = kms(operation, **members)
                self.assertEqual((reply.status, reply.error), (500, "KeyUnavailableException"), reply.body)
                self.assertIn("the HMAC of its row does not match", reply.message)
            for name in ["alias/app", other]:  # a policy may have a condition on the aliases of a key
                reply = kms("DescribeKey", KeyId=name)
                self.assertEqual((reply.status, reply.error), (500, "KMSInternalException"), reply.body)
            kms.good("DescribeKey", KeyId=third)

    def test_a_unix_socket(self):
        path = self.dir / "kms.sock"
        with self.serve(listen=f"unix:{path}") as server:
            self.assertEqual(server.address, f"unix:{path}")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0)
            server.client().good("GenerateRandom", NumberOfBytes=1)
            self.assertEqual(server.last()["client"], "unix")
            headers = {**server.client().headers("ListKeys"), "Host": "any.example"}  # web pages cannot reach it
            self.assertEqual(server.client().send(b"{}", headers).status, 200)
        self.assertFalse(path.exists())

    def test_signals_end_it(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            server = self.serve()
            self.assertEqual(server.stop(number), 0, server.errors)

    def test_the_process_is_protected(self):
        with self.serve() as server:
            limits = open(f"/proc/{server.process.pid}/limits").read() if os.geteuid() == 0 else "core file size 0"
            self.assertRegex(limits, r"(?i)core file size\s+0")

    def test_a_line_of_text(self):
        log = self.dir / "text.log"
        words = ["kms", "serve", "--listen", "127.0.0.1:0", "--store", ":memory:", "--root", self.enclave.root,
                 "--log", log]
        process = subprocess.Popen([BINARY, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        kms = Client(process.stdout.readline().decode().strip())
        key = kms.good("CreateKey", Policy=json.dumps(kms_support.attested_policy()))["KeyMetadata"]["Arn"]
        kms("GenerateDataKey", KeyId=key, KeySpec="AES_256")
        kms("GenerateDataKey", KeyId="alias/none", KeySpec="AES_256")
        process.terminate()
        process.communicate(timeout=60)
        made, denied, failed = log.read_text().splitlines()
        head = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f-]{36} 127\.0\.0\.1:\d+ " + USER + "alice kms:"
        self.assertRegex(made, head + f"CreateKey {key} done: .*allows everything")
        self.assertRegex(denied,
                         head + f"GenerateDataKey {key} denied AccessDeniedException: the request has no "
                         r"Recipient \(attestation document\): because no resource-based policy "
                         "allows the kms:GenerateDataKey action: .*Enclave.*ImageSha384.*expected.*actual absent")
        self.assertRegex(failed, head + "GenerateDataKey alias/none failed NotFoundException: Alias .* is not found.")

    def test_names_of_account_and_region(self):
        with self.serve("--account", "123456789012", "--region", "eu-central-1") as server:
            client = server.client()
            headers = {**client.headers("CreateKey"), "Authorization": kms_support.unsigned("alice", "eu-central-1")}
            about = client.send(b"{}", headers).json["KeyMetadata"]
            self.assertEqual(about["Arn"], f"arn:aws:kms:eu-central-1:123456789012:key/{about['KeyId']}")

    def test_wrong_usage(self):
        root, here = ["--root", self.enclave.root], ["--listen", "127.0.0.1:0", "--store", ":memory:"]
        bad = self.dir / "bad.json"
        bad.write_text("{}")
        pki = self.dir / "pki"
        pki.mkdir()
        build = self.dir / "build.json"
        build.write_text(json.dumps({"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": A}}))
        for code, text, words in [
                (2, "--store is missing", [*root]), (2, "no root is given", here),
                (2, "--master-key is missing", [*root, "--store", self.dir / "x.db"]),
                (2, "--master-key with", [*root, *here, "--master-key", self.dir / "m"]),
                *((2, f"{option} {number}: it is not a whole number from 1 to 1000000", [*root, *here, option, number])
                  for option in ("--max-keys", "--max-rate") for number in ("0", "1000001", "-1", "x", "")),
                (2, "--timeout", [*root, *here, "--timeout", "5"]),
                (2, "--max-age", [*root, *here, "--max-age", "5"]), (2, "12 digits", [*root, *here, "--account", "1"]),
                (2, "region", [*root, *here, "--region", "US East"]), (2, "no =", [*root, *here, "--key", "alias/x"]),
                (2, "bad.json", [*root, *here, "--key", f"alias/x={bad}"]),
                (2, f"write --key alias/x={bad}", [*root, *here, "--key", f"x={bad}"]),
                (2, "alias/aws/ is reserved", [*root, *here, "--key", f"alias/aws/x={bad}"]),
                (2, "these are measurements", [*root, *here, "--key", f"alias/x={build}"]),
                (2, "kms policy --measurements", [*root, *here, "--key", f"alias/x={build}"]),
                (3, "--key", [*root, *here, "--key", "alias/x=/none"]),
                (2, "bad.json", [*root, *here, "--principal-policy", bad]), (2, "root", [*here, "--root", bad]),
                (3, "emulate --pki none --init", [*here, "--pki", "none"]),
                (3, f"it has no root.pem\n  what to do: create it first: nitro-attest emulate --pki {pki} --init",
                 [*here, "--pki", pki]),
                (2, "give the folder", [*here, "--pki", self.enclave.root]),
                (3, "name a file in an existing folder", [*root, *here, "--log", "/none/log"]),
                (3, "require --credentials", [*root, "--store", ":memory:", "--listen", "0.0.0.0:0"]),
                (3, "--listen", [*root, "--store", ":memory:", "--listen", "nowhere"])]:
            with self.subTest(text=text, words=words[-2:]):
                done = subprocess.run([BINARY, "kms", "serve", *map(str, words)], capture_output=True, timeout=60,
                                      check=False, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(text, done.stderr.decode())
                self.assertEqual(done.stdout, b"")


if __name__ == "__main__":
    main(sys.modules["__main__"])
