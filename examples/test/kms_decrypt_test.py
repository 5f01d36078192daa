"""Runs the example kms_decrypt under the software NSM, with the local KMS behind TLS on a unix socket, which replaces
the parent instance's vsock-proxy. NITRO_ATTEST and KMS_DECRYPT name the programs. Standard library and openssl.
"""
import json
import os
import pathlib
import select
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import unittest

sys.dont_write_bytecode = True
from examples_test import BINARY, IMAGE, OTHER_IMAGE, WithEnclave, run  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "relying/test"))
import kms_support  # noqa: E402

SECRET = b"what only this image may read, 42 of them."
NAME = "kms.us-east-1.amazonaws.com"
PURPOSE = {"purpose": "example"}
ADMIN, APP = ("AKIAADMINADMINADMIN1", "secret/of+admin"), ("ASIAAPPAPPAPPAPPAPP1", "secret/of+app")


def certificate(folder, name):
    """Creates a self-signed certificate for this name, which is also the trusted CA."""
    paths = folder / f"{name}.key", folder / f"{name}.pem"
    kms_support.Enclave.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                                "-days", 2, "-keyout", paths[0], "-out", paths[1], "-subj", "/CN=test", "-addext",
                                "subjectAltName=DNS:" + name)
    return paths


class Way(socketserver.BaseRequestHandler):
    """TLS ends here; bytes are forwarded to the local KMS, and a copy is kept."""

    def handle(self):
        try:
            with self.server.context.wrap_socket(self.request, server_side=True) as inside, \
                    socket.socket(socket.AF_UNIX) as behind:
                behind.connect(self.server.kms)
                self.pass_on(inside, behind)
        except OSError:
            pass  # a client that refuses the certificate

    def pass_on(self, inside, behind):
        while True:
            for source in select.select([inside, behind], [], [])[0]:
                data = source.recv(65536)
                if not data:
                    return
                (self.server.requests if source is inside else self.server.replies).append(data)
                (behind if source is inside else inside).sendall(data)


class Front(socketserver.ThreadingUnixStreamServer):
    daemon_threads, block_on_close = True, False

    def __init__(self, path, key, pem, kms):
        super().__init__(str(path), Way)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem, key)
        self.kms, self.requests, self.replies = str(kms), [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


def key_policy():
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": kms_support.USER + "admin"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": kms_support.USER + "app"}, "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:PCR0": IMAGE}}}]}


class KmsDecrypt(WithEnclave):
    @classmethod
    def private(cls, name, value):
        path = cls.folder / name
        path.write_text(json.dumps(value))
        path.chmod(0o600)
        return path

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.private("key-policy.json", key_policy())
        known = cls.private("known.json", {"version": 1, "credentials": [
            {"access_key_id": key, "secret_access_key": secret, "principal": kms_support.USER + name,
             **({"session_token": "token+/=="} if name == "app" else {})}
            for name, (key, secret) in (("admin", ADMIN), ("app", APP))]})
        cls.credentials = cls.private("credentials.json", {"AccessKeyId": APP[0], "SecretAccessKey": APP[1],
                                                           "Token": "token+/=="})
        cls.server = kms_support.Server(BINARY, cls.folder, "--pki", cls.folder / "pki", "--credentials", known,
                                        "--key", f"alias/app={policy}", "--key", f"alias/theirs={policy}",
                                        listen=f"unix:{cls.folder}/kms.sock")
        cls.addClassCleanup(cls.server.__exit__)
        cls.key, cls.ca = certificate(cls.folder, NAME)
        cls.front = Front(cls.folder / "front.sock", cls.key, cls.ca, cls.folder / "kms.sock")
        cls.addClassCleanup(cls.front.stop)
        cls.ciphertext, cls.key_arn = cls.encrypt(PURPOSE)

    @classmethod
    def encrypt(cls, context, key="alias/app"):
        kms = cls.server.client()
        body = json.dumps({"KeyId": key, "Plaintext": kms_support.b64(SECRET),
                           "EncryptionContext": context}).encode()
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.Encrypt", "Host": NAME}
        reply = kms.send(body, kms_support.signed(headers, body, *ADMIN))
        assert reply.status == 200, reply.body
        return kms_support.unb64(reply.json["CiphertextBlob"]), reply.json["KeyId"]

    def decrypt(self, *more, ciphertext=None, connect=None, ca=None, key=None, credentials=None, image=IMAGE,
                closed=""):
        connect = connect or f"unix:{self.folder}/front.sock"
        return run(BINARY, "emulate", "--pki", self.folder / "pki", "--pcr", "0=" + image, "--", "sh", "-c",
                   f'exec "$@" {closed}', "sh", os.environ["KMS_DECRYPT"], "us-east-1", connect, ca or self.ca,
                   key or self.key_arn, credentials or self.credentials, *more, input=ciphertext or self.ciphertext)

    def refused(self, *words, **how):
        done = self.decrypt(**how)
        text = done.stderr.decode()
        self.assertEqual((done.returncode, done.stdout), (1, b""), text)
        for word in words:
            self.assertIn(word, text)
        self.assertNotIn(APP[1], text)

    def test_decrypts_and_nothing_on_the_way_is_open(self):
        self.front.requests.clear()
        self.front.replies.clear()
        done = self.decrypt()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.decode(), f"decrypted: {len(SECRET)} bytes, by {self.key_arn}\n")
        requests, replies = b"".join(self.front.requests), b"".join(self.front.replies)
        self.assertIn(b'"Recipient"', requests)
        self.assertNotIn(APP[1].encode(), requests)
        self.assertIn(b"CiphertextForRecipient", replies)
        for form in (SECRET, kms_support.b64(SECRET).encode()):
            self.assertNotIn(form, requests + replies)

    def test_a_closed_standard_output_is_no_socket(self):
        self.front.requests.clear()
        done = self.decrypt(closed=">&-")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"standard output cannot be written", done.stderr)
        self.assertNotIn(b"decrypted", b"".join(self.front.requests))
        self.assertEqual(self.decrypt(closed="2>&-").returncode, 0)

    def test_another_image_gets_nothing(self):
        self.refused("NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED", "AccessDeniedException", "request id", image=OTHER_IMAGE)

    def test_ciphertexts_of_another_purpose_and_altered_ones_do_not_open(self):
        altered = bytes([*self.ciphertext[:-1], self.ciphertext[-1] ^ 1])
        for wrong in (self.encrypt({})[0], self.encrypt({"purpose": "other"})[0], altered):
            self.refused("InvalidCiphertextException", ciphertext=wrong)
        self.refused("NATT_KMS_CLIENT_E_USAGE_CIPHERTEXT", ciphertext=bytes(6145))

    def test_a_ciphertext_of_another_key_opens_only_where_that_key_is_named(self):
        theirs, _ = self.encrypt(PURPOSE, "alias/theirs")
        self.refused("NATT_KMS_CLIENT_E_KMS_INCORRECT_KEY", ciphertext=theirs)
        done = self.decrypt(ciphertext=theirs, key="alias/theirs")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_server_that_is_not_the_one_is_sent_nothing(self):
        self.front.requests.clear()
        _, stranger = certificate(self.folder, "stranger.example")
        self.refused("NATT_KMS_CLIENT_E_TLS_UNTRUSTED", ca=stranger)
        other = Front(self.folder / "other.sock", *certificate(self.folder, "other.example"), self.folder / "kms.sock")
        self.addCleanup(other.stop)
        self.refused("NATT_KMS_CLIENT_E_TLS_NAME", connect=f"unix:{self.folder}/other.sock",
                     ca=self.folder / "other.example.pem")
        self.assertEqual((self.front.requests, other.requests), ([], []))
        self.refused("NATT_KMS_CLIENT_E_CONNECT", connect=f"unix:{self.folder}/nobody.sock")

    def test_credentials_that_others_can_read_or_that_kms_does_not_know(self):
        loose = self.private("loose.json", json.loads(self.credentials.read_text()))
        loose.chmod(0o644)
        self.refused("NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE", credentials=loose)
        wrong = self.private("wrong.json", {"AccessKeyId": APP[0], "SecretAccessKey": "guessed", "Token": "token+/=="})
        self.refused("NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE", credentials=wrong)

    def test_plain_http_and_usage(self):
        done = self.decrypt("http://" + NAME)
        self.assertIn(b"NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP", done.stderr)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(run(os.environ["KMS_DECRYPT"], "us-east-1").returncode, 2)


if __name__ == "__main__":
    probe = subprocess.run([BINARY, "emulate", "--", "true"], capture_output=True, check=False)
    if probe.returncode == 125 or not shutil.which("openssl"):
        print("1..0 # SKIP emulate cannot run a program here, or there is no openssl:", probe.stderr.decode().strip())
        sys.exit(77)
    unittest.main(verbosity=2)
