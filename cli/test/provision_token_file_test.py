"""Tests --module token-file:PATH, the file of ACM's own provider: provision_token_file_test.py PATH-OF-BINARY.

An emulated enclave asks a local KMS; nothing else is needed but openssl.
"""
import base64
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
PIN = "this PIN"
LIFETIME = 7200
SLOTS = 128
WAY = ["--endpoint", "http://localhost", "--insecure-http", "--connect", "unix:kms.sock"]


def cannot_emulate():
    return subprocess.run([BINARY, "emulate", "--", "true"], capture_output=True, check=False).returncode == 125


@unittest.skipIf(cannot_emulate(), "emulate cannot run a program here")
@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class TokenFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="natt-token-file-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        for name, text in (("pin", PIN), ("other-pin", "another PIN")):
            cls.path(name).touch(0o600)
            cls.path(name).write_text(text)
        cls.ok([BINARY, "emulate", "--pki", "pki", "--init"])
        who = "arn:aws:iam::111122223333:user/"
        cls.ok([BINARY, "kms", "policy", "--pcr", "0=" + "5a" * 48, "--principal", who + "app", "--encryptor",
                who + "owner", "--out", "policy.json"])
        cls.kms = subprocess.Popen([BINARY, "kms", "serve", "--store", ":memory:", "--pki", "pki", "--key",
                                    "alias/tls=policy.json", "--listen", "unix:kms.sock"], cwd=cls.place,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.kms.wait)
        cls.addClassCleanup(cls.kms.stdout.close)
        cls.addClassCleanup(cls.kms.kill)
        cls.kms.stdout.readline()
        cls.pack("ec", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "1")
        cls.pack("rsa", ["rsa:2048"], "2", "--append", "keys.json", "--label", "rsa-key")

    @classmethod
    def pack(cls, name, kind, number, *more):
        cls.ok(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-keyout", name + ".key", "-out", name + ".crt",
                "-subj", "/CN=" + name, *(["-CA", "ec.crt", "-CAkey", "ec.key"] if name == "rsa" else [])])
        chain = "".join(cls.path(f).read_text() for f in (name + ".crt", *(["ec.crt"] if name == "rsa" else [])))
        cls.path(name + ".pem").write_text(chain)
        cls.ok([BINARY, "provision", "pack", "--key", name + ".key", "--chain", name + ".pem", "--key-id", "alias/tls",
                "--id", number, *(more or ["--out", "keys.json"]), *WAY], "owner")

    @classmethod
    def path(cls, name):
        return cls.place / name

    @classmethod
    def run_here(cls, words, who="app"):
        env = dict(os.environ, AWS_ACCESS_KEY_ID=who, AWS_SECRET_ACCESS_KEY="any")
        return subprocess.run(words, cwd=cls.place, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)

    @classmethod
    def ok(cls, words, who="app"):
        done = cls.run_here(words, who)
        assert done.returncode == 0, done
        return done.stdout

    def setUp(self):
        shutil.rmtree(self.path("state"), ignore_errors=True)
        self.path("tokens.json").unlink(missing_ok=True)

    def provision(self, command, label="web", pin="pin", *more, state="state"):
        return self.run_here([BINARY, "emulate", "--pki", "pki", "--pcr", "0=" + "5a" * 48, "--", BINARY, "provision",
                              command, "--state", state, "--module", "token-file:tokens.json", "--label", label,
                              "--pin-file", pin, *more, *([] if command == "remove" else WAY)])

    def add(self, label="web", *more):
        lifetime = more or ["--lifetime", "%ds" % LIFETIME]
        return self.provision("add", label, "pin", "--database", "keys.json", *lifetime)

    def done(self, result):
        self.assertEqual((result.returncode, result.stderr), (0, ""), result)

    def refused(self, result, text, code=1):
        self.assertEqual(result.returncode, code, result)
        self.assertIn(text, result.stderr)

    def slots(self):
        content = json.loads(self.path("tokens.json").read_text())
        self.assertEqual(list(content), ["slots"])
        self.assertEqual(len(content["slots"]), SLOTS)
        return content["slots"]

    def public(self, text, *more):
        return subprocess.run(["openssl", "pkey", "-pubout", *more], input=text, capture_output=True, text=True,
                              check=True).stdout

    def test_a_token_has_what_the_provider_reads(self):
        self.done(self.add())
        first, *rest = self.slots()
        self.assertEqual(rest, [None] * (SLOTS - 1))
        self.assertEqual(set(first), {"label", "private_keys", "pin", "expiry_ts"})
        self.assertEqual((first["label"], first["pin"]), ("web", PIN))
        database = json.loads(self.path("keys.json").read_text())
        self.assertEqual(len(first["private_keys"]), 2)
        for key, row, name in zip(first["private_keys"], database, ("ec", "rsa")):
            self.assertEqual(set(key), {"pem", "encrypted_pem_b64", "id", "label", "cert_pem"})
            self.assertEqual(self.public(key["pem"]), self.public(self.path(name + ".key").read_text()))
            self.assertEqual(base64.b64decode(key["encrypted_pem_b64"]), base64.b64decode(row["encrypted_pem_b64"]))
            self.assertEqual((key["id"], key["label"]), (row["id"], row["label"]))
            self.assertEqual(key["cert_pem"], self.path(name + ".pem").read_text())
        self.assertEqual(self.path("tokens.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual([p.name for p in self.place.glob("tokens.json*")], ["tokens.json"])

    def test_expiry_is_in_monotonic_seconds_and_a_refresh_moves_it(self):
        before = int(time.clock_gettime(time.CLOCK_MONOTONIC))
        self.done(self.add())
        at = self.slots()[0]["expiry_ts"] - LIFETIME
        self.assertTrue(before <= at <= time.clock_gettime(time.CLOCK_MONOTONIC), (before, at))
        time.sleep(1.1)
        self.done(self.provision("refresh"))
        self.assertGreater(self.slots()[0]["expiry_ts"] - LIFETIME, at)

    def test_tokens_have_slots_of_their_own_and_removal_frees_one(self):
        for label in ("a", "b", "c"):
            self.done(self.add(label))
        self.assertEqual([s and s["label"] for s in self.slots()[:4]], ["a", "b", "c", None])
        self.done(self.provision("remove", "b"))
        self.assertEqual([s and s["label"] for s in self.slots()[:4]], ["a", None, "c", None])
        self.done(self.add("d"))
        self.assertEqual([s and s["label"] for s in self.slots()[:4]], ["a", "d", "c", None])

    def test_what_is_refused_changes_nothing(self):
        self.done(self.add())
        content = self.path("tokens.json").read_bytes()
        self.refused(self.add(), "a token with this label exists")
        for command in ("refresh", "remove"):
            self.refused(self.provision(command, "web", "other-pin"), "the PIN is wrong")
            self.refused(self.provision(command, "none"), "there is no token with this label")
        self.assertEqual(self.path("tokens.json").read_bytes(), content)

    def others(self, count):
        """A file of another program, readable for all users, with this number of tokens."""
        slots = [{"label": "other %d" % i, "private_keys": [], "pin": "1234", "expiry_ts": 9} for i in range(count)]
        self.path("tokens.json").write_text(json.dumps({"slots": slots + [None] * (SLOTS - count)}))
        return slots

    def test_the_last_free_slot_and_none(self):
        slots = self.others(SLOTS - 1)
        self.done(self.add())
        self.assertEqual(self.slots()[:-1], slots, "tokens of others remain")
        self.assertEqual(self.slots()[-1]["label"], "web")
        self.assertEqual(self.path("tokens.json").stat().st_mode & 0o777, 0o600)
        self.done(self.provision("remove"))
        self.others(SLOTS)
        self.refused(self.add(), "all 128 slots are taken")
        self.refused(self.add("other 3"), "a token with this label exists")

    def test_two_states_share_a_file(self):
        """Each replaces the file while the other waits for it; no token is lost."""
        def add_all(number):
            self.addCleanup(shutil.rmtree, self.path("state%d" % number), ignore_errors=True)
            for label in labels[number]:
                self.done(self.provision("add", label, "pin", "--database", "keys.json", state="state%d" % number))
        labels = [["%s%d" % (name, i) for i in range(8)] for name in ("a", "b", "c")]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(add_all, range(len(labels))))
        slots = [slot for slot in self.slots() if slot]
        self.assertEqual(sorted(slot["label"] for slot in slots), sorted(sum(labels, [])))
        self.assertTrue(all(slot["expiry_ts"] > 0 for slot in slots))

    def test_damaged_files(self):
        self.path("tokens.json").write_text("")
        self.done(self.add())
        self.assertEqual(self.slots()[0]["label"], "web", "an empty file has no tokens")
        for text in ("{", "{}", "[]", json.dumps({"slots": [None] * 127}), json.dumps({"slots": [None] * 129})):
            shutil.rmtree(self.path("state"))
            self.path("tokens.json").write_text(text)
            self.refused(self.add(), "not a token file of 128 slots", 3)
            self.assertEqual(self.path("tokens.json").read_text(), text)

    def test_a_link_is_not_followed(self):
        self.path("tokens.json").symlink_to("elsewhere")
        self.refused(self.add(), "tokens.json", 3)
        self.assertFalse(self.path("elsewhere").exists())

    def test_a_token_that_has_expired_is_removed(self):
        self.done(self.add("web", "--lifetime", "1s"))
        time.sleep(1.2)
        self.refused(self.provision("refresh"), "there is no token with this label")
        self.assertEqual(self.slots(), [None] * SLOTS)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
