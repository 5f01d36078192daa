"""Drives nitro-attest nsm, pcr and emulate end to end: nsm_cli_test.py PATH-OF-BINARY. Standard library only.

Exit 0: all passed. 1: something failed. 77: this kernel or sandbox does not let emulate run a program.
"""
import contextlib
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

BINARY = os.path.abspath(sys.argv[1])
REPO = pathlib.Path(__file__).resolve().parents[2]
ZERO = bytes(48)
A, NONCE = "ab" * 48, "00112233"


def sha384(*parts):
    return hashlib.sha384(b"".join(parts)).digest()


def run(*words, stdin=b""):
    done = subprocess.run([BINARY, *map(str, words)], input=stdin, capture_output=True, timeout=60, check=False)
    if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or done.returncode < 0:
        raise AssertionError(f"crashed with {done.returncode}: {words}\n{done.stderr.decode(errors='replace')}")
    return done


def emulate(*words, options=(), stdin=b""):
    return run("emulate", "--seed", "0102", *options, "--", *words, stdin=stdin)


def shell(script, options=()):
    """A shell script inside; $N is the nsm command."""
    return emulate("sh", "-c", f"N='{BINARY} nsm'; {script}", options=options)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def ok(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.decode()

    def fails(self, done, code, *texts):
        self.assertEqual(done.returncode, code, (done.args, done.stdout, done.stderr))
        for text in texts:
            self.assertIn(text, done.stderr.decode())


class Documents(Case):
    def test_init_attest_verify(self):
        pki, root = self.dir / "pki", self.dir / "pki/root.pem"
        self.ok(run("emulate", "--pki", pki, "--init"))
        self.assertEqual((pki / "seed").stat().st_mode & 0o777, 0o600)
        document = run("emulate", "--pki", pki, "--pcr", f"0={A}", "--", BINARY, "nsm", "attest", "--nonce",
                       NONCE).stdout
        verifier = ["verify", "--pcr", f"0={A}", "--nonce", NONCE, "--max-age", "5m"]
        self.assertIn("VERIFIED", self.ok(run(*verifier, "--root", root, "-", stdin=document)))
        refused = run(*verifier, "-", stdin=document)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"NATT_E_CHAIN_ROOT", refused.stdout)
        self.fails(run("emulate", "--pki", pki, "--init"), 3, "--pki")

    def test_a_document_signed_while_verify_waits_is_not_from_the_future(self):
        root = self.dir / "root.pem"
        self.ok(emulate("true", options=["--root-out", root]))
        verifier = subprocess.Popen(
            [BINARY, "verify", "--root", root, "--pcr", f"0={A}", "--no-nonce", "--max-age", "5m", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(0.2)
        document = emulate(BINARY, "nsm", "attest", options=["--pcr", f"0={A}"])
        out, _ = verifier.communicate(document.stdout)
        self.assertEqual((verifier.returncode, out[:9]), (0, b"VERIFIED\n"), out)

    def test_fields_reach_the_document(self):
        script = "$N attest --nonce 0a --user-data base64:AAEC --public-key @" + str(REPO / "LICENSE")
        self.fails(shell(script), 2, "4096")
        done = shell("$N attest --nonce 0a --user-data base64:AAEC --public-key base64: --base64")
        shown = json.loads(self.ok(run("inspect", "--json", "-", stdin=done.stdout)))
        self.assertEqual((shown["nonce"], shown["user_data"], shown["public_key"]), ("0a", "000102", ""))

    def test_strict_sizes(self):
        self.fails(shell(f"$N attest --strict-sizes --nonce {'00' * 513}"), 2, "--strict-sizes")
        self.ok(shell(f"$N attest --nonce {'00' * 513} >/dev/null"))

    def test_presets(self):
        build = self.dir / "build.json"
        build.write_text(json.dumps({"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": A, "PCR1": "11" * 48,
                                                      "PCR2": "22" * 48}}))
        arn = "arn:aws:iam::123456789012:role/app"
        out = self.ok(shell("$N pcr read 0 1 2 3 4 20 --json", ["--measurements", build, "--role-arn", arn,
                                                                "--instance-id", "i-01234567", "--pcr",
                                                                "20=" + "33" * 48]))
        self.assertEqual([p["value"] for p in json.loads(out)],
                         [A, "11" * 48, "22" * 48, sha384(ZERO, arn.encode()).hex(), sha384(ZERO, b"i-01234567").hex(),
                          "33" * 48])
        self.assertTrue(all(p["locked"] for p in json.loads(out)))
        zero = self.ok(shell("$N pcr read 0 1 2", ["--debug-mode"]))
        self.assertEqual(zero.count("0" * 96), 3)

    def test_the_clock_starts_where_it_is_told_to(self):
        document = emulate(BINARY, "nsm", "attest", options=["--at", "2030-01-02T03:04:05Z"]).stdout
        self.assertIn("2030-01-02T03:04:", self.ok(run("inspect", "-", stdin=document)))


class Keys(Case):
    def test_what_is_wrong_with_the_folder_is_named_and_what_to_do(self):
        pki = self.dir / "pki"
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", "No such file or directory",
                   f"what to do: create it first: nitro-attest emulate --pki {pki} --init")
        pki.mkdir()
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", "seed",
                   f"nitro-attest emulate --pki {pki} --init")
        self.ok(run("emulate", "--pki", pki, "--init", "--", "true"))
        self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", "leave --init out")
        (pki / "root.pem").write_text("other")
        self.fails(run("emulate", "--pki", pki, "--", "true"), 2, f"--pki {pki}: root.pem is not the root")
        (pki / "root.pem").unlink()
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", "root.pem",
                   "No such file or directory")
        (pki / "seed").write_text("00")
        self.fails(run("emulate", "--pki", pki, "--", "true"), 2, f"--pki {pki}: ", "seed", "--init created")
        self.fails(run("emulate", "--pki", self.dir / "a/b", "--init"), 3, f"--pki {self.dir}/a/b: ",
                   "No such file or directory")
        self.fails(run("emulate", "--pki", pki / "seed", "--", "true"), 3, "Not a directory")

    def test_a_root_that_cannot_be_written_does_not_hide_the_pki(self):
        pki = self.dir / "pki"
        done = run("emulate", "--pki", pki, "--init", "--root-out", "/nonexistent/root", "--", "true")
        self.fails(done, 3, f"created a test PKI: {pki}/root.pem", "cannot write /nonexistent/root",
                   "what to do: name another file for --root-out, and omit --init: the PKI has been created")
        self.ok(run("emulate", "--pki", pki, "--root-out", self.dir / "root", "--", "true"))
        self.assertEqual((self.dir / "root").read_bytes(), (pki / "root.pem").read_bytes())
        self.assertNotIn(b"--init", run("emulate", "--root-out", "/nonexistent/root", "--", "true").stderr)

    def test_a_folder_that_others_can_write_is_never_filled(self):
        pki = self.dir / "pki"
        for mode in (0o770, 0o702, 0o1777):
            pki.mkdir()
            pki.chmod(mode)
            self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", f"what to do: chmod go-w {pki}")
            self.assertEqual(list(pki.iterdir()), [])
            pki.rmdir()
        self.dir.chmod(0o777)
        self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", f"chmod go-w {pki.parent}\n")
        self.assertFalse(pki.exists())
        (self.dir / "a/b").mkdir(parents=True)
        self.fails(run("emulate", "--pki", self.dir / "a/b/pki", "--init"), 3, f"chmod go-w {self.dir}\n")
        self.dir.chmod(0o1777)
        self.ok(run("emulate", "--pki", pki, "--init"))
        pki.chmod(0o770)
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", f"what to do: chmod go-w {pki}")
        self.dir.chmod(0o700)


class Requests(Case):
    def test_describe(self):
        out = json.loads(self.ok(shell("$N describe --json")))
        self.assertEqual((out["version"], out["max_pcrs"], out["digest"], out["locked_pcrs"]),
                         ("1.0.0", 32, "SHA384", [*range(16)]))
        self.assertRegex(out["module_id"], r"^i-[0-9a-f]{17}-enc[0-9a-f]{16}$")
        self.assertIn(out["module_id"][:19], self.ok(shell("$N describe")))  # the rest is the start time

    def test_extend_and_lock(self):
        data = bytes.fromhex("0b00374863ff5c65")
        out = self.ok(shell(f"$N pcr extend 16 --data {data.hex()} && $N pcr extend 16 --data base64: && $N pcr lock "
                            f"16"))
        once = sha384(ZERO, data)
        self.assertEqual(re.findall(r"[0-9a-f]{96}", out), [once.hex(), sha384(once).hex()])
        self.fails(shell("$N pcr lock 16; $N pcr lock 16"), 1, "ReadOnlyIndex", "locked")
        self.fails(shell("$N pcr extend 3 --data 00"), 1, "ReadOnlyIndex")
        self.ok(shell("$N pcr lock --first 20; $N pcr lock --first 20"))
        self.assertEqual(self.ok(shell("$N pcr lock --first 32; $N pcr read")).count(" locked "), 32)

    def test_random(self):
        out = self.ok(shell("$N random 1000 --hex"))
        self.assertEqual(len(bytes.fromhex(out)), 1000)
        self.assertNotEqual(out, self.ok(shell("$N random 1000 --hex")))
        self.assertEqual(len(shell("$N random 5000").stdout), 5000)

    def test_detect(self):
        self.assertIn("NSM present", self.ok(shell("$N detect")))
        self.assertTrue(json.loads(self.ok(shell("$N detect --json")))["present"])
        absent = run("nsm", "detect", "--json", "--device", self.dir / "none")
        self.assertEqual((absent.returncode, json.loads(absent.stdout)["present"]), (1, False))

    def test_no_device(self):
        self.fails(run("nsm", "describe", "--device", self.dir / "none"), 3, "No such file", "what to do")
        self.fails(run("nsm", "describe", "--device", "/dev/null"), 3, "what to do")

    def test_usage(self):
        for words in (["frobnicate"], ["pcr", "reed"], ["random"]):
            self.fails(run("nsm", *words), 2, "what to do")
        for words in ([], ["nsm"], ["nsm", "pcr"], ["pcr"]):
            self.assertIn("usage: nitro-attest", self.ok(run(*words, "--help")))


@contextlib.contextmanager
def listening(path, *options):
    """A software NSM that serves a socket."""
    server = subprocess.Popen([BINARY, "emulate", "--listen", path, *options], stderr=subprocess.PIPE)
    try:
        server.stderr.readline()
        yield path
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        server.stderr.close()


USAGE = [["pcr", "read", "32"], ["pcr", "read", "0", "x"], ["pcr", "read", "-1"],
         ["pcr", "extend", "abc", "--data", "00"],
         ["pcr", "extend", "16"], ["pcr", "extend", "32", "--data", "00"], ["pcr", "extend", "16", "--data", "zz"],
         ["pcr", "extend", "16", "--data", "00" * 4070], ["pcr", "lock"], ["pcr", "lock", "16", "99"],
         ["pcr", "lock", "1", "--first", "2"], ["pcr", "lock", "--first", "33"], ["pcr", "lock", "--first", "x"],
         ["attest", "--nonce", "zz"], ["attest", "--user-data", "base64:!"], ["attest", "--public-key", ""],
         ["attest", "--strict-sizes", "--nonce", "00" * 513], ["attest", "--strict-sizes", "--user-data", "00" * 513],
         ["attest", "--strict-sizes", "--public-key", "00" * 1025], ["attest", "--nonce", "00" * 4051],
         ["random", "abc"], ["random", "0"], ["random", "12x"], ["random", str(2**40 + 1)],
         ["seed-entropy", "--bytes", "0"],
         ["seed-entropy", "--bytes", "513"], ["seed-entropy", "--bytes", "x"], ["describe", "--deadline", "0s"],
         ["describe", "--deadline", "soon"], ["detect", "--deadline", "50d"], ["random", "8", "--deadline", "1"]]
FITS = [["pcr", "extend", "16", "--data", "00" * 4069], ["attest", "--strict-sizes", "--nonce", "00" * 512],
        ["attest", "--strict-sizes", "--user-data", "00" * 512], ["attest", "--strict-sizes", "--public-key",
                                                                  "00" * 1024],
        ["attest", "--nonce", "00" * 4050], ["pcr", "lock", "--first", "32"], ["pcr", "read", "31"]]


class Arguments(Case):
    """Wrong arguments are found before a device is opened, so the result is the same in and out of an enclave."""

    def test_wrong_usage_is_2_with_and_without_a_device(self):
        for words in USAGE:
            outside = run("nsm", *words, "--device", self.dir / "none")
            self.fails(outside, 2, "what to do")
            self.assertNotIn("/none", outside.stderr.decode(), words)
            self.assertEqual(run("nsm", *words, "--socket", self.dir / "none").stderr, outside.stderr)
            inside = emulate(BINARY, "nsm", *words)
            self.assertEqual((inside.returncode, inside.stderr, inside.stdout), (2, outside.stderr, b""), words)

    def test_right_usage_is_not_refused(self):
        for words in FITS:
            self.fails(run("nsm", *words, "--device", self.dir / "none"), 3, "No such file")
            self.ok(emulate("sh", "-c", 'exec "$0" "$@" >/dev/null', BINARY, "nsm", *words))

    def test_where_the_nsm_is_wants_one_answer(self):
        self.fails(run("nsm", "describe", "--device", "/x", "--socket", "/y"), 2, "--device and --socket")
        self.fails(run("nsm", "detect", "--socket", "/" + 200 * "x"), 2, "too long")

    def test_nothing_is_locked_when_one_index_is_wrong(self):
        out = shell("$N pcr lock 16 99; $N pcr lock 17 x; $N pcr read 16 17")
        self.assertEqual(out.stdout.decode().count("unlocked"), 2)


class Advice(Case):
    """The remedy depends on the request and on the NSM's address."""

    def test_what_is_no_nsm_is_called_so(self):
        (self.dir / "file").touch()
        for place in ("/dev/null", self.dir / "file", self.dir):
            for words in (["describe"], ["pcr", "extend", "16", "--data", "00"], ["random", "4"], ["attest"],
                          ["seed-entropy"]):
                done = run("nsm", *words, "--device", place)
                self.fails(done, 3, f"{place} is not an NSM device", "Inappropriate ioctl", "/dev/nsm")
                self.assertNotIn("extending", done.stderr.decode())
            found = run("nsm", "detect", "--device", place)
            self.assertEqual(found.returncode, 1)
            self.assertIn(f"no NSM: {place} is not an NSM device", found.stdout.decode())

    def test_a_device_that_cannot_be_opened(self):
        self.fails(run("nsm", "describe", "--device", self.dir / "none"), 3, "No such file", "--device", "/dev/nsm")
        if not os.path.exists("/dev/nsm"):
            self.fails(run("nsm", "describe"), 3, "/dev/nsm: ", "No such file", "nitro-attest emulate")

    def test_the_way_to_show_the_device(self):
        for way in ("private", "trap", "auto"):
            done = emulate(BINARY, "nsm", "random", "4", "--hex", options=["--dev", way, "--verbose"])
            if way == "private" and done.returncode == 125:
                self.assertIn("no private /dev: ", done.stderr.decode())
                continue
            self.assertRegex(self.ok(done), "^[0-9a-f]{8}\n$")
            told = "the program has a private /dev" if b"private /dev\n" in done.stderr else "system calls are trapped"
            self.assertRegex(done.stderr.decode(), rf"^nitro-attest emulate: {told}( \(no private /dev: .*\))?\n$")
            self.assertFalse(way == "private" and "trapped" in told or way == "trap" and "trapped" not in told)
            self.assertEqual(emulate("true", options=["--dev", way]).stderr, b"")
        self.fails(emulate("true", options=["--dev", "host"]), 2, '--dev: "host" is not', "write private, trap or auto")
        self.fails(run("emulate", "--listen", self.dir / "socket", "--dev", "trap"), 2, "--dev without a program")
        self.fails(run("emulate", "--listen", self.dir / "socket", "--verbose"), 2, "--verbose without a program")

    def test_a_socket_gets_no_advice_about_devices(self):
        (self.dir / "file").touch()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stale, socket.socket(socket.AF_UNIX) as stream:
            stale.bind(str(self.dir / "left"))
            stream.bind(str(self.dir / "stream"))
            stream.listen(1)
            for name, why in (("none", "No such file"), ("file", "Connection refused"), ("left", "Connection refused"),
                              ("stream", "Protocol wrong type")):
                done = run("nsm", "describe", "--socket", self.dir / name)
                self.fails(done, 3, f"{self.dir / name}: ", why, f"nitro-attest emulate --listen {self.dir / name}")
                self.assertNotIn("/dev/nsm", done.stderr.decode())

    def test_a_server_that_has_ended_is_not_asked_again(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(self.dir / "nsm"))
            listener.listen(1)
            threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
            done = run("nsm", "describe", "--socket", self.dir / "nsm")
        self.fails(done, 3, "DescribeNSM: ",
                   f"what to do: start the server: nitro-attest emulate --listen {self.dir / 'nsm'}")

    def test_what_to_do_after_a_lost_answer_fits_the_request(self):
        extended, locked = "read the PCR before extending it again", "locking twice does no harm"
        unchanged = "nothing was changed"
        for fault, deadline in (("any:errno=EIO", []), ("any:silence=60s", ["--deadline", "100ms"])):
            with listening(self.dir / "nsm", "--fault", fault) as place:
                for words, told in ((["pcr", "extend", "16", "--data", "00"], extended),
                                    (["pcr", "lock", "16"], locked),
                                    (["pcr", "lock", "--first", "20"], locked), (["pcr", "read", "16"], unchanged),
                                    (["describe"], unchanged), (["attest"], unchanged), (["random", "4"], unchanged)):
                    done = run("nsm", *words, *deadline, "--socket", place)
                    self.fails(done, 3, told)
                    self.assertEqual("extending" in done.stderr.decode(), "extend" in words, words)

    def test_what_to_do_after_a_refusal_fits_the_request(self):
        tpm = ["--kind", "nitrotpm"]
        for words in (["pcr", "read", "0"], ["pcr", "extend", "16", "--data", "00"], ["pcr", "lock", "16"],
                      ["pcr", "lock", "--first", "2"]):
            self.fails(emulate(BINARY, "nsm", *words, options=tpm), 1, "InvalidOperation", "what to do: ", "TPM")
        self.fails(emulate(BINARY, "nsm", "attest", options=["--fault", "any:error=InternalError"]), 1, "InternalError",
                   "what to do: ")


def bytes_head(length):
    """Of a CBOR byte string [RFC 8949 3]."""
    if length < 24:
        return bytes([0x40 + length])
    return bytes([0x58, length]) if length < 256 else b"\x59" + struct.pack(">H", length)


class Raw(bytes):
    """A whole response."""


class FakeNsm:
    """An NSM on a socket that replies to GetRandom with the given bytes, repeatedly; with None or no bytes, it never
    replies."""

    DESCRIPTION = Raw(b"\xa1\x6bDescribeNSM\xa7\x6dversion_major\x01\x6dversion_minor\x00\x6dversion_patch\x00"
                      b"\x69module_id\x66i-fake\x68max_pcrs\x18\x20\x6blocked_pcrs\x80\x66digest\x66SHA384")

    def __init__(self, path, answers):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(path))
        self.listener.listen(4)
        self.answers, self.asked = list(answers), 0
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        client, _ = self.listener.accept()
        with client:
            while request := client.recv(8192)[4:]:
                reply = self.DESCRIPTION if self.answers else None
                if b"GetRandom" in request:
                    reply = self.answers[self.asked % len(self.answers)]
                    self.asked += 1
                if reply is None:
                    time.sleep(20)
                    return
                if not isinstance(reply, Raw):
                    reply = b"\xa1\x69GetRandom\xa1\x66random" + bytes_head(len(reply)) + reply
                client.sendall(bytes(4) + reply)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


class Readiness(Case):
    """nsm detect --entropy: 0 ready, 1 no NSM, 3 an NSM with unusable random bytes."""

    def detect(self, *answers, words=()):
        path = self.dir / f"nsm{len(list(self.dir.iterdir()))}"
        with FakeNsm(path, answers) as fake:
            return run("nsm", "detect", "--entropy", "--socket", path, *words), fake

    def test_ready(self):
        out = self.ok(shell("$N detect --entropy"))
        self.assertIn("NSM present", out)
        self.assertIn("random bytes: good", out)
        told = json.loads(self.ok(shell("$N detect --entropy --json")))
        self.assertEqual((told["present"], told["entropy"], told["reason"]), (True, True, None))
        self.assertIsNone(json.loads(self.ok(shell("$N detect --json")))["entropy"])
        done, fake = self.detect(os.urandom(256), os.urandom(256))
        self.ok(done)
        self.assertGreaterEqual(fake.asked, 2)

    def test_random_bytes_of_no_use(self):
        good = os.urandom(256)
        error = Raw(b"\xa1\x65Error\x6dInternalError")
        ending = os.urandom(16)
        for answers, why in (([good], "same random bytes twice"), ([bytes(256)], "all zero"),
                             ([b"\xff" * 256], "all equal"),
                             ([good, bytes(256)], "all zero"), ([good[:31], good[31:62]], "too few"),
                             ([b""], "wrong size"),
                             ([good, error], "InternalError"), ([error], "InternalError"),
                             ([good, Raw(b"\xa1\xff")], "GetRandom"),
                             ([good, os.urandom(240) + good[240:]], "same random bytes twice"),
                             ([good, good[:240] + ending], "same random bytes twice")):
            done, _ = self.detect(*answers)
            self.assertEqual(done.returncode, 3, (answers, done))
            self.assertIn("NSM present: i-fake", done.stdout.decode())
            self.assertIn("random bytes: ", done.stdout.decode())
            self.assertIn(why, done.stdout.decode())
            told = self.detect(*answers, words=["--json"])[0]
            told = (told.returncode, json.loads(told.stdout))
            self.assertEqual((told[0], told[1]["present"], told[1]["entropy"]), (3, True, False))
            self.assertIn(why, told[1]["reason"])

    def test_an_nsm_that_does_not_answer_is_not_waited_for(self):
        for answers, words in (([None], ["--deadline", "200ms"]), ([os.urandom(256), None], ["--deadline", "200ms"])):
            began = time.monotonic()
            done, _ = self.detect(*answers, words=words)
            self.assertEqual(done.returncode, 3)
            self.assertIn("deadline", done.stdout.decode())
            self.assertLess(time.monotonic() - began, 2)
        began = time.monotonic()
        done, _ = self.detect()
        self.assertEqual((done.returncode, b"no NSM" in done.stdout), (1, True), done)
        self.assertLess(time.monotonic() - began, 15, "5 seconds without --deadline")

    def test_no_nsm(self):
        done = run("nsm", "detect", "--entropy", "--json", "--device", "/dev/null")
        told = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["present"], told["entropy"], told["nsm"]), (1, False, None, None))


class Faults(Case):
    def test_errors_are_told_apart(self):
        self.fails(emulate(BINARY, "nsm", "attest", options=["--fault", "attestation:errno=EIO"]), 3,
                   "Input/output error")
        self.fails(emulate(BINARY, "nsm", "attest", options=["--fault", "any:error=InternalError"]), 1, "InternalError")
        for kind in ("truncated", "malformed", "variant", "duplicate-keys", "oversized"):
            self.fails(emulate(BINARY, "nsm", "describe", options=["--fault", f"any:{kind}"]), 3, "DescribeNSM")

    def test_a_deadline_ends_the_wait(self):
        began = time.monotonic()
        self.fails(emulate(BINARY, "nsm", "describe", "--deadline", "300ms", options=["--fault", "any:delay=3s"]), 3,
                   "deadline")
        self.assertLess(time.monotonic() - began, 30)

    def test_wrong_specifications(self):
        for spec in ("bogus", "attestation:errno=NOPE", "any:delay=", "any:truncated:every=0"):
            self.fails(run("emulate", "--fault", spec, "--", "true"), 2, "--fault", "at character")


class Programs(Case):
    def test_exit_status(self):
        self.assertEqual(emulate("sh", "-c", "exit 7").returncode, 7)
        self.assertEqual(emulate("sh", "-c", "kill -9 $$").returncode, 137)
        self.fails(emulate("no-such-program"), 127, "no-such-program")
        self.fails(emulate(str(REPO / "LICENSE")), 126)

    def test_what_is_missing(self):
        self.fails(run("emulate"), 2, "program")
        self.fails(run("emulate", "ls"), 2)
        self.fails(run("emulate", "--init"), 2, "--pki")
        self.fails(run("emulate", "--seed", "00", "--pki", "x", "--", "true"), 2)
        self.fails(run("emulate", "--debug-mode", "--pcr", f"0={A}", "--", "true"), 2, "debug")
        self.fails(run("emulate", "--listen", self.dir / "s", "--", "true"), 2)

    def test_wrong_usage_is_told_before_a_file_that_cannot_be_read(self):
        for option in (["--eif", "/none"], ["--measurements", "/none"], ["--seed", "@/none"], ["--pcr", "0=@/none"]):
            self.fails(run("emulate", *option, "--", "true"), 3, "/none")
            for words in (["--fault", "x"], ["--at", "soon"], ["--kind", "x"], ["--role-arn", ""],
                          ["--instance-id", "x"]):
                self.fails(run("emulate", *option, *words, "--", "true"), 2, words[0])
        for words in (["--role-arn", ""], ["--instance-id", "x"]):
            self.fails(run("pcr", "compute", "/none", *words), 2, words[0])
        pipe = self.dir / "pipe"
        os.mkfifo(pipe)
        for option in (["--measurements", pipe], ["--eif", pipe], ["--seed", f"@{pipe}"]):
            for words in (["--fault", "x"], ["--deadline", "x"], ["--kind", "x"], ["--at", "soon"], ["--role-arn", ""],
                          ["--instance-id", "x"], ["--debug-mode", "--pcr", f"0={A}"], ["--pcr", "x=00"],
                          ["--kind", "nitrotpm", "--instance-id", "x"], ["--fault", "x", "--pcr", f"0=@{pipe}"]):
                if words[:2] != ["--kind", "nitrotpm"] or option[0] != "--eif":
                    self.fails(run("emulate", *option, *words, "--", "true"), 2,
                               words[-2] if words[0] == "--kind" else words[0])
        self.fails(run("pcr", "compute", pipe, "--signing-cert", "/none"), 3, "--signing-cert", "/none")
        self.fails(run("pcr", "replay", "@/none", "00"), 3, "value 1", "/none")
        self.fails(run("pcr", "replay", "@/none", "zz"), 2, "value 2")

    def test_a_program_without_the_dashes(self):
        for words in (["ls"], ["ls", "-la"], ["ls", "--pki"], ["--seed", "00", "sh", "-c", "true"],
                      ["ls", "--", "true"]):
            program = words[2] if words[0] == "--seed" else words[0]
            self.fails(run("emulate", *words), 2, f'unexpected "{program}"',
                       "what to do: put -- before the program",
                       "nitro-attest emulate [OPTIONS] -- PROGRAM")

    def test_one_nsm_behind_a_socket(self):
        path = self.dir / "nsm.sock"
        server = subprocess.Popen([BINARY, "emulate", "--listen", path], stderr=subprocess.PIPE)
        try:
            server.stderr.readline()
            self.ok(run("nsm", "pcr", "extend", "17", "--data", "00", "--socket", path))
            out = self.ok(run("nsm", "pcr", "read", "17", "--socket", path))
            self.assertIn(sha384(ZERO, b"\0").hex(), out)
        finally:
            server.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(20), 0)
            server.stderr.close()
        self.assertFalse(path.exists())
        self.fails(run("nsm", "describe", "--socket", path), 3)


def eif(sections):
    """An enclave image in nitro-cli's layout [aws-nitro-enclaves-image-format]."""
    offset, body, table = 548, b"", []
    for kind, data in sections:
        table.append((offset + len(body), len(data)))
        body += struct.pack(">HHQ", kind, 0, len(data)) + data
    pad = [(0, 0)] * (32 - len(table))
    head = struct.pack(">4sHHQQHH", b".eif", 4, 0, 0, 0, 0, len(table))
    head += b"".join(struct.pack(">Q", o) for o, _ in table + pad) + b"".join(struct.pack(">Q", n) for _,
                                                                              n in table + pad)
    head += bytes(4)
    return head + struct.pack(">I", zlib.crc32(head + body)) + body


class Pcr(Case):
    def test_an_image(self):
        kernel, cmdline, first, second = b"kernel", b"console=ttyS0", b"ramdisk one", b"ramdisk two"
        image = self.dir / "app.eif"
        image.write_bytes(eif([(1, kernel), (2, cmdline), (5, b"{}"), (3, first), (3, second)]))
        out = json.loads(self.ok(run("pcr", "compute", image, "--json")))["Measurements"]
        pcr0 = sha384(ZERO, sha384(kernel, cmdline, first, second)).hex()
        self.assertEqual(out["PCR0"], pcr0)
        self.assertEqual(out["PCR1"], sha384(ZERO, sha384(kernel, cmdline, first)).hex())
        self.assertEqual(out["PCR2"], sha384(ZERO, sha384(second)).hex())
        self.assertNotIn("PCR8", out)
        self.assertIn(pcr0, self.ok(run("pcr", "compute", image)))
        self.assertIn(pcr0, self.ok(shell("$N pcr read 0", ["--eif", image])))
        broken = bytearray(image.read_bytes())
        broken[-1] ^= 1
        image.write_bytes(broken)
        self.fails(run("pcr", "compute", image), 2, "at byte", "what to do")
        self.fails(run("pcr", "compute", self.dir / "none"), 3)

    def test_what_is_no_image(self):
        out = self.ok(run("pcr", "compute", "--role-arn", "arn:aws:iam::123456789012:role/x", "--instance-id",
                          "i-01234567"))
        self.assertIn(sha384(ZERO, b"arn:aws:iam::123456789012:role/x").hex(), out)
        self.assertIn(sha384(ZERO, b"i-01234567").hex(), out)
        self.fails(run("pcr", "compute"), 2, "nothing to compute")

    def test_replay(self):
        self.assertEqual(self.ok(run("pcr", "replay", "0b00374863ff5c65")).strip(),
                         sha384(ZERO, bytes.fromhex("0b00374863ff5c65")).hex())
        twice = sha384(sha384(ZERO, b"\1"), b"\2")
        self.assertEqual(self.ok(run("pcr", "replay", "01", "base64:Ag==")).strip(), twice.hex())
        self.assertEqual(self.ok(run("pcr", "replay", "02", "--from", sha384(ZERO, b"\1").hex())).strip(), twice.hex())
        self.assertEqual(json.loads(self.ok(run("pcr", "replay", "01", "02", "--json"))),
                         {"value": twice.hex(), "extended": 2})
        self.fails(run("pcr", "replay"), 2)
        self.fails(run("pcr", "replay", "01", "xx"), 2, "value 2")


if __name__ == "__main__":
    probe = emulate("true")
    if probe.returncode == 125:
        print("skipped: " + probe.stderr.decode())
        sys.exit(77)
    sys.exit(0 if unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2).result.wasSuccessful()
             else 1)
