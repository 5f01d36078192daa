"""The protocol and the operations of `nitro-attest kms serve`, except attested ones: kms_test.py BINARY [CLASS...].

Standard library and openssl(1). The signatures here are invalid: the server parses them, but does not verify them.
"""
import datetime
import json
import os
import sys
import uuid

sys.dont_write_bytecode = True
import kms_support  # noqa: E402
from kms_support import ACCOUNT, REGION, USER, UUID, Case, Enclave, b64, main, unb64  # noqa: E402

MB = 1024 * 1024


class Protocol(Case):
    def send(self, change, body=b"{}", method="POST", path="/"):
        headers = {**self.kms.headers("ListKeys"), **change}
        return self.kms.send(body, {k: v for k, v in headers.items() if v is not None}, method, path)

    def test_a_reply_has_the_headers_that_clients_read(self):
        reply = self.send({})
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["Content-Type"], "application/x-amz-json-1.1")
        self.assertRegex(reply.headers["x-amzn-RequestId"], UUID)
        self.assertIn("Date", reply.headers)
        self.assertEqual(int(reply.headers["Content-Length"]), len(reply.body))
        self.assertNotEqual(reply.headers["x-amzn-RequestId"], self.send({}).headers["x-amzn-RequestId"])

    def test_what_is_no_request_of_kms(self):
        for error, change, where in [
                ("UnknownOperationException", {}, {"method": "PUT"}),
                ("UnknownOperationException", {}, {"path": "/x"}),
                ("UnknownOperationException", {"X-Amz-Target": None}, {}),
                ("UnknownOperationException", {"X-Amz-Target": "TrentService."}, {}),
                ("UnknownOperationException", {"X-Amz-Target": "TrentService.Sign"}, {}),
                ("UnknownOperationException", {"X-Amz-Target": "TrentService.listKeys"}, {}),
                ("UnknownOperationException", {"X-Amz-Target": "Other.ListKeys"}, {}),
                ("UnknownOperationException", {"X-Amz-Target": "TrentService." + "x" * 200}, {}),
                ("SerializationException", {"Content-Type": None}, {}),
                ("SerializationException", {"Content-Type": "application/json"}, {}),
                ("SerializationException", {"Content-Type": "application/x-amz-json-1.10"}, {}),
                ("MissingAuthenticationTokenException", {"Authorization": None}, {}),
                ("IncompleteSignatureException", {"Authorization": "AWS4-HMAC-SHA256 nothing"}, {}),
                ("IncompleteSignatureException", {"Authorization": kms_support.unsigned("role/app")}, {}),
                ("InvalidSignatureException", {"Authorization": kms_support.unsigned("a", service="sts")}, {}),
                ("InvalidSignatureException", {"Authorization": kms_support.unsigned("a", region="eu-west-1")}, {}),
                ("SerializationException", {}, {"body": b""}),
                ("SerializationException", {}, {"body": b"[]"}),
                ("SerializationException", {}, {"body": b"{}x"}),
                ("SerializationException", {}, {"body": b"\xff\xfe"}),
                ("SerializationException", {}, {"body": b'{"Limit":1,"Limit":1}'}),
                ("SerializationException", {}, {"body": b'{"Marker":"a\\u0000b"}'}),
                ("SerializationException", {}, {"body": b"[" * 100000})]:
            with self.subTest(error=error, change=change, where=str(where)[:60]):
                reply = self.send(change, **where)
                self.assertEqual((reply.status, reply.error), (400, error), reply.body)
                self.assertTrue(reply.message)
                self.assertRegex(reply.headers["x-amzn-RequestId"], UUID)

    def test_a_role_is_no_access_key(self):
        advice = "an access key has no /; to be a role, give kms serve a --credentials file"
        for user, told in [("role/app", True), (f"arn:aws:iam::{kms_support.ACCOUNT}:role/app", True), ("a b", False)]:
            self.assertEqual(advice in self.send({"Authorization": kms_support.unsigned(user)}).message, told, user)

    def test_a_web_page_is_nobody(self):
        reply = self.send({"Origin": "http://127.0.0.1"})
        self.assertEqual((reply.status, reply.error), (400, "AccessDeniedException"))

    def test_a_web_page_of_a_name_that_resolves_to_this_machine_is_nobody(self):
        for host in ["localhost", "LocalHost:4599", "127.0.0.1", "127.0.0.1:1", "127.255.0.9:65535", "[::1]",
                     "[::1]:4599", "[0:0:0:0:0:0:0:1]:1", "localhost:"]:
            self.assertEqual(self.send({"Host": host}).status, 200, host)
        for host in ["evil.example", "evil.example:4599", "127.0.0.1.evil.example", "localhost.evil.example",
                     "128.0.0.1", "126.255.255.255", "[::2]", "[::1", "::1", "[::1]x", "[::1].evil.example",
                     "localhost:80x", "localhost:123456", "127.1", "2130706433", "0x7f.0.0.1", "", ":80", "[]", "]",
                     "localhost.", "localhost:80:80", "user@localhost", "127.0.0.1/", "a" * 63, "a" * 64,
                     "[::ffff:127.0.0.1]", "0.0.0.0:4599", "kms.us-east-1.amazonaws.com"]:
            reply = self.send({"Host": host})
            self.assertEqual((reply.status, reply.error), (400, "AccessDeniedException"), host)
            self.assertIn("DNS rebinding", reply.message)

    def test_what_is_one_all_the_same(self):
        for change, body in [({"Content-Type": "Application/X-Amz-Json-1.1; charset=utf-8"}, b"{}"),
                             ({}, b'{"NoSuchMember":{"a":[1]},"DryRunModifiers":[]}'), ({}, b'{"Limit":null}')]:
            self.assertEqual(self.send(change, body).status, 200)

    def test_the_size_of_a_body(self):
        for size, status in [(MB // 2 - 1, 200), (MB // 2, 200), (MB // 2 + 1, 413)]:
            body = b'{"x":"' + b"y" * (size - 8) + b'"}'
            self.assertEqual(len(body), size)
            with contextlib_suppress(status == 413):
                self.assertEqual(self.kms.send(body, self.kms.headers("ListKeys")).status, status)

    def test_the_log_names_the_request_and_no_secret(self):
        secret = b"not for the log: 4711"
        key = self.key()
        reply = self.kms("Encrypt", KeyId=key, Plaintext=b64(secret))
        line = self.server.last()
        self.assertEqual(line["request_id"], reply.headers["x-amzn-RequestId"])
        self.assertEqual((line["operation"], line["principal"], line["access_key"], line["resource"], line["outcome"]),
                         ("Encrypt", USER + "alice", "alice", self.arn(key), "done"))
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        text = self.server.log.read_text()
        for form in [secret.decode(), b64(secret), secret.hex(), reply.json["CiphertextBlob"]]:
            self.assertNotIn(form, text)

    def test_a_body_that_is_no_json_is_not_repeated(self):
        """The message has no part of the body, not even at the fault: it may be a plaintext."""
        for body in [b'{"KeyId":"alias/a","Plaintext":"c2VjcmV0\nc2VjcmV0"}', b'{"Plaintext":"c2VjcmV0\\x"}',
                     b'{"Plaintext" "c2VjcmV0"}', b'{"Plaintext":c2VjcmV0}', b'{"Plaintext":"c2VjcmV0',
                     b'{"c2VjcmV0":1,"c2VjcmV0":1}', b'{"Plaintext":"c2VjcmV0\\u0000"}', b'{} c2VjcmV0',
                     b'{"Plaintext":"c2VjcmV0\xff"}', b'{"Plaintext":"c2VjcmV0 near c2VjcmV0\n"}']:
            with self.subTest(body=body):
                reply = self.send({}, body)
                self.assertEqual(reply.error, "SerializationException")
                self.assertRegex(reply.message, r"^the body is not JSON: line \d+, column \d+: \S")
                self.assertNotIn("2Vj", reply.message + reply.why + self.server.log.read_text().splitlines()[-1])

    def test_a_line_has_all_keys(self):
        keys = {"time", "request_id", "client", "operation", "principal", "access_key", "resource", "outcome", "error",
                "message", "attestation", "decision"}
        for change in [{}, {"X-Amz-Target": "x"}, {"Authorization": kms_support.unsigned("\xff\xfe")},
                       {"Authorization": kms_support.unsigned("a" * 129)},
                       {"Authorization": kms_support.unsigned("a b")}]:
            reply = self.send(change)
            line = self.server.last()
            self.assertEqual((set(line), line["request_id"]), (keys, reply.headers["x-amzn-RequestId"]))
            self.assertEqual(line["error"], reply.error)

    def test_names_cannot_forge_a_line_or_a_header(self):
        reply = self.kms("DescribeKey", KeyId="alias/x\r\nSet-Cookie: a\x1b[31m\u202e")
        self.assertEqual(reply.error, "NotFoundException")
        self.assertNotIn("Set-Cookie", reply.headers)
        self.assertNotRegex(reply.message + reply.why + self.server.last()["resource"], "[^ -~]")


class contextlib_suppress:
    """A server may close the connection before a body that is too large has been sent."""

    def __init__(self, on):
        self.on = on

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        return self.on and kind is not None and issubclass(kind, (BrokenPipeError, ConnectionResetError))


class Members(Case):
    def limit(self, operation, member, good, bad, error="ValidationException", **others):
        for value in good:
            reply = self.kms(operation, **{**others, member: value})
            self.assertNotIn(reply.error, ("ValidationException", "SerializationException"), (member, reply.body))
        for value in bad:
            with self.subTest(operation=operation, member=member, value=str(value)[:40]):
                reply = self.kms(operation, **{**others, member: value})
                self.assertEqual((reply.status, reply.error), (400, error), reply.body)

    def test_lengths_and_ranges(self):
        key = self.key()
        for operation, member, least, most, make, others in [
                ("Encrypt", "Plaintext", 1, 4096, lambda n: b64(b"x" * n), {"KeyId": key}),
                ("Decrypt", "CiphertextBlob", 1, 6144, lambda n: b64(b"x" * n), {}),
                ("Encrypt", "KeyId", 1, 2048, lambda n: "k" * n, {"Plaintext": "eA=="}),
                ("GenerateDataKey", "NumberOfBytes", 1, 1024, int, {"KeyId": key}),
                ("GenerateRandom", "NumberOfBytes", 1, 1024, int, {}),
                ("CreateKey", "Description", 0, 8192, lambda n: "d" * n, {}),
                ("ListKeys", "Limit", 1, 1000, int, {}),
                ("ListAliases", "Limit", 1, 100, int, {}),
                ("ScheduleKeyDeletion", "PendingWindowInDays", 7, 30, int, {"KeyId": str(uuid.uuid4())}),
                ("CreateAlias", "TargetKeyId", 1, 2048, lambda n: "k" * n, {"AliasName": "alias/n"}),
                ("GetKeyPolicy", "PolicyName", 1, 128, lambda n: "p" * n, {"KeyId": key}),
                ("Decrypt", "GrantTokens", 0, 10, lambda n: ["t"] * n, {"CiphertextBlob": "eA=="})]:
            bad = [make(n) for n in ([least - 1] if least else []) + [most + 1]]
            self.limit(operation, member, [make(least), make(least + 1), make(most - 1), make(most)], bad, **others)

    def test_types(self):
        for operation, member, values, others in [
                ("GenerateRandom", "NumberOfBytes", ["8", 8.0, True, [], {}], {}),
                ("Encrypt", "Plaintext", [1, True, [], {}, "eA", "eA=", "eA===", "eB==", "e A=", "eA==\n", "-_8="],
                 {"KeyId": "x"}),
                ("DescribeKey", "KeyId", [1, True, [], {}], {}),
                ("Encrypt", "EncryptionContext", [[], "x", {"a": 1}, {"a": None}, {"a": {}}],
                 {"KeyId": "x", "Plaintext": "eA=="}),
                ("Decrypt", "GrantTokens", ["x", {}], {"CiphertextBlob": "eA=="}),
                ("Decrypt", "DryRun", ["true", 1, {}], {"CiphertextBlob": "eA=="}),
                ("Decrypt", "Recipient", ["x", [], 1, True], {"CiphertextBlob": "eA=="})]:
            self.limit(operation, member, [], values, "SerializationException", **others)

    def test_enumerations(self):
        key = self.key()
        for operation, member, good, bad, others in [
                ("GenerateDataKey", "KeySpec", ["AES_128", "AES_256"],
                 ["AES_192", "", " ", "AES_128 AES_256", "aes_256"],
                 {"KeyId": key}),
                ("Encrypt", "EncryptionAlgorithm", ["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1"], ["RSAES_OAEP_SHA_512"],
                 {"KeyId": key, "Plaintext": "eA=="}),
                ("DeriveSharedSecret", "KeyAgreementAlgorithm", ["ECDH"], ["DH"], {"KeyId": key, "PublicKey": "eA=="}),
                ("CreateKey", "KeySpec", ["HMAC_256"], ["RSA_1024", "AES_256"], {}),
                ("CreateKey", "KeyUsage", ["ENCRYPT_DECRYPT"], ["SIGN"], {})]:
            self.limit(operation, member, good, bad, **others)

    def test_members_that_are_needed(self):
        for operation, members in [("Encrypt", ["KeyId", "Plaintext"]), ("Decrypt", ["CiphertextBlob"]),
                                   ("GenerateRandom", ["NumberOfBytes"]), ("GenerateDataKey", ["KeyId"]),
                                   ("GenerateDataKeyPair", ["KeyId", "KeyPairSpec"]),
                                   ("DeriveSharedSecret", ["KeyId", "KeyAgreementAlgorithm", "PublicKey"]),
                                   ("PutKeyPolicy", ["KeyId", "Policy"]),
                                   ("CreateAlias", ["AliasName", "TargetKeyId"])]:
            for missing in members:
                given = {m: "eA==" if m in ("Plaintext", "PublicKey", "CiphertextBlob") else
                         "ECDH" if m == "KeyAgreementAlgorithm" else "RSA_2048" if m == "KeyPairSpec" else "x"
                         for m in members if m != missing}
                name = missing[0].lower() + missing[1:]
                self.refused("ValidationException", operation,
                             f"'{name}' failed to satisfy constraint: Member must not "
                             "be null", **given)

    def test_size_of_the_encryption_context(self):
        key = self.key()
        for size, status in [(8191, 200), (8192, 200), (8193, 400)]:
            reply = self.kms("Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"ab": "c" * (size - 2)})
            self.assertEqual(reply.status, status, reply.body)
        self.refused("ValidationException", "Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"": "x"})

    def test_size_of_the_encryption_context_comes_before_the_policy(self):
        """This limits the values that policies compare; see also test_policy_decide.c."""
        policy = json.dumps(kms_support.attested_policy(principal=USER + "alice"))
        key = self.key(Policy=policy)
        stranger = self.server.client("stranger")
        for operation, members in [("Encrypt", {"KeyId": key, "Plaintext": "eA=="}),
                                   ("Decrypt", {"KeyId": key, "CiphertextBlob": "eA=="}),
                                   ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
                                   ("GenerateDataKeyWithoutPlaintext", {"KeyId": key, "KeySpec": "AES_256"}),
                                   ("GenerateDataKeyPair", {"KeyId": key, "KeyPairSpec": "RSA_2048"}),
                                   ("GenerateDataKeyPairWithoutPlaintext", {"KeyId": key, "KeyPairSpec": "RSA_2048"})]:
            for size, error in [(8192, "AccessDeniedException"), (8193, "ValidationException")]:
                reply = stranger(operation, EncryptionContext={"ab": "c" * (size - 2)}, **members)
                self.assertEqual(reply.error, error, operation)

    def test_size_of_a_policy(self):
        text = json.dumps(kms_support.attested_policy(principal=USER + "alice"))
        for size, status in [(32767, 200), (32768, 200), (32769, 400)]:
            reply = self.kms("CreateKey", Policy=text + " " * (size - len(text)))
            self.assertEqual(reply.status, status, reply.body)


class KeyTypes(Case):
    """Required operations of each kind of key."""

    def data_key_pairs(self, *specs):
        key = self.key()
        for spec in specs:
            made = self.kms.good("GenerateDataKeyPair", KeyId=key, KeyPairSpec=spec, EncryptionContext={"a": spec})
            private, public = unb64(made["PrivateKeyPlaintext"]), unb64(made["PublicKey"])
            opened = self.kms.good("Decrypt", CiphertextBlob=made["PrivateKeyCiphertextBlob"],
                                   EncryptionContext={"a": spec})
            self.assertEqual(unb64(opened["Plaintext"]), private)
            # OpenSSL reads the PKCS#8, checks the key, and computes the same public key.
            self.assertEqual(Enclave.openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=private),
                             public)
            self.assertIn(b"valid", Enclave.openssl("pkey", "-inform", "DER", "-check", "-noout", stdin=private))
            self.assertIn("-----BEGIN PRIVATE KEY", Enclave.openssl("pkey", "-inform", "DER", stdin=private).decode())
            if spec.startswith("RSA"):  # OpenSSL omits the parameters inside the PKCS#8 of an EC key
                again = Enclave.openssl("pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-outform", "DER",
                                        stdin=private)
                self.assertEqual(again, private)
            hidden = self.kms.good("GenerateDataKeyPairWithoutPlaintext", KeyId=key, KeyPairSpec=spec)
            self.assertEqual(set(hidden),
                             {"PrivateKeyCiphertextBlob", "PublicKey", "KeyId", "KeyPairSpec", "KeyMaterialId"})

    def rsa(self, specs):
        for spec, room in specs.items():
            key = self.key(KeySpec=spec, KeyUsage="ENCRYPT_DECRYPT")
            public = self.kms.good("GetPublicKey", KeyId=key)
            self.assertEqual((public["KeySpec"], public["KeyUsage"], public["EncryptionAlgorithms"]),
                             (spec, "ENCRYPT_DECRYPT", ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]))
            for sha, most in room.items():
                algorithm = "RSAES_OAEP_SHA_" + sha
                for size in [1, most]:
                    sealed = self.kms.good("Encrypt", KeyId=key, Plaintext=b64(b"p" * size),
                                           EncryptionAlgorithm=algorithm)
                    opened = self.kms.good("Decrypt", KeyId=key, CiphertextBlob=sealed["CiphertextBlob"],
                                           EncryptionAlgorithm=algorithm)
                    self.assertEqual(unb64(opened["Plaintext"]), b"p" * size)
                    self.assertNotIn("KeyMaterialId", opened)
                self.refused("ValidationException", "Encrypt", f"larger than {most} bytes", KeyId=key,
                             Plaintext=b64(b"p" * (most + 1)), EncryptionAlgorithm=algorithm)
                self.from_openssl(key, unb64(public["PublicKey"]), algorithm, "sha" + sha)
            self.refused("InvalidKeyUsageException", "Encrypt", KeyId=key, Plaintext="eA==")
            self.refused("ValidationException", "Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"a": "b"},
                         EncryptionAlgorithm="RSAES_OAEP_SHA_256")
            self.refused("InvalidKeyUsageException", "GenerateDataKey", KeyId=key, KeySpec="AES_256")
            self.refused("InvalidKeyUsageException", "GenerateDataKeyPair", KeyId=key, KeyPairSpec="RSA_2048")
        sealed = sealed["CiphertextBlob"]
        self.refused("ValidationException", "Decrypt", "KeyId is needed", CiphertextBlob=sealed,
                     EncryptionAlgorithm="RSAES_OAEP_SHA_256")
        self.refused("InvalidCiphertextException", "Decrypt", KeyId=key, CiphertextBlob=sealed,
                     EncryptionAlgorithm="RSAES_OAEP_SHA_1")
        self.refused("InvalidCiphertextException", "Decrypt", KeyId=key, CiphertextBlob=b64(unb64(sealed)[:-1]),
                     EncryptionAlgorithm="RSAES_OAEP_SHA_256")

    def from_openssl(self, key, public, algorithm, sha):
        path = self.enclave.folder / "peer.der"
        path.write_bytes(public)
        sha = "sha1" if sha == "sha1" else "sha256"
        sealed = Enclave.openssl("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", path, "-pkeyopt",
                                 "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:" + sha, stdin=b"from openssl")
        opened = self.kms.good("Decrypt", KeyId=key, CiphertextBlob=b64(sealed), EncryptionAlgorithm=algorithm)
        self.assertEqual(unb64(opened["Plaintext"]), b"from openssl")


class Operations(KeyTypes):
    def test_encrypt_and_decrypt(self):
        key = self.key()
        for size in [1, 15, 16, 17, 4095, 4096]:
            plaintext = os.urandom(size)
            context = {"b": "2", "a": "1", "ab": "", "\u00e9": "\U0001f511"}
            sealed = self.kms.good("Encrypt", KeyId=key, Plaintext=b64(plaintext), EncryptionContext=context)
            self.assertEqual(sealed["KeyId"], self.arn(key))
            self.assertEqual(sealed["EncryptionAlgorithm"], "SYMMETRIC_DEFAULT")
            self.assertLessEqual(len(unb64(sealed["CiphertextBlob"])), 6144)
            for named in [{}, {"KeyId": key}, {"KeyId": self.arn(key)}]:
                opened = self.kms.good("Decrypt", CiphertextBlob=sealed["CiphertextBlob"], **named,
                                       EncryptionContext=dict(sorted(context.items())))
                self.assertEqual(unb64(opened["Plaintext"]), plaintext)
                self.assertEqual(set(opened), {"Plaintext", "KeyId", "KeyMaterialId", "EncryptionAlgorithm"})

    def test_equal_plaintexts_have_different_ciphertexts(self):
        key = self.key()
        blobs = {self.kms.good("Encrypt", KeyId=key, Plaintext="eA==")["CiphertextBlob"] for _ in range(20)}
        self.assertEqual(len(blobs), 20)

    def test_another_context_or_a_changed_byte(self):
        blob = self.kms.good("Encrypt", KeyId=self.key(), Plaintext="eHl6", EncryptionContext={"a": "b", "c": "d"})
        blob = blob["CiphertextBlob"]
        for context in [{}, {"a": "b"}, {"a": "b", "c": "e"}, {"a": "b", "C": "d"}, {"a": "bc", "": "d"},
                        {"ab": "c", "d": ""},
                        {"a": "b", "c": "d", "e": ""}]:
            if "" not in context:
                self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=blob, EncryptionContext=context)
        raw = unb64(blob)
        for i in range(len(raw)):
            changed = raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1:]
            reply = self.kms("Decrypt", CiphertextBlob=b64(changed), EncryptionContext={"a": "b", "c": "d"})
            # Bytes 4 to 19 are the key's id: the error is that of KMS for a key that does not exist.
            expected = "AccessDeniedException" if 4 <= i < 20 else "InvalidCiphertextException"
            self.assertEqual((reply.status, reply.error), (400, expected), i)
        for cut in [0, 4, 20, len(raw) - 1]:
            self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=b64(raw[:cut] or b"x"),
                         EncryptionContext={"a": "b", "c": "d"})
        self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=b64(raw + b"x"),
                     EncryptionContext={"a": "b", "c": "d"})

    def test_the_context_is_not_only_joined(self):
        key = self.key()
        blob = self.kms.good("Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"ab": "c"})["CiphertextBlob"]
        self.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=blob, EncryptionContext={"a": "bc"})

    def test_another_key(self):
        one, other = self.key(), self.key()
        blob = self.kms.good("Encrypt", KeyId=one, Plaintext="eA==")["CiphertextBlob"]
        self.refused("IncorrectKeyException", "Decrypt", CiphertextBlob=blob, KeyId=other)

    def test_data_keys(self):
        key = self.key()
        for request, size in [({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 1}, 1),
                              ({"NumberOfBytes": 1024}, 1024)]:
            made = self.kms.good("GenerateDataKey", KeyId=key, EncryptionContext={"a": "b"}, **request)
            self.assertEqual(len(unb64(made["Plaintext"])), size)
            opened = self.kms.good("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
            self.assertEqual(opened["Plaintext"], made["Plaintext"])
            hidden = self.kms.good("GenerateDataKeyWithoutPlaintext", KeyId=key, **request)
            self.assertNotIn("Plaintext", hidden)
            opened = self.kms.good("Decrypt", CiphertextBlob=hidden["CiphertextBlob"])
            self.assertEqual(len(unb64(opened["Plaintext"])), size)
        for request in [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}]:
            self.refused("ValidationException", "GenerateDataKey", KeyId=key, **request)

    def test_data_key_pairs(self):
        self.data_key_pairs("RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1")
        for spec in ["SM2", "ECC_NIST_EDWARDS25519", "ML_KEM_768"]:
            self.refused("UnsupportedOperationException", "GenerateDataKeyPair", KeyId=self.key(), KeyPairSpec=spec)

    def test_random(self):
        texts = {self.kms.good("GenerateRandom", NumberOfBytes=32)["Plaintext"] for _ in range(20)}
        self.assertEqual((len(texts), {len(unb64(t)) for t in texts}), (20, {32}))
        self.refused("UnsupportedOperationException", "GenerateRandom", NumberOfBytes=1, CustomKeyStoreId="cks-1")

    def test_rsa(self):
        self.rsa({"RSA_2048": {"1": 214, "256": 190}})

    def test_shared_secrets(self):
        for spec, curve, size in [("ECC_NIST_P256", "P-256", 32), ("ECC_NIST_P384", "P-384", 48),
                                  ("ECC_NIST_P521", "P-521", 66)]:
            key = self.key(KeySpec=spec, KeyUsage="KEY_AGREEMENT")
            ours = self.enclave.folder / "ec.pem"
            theirs = self.enclave.folder / "kms.der"
            Enclave.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out", ours)
            public = Enclave.openssl("pkey", "-in", ours, "-pubout", "-outform", "DER")
            theirs.write_bytes(unb64(self.kms.good("GetPublicKey", KeyId=key)["PublicKey"]))
            expected = Enclave.openssl("pkeyutl", "-derive", "-inkey", ours, "-peerkey", theirs, "-peerform", "DER")
            reply = self.kms.good("DeriveSharedSecret", KeyId=key, KeyAgreementAlgorithm="ECDH", PublicKey=b64(public))
            self.assertEqual(unb64(reply["SharedSecret"]), expected)
            self.assertEqual(len(expected), size)
            self.assertEqual((reply["KeyId"], reply["KeyOrigin"]), (self.arn(key), "AWS_KMS"))
            off = public[:-1] + bytes([public[-1] ^ 1])
            for peer in [off, public + b"\0", public[:-1], public[:40], b"x", self.enclave.public.read_bytes()]:
                self.refused("ValidationException", "DeriveSharedSecret", KeyId=key, KeyAgreementAlgorithm="ECDH",
                             PublicKey=b64(peer))
            self.refused("InvalidKeyUsageException", "Encrypt", KeyId=key, Plaintext="eA==")
            pem = b64(Enclave.openssl("pkey", "-in", ours, "-pubout"))
            self.refused("ValidationException", "DeriveSharedSecret", KeyId=key, KeyAgreementAlgorithm="ECDH",
                         PublicKey=pem)
        other = self.key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
        self.refused("ValidationException", "DeriveSharedSecret", "ECC_NIST_P256", KeyId=other,
                     KeyAgreementAlgorithm="ECDH", PublicKey=b64(public))
        self.refused("InvalidKeyUsageException", "DeriveSharedSecret", KeyId=self.key(), KeyAgreementAlgorithm="ECDH",
                     PublicKey=b64(public))

    def test_keys_that_are_not_made_here(self):
        for error, members in [("UnsupportedOperationException",
                                {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
                               ("UnsupportedOperationException",
                                {"KeySpec": "ECC_SECG_P256K1", "KeyUsage": "SIGN_VERIFY"}),
                               ("UnsupportedOperationException", {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}),
                               ("UnsupportedOperationException", {"MultiRegion": True}),
                               ("UnsupportedOperationException", {"Origin": "EXTERNAL"}),
                               ("ValidationException", {"KeySpec": "RSA_2048"}),
                               ("ValidationException", {"KeySpec": "RSA_2048", "CustomerMasterKeySpec": "RSA_3072"}),
                               ("MalformedPolicyDocumentException", {"Policy": "{}"}),
                               ("MalformedPolicyDocumentException", {"Policy": "not JSON"})]:
            self.refused(error, "CreateKey", **members)
        self.key(CustomerMasterKeySpec="SYMMETRIC_DEFAULT", MultiRegion=False, Origin="AWS_KMS", Tags=[])

    def test_dry_run(self):
        key = self.key()
        blob = self.kms.good("Encrypt", KeyId=key, Plaintext="eA==")["CiphertextBlob"]
        for operation, members in [("Encrypt", {"KeyId": key, "Plaintext": "eA=="}),
                                   ("Decrypt", {"CiphertextBlob": blob}),
                                   ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"})]:
            self.refused("DryRunOperationException", operation, DryRun=True, **members)
            self.kms.good(operation, DryRun=False, **members)
        self.refused("NotFoundException", "Encrypt", KeyId=str(uuid.uuid4()), Plaintext="eA==", DryRun=True)

    def test_grant_tokens_are_refused(self):
        key = self.key()
        self.kms.good("Encrypt", KeyId=key, Plaintext="eA==", GrantTokens=[])
        self.refused("InvalidGrantTokenException", "Encrypt", KeyId=key, Plaintext="eA==", GrantTokens=["t"])


class Sizes(KeyTypes):
    """Keys whose creation takes long."""

    def test_data_key_pairs(self):
        self.data_key_pairs("RSA_3072", "RSA_4096")

    def test_rsa(self):
        self.rsa({"RSA_3072": {"1": 342, "256": 318}, "RSA_4096": {"1": 470, "256": 446}})


class Keys(Case):
    def test_describe(self):
        before = datetime.datetime.now().timestamp()
        key = self.key(Description="of a test")
        about = self.kms.good("DescribeKey", KeyId=key)["KeyMetadata"]
        self.assertEqual({k: about[k] for k in about if k not in ("CreationDate", "CurrentKeyMaterialId")}, {
            "AWSAccountId": ACCOUNT, "KeyId": key, "Arn": self.arn(key), "Enabled": True, "Description": "of a test",
            "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
            "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": False})
        self.assertRegex(key, UUID)
        self.assertTrue(before - 1 <= about["CreationDate"] <= before + 60)
        self.assertIsInstance(about["CreationDate"], float)

    def test_names_of_keys(self):
        key = self.key()
        alias_arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/names"
        self.kms.good("CreateAlias", AliasName="alias/names", TargetKeyId=key)
        for name in [key, self.arn(key), "alias/names", alias_arn]:
            self.assertEqual(self.kms.good("Encrypt", KeyId=name, Plaintext="eA==")["KeyId"], self.arn(key))
        missing = str(uuid.uuid4())
        for error, name in [("NotFoundException", missing), ("NotFoundException", self.arn(missing)),
                            ("NotFoundException", "alias/none"), ("NotFoundException", "alias/"),
                            ("NotFoundException", alias_arn + "x"), ("NotFoundException", "names"),
                            ("NotFoundException", key.upper()), ("NotFoundException", key + "0"),
                            ("NotFoundException", key.replace("-", "")), ("NotFoundException", " " + key),
                            ("NotFoundException", self.arn(key).replace(REGION, "eu-west-1")),
                            ("NotFoundException", self.arn(key).replace(ACCOUNT, "444455556666")),
                            ("NotFoundException", alias_arn.replace(ACCOUNT, "444455556666")),
                            ("InvalidArnException", self.arn(key).replace(":kms:", ":s3:")),
                            ("InvalidArnException", self.arn(key).replace("arn:aws:", "arn:other:")),
                            ("InvalidArnException", self.arn(key).replace(":key/", ":grant/")),
                            ("InvalidArnException", "arn:"),
                            ("InvalidArnException", f"arn:aws:kms:{REGION}::key/{key}"),
                            ("NotFoundException", self.arn("") + "alias/names")]:
            with self.subTest(name=name):
                self.refused(error, "Encrypt", KeyId=name, Plaintext="eA==")

    def test_states(self):
        key = self.key()
        blob = self.kms.good("Encrypt", KeyId=key, Plaintext="eA==")["CiphertextBlob"]
        use = [("Encrypt", {"KeyId": key, "Plaintext": "eA=="}), ("Decrypt", {"CiphertextBlob": blob}),
               ("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"}),
               ("GenerateDataKeyPair", {"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"})]
        self.assertEqual(self.kms("DisableKey", KeyId=key).body, b"")
        for operation, members in use:
            self.refused("DisabledException", operation, self.arn(key) + " is disabled.", **members)
        self.refused("KMSInvalidStateException", "CancelKeyDeletion", KeyId=key)
        self.kms.good("EnableKey", KeyId=key)
        self.kms.good("Decrypt", CiphertextBlob=blob)
        scheduled = self.kms.good("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
        self.assertEqual((scheduled["KeyId"], scheduled["KeyState"], scheduled["PendingWindowInDays"]),
                         (self.arn(key), "PendingDeletion", 7))
        about = self.kms.good("DescribeKey", KeyId=key)["KeyMetadata"]
        self.assertEqual((about["KeyState"], about["Enabled"], about["DeletionDate"]),
                         ("PendingDeletion", False, scheduled["DeletionDate"]))
        self.assertAlmostEqual(about["DeletionDate"] - datetime.datetime.now().timestamp(), 7 * 86400, delta=60)
        for operation, members in use + [("EnableKey", {"KeyId": key}), ("DisableKey", {"KeyId": key}),
                                         ("ScheduleKeyDeletion", {"KeyId": key}),
                                         ("CreateAlias", {"AliasName": "alias/pending", "TargetKeyId": key})]:
            self.refused("KMSInvalidStateException", operation, self.arn(key) + " is pending deletion.", **members)
        self.assertEqual(self.kms.good("CancelKeyDeletion", KeyId=key), {"KeyId": self.arn(key)})
        self.assertEqual(self.kms.good("DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"], "Disabled")

    def test_operations_that_change_a_key_take_no_alias(self):
        key = self.key()
        self.kms.good("CreateAlias", AliasName="alias/unchanged", TargetKeyId=key)
        for operation in ["EnableKey", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "GetKeyPolicy",
                          "ListKeyPolicies"]:
            self.refused("NotFoundException", operation, KeyId="alias/unchanged")
            self.refused("InvalidArnException", operation, KeyId=f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/unchanged")
        self.refused("NotFoundException", "CreateAlias", AliasName="alias/y", TargetKeyId="alias/unchanged")

    def test_aliases(self):
        one, other = self.key(), self.key()
        self.assertEqual(self.kms("CreateAlias", AliasName="alias/moves", TargetKeyId=one).body, b"")
        self.refused("AlreadyExistsException", "CreateAlias", AliasName="alias/moves", TargetKeyId=other)
        blob = self.kms.good("Encrypt", KeyId="alias/moves", Plaintext="eA==")["CiphertextBlob"]
        self.kms.good("UpdateAlias", AliasName="alias/moves", TargetKeyId=other)
        self.refused("IncorrectKeyException", "Decrypt", KeyId="alias/moves", CiphertextBlob=blob)
        listed = self.kms.good("ListAliases", KeyId=other)["Aliases"]
        self.assertEqual([(a["AliasName"], a["TargetKeyId"]) for a in listed], [("alias/moves", other)])
        self.assertEqual(listed[0]["AliasArn"], f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/moves")
        self.assertGreaterEqual(listed[0]["LastUpdatedDate"], listed[0]["CreationDate"])
        rsa = self.key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
        self.refused("KMSInvalidStateException", "UpdateAlias", AliasName="alias/moves", TargetKeyId=rsa)
        self.assertEqual(self.kms("DeleteAlias", AliasName="alias/moves").body, b"")
        self.refused("NotFoundException", "DeleteAlias", AliasName="alias/moves")
        self.refused("NotFoundException", "UpdateAlias", AliasName="alias/moves", TargetKeyId=one)
        self.refused("NotFoundException", "Encrypt", KeyId="alias/moves", Plaintext="eA==")
        for error, name in [("ValidationException", "moves"), ("ValidationException", "Alias/x"),
                            ("InvalidAliasNameException", "alias/"), ("InvalidAliasNameException", "alias/aws/x"),
                            ("InvalidAliasNameException", "alias/a b"), ("InvalidAliasNameException", "alias/a.b"),
                            ("InvalidAliasNameException", "alias/\u00e9"),
                            ("ValidationException", "alias/" + "n" * 251)]:
            self.refused(error, "CreateAlias", AliasName=name, TargetKeyId=one)
        self.kms.good("CreateAlias", AliasName="alias/" + "n" * 250, TargetKeyId=one)
        self.assertEqual(self.kms.good("DescribeKey", KeyId="alias/" + "n" * 250)["KeyMetadata"]["KeyId"], one)

    def test_the_alias_of_a_request_in_a_policy(self):
        """kms:RequestAlias exists in operations that use or describe a key, not in those that move the alias."""
        statement = {"Effect": "Allow", "Principal": {"AWS": USER + "bob"}, "Action": "kms:*", "Resource": "*"}
        admin = {**statement, "Principal": {"AWS": USER + "alice"}}
        allow = {**statement, "Condition": {"StringEquals": {"kms:RequestAlias": "alias/asked"}}}
        key = self.key(Policy=json.dumps({"Version": "2012-10-17", "Statement": [admin, allow]}))
        self.kms("CreateAlias", AliasName="alias/asked", TargetKeyId=key)
        bob = self.server.client("bob")
        bob.good("Encrypt", KeyId="alias/asked", Plaintext="eA==")
        bob.good("DescribeKey", KeyId="alias/asked")
        for operation, members in [("Encrypt", {"KeyId": key, "Plaintext": "eA=="}),
                                   ("UpdateAlias", {"AliasName": "alias/asked", "TargetKeyId": key}),
                                   ("DeleteAlias", {"AliasName": "alias/asked"})]:
            self.assertEqual(bob(operation, **members).error, "AccessDeniedException", operation)
        self.kms.good("DescribeKey", KeyId="alias/asked")

    def pages(self, operation, member, limit, **members):
        found, marker = [], {}
        while True:
            page = self.kms.good(operation, Limit=limit, **marker, **members)
            self.assertLessEqual(len(page[member]), limit)
            found += page[member]
            if not page["Truncated"]:
                self.assertNotIn("NextMarker", page)
                return found
            self.assertEqual(len(page[member]), limit)
            marker = {"Marker": page["NextMarker"]}

    def test_lists_in_pages(self):
        keys = {self.key() for _ in range(7)}
        for name in range(5):
            self.kms.good("CreateAlias", AliasName=f"alias/page/{name}", TargetKeyId=min(keys))
        whole = self.pages("ListKeys", "Keys", 1000)
        self.assertLessEqual(keys, {k["KeyId"] for k in whole})
        self.assertEqual({k["KeyArn"] for k in whole}, {self.arn(k["KeyId"]) for k in whole})
        for limit in [1, 2, len(whole) - 1, len(whole), len(whole) + 1]:
            self.assertEqual(self.pages("ListKeys", "Keys", limit), whole)
        for limit in [1, 4, 5, 6]:
            self.assertEqual(len(self.pages("ListAliases", "Aliases", limit, KeyId=min(keys))), 5)
        self.refused("InvalidMarkerException", "ListKeys", Marker="x")
        self.refused("InvalidMarkerException", "ListAliases", Marker="x")

    def test_policies(self):
        key = self.key()
        standard = json.loads(self.kms.good("GetKeyPolicy", KeyId=key)["Policy"])
        self.assertEqual(standard["Statement"][0]["Principal"], {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        self.assertEqual(self.kms.good("ListKeyPolicies", KeyId=key), {"PolicyNames": ["default"], "Truncated": False})
        text = json.dumps(kms_support.attested_policy())
        self.assertEqual(self.kms("PutKeyPolicy", KeyId=key, Policy=text, PolicyName="default").body, b"")
        self.assertEqual(self.kms.good("GetKeyPolicy", KeyId=key, PolicyName="default"),
                         {"Policy": text, "PolicyName": "default"})
        self.refused("NotFoundException", "GetKeyPolicy", KeyId=key, PolicyName="other")
        self.refused("MalformedPolicyDocumentException", "PutKeyPolicy", KeyId=key, Policy='{"Statement":[]}')
        locked = json.dumps(kms_support.attested_policy(principal=USER + "bob"))
        self.refused("MalformedPolicyDocumentException", "PutKeyPolicy", "will not allow you to update", KeyId=key,
                     Policy=locked)
        self.refused("MalformedPolicyDocumentException", "CreateKey", Policy=locked)
        self.kms.good("PutKeyPolicy", KeyId=key, Policy=locked, BypassPolicyLockoutSafetyCheck=True)
        self.refused("AccessDeniedException", "GetKeyPolicy", "because no resource-based policy allows", KeyId=key)
        self.assertEqual(self.server.client("bob").good("GetKeyPolicy", KeyId=key)["Policy"], locked)

    def test_an_explicit_deny(self):
        policy = kms_support.attested_policy()
        policy["Statement"].append({"Sid": "NoBob", "Effect": "Deny", "Principal": {"AWS": USER + "bob"},
                                    "Resource": "*",
                                    "Action": "kms:*"})
        key = self.key(Policy=json.dumps(policy))
        reply = self.server.client("bob")("Encrypt", KeyId=key, Plaintext="eA==")
        self.assertEqual(reply.error, "AccessDeniedException")
        self.assertEqual(reply.message, f"User: {USER}bob is not authorized to perform: kms:Encrypt on resource: "
                         f"{self.arn(key)} with an explicit deny in a resource-based policy")
        self.assertIn("NoBob", reply.why)
        self.assertEqual(self.server.last()["decision"]["decision"], "explicit deny")

    def test_the_encryption_context_in_a_policy(self):
        policy = kms_support.attested_policy()
        policy["Statement"].append({"Sid": "Invoices", "Effect": "Allow", "Principal": {"AWS": USER + "carol"},
                                    "Resource": "*", "Action": ["kms:Encrypt", "kms:Decrypt"],
                                    "Condition": {"StringEquals": {"kms:EncryptionContext:app": "invoices"}}})
        policy["Statement"][0]["Principal"] = {"AWS": USER + "alice"}
        key = self.key(Policy=json.dumps(policy))
        carol = self.server.client("carol")
        carol.good("Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"app": "invoices"})
        reply = carol("Encrypt", KeyId=key, Plaintext="eA==", EncryptionContext={"app": "salaries"})
        self.assertEqual(reply.error, "AccessDeniedException")
        for word in ["Invoices", "kms:EncryptionContext:app", "invoices", "salaries"]:
            self.assertIn(word, reply.why)


if __name__ == "__main__":
    main(sys.modules["__main__"])
