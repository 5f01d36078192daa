"""`nitro-attest kms decrypt` and the other client commands with the local KMS behind nginx's TLS: kms_client_test.py
BINARY [CLASS...].

Standard library, openssl(1) and nginx. NITRO_ATTEST_STATIC names a second binary with the same commands.
"""
import base64
import contextlib
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

sys.dont_write_bytecode = True
import kms_client_support  # noqa: E402
from kms_client_support import (A, BINARIES, HOST, KEY_ID, NGINX, SECRET, TOKEN, World,  # noqa: E402
                                openssl, reply_server, run, silent_server, wait_for)
import kms_support  # noqa: E402
from kms_support import BINARY, main, unb64  # noqa: E402

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}


def allow_core_dumps():
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


class Case(unittest.TestCase):
    world = None

    @classmethod
    def setUpClass(cls):
        if NGINX is None:
            raise unittest.SkipTest("no nginx (apt install nginx-light)")
        Case.world = Case.world or cls.start()
        cls.dir = cls.world.dir

    @staticmethod
    def start():
        stack = contextlib.ExitStack()
        unittest.addModuleCleanup(stack.close)
        return World(stack)

    def kms(self, command, *words, way=None, binary=BINARY, nsm=None, ca="ca.pem", credentials=None, key=None, **how):
        common = ["--credentials", credentials or self.world.credentials, "--ca-file", self.dir / ca, "--socket",
                  nsm or self.world.nsm, *(way or self.world.ways()["unix"])]
        if command != "encrypt" and "--key" not in words and key != "fresh":
            common += ["--key", self.world.key]
        return run("kms", command, *words, *common, binary=binary, **how)

    def lines(self, done, *names):
        """The output that callers of kmstool_enclave_cli parse, without other text."""
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.args)
        rows = [line.split(": ") for line in done.stdout.decode().split("\n")]
        self.assertEqual(rows.pop(), [""])
        self.assertEqual([row[0] for row in rows], list(names))
        return [unb64(row[1]) for row in rows]

    def fails(self, done, code, *texts):
        self.assertEqual((done.returncode, done.stdout), (code, b""), (done.args, done.stderr))
        for text in texts:
            self.assertIn(text, done.stderr.decode())
        for secret in (SECRET, TOKEN):
            self.assertNotIn(secret, done.stderr.decode())
        return done.stderr.decode()

    def everywhere(self):
        for binary in BINARIES:
            for name, way in self.world.ways().items():
                with self.subTest(binary=binary, way=name):
                    yield {"binary": binary, "way": way}


class Operations(Case):
    def test_genkey_and_decrypt(self):
        for at in self.everywhere():
            for spec, size in (("AES_256", 32), ("AES-256", 32), ("AES_128", 16), ("AES-128", 16)):
                ciphertext, key = self.lines(self.kms("genkey", "--key-id", "alias/app", "--key-spec", spec, **at),
                                             "CIPHERTEXT", "PLAINTEXT")
                self.assertEqual(len(key), size)
            blob = base64.b64encode(ciphertext).decode()
            for whose in ("shared", "fresh"):
                self.assertEqual(self.lines(self.kms("decrypt", "--ciphertext", blob, key=whose, **at), "PLAINTEXT"),
                                 [key])
        for size in (1, 1024):
            done = self.kms("genkey", "-K", "alias/app", "--number-of-bytes", size)
            self.assertEqual(len(self.lines(done, "CIPHERTEXT", "PLAINTEXT")[1]), size)

    def test_encrypt_and_decrypt(self):
        for at in self.everywhere():
            for secret in (b"\0", b"a secret\n", os.urandom(4096)):
                one, two = ["--encryption-context", "app=shop"], ["--encryption-context", "b=c=d"]
                done = self.kms("encrypt", "--key-id", "alias/app", "-", *one, *two, stdin=secret, **at)
                blob = base64.b64encode(*self.lines(done, "CIPHERTEXT")).decode()
                self.assertEqual(self.lines(self.kms("decrypt", "-c", blob, *two, *one, **at), "PLAINTEXT"), [secret])
                for context in (one, two, [], [*one, "--encryption-context", "b=c"]):
                    self.fails(self.kms("decrypt", "-c", blob, *context, **at), 1, "InvalidCiphertextException")
        self.fails(self.kms("encrypt", "--key-id", "alias/app", "-", stdin=bytes(4097)), 2, "E_USAGE_PLAINTEXT")
        self.fails(self.kms("encrypt", "--key-id", "alias/app", "-"), 2, "E_USAGE_PLAINTEXT")

    def test_a_name_ends_at_the_first_equals_sign(self):
        blob = self.world.ask("Encrypt", KeyId="alias/app", Plaintext="eA==", EncryptionContext={"b": "c=d", "e": ""})
        done = self.kms("decrypt", "-c", blob["CiphertextBlob"], "--encryption-context", "b=c=d",
                        "--encryption-context", "e=")
        self.assertEqual(self.lines(done, "PLAINTEXT"), [b"x"])

    def test_encrypt_a_file(self):
        file = self.dir / "plain"
        file.write_bytes(b"of a file")
        ciphertext, = self.lines(self.kms("encrypt", "--key-id", "alias/app", file), "CIPHERTEXT")
        done = self.kms("decrypt", "-c", base64.b64encode(ciphertext).decode(), "-K", "alias/app", "-a",
                        "SYMMETRIC_DEFAULT")
        self.assertEqual(self.lines(done, "PLAINTEXT"), [b"of a file"])
        self.fails(self.kms("decrypt", "-c", base64.b64encode(ciphertext).decode(), "-K", "alias/app", "-a",
                            "RSAES_OAEP_SHA_256"), 1)
        self.fails(self.kms("encrypt", "--key-id", "alias/app", self.dir / "absent"), 3, "absent")

    def test_genrandom(self):
        for at in self.everywhere():
            for size in (1, 1024):
                one, two = (self.lines(self.kms("genrandom", "--length", size, **at), "PLAINTEXT")[0] for _ in "12")
                self.assertEqual((len(one), len(two)), (size, size))
            self.assertNotEqual(one, two)

    def test_datakey_pair(self):
        for at in self.everywhere():
            for spec in ("RSA_2048", "ECC_NIST_P384"):
                done = self.kms("datakey-pair", "--key-id", "alias/app", "--key-pair-spec", spec, **at)
                ciphertext, private, public = self.lines(done, "CIPHERTEXT", "PLAINTEXT", "PUBLICKEY")
                self.assertEqual(openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", stdin=private), public)
            again = self.kms("decrypt", "-c", base64.b64encode(ciphertext).decode(), **at)
            self.assertEqual(self.lines(again, "PLAINTEXT"), [private])
        self.fails(self.kms("datakey-pair", "--key-id", "alias/app", "--key-pair-spec", "SM2"), 1,
                   "UnsupportedOperationException")

    def test_derive(self):
        peer, ours = self.dir / "peer.pem", self.dir / "kms-public.pem"
        peer.write_bytes(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
        der = base64.b64decode(self.world.ask("GetPublicKey", KeyId=self.world.pair)["PublicKey"])
        ours.write_bytes(openssl("pkey", "-pubin", "-inform", "DER", "-pubout", stdin=der))
        expected = openssl("pkeyutl", "-derive", "-inkey", peer, "-peerkey", ours)
        for form in ("PEM", "DER"):
            public = self.dir / ("peer-public." + form)
            public.write_bytes(openssl("pkey", "-in", peer, "-pubout", "-outform", form))
            for at in self.everywhere():
                done = self.kms("derive", "--key-id", self.world.pair, "--public-key", public, **at)
                self.assertEqual(self.lines(done, "PLAINTEXT"), [expected])
        self.fails(self.kms("derive", "--key-id", self.world.pair, "--public-key", peer), 2, "peer.pem")

    def test_without_tls(self):
        """Directly to the local KMS."""
        way = ["--endpoint", "http://localhost", "--connect", f"unix:{self.dir}/kms.sock"]
        self.fails(self.kms("genrandom", "-l", 8, way=way), 2, "E_USAGE_INSECURE_HTTP", "--insecure-http")
        for binary in BINARIES:
            for ca in ("ca.pem", "absent.pem"):  # no process reads it
                done = self.kms("genrandom", "-l", 8, "--insecure-http", way=way, binary=binary, ca=ca)
                self.lines(done, "PLAINTEXT")

    def emulated_genkey(self, pki, **how):
        done = run("emulate", "--dev", "trap", "--pki", pki, "--pcr", f"0={A}", "--", BINARY, "kms", "genkey", "-K",
                   "alias/app", "-p", "AES_256", "--ca-file", self.dir / "ca.pem", *self.world.ways()["tcp"],
                   env=ENVIRONMENT, cwd="/", **how)
        if done.returncode == 125:
            self.skipTest(done.stderr.decode())
        self.lines(done, "CIPHERTEXT", "PLAINTEXT")

    def test_under_emulate(self):
        """The NSM is /dev/nsm. An emulator without privileges could not serve a process that cannot be debugged."""
        self.emulated_genkey(self.dir / "pki")
        if os.geteuid() != 0:
            return
        pki = shutil.copytree(self.dir / "pki", self.dir / "pki-of-nobody")
        for path in [pki, *pki.rglob("*")]:
            os.chown(path, 65534, 65534)
        self.emulated_genkey(pki, user=65534, group=65534, extra_groups=[])


class Places(Case):
    """The places of credentials, keys, documents and results."""

    def test_a_key_and_a_document_of_before(self):
        key, document = self.dir / "key.pem", self.dir / "document.bin"
        self.assertEqual(run("recipient", "keygen", "--socket", self.world.nsm, key).returncode, 0)
        self.assertEqual(run("recipient", "attest", "--key", key, "--socket", self.world.nsm, "--out",
                             document).returncode, 0)
        words = ["-l", 16, "--key", key]
        self.lines(self.kms("genrandom", *words), "PLAINTEXT")
        common = ["--credentials", self.world.credentials, "--ca-file", self.dir / "ca.pem",
                  *self.world.ways()["unix"]]
        for _ in range(2):  # without an NSM; KMS accepts a document twice
            self.lines(run("kms", "genrandom", *words, "--document", document, *common), "PLAINTEXT")
        self.fails(run("kms", "genrandom", "-l", 16, "--document", document, *common), 2, "without --key")
        other = self.dir / "other.pem"
        run("recipient", "keygen", "--socket", self.world.nsm, other)
        self.fails(run("kms", "genrandom", "-l", 16, "--key", other, "--document", document, *common), 1,
                   "NATT_RECIPIENT_E_MESSAGE_RECIPIENT")
        other.chmod(0o644)
        self.fails(self.kms("genrandom", "-l", 16, "--key", other), 2, "NATT_RECIPIENT_E_KEY_UNSAFE")

    def random(self, *words, **how):
        return run("kms", "genrandom", "-l", 8, "--ca-file", self.dir / "ca.pem", "--socket", self.world.nsm,
                   "--key", self.world.key, *self.world.ways()["unix"], *words, **how)

    def test_credentials(self):
        self.lines(self.random(env=ENVIRONMENT), "PLAINTEXT")
        self.lines(self.random("--credentials", "env", env=ENVIRONMENT), "PLAINTEXT")
        shared = self.dir / "shared"
        shared.touch(0o600)
        shared.write_text(f"[default]\naws_access_key_id = other\naws_secret_access_key = other\n[app]\n"
                          f"aws_access_key_id = {KEY_ID}\naws_secret_access_key = {SECRET}\n"
                          f"aws_session_token = {TOKEN}\n")
        self.lines(self.random("--credentials", shared, "--profile", "app"), "PLAINTEXT")
        self.fails(self.random("--credentials", shared), 1, "UnrecognizedClientException")
        with open(self.world.credentials, "rb") as file:
            os.set_inheritable(file.fileno(), True)
            self.lines(self.random("--credentials", f"fd:{file.fileno()}", pass_fds=[file.fileno()]), "PLAINTEXT")
        read, write = os.pipe()
        os.write(write, self.world.credentials.read_bytes())
        os.close(write)
        self.lines(self.random("--credentials", f"fd:{read}", pass_fds=[read]), "PLAINTEXT")
        os.close(read)
        shared.chmod(0o640)
        self.fails(self.random("--credentials", shared, "--profile", "app"), 2, str(shared), "chmod 600")
        self.fails(self.random("--credentials", self.dir / "absent"), 3, str(self.dir / "absent"))

    def test_credentials_on_the_command_line_are_a_warning(self):
        done = self.random("-k", KEY_ID, "-s", SECRET, "-t", TOKEN)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, rb"^PLAINTEXT: [A-Za-z0-9+/]{11}=\n$")
        self.assertEqual(done.stderr.count(b"\n"), 2)
        self.assertIn(b"warning: other users can see credentials on the command line", done.stderr)

    def test_words_behind_empty_credentials_stay_as_they_are(self):
        """An empty value must not let the program overwrite a different word with x's."""
        out = self.dir / "beside"
        done = self.random("-k", KEY_ID, "-s", SECRET, "--aws-session-token=", f"--out={out}")
        self.fails(done, 1, "UnrecognizedClientException")
        with reply_server({"CiphertextBlob": "AAAA", "KeyId": "k"}) as url:
            done = run("kms", "encrypt", "-K", "-kms-key", "-", "-k", KEY_ID, "-s", SECRET, "--aws-session-token=",
                       f"--out={out}", "--endpoint", url, "--insecure-http", stdin=b"x", cwd=self.dir)
        self.assertEqual((done.returncode, done.stdout), (0, b""), done.stderr)
        self.assertEqual(out.read_bytes(), bytes(3))

    def test_nobody_reads_credentials_of_a_running_process(self):
        path = self.dir / "silent.sock"
        with silent_server(path):
            for words in (["-k", KEY_ID, "-s", SECRET, "-t", TOKEN],
                          ["--aws-access-key-id", KEY_ID, "--aws-secret-access-key=" + SECRET, "-t" + TOKEN]):
                command = [BINARY, "kms", "genrandom", "-l", "8", *words, "--endpoint", f"https://{HOST}", "--connect",
                           f"unix:{path}", "--ca-file", self.dir / "ca.pem", "--socket", self.world.nsm,
                           "--connect-timeout", "60s", "--timeout", "60s", "--key", self.world.key]
                with subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                      env=kms_client_support.PLAIN, preexec_fn=allow_core_dumps) as process:
                    process.stderr.readline()  # the warning follows the wiping
                    proc = pathlib.Path(f"/proc/{process.pid}")
                    shown = (proc / "cmdline").read_bytes()
                    try:
                        wait_for(lambda: re.search(r"Max core file size +0 ", (proc / "limits").read_text()),
                                 "a core dump would have the plaintext")
                    finally:
                        process.kill()
                for secret in (KEY_ID, SECRET, TOKEN):
                    self.assertNotIn(secret.encode(), shown)
                self.assertEqual(shown.count(b"x" * len(SECRET)), 1)
                self.assertIn(b"\0" + str(path).encode().join([b"unix:", b"\0"]), shown)

    def test_the_environment_leads_to_kms(self):
        words = ["kms", "genrandom", "-l", 8, "--socket", self.world.nsm, "--credentials", self.world.credentials,
                 "--key", self.world.key]
        ca = {"SSL_CERT_FILE": str(self.dir / "ca.pem")}
        connect = {"NITRO_ATTEST_KMS_CONNECT": f"unix:{self.dir}/good.sock"}
        tcp = {"AWS_ENDPOINT_URL_KMS": f"https://localhost:{self.world.port}"}
        self.lines(run(*words, env=ca | connect), "PLAINTEXT")  # the certificate also has AWS's name
        self.lines(run(*words, env=ca | tcp), "PLAINTEXT")
        self.lines(run(*words, "--endpoint", f"https://{HOST}", env=ca | connect | tcp), "PLAINTEXT")
        self.fails(run(*words, env=connect), 3, "NATT_KMS_CLIENT_E_TLS_UNTRUSTED")
        self.fails(run(*words, "--region", "eu-west-1", env=ca | connect), 3, "NATT_KMS_CLIENT_E_TLS_NAME")
        self.fails(run(*words, env=ca | connect | {"AWS_REGION": "eu-west-1"}), 3, "NATT_KMS_CLIENT_E_TLS_NAME")
        self.fails(run(*words, env=ca | tcp | {"AWS_REGION": "eu-west-1"}), 1, "InvalidSignatureException")
        self.lines(run(*words, "-r", "us-east-1", env=ca | tcp | {"AWS_REGION": "eu-west-1"}), "PLAINTEXT")
        second = {"AWS_DEFAULT_REGION": "eu-west-1"}
        self.fails(run(*words, env=ca | tcp | second), 1, "InvalidSignatureException")
        self.fails(run(*words, env=ca | tcp | second | {"AWS_REGION": ""}), 1, "InvalidSignatureException")
        self.lines(run(*words, env=ca | tcp | second | {"AWS_REGION": "us-east-1"}), "PLAINTEXT")
        self.fails(run(*words, "--proxy-port", 8000, "--connect-timeout", "200ms", "--max-attempts", 1,
                       env=ca | connect), 3, "socket: ")  # the command line takes precedence

    def test_output(self):
        out = self.dir / "out"
        blob, key = self.lines(self.kms("genkey", "-K", "alias/app", "-p", "AES_256"), "CIPHERTEXT", "PLAINTEXT")
        blob = base64.b64encode(blob).decode()
        os.umask(0)
        self.assertEqual(self.kms("decrypt", "-c", blob, "--out", out).stdout, b"")
        os.umask(0o022)
        self.assertEqual((out.read_bytes(), out.stat().st_mode & 0o7777), (key, 0o600))
        self.assertEqual(self.kms("decrypt", "-c", blob, "--raw").stdout, key)
        self.lines(self.kms("genkey", "-K", "alias/app", "-p", "AES_128", "--out", out), "CIPHERTEXT")
        self.assertEqual(len(out.read_bytes()), 16)
        self.fails(self.kms("genkey", "-K", "alias/app", "-p", "AES_128", "--raw"), 2, "unknown option --raw")
        self.fails(self.kms("decrypt", "-c", blob, "--raw", "--json"), 2, "--raw and --json")
        self.fails(self.kms("decrypt", "-c", blob, "--out", self.dir / "no/file"), 3, "cannot create")

    def test_no_file_where_standard_output_fails(self):
        """The ciphertext is lost, so the key is useless."""
        for closed in (">/dev/full", ">&-"):
            for before in (None, b"kept"):
                folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
                if before is not None:
                    (folder / "out").write_bytes(before)
                done = run("-c", f'exec "$@" {closed}', "sh", BINARY, "kms", "genkey", "-K", "alias/app", "-p",
                           "AES_256", "--out", folder / "out", "--credentials", self.world.credentials, "--ca-file",
                           self.dir / "ca.pem", "--socket", self.world.nsm, "--key", self.world.key,
                           *self.world.ways()["unix"], binary="/bin/sh")
                self.fails(done, 3, "cannot write to standard output")
                self.assertEqual([p.read_bytes() for p in folder.iterdir()], [before] if before else [])

    def test_json(self):
        shown = json.loads(self.kms("genkey", "-K", "alias/app", "-p", "AES_256", "--json").stdout)
        self.assertEqual(list(shown), ["plaintext", "ciphertext", "public_key", "key_arn", "request_id", "attempts"])
        self.assertEqual((len(unb64(shown["plaintext"])), shown["public_key"], shown["attempts"]), (32, None, 1))
        self.assertRegex(shown["key_arn"], "^arn:aws:kms:us-east-1:111122223333:key/")
        self.assertEqual(shown["request_id"], self.world.kms.last()["request_id"])
        again = json.loads(self.kms("decrypt", "-c", shown["ciphertext"], "--json").stdout)
        self.assertEqual((again["plaintext"], again["ciphertext"]), (shown["plaintext"], None))
        pair = self.kms("datakey-pair", "-K", "alias/app", "--key-pair-spec", "ECC_NIST_P256", "--json", "--out",
                        self.dir / "private.der")
        shown = json.loads(pair.stdout)
        public = openssl("pkey", "-inform", "DER", "-in", self.dir / "private.der", "-pubout", "-outform", "DER")
        self.assertEqual((shown["plaintext"], unb64(shown["public_key"])), (None, public))
        random = json.loads(self.kms("genrandom", "-l", 8, "--json").stdout)
        self.assertEqual((random["key_arn"], random["ciphertext"]), (None, None))

    def test_json_of_a_strange_server(self):
        with reply_server({"CiphertextBlob": "AAAA", "KeyId": 'a"b\\c\n'}) as url:
            done = self.kms("encrypt", "-K", "k", "-", "--json", "--insecure-http", stdin=b"x", way=["--endpoint", url])
        self.assertEqual(json.loads(done.stdout), {"plaintext": None, "ciphertext": "AAAA", "public_key": None,
                                                   "key_arn": 'a"b\\c?', "request_id": None, "attempts": 1})


class ClosedDescriptors(Case):
    """The next file or socket gets the number of a closed one, so KMS's socket would get the standard output."""

    def genkey(self, closed, binary):
        words = ["genkey", "-K", "alias/app", "-p", "AES_256", "--credentials", self.world.credentials, "--ca-file",
                 self.dir / "ca.pem", "--socket", self.world.nsm, "--key", self.world.key, *self.world.ways()["unix"]]
        return run("-c", f'exec "$@" {closed}', binary, binary, "kms", *words, binary="/bin/sh")

    def test_standard_output(self):
        for binary in BINARIES:
            for closed in (">&-", "<&- >&-", "<&- >&- 2>&-"):
                done = self.genkey(closed, binary)
                self.assertEqual((done.returncode, done.stdout), (3, b""), (closed, done.stderr))
                self.assertEqual(b"cannot write to standard output" in done.stderr, "2>" not in closed)

    def test_the_others(self):
        for binary in BINARIES:
            for closed in ("<&-", "2>&-", "<&- 2>&-"):
                self.lines(self.genkey(closed, binary), "CIPHERTEXT", "PLAINTEXT")


class Refusals(Case):
    def decrypt(self, *words, **how):
        blob = self.world.ask("Encrypt", KeyId="alias/app", Plaintext="c2VjcmV0")["CiphertextBlob"]
        return self.kms("decrypt", "--ciphertext", blob, *words, **how)

    def test_another_image(self):
        for at in self.everywhere():
            shown = self.fails(self.decrypt(nsm=self.world.other_nsm, **at), 1, "KMS: AccessDeniedException: User: ",
                              "NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED", "what to do: check the principal, the PCR co")
            self.assertIn("request id " + self.world.kms.last()["request_id"], shown)
        out = self.dir / "nothing"
        self.fails(self.decrypt("--out", out, nsm=self.world.other_nsm), 1)
        self.assertFalse(out.exists())

    def test_a_denial_without_a_document(self):
        """The image cannot be the reason."""
        policy = kms_support.attested_policy()
        policy["Statement"][0]["Action"].remove("kms:Encrypt")
        key = self.world.ask("CreateKey", Policy=json.dumps(policy))
        self.fails(self.kms("encrypt", "-K", key["KeyMetadata"]["KeyId"], "-", stdin=b"x"), 1, "AccessDeniedException",
                   "what to do: check that the principal may do this; a local KMS logs the reason")

    def test_credentials_that_are_wrong(self):
        wrong = self.world.write_credentials("wrong.json", SECRET[:-1] + "X")
        for at in self.everywhere():
            self.fails(self.decrypt(credentials=wrong, **at), 1, "KMS: InvalidSignatureException")

    def test_tls(self):
        for binary in BINARIES:
            for socket, ca, code in (("good", "foreign.pem", "UNTRUSTED"), ("name", "ca.pem", "NAME"),
                                     ("expired", "ca.pem", "VALIDITY")):
                with self.subTest(binary=binary, code=code):
                    way = ["--endpoint", f"https://{HOST}", "--connect", f"unix:{self.dir}/{socket}.sock"]
                    shown = self.fails(self.decrypt(binary=binary, way=way, ca=ca), 3, "decrypt: TLS: ",
                                      "NATT_KMS_CLIENT_E_TLS_" + code)
                    self.assertEqual(str(self.dir / "foreign.pem") in shown, code == "UNTRUSTED")

    def test_files_of_cas(self):
        self.fails(self.decrypt(ca="absent.pem"), 3, f"{self.dir}/absent.pem", "NATT_KMS_CLIENT_E_CA_ACCESS")
        self.fails(self.decrypt(ca="server.key"), 2, f"{self.dir}/server.key", "NATT_KMS_CLIENT_E_CA_FORM")

    def test_nobody_listens(self):
        for connect in (f"unix:{self.dir}/absent.sock", f"tcp:127.0.0.1:{kms_client_support.free_port()}"):
            way = ["--endpoint", f"https://{HOST}", "--connect", connect]
            self.fails(self.decrypt(way=way), 3, "decrypt: socket: ", "NATT_KMS_CLIENT_E_CONNECT")
        self.fails(self.decrypt(way=["--connect", "nowhere"]), 2, "NATT_KMS_CLIENT_E_USAGE_CONNECT")
        self.fails(self.decrypt(way=["--endpoint", "ftp://x"]), 2, "NATT_KMS_CLIENT_E_USAGE_ENDPOINT")

    def test_tls_to_a_server_of_plain_http(self):
        """The result is its reply or its close, whichever the client detects first."""
        way = ["--endpoint", f"https://{HOST}", "--connect", f"unix:{self.dir}/kms.sock"]
        self.assertRegex(self.fails(self.decrypt("--max-attempts", 1, way=way), 3), "speak TLS")

    def test_a_server_that_never_answers(self):
        path = self.dir / "mute.sock"
        way = ["--endpoint", f"https://{HOST}", "--connect", f"unix:{path}"]
        with silent_server(path):
            for words in (["--connect-timeout", "300ms", "--max-attempts", 1], ["--timeout", "300ms"]):
                self.fails(self.decrypt(*words, way=way), 3, "NATT_KMS_CLIENT_E_TIMEOUT", "--connect-timeout")
            # With TLS: the time to connect is over, and the time of the call is not 30 s.
            way[-1], start = f"unix:{self.dir}/late.sock", time.monotonic()
            self.fails(self.decrypt("--timeout", "1s", way=way), 3, "NATT_KMS_CLIENT_E_TIMEOUT")
            self.assertLess(time.monotonic() - start, 20)

    def test_what_is_no_kms(self):
        way = ["--endpoint", "http://localhost", "--insecure-http", "--connect", f"unix:{self.world.nsm}"]
        self.fails(self.decrypt("--max-attempts", 1, "--timeout", "2s", way=way), 3, "NATT_KMS_CLIENT_E_")


SCRIPT = textwrap.dedent('''\
    # A program in an enclave, as users of kmstool_enclave_cli write them.
    import base64
    import subprocess
    import sys

    TOOL, ACCESS_KEY, SECRET_KEY, TOKEN, KEY_ID = sys.argv[1:6]

    def kmstool(*arguments):
        process = subprocess.Popen([TOOL, arguments[0], "--region", "us-east-1", "--proxy-port", "8000",
                                    "--aws-access-key-id", ACCESS_KEY, "--aws-secret-access-key", SECRET_KEY,
                                    "--aws-session-token", TOKEN, *arguments[1:]],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate()
        if process.returncode != 0 or err:
            raise RuntimeError("%d %s" % (process.returncode, err.decode()))
        return out.decode()

    created = kmstool("genkey", "--key-id", KEY_ID, "--key-spec", "AES-256").split("\\n")
    ciphertext, plaintext = created[0].split(":")[1].strip(), created[1].split(":")[1].strip()
    again = kmstool("decrypt", "--ciphertext", ciphertext).split(":")[1].strip()
    number = kmstool("genrandom", "--length", "32").split(":")[1].strip()
    assert again == plaintext and len(base64.b64decode(plaintext)) == 32 == len(base64.b64decode(number))
    print("the script is content")
    ''')


class DropIn(Case):
    """The name of a symbolic link makes it kmstool_enclave_cli."""

    def setUp(self):
        self.env = {"SSL_CERT_FILE": str(self.dir / "ca.pem"), "NITRO_ATTEST_KMS_CONNECT": f"unix:{self.dir}/good.sock"}
        for number, binary in enumerate(BINARIES):
            folder = self.dir / f"tool{number}"
            folder.mkdir(exist_ok=True)
            if not (folder / "kmstool_enclave_cli").is_symlink():
                (folder / "kmstool_enclave_cli").symlink_to(binary)
        self.tool = self.dir / "tool0/kmstool_enclave_cli"

    def emulated(self, *words, pcr0=A, env=None):
        done = run("emulate", "--pki", self.dir / "pki", "--pcr", f"0={pcr0}", "--", *words, env=env or self.env)
        if done.returncode == 125:
            self.skipTest(done.stderr.decode())
        return done

    def use(self, command, *words, keys=("-k", KEY_ID, "-s", SECRET, "-t", TOKEN), **how):
        return self.emulated(self.tool, command, *keys, *words, **how)

    def test_a_script_runs_unchanged(self):
        script = self.dir / "script.py"
        script.write_text(SCRIPT)
        for number in range(len(BINARIES)):
            tool = self.dir / f"tool{number}/kmstool_enclave_cli"
            done = self.emulated(sys.executable, script, tool, KEY_ID, SECRET, TOKEN, "alias/app")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"the script is content\n", b""))

    def test_lines_are_exact(self):
        done = self.use("genkey", "-K", "alias/app", "-p", "AES-128", "-r", "us-east-1", "-x", "8000")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertRegex(done.stdout, rb"\ACIPHERTEXT: [A-Za-z0-9+/]+=*\nPLAINTEXT: [A-Za-z0-9+/]{22}==\n\Z")
        blob = done.stdout.split(b"\n")[0].split(b": ")[1].decode()
        again = self.use("decrypt", "-c", blob, "-K", "alias/app", "-a", "SYMMETRIC_DEFAULT")
        self.assertEqual(again.stdout, done.stdout.split(b"\n", 1)[1])
        self.assertEqual(self.use("decrypt", "-c", blob, "-a", "RSAES_OAEP_SHA_256").stdout, again.stdout)
        self.assertRegex(self.use("genrandom", "-l", "3").stdout, rb"\APLAINTEXT: [A-Za-z0-9+/]{4}\n\Z")

    def test_failures(self):
        blob = self.world.ask("Encrypt", KeyId="alias/app", Plaintext="c2VjcmV0")["CiphertextBlob"]
        self.fails(self.use("decrypt", "-c", blob, pcr0="bb" * 48), 255, "AccessDeniedException")
        wrong = ["-k", KEY_ID, "-s", "wrong", "-t", TOKEN]
        self.fails(self.use("decrypt", "-c", blob, keys=wrong), 255, "InvalidSignatureException")
        self.fails(self.use("decrypt", "-c", blob, keys=["-k", KEY_ID, "-s", SECRET, "-t", ""]), 255,
                   "UnrecognizedClientException")
        self.fails(self.use("decrypt", "-c", blob, env={**self.env, "SSL_CERT_FILE": str(self.dir / "foreign.pem")}),
                   255, "NATT_KMS_CLIENT_E_TLS_UNTRUSTED")

    def test_hints_name_what_the_drop_in_has(self):
        """It has no --insecure-http, --ca-file or --connect."""
        for code, env, text in (
                (1, {"AWS_ENDPOINT_URL_KMS": "http://localhost"}, 'docs/GUIDE.md, "From kmstool to nitro-attest"'),
                (255, {"SSL_CERT_FILE": str(self.dir / "foreign.pem")}, "name with SSL_CERT_FILE"),
                (1, {"NITRO_ATTEST_KMS_CONNECT": "nowhere"}, "correct NITRO_ATTEST_KMS_CONNECT"),
                (255, {"NITRO_ATTEST_KMS_CONNECT": f"unix:{self.dir}/name.sock"},
                 "check --region, AWS_ENDPOINT_URL_KMS and NITRO_ATTEST_KMS_CONNECT")):
            shown = self.fails(self.use("genrandom", "-l", "3", env={**self.env, **env}), code, text)
            for option in ("--insecure-http", "--ca-file", "--connect", "--endpoint"):
                self.assertNotIn(option, shown)

    def test_the_environment_of_the_drop_in(self):
        """It ignores AWS_REGION; the environment determines the address even if a port is given."""
        self.assertEqual(self.use("genrandom", "-l", "3", env={**self.env, "AWS_REGION": "eu-west-1"}).returncode, 0)
        self.fails(self.use("genrandom", "-l", "3", "-r", "eu-west-1"), 255, "NATT_KMS_CLIENT_E_TLS_NAME")
        tcp = {"SSL_CERT_FILE": self.env["SSL_CERT_FILE"],
               "AWS_ENDPOINT_URL_KMS": f"https://localhost:{self.world.port}"}
        self.assertEqual(self.use("genrandom", "-l", "3", env=tcp).returncode, 0)

    def test_the_last_of_several_wins(self):
        done = self.use("genrandom", "-l", "6", "-s", "wrong", "--aws-secret-access-key", SECRET, "--length", "3",
                        "--key-spec", "ignored")
        self.assertEqual((done.returncode, len(done.stdout)), (0, len("PLAINTEXT: aaaa\n")), done.stderr)


if __name__ == "__main__":
    main(sys.modules[__name__])
