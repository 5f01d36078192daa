"""Drives nitro-attest nsm, pcr and emulate end to end: nsm_cli_test.py PATH-OF-BINARY. Standard library only.

Exit 0: all passed. 1: something failed. 77: this kernel or sandbox does not let emulate run a program.
"""
import hashlib
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import sys
import tempfile
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
        document = run("emulate", "--pki", pki, "--pcr", f"0={A}", "--", BINARY, "nsm", "attest", "--nonce", NONCE).stdout
        judge = ["verify", "--pcr", f"0={A}", "--nonce", NONCE, "--max-age", "5m"]
        self.assertIn("VERIFIED", self.ok(run(*judge, "--root", root, "-", stdin=document)))
        refused = run(*judge, "-", stdin=document)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"NATT_E_CHAIN_ROOT", refused.stdout)
        self.fails(run("emulate", "--pki", pki, "--init"), 3, "--pki")

    def test_a_document_signed_while_verify_waits_is_not_from_the_future(self):
        root = self.dir / "root.pem"
        self.ok(emulate("true", options=["--root-out", root]))
        judge = subprocess.Popen([BINARY, "verify", "--root", root, "--pcr", f"0={A}", "--no-nonce", "--max-age", "5m", "-"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(0.2)
        document = emulate(BINARY, "nsm", "attest", options=["--pcr", f"0={A}"])
        out, _ = judge.communicate(document.stdout)
        self.assertEqual((judge.returncode, out[:9]), (0, b"VERIFIED\n"), out)

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
                                                                "--instance-id", "i-0123", "--pcr", "20=" + "33" * 48]))
        self.assertEqual([p["value"] for p in json.loads(out)],
                         [A, "11" * 48, "22" * 48, sha384(ZERO, arn.encode()).hex(), sha384(ZERO, b"i-0123").hex(), "33" * 48])
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
                   f"what to do: make it first: nitro-attest emulate --pki {pki} --init")
        pki.mkdir()
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", "seed", f"nitro-attest emulate --pki {pki} --init")
        self.ok(run("emulate", "--pki", pki, "--init", "--", "true"))
        self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", "leave --init out")
        (pki / "root.pem").write_text("other")
        self.fails(run("emulate", "--pki", pki, "--", "true"), 2, f"--pki {pki}: root.pem is not the root")
        (pki / "root.pem").unlink()
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", "root.pem", "No such file or directory")
        (pki / "seed").write_text("00")
        self.fails(run("emulate", "--pki", pki, "--", "true"), 2, f"--pki {pki}: ", "seed", "--init has made")
        self.fails(run("emulate", "--pki", self.dir / "a/b", "--init"), 3, f"--pki {self.dir}/a/b: ", "No such file or directory")
        self.fails(run("emulate", "--pki", pki / "seed", "--", "true"), 3, "Not a directory")

    def test_a_folder_that_others_can_write_is_never_filled(self):
        pki = self.dir / "pki"
        for mode in (0o770, 0o702, 0o1777):
            pki.mkdir()
            pki.chmod(mode)
            self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", f"what to do: chmod go-w {pki}")
            self.assertEqual(list(pki.iterdir()), [])
            pki.rmdir()
        self.dir.chmod(0o777)
        self.fails(run("emulate", "--pki", pki, "--init"), 3, f"--pki {pki}: ", f"chmod go-w {pki}/..")
        self.assertFalse(pki.exists())
        self.dir.chmod(0o1777)
        self.ok(run("emulate", "--pki", pki, "--init"))
        pki.chmod(0o770)
        self.fails(run("emulate", "--pki", pki, "--", "true"), 3, f"--pki {pki}: ", f"what to do: chmod go-w {pki}")
        self.dir.chmod(0o700)


class Requests(Case):
    def test_describe(self):
        out = json.loads(self.ok(shell("$N describe --json")))
        self.assertEqual((out["version"], out["max_pcrs"], out["digest"], out["locked_pcrs"]), ("1.0.0", 32, "SHA384", [*range(16)]))
        self.assertRegex(out["module_id"], r"^i-[0-9a-f]{17}-enc[0-9a-f]{16}$")
        self.assertIn(out["module_id"][:19], self.ok(shell("$N describe")))  # behind it stands when the enclave started

    def test_extend_and_lock(self):
        data = bytes.fromhex("0b00374863ff5c65")
        out = self.ok(shell(f"$N pcr extend 16 --data {data.hex()} && $N pcr extend 16 --data base64: && $N pcr lock 16"))
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
        for words in (["pcr", "read", "32"], ["pcr", "read", "-1"], ["pcr", "extend", "16"], ["pcr", "lock"], ["random", "0"],
                      ["pcr", "lock", "--first", "33"], ["random", "12x"], ["seed-entropy", "--bytes", "513"]):
            self.fails(emulate(BINARY, "nsm", *words), 2, "what to do")
        for words in (["frobnicate"], ["pcr", "reed"], ["random"], ["describe", "--deadline", "0s"],
                      ["describe", "--device", "/x", "--socket", "/y"]):
            self.fails(run("nsm", *words), 2, "what to do")
        for words in ([], ["nsm"], ["nsm", "pcr"], ["pcr"]):
            self.assertIn("usage: nitro-attest", self.ok(run(*words, "--help")))


class Faults(Case):
    def test_errors_are_told_apart(self):
        self.fails(emulate(BINARY, "nsm", "attest", options=["--fault", "attestation:errno=EIO"]), 3, "Input/output error")
        self.fails(emulate(BINARY, "nsm", "attest", options=["--fault", "any:error=InternalError"]), 1, "InternalError")
        for kind in ("truncated", "malformed", "variant", "duplicate-keys", "oversized"):
            self.fails(emulate(BINARY, "nsm", "describe", options=["--fault", f"any:{kind}"]), 3, "DescribeNSM")

    def test_a_deadline_ends_the_wait(self):
        began = time.monotonic()
        self.fails(emulate(BINARY, "nsm", "describe", "--deadline", "300ms", options=["--fault", "any:delay=3s"]), 3, "deadline")
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

    def test_a_program_without_the_dashes(self):
        for words in (["ls"], ["ls", "-la"], ["ls", "--pki"], ["--seed", "00", "sh", "-c", "true"], ["ls", "--", "true"]):
            program = words[2] if words[0] == "--seed" else words[0]
            self.fails(run("emulate", *words), 2, f'unexpected "{program}"', "what to do: put -- in front of the program",
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
    """An enclave image as nitro-cli lays it out [aws-nitro-enclaves-image-format]."""
    offset, body, table = 548, b"", []
    for kind, data in sections:
        table.append((offset + len(body), len(data)))
        body += struct.pack(">HHQ", kind, 0, len(data)) + data
    pad = [(0, 0)] * (32 - len(table))
    head = struct.pack(">4sHHQQHH", b".eif", 4, 0, 0, 0, 0, len(table))
    head += b"".join(struct.pack(">Q", o) for o, _ in table + pad) + b"".join(struct.pack(">Q", n) for _, n in table + pad)
    head += bytes(4)
    return head + struct.pack(">I", zlib.crc32(head + body)) + body


class Pcr(Case):
    def test_an_image(self):
        kernel, cmdline, first, second = b"kernel", b"console=ttyS0", b"ramdisk one", b"ramdisk two"
        image = self.dir / "app.eif"
        image.write_bytes(eif([(1, kernel), (2, cmdline), (3, first), (3, second)]))
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
        out = self.ok(run("pcr", "compute", "--role-arn", "arn:x", "--instance-id", "i-1"))
        self.assertIn(sha384(ZERO, b"arn:x").hex(), out)
        self.assertIn(sha384(ZERO, b"i-1").hex(), out)
        self.fails(run("pcr", "compute"), 2, "nothing to compute")

    def test_replay(self):
        self.assertEqual(self.ok(run("pcr", "replay", "0b00374863ff5c65")).strip(), sha384(ZERO, bytes.fromhex("0b00374863ff5c65")).hex())
        twice = sha384(sha384(ZERO, b"\1"), b"\2")
        self.assertEqual(self.ok(run("pcr", "replay", "01", "base64:Ag==")).strip(), twice.hex())
        self.assertEqual(self.ok(run("pcr", "replay", "02", "--from", sha384(ZERO, b"\1").hex())).strip(), twice.hex())
        self.assertEqual(json.loads(self.ok(run("pcr", "replay", "01", "02", "--json"))), {"value": twice.hex(), "extended": 2})
        self.fails(run("pcr", "replay"), 2)
        self.fails(run("pcr", "replay", "01", "xx"), 2, "value 2")


if __name__ == "__main__":
    probe = emulate("true")
    if probe.returncode == 125:
        print("skipped: " + probe.stderr.decode())
        sys.exit(77)
    sys.exit(0 if unittest.main(argv=sys.argv[:1], exit=False, verbosity=2).result.wasSuccessful() else 1)
