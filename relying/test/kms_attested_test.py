"""Requests with attestation documents, accepted and refused, at `nitro-attest kms serve`: kms_attested_test.py BINARY
[CLASS...]. Standard library and openssl(1).
"""
import base64
import datetime
import hashlib
import json
import os
import sys
import uuid

sys.dont_write_bytecode = True
import kms_support  # noqa: E402
from kms_support import A, B, BINARY, Case, Enclave, b64, main, unb64  # noqa: E402


class Attested(Case):
    """A key for one image, used by programs with a document."""

    def setUp(self):
        self.policy_key = self.key(Policy=json.dumps(kms_support.attested_policy()))
        self.blob = self.kms.good("Encrypt", KeyId=self.policy_key, Plaintext=b64(b"for the enclave"))["CiphertextBlob"]

    def test_decrypt(self):
        for size in [1, 15, 16, 1000, 4096]:
            secret = os.urandom(size)
            blob = self.kms.good("Encrypt", KeyId=self.policy_key, Plaintext=b64(secret))["CiphertextBlob"]
            reply = self.kms.good("Decrypt", CiphertextBlob=blob, Recipient=self.enclave.recipient())
            self.assertEqual(set(reply), {"CiphertextForRecipient", "KeyId", "KeyMaterialId", "EncryptionAlgorithm"})
            self.assertEqual(self.enclave.open(reply["CiphertextForRecipient"]), secret)

    def test_data_key(self):
        reply = self.kms.good("GenerateDataKey", KeyId=self.policy_key, KeySpec="AES_256",
                              Recipient=self.enclave.recipient())
        self.assertEqual(set(reply), {"CiphertextBlob", "CiphertextForRecipient", "KeyId", "KeyMaterialId"})
        again = self.kms.good("Decrypt", CiphertextBlob=reply["CiphertextBlob"], Recipient=self.enclave.recipient())
        self.assertEqual(self.enclave.open(reply["CiphertextForRecipient"]),
                         self.enclave.open(again["CiphertextForRecipient"]))

    def test_data_key_pair(self):
        for spec in ["ECC_NIST_P384", "RSA_2048"]:
            reply = self.kms.good("GenerateDataKeyPair", KeyId=self.policy_key, KeyPairSpec=spec,
                                  Recipient=self.enclave.recipient())
            self.assertNotIn("PrivateKeyPlaintext", reply)
            private = self.enclave.open(reply["CiphertextForRecipient"])
            public = Enclave.openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=private)
            self.assertEqual(public, unb64(reply["PublicKey"]))

    def test_random(self):
        reply = self.kms.good("GenerateRandom", NumberOfBytes=1024, Recipient=self.enclave.recipient())
        self.assertEqual(set(reply), {"CiphertextForRecipient"})
        self.assertEqual(len(self.enclave.open(reply["CiphertextForRecipient"])), 1024)

    def test_shared_secret(self):
        key = self.key(KeySpec="ECC_NIST_P384", KeyUsage="KEY_AGREEMENT")
        public = self.kms.good("GetPublicKey", KeyId=key)["PublicKey"]
        request = {"KeyId": key, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public}
        plain = self.kms.good("DeriveSharedSecret", **request)
        reply = self.kms.good("DeriveSharedSecret", Recipient=self.enclave.recipient(), **request)
        self.assertNotIn("SharedSecret", reply)
        self.assertEqual(self.enclave.open(reply["CiphertextForRecipient"]), unb64(plain["SharedSecret"]))

    def denied(self, document, *words, error="AccessDeniedException", code=None, blob=None):
        recipient = self.enclave.recipient(document)
        reply = self.refused(error, "Decrypt", CiphertextBlob=blob or self.blob, Recipient=recipient)
        self.assertNotIn("Plaintext", reply.json)
        for word in words:
            self.assertIn(word, reply.why)
        line = self.server.last()
        self.assertEqual((line["error"], line["request_id"]), (error, reply.headers["x-amzn-RequestId"]))
        if code is not None:
            self.assertEqual(line["attestation"]["code"], code)
        return line

    def test_without_a_document(self):
        reply = self.refused("AccessDeniedException", "Decrypt", "no resource-based policy allows",
                             CiphertextBlob=self.blob)
        for word in ["Enclave", "kms:RecipientAttestation:ImageSha384", A]:
            self.assertIn(word, reply.why)
        self.assertTrue(reply.why.startswith("the request has no Recipient (attestation document): User: "), reply.why)
        other = self.refused("AccessDeniedException", "DisableKey", KeyId=self.policy_key)
        self.assertNotIn("Recipient", other.why)  # no document would help

    def test_another_image(self):
        self.assertNotIn("no Recipient", self.refused("AccessDeniedException", "Decrypt", CiphertextBlob=self.blob,
                                                      Recipient=self.enclave.recipient(pcr0=B)).why)
        line = self.denied(self.enclave.document(pcr0=B), "Enclave", "kms:RecipientAttestation:ImageSha384", A, B)
        self.assertEqual(line["attestation"]["code"], "NATT_OK")
        self.assertEqual(line["decision"]["decision"], "implicit deny")
        reason = line["decision"]["reasons"][0]
        self.assertEqual((reason["key"], reason["expected"], reason["actual"]),
                         ("kms:RecipientAttestation:ImageSha384", [A], B))

    def test_an_old_document(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        for age, refused in [(200, False), (400, True)]:  # 6 min 40 s
            at = (now - datetime.timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
            document = self.enclave.document("--at", at)
            if refused:
                line = self.denied(document, "NATT_E_TIME_STALE", code="NATT_E_TIME_STALE")
                self.assertRegex(line["message"], r"^the document is [67] min \d+ s old; this server accepts 5 min "
                                 r"\(kms serve --max-age\): create the document right before the request ")
            else:
                self.kms.good("Decrypt", CiphertextBlob=self.blob, Recipient=self.enclave.recipient(document))
        expired = self.enclave.document("--at", (now - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        line = self.denied(expired, "NATT_E_TIME_EXPIRED", code="NATT_E_TIME_EXPIRED")
        self.assertIn("create the document right before the request", line["message"])
        self.assertNotIn("archive", line["message"])
        later = (now + datetime.timedelta(seconds=200)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.denied(self.enclave.document("--at", later), code="NATT_E_TIME_NOT_YET_VALID")

    def test_a_debug_enclave(self):
        self.denied(self.enclave.document("--debug-mode", pcr0=None), "NATT_E_EXPECT_DEBUG", code="NATT_E_EXPECT_DEBUG")

    def test_a_foreign_root(self):
        foreign = Enclave(BINARY, self.folder.name, seed="ff")
        line = self.denied(foreign.document(), "another root", "CN=", "SHA-256", code="NATT_E_CHAIN_ROOT")
        advice = "both are test roots: give emulate and kms serve the same --pki DIR"
        self.assertIn(advice, line["message"])
        log = self.enclave.folder / "aws.log"
        with kms_support.Server(BINARY, self.folder.name, "--root", "aws", log=log) as server:
            reply = server.client()("GenerateRandom", NumberOfBytes=1, Recipient=self.enclave.recipient())
        self.assertIn("another root", reply.message)
        self.assertNotIn(advice, reply.message)
        der = Enclave.openssl("x509", "-in", foreign.root, "-outform", "DER")
        ours = Enclave.openssl("x509", "-in", self.enclave.root, "-outform", "DER")
        for root in [der, ours]:
            self.assertIn(hashlib.sha256(root).hexdigest(), line["message"])

    def test_a_wrong_signature(self):
        document = self.enclave.document()
        broken = document[:-1] + bytes([document[-1] ^ 1])
        self.denied(broken, code="NATT_E_COSE_SIGNATURE")

    def test_what_is_no_document(self):
        document = self.enclave.document()
        for text, sent in [("file name", b"fileb://doc.bin"), ("file name", b"file://doc.bin"),
                           ("base64 within base64", base64.b64encode(document)),
                           ("base64 within base64", base64.encodebytes(document)),
                           ("hexadecimal", document.hex().encode()), ("PEM", b"-----BEGIN CERTIFICATE-----\n"),
                           ("JSON", b'{"Recipient":{}}'), ("NATT_E_CBOR", document[:-1]), ("NATT_E_", b"\x84"),
                           ("a short text, such as a file name", b"x"), ("a short text", b"doc.bin\n"),
                           ("a short text", b"x" * 255), ("NATT_E_", b"x" * 256), ("NATT_E_", b"doc\x01bin"),
                           ("NATT_E_COSE", document + b"x"), ("NATT_E_", b"\x84" * 262144)]:
            with self.subTest(text=text, sent=sent[:20]):
                self.refused("ValidationException", "Decrypt", text, CiphertextBlob=self.blob,
                             Recipient=self.enclave.recipient(sent))
        self.refused("ValidationException", "Decrypt", "less than or equal to 262144", CiphertextBlob=self.blob,
                     Recipient=self.enclave.recipient(b"x" * 262145))

    def test_a_recipient_that_is_not_whole(self):
        recipient = self.enclave.recipient()
        for missing in recipient:
            rest = {k: v for k, v in recipient.items() if k != missing}
            self.refused("ValidationException", "Decrypt", "not be null", CiphertextBlob=self.blob, Recipient=rest)
        self.refused("ValidationException", "GenerateRandom", "not be null", NumberOfBytes=8, Recipient={})
        self.refused("ValidationException", "GenerateRandom", "RSAES_OAEP_SHA_256", NumberOfBytes=8,
                     Recipient={**recipient, "KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_1"})
        self.refused("ValidationException", "GenerateRandom", NumberOfBytes=8,
                     Recipient={**recipient, "AttestationDocument": ""})

    def test_public_keys(self):
        self.refused("ValidationException", "Decrypt", "has no public_key", CiphertextBlob=self.blob,
                     Recipient=self.enclave.recipient(key=None))
        ec = self.enclave.folder / "ec-public.pem"
        ec.write_bytes(Enclave.openssl("pkey", "-pubout", stdin=Enclave.openssl(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")))
        small = self.enclave.folder / "small.pem"
        small.write_bytes(Enclave.openssl("pkey", "-pubout", stdin=Enclave.openssl("genrsa", "1024")))
        for key in [f"@{ec}", f"@{small}", "base64:AwQ="]:
            self.refused("ValidationException", "Decrypt", "not an RSA key", CiphertextBlob=self.blob,
                         Recipient=self.enclave.recipient(key=key))

    def test_nitrotpm(self):
        policy = kms_support.attested_policy(key="kms:RecipientAttestation:NitroTPMPCR4")
        key = self.key(Policy=json.dumps(policy))
        blob = self.kms.good("Encrypt", KeyId=key, Plaintext="eHl6")["CiphertextBlob"]
        good = self.enclave.document("--kind", "nitrotpm", "--pcr", f"4={A}", pcr0=None)
        reply = self.kms.good("Decrypt", CiphertextBlob=blob, Recipient=self.enclave.recipient(good))
        self.assertEqual(self.enclave.open(reply["CiphertextForRecipient"]), b"xyz")
        self.assertEqual(self.server.last()["attestation"]["kind"], "nitrotpm")
        self.denied(self.enclave.document("--kind", "nitrotpm", "--pcr", f"4={B}", pcr0=None), A, B, blob=blob)
        self.denied(self.enclave.document("--pcr", f"4={A}"), "NitroTPMPCR4", blob=blob)
        self.denied(self.enclave.document("--kind", "nitrotpm", "--pcr", f"0={A}", pcr0=None), "ImageSha384")

    def test_a_ciphertext_in_base64(self):
        for sent in [{}, {"KeyId": self.policy_key}]:
            self.refused("InvalidCiphertextException", "Decrypt",
                         "CiphertextBlob is base64 within base64: pass the bytes",
                         CiphertextBlob=b64(self.blob.encode()), Recipient=self.enclave.recipient(), **sent)
        self.refused("InvalidCiphertextException", "Decrypt", "damaged", Recipient=self.enclave.recipient(),
                     CiphertextBlob=b64(b"TktNx" + self.blob[5:].encode()))

    def test_the_wrong_context_does_not_open(self):
        self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=self.blob, EncryptionContext={"a": "b"},
                     Recipient=self.enclave.recipient())

    def test_operations_without_recipient_seal_nothing(self):
        reply = self.kms.good("Encrypt", KeyId=self.policy_key, Plaintext="eA==", Recipient="ignored")
        self.assertEqual(set(reply), {"CiphertextBlob", "KeyId", "EncryptionAlgorithm"})

    def test_a_document_can_be_sent_again(self):
        recipient = self.enclave.recipient()
        for _ in range(3):
            self.kms.good("Decrypt", CiphertextBlob=self.blob, Recipient=recipient)


class Replays(Case):
    options = ("--refuse-replays", "--allow-debug")

    def test_a_document_answers_one_request(self):
        key = self.key()
        recipient = self.enclave.recipient()
        self.refused("DryRunOperationException", "GenerateDataKey", KeyId=key, KeySpec="AES_256", DryRun=True,
                     Recipient=recipient)
        self.refused("NotFoundException", "GenerateDataKey", KeyId=str(uuid.uuid4()), KeySpec="AES_256",
                     Recipient=recipient)
        self.kms.good("GenerateDataKey", KeyId=key, KeySpec="AES_256", Recipient=recipient)
        self.refused("AccessDeniedException", "GenerateDataKey", "was used before", KeyId=key, KeySpec="AES_256",
                     Recipient=recipient)
        self.refused("AccessDeniedException", "GenerateRandom", "was used before", NumberOfBytes=1, Recipient=recipient)
        document = unb64(recipient["AttestationDocument"])
        tagged = document[1:] if document[:1] == b"\xd2" else b"\xd2" + document  # the same content
        self.refused("AccessDeniedException", "GenerateRandom", "was used before", NumberOfBytes=1,
                     Recipient=self.enclave.recipient(tagged))
        then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=9)
        at = then.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.kms.good("GenerateRandom", NumberOfBytes=1,
                      Recipient=self.enclave.recipient(self.enclave.document("--at", at)))

    def test_debug_enclaves_where_they_are_allowed(self):
        document = self.enclave.document("--debug-mode", pcr0=None)
        reply = self.kms.good("GenerateRandom", NumberOfBytes=7, Recipient=self.enclave.recipient(document))
        self.assertEqual(len(self.enclave.open(reply["CiphertextForRecipient"])), 7)
        self.assertTrue(self.server.last()["attestation"]["debug"])


if __name__ == "__main__":
    main(sys.modules["__main__"])
