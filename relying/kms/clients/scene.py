"""The test set-up for official clients: local KMSs with keys, policies and callers, and valid and invalid documents.

Standard library, nitro-attest and openssl only. This file signs the requests of the set-up, which uses no client's
code.
"""
import base64
import contextlib
import datetime
import hashlib
import hmac
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request

REGION, ACCOUNT = "us-east-1", "111122223333"
IMAGE, OTHER_IMAGE = "0123456789abcdef" * 6, "fedcba9876543210" * 6  # PCR0
PATIENCE = 60
ATTESTED = ["kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:DeriveSharedSecret"]
CALLERS = {
    "app": {"access_key": "AKIAAPPAPPAPPAPPAPP1", "secret_key": "secret/of+app"},
    "visitor": {"access_key": "ASIAVISITORVISITOR01", "secret_key": "secret/of+visitor", "session_token": "token+/=="},
    "admin": {"access_key": "AKIAADMINADMINADMIN1", "secret_key": "secret/of+admin"},
}
# Unknown to the server.
STRANGERS = {
    "stranger": {"access_key": "AKIASTRANGERSTRANGE1", "secret_key": "secret/of+app"},
    "thief": {"access_key": CALLERS["app"]["access_key"], "secret_key": "guessed"},
    "anonymous": None,
}


def user(name):
    return "arn:aws:iam::%s:user/%s" % (ACCOUNT, name)


def key_policy():
    """The admin may perform every operation that needs no enclave. The app may encrypt without an enclave, and needs
    one for the rest."""
    condition = {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": IMAGE}}
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "admin", "Effect": "Allow", "Principal": {"AWS": user("admin")}, "Action": "kms:*", "Resource": "*"},
        {"Sid": "encrypt", "Effect": "Allow", "Principal": {"AWS": user("app")},
         "Action": ["kms:Encrypt", "kms:DescribeKey", "kms:GetPublicKey"], "Resource": "*"},
        {"Sid": "attested", "Effect": "Allow", "Principal": {"AWS": user("app")}, "Action": ATTESTED, "Resource": "*",
         "Condition": condition},
    ]}


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE,
                          check=False, **more)
    if done.returncode != 0:
        raise RuntimeError("%s ended with %d: %s" % (" ".join(map(str, command[:4])), done.returncode,
                                                     done.stderr.decode(errors="replace")))
    return done.stdout


class Server:
    """A running `nitro-attest kms serve`."""

    def __init__(self, tool, folder, name, *options):
        self.log, self.errors = folder / (name + ".log"), folder / (name + ".err")
        with open(self.errors, "ab") as err:
            self.process = subprocess.Popen(
                [tool, "kms", "serve", "--listen", "127.0.0.1:0", "--pki", folder / "pki",
                 "--root", folder / "root-01.pem", "--credentials", folder / "credentials.json", "--log", self.log,
                 *map(str, options)], stdout=subprocess.PIPE, stderr=err)
        self.endpoint = self.process.stdout.readline().decode().strip()
        if not self.endpoint.startswith("http://"):
            self.close()
            raise RuntimeError("the server does not start: " + self.errors.read_text())

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status

    def ask(self, operation, **members):
        """One request of the admin, signed here. [AWS IAM user guide, "Create a signed AWS API request"]"""
        body = json.dumps(members).encode()
        stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"content-type": "application/x-amz-json-1.1", "host": self.endpoint[len("http://"):],
                   "x-amz-date": stamp, "x-amz-target": "TrentService." + operation}
        caller, names = CALLERS["admin"], ";".join(headers)
        canonical = "POST\n/\n\n%s\n%s\n%s" % ("".join("%s:%s\n" % h for h in headers.items()), names,
                                               hashlib.sha256(body).hexdigest())
        scope = [stamp[:8], REGION, "kms", "aws4_request"]
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
        key = b"AWS4" + caller["secret_key"].encode()
        for part in (*scope, text):
            key = hmac.new(key, part.encode(), "sha256").digest()
        headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
            caller["access_key"], "/".join(scope), names, key.hex())
        request = urllib.request.Request(self.endpoint, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return json.loads(reply.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise RuntimeError("%s: %s" % (operation, error.read().decode())) from error


class Scene:
    """Everything below one folder; close() ends the servers:
    main       has keys of every kind and state
    faulty     is at its limit of keys, has a damaged key and a damaged alias, and a very short time limit
    throttled  handles one request per second
    """

    def __init__(self, tool, folder):
        self.tool, self.folder = tool, pathlib.Path(folder)
        self.key, self.public = self.folder / "enclave.pem", self.folder / "enclave.der"
        self.make_enclave_key()
        run(self.tool, "emulate", "--pki", self.folder / "pki", "--init")
        self.issue("good", "--pcr", "0=" + IMAGE)  # its root is one of the server's
        self.servers = {}
        try:
            self.start_servers()
            self.make_keys()
        except Exception:
            self.close()
            raise

    # --- documents ---

    def make_enclave_key(self):
        run(self.tool, "recipient", "keygen", "--no-nsm", self.key)
        self.public.write_bytes(run("openssl", "pkey", "-in", self.key, "-pubout", "-outform", "DER"))

    def issue(self, name, *options, seed="01", key=True):
        file = self.folder / (name + ".bin")
        words = ["--public-key", "@%s" % self.public] if key else []
        run(self.tool, "issue", "--seed", seed, "--root-out", self.folder / ("root-%s.pem" % seed), "--out", file,
            *words, *options)
        return file.read_bytes()

    def attest(self):
        """A document like that of a program in an enclave; from the issuer if emulate cannot run programs."""
        file = self.folder / "attested.bin"
        try:
            run(self.tool, "emulate", "--pki", self.folder / "pki", "--pcr", "0=" + IMAGE, "--", self.tool, "recipient",
                "attest", "--key", self.key, "--out", file)
        except RuntimeError:
            return self.issue("good", "--pcr", "0=" + IMAGE)
        return file.read_bytes()

    def documents(self):
        """New documents: the server accepts them for five minutes."""
        now = datetime.datetime.now(datetime.timezone.utc)
        good = self.attest()
        past = (now - datetime.timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "good": good,
            "other image": self.issue("other", "--pcr", "0=" + OTHER_IMAGE),
            "debug": self.issue("debug", "--debug-mode"),
            "old": self.issue("old", "--pcr", "0=" + IMAGE, "--at", past),
            "foreign": self.issue("foreign", "--pcr", "0=" + IMAGE, seed="02"),
            "changed": good[:-1] + bytes([good[-1] ^ 1]),
            "without key": self.issue("keyless", "--pcr", "0=" + IMAGE, key=False),
            "garbage": b"\x00garbage",
            "file name": b"fileb://document.bin",
            "base64": base64.b64encode(good),
        }

    # --- the server ---

    def start_servers(self):
        credentials = [{"access_key_id": c["access_key"], "secret_access_key": c["secret_key"],
                        **({"session_token": c["session_token"]} if "session_token" in c else {}),
                        "principal": user(name)} for name, c in CALLERS.items()]
        self.write("credentials.json", {"version": 1, "credentials": credentials}, 0o600)
        self.write("policy.json", key_policy(), 0o600)
        memory = ("--store", ":memory:", *self.key_options("app"))
        self.start("main", *memory)
        self.start("throttled", *memory, *self.key_options("other"), "--max-rate", 1)
        file = ("--store", self.folder / "keys.db", "--master-key", self.folder / "master.key")
        self.start("faulty", *file, *self.key_options("app", "damaged", "renamed"))
        self.servers.pop("faulty").close()
        with contextlib.closing(sqlite3.connect(self.folder / "keys.db")) as db, db:
            db.execute("UPDATE keys SET sealed = zeroblob(length(sealed)) WHERE id = "
                       "(SELECT key_id FROM aliases WHERE name = 'alias/damaged')")
            db.execute("UPDATE aliases SET updated_ms = updated_ms + 1 WHERE name = 'alias/renamed'")
        self.start("faulty", *file, "--max-keys", 3, "--timeout", "1ms")

    def start(self, name, *options):
        self.servers[name] = Server(self.tool, self.folder, name, *options)

    def key_options(self, *names):
        return [word for name in names for word in ("--key", "alias/%s=%s" % (name, self.folder / "policy.json"))]

    def write(self, name, value, mode):
        with open(os.open(self.folder / name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode), "w", encoding="utf-8") as f:
            json.dump(value, f)

    def close(self):
        """The exit statuses that are not 0."""
        return [status for status in [server.close() for server in self.servers.values()] if status != 0]

    def endpoints(self):
        return {name: server.endpoint for name, server in self.servers.items()}

    def ask(self, operation, **members):
        return self.servers["main"].ask(operation, **members)

    # --- keys ---

    def make_keys(self):
        policy = json.dumps(key_policy())

        def create(**members):
            return self.ask("CreateKey", Policy=policy, **members)["KeyMetadata"]["KeyId"]
        self.keys = {"app": self.ask("DescribeKey", KeyId="alias/app")["KeyMetadata"]["KeyId"], "other": create(),
                     "agreement": create(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT"),
                     "disabled": create(), "deleted": create()}
        self.plaintext = b"the secret of the application"
        self.blob = base64.b64decode(self.ask("Encrypt", KeyId=self.keys["app"], EncryptionContext={"for": "clients"},
                                              Plaintext=base64.b64encode(self.plaintext).decode())["CiphertextBlob"])
        self.ask("DisableKey", KeyId=self.keys["disabled"])
        self.ask("ScheduleKeyDeletion", KeyId=self.keys["deleted"], PendingWindowInDays=7)
        self.make_peer()

    def make_peer(self):
        """The peer's key of a key agreement, and the shared secret that openssl computes."""
        theirs, peer = self.folder / "kms-public.der", self.folder / "peer.pem"
        theirs.write_bytes(base64.b64decode(self.ask("GetPublicKey", KeyId=self.keys["agreement"])["PublicKey"]))
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", peer)
        self.peer = run("openssl", "pkey", "-in", peer, "-pubout", "-outform", "DER")
        self.shared_secret = run("openssl", "pkeyutl", "-derive", "-inkey", peer, "-peerkey", theirs,
                                 "-peerform", "DER")
