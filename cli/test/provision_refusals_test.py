"""Tests refusals of `nitro-attest provision`: each names the reason, and leaves no token behind.
provision_refusals_test.py PATH-OF-BINARY [CASE...]. TAP.
"""
import base64
import json
import pathlib
import sys

sys.dont_write_bytecode = True
import provision_scene  # noqa: E402
from provision_scene import SceneCase, openssl  # noqa: E402

KEY = 'key "acm-key" (id 1, the first in the database): '
KEYS = pathlib.Path(__file__).resolve().parents[2] / "nsm/provision/test/keys"


def rsa_numbers(pem):
    """Version, n, e, d, p, q, dP, dQ, qInv [RFC8017 A.1.2]."""
    der, numbers, at = openssl("rsa", "-traditional", "-outform", "DER", stdin=pem), [], 4
    while at < len(der):
        size, at = der[at + 1], at + 2
        if size > 127:
            size, at = int.from_bytes(der[at:at + size - 128], "big"), at + size - 128
        numbers.append(int.from_bytes(der[at:at + size], "big"))
        at += size
    return numbers


def rsa_pem(numbers):
    def tlv(tag, value):
        size = len(value).to_bytes((len(value).bit_length() + 7) // 8 or 1, "big")
        return bytes([tag]) + (size if len(value) < 128 else bytes([128 + len(size)]) + size) + value
    der = tlv(0x30, b"".join(tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))
    return b"-----BEGIN RSA PRIVATE KEY-----\n%s-----END RSA PRIVATE KEY-----\n" % base64.encodebytes(der)


class Refusals(SceneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s.pack("ec.key", "ec.chain")
        cls.packed = cls.s.path("keys.json").read_bytes()

    def setUp(self):
        self.s.write("keys.json", self.packed)

    def tearDown(self):
        self.s.remove_all()

    def refused(self, *why, command="add", code=1, **how):
        """The command fails with these words, and there is no token."""
        done = self.s.token(command, *how.pop("more", []), **how)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        for words in why:
            self.assertIn(words, done.stderr)
        self.assertNotIn("what to do: \n", done.stderr)
        self.assertEqual((self.s.list(), self.s.tokens()), ([], []))
        return done.stderr

    # ---- callers ----

    def test_another_pcr0(self):
        self.refused(KEY + "KMS did not decrypt the key", "AccessDeniedException", nsm="wrong-pcr")

    def test_another_root(self):
        self.refused("KMS did not decrypt the key", "AccessDeniedException", nsm="foreign")

    def test_a_stale_document(self):
        self.refused("KMS did not decrypt the key", "AccessDeniedException", nsm="stale")

    def test_no_nsm(self):
        self.refused("nothing.sock", code=3, nsm=None, more=["--socket", "nothing.sock"])

    def test_no_kms(self):
        self.refused("KMS did not decrypt the key", "NATT_KMS_CLIENT_E_CONNECT", code=3,
                     kms=self.s.path("nothing.sock"), more=["--max-attempts", "1"])

    # ---- labels ----

    def test_labels_that_are_not_utf8(self):
        self.refused("a label is not UTF-8: of the token, the character that begins with byte 0xff at offset 2",
                     "NATT_PROVISION_E_LABEL_TEXT", code=2, label=b"ab\xff")
        self.s.write("keys.json", json.dumps({"certificate": self.s.path("ec.pem").read_text(), "certificateChain": "",
                                              "encryptedPrivateKey": self.s.encrypted(b"x")}))
        self.refused("key (the first in the database): a label is not UTF-8: of the key", code=2,
                     more=["--key-label", b"\xed\xa0\x80"])

    # ---- what is wrapped ----

    def row(self, wrapped, chain="ec.chain", **more):
        return {"encrypted_pem_b64": wrapped, "id": 1, "label": "acm-key",
                **({"cert_pem": self.s.path(chain).read_text()} if chain else {}), **more}

    def test_a_wrapped_key_with_an_encryption_context(self):
        wrapped = self.s.encrypted(self.s.path("ec.key").read_bytes(), "--encryption-context", "a=b")
        self.s.database(self.row(wrapped))
        self.refused(KEY + "KMS did not decrypt the key", "InvalidCiphertextException",
                     "the database is damaged, or the key was not encrypted with pack or s3-object: pack it again")

    def test_a_wrapped_key_of_another_kms_key(self):
        self.s.database(self.row(self.s.encrypted(self.s.path("ec.key").read_bytes(), kms_key="alias/other")))
        self.refused(KEY + "KMS did not decrypt the key", "AccessDeniedException")

    def test_a_changed_byte_of_a_wrapped_key(self):
        row, = json.loads(self.s.path("keys.json").read_text())
        wrapped = bytearray(base64.b64decode(row["encrypted_pem_b64"]))
        for place in (0, len(wrapped) // 2, len(wrapped) - 1):
            changed = wrapped[:]
            changed[place] ^= 1
            self.s.database({**row, "encrypted_pem_b64": base64.b64encode(changed).decode()})
            self.refused(KEY + "KMS did not decrypt the key", "Exception")

    def test_the_second_of_two_keys_is_to_blame(self):
        good, = json.loads(self.s.path("keys.json").read_text())
        bad = self.row(self.s.encrypted(b"no key"), None, id=2, label="b")
        self.s.database(good, bad)
        self.refused('key "b" (id 2, the second in the database): the private key cannot be used: ',
                     "NATT_PROVISION_E_KEY", "remove a password with openssl pkey")

    def test_two_wrapped_keys_that_are_exchanged(self):
        self.s.make_key("b.key", "P-256")
        self.s.chain("b")
        self.s.pack("b.key", "b.chain", "--id", "2", "--label", "b", "--append", "keys.json", out=None)
        a, b = json.loads(self.s.path("keys.json").read_text())
        a["encrypted_pem_b64"], b["encrypted_pem_b64"] = b["encrypted_pem_b64"], a["encrypted_pem_b64"]
        self.s.database(a, b)
        self.refused(KEY + "certificate 0 (the leaf): the leaf certificate does not belong to this key")

    def test_what_is_no_key(self):
        encrypted = openssl("pkey", "-in", self.s.path("ec.key"), "-aes128", "-passout", "pass:x")
        small = self.s.make_key("small.key", "512" if self.takes_512() else "1024").read_bytes()
        other = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1")
        edwards = openssl("genpkey", "-algorithm", "ED25519")
        cases = [(b"no key", "it is not PEM of PKCS #8"), (encrypted, "it has a password"), (other, "on another curve"),
                 (edwards, ""), (b"\0", "")] + ([(small, "it is RSA with 512 bits")] if self.takes_512() else [])
        for text, why in cases:
            self.s.database(self.row(self.s.encrypted(text), None))
            with self.subTest(why):
                self.refused(KEY, why, "NATT_PROVISION_E_KEY")
            self.s.write("bad.key", text)
            with self.subTest(why):
                done = self.s.pack("bad.key", code=1)
                self.assertIn("bad.key: ", done.stderr)
                self.assertIn(why, done.stderr)

    def test_a_key_that_kms_does_not_encrypt(self):
        """4096 bytes without the last line end; text around the key counts, too."""
        key = self.s.path("ec.key").read_bytes()
        for size, code in ((4095, 0), (4096, 0), (4097, 1)):
            self.s.write("long.key", b"-" * (size - len(key.rstrip())) + key.rstrip() + b"\n")
            done = self.s.pack("long.key", code=code)
        self.assertIn("long.key: the key has 4097 bytes in PEM; KMS encrypts at most 4096", done.stderr)
        self.assertIn("an RSA key of at most 5120 bits", done.stderr)
        self.s.path("keys.json").unlink()
        done = self.s.pack(KEYS / "rsa8192.pem", code=1)
        self.assertIn("the key has 6391 bytes in PEM", done.stderr)
        self.assertFalse(self.s.path("keys.json").exists())

    def test_the_largest_rsa_key_that_fits(self):
        self.s.pack(KEYS / "rsa5120.pem")
        self.assertEqual(self.s.token("add", code=0).stderr, "")
        self.assertEqual(self.s.tokens(), ["acm-token"])

    @staticmethod
    def takes_512():
        try:
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:512")
            return True
        except Exception:  # pylint: disable=broad-except
            return False

    def test_a_small_rsa_key_warns(self):
        self.s.make_key("small.key", "1024")
        done = self.s.pack("small.key")
        self.assertIn("warning: the RSA key has fewer than 2048 bits", done.stderr)
        done = self.s.token("add", code=0)
        self.assertEqual(done.stderr, "nitro-attest provision add: warning: %sthe RSA key has fewer than 2048 bits\n" %
                         KEY)
        self.assertEqual(self.s.tokens(), ["acm-token"])

    # ---- certificates ----

    def with_chain(self, *names):
        chain = self.s.join("made.chain", *names).name
        row, = json.loads(self.s.path("keys.json").read_text())
        self.s.database({**row, "cert_pem": self.s.path(chain).read_text()})
        return chain

    def test_a_certificate_of_another_key(self):
        self.s.make_key("b.key", "P-256")
        self.s.chain("b")
        chain = self.with_chain("b", "middle", "root")
        self.refused(KEY + "certificate 0 (the leaf): the leaf certificate does not belong to this key")
        done = self.s.pack("ec.key", chain, code=1)
        self.assertIn("made.chain: certificate 0 (the leaf): the leaf certificate does not belong to this key",
                      done.stderr)

    def test_broken_chains(self):
        for names, blamed in ((("ec", "root"), 0), (("ec", "middle", "stranger"), 1), (("ec", "root", "middle"), 0),
                              (("ec", "middle", "root", "middle"), 2), (("ec", "stranger", "middle", "root"), 0),
                              (("middle", "ec", "root"), None)):
            chain = self.with_chain(*names)
            if blamed is None:
                self.refused("the leaf certificate does not belong to this key: certificate 1 does: put the leaf first")
                continue
            why = "certificate %d%s: the certificates do not form a chain: " % (
                blamed, " (the leaf)" if blamed == 0 else "")
            self.refused(KEY + why)
            self.assertIn("made.chain: " + why, self.s.pack("ec.key", chain, code=1).stderr)

    def test_a_certificate_that_cannot_be_read(self):
        row, = json.loads(self.s.path("keys.json").read_text())
        leaf = self.s.path("ec.pem").read_text()
        for text, why in (("hello", "there is no -----BEGIN"), (leaf.split("-----END")[0], "-----END CERTIFICATE----- "
                          "is missing"), (leaf + leaf.replace("MII", "AII", 1),
                                         "certificate 1: a certificate cannot be read: it is damaged (mbedTLS -0x")):
            self.s.database({**row, "cert_pem": text})
            self.refused(KEY, why, "a certificate cannot be read")

    def test_roots(self):
        for roots, names, good in (("root", ("ec", "middle", "root"), True), ("root", ("ec", "middle"), True),
                                   ("middle", ("ec",), True), ("stranger", ("ec", "middle", "root"), False),
                                   ("stranger", ("ec",), False), ("root", ("ec",), False)):
            self.with_chain(*names)
            more = ["--roots", roots + ".pem"]
            with self.subTest((roots, names)):
                if good:
                    self.s.token("add", *more, code=0)
                    self.s.token("remove", code=0)
                else:
                    place = len(names) - 1
                    self.refused("certificate %d" % place, "none of them has issued", ", whose issuer is",
                                 "or the missing issuers to the chain", more=more)
        self.refused("--roots: ec.key: a certificate cannot be read: line 1: expected -----BEGIN CERTIFICATE-----",
                     more=["--roots", "ec.key"])
        self.refused("there is no -----BEGIN", more=["--roots", "a.json"])

    def test_roots_need_a_certificate(self):
        wrapped = json.loads(self.s.path("keys.json").read_text())[0]["encrypted_pem_b64"]
        why = KEY + "the certificates lead to no given root: the key has no certificate, which must lead to a given " \
            "root"
        self.s.database(self.row(wrapped, None))
        self.refused(why, more=["--roots", "root.pem"])
        for certificate in ({"cert_pem": ""}, {"cert_pem": None}):
            self.s.database({**self.row(wrapped, None), **certificate})
            self.refused(why, more=["--roots", "root.pem"])
        self.s.write("keys.json", json.dumps({"certificate": "", "certificateChain": "",
                                              "encryptedPrivateKey": wrapped}))
        self.refused(why, more=["--roots", "root.pem"])
        self.s.token("add", code=0)
        self.assertIn(why, self.s.token("update", "--roots", "root.pem", code=1).stderr)
        self.assertEqual(self.s.tokens(), ["acm-token"])

    def issue(self, name, extensions, issuer="root", key=None):
        """NAME.pem with these lines of a section of openssl; none: version 1."""
        if key is None:
            self.s.make_key(name + ".key", "P-256")
        request = openssl("req", "-new", "-key", self.s.path(key or name + ".key"), "-subj", "/CN=" + name)
        more = ["-extfile", self.s.write("extensions", extensions)] if extensions else []
        self.s.write(name + ".pem", openssl("x509", "-req", "-days", "30", "-set_serial", "77", *more, "-CA",
                                            self.s.path(issuer + ".pem"), "-CAkey", self.s.path(issuer + ".key"),
                                            stdin=request))

    def test_issuers_that_may_not_issue(self):
        ca = "basicConstraints=critical,CA:TRUE"
        for extensions in ("", "basicConstraints=critical,CA:FALSE\n", ca + "\nkeyUsage=digitalSignature\n"):
            self.issue("forger", extensions)
            self.s.make_certificate("forged.pem", "ec.key", "forger.pem", "forger.key", "bank.example")
            chain = self.with_chain("forged", "forger", "root")
            why = "certificate 0 (the leaf): the certificates do not form a chain: the certificate that follows has "
            for more in ([], ["--roots", "root.pem"]):
                self.refused(KEY + why, "(CN=bank.example)", more=more)
            self.assertIn(why, self.s.pack("ec.key", chain, code=1).stderr)
            self.with_chain("forged")
            self.refused("none of them has issued CN=bank.example, whose issuer is CN=forger",
                         more=["--roots", "forger.pem"])

    def test_path_lengths(self):
        self.issue("short", "basicConstraints=critical,CA:TRUE,pathlen:0\n")
        self.issue("below", "basicConstraints=critical,CA:TRUE\n", "short")
        self.s.make_certificate("low.pem", "ec.key", "below.pem", "below.key", "low")
        chain = self.with_chain("low", "below", "short", "root")
        why = "certificate 0 (the leaf): the certificates do not form a chain: more CAs are below its issuers"
        for more in ([], ["--roots", "root.pem"]):
            self.refused(KEY + why, "(CN=low)", more=more)
        self.assertIn(why, self.s.pack("ec.key", chain, code=1).stderr)
        self.s.make_certificate("low.pem", "ec.key", "short.pem", "short.key", "low")
        self.with_chain("low", "short", "root")
        self.s.token("add", "--roots", "root.pem", code=0)

    def test_other_pem_in_a_chain(self):
        row, = json.loads(self.s.path("keys.json").read_text())
        leaf, middle = self.s.path("ec.pem").read_text(), self.s.path("middle.pem").read_text()
        line = leaf.count("\n") + 1
        trusted = openssl("x509", "-in", self.s.path("middle.pem"), "-trustout").decode()
        for other in (trusted, middle.replace("CERTIFICATE", "X509 CERTIFICATE"), middle.replace("-----B", "----B"),
                      middle.replace("BEGIN CERTIFICATE", "begin certificate"), self.s.path("ec.key").read_text()):
            why = "a certificate cannot be read: line %d: expected -----BEGIN CERTIFICATE-----" % line
            self.s.database({**row, "cert_pem": leaf + other})
            self.refused(KEY + why)
            self.s.write("made.chain", leaf + other)
            self.assertIn("made.chain: " + why, self.s.pack("ec.key", "made.chain", code=1).stderr)

    def test_a_key_that_another_kms_key_wrapped(self):
        self.s.pack("ec.key", "ec.chain", kms_key="alias/other")
        self.refused(KEY + "KMS did not decrypt the key", "IncorrectKeyException", more=["--key-id", "alias/tls"])
        self.s.token("add", "--key-id", "alias/other", nsm="wrong-pcr", code=0)
        for command in ("refresh", "update"):
            done = self.s.token(command, "--key-id", "alias/tls", code=1)
            self.assertIn("IncorrectKeyException", done.stderr)
        self.s.token("refresh", "--key-id", "alias/other", nsm="wrong-pcr", code=0)

    def test_a_key_that_signs_only_at_times(self):
        """Of RSA, with dP, dQ or qInv above its prime: mbedTLS accepts it, and some signatures of SoftHSM fail."""
        key = self.s.make_key("bad.key", "1024").read_bytes()
        numbers = rsa_numbers(key)
        for place, prime in ((6, 4), (7, 5), (8, 4)):
            changed = list(numbers)
            changed[place] += numbers[prime] - (1 if place < 8 else 0)
            self.s.write("bad.key", rsa_pem(changed))
            self.assertIn("its numbers do not match each other", self.s.pack("bad.key", code=1).stderr)
        self.s.write("bad.key", rsa_pem(numbers))
        self.s.pack("bad.key")
        self.s.token("add", code=0)

    def test_an_update_that_is_refused_leaves_the_old_token(self):
        self.s.token("add", code=0)
        before = self.s.module("acm-token", provision_scene.PIN)["objects"]
        self.with_chain("ec", "root")
        for nsm in ("good", "wrong-pcr"):
            done = self.s.token("update", nsm=nsm, code=1)
            self.assertEqual(done.stdout, "")
        self.assertEqual(self.s.module("acm-token", provision_scene.PIN)["objects"], before)

    def test_an_expired_certificate_warns(self):
        self.s.make_certificate("old.pem", "ec.key", "middle.pem", "middle.key", "old", days=-1)
        self.s.make_certificate("lone.pem", "ec.key", None, None, "lone", days=-1)
        for names in (("old", "middle", "root"), ("lone",)):
            self.with_chain(*names)
            done = self.s.token("add", code=0)
            self.assertIn("warning: %sa certificate has expired" % KEY, done.stderr)
            self.s.token("remove", code=0)

    # ---- databases ----

    def test_databases(self):
        row, = json.loads(self.s.path("keys.json").read_text())
        cases = [(b"", "0 bytes"), (b"[]", "it has 0 keys"), (b"{", "line 1"), (b"3", ""),
                 (b"{}", "encryptedPrivateKey"), ([row, row], "same id: 1"),
                 ([row, {**row, "id": 2}], "same label: acm-key")]
        for member, values in {"id": [-1, 256, "1", None], "label": ["", "x" * 64, 3], "cert_pem": [3],
                               "encrypted_pem_b64": ["", "*", 3, "QUJD" * 2049]}.items():
            cases += [([{**row, member: value}], '"%s"' % member) for value in values]
        for content, why in cases:
            text = content if isinstance(content, bytes) else json.dumps(content)
            self.s.write("keys.json", text)
            with self.subTest(text[:60]):
                self.refused("keys.json: ", why, code=2)

    def test_limits_of_databases(self):
        row, = json.loads(self.s.path("keys.json").read_text())
        self.s.database(*[{**row, "id": n, "label": str(n)} for n in (0, 255)], {**row, "id": 3, "label": "x" * 63})
        self.s.token("add", code=0)
        self.assertEqual([k["id"] for k in self.s.list()[0]["keys"]], [0, 255, 3])

    # ---- labels, PINs, the command line ----

    def test_label_twice(self):
        self.s.token("add", code=0)
        done = self.s.token("add", code=1)
        self.assertIn("a token with this label exists: acm-token", done.stderr)
        done = self.s.token("add", state="state2", code=1)
        self.assertIn("that this --state directory did not create: acm-token", done.stderr)
        self.assertIn("softhsm2-util --delete-token --token", done.stderr)
        self.assertEqual(len(self.s.list()), 1)

    def test_label_that_another_state_has_freed(self):
        for state in ("state", "state2", "state"):
            self.s.token("add", state=state, code=0)
            self.s.token("remove", state=state, code=0)

    def test_lengths_of_labels(self):
        self.refused("the token's label is empty", label="", code=2)
        self.refused("longer than 32 bytes", label="x" * 33, code=2)

    def test_lengths_of_pins(self):
        for pin, why in (("123", "needs 8 bytes"), ("", "needs 8 bytes"), ("1" * 65, "longer than 64"),
                         ("1" * 300, "too long"), ("12\0004", "NUL")):
            self.refused(why, code=2, pin="fd:0", input=pin)

    def test_new_tokens_need_eight_bytes(self):
        for pin in ("1234", "1234567"):
            self.refused("the PIN of a new token needs 8 bytes; it has %d" % len(pin), code=2, pin="fd:0", input=pin)
        for pin in ("12345678", "1" * 64):
            self.s.token("add", pin="fd:0", input=pin, code=0)
            self.s.token("remove", pin="fd:0", input=pin, code=0)

    def test_pin_files_of_others(self):
        self.s.write("open", "1234", 0o640)
        self.refused("must be your own file that only you can read", code=2, pin="open")
        self.refused("cannot open nothing", code=3, pin="nothing")
        self.refused("--pin-file fd:N", code=2, pin="fd:x")

    def test_wrong_pins(self):
        self.s.token("add", code=0)
        self.s.write("wrong", "1235", 0o600)
        for command in ("refresh", "remove", "update"):
            done = self.s.token(command, pin="wrong", code=1)
            self.assertIn("the PIN is wrong (NATT_PROVISION_E_PIN_WRONG)", done.stderr)
        self.assertEqual([t["label"] for t in self.s.list()], ["acm-token"])
        self.s.token("refresh", code=0)

    def test_no_such_token(self):
        for command in ("refresh", "remove", "update"):
            self.refused("there is no token with this label: acm-token", command=command)

    def test_a_refresh_that_kms_refuses_changes_nothing(self):
        self.s.token("add", code=0)
        self.assertIn("KMS did not decrypt the key", self.s.token("refresh", nsm="wrong-pcr", code=1).stderr)
        self.assertEqual(self.s.tokens(), ["acm-token"])
        self.s.token("refresh", code=0)

    def test_a_refresh_that_decrypts_to_a_replaced_key(self):
        self.s.token("add", code=0)
        self.s.make_key("b.key", "P-256")
        wrapped = base64.b64decode(self.s.encrypted(self.s.path("b.key").read_bytes())).hex()
        state = json.loads(self.s.path("state/state").read_text())
        key, = state["tokens"][0]["keys"]
        del key["pem"]
        self.s.write("state/state", json.dumps({**state, "tokens": [{**state["tokens"][0], "keys": [
            {**key, "wrapped": wrapped}]}]}), 0o600)
        done = self.s.token("refresh", code=1)
        self.assertIn(KEY + "KMS now returns a different key (NATT_PROVISION_E_REFRESH)", done.stderr)

    def test_directories_of_others(self):
        self.s.path("shared").mkdir()
        self.s.path("shared").chmod(0o750)
        done = self.s.token("add", state="shared", code=3)
        self.assertIn("must be your own directory with mode 0700", done.stderr)
        self.assertEqual(self.s.tokens(), [])

    def test_modules(self):
        for module, why in (("nothing.so", "check --module"), ("libc.so.6", "has no C_GetFunctionList")):
            done = self.s.run("provision", "list", "--state", "state", "--module", module, code=3)
            self.assertIn(why, done.stderr)

    def test_usage(self):
        there = ["--state", "state", "--module", provision_scene.MODULE]
        way = self.s.way("good")
        token = ["--label", "l", "--pin-file", "pin"]
        run = ["run", *there, *token, "--database", "keys.json", *way]
        for words, why in ((["list"], "--state is missing"), (["list", "--state", "s"], "--module is missing"),
                           (["add", *there, *token, *way], "--database is missing"),
                           (["remove", *there, "--label", "l"], "--pin-file is missing"),
                           (["remove", *there, "--pin-file", "pin"], "--label is missing"),
                           (["add", *there, *token, "--lifetime", "999ms", *way], "less than a second"),
                           (["add", *there, *token, "--lifetime", "1193047h", *way], "is more than 1193046 hours"),
                           ([*run, "--lifetime", "10s", "--refresh-every", "6s"], "more than half"),
                           (["serve", *there, *way], "--listen is missing"),
                           (["pack", "--key", "ec.key", *self.s.way()], "--key-id is missing"),
                           (["pack", "--key-id", "x", *self.s.way()], "--key is missing"),
                           (["pack", "--key", "ec.key", "--key-id", "x", "--id", "256", *self.s.way()], "--id"),
                           (["pack", "--key", "ec.key", "--key-id", "x", "--label", "x" * 64, *self.s.way()], "64"),
                           (["s3-object", "--key", "ec.key", "--key-id", "x", *self.s.way()], "--chain is missing")):
            done = self.s.run("provision", *words, code=2)
            self.assertIn(why, done.stderr)
        for command in ("add", "refresh", "update", "run"):
            done = self.s.token(command, "--timeout", "10001ms", code=2)
            self.assertIn("--timeout: 10001ms is more than 10 seconds", done.stderr)
        self.assertEqual(self.s.tokens(), [])
        self.s.token("add", "--timeout", "10s", code=0)


if __name__ == "__main__":
    provision_scene.main(sys.argv[2:])
