"""Drives nitro-attest recipient end to end: recipient_cli_test.py PATH-OF-BINARY. Standard library and openssl alone.

Exit 0: all passed. 1: something failed.
"""
import base64
import contextlib
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
SHARED = pathlib.Path(os.environ.get("NITRO_ATTEST_SHARED") or "/nonexistent") / "kms"
NONCE = "00112233"
# LeakSanitizer cannot inspect a process that refuses debuggers, unless root runs it.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=%d" % (os.geteuid() == 0))


def run(*words, stdin=b"", binary=BINARY):
    done = subprocess.run([binary, *map(str, words)], input=stdin, capture_output=True, timeout=120, check=False,
                          env=ENVIRONMENT)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


def recipient(*words, stdin=b""):
    return run("recipient", *words, stdin=stdin)


@contextlib.contextmanager
def software_nsm(folder, *options):
    """An emulator with its own PKI, which serves a socket."""
    socket = folder / "nsm.sock"
    words = [BINARY, "emulate", "--pki", str(folder / "pki"), *options, "--listen", str(socket)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT) as process:
        try:
            limit = time.monotonic() + 30
            while not socket.exists() and process.poll() is None and time.monotonic() < limit:
                time.sleep(0.01)
            yield socket
        finally:
            process.terminate()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)
        self.key = self.dir / "key.pem"

    def tearDown(self):
        self.folder.cleanup()

    def ok(self, done):
        self.assertEqual(done.returncode, 0, (done.args, done.stderr))
        return done.stdout

    def fails(self, done, code, *texts):
        self.assertEqual((done.returncode, done.stdout), (code, b""), (done.args, done.stderr))
        for text in texts:
            self.assertIn(text, done.stderr.decode())

    def make_key(self):
        self.ok(recipient("keygen", "--no-nsm", self.key))

    def attested(self, *options):
        """A PKI, a key, a document of an emulator, and its PCR0."""
        self.ok(run("emulate", "--pki", self.dir / "pki", "--init"))
        with software_nsm(self.dir, *options) as socket:
            self.ok(recipient("keygen", "--socket", socket, self.key))
            self.ok(recipient("attest", "--key", self.key, "--socket", socket, "--nonce", NONCE, "--out",
                              self.dir / "document.bin"))
        return self.dir / "document.bin"

    def seal(self, document, *options, stdin=b"a secret", pcr0=None, root=None, verify=("--max-age", "5m")):
        if pcr0 is None:
            pcr0 = json.loads(self.ok(run("inspect", "--json", document)))["pcrs"]["0"]
        return recipient("seal", "--root", root or self.dir / "pki/root.pem", "--pcr", "0=" + pcr0, "--nonce", NONCE,
                         *verify, "--secret", "-", *options, document, stdin=stdin)


class Keys(Case):
    def test_files_are_new_and_private(self):
        os.umask(0)
        for bits in ((), ("--bits", "2048"), ("--bits", "3072")):
            self.key.unlink(missing_ok=True)
            self.assertEqual(self.ok(recipient("keygen", "--no-nsm", *bits, self.key)), b"")
            self.assertEqual(self.key.stat().st_mode & 0o7777, 0o600)
            self.assertTrue(self.key.read_text().startswith("-----BEGIN PRIVATE KEY-----\n"))
        os.umask(0o022)
        before = self.key.read_bytes()
        self.fails(recipient("keygen", "--no-nsm", self.key), 2, "already exists", "never replaced")
        self.assertEqual(self.key.read_bytes(), before)

    def test_wrong_usage(self):
        self.fails(recipient("keygen"), 2, "FILE")
        self.fails(recipient("keygen", "--bits", "1024", self.key), 2, "--bits", "2048, 3072 or 4096")
        self.fails(recipient("keygen", "--no-nsm", "--device", "/dev/nsm", self.key), 2, "--no-nsm")
        self.fails(recipient("keygen", "--device", self.dir / "nothing", self.key), 3, "nothing")
        self.fails(recipient("keygen", "--no-nsm", self.dir / "no/key.pem"), 3, "cannot create")
        self.assertFalse(self.key.exists())

    def test_keys_that_others_can_read_are_refused(self):
        self.make_key()
        message = self.dir / "message"
        message.write_bytes(b"0")
        for mode in (0o644, 0o640, 0o602):
            self.key.chmod(mode)
            self.fails(recipient("open", "--key", self.key, message), 2, "NATT_RECIPIENT_E_KEY_UNSAFE", "chmod 600")
            self.fails(recipient("attest", "--key", self.key), 2, "NATT_RECIPIENT_E_KEY_UNSAFE")
        for mode in (0o600, 0o400):
            self.key.chmod(mode)
            self.fails(recipient("open", "--key", self.key, message), 1, "NATT_RECIPIENT_E_MESSAGE")
        self.fails(recipient("open", "--key", self.dir / "absent", message), 3, "No such file")
        self.fails(recipient("open", message), 2, "--key is missing")
        self.fails(recipient("attest"), 2, "--key is missing")
        (self.dir / "no.pem").write_text("no key")
        (self.dir / "no.pem").chmod(0o600)
        self.fails(recipient("open", "--key", self.dir / "no.pem", message), 2, "NATT_RECIPIENT_E_KEY")


class Round(Case):
    def test_a_secret_goes_the_whole_way(self):
        document = self.attested()
        message, out = self.dir / "message.ber", self.dir / "secret.txt"
        for encoding in ("ber", "ber-primitive", "der"):
            sealed = self.ok(self.seal(document, "--encoding", encoding))
            message.write_bytes(sealed)
            self.assertEqual(sealed[1:2] == b"\x80", encoding != "der")
            self.assertEqual(self.ok(recipient("open", "--key", self.key, message)), b"a secret")
            self.assertEqual(self.ok(recipient("open", "--key", self.key, "-", stdin=sealed)), b"a secret")
            text = base64.encodebytes(sealed)
            self.assertEqual(self.ok(recipient("open", "--key", self.key, "-", stdin=text)), b"a secret")
            self.assertEqual(self.ok(recipient("open", "--key", self.key, "--base64", message)), b"YSBzZWNyZXQ=\n")
            out.write_text("others can read this")
            out.chmod(0o644)
            self.assertEqual(self.ok(recipient("open", "--key", self.key, "--out", out, message)), b"")
            self.assertEqual((out.read_bytes(), out.stat().st_mode & 0o7777), (b"a secret", 0o600))
            if shutil.which("openssl"):
                opened = run("cms", "-decrypt", "-inform", "DER", "-inkey", self.key, "-in", message, binary="openssl")
                self.assertEqual(opened.stdout, b"a secret")
        self.ok(self.seal(document, "--base64", "--out", message))
        self.assertEqual(self.ok(recipient("open", "--key", self.key, message)), b"a secret")

    def test_nothing_is_sealed_for_a_document_that_is_refused(self):
        document = self.attested()
        other = self.dir / "other"
        self.ok(run("emulate", "--pki", other, "--init"))
        refusals = [({"pcr0": "11" * 48}, "NATT_E_POLICY_PCR_MISMATCH"),
                    ({"root": other / "root.pem"}, "NATT_E_CHAIN_ROOT"),
                    ({"verify": ("--max-age", "1ms", "--at", "2031-01-01T00:00:00Z")}, "NATT_E_TIME")]
        for changes, code in refusals:
            done = self.seal(document, **changes)
            self.fails(done, 1, "the document is refused, nothing was sealed", code)
        done = recipient("seal", "--insecure-no-pcr-policy", "--nonce", NONCE, "--max-age", "5m", "--secret", "-",
                         document, stdin=b"a secret")
        self.fails(done, 1, "NATT_E_CHAIN_ROOT", "without --root FILE or --pki DIR only AWS's root is trusted")
        message = self.dir / "message.ber"
        self.fails(self.seal(document, "--out", message, pcr0="11" * 48), 1)
        self.assertFalse(message.exists())
        self.fails(self.seal(document, pcr0="00" * 48), 2)

    def test_debug_enclaves_need_a_word(self):
        document = self.attested("--debug-mode")
        words = ["seal", "--root", self.dir / "pki/root.pem", "--insecure-no-pcr-policy", "--nonce", NONCE,
                 "--secret", "-", "--max-age", "5m", document]
        self.fails(recipient(*words, stdin=b"a secret"), 1, "NATT_E_EXPECT_DEBUG")
        sealed = self.ok(recipient(*words, "--allow-debug", stdin=b"a secret"))
        self.assertEqual(self.ok(recipient("open", "--key", self.key, "-", stdin=sealed)), b"a secret")

    def test_documents_without_a_key_are_refused(self):
        self.ok(run("emulate", "--pki", self.dir / "pki", "--init"))
        document = self.dir / "document.bin"
        with software_nsm(self.dir) as socket:
            self.ok(run("nsm", "attest", "--socket", socket, "--nonce", NONCE, "--out", document))
        self.fails(self.seal(document), 1, "the document has no public key", "NATT_RECIPIENT_E_PUBLIC_KEY")

    def test_secrets_have_a_size(self):
        document = self.attested()
        self.fails(self.seal(document, stdin=b""), 2, "NATT_RECIPIENT_E_SECRET_SIZE")
        self.fails(self.seal(document, stdin=bytes(16385)), 2, "NATT_RECIPIENT_E_SECRET_SIZE")
        sealed = self.ok(self.seal(document, stdin=bytes(16384)))
        self.assertEqual(self.ok(recipient("open", "--key", self.key, "-", stdin=sealed)), bytes(16384))

    def test_wrong_usage(self):
        document = self.attested()
        self.fails(self.seal(document, "--encoding", "pem"), 2, "--encoding")
        self.fails(recipient("seal", document), 2, "--secret is missing")
        self.fails(recipient("seal", "--secret", "-", "-"), 2, "standard input")
        self.fails(recipient("seal", "--secret", "-", document), 2)
        self.fails(recipient("seal", "--json", "--secret", "-", document), 2, "--json")
        self.fails(self.seal(document, "--out", self.dir / "no/message"), 3, "cannot write")
        self.fails(recipient("attest", "--key", self.key, "--value", "--base64"), 2, "--value and --base64")
        self.fails(recipient("open", "--key", self.key, self.dir / "absent"), 3)


class Messages(Case):
    def test_messages_for_others_and_damaged_ones_are_refused(self):
        document = self.attested()
        sealed = bytearray(self.ok(self.seal(document)))
        other = self.dir / "other.pem"
        self.ok(recipient("keygen", "--no-nsm", other))
        done = recipient("open", "--key", other, "-", stdin=bytes(sealed))
        self.fails(done, 1, "encrypted to a different key", "NATT_RECIPIENT_E_MESSAGE_RECIPIENT, byte 33")
        sealed[200] ^= 1
        self.fails(recipient("open", "--key", self.key, "-", stdin=bytes(sealed)), 1, "NATT_RECIPIENT_E_DECRYPT")
        self.fails(recipient("open", "--key", self.key, "-", stdin=bytes(sealed[:-1])), 1, "MESSAGE_TRUNCATED")
        self.fails(recipient("open", "--key", self.key, "-", stdin=b""), 1, "MESSAGE_SIZE")
        out = self.dir / "out"
        self.fails(recipient("open", "--key", self.key, "--out", out, "-", stdin=bytes(sealed)), 1)
        self.assertFalse(out.exists())

    def test_files_of_others_do_not_get_a_secret(self):
        document = self.attested()
        sealed = self.ok(self.seal(document))
        link, target = self.dir / "link", self.dir / "target"
        target.write_text("kept")
        link.symlink_to(target)
        self.fails(recipient("open", "--key", self.key, "--out", link, "-", stdin=sealed), 2,
                   "a regular file that you own")
        self.assertEqual(target.read_text(), "kept")
        os.mkfifo(self.dir / "fifo")
        self.fails(recipient("open", "--key", self.key, "--out", self.dir / "fifo", "-", stdin=sealed), 2)
        if os.geteuid() == 0:
            os.chown(target, 65534, 65534)
            done = recipient("open", "--key", self.key, "--out", target, "-", stdin=sealed)
            self.fails(done, 2, "a regular file that you own")
            self.assertEqual(target.read_text(), "kept")

    def open_with(self, closed, *words, before=""):
        return run("-c", f'{before} exec "$@" {closed}', BINARY, BINARY, "recipient", "open", "--key", self.key, *words,
                   binary="/bin/sh")

    def test_a_file_is_replaced_as_a_whole(self):
        message, out = self.dir / "message", self.dir / "out"
        message.write_bytes(self.ok(self.seal(self.attested())))
        out.write_text("kept")
        before = sorted(os.listdir(self.dir))
        full = "trap '' 25; ulimit -f 0;"  # SIGXFSZ: writing to files fails
        self.fails(self.open_with("", "--out", out, message, before=full), 3, f"cannot write {out}: File too large")
        self.fails(self.open_with("", "--out", self.dir / "new", message, before=full), 3)
        self.assertEqual((out.read_text(), sorted(os.listdir(self.dir))), ("kept", before))
        with open(out, encoding="ascii") as reader:  # which was open while others could read the file
            self.ok(self.open_with("", "--out", out, message, before="umask 777;"))
            self.assertEqual(reader.read(), "kept")
        self.assertEqual((out.read_bytes(), out.stat().st_mode & 0o7777), (b"a secret", 0o600))
        self.fails(self.open_with("", "--out", self.dir, message), 2, "a regular file that you own")
        self.assertEqual(sorted(os.listdir(self.dir)), before)

    def test_closed_descriptors(self):
        message, out = self.dir / "message", self.dir / "out"
        message.write_bytes(self.ok(self.seal(self.attested())))
        self.fails(self.open_with(">&-", message), 3, "cannot write to standard output")
        self.fails(self.open_with("<&- >&- 2>&-", message), 3)
        self.fails(self.open_with("<&-", "-"), 3, "cannot read standard input")
        for closed in ("<&-", "2>&-"):
            self.assertEqual(self.open_with(closed, message).stdout, b"a secret")
        self.ok(self.open_with("<&- >&- 2>&-", "--out", out, message))
        self.assertEqual(out.read_bytes(), b"a secret")
        for words in (["kms", "--help"], ["--version"]):
            self.fails(run("-c", 'exec "$@" >&-', BINARY, BINARY, *words, binary="/bin/sh"), 3, "standard output")

    @unittest.skipUnless(SHARED.is_dir(), "skipped: no shared material (kms)")
    def test_a_genuine_message_opens(self):
        shutil.copyfile(SHARED / "recipient-1-key.pem", self.key)
        self.key.chmod(0o600)
        plaintext = (SHARED / "recipient-1-plaintext.bin").read_bytes()
        self.assertEqual(self.ok(recipient("open", "--key", self.key, SHARED / "recipient-1.ber")), plaintext)

    @unittest.skipUnless(shutil.which("openssl"), "skipped: no openssl")
    def test_what_openssl_writes_opens(self):
        """With a certificate whose subjectKeyIdentifier is the SHA-256 of its key; the error names the unsupported
        form."""
        self.make_key()
        spki = run("pkey", "-in", self.key, "-pubout", "-outform", "DER", binary="openssl").stdout
        digest = run("dgst", "-sha256", "-hex", "-r", stdin=spki, binary="openssl").stdout.split()[0].decode()
        cert = self.dir / "cert.pem"
        self.ok(run("req", "-x509", "-new", "-key", self.key, "-subj", "/CN=recipient", "-addext",
                    "subjectKeyIdentifier=" + digest, "-out", cert, binary="openssl"))
        oaep = ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha256"]
        words = ["cms", "-encrypt", "-binary", "-outform", "DER", "-aes256"]
        for stream in ((), ("-stream",)):
            done = run(*words, "-keyid", *stream, "-recip", cert, *oaep, stdin=b"a secret", binary="openssl")
            message = self.ok(done)
            self.assertEqual(message[1:2] == b"\x80", bool(stream))
            self.assertEqual(self.ok(recipient("open", "--key", self.key, "-", stdin=message)), b"a secret")
        message = self.ok(run(*words, "-recip", cert, *oaep, stdin=b"a secret", binary="openssl"))
        self.fails(recipient("open", "--key", self.key, "-", stdin=message), 1, "version 0, issuer and serial number",
                   "LocalStack")


class Kms(Case):
    def test_the_value_is_what_requests_have(self):
        self.ok(run("emulate", "--pki", self.dir / "pki", "--init"))
        self.make_key()
        with software_nsm(self.dir) as socket:
            value = json.loads(self.ok(recipient("attest", "--key", self.key, "--socket", socket, "--value")))
        self.assertEqual(value["KeyEncryptionAlgorithm"], "RSAES_OAEP_SHA_256")
        document = base64.b64decode(value["AttestationDocument"], validate=True)
        shown = json.loads(self.ok(run("inspect", "--json", "-", stdin=document)))
        spki = run("pkey", "-in", self.key, "-pubout", "-outform", "DER", binary="openssl").stdout
        self.assertEqual(bytes.fromhex(shown["public_key"]), spki)


class Codes(Case):
    def test_explain_knows_them(self):
        said = self.ok(run("explain", "NATT_RECIPIENT_E_DECRYPT")).decode()
        self.assertIn("cannot be decrypted", said)
        self.assertEqual(json.loads(self.ok(run("explain", "--json", "natt_recipient_e_debug")))[0]["number"], 401)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
