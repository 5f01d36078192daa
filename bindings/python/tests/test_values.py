"""Unusual values: subclasses, views of all kinds, bytes that change, the first and last times, lists and entries."""
import threading
import unittest
from datetime import datetime, timedelta, timezone, tzinfo

from support import NOW, na
from test_arguments import HEX, Document


class Values(Document):
    def test_a_subclass_is_taken_for_the_bytes_it_holds(self):
        class Other(bytes):
            def __bytes__(self):
                return b"other"

            def __len__(self):
                return 3

        class OtherArray(bytearray):
            def __bytes__(self):
                return b"other"

        class OtherText(str):
            def encode(self, *arguments):
                return b"other"

        class OtherTime(datetime):
            def __sub__(self, other):
                return timedelta(0)

        for document in (Other(self.document), OtherArray(self.document)):
            na.verify(document, **self.good(nonce=Other(b"n"), region=OtherText("us-east-1"),
                                            now=OtherTime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)))

    def test_every_kind_of_view_is_read_as_it_looks(self):
        doubled = b"".join(bytes([byte, 0]) for byte in self.document)
        for document in (memoryview(doubled)[::2], memoryview(bytearray(doubled))[::2],
                         memoryview(self.document[::-1])[::-1],
                         memoryview(self.document).cast("c"), memoryview(b"x" + self.document + b"x")[1:-1]):
            self.assertEqual(na.verify(document, **self.good()).user_data, b"u")
        for empty in (memoryview(b""), memoryview(self.document)[5:5], bytearray()):
            with self.assertRaises(na.VerificationError) as caught:
                na.verify(empty, **self.good())
            self.assertIs(caught.exception.code, na.Code.NATT_E_COSE_SIZE)
        released = memoryview(bytearray(self.document))
        released.release()
        for arguments in (dict(nonce=released), dict(roots=[released])):
            with self.assertRaisesRegex(ValueError, "%s is a memoryview that was released" % (
                    "nonce" if "nonce" in arguments else "each of roots")):
                self.verify(**arguments)

    def test_one_verdict_is_about_one_state_of_the_bytes(self):
        """Another thread changes the document all the time. Each accepted document is one of the two that verify."""
        other = na.issue(now=NOW, seed=b"arguments", nonce=b"n", pcrs={0: bytes.fromhex(HEX)}, user_data=b"U").document
        self.assertEqual(len(other), len(self.document))
        shared, done = bytearray(self.document), threading.Event()

        def change():
            while not done.is_set():
                shared[:] = other
                shared[:] = self.document

        thread = threading.Thread(target=change)
        thread.start()
        try:
            seen = {na.verify(shared, **self.good()).user_data for _ in range(200)}
        finally:
            done.set()
            thread.join()
        self.assertLessEqual(seen, {b"u", b"U"})
        self.assertEqual(shared, self.document)

    def test_times_at_the_ends_and_twice_a_year(self):
        class Twice(tzinfo):
            """An hour that occurs twice, as in autumn."""

            def utcoffset(self, when):
                return timedelta(hours=1 if when.fold else 2)

        hour = timedelta(hours=1)
        first = (NOW + 2 * hour).replace(tzinfo=Twice(), fold=0)
        self.verify(now=first)
        with self.assertRaises(na.VerificationError) as caught:
            self.verify(now=first.replace(fold=1))
        self.assertIs(caught.exception.code, na.Code.NATT_E_TIME_STALE)
        self.verify(now=first.replace(fold=1), max_age=hour)
        for end in (datetime.max.replace(tzinfo=timezone(-12 * hour)),
                    datetime.min.replace(tzinfo=timezone(12 * hour))):
            self.usage("NOW", now=end)
        self.verify(max_age=timedelta(microseconds=999))
        self.usage("MAX_AGE", max_age=timedelta(microseconds=-1))
        self.usage("MAX_AGE", max_age=timedelta.max)

    def test_lists_are_named_and_may_be_of_any_kind(self):
        for name in ("roots", "deny"):
            with self.assertRaisesRegex(TypeError, name + " must be a list, not int"):
                self.verify(**{name: 5})
        self.verify(roots=iter([self.issued.root]), deny=())
        self.verify(roots={b"".join([self.issued.root])})
        with na.Issuer(now=NOW) as issuer, self.assertRaisesRegex(na.UsageError, "PEM_cert_to_DER_cert") as caught:
            self.verify(roots=[self.issued.root, issuer.root_pem.encode()])
        self.assertEqual((caught.exception.code, caught.exception.item), (na.Code.NATT_E_USAGE_ROOT_INVALID, 1))

    def test_deny_entries_are_made_by_their_functions(self):
        for kind in (0, 4, 1 << 32 | 1, "serial", True, None):
            with self.assertRaisesRegex(ValueError, "create a Deny with serial"):
                na.Deny(kind, b"x" * 32)
        for value in (None, "text", 5):
            with self.assertRaisesRegex(TypeError, "value must be bytes"):
                na.Deny(2, value)
        for serial in (True, "5", None, 1.5):
            with self.assertRaisesRegex(TypeError, "serial must be"):
                na.Deny.serial(serial)
        for serial in (0, -5):
            with self.assertRaises(na.UsageError):
                na.Deny.serial(serial)
        self.usage("DENY", deny=[na.Deny.serial(1 << 160)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
