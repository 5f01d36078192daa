"""Tests `nitro-attest provision` from a key to a signature, and every form of keys and databases:
provision_test.py PATH-OF-BINARY [CASE...]. TAP.
"""
import json
import os
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
import provision_scene  # noqa: E402
from provision_scene import MODULE, PIN, SceneCase, openssl, wait_for  # noqa: E402

PRIVATE, PUBLIC, CERTIFICATE = 3, 2, 1  # CKO_
ACTION_PROHIBITED = 0x1B  # CKR_


class Provision(SceneCase):
    def setUp(self):
        self.s.remove_all()
        self.assertEqual(self.s.tokens(), [])

    def objects(self, label="acm-token"):
        return self.s.module(label, PIN)["objects"]

    def sign(self, label="acm-token", key_id="01"):
        """A signature by the token, verified with the certificate in the token."""
        message = self.s.write("message", b"a message")
        out, leaf = self.s.path("signature"), self.s.path("leaf.der")
        certificate = next(o for o in self.objects(label) if o.get("category") == 1 and o["id"] == key_id)
        leaf.write_bytes(bytes.fromhex(certificate["value"]))
        public = self.s.write("public", openssl("x509", "-inform", "DER", "-in", leaf, "-pubkey", "-noout"))
        rsa = b"rsaEncryption" in openssl("x509", "-inform", "DER", "-in", leaf, "-text", "-noout")
        mechanism = ["-m", "SHA256-RSA-PKCS"] if rsa else ["-m", "ECDSA", "--signature-format", "openssl"]
        data = message if rsa else self.s.write("digest", openssl("dgst", "-sha256", "-binary", message))
        self.pkcs11_tool("--login", "--pin", PIN, "--token-label", label, "--id", key_id, "--sign", *mechanism,
                         "-i", data, "-o", out)
        openssl("dgst", "-sha256", "-verify", public, "-signature", out, message)

    def pkcs11_tool(self, *words):
        done = subprocess.run(["pkcs11-tool", "--module", MODULE, *map(str, words)], env=self.s.env,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_pack_add_list_sign_refresh_update_remove(self):
        self.s.pack("ec.key", "ec.chain")
        done = self.s.token("add", "--roots", "root.pem", code=0)
        self.assertEqual((done.stdout, done.stderr), ("token acm-token: added, with 1 key, for 48 h\n", ""))
        token, = self.s.list()
        self.assertGreater(token.pop("ttl_secs"), 172700)
        self.assertEqual(token, {"label": "acm-token", "slot_id": 0,
                                 "keys": [{"label": "acm-key", "id": 1, "certificates": True}]})
        self.assertEqual(self.s.tokens(), ["acm-token"])
        self.sign()
        self.assertRegex(self.s.token("refresh", code=0).stdout, "refreshed, for (48 h|47 h 59 min)\n")
        self.sign()
        self.assertIn("no certificate changed", self.s.token("update", code=0).stdout)
        self.s.chain("ec")
        self.s.pack("ec.key", "ec.chain")
        self.assertIn("a certificate changed: consumers must reload", self.s.token("update", code=0).stdout)
        self.sign()
        self.assertEqual(self.s.token("remove", code=0).stdout, "token acm-token: removed\n")
        self.assertEqual((self.s.list(), self.s.tokens()), ([], []))

    def test_objects_are_as_those_of_acm(self):
        self.s.make_key("rsa.key", "2048")
        self.s.chain("rsa")
        self.s.pack("ec.key", "ec.chain", "--id", "255", "--label", "an ec key")
        self.s.pack("rsa.key", "rsa.chain", "--id", "7", "--append", "keys.json", out=None)
        self.s.token("add", code=0)
        for key, key_id, label, rsa in (("ec", 255, "an ec key", False), ("rsa", 7, "acm-key", True)):
            id_ = "%02x" % key_id
            found = [o for o in self.objects() if o["id"] == id_ and o["class"] != CERTIFICATE]
            private, = [o for o in found if o["class"] == PRIVATE]
            public, = [o for o in found if o["class"] == PUBLIC]
            self.assertNotIn("value", private)
            self.assertNotIn("private_exponent", private)
            expected = {"class": PRIVATE, "token": True, "private": True, "label": label, "key_type": 0 if rsa else 3,
                        "id": id_, "sensitive": True, "decrypt": rsa, "unwrap": False, "sign": True,
                        "sign_recover": False, "derive": False, "extractable": False, "local": False,
                        "modifiable": False, "copyable": False, "copied": [ACTION_PROHIBITED] * 4}
            self.assertEqual({k: v for k, v in private.items() if k != "subject"}, expected)
            self.assertEqual((public["label"], public["verify"], public["encrypt"], public["wrap"], public["private"]),
                             (label, True, rsa, False, False))
            chain = [self.der(c) for c in (key, "middle", "root")]
            for place, der in enumerate(chain):
                certificate, = [o for o in self.objects() if o["class"] == CERTIFICATE and o["value"] == der.hex()
                                and o["id"] == "%02x" % ((key_id + place) % 256)]
                self.assertEqual((certificate["label"], certificate["category"], certificate["certificate_type"],
                                  certificate["private"]), ("acm-ne-cert-%d" % place, 1 if place == 0 else 2, 0, False))
                self.assertIn(bytes.fromhex(certificate["subject"]), der)
                self.assertIn(bytes.fromhex(certificate["issuer"]), der)
                self.assertEqual(certificate["serial"][:2], "02")
                self.assertIn(bytes.fromhex(certificate["serial"]), der)
            self.sign(key_id=id_)
        self.assertEqual(len(self.objects()), 2 * 5)

    def der(self, name):
        return openssl("x509", "-in", self.s.path(name + ".pem"), "-outform", "DER")

    def test_every_form_of_a_key(self):
        kinds = {"2048": "RSA", "P-256": "EC", "P-384": "EC", "P-521": "EC"}
        rows = []
        for n, (kind, old) in enumerate(kinds.items()):
            self.s.make_key("form.key", kind)
            old_form = openssl("pkey", "-in", self.s.path("form.key"), "-traditional")
            self.assertIn(b"BEGIN %s PRIVATE KEY" % old.encode(), old_form)
            self.s.write("old.key", old_form.rstrip(b"\n"))
            self.s.chain("form")
            for m, key in enumerate(("form.key", "old.key")):
                self.s.pack(key, "form.chain", "--id", str(10 * n + m), "--label", "%s-%d" % (kind, m))
                rows += json.loads(self.s.path("keys.json").read_text())
        self.s.database(*rows)
        self.s.token("add", code=0)
        for row in rows:
            with self.subTest(row["label"]):
                self.sign(key_id="%02x" % row["id"])

    def test_the_object_of_s3(self):
        words = ["--key", "ec.key", "--chain", "ec.chain", "--key-id", "alias/tls", *self.s.way()]
        text = self.s.run("provision", "s3-object", *words, user="parent", code=0).stdout
        database = json.loads(text)
        self.assertEqual(sorted(database), ["certificate", "certificateChain", "encryptedPrivateKey",
                                            "encryptionMethod"])
        self.assertEqual(database["encryptionMethod"], "SYMMETRIC_DEFAULT")
        self.assertEqual(database["certificate"].count("BEGIN"), 1)
        self.assertEqual(database["certificateChain"].count("BEGIN"), 2)
        for stripped in (False, True):  # ACM's has no line end between the two
            if stripped:
                database["certificate"] = database["certificate"].rstrip("\n")
                database["certificateChain"] = database["certificateChain"].rstrip("\n")
            self.s.write("object.json", json.dumps(database))
            self.s.token("add", *(["--key-label", "s3-key"] if stripped else []), database="object.json", code=0)
            key, = self.s.list()[0]["keys"]
            self.assertEqual(key, {"label": "s3-key" if stripped else "acm-key", "id": 1, "certificates": True})
            self.assertEqual(len([o for o in self.objects() if o["class"] == CERTIFICATE]), 3)
            self.sign()
            self.s.token("remove", code=0)

    def test_a_key_without_certificates(self):
        self.s.pack("ec.key")
        self.assertNotIn("cert_pem", json.loads(self.s.path("keys.json").read_text())[0])
        self.s.token("add", code=0)
        self.assertEqual(len(self.objects()), 2)
        self.assertFalse(self.s.list()[0]["keys"][0]["certificates"])

    def test_what_is_wrapped_is_the_text_without_its_last_line_end(self):
        self.s.pack("ec.key")
        wrapped = json.loads(self.s.path("keys.json").read_text())[0]["encrypted_pem_b64"]
        done = self.s.run("kms", "decrypt", "--ciphertext", wrapped, "--out", "plain", *self.s.way("good"), code=0)
        self.assertEqual(done.stdout, "")
        self.assertEqual(self.s.path("plain").read_bytes(), self.s.path("ec.key").read_bytes().rstrip(b"\n"))

    def test_pack_appends_and_refuses_what_is_there_twice(self):
        self.s.pack("ec.key", "ec.chain")
        before = self.s.path("keys.json").read_bytes()
        for more, why in ((["--label", "b", "--id", "1"], "same id: 1"),
                          ([], "--append: keys.json has a key with the label acm-key")):
            done = self.s.pack("ec.key", "ec.chain", "--append", "keys.json", *more, out=None, code=2)
            self.assertIn(why, done.stderr)
            self.assertEqual(self.s.path("keys.json").read_bytes(), before)
        for more in (["b"], ["c", "--id", "4"], ["d"], ["e"]):
            self.s.pack("ec.key", "ec.chain", "--append", "keys.json", "--label", *more, out=None)
        rows = json.loads(self.s.path("keys.json").read_text())
        self.assertEqual([(r["id"], r["label"]) for r in rows],
                         [(1, "acm-key"), (2, "b"), (4, "c"), (3, "d"), (5, "e")])
        self.assertEqual(rows[0], json.loads(before)[0])

    def test_the_last_free_id(self):
        self.s.pack("ec.key")
        row, = json.loads(self.s.path("keys.json").read_text())
        self.s.database(*[{**row, "id": n, "label": str(n)} for n in range(1, 255)])
        for label in ("254", "255", "256"):
            self.s.pack("ec.key", None, "--append", "keys.json", "--label", "x" + label, out=None,
                        code=0 if label < "256" else 2)
        rows = json.loads(self.s.path("keys.json").read_text())
        self.assertEqual([(r["id"], r["label"]) for r in rows[-2:]], [(255, "x254"), (0, "x255")])

    def test_a_leaf_without_its_issuer_is_noted(self):
        self.s.make_certificate("lone.pem", "ec.key", None, None, "lone")
        note = "note: --chain has only the leaf; clients need the certificate of its issuer CN=middle too, unless it"
        for command in ("pack", "s3-object"):
            for chain, noted in (("ec.pem", True), ("ec.chain", False), ("lone.pem", False)):
                done = self.s.run("provision", command, "--key", "ec.key", "--chain", chain, "--key-id", "alias/tls",
                                  *self.s.way(), user="parent", code=0)
                self.assertEqual(note in done.stderr, noted, done.stderr)
                json.loads(done.stdout)

    def test_a_token_keeps_its_lifetime_and_expires(self):
        self.s.pack("ec.key")
        self.s.token("add", "--lifetime", "1h", label="other", code=0)
        self.assertRegex(self.s.token("refresh", label="other", code=0).stdout, "refreshed, for (1 h|59 min 5. s)\n")
        self.s.token("add", "--lifetime", "8s", code=0)
        self.assertRegex(self.s.token("refresh", code=0).stdout, "refreshed, for [1-8] s\n")
        done = self.s.run("provision", "list", "--state", "state", "--module", MODULE, code=0)
        self.assertRegex(done.stdout, "expires in +(1 h|59 min 5. s)\n")
        self.assertRegex(done.stdout, "expires in +[1-8] s\n")
        self.assertIn("updated", self.s.token("update", code=0).stdout)
        self.assertLessEqual(max([t["ttl_secs"] for t in self.s.list() if t["label"] == "acm-token"] or [0]), 8)
        provision_scene.wait_for(lambda: [t["label"] for t in self.s.list()] == ["other"], "it does not expire")
        self.assertEqual(self.s.tokens(), ["other"])
        self.assertEqual(self.s.token("refresh", code=1).stderr.splitlines()[0],
                         "nitro-attest provision refresh: there is no token with this label: acm-token "
                         "(NATT_PROVISION_E_NOT_FOUND)")

    def test_an_update_keeps_the_slot(self):
        self.s.pack("ec.key")
        for label in ("first", "second"):
            self.s.token("add", label=label, code=0)
        self.s.token("remove", label="first", code=0)
        self.s.pack("ec.key", "ec.chain")
        self.s.token("update", label="second", code=0)
        self.assertEqual([t["slot_id"] for t in self.s.list()], [1])

    def test_pins_from_descriptors_and_limits(self):
        self.s.pack("ec.key")
        for pin, end in (("12345678", ""), ("5" * 64, "\n"), ("blank 12", "\r\n")):
            self.s.token("add", pin="fd:0", input=pin + end, code=0)
            self.s.module("acm-token", pin)
            self.s.token("remove", pin="fd:0", input=pin, code=0)

    def test_pack_does_not_follow_links(self):
        self.s.write("victim", "as it was")
        for name in ("linked.json", "linked.json.new"):
            self.s.path(name).unlink(missing_ok=True)
            self.s.path(name).symlink_to("victim")
        self.s.pack("ec.key", out="linked.json")
        self.assertEqual(self.s.path("victim").read_text(), "as it was")
        self.assertFalse(self.s.path("linked.json").is_symlink())
        self.assertEqual(sorted(p.name for p in self.s.dir.glob("linked.json*")), ["linked.json", "linked.json.new"])
        self.assertEqual(self.s.path("linked.json").stat().st_mode & 0o777, 0o666 & ~self.umask())

    @staticmethod
    def umask():
        mask = os.umask(0)
        os.umask(mask)
        return mask

    def test_what_is_said_about_labels_is_escaped(self):
        label, shown = "a\x1b[31m\nb\\", "token a\\u{001B}[31m\\u{000A}b\\\\: "
        self.s.pack("ec.key")
        for command, words in (("add", "added, with 1 key"), ("refresh", "refreshed"), ("update", "updated; no "),
                               ("remove", "removed")):
            done = self.s.token(command, label=label, code=0)
            self.assertTrue(done.stdout.startswith(shown + words), done.stdout)
            self.assertEqual(done.stdout.count("\n"), 1)

    def test_the_descriptor_of_a_pin_is_closed(self):
        self.s.pack("ec.key")
        with open(self.s.path("pin"), "rb") as pin:
            words = ["provision", "run", "--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file",
                     "fd:%d" % pin.fileno(), "--database", "keys.json", *self.s.way("good"), "--on-change",
                     "cat /proc/self/fd/%d; echo over" % pin.fileno()]
            run = self.s.start(*words, pass_fds=[pin.fileno()])
            log = pathlib.Path(run.log)
            wait_for(lambda: "over" in log.read_text() or run.poll() is not None, "--on-change does not run")
        run.terminate()
        self.assertEqual(run.wait(20), 0, log.read_text())
        self.assertNotIn(PIN, log.read_text())

    def test_standard_input_is_not_read_twice(self):
        self.s.pack("ec.key")
        with open(self.s.path("pin"), "rb") as pin:
            words = ["provision", "run", "--state", "state", "--module", MODULE, "--label", "acm-token", "--pin-file",
                     "fd:0", "--database", "keys.json", *self.s.way("good"), "--on-change",
                     "cat /proc/$PPID/fd/0; echo over"]
            run = self.s.start(*words, stdin=pin)
        log = pathlib.Path(run.log)
        wait_for(lambda: "over" in log.read_text() or run.poll() is not None, "--on-change does not run")
        run.terminate()
        self.assertEqual(run.wait(20), 0, log.read_text())
        self.assertNotIn(PIN, log.read_text())
        self.assertIn("ready", log.read_text())

    def test_labels_of_one_and_of_thirty_two_bytes(self):
        self.s.pack("ec.key")
        for label in ("x", "y" * 32, "with blanks, and: signs"):
            self.s.token("add", label=label, code=0)
            self.assertEqual(self.s.tokens(), [label])
            self.s.token("refresh", label=label, code=0)
            self.s.token("remove", label=label, code=0)


if __name__ == "__main__":
    provision_scene.main(sys.argv[2:])
