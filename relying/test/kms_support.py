"""Shared by the tests of `nitro-attest kms serve`: the server, requests in AWS JSON 1.1, documents, messages."""
import base64
import contextlib
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "nitro-attest"
ACCOUNT, REGION = "111122223333", "us-east-1"
USER = f"arn:aws:iam::{ACCOUNT}:user/"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A, B = "aa" * 48, "bb" * 48


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    return base64.b64decode(text, validate=True)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.json = json.loads(self.body) if self.body else {}
        self.error = self.json.get("__type", "")
        self.message = self.json.get("message", "")
        self.why = self.headers.get("x-nitro-attest-explanation", "")


def unsigned(user, region=REGION, service="kms"):
    """A header that can be parsed, with made-up values."""
    return (f"AWS4-HMAC-SHA256 Credential={user}/20261130/{region}/{service}/aws4_request, "
            f"SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={'0' * 64}")


def signed(headers, body, key_id, secret, when=None, region=REGION):
    """Signature Version 4 of POST /, over all headers given."""
    when = when or datetime.datetime.now(datetime.timezone.utc)
    stamp = when.strftime("%Y%m%dT%H%M%SZ")
    headers = {**headers, "X-Amz-Date": stamp}
    lower = {name.lower(): value for name, value in headers.items()}
    names = ";".join(sorted(lower))
    canonical = "\n".join(["POST", "/", "", *[f"{n}:{lower[n]}" for n in sorted(lower)], "", names,
                           hashlib.sha256(body).hexdigest()])
    scope = f"{stamp[:8]}/{region}/kms/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in [stamp[:8], region, "kms", "aws4_request", text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, "
                                f"Signature={key.hex()}")
    return headers


class Client:
    def __init__(self, address, user="alice"):
        self.address, self.user = address, user

    def connection(self):
        if self.address.startswith("unix:"):
            return UnixConnection(self.address[5:])
        return http.client.HTTPConnection(self.address.split("//")[1], timeout=60)

    def headers(self, operation):
        return {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation,
                "X-Amz-Date": "20261130T000000Z", "Authorization": unsigned(self.user)}

    def send(self, body, headers, method="POST", path="/"):
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body, headers)
            return Reply(connection.getresponse())

    def __call__(self, operation, **members):
        return self.send(json.dumps(members).encode(), self.headers(operation))

    def good(self, operation, **members):
        reply = self(operation, **members)
        assert reply.status == 200, (operation, reply.body, reply.why)
        return reply.json


class Server:
    """A running `nitro-attest kms serve`; its log is JSON lines."""

    def __init__(self, binary, folder, *options, listen="127.0.0.1:0", store=":memory:", log=None):
        self.log = pathlib.Path(log or pathlib.Path(folder) / "kms.log")
        words = ["kms", "serve", "--listen", listen, "--store", store, "--json", "--log", self.log, *options]
        # Its process cannot be traced, but LeakSanitizer traces it at the end.
        env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        self.process = subprocess.Popen([binary, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=env)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.stderr.read().decode())
        self.address = json.loads(line)["address"]

    def client(self, user="alice"):
        return Client(self.address, user)

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def last(self):
        return self.lines()[-1]

    def memory_kb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.errors = self.process.communicate(timeout=60)[1].decode()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        code = self.stop()
        assert code == 0 and "Sanitizer" not in self.errors and "runtime error" not in self.errors, self.errors


class Enclave:
    """A recipient with one key by OpenSSL, and documents of the software issuer."""

    key = None

    def __init__(self, binary, folder, seed="00112233"):
        self.binary, self.folder, self.seed = binary, pathlib.Path(folder), seed
        self.root = self.folder / f"root-{seed}.pem"
        self.private, self.public = self.folder / "recipient.pem", self.folder / "recipient.der"
        Enclave.key = Enclave.key or self.openssl("genrsa", "2048")
        self.private.write_bytes(Enclave.key)
        self.public.write_bytes(self.openssl("pkey", "-pubout", "-outform", "DER", stdin=Enclave.key))
        self.document()

    @staticmethod
    def openssl(*words, stdin=b""):
        done = subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def document(self, *options, key="public", pcr0=A):
        words = ["issue", "--out", "-", "--root-out", self.root, "--seed", self.seed]
        words += ["--public-key", f"@{self.public}"] if key == "public" else ["--public-key", key] if key else []
        words += ["--pcr", f"0={pcr0}"] if pcr0 else []
        done = subprocess.run([self.binary, *map(str, [*words, *options])], capture_output=True, check=False,
                              timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def recipient(self, document=None, **options):
        return {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
                "AttestationDocument": b64(document if document is not None else self.document(**options))}

    def open(self, message):
        """Opens it with OpenSSL, which needs only the key, not a certificate."""
        return self.openssl("cms", "-decrypt", "-inform", "DER", "-inkey", self.private, stdin=unb64(message))


def attested_policy(pcr0=A, principal=f"arn:aws:iam::{ACCOUNT}:root", key="kms:RecipientAttestation:ImageSha384"):
    """Administration for the account, use for one image."""
    operations = ["Decrypt", "GenerateDataKey", "GenerateDataKeyPair", "DeriveSharedSecret"]
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Admin", "Effect": "Allow", "Principal": {"AWS": principal}, "Resource": "*",
         "Action": ["kms:Encrypt", "kms:Describe*", "kms:Get*", "kms:Put*", "kms:Create*", "kms:Delete*"]},
        {"Sid": "Enclave", "Effect": "Allow", "Principal": {"AWS": USER + "alice"}, "Resource": "*",
         "Action": ["kms:" + o for o in operations],
         "Condition": {"StringEqualsIgnoreCase": {key: pcr0}}}]}


class Case(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.enclave = Enclave(BINARY, cls.folder.name)
        cls.server = Server(BINARY, cls.folder.name, "--root", cls.enclave.root, "--explain-replies", *cls.options)
        cls.kms = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        with cls.server:
            pass
        cls.folder.cleanup()

    def refused(self, error, operation, text="", **members):
        reply = self.kms(operation, **members)
        self.assertEqual((reply.status, reply.error), (400, error), reply.body)
        self.assertEqual(set(reply.json), {"__type", "message"})
        self.assertIn(text, reply.message)
        return reply

    def key(self, **members):
        return self.kms.good("CreateKey", **members)["KeyMetadata"]["KeyId"]

    def arn(self, key):
        return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"


def main(module):
    """Runs the classes that the command line names, or all."""
    wanted = sys.argv[2:]
    loader = unittest.defaultTestLoader
    suites = [loader.loadTestsFromTestCase(getattr(module, name)) for name in wanted]
    suites = suites or [loader.loadTestsFromModule(module)]
    result = unittest.TextTestRunner(verbosity=1).run(unittest.TestSuite(suites))
    sys.exit(0 if result.wasSuccessful() else 1)
