"""Drives nitro-attest pcr compute and describe over enclave images: image_test.py PATH-OF-BINARY. Standard library
only."""
import base64
import fcntl
import hashlib
import json
import os
import pathlib
import pty
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

from image_cases import (CMDLINE, COSE, EXPIRED_COSE, EXPIRED_SIGNER, KERNEL, METADATA, PCR0, PCR1, PCR2, PLAIN,
                         RAMDISK, SIGNATURE,
                         SIGNER, ZERO, eif, sha384, signature)

BINARY = os.path.abspath(sys.argv[1])


def der(pem):
    return base64.b64decode("".join(pem.strip().splitlines()[1:-1]))


def pcr8(pem):
    return sha384(ZERO, sha384(der(pem))).hex()


def sha256(pem):
    return hashlib.sha256(der(pem)).hexdigest()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run_pcr(self, *words, code=0):
        done = subprocess.run([BINARY, "pcr", *map(str, words)], capture_output=True, timeout=60, check=False,
                              text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def refused(self, image, *texts, words=(), code=2):
        done = self.run_pcr("compute", self.write("refused.eif", image), *words, code=code)
        self.assertEqual(done.stdout, "")
        for text in texts:
            self.assertIn(text, done.stderr)

    def computed(self, image, *words, warned=False):
        done = self.run_pcr("compute", self.write("image.eif", image), "--json", *words)
        self.assertEqual("warning" in done.stderr, warned, done.stderr)
        return json.loads(done.stdout)

    def described(self, image, code=0):
        done = self.run_pcr("describe", self.write("image.eif", image), "--json", code=code)
        return json.loads(done.stdout)


class Compute(Case):
    def test_a_plain_image(self):
        out = self.computed(eif(*PLAIN))
        self.assertEqual(out, {"Measurements": {"HashAlgorithm": "Sha384 { ... }", "PCR0": PCR0, "PCR1": PCR1,
                                                "PCR2": PCR2},
                               "IsSigned": False, "PredictedPCRs": []})
        text = self.run_pcr("compute", self.dir / "image.eif").stdout
        self.assertEqual(len(text.splitlines()), 3)
        self.assertIn(PCR0, text)

    def test_format_versions(self):
        without = [s for s in PLAIN if s[0] != METADATA]
        for version in (2, 3):
            for sections in (PLAIN, without):
                self.assertEqual(self.computed(eif(*sections, version=version))["Measurements"]["PCR0"], PCR0)
        self.refused(eif(*without), "metadata", "byte 26")
        for version in (0, 1, 5, 1024, 65535):
            self.refused(eif(*PLAIN, version=version), f"format version {version} is not supported", "2, 3 and 4",
                         "what to do")

    def test_the_place_of_ramdisks(self):
        self.refused(eif(PLAIN[3], *PLAIN[:3]), "ramdisk comes before the kernel", "section 0", "byte 548")
        self.assertEqual(self.computed(eif(*PLAIN[1:3], PLAIN[0], *PLAIN[3:]))["Measurements"]["PCR2"], PCR2)

    def test_sections_in_a_row(self):
        self.refused(eif(*PLAIN, gap=1), "gaps", "expected 566, found 567")
        self.refused(eif(*PLAIN, count=4), "bytes follow the last section")
        self.refused(eif(*PLAIN)[:-1], "ends inside a section", "expected 664, found 663")
        damaged = bytearray(eif(*PLAIN))
        damaged[-1] ^= 1
        self.refused(bytes(damaged), "CRC-32")
        self.refused(b"\x7fELF" + bytes(600), "not an enclave image")
        self.refused(b"", "byte 0")

    def test_what_cannot_be_read(self):
        self.run_pcr("compute", self.dir / "none", code=3)
        self.run_pcr("describe", self.dir / "none", code=3)
        self.run_pcr("compute", self.dir, code=3)

    def test_emulate_reads_it(self):
        done = subprocess.run([BINARY, "emulate", "--seed", "01", "--eif",
                               self.write("bad.eif", eif(*PLAIN, version=9)), "--", "true"],
                              capture_output=True, timeout=60, check=False, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("format version 9", done.stderr)


class Signatures(Case):
    def test_a_signed_image(self):
        out = self.computed(eif(*PLAIN, signature()))
        self.assertEqual((out["Measurements"]["PCR0"], out["Measurements"]["PCR8"]), (PCR0, pcr8(SIGNER)))
        self.assertEqual((out["IsSigned"], out["PredictedPCRs"]), (True, []))

    def test_an_expired_certificate_is_a_warning(self):
        out = self.computed(eif(*PLAIN, signature(EXPIRED_SIGNER, EXPIRED_COSE)), warned=True)
        self.assertEqual(out["Measurements"]["PCR8"], pcr8(EXPIRED_SIGNER))
        done = self.run_pcr("compute", self.dir / "image.eif")
        self.assertRegex(done.stderr, "certificate is expired .2020-01-01T00:00:00Z to 2021-01-01T00:00:00Z")

    def test_a_replaced_signature_is_a_warning(self):
        image = bytearray(eif(*PLAIN, signature()))
        image[284 + 8 * 5:284 + 8 * 6] = struct.pack(">Q", 77)
        image[544:548] = struct.pack(">I", zlib.crc32(image[:544] + image[548:]))
        self.assertEqual(self.computed(bytes(image), warned=True)["Measurements"]["PCR8"], pcr8(SIGNER))

    def test_invalid_signatures(self):
        changed = bytearray(COSE)
        changed[-1] ^= 1
        other = [(KERNEL, b"Kernel"), *PLAIN[1:]]
        for section, sections, text in (((SIGNATURE, b"\x80"), PLAIN, "not a list"),
                                        (signature(cose=bytes(changed)), PLAIN, "not valid"),
                                        (signature(EXPIRED_SIGNER), PLAIN, "does not match the key"),
                                        (signature(), other, "changed after it was signed")):
            self.refused(eif(*sections, section), text, "section 5", "pcr describe")
            out = self.described(eif(*sections, section), code=1)
            self.assertEqual(out["signature"]["status"], "invalid")
            self.assertIn(text, out["signature"]["reason"])
            self.assertNotIn("Measurements", out)
            shown = self.run_pcr("describe", self.dir / "image.eif", code=1).stdout
            self.assertIn("INVALID", shown)
            self.assertNotIn("PCR0 ", shown)

    def test_signing_cert_is_compared_with_a_signed_image(self):
        image = eif(*PLAIN, signature())
        right, wrong = self.write("right.pem", SIGNER), self.write("wrong.pem", EXPIRED_SIGNER)
        self.assertEqual(self.computed(image, "--signing-cert", right)["Measurements"]["PCR8"], pcr8(SIGNER))
        self.assertEqual(self.computed(image, "--signing-cert", self.write("right.der", der(SIGNER)))["PredictedPCRs"],
                         [])
        self.refused(image, sha256(SIGNER), sha256(EXPIRED_SIGNER), "--signing-cert", words=["--signing-cert", wrong])
        self.refused(image, "--signing-cert", words=["--signing-cert", self.dir / "none"], code=3)

    def test_signing_cert_predicts_for_an_image_without_signature(self):
        pem = self.write("signer.pem", SIGNER)
        out = self.computed(eif(*PLAIN), "--signing-cert", pem)
        self.assertEqual((out["IsSigned"], out["PredictedPCRs"], out["Measurements"]["PCR8"]),
                         (False, ["PCR8"], pcr8(SIGNER)))
        text = self.run_pcr("compute", self.dir / "image.eif", "--signing-cert", pem).stdout
        self.assertIn("PCR8 is a prediction: the image is not signed", text)
        alone = self.run_pcr("compute", "--signing-cert", pem, "--json")
        self.assertEqual(json.loads(alone.stdout)["PredictedPCRs"], [])
        self.assertNotIn("IsSigned", json.loads(alone.stdout))


class Describe(Case):
    def test_json(self):
        out = self.described(eif(*PLAIN, signature()))
        self.assertEqual((out["version"], out["architecture"], out["metadata"], out["metadata_error"]),
                         (4, "x86_64", {"ImageName": "plain"}, None))
        self.assertEqual([s["type"] for s in out["sections"]], ["kernel", "cmdline", "metadata", "ramdisk", "ramdisk",
                                                                "signature"])
        self.assertEqual(out["sections"][1], {"type": "cmdline", "offset": 566, "size": 13})
        self.assertEqual(out["size"], out["sections"][5]["offset"] + 12 + out["sections"][5]["size"])
        self.assertEqual(out["signature"], {"status": "valid", "reason": None,
                                            "subject": "C=XX, O=Test\\, Inc., CN=signer ES256",
                                            "certificate_sha256": sha256(SIGNER), "algorithm": "ES256",
                                            "not_before": "2020-01-01T00:00:00Z", "not_after": "2049-12-31T23:59:59Z"})
        self.assertEqual(out["Measurements"]["PCR8"], pcr8(SIGNER))
        plain = self.described(eif(*PLAIN))
        self.assertEqual(plain["signature"], {"status": "none", "reason": None})

    def test_text(self):
        shown = self.run_pcr("describe", self.write("a.eif", eif(*PLAIN, signature()))).stdout
        for text in ("format version 4", "metadata", sha256(SIGNER), "signer ES256", "2049-12-31", "valid", PCR0,
                     '"plain"', "566"):
            self.assertIn(text, shown)
        shown = self.run_pcr("describe", self.write("a.eif", eif(*PLAIN,
                                                                 signature(EXPIRED_SIGNER, EXPIRED_COSE)))).stdout
        self.assertIn("2021-01-01T00:00:00Z: expired", shown)
        shown = self.run_pcr("describe", self.write("a.eif", eif(*PLAIN[:2], version=2))).stdout
        self.assertRegex(shown, "metadata +none")

    def test_metadata_that_cannot_be_shown(self):
        for text in (b"", b"{", b"[1, 2", b'{"a": 1, "a": 2}', b'"\x1b[31m"', b"\xff", b"[" * 5000):
            image = eif(*PLAIN[:2], (METADATA, text))
            out = self.described(image)
            self.assertTrue(out["metadata_error"])
            self.assertIsNone(out["metadata"])
            shown = self.run_pcr("describe", self.dir / "image.eif").stdout
            self.assertIn("not shown", shown)
            self.assertNotIn("\x1b", shown)
        out = self.described(eif(*PLAIN[:2], (METADATA, b" " * (1 << 20) + b"{}")))
        self.assertIn("too large", out["metadata_error"])

    def test_usage(self):
        self.assertIn("usage: nitro-attest pcr describe", self.run_pcr("describe", "--help").stdout)
        self.run_pcr("describe", code=2)
        self.run_pcr("describe", "a", "b", code=2)


class Large(Case):
    def peak_memory(self, size):
        """Memory in KiB after reading all but the last byte of an image with a ramdisk of this size."""
        fifo, image = self.dir / f"{size}.eif", eif(*PLAIN[:3], (RAMDISK, b"i"), (RAMDISK, bytes(size)))
        os.mkfifo(fifo)
        with subprocess.Popen([BINARY, "pcr", "compute", fifo], stdout=subprocess.DEVNULL) as child:
            with open(fifo, "wb", buffering=0) as out:
                at = 0
                while at < len(image) - 1:
                    at += out.write(image[at:min(at + (1 << 20), len(image) - 1)])
                status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
                out.write(image[-1:])
            self.assertEqual(child.wait(60), 0)
        return int(status.split("VmHWM:")[1].split()[0])

    def test_memory_does_not_grow_with_the_image(self):
        small, large = self.peak_memory(4 << 20), self.peak_memory(100 << 20)
        self.assertLess(large - small, 8 << 10)

    def progress(self, terminal):
        """Standard error while a FIFO slowly delivers an image."""
        fifo, image = self.dir / "slow.eif", eif(*PLAIN[:3], (RAMDISK, b"i"), (RAMDISK, bytes(5 << 20)))
        os.mkfifo(fifo)

        def write():
            with open(fifo, "wb") as out:
                out.write(image[:3 << 20])
                out.flush()
                time.sleep(1)
                out.write(image[3 << 20:])
        writer = threading.Thread(target=write)
        writer.start()
        ours, theirs = pty.openpty() if terminal else os.pipe()
        done = subprocess.run([BINARY, "pcr", "compute", fifo], stdout=subprocess.PIPE, stderr=theirs, timeout=60,
                              check=False)
        writer.join()
        fifo.unlink()
        os.close(theirs)
        fcntl.fcntl(ours, fcntl.F_SETFL, os.O_NONBLOCK)
        try:
            shown = os.read(ours, 65536)
        except OSError:
            shown = b""
        os.close(ours)
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(b"\r", done.stdout)
        return shown

    def test_progress_on_a_terminal_only(self):
        self.assertEqual(self.progress(False), b"")
        shown = self.progress(True)
        self.assertRegex(shown, rb"^\rreading: \d+ MiB")
        self.assertRegex(shown, rb" \r$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
