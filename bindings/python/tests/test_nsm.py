"""The NSM session, the software NSM and the issuer."""
import copy
import errno
import hashlib
import io
import os
import pathlib
import pickle
import struct
import tempfile
import threading
import time
import unittest
import zlib
from datetime import datetime, timedelta, timezone

import support
from support import NOW, na

SEED = bytes(range(32))
MINUTE = timedelta(minutes=1)


class Session(unittest.TestCase):
    def setUp(self):
        self.emulator = na.Emulator(seed=SEED, now=NOW, pcrs={0: b"\1" * 48})
        self.nsm = self.emulator.session()
        self.addCleanup(self.emulator.close)
        self.addCleanup(self.nsm.close)

    def refused(self, name, call, *arguments):
        with self.assertRaises(na.NsmError) as caught:
            call(*arguments)
        self.assertEqual(caught.exception.device_error.wire_name, name)
        self.assertIs(caught.exception.code, na.NsmCode.NATT_NSM_E_DEVICE)

    def test_all_requests(self):
        told = self.nsm.describe()
        self.assertEqual((told.module_id, told.version, told.max_pcrs, told.digest, told.locked_pcrs),
                         (self.emulator.module_id, (1, 0, 0), 32, "SHA384", tuple(range(16))))
        self.assertEqual(self.nsm.describe_pcr(0), na.NsmPcr(True, b"\1" * 48))
        value = self.nsm.extend_pcr(20, b"data")
        self.assertEqual(self.nsm.describe_pcr(20), na.NsmPcr(False, value))
        self.nsm.lock_pcr(20)
        self.refused("ReadOnlyIndex", self.nsm.extend_pcr, 20, b"data")
        self.nsm.lock_pcrs(19)
        self.assertTrue(self.nsm.describe_pcr(18).locked)
        self.refused("InvalidIndex", self.nsm.lock_pcrs, 33)
        self.refused("InvalidIndex", self.nsm.describe_pcr, 32)
        self.assertEqual(len(self.nsm.get_random()), 256)
        self.assertEqual(self.nsm.send(b"\xff"), b"\xa1eErrorpInvalidOperation")

    def test_documents_verify(self):
        document = self.nsm.attest(user_data=bytearray(b"u"), nonce=memoryview(b"n"), public_key=b"")
        policy = na.Policy([na.PcrSet({0: b"\1" * 48})])
        result = na.verify(document, roots=[self.emulator.root], now=NOW + MINUTE, max_age=MINUTE, nonce=b"n",
                           user_data=b"u", public_key=b"", policy=policy)
        self.assertEqual((result.module_id, result.public_key, result.timestamp), (self.emulator.module_id, b"", NOW))
        self.assertIsNone(na.parse(self.nsm.attest()).nonce)
        self.assertIn("BEGIN CERTIFICATE", self.emulator.root_pem)

    def test_random_bytes(self):
        for length in (0, 1, 239, 240, 241, 1000):
            self.assertEqual(len(self.nsm.random(length)), length)
        self.assertNotEqual(self.nsm.random(32), self.nsm.random(32))

    def test_closed_sessions_say_so(self):
        self.nsm.close()
        self.nsm.close()
        self.assertTrue(self.nsm.closed)
        for call in (self.nsm.describe, self.nsm.attest, lambda: self.nsm.random(1),
                     lambda: self.nsm.extend_pcr(16, b"")):
            with self.assertRaisesRegex(na.NsmError, "USAGE_SESSION: the session is closed"):
                call()
        with self.emulator.session() as nsm:
            nsm.describe()
        self.assertTrue(nsm.closed)

    def test_wrong_arguments_are_named(self):
        for call in (lambda: self.nsm.describe_pcr("0"), lambda: self.nsm.describe_pcr(True),
                     lambda: self.nsm.random(1.0),
                     lambda: self.nsm.extend_pcr(16, "text"), lambda: self.nsm.attest(nonce="text"),
                     lambda: self.nsm.send(None), lambda: na.NsmSession(deadline=5), lambda: na.NsmSession(transport=5),
                     lambda: na.NsmSession(strict_sizes=1), lambda: self.nsm.lock_pcrs(None)):
            with self.assertRaises(TypeError):
                call()
        for call in (lambda: self.nsm.describe_pcr(-1), lambda: self.nsm.describe_pcr(65536),
                     lambda: self.nsm.random(-1),
                     lambda: na.NsmSession(deadline=timedelta(0)), lambda: na.NsmSession(path="a\0b")):
            with self.assertRaises(ValueError):
                call()

    def test_errors_of_the_way_have_errno(self):
        with self.assertRaises(OSError) as caught:
            na.NsmSession(path="/nonexistent/nsm")
        self.assertEqual((caught.exception.errno, caught.exception.code), (errno.ENOENT, na.NsmCode.NATT_NSM_E_OPEN))
        self.assertEqual(str(copy.copy(caught.exception)), str(caught.exception))
        with self.assertRaises(na.NsmError) as caught:
            self.nsm.attest(nonce=bytes(5000))
        self.assertIs(caught.exception.code, na.NsmCode.NATT_NSM_E_REQUEST_SIZE)
        self.assertGreater(caught.exception.required_len, 5000)
        with na.NsmSession(transport=self.emulator.exchange, strict_sizes=True) as strict:
            with self.assertRaisesRegex(na.NsmError, "USAGE_FIELD_SIZE"):
                strict.attest(nonce=bytes(513))

    def test_transports_in_python(self):
        def failing(request):
            raise OSError(errno.ENODEV, "gone")

        def wrong(request):
            return "text"

        for transport, number in ((failing, errno.ENODEV), (wrong, errno.EIO), (lambda r: 1 // 0, errno.EIO)):
            with na.NsmSession(transport=transport) as nsm:
                with self.assertRaises(na.NsmError) as caught:
                    nsm.describe()
                self.assertEqual((caught.exception.code, caught.exception.errno),
                                 (na.NsmCode.NATT_NSM_E_TRANSPORT, number))
        with na.NsmSession(transport=lambda r: bytes(99999)) as nsm:
            with self.assertRaisesRegex(na.NsmError, "RESPONSE"):
                nsm.describe()
        with na.NsmSession(transport=self.emulator.exchange, deadline=MINUTE) as nsm:
            self.assertEqual(nsm.describe().module_id, self.emulator.module_id)

    def test_seeding_the_kernel_needs_a_random_device(self):
        with self.assertRaises(na.NsmError) as caught:
            self.nsm.seed_kernel(32, path="/nonexistent/random")
        self.assertIs(caught.exception.code, na.NsmCode.NATT_NSM_E_SEED_OPEN)
        with self.assertRaisesRegex(na.NsmError, "USAGE_SEED_SIZE"):
            self.nsm.seed_kernel(0)

    def test_closing_waits_for_a_call_in_progress(self):
        entered, leave, answers = threading.Event(), threading.Event(), []

        def slow(request):
            entered.set()
            leave.wait(10)
            return b"answer"

        nsm = na.NsmSession(transport=slow)
        call = threading.Thread(target=lambda: answers.append(nsm.send(b"request")))
        call.start()
        entered.wait(10)
        closing = threading.Thread(target=nsm.close)
        closing.start()
        closing.join(0.1)
        self.assertTrue(closing.is_alive(), "closed under a call in progress")
        leave.set()
        call.join()
        closing.join()
        self.assertEqual(answers, [b"answer"])

    def test_threads_share_a_session_until_it_is_closed(self):
        failed, begun = [], threading.Barrier(5)

        def work():
            begun.wait()
            try:
                while True:
                    self.nsm.random(100)
            except na.NsmError as e:
                failed.append(e.code)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        begun.wait()
        time.sleep(0.05)
        self.nsm.close()
        for t in threads:
            t.join()
        self.assertEqual(failed, [na.NsmCode.NATT_NSM_E_USAGE_SESSION] * 4)


class Emulators(unittest.TestCase):
    def test_deadlines_outlive_their_requests(self):
        with na.Emulator(seed=SEED, faults=["describe-nsm:silence=300ms"]) as emulator:
            nsm = emulator.session(deadline=timedelta(milliseconds=40))
            with self.assertRaises(na.NsmError) as caught:
                nsm.describe()
            self.assertIs(caught.exception.code, na.NsmCode.NATT_NSM_E_TIMEOUT)
            nsm.close()
        self.assertIsNotNone(emulator._memory(), "an answer is on its way: C still uses the emulator")
        end = time.monotonic() + 10
        while emulator._memory() is not None and time.monotonic() < end:
            time.sleep(0.01)
        self.assertIsNone(emulator._memory())

    def test_a_session_keeps_its_emulator(self):
        emulator = na.Emulator(seed=SEED)
        nsm = emulator.session()
        emulator.close()
        self.assertEqual(nsm.describe().max_pcrs, 32)
        with self.assertRaisesRegex(ValueError, "closed"):
            emulator.session()
        nsm.close()
        self.assertIsNone(emulator._memory())
        for call in (lambda: emulator.root, lambda: emulator.exchange(b"x"), lambda: emulator.module_id):
            with self.assertRaisesRegex(ValueError, "closed"):
                call()

    def test_sockets(self):
        with tempfile.TemporaryDirectory() as folder, na.Emulator(seed=SEED) as emulator:
            with emulator.serve(folder + "/nsm"), na.NsmSession(socket_path=folder + "/nsm") as nsm:
                self.assertEqual(nsm.describe().module_id, emulator.module_id)
            self.assertFalse(os.path.exists(folder + "/nsm"))
            with self.assertRaises(na.EmulatorError):
                with emulator.serve(folder + "/missing/nsm"):
                    pass

    def test_zeros_may_follow_a_request(self):
        request = b"\x6bDescribeNSM"
        with na.Emulator(seed=SEED, now=NOW) as emulator:
            plain = emulator.exchange(request)
            for length in (len(request) + 1, 0xfff, 0x1000):
                self.assertEqual(emulator.exchange(request.ljust(length, b"\0")), plain, length)
                self.assertEqual(emulator.exchange(request.ljust(length - 1, b"\0") + b"\1"),
                                 b"\xa1eErrorpInvalidOperation")
            with self.assertRaises(OSError) as caught:
                emulator.exchange(request.ljust(0x1001, b"\0"))
            self.assertEqual(caught.exception.errno, errno.EMSGSIZE)

    def test_faults_and_presets(self):
        with na.Emulator(seed=SEED, faults=["attestation:errno=EIO:first=1"]) as emulator, emulator.session() as nsm:
            with self.assertRaises(na.NsmError) as caught:
                nsm.attest()
            self.assertEqual(caught.exception.errno, errno.EIO)
            nsm.attest()
        with na.Emulator(pcrs=[na.EmulatorPcr(16, extend=b"x", lock=True)],
                         debug=True) as emulator, emulator.session() as nsm:
            self.assertTrue(nsm.describe_pcr(16).locked)
            self.assertEqual(nsm.describe_pcr(0).value, bytes(48))
        for wrong in (dict(faults=["nonsense"]), dict(pcrs={0: b"short"}), dict(seed=b""), dict(region="x y")):
            with self.assertRaises(na.EmulatorError, msg=repr(wrong)):
                na.Emulator(**wrong)
        with self.assertRaisesRegex(na.EmulatorError, "NATT_EMULATOR_E_USAGE_PCR: PCR 77"):
            na.Emulator(pcrs={77: bytes(48)})
        for wrong in (dict(faults="any:silence"), dict(pcrs=[1]), dict(region=5), dict(kind=1), dict(now=5),
                      dict(debug=1)):
            with self.assertRaises(TypeError, msg=repr(wrong)):
                na.Emulator(**wrong)
        with self.assertRaises(ValueError):
            na.Emulator(now=NOW.replace(tzinfo=None))

    def test_no_number_is_taken_for_another(self):
        """C's integers would truncate them, and a time of 0 would select the running clock."""
        for index in (1 << 32, (1 << 32) + 16, -1, 1 << 70):
            for call in (lambda: na.Emulator(pcrs={index: bytes(48)}),
                         lambda: na.issue(now=NOW, pcrs={index: bytes(48)}),
                         lambda: na.Emulator(pcrs=[na.EmulatorPcr(index, lock=True)])):
                with self.assertRaisesRegex(na.EmulatorError, "indices are 0 to 31"):
                    call()
        for index in (True, "1", None, 1.0):
            for call in (lambda: na.Emulator(pcrs={index: bytes(48)}),
                         lambda: na.issue(now=NOW, pcrs={index: bytes(48)})):
                with self.assertRaisesRegex(TypeError, "PCR index"):
                    call()
        for count in (0, -1, 17, (1 << 32) + 4):
            with self.assertRaisesRegex(ValueError, "bundle_count must be 1 to 16"):
                na.Issuer(now=NOW, bundle_count=count)
        for year in (1, 1969, 1970):
            then = datetime(year, 1, 1, tzinfo=timezone.utc)
            for call in (lambda: na.Emulator(now=then), lambda: na.issue(now=NOW, timestamp=then)):
                with self.assertRaisesRegex(na.EmulatorError, "must be a time after 1970-01-01") as caught:
                    call()
                self.assertIs(caught.exception.code, na.EmulatorCode.NATT_EMULATOR_E_USAGE_NOW)
        with na.Emulator(seed=SEED) as emulator, emulator.session() as nsm:
            for length in (-1, (1 << 30) + 1, 1 << 70):
                with self.assertRaisesRegex(ValueError, "length must be 0 to"):
                    nsm.random(length)

    def test_lost_and_wrong_values_are_named(self):
        for wrong, named in ((dict(pcrs={1: None}), "PCR 1"), (dict(pcrs=5), "pcrs"),
                             (dict(clock_offset=5), "clock_offset"),
                             (dict(faults=[5]), "a fault"), (dict(faults=5), "faults"), (dict(seed="text"), "seed")):
            with self.assertRaisesRegex(TypeError, named):
                na.Emulator(**wrong)
        for wrong, named in ((dict(pcrs=[bytes(48)]), "pcrs"), (dict(bundle_count="4"), "bundle_count"),
                             (dict(nonce="n"), "nonce"),
                             (dict(tagged=1), "tagged"), (dict(region=5), "region")):
            with self.assertRaisesRegex(TypeError, named):
                na.issue(now=NOW, **wrong)
        with self.assertRaisesRegex(na.EmulatorError, "fault 1, byte 4: no such action") as caught:
            na.Emulator(faults=["any:silence=1ms", "any:nonsense"])
        self.assertEqual((caught.exception.code, caught.exception.index, caught.exception.offset),
                         (na.EmulatorCode.NATT_EMULATOR_E_USAGE_FAULT_TEXT, 1, 4))
        with self.assertRaisesRegex(na.EmulatorError, "PCR entry 1: a PCR preset's value is not 48 bytes") as caught:
            na.Emulator(pcrs={0: bytes(48), 1: b"short"})
        self.assertEqual((caught.exception.code, caught.exception.index, caught.exception.errno),
                         (na.EmulatorCode.NATT_EMULATOR_E_USAGE_PCR, 1, None))
        with self.assertRaisesRegex(ValueError, "33 faults; 32 at most"):
            na.Emulator(faults=["any:silence=1ms"] * 33)
        whole = len(na.issue(now=NOW, seed=SEED, user_data=bytes(300)).document)
        with self.assertRaisesRegex(na.EmulatorError, "at most 16493 bytes") as caught:
            na.issue(now=NOW, seed=SEED, user_data=bytes(20300))
        self.assertEqual((caught.exception.code, caught.exception.required_len),
                         (na.EmulatorCode.NATT_EMULATOR_E_BUFFER_TOO_SMALL, whole + 20000))

    def test_kept_keys(self):
        with tempfile.TemporaryDirectory() as folder:
            na.init_pki(folder + "/pki")
            with na.Emulator(pki_dir=folder + "/pki") as one, na.Emulator(pki_dir=folder + "/pki") as two:
                self.assertEqual(one.root, two.root)
            with self.assertRaisesRegex(na.EmulatorError, "already has a root.pem: .*/pki ") as caught:
                na.init_pki(folder + "/pki")
            error = caught.exception
            self.assertEqual((error.code, error.errno, error.filename),
                             (na.EmulatorCode.NATT_EMULATOR_E_PKI_EXISTS, None, folder + "/pki"))
            with self.assertRaisesRegex(na.EmulatorError, "none/pki: No such file or directory") as caught:
                na.init_pki(folder + "/none/pki")
            self.assertEqual((caught.exception.code, caught.exception.errno),
                             (na.EmulatorCode.NATT_EMULATOR_E_PKI_ACCESS, errno.ENOENT))
            kept = pickle.loads(pickle.dumps(caught.exception))
            self.assertEqual((str(kept), vars(kept)), (str(caught.exception), vars(caught.exception)))
            os.mkdir(folder + "/open")
            os.chmod(folder + "/open", 0o770)
            with self.assertRaisesRegex(na.EmulatorError, "other users can write to the directory") as caught:
                na.init_pki(folder + "/open")
            self.assertEqual((caught.exception.code, os.listdir(folder + "/open")),
                             (na.EmulatorCode.NATT_EMULATOR_E_PKI_UNSAFE, []))
            with na.Emulator() as emulator, self.assertRaises(na.EmulatorError) as caught:
                with emulator.serve(folder + "/none/nsm"):
                    pass
            self.assertEqual((caught.exception.code, caught.exception.errno),
                             (na.EmulatorCode.NATT_EMULATOR_E_SOCKET, errno.ENOENT))


def image(*sections, version=4):
    """An enclave image [aws-nitro-enclaves-image-format]."""
    body, offsets, sizes = b"", [0] * 32, [0] * 32
    for i, (kind, data) in enumerate(sections):
        offsets[i], sizes[i] = 548 + len(body), len(data)
        body += struct.pack(">HHQ", kind, 0, len(data)) + data
    head = struct.pack(">4sHHQQHH64QI", b".eif", version, 0, 0, 0, 0, len(sections), *offsets, *sizes, 0)
    return head + struct.pack(">I", zlib.crc32(head + body)) + body


class Images(unittest.TestCase):
    SECTIONS = [(1, b"kernel"), (2, b"line"), (5, b"{}"), (3, b"init"), (3, b"application" * 100000)]

    def test_paths_files_and_bytes(self):
        def pcr(*parts):
            return hashlib.sha384(bytes(48) + hashlib.sha384(b"".join(parts)).digest()).digest()
        kernel, line, _, init, application = (data for _, data in self.SECTIONS)
        expected = na.EifMeasurements(pcr(kernel, line, init, application), pcr(kernel, line, init), pcr(application),
                                      None)
        content = image(*self.SECTIONS)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "app.eif"
            path.write_bytes(content)
            with open(path, "rb") as file:
                for given in (content, bytearray(content), memoryview(content), path, str(path), file,
                              io.BytesIO(content)):
                    self.assertEqual(na.measure_eif(given), expected, type(given))
            with self.assertRaises(FileNotFoundError):
                na.measure_eif(path.with_name("none"))

    def test_what_is_no_image(self):
        whole = image(*self.SECTIONS)
        for content, code, index, offset, text in (
                (b"no image", "NOT_AN_IMAGE", None, 8, "not an enclave image"),
                (whole[:-1], "INCOMPLETE", 4, len(whole) - 1, "ends inside"),
                (whole[:-1] + b"x", "DAMAGED", None, 544, "damaged"),
                (image(*self.SECTIONS, version=7), "VERSION", None, 4, "not 2, 3 or 4"),
                (image(self.SECTIONS[3], *self.SECTIONS[:3]), "FORMAT", 0, 548, "before the kernel")):
            for given in (content, io.BytesIO(content)):
                with self.assertRaisesRegex(na.EmulatorError, text) as caught:
                    na.measure_eif(given)
                error = caught.exception
                self.assertEqual((error.code.name, error.index, error.offset),
                                 ("NATT_EMULATOR_E_EIF_" + code, index, offset))

    def test_wrong_types(self):
        for given in (None, 5, ["x"]):
            with self.assertRaisesRegex(TypeError, "image must be"):
                na.measure_eif(given)
        with self.assertRaisesRegex(TypeError, "image.read"):
            na.measure_eif(io.StringIO("text"))


class Issuers(unittest.TestCase):
    def test_documents_follow_from_the_seed(self):
        one = na.issue(now=NOW, seed=b"s", nonce=b"n")
        self.assertEqual(one, na.issue(now=NOW, seed=b"s", nonce=b"n"))
        self.assertNotEqual(one.root, na.issue(now=NOW, nonce=b"n").root)

    def test_what_is_asked_for_is_in_the_document(self):
        with na.Issuer(now=NOW, seed=b"s", region="eu-west-1", kind=na.Kind.NITROTPM) as issuer:
            later = NOW + timedelta(days=1)
            issuer.set_now(later)
            document = issuer.issue(pcrs={4: b"\2" * 48}, only_these_pcrs=True, user_data=b"", tagged=True)
            seen = na.parse(document)
            self.assertEqual((seen.kind, seen.timestamp, dict(seen.pcrs), seen.user_data, seen.tagged),
                             (na.Kind.NITROTPM, later, {4: b"\2" * 48}, b"", True))
            self.assertEqual(seen.cabundle[0], issuer.root)
            self.assertEqual(seen.module_id, issuer.module_id)
            self.assertIn("BEGIN CERTIFICATE", issuer.root_pem)
        with self.assertRaisesRegex(ValueError, "closed"):
            issuer.issue()

    def test_wrong_arguments(self):
        with self.assertRaises(ValueError):
            na.issue(now=datetime(2026, 1, 1))
        with self.assertRaises(na.EmulatorError) as caught:
            na.issue(now=datetime(1990, 1, 1, tzinfo=timezone.utc))
        self.assertIs(caught.exception.code, na.EmulatorCode.NATT_EMULATOR_E_USAGE_NOW)
        self.assertIsInstance(caught.exception, ValueError)
        self.assertNotIsInstance(caught.exception, na.AttestationError)
        self.assertEqual(caught.exception.number, 103)
        with self.assertRaises(TypeError):
            na.issue(now=NOW, nonce="text")
        with self.assertRaises(TypeError):
            na.issue(now=NOW, pcrs={"0": bytes(48)})
        for pcrs in ({0: b"short"}, {0: bytes(48), 1: bytes(49)}):
            with self.assertRaises(na.EmulatorError) as caught:
                na.issue(now=NOW, pcrs=pcrs)
            self.assertEqual((caught.exception.code, caught.exception.index),
                             (na.EmulatorCode.NATT_EMULATOR_E_USAGE_PCR, len(pcrs) - 1))
        with self.assertRaises(TypeError):
            na.issue(now=NOW, unknown=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
