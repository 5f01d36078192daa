"""Runs the examples with the software NSM: examples_test.py. NITRO_ATTEST, SELF_ATTEST and RELYING_SERVICE name the
programs, and NITRO_ATTEST_LIBDIR the folder with the library for Python. Standard library only.

Exit 0: all passed. 1: something failed. 77: this kernel or sandbox does not let emulate run a program.
"""
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

EXAMPLES = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ["NITRO_ATTEST"]
IMAGE, OTHER_IMAGE = "5a" * 48, "5b" * 48


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, timeout=60, check=False, **more)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


class WithEnclave(unittest.TestCase):
    """A stored PKI, and programs that run in its enclave."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name)
        assert run(BINARY, "emulate", "--pki", cls.folder / "pki", "--init").returncode == 0
        cls.root = cls.folder / "pki/root.pem"
        cls.root_der = cls.folder / "root.der"
        cls.root_der.write_bytes(ssl.PEM_cert_to_DER_cert(cls.root.read_text()))
        cls.policy = cls.folder / "policy.json"
        cls.policy.write_text(json.dumps({"version": 1, "sets": [{"name": "image", "pcrs": {"0": [IMAGE]}}]}))

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def emulate(self, *words, options=("--pcr", "0=" + IMAGE)):
        return run(BINARY, "emulate", "--pki", self.folder / "pki", *options, "--", *words)

    def attest(self, nonce, **more):
        done = self.emulate(BINARY, "nsm", "attest", "--nonce", nonce, "--public-key", "c0ffee", **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Service:
    """A program that prints "listening on ADDRESS"; use it in a with statement."""

    def __init__(self, *words):
        self.process = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), (line, self.process.stderr.read() if not line else "")
        self.url = "http://" + line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=20)
        assert self.process.returncode == 0 and not errors, (self.process.returncode, errors)

    def call(self, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def challenge(self):
        status, text = self.call("/challenge")
        assert status == 200 and len(text) == 65, (status, text)
        return text.strip()

    def post(self, document, challenge):
        return self.call("/attest", document, {"Challenge": challenge})


class RelyingServices:
    """Requirements for every relying service; the classes below name two."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.start()
        cls.addClassCleanup(cls.service.__exit__)

    def test_welcomes_an_enclave_that_answers_its_challenge(self):
        challenge = self.service.challenge()
        status, text = self.service.post(self.attest(challenge), challenge)
        self.assertEqual(status, 200, text)
        verdict = json.loads(text)
        self.assertEqual((verdict["verdict"], verdict["public_key"]), ("verified", "c0ffee"))
        self.assertRegex(verdict["module_id"], "^i-[0-9a-f]+-enc[0-9a-f]+$")

    def test_challenges_differ_and_are_good_once(self):
        challenge = self.service.challenge()
        self.assertNotEqual(challenge, self.service.challenge())
        document = self.attest(challenge)
        self.assertEqual(self.service.post(document, challenge)[0], 200)
        status, text = self.service.post(document, challenge)
        self.assertEqual((status, "unknown, used or too old" in text), (403, True), text)

    def test_refuses_an_answer_to_another_challenge(self):
        first, second = self.service.challenge(), self.service.challenge()
        status, text = self.service.post(self.attest(first), second)
        self.assertEqual((status, json.loads(text)["code"]), (403, "NATT_E_EXPECT_NONCE"))

    def test_refuses_another_image(self):
        challenge = self.service.challenge()
        document = self.attest(challenge, options=("--pcr", "0=" + OTHER_IMAGE))
        status, text = self.service.post(document, challenge)
        self.assertEqual(status, 403)
        self.assertRegex(json.loads(text)["code"], "NATT_E_POLICY_(NO_SET|PCR_MISMATCH)")

    def test_refuses_a_document_that_is_older_than_any_challenge(self):
        challenge = self.service.challenge()
        made = int((time.time() - 90) * 1000)
        document = self.attest(challenge, options=("--pcr", "0=" + IMAGE, "--at", f"@{made}"))
        status, text = self.service.post(document, challenge)
        self.assertEqual((status, json.loads(text)["code"]), (403, "NATT_E_TIME_STALE"))

    def test_refuses_what_is_no_document(self):
        for body, code in ((b"", "NATT_E_COSE_SIZE"), (b"junk", "NATT_E_COSE_"), (bytes(16493), "NATT_E_COSE_")):
            status, text = self.service.post(body, self.service.challenge())
            self.assertEqual(status, 403, text)
            self.assertTrue(json.loads(text)["code"].startswith(code), text)

    def test_refuses_a_debug_enclave(self):
        challenge = self.service.challenge()
        status, text = self.service.post(self.attest(challenge, options=("--debug-mode",)), challenge)
        self.assertEqual((status, json.loads(text)["code"]), (403, "NATT_E_EXPECT_DEBUG"))

    def test_refuses_altered_and_overlong_documents_and_challenges_it_never_gave(self):
        challenge = self.service.challenge()
        altered = bytearray(self.attest(challenge))
        altered[-1] ^= 1
        status, text = self.service.post(bytes(altered), challenge)
        self.assertEqual((status, json.loads(text)["code"]), (403, "NATT_E_COSE_SIGNATURE"))
        self.assertEqual(self.service.post(bytes(16494), self.service.challenge())[0], 413)
        self.assertEqual(self.service.post(b"x", "ab" * 32)[0], 403)
        self.assertEqual(self.service.call("/else")[0], 404)

    def test_refuses_a_challenge_that_no_service_could_have_given(self):
        for challenge, status in (("no digits", 400), ("ab" * 31 + "a", 400), ("ab" * 32, 403), ("ab" * 32 + "a", 400),
                                  ("g" * 64, 400), ("AB" * 32, 403)):
            self.assertEqual(self.service.post(b"x", challenge)[0], status, challenge)


@unittest.skipUnless("RELYING_SERVICE" in os.environ, "libmicrohttpd is not installed")
class RelyingServiceInC(RelyingServices, WithEnclave):
    @classmethod
    def start(cls):
        return Service(os.environ["RELYING_SERVICE"], IMAGE, cls.root_der, 0)

    def test_usage_errors(self):
        program = os.environ["RELYING_SERVICE"]
        for words in ((), ("5a",), (IMAGE, "/no/such/file"), (IMAGE[:-1] + "x",)):
            self.assertEqual(run(program, *words).returncode, 2, words)

    def test_refuses_to_start_with_a_root_that_is_no_der_certificate(self):
        longer = self.folder / "longer.der"
        longer.write_bytes(self.root_der.read_bytes() + b"x")
        for path in (self.root, longer):
            done = run(os.environ["RELYING_SERVICE"], IMAGE, path, 0)
            self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
            self.assertIn(b"NATT_E_USAGE_ROOT_INVALID", done.stderr)


@unittest.skipUnless("NITRO_ATTEST_LIBDIR" in os.environ, "no library that Python can load")
class RelyingServiceInPython(RelyingServices, WithEnclave):
    PROGRAM = EXAMPLES / "relying_service.py"

    @classmethod
    def start(cls):
        return Service(sys.executable, cls.PROGRAM, cls.policy, cls.root, 0)

    @staticmethod
    def at_once(count, call):
        """Results of this number of calls, each in a separate thread."""
        results = []
        threads = [threading.Thread(target=lambda: results.append(call())) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_a_challenge_is_good_once_among_clients_at_the_same_time(self):
        challenge = self.service.challenge()
        document = self.attest(challenge)
        answers = self.at_once(8, lambda: self.service.post(document, challenge)[0])
        self.assertEqual(sorted(answers), [200] + 7 * [403])

    def test_a_slow_client_keeps_nobody_waiting(self):
        host, port = self.service.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"GET /chal")
            began = time.monotonic()
            self.service.challenge()
            self.assertLess(time.monotonic() - began, 5)

    def test_lengths_that_are_none(self):
        for length in ("", "-1", "x", "99999", "9" * 5000):
            status, _ = self.service.call("/attest", b"x", {"Challenge": "ab" * 32, "Content-Length": length})
            self.assertEqual(status, 413, length)

    def test_usage_errors(self):
        weak = self.folder / "weak.json"
        weak.write_text(json.dumps({"version": 1, "sets": [{"name": "weak", "pcrs": {"3": [IMAGE]}}]}))
        for words, text in (((), b"usage"), (("/no/such/file",), b"/no/such/file"), ((self.root,), b"not JSON"),
                            ((weak,), b"NATT_E_USAGE_POLICY_WEAK"), ((self.policy, self.root_der),
                                                                     b"relying_service.py: "),
                            ((self.policy, self.root, "x"), b"relying_service.py: ")):
            done = run(sys.executable, self.PROGRAM, *words)
            self.assertEqual((done.returncode, text in done.stderr, b"Traceback" in done.stderr), (1, True, False),
                             done.stderr)


class SelfAttestation(WithEnclave):
    def test_proves_itself(self):
        done = self.emulate(os.environ["SELF_ATTEST"], self.root_der)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"verified: ", done.stdout)

    def test_fails_under_another_root_in_debug_mode_and_without_nsm(self):
        done = self.emulate(os.environ["SELF_ATTEST"])
        self.assertEqual((done.returncode, b"(NATT_E_CHAIN_ROOT, certificate 0, byte " in done.stderr), (1, True),
                         done.stderr)
        done = self.emulate(os.environ["SELF_ATTEST"], self.root_der, options=("--debug-mode",))
        self.assertEqual((done.returncode, b"verif" in done.stdout), (1, False))
        done = self.emulate(os.environ["SELF_ATTEST"], self.root_der, options=("--fault",
                                                                               "attestation:error=InternalError"))
        self.assertEqual((done.returncode, b"InternalError" in done.stderr), (1, True))


class VerifyMany(WithEnclave):
    """Documents with nonces 00 to 02, and the list in which each occurs with a right or a wrong one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = []
        for nonce in ("00", "01", "02"):
            path = cls.folder / nonce
            path.write_bytes(cls.attest(cls(), nonce))
            cls.documents.append((nonce, path))

    def verify_many(self, lines, threads=1, image=IMAGE):
        return run(os.environ["VERIFY_MANY"], image, self.root_der, threads,
                   input="".join("%s %s\n" % line for line in lines).encode())

    def test_any_number_of_threads_has_the_same_verdicts(self):
        for count in (1, 63, 64, 65, 300):
            lines = [(nonce if number % 7 else "ff", path)
                     for number, (nonce, path) in enumerate(self.documents * (count // 3 + 1))][:count]
            first = self.verify_many(lines)
            verdicts = first.stdout.decode().splitlines()
            self.assertEqual([line.split()[:2] for line in verdicts],
                             [["verified" if number % 7 else "refused", str(path)]
                              for number, (_, path) in enumerate(lines)])
            self.assertEqual(verdicts[0].split()[2], "NATT_E_EXPECT_NONCE")
            for threads in (2, 5, 1024):
                self.assertEqual(self.verify_many(lines, threads).stdout, first.stdout)

    def test_status(self):
        good = self.documents
        self.assertEqual(self.verify_many(good).returncode, 0)
        self.assertEqual(self.verify_many(good, image=OTHER_IMAGE).returncode, 1)
        self.assertEqual(self.verify_many([*good, ("00", "/no/such/file")]).returncode, 1)
        long = self.folder / "long"
        long.write_bytes(good[0][1].read_bytes() + bytes(20000))
        done = self.verify_many([("00", long)])
        self.assertEqual((done.returncode, done.stdout.split()[-1]), (1, b"NATT_E_COSE_SIZE"))
        for lines in ([], [("", good[0][1])], [("0", good[0][1])], [("00", "")], [("00" * 65, good[0][1])]):
            self.assertEqual(self.verify_many(lines).returncode, 2, lines)
        self.assertEqual(self.verify_many([("00" * 64, good[0][1])]).returncode, 1)
        for threads in (0, 1025, "x", "1x", ""):
            self.assertEqual(self.verify_many(good, threads).returncode, 2)
        self.assertEqual(self.verify_many(good, image="5a").returncode, 2)


class VerifyFolder(WithEnclave):
    def folder_of(self, **documents):
        place = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name, content in documents.items():
            (place / name).write_bytes(content)
        return place

    def verify_folder(self, place, *options):
        return run(EXAMPLES / "verify-folder", place, "--root", self.root, "--no-nonce", *options)

    def test_counts_and_status(self):
        good = self.attest("00")
        options = ("--archive", "--pcr", "0=" + IMAGE)
        done = self.verify_folder(self.folder_of(a=good, b=good), *options)
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, b"2 verified, 0 refused, 0 unreadable"))
        place = self.folder_of(a=good, b=good[:-1], c=b"")
        done = self.verify_folder(place, *options)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.decode().splitlines(), [
            f"verified  {place}/a", f"refused   {place}/b: NATT_E_CBOR_TRUNCATED",
            f"refused   {place}/c: NATT_E_COSE_SIZE",
            "1 verified, 2 refused, 0 unreadable"])

    def test_usage_errors_and_empty_folders(self):
        self.assertEqual(self.verify_folder(self.folder_of(a=b"x")).returncode, 2)
        self.assertEqual(self.verify_folder(self.folder_of(), "--archive", "--pcr", "0=" + IMAGE).returncode, 2)


if __name__ == "__main__":
    probe = run(BINARY, "emulate", "--", "true")
    if probe.returncode == 125:
        print("1..0 # SKIP emulate cannot run a program here:", probe.stderr.decode().strip())
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
