"""Keys of enclaves, messages to them, and sealing to verified documents."""
import base64
import ctypes
import dataclasses
import errno
import gc
import os
import pickle
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import weakref
from datetime import timedelta
from unittest import mock

import support
from support import NOW, na
from test_processes import in_child, program

from nitro_attest import _buffers, _errors, _recipient

Code = na.RecipientCode
SHARED = os.path.join(os.environ.get("NITRO_ATTEST_SHARED") or os.path.join(support.ROOT, "..", "shared"), "kms")


def read(name):
    with open(os.path.join(SHARED, name), "rb") as f:
        return f.read()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = na.Emulator(seed=b"recipient", now=NOW)
        cls.session = cls.emulator.session()
        cls.key = na.EnclaveKey.generate(cls.session)
        cls.pem = cls.key.to_pem()
        cls.document = cls.key.attest(cls.session, nonce=b"n", user_data=b"u")
        cls.verified = cls.verify(cls.document)
        cls.message = na.seal(cls.verified, b"secret")

    @classmethod
    def verify(cls, document, **options):
        return na.verify(document, roots=[cls.emulator.root], now=NOW, max_age=timedelta(minutes=1), no_nonce=True,
                         insecure_no_pcr_policy=True, **options)

    def refused(self, code, call, *arguments, **named):
        with self.assertRaises(na.RecipientError) as caught:
            call(*arguments, **named)
        self.assertIs(caught.exception.code, code, caught.exception)
        return caught.exception


class Keys(Case):
    def test_documents_carry_the_key(self):
        self.assertEqual((self.verified.public_key, self.verified.nonce, self.verified.user_data),
                         (self.key.public_key, b"n", b"u"))
        told = self.verify(self.key.attest(self.session))
        self.assertEqual((told.public_key, told.nonce, told.user_data), (self.key.public_key, None, None))

    def test_sizes(self):
        for bits in (2048, 3072):
            with na.EnclaveKey.generate(bits=bits) as key:
                self.assertEqual(key.bits, bits)
        for bits in (0, -1, 1024, 2047, 2049, 8192, 0x10000 + 2048, 2 ** 32 + 2048, 2 ** 64 + 2048):
            self.refused(Code.NATT_RECIPIENT_E_USAGE_KEY_SIZE, na.EnclaveKey.generate, bits=bits)

    def test_random_numbers_of_the_session_go_into_it(self):
        asked = []

        def exchange(request):
            asked.append(request)
            return self.emulator.exchange(request)

        with na.NsmSession(transport=exchange) as session:
            na.EnclaveKey.generate(session).close()
        self.assertIn(b"\x69GetRandom", asked)

    def test_text_gives_the_same_key(self):
        body = "".join(self.pem.splitlines()[1:-1])
        for text in (self.pem, self.pem.encode(), bytearray(self.pem.encode()), memoryview(base64.b64decode(body))):
            with na.EnclaveKey.from_pem(text) as key:
                self.assertEqual((key.public_key, key.open(self.message), key.to_pem()),
                                 (self.key.public_key, b"secret", self.pem))

    def test_other_texts_are_no_keys(self):
        for text in ("", "key", b"\x30", "\udcff", self.pem[:-60], "x" * 20000):
            self.refused(Code.NATT_RECIPIENT_E_KEY, na.EnclaveKey.from_pem, text)

    @unittest.skipUnless(shutil.which("openssl"), "there is no openssl")
    def test_keys_of_other_kinds_are_named(self):
        for options, code, told in ((["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
                                     Code.NATT_RECIPIENT_E_KEY, "not an RSA key"),
                                    (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
                                     Code.NATT_RECIPIENT_E_KEY_SIZE, "fewer than 2048"),
                                    (["-algorithm", "RSA", "-aes-256-cbc", "-pass", "pass:x"],
                                     Code.NATT_RECIPIENT_E_KEY, "password")):
            made = subprocess.run(["openssl", "genpkey", *options], check=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
            self.assertIn(told, str(self.refused(code, na.EnclaveKey.from_pem, made.stdout)))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "k\u00e9y")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
                f.write(self.pem)
            for told in (path, os.fsencode(path).decode("utf-8")):
                with na.EnclaveKey.load(told) as key:
                    self.assertEqual(key.public_key, self.key.public_key)
            os.chmod(path, 0o640)
            e = self.refused(Code.NATT_RECIPIENT_E_KEY_UNSAFE, na.EnclaveKey.load, path)
            self.assertEqual((e.filename, e.errno), (path, None))
            self.refused(Code.NATT_RECIPIENT_E_KEY_UNSAFE, na.EnclaveKey.load, folder)
            e = self.refused(Code.NATT_RECIPIENT_E_KEY_ACCESS, na.EnclaveKey.load, path + "2")
            self.assertEqual((e.filename, e.errno), (path + "2", errno.ENOENT))
            self.assertRegex(str(e), "k\u00e9y2: No such file or directory")
            self.assertIsInstance(e, OSError)

    def test_it_is_made_in_known_ways(self):
        with self.assertRaisesRegex(TypeError, "create an EnclaveKey with generate"):
            na.EnclaveKey()
        with self.assertRaisesRegex(TypeError, "create an EnclaveKey with generate"):
            na.EnclaveKey(None, bits=2048)

    def test_wrong_types_are_named(self):
        for call, named in ((lambda: na.EnclaveKey.generate(bits=True), "bits"),
                            (lambda: na.EnclaveKey.generate(bits="2048"), "bits"),
                            (lambda: na.EnclaveKey.generate(self.emulator), "session"),
                            (lambda: na.EnclaveKey.for_process("session"), "session"),
                            (lambda: na.EnclaveKey.from_pem(5), "text"),
                            (lambda: self.key.attest(None), "session"),
                            (lambda: self.key.attest(self.session, nonce="n"), "nonce"),
                            (lambda: self.key.attest(self.session, user_data=1), "user_data"),
                            (lambda: self.key.open("text"), "message"),
                            (lambda: self.key.open_into(b"", b""), "buffer"),
                            (lambda: self.key.open_into(b"", memoryview(b"12")), "buffer"),
                            (lambda: self.key.open_into(b"", [0]), "buffer"),
                            (lambda: self.key.recipient("document"), "document"),
                            (lambda: na.seal(self.verified, "secret"), "secret"),
                            (lambda: na.seal(self.verified, b"s", encoding=0), "encoding"),
                            (lambda: na.seal(self.verified, b"s", allow_debug=1), "allow_debug")):
            with self.assertRaisesRegex(TypeError, named + " must be"):
                call()
        for path in ("", "a\0b"):
            with self.assertRaisesRegex(ValueError, "path is empty or has a NUL"):
                na.EnclaveKey.load(path)

    def test_what_the_session_says_is_passed_on(self):
        with na.NsmSession(transport=lambda request: b"\xa1eErrormInternalError") as broken:
            for call in (na.EnclaveKey.generate, self.key.attest):
                e = self.refused(Code.NATT_RECIPIENT_E_NSM, call, broken)
                self.assertEqual((e.nsm.code, e.nsm.device_error.wire_name, e.remedy),
                                 (na.NsmCode.NATT_NSM_E_DEVICE, "InternalError", e.nsm.remedy))
                self.assertRegex(str(e), "E_NSM: .*: NATT_NSM_E_DEVICE: InternalError ")
        for call in (na.EnclaveKey.generate, self.key.attest, na.EnclaveKey.for_process):
            with self.assertRaisesRegex(na.NsmError, "the session is closed"):
                call(broken)

    def test_a_key_is_closed_once_nobody_uses_it(self):
        key = na.EnclaveKey.from_pem(self.pem)
        memory = key._uses[0]
        alive = weakref.ref(memory)
        self.assertFalse(key.closed)
        key.close()
        key.close()
        self.assertTrue(key.closed)
        self.assertIsNotNone(alive())
        del memory
        gc.collect()
        self.assertIsNone(alive())
        for call in (key.to_pem, lambda: key.open(self.message), lambda: key.attest(self.session), key.__enter__,
                     lambda: key.open_into(self.message, bytearray(9))):
            self.assertIn("the key is closed", str(self.refused(Code.NATT_RECIPIENT_E_USAGE_ARGUMENT, call)))
        self.assertEqual((key.public_key, key.bits), (self.key.public_key, 2048))

    def test_its_memory_goes_back(self):
        before = undumped()
        keys = [na.EnclaveKey.from_pem(self.pem) for _ in range(20)]
        self.assertGreaterEqual(undumped(), before + 20 * 4)
        keys.pop().close()
        keys.clear()
        gc.collect()
        self.assertEqual(undumped(), before)

    def test_nothing_of_it_is_shown(self):
        shown = repr(self.key) + str(self.key) + "%s" % vars(self.key)
        secret = base64.b64decode("".join(self.pem.splitlines()[1:-1]))
        self.assertIn("RSA-2048 ", repr(self.key))
        for at in range(300, len(secret) - 8, 8):  # after modulus and exponent
            self.assertNotIn(secret[at:at + 8].hex(), shown)
            self.assertNotIn(repr(secret[at:at + 8])[2:-1], shown)
        self.assertNotIn(self.pem.splitlines()[9], shown)


def undumped():
    """KiB of this process's pages that core dumps omit: those of secrets."""
    with open("/proc/self/smaps") as f:
        areas = f.read().split("VmFlags:")
    return sum(int(area.split("Size:")[1].split()[0]) for area, flags in zip(areas, areas[1:])
               if "dd" in flags.split("\n")[0].split())


class OfTheProcess(Case):
    def test_every_caller_gets_the_same(self):
        keys = []
        threads = [threading.Thread(target=lambda: keys.append(na.EnclaveKey.for_process(self.session)))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({key.public_key for key in keys}), 1)
        message = na.seal(self.verify(keys[0].attest(self.session)), b"for all")
        keys.pop().close()
        del keys[0]
        gc.collect()
        self.assertEqual([key.open(message) for key in keys], [b"for all"] * 2)
        self.assertEqual(na.EnclaveKey.for_process().open(message), b"for all")

    def test_a_child_makes_its_own(self):
        key = na.EnclaveKey.for_process()

        def work():
            own = na.EnclaveKey.for_process()
            assert own.public_key != key.public_key
            assert na.EnclaveKey.for_process().to_pem() == own.to_pem()

        self.assertEqual(in_child(work), "ok")
        self.assertEqual(na.EnclaveKey.for_process().public_key, key.public_key)

    def test_keys_stay_with_their_process(self):
        for key in (self.key, na.EnclaveKey.for_process()):
            for call in (key.to_pem, lambda: key.open(self.message), key.__enter__):
                self.assertIn("USAGE_ARGUMENT: the key belongs to the process that this one was forked from",
                              in_child(call))
            self.assertEqual(in_child(key.close), "ok")
        self.assertEqual(self.key.open(self.message), b"secret")


class Messages(Case):
    def test_all_encodings_open(self):
        for encoding in na.RecipientEncoding:
            for length in (1, 15, 16, 17, 999, 1000, 1001, 16383, 16384):
                secret = os.urandom(length)
                message = na.seal(self.verified, secret, encoding=encoding)
                self.assertEqual(self.key.open(message), secret)
            self.assertEqual(message[1] == 0x80, encoding is not na.RecipientEncoding.DER)
        self.assertEqual(na.seal(self.verified, b"s")[:2], b"\x30\x80")

    def test_sizes_of_secrets(self):
        for length in (0, 16385):
            for secret in (bytes(length), bytearray(length)):
                self.refused(Code.NATT_RECIPIENT_E_SECRET_SIZE, na.seal, self.verified, secret)

    def test_only_what_is_verified_is_sealed_to(self):
        raw = self.verified._raw()
        for other in (na.parse(self.document), self.document, None, self.key.public_key, raw, vars(self.verified)):
            with self.assertRaisesRegex(TypeError, "verified must be what verify\\(\\) returned"):
                na.seal(other, b"secret")

    def test_a_changed_result_is_refused(self):
        """The most dangerous change replaces the public key with an attacker's."""
        mine = na.EnclaveKey.generate().public_key
        changed = pickle.loads(pickle.dumps(self.verified))
        self.assertEqual(self.key.open(na.seal(changed, b"kept")), b"kept")
        object.__setattr__(changed, "public_key", mine)
        moved = pickle.loads(pickle.dumps(self.verified))
        object.__setattr__(moved, "module_id", "i-0123456789abcdef0-enc0123456789abcdef")
        for other in (changed, moved, dataclasses.replace(self.verified),
                      dataclasses.replace(self.verified, public_key=mine)):
            with self.assertRaises(na.UsageError) as caught:
                na.seal(other, b"secret")
            self.assertIs(caught.exception.code, na.Code.NATT_E_USAGE_RESULT)

    def test_debug_enclaves_only_on_demand(self):
        with na.Emulator(now=NOW, debug=True) as emulator, emulator.session() as session:
            debug = na.verify(self.key.attest(session), roots=[emulator.root], now=NOW, max_age=timedelta(minutes=1),
                              no_nonce=True, insecure_no_pcr_policy=True, allow_debug=True)
        self.refused(Code.NATT_RECIPIENT_E_DEBUG, na.seal, debug, b"secret")
        self.assertEqual(self.key.open(na.seal(debug, b"secret", allow_debug=True)), b"secret")

    def test_documents_without_a_good_key(self):
        for public_key, offset in ((None, None), (b"", 0), (b"key", 0), (self.key.public_key[:-1], 4),
                                   (self.key.public_key + b"\0", len(self.key.public_key))):
            document = self.session.attest(public_key=public_key)
            e = self.refused(Code.NATT_RECIPIENT_E_PUBLIC_KEY, na.seal, self.verify(document), b"secret")
            self.assertEqual(e.offset, offset, public_key)

    def test_one_answer_for_what_depends_on_the_key(self):
        at = self.message.index(b"\x04\x82\x01\x00") + 10  # in the encrypted key
        damaged = self.message[:at] + bytes([self.message[at] ^ 1]) + self.message[at + 1:]
        e = self.refused(Code.NATT_RECIPIENT_E_DECRYPT, self.key.open, damaged)
        self.assertEqual((e.offset, e.required_len, e.nsm, e.verify_code, e.errno), (None,) * 5)

    def test_what_everybody_can_see_is_told(self):
        other = na.EnclaveKey.generate()
        for code, key, message in ((Code.NATT_RECIPIENT_E_MESSAGE_SIZE, self.key, b""),
                                   (Code.NATT_RECIPIENT_E_MESSAGE_SIZE, self.key, bytes(65537)),
                                   (Code.NATT_RECIPIENT_E_MESSAGE_STRUCTURE, self.key, b"text of some sort"),
                                   (Code.NATT_RECIPIENT_E_MESSAGE_TRUNCATED, self.key, self.message[:-1]),
                                   (Code.NATT_RECIPIENT_E_MESSAGE_TRAILING, self.key, self.message + b"\0"),
                                   (Code.NATT_RECIPIENT_E_MESSAGE_RECIPIENT, other, self.message)):
            e = self.refused(code, key.open, message)
            self.assertRegex(str(e), r"^%s( at byte \d+)?: .* \(.*\)$" % code.name)
        self.assertEqual(self.message[e.offset:e.offset + 8].hex(), repr(self.key).split()[2][:16])

    def test_into_a_buffer(self):
        for buffer in (bytearray(b"x" * 6), bytearray(b"x" * 100), memoryview(bytearray(b"x" * 50))[10:40]):
            self.assertEqual((self.key.open_into(self.message, buffer), bytes(buffer[:6])), (6, b"secret"))
            self.assertEqual(bytes(buffer[6:]), bytes(len(buffer) - 6))
        buffer = bytearray(b"x" * 5)
        e = self.refused(Code.NATT_RECIPIENT_E_BUFFER_TOO_SMALL, self.key.open_into, self.message, buffer)
        self.assertEqual((e.required_len, buffer), (6, bytes(5)))
        e = self.refused(Code.NATT_RECIPIENT_E_BUFFER_TOO_SMALL, self.key.open_into, self.message, bytearray())
        self.assertEqual(e.required_len, 6)
        buffer = bytearray(b"x" * 9)
        self.refused(Code.NATT_RECIPIENT_E_MESSAGE_TRUNCATED, self.key.open_into, self.message[:-1], buffer)
        self.assertEqual(buffer, bytes(9))
        with self.assertRaisesRegex(ValueError, "buffer is a memoryview with gaps"):
            self.key.open_into(self.message, memoryview(bytearray(100))[::2])
        room = bytearray(self.message)  # the message itself
        self.assertEqual(self.key.open_into(room, room), 6)
        self.assertEqual(room[:6], b"secret")

    def test_secrets_are_not_copied_where_they_can_be_wiped(self):
        secret = bytearray(b"secret")
        address = ctypes.addressof(ctypes.c_char.from_buffer(secret))
        for value in (secret, memoryview(secret)):
            raw, kept = _buffers.secret_view(value, "secret")
            self.assertEqual((raw.ptr, raw.len), (address, 6))
            del kept
        seen, real = [], _recipient.secret_view

        def watched(value, name):
            seen.append(real(value, name))
            return seen[-1]

        with mock.patch.object(_recipient, "secret_view", watched):
            self.assertEqual(self.key.open(na.seal(self.verified, secret)), b"secret")
            na.EnclaveKey.from_pem(bytearray(self.pem.encode()))
        self.assertEqual((seen[0][0].ptr, len(seen)), (address, 2))
        for value in (b"secret", memoryview(secret)[::2], memoryview(b"secret")):
            raw, kept = _buffers.secret_view(value, "secret")
            self.assertEqual(ctypes.string_at(raw.ptr, raw.len), bytes(value))

    def test_rooms_for_secrets_are_wiped(self):
        rooms, real = [], ctypes.create_string_buffer

        def watched(size):
            rooms.append(real(size))
            return rooms[-1]

        with mock.patch.object(ctypes, "create_string_buffer", watched):
            self.assertEqual(self.key.open(self.message), b"secret")
            self.key.to_pem()
            with mock.patch.object(_errors, "_message", side_effect=KeyboardInterrupt):
                for message in (b"\0", self.message[:-1]):
                    with self.assertRaises(KeyboardInterrupt):
                        self.key.open(message)
            with mock.patch.object(ctypes, "string_at", side_effect=KeyboardInterrupt):
                for call in (self.key.to_pem, lambda: self.key.open(self.message)):
                    with self.assertRaises(KeyboardInterrupt):
                        call()
        self.assertEqual(len(rooms), 6)
        self.assertEqual([room.raw.strip(b"\0") for room in rooms], [b""] * 6)

    def test_errors_travel(self):
        with na.NsmSession(transport=lambda request: b"\xff") as broken:
            errors = [self.refused(Code.NATT_RECIPIENT_E_NSM, self.key.attest, broken)]
        errors.append(self.refused(Code.NATT_RECIPIENT_E_MESSAGE_TRUNCATED, self.key.open, self.message[:-1]))
        errors.append(self.refused(Code.NATT_RECIPIENT_E_KEY_ACCESS, na.EnclaveKey.load, "/nonexistent"))
        for e in errors:
            again = pickle.loads(pickle.dumps(e))
            self.assertEqual((str(again), again.code, again.offset, again.errno, again.filename, str(again.nsm)),
                             (str(e), e.code, e.offset, e.errno, e.filename, str(e.nsm)))
            self.assertIsInstance(e, na.NitroAttestError)

    def test_genuine_message(self):
        if not os.path.exists(os.path.join(SHARED, "recipient-1.ber")):
            self.skipTest("skipped: the shared material is not here")
        with na.EnclaveKey.from_pem(read("recipient-1-key.pem")) as key:
            self.assertEqual(key.open(read("recipient-1.ber")), read("recipient-1-plaintext.bin"))
            for shape in ("shape-3.ber", "shape-4.ber"):
                self.refused(Code.NATT_RECIPIENT_E_MESSAGE_RECIPIENT, key.open, read(shape))


class ForKms(Case):
    def test_what_boto3_takes(self):
        for document in (self.document, bytearray(self.document), memoryview(self.document)):
            self.assertEqual(self.key.recipient(document),
                             {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": self.document})
            self.assertIs(type(self.key.recipient(document)["AttestationDocument"]), bytes)

    def test_documents_of_other_keys_are_noticed(self):
        other = na.EnclaveKey.generate()
        for document in (other.attest(self.session), self.session.attest(), base64.b64encode(self.document),
                         b"fileb://document.bin"):
            with self.assertRaisesRegex(ValueError, "does not carry the public key of this EnclaveKey"):
                self.key.recipient(document)

    def test_sizes(self):
        for length, right in ((0, False), (262144, True), (262145, False)):
            document = self.key.public_key.ljust(length, b"\0")[:length]
            if right:
                self.key.recipient(document)
            else:
                with self.assertRaisesRegex(ValueError, "document has %d bytes" % length):
                    self.key.recipient(document)


class Threads(Case):
    def test_a_key_is_shared_and_closed_in_between(self):
        key, answers, started = na.EnclaveKey.from_pem(self.pem), [], threading.Barrier(5)

        def work():
            started.wait()
            while True:
                try:
                    answers.append(key.open(self.message))
                except na.RecipientError as e:
                    answers.append(str(e))
                    return

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        started.wait()
        time.sleep(0.05)
        key.close()
        for thread in threads:
            thread.join(20)
        self.assertEqual({answer for answer in answers if isinstance(answer, bytes)}, {b"secret"})
        told = [answer for answer in answers if isinstance(answer, str)]
        self.assertEqual(len(told), 4)
        self.assertEqual({answer.split(": ")[1].split(" (")[0] for answer in told}, {"the key is closed"})


class Process(unittest.TestCase):
    def test_no_core_dumps(self):
        told = program("""
            import ctypes, resource
            dumpable = lambda: ctypes.CDLL(None).prctl(3)  # PR_GET_DUMPABLE
            before = dumpable()
            na.protect_process()
            print(before, dumpable(), resource.getrlimit(resource.RLIMIT_CORE)[0])
            """)
        self.assertEqual(told, (0, "1 0 0\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
