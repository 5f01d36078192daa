"""The KMS client with `nitro-attest kms serve`: kms_client_test.py TOOL PROGRAM. Prints TAP.

PROGRAM (kms_program.c) is an enclave with its own NSM. It connects over a unix socket, and over TLS that ends in a
small proxy here. Then the test searches the program's memory and its core dump for the secrets that it used. Standard
library, openssl(1).
"""
import base64
import json
import os
import pathlib
import re
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
TOOL, PROGRAM = map(os.path.abspath, sys.argv[1:3])
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../relying/test"))
sys.argv[1:] = [TOOL]
import kms_support  # noqa: E402

ACCESS_KEY, PART = "AKIAAPPAPPAPPAPPAPP1", 16  # PART: bytes; a shorter text may occur by chance
SECRET = base64.b64encode(os.urandom(30)).decode()
TOKEN = base64.b64encode(os.urandom(600)).decode()
TEXT = re.compile(rb"[A-Za-z0-9+/=]{%d,}" % PART)  # the secrets are base64, so such a run contains any piece of them


class Checks:
    count, failed = 0, False

    @classmethod
    def ok(cls, good, title, text=""):
        cls.count, cls.failed = cls.count + 1, cls.failed or not good
        print(f"{'ok' if good else 'not ok'} {cls.count} - {title}", flush=True)
        print("".join(f"# {line}\n" for line in ([] if good else str(text).splitlines()[-30:])), end="", flush=True)
        return good

    @classmethod
    def skip(cls, title, why):
        cls.ok(True, f"{title} # SKIP {why}")


class TlsProxy:
    """Ends TLS for kms.test in front of the server's unix socket."""

    def __init__(self, folder, behind):
        self.ca, self.behind = folder / "server.pem", behind
        key = folder / "server.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=kms.test", "-addext", "subjectAltName=DNS:kms.test",
                        "-keyout", key, "-out", self.ca], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.ca, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            accepted, _ = self.listener.accept()
            threading.Thread(target=self.forward, args=(accepted, ), daemon=True).start()

    def forward(self, accepted):
        with self.context.wrap_socket(accepted, server_side=True) as front, socket.socket(socket.AF_UNIX) as back:
            back.connect(self.behind)
            threading.Thread(target=self.copy, args=(back, front), daemon=True).start()
            self.copy(front, back)

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Scene:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        subprocess.run([TOOL, "emulate", "--pki", self.folder / "pki", "--init"], check=True, capture_output=True)
        callers = self.folder / "callers.json"
        alice = kms_support.USER + "alice"
        credentials = [{"access_key_id": ACCESS_KEY, "secret_access_key": SECRET, "session_token": TOKEN,
                        "principal": alice},
                       {"access_key_id": "alice", "secret_access_key": "secret", "principal": alice}]
        callers.write_text(json.dumps({"version": 1, "credentials": credentials}))
        callers.chmod(0o600)
        self.credentials = self.folder / "credentials.json"
        self.credentials.write_text(json.dumps({"AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET, "Token": TOKEN,
                                                "Expiration": "2099-01-01T00:00:00Z", "Code": "Success"}))
        self.credentials.chmod(0o600)
        self.server = kms_support.Server(TOOL, folder, "--pki", self.folder / "pki", "--credentials", callers,
                                         listen=f"unix:{folder}/kms.sock")
        self.proxy = TlsProxy(self.folder, f"{folder}/kms.sock")
        self.key = self.ask("CreateKey")["KeyMetadata"]["KeyId"]
        self.derive_key = self.ask("CreateKey", KeySpec="ECC_NIST_P384",
                                   KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["KeyId"]
        self.peer = self.folder / "peer.der"
        self.peer.write_bytes(base64.b64decode(self.ask("GetPublicKey", KeyId=self.derive_key)["PublicKey"]))

    def ask(self, operation, **members):
        client, body = self.server.client(), json.dumps(members).encode()
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService." + operation,
                   "Host": "localhost"}
        reply = client.send(body, kms_support.signed(headers, body, "alice", "secret"))
        assert reply.status == 200, reply.body
        return reply.json

    def words(self, tls, *more):
        way = (["https://kms.test", f"tcp:127.0.0.1:{self.proxy.port}", self.proxy.ca] if tls else
               ["http://kms.test", f"unix:{self.folder}/kms.sock", "-"])
        return list(map(str, [PROGRAM, self.folder / "pki", *way, self.credentials, *more]))


# --- every operation ---

def check_results(scene, name, lines):
    got = dict(line.split(" ", 1) for line in lines)
    ok = Checks.ok
    ok(len(got["data-key"]) == 64 and got["data-key"] == got["data-key-again"], f"{name}: data key, twice the same")
    plain = scene.ask("Decrypt", CiphertextBlob=base64.b64encode(bytes.fromhex(got["data-key-ciphertext"])).decode(),
                      EncryptionContext={"app": "a \"test\" \u00e9"})["Plaintext"]
    ok(base64.b64decode(plain).hex() == got["data-key"], f"{name}: data key, equal to the KMS's")
    ok(got["key-arn"].endswith(scene.key), f"{name}: the key's ARN", got["key-arn"])
    public = kms_support.Enclave.openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER",
                                         stdin=bytes.fromhex(got["private-key"]))
    ok(public.hex() == got["public-key"], f"{name}: the halves of a key pair of RSA 4096")
    ok(len(got["random"]) == 2048, f"{name}: random bytes")
    shared = scene.ask("DeriveSharedSecret", KeyId=scene.derive_key, KeyAgreementAlgorithm="ECDH",
                       PublicKey=base64.b64encode(scene.peer.read_bytes()).decode())["SharedSecret"]
    ok(base64.b64decode(shared).hex() == got["shared-secret"], f"{name}: shared secret, equal to the KMS's")
    ok(got["encrypted"] == b"hello".hex() and got["longest"].startswith("4096 "), f"{name}: encrypted and decrypted")
    for case in ["without-context", "damaged"]:
        words = got[case].split()
        ok(words[:4] == ["NATT_KMS_CLIENT_E_KMS_INVALID_CIPHERTEXT", "InvalidCiphertextException", "400", "1"]
           and kms_support.UUID.fullmatch(words[4]), f"{name}: {case}", got[case])


def test_operations(scene, name, tls):
    done = subprocess.run(scene.words(tls, "all", scene.key, scene.derive_key, scene.peer), capture_output=True,
                          text=True, timeout=120, check=False)
    if Checks.ok(done.returncode == 0, f"{name}: the program ends well", done.stdout + done.stderr):
        check_results(scene, name, done.stdout.splitlines())


# --- nothing stays in memory ---

def parts_of(secret):
    """Pieces of the secret: any remainder of twice their length contains one of them."""
    return [secret[i:i + PART] for i in range(0, len(secret) - PART + 1, PART // 2)]


def memory_of(pid):
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            where, mode, *_ = line.split()
            begin, end = (int(x, 16) for x in where.split("-"))
            if mode[0] != "r" or "[v" in line:
                continue
            memory.seek(begin)
            yield line.strip(), memory.read(end - begin)


def found_in(regions, secrets):
    regions = [(title, b"\n".join(TEXT.findall(data))) for title, data in regions]
    return [f"{name}: {title}" for name, secret in secrets.items() for title, data in regions
            if any(part in data for part in parts_of(secret))]


def cores_can_land(folder):
    with open("/proc/sys/kernel/core_pattern", encoding="ascii") as f:
        pattern = f.read().strip()
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    return not pattern.startswith("|") and "/" not in pattern and (hard == resource.RLIM_INFINITY or hard > 1 << 30)


def raise_core_limit():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_secrets(scene, name, tls):
    plaintext = base64.b64encode(os.urandom(3000))[:4000]
    path = scene.folder / "plaintext"
    path.write_bytes(plaintext)
    secrets = {"secret key": SECRET.encode(), "session token": TOKEN.encode(), "plaintext": plaintext,
               "plaintext in base64": base64.b64encode(plaintext)}
    dumps = tempfile.mkdtemp(dir=scene.folder)
    with subprocess.Popen(scene.words(tls, "secrets", scene.key, path), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          cwd=dumps, preexec_fn=raise_core_limit) as child:
        if not Checks.ok(child.stdout.readline() == b"there\n", f"{name}: encrypts"):
            child.kill()
            return
        try:
            search_running(child, name, secrets)
        except PermissionError as error:
            Checks.skip(f"{name}: memory of the running program", str(error))
        child.stdin.close()
        child.wait(timeout=60)
    check_core(dumps, name, secrets)


def search_running(child, name, secrets):
    found = found_in(memory_of(child.pid), secrets)
    kept = [f for f in found if not f.startswith("plaintext")]
    Checks.ok({f.split(":")[0] for f in kept} == {"secret key", "session token"},
              f"{name}: the search finds what the client keeps", "\n".join(found))
    Checks.ok(len(kept) == 2, f"{name}: it is in one place", "\n".join(kept))
    Checks.ok(len(found) == len(kept), f"{name}: the plaintext is gone when the call is over", "\n".join(found))
    child.stdin.write(b"\n")
    child.stdin.flush()
    child.stdout.readline()
    found = found_in(memory_of(child.pid), secrets)
    Checks.ok(not found, f"{name}: nothing is left after natt_kms_client_free", "\n".join(found))
    child.stdin.write(b"\n")


def check_core(dumps, name, secrets):
    title = f"{name}: nothing is in the core dump"
    files = list(pathlib.Path(dumps).glob("core*"))
    if not files:
        Checks.skip(title, "no core dump was written" if cores_can_land(dumps) else "core dumps are stored elsewhere")
        return
    data = files[0].read_bytes()
    found = found_in([("core", data)], secrets)
    Checks.ok(len(data) > 100000 and not found, title, "\n".join(found))


def main():
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(folder)
        with scene.server:
            for name, tls in {"unix socket": False, "TLS over TCP": True}.items():
                test_operations(scene, name, tls)
                test_secrets(scene, name, tls)
    print(f"1..{Checks.count}")
    sys.exit(1 if Checks.failed else 0)


main()
