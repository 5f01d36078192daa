"""Arguments: wrong types, missing and conflicting arguments, times, policies. Each error must be clear."""
import copy
import dataclasses
import json
import os
import pickle
import re
import subprocess
import tempfile
import threading
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

import support
from support import NOW, na

from nitro_attest import _library

try:
    from hypothesis import given, settings, strategies as st
except ImportError:
    st = None

HEX = "ab" * 48
TOOL = os.environ.get("NITRO_ATTEST_TOOL")


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.issued = na.issue(now=NOW, seed=b"arguments", nonce=b"n", pcrs={0: bytes.fromhex(HEX)}, user_data=b"u")
        cls.document = cls.issued.document
        cls.policy = na.Policy([na.PcrSet({0: bytes.fromhex(HEX)}, "v1")])

    def good(self, **changes):
        told = dict(roots=[self.issued.root], now=NOW, max_age=timedelta(minutes=1), nonce=b"n", policy=self.policy)
        told.update(changes)
        return {name: value for name, value in told.items() if value is not ...}

    def verify(self, **changes):
        return na.verify(self.document, **self.good(**changes))

    def usage(self, code, **changes):
        with self.assertRaises(na.UsageError) as caught:
            self.verify(**changes)
        self.assertEqual(caught.exception.code, getattr(na.Code, "NATT_E_USAGE_" + code), changes)
        self.assertTrue(caught.exception.remedy)
        self.assertNotIn("NATT_NONCE", str(caught.exception))


class Saying(Document):
    def test_what_is_good_verifies(self):
        result = self.verify(user_data=b"u", public_key=na.ABSENT, module_id=self.issued.module_id, region="us-east-1")
        self.assertEqual((result.matched_set, result.matched_set_name), (0, "v1"))
        self.assertIn(na.Check.PCRS | na.Check.USER_DATA | na.Check.PUBLIC_KEY | na.Check.REGION, result.checks)
        self.assertEqual(result.timestamp, NOW)
        self.assertEqual(result, pickle.loads(pickle.dumps(result)))
        self.assertEqual(hash(result), hash(copy.deepcopy(result)))

    def test_nothing_that_decides_trust_has_a_default(self):
        for name in ("roots", "now"):
            with self.assertRaises(TypeError):
                self.verify(**{name: ...})
        self.usage("MAX_AGE", max_age=...)
        self.usage("NONCE", nonce=...)
        self.usage("NONCE", nonce=None)
        self.usage("POLICY", policy=...)
        self.usage("POLICY", policy=None)
        self.usage("ROOTS", roots=[])

    def test_messages_say_what_is_wrong_and_remedies_what_to_do(self):
        for changes, message, remedy in (
                (dict(nonce=...), "nonce is missing", "give nonce"),
                (dict(nonce=b""), "nonce is empty", "at least one"),
                (dict(max_age=timedelta(-1)), "max_age is negative", "max_age is a timedelta that is not negative"),
                (dict(max_age=...), "max_age is missing", "give either max_age"),
                (dict(now=datetime(1999, 1, 1, tzinfo=timezone.utc)), "now is out of range", "after 2001")):
            with self.assertRaises(na.UsageError) as caught:
                self.verify(**changes)
            self.assertEqual(caught.exception.message, message)
            self.assertIn(remedy, caught.exception.remedy)
        for pcrs, message, remedy in (({}, "the set has no PCR", "list at least one"),
                                      ({0: b"x" * 47}, "PCR 0 has a value that is not 48 bytes", "give SHA-384")):
            with self.assertRaises(na.UsageError) as caught:
                na.PcrSet(pcrs)
            self.assertEqual(caught.exception.message, message)
            self.assertIn(remedy, caught.exception.remedy)

    def test_remedies_name_arguments_of_this_package(self):
        for missing, named in (("max_age", "archive=True"), ("nonce", "give nonce"), ("policy", "give policy")):
            with self.assertRaises(na.UsageError) as caught:
                self.verify(**{missing: ...})
            self.assertIn(named, caught.exception.remedy)
            self.assertNotRegex(caught.exception.remedy, "no_nonce|insecure")
        for given in ("no_nonce", "insecure_no_pcr_policy"):
            with self.assertRaises(na.UsageError) as caught:
                self.verify(**{given: True})
            self.assertIn(given + "=True exclude each other", caught.exception.message)
            self.assertEqual(caught.exception.remedy, "remove one of them")

    def test_nothing_is_said_twice(self):
        self.usage("MAX_AGE", archive=True)
        self.usage("NONCE", no_nonce=True)
        self.usage("POLICY", insecure_no_pcr_policy=True)

    def test_values_are_checked(self):
        self.usage("NONCE", nonce=b"")
        self.usage("NOW", now=datetime(1999, 1, 1, tzinfo=timezone.utc))
        self.usage("NOW", now=datetime(1, 1, 1, tzinfo=timezone.utc))
        self.usage("MAX_AGE", max_age=timedelta(-1))
        self.usage("MAX_AGE", max_age=timedelta(days=999999999))
        for name in ("max_future", "not_before_leeway", "not_after_leeway"):
            self.usage("LEEWAY", **{name: timedelta(hours=1, milliseconds=1)})
            self.usage("LEEWAY", **{name: -timedelta.resolution})
            self.verify(**{name: timedelta(hours=1)})
        self.usage("KIND", kind=na.Kind.OTHER)
        self.usage("EXPECTATION", module_id="")
        self.usage("EXPECTATION", region="")
        self.usage("DENY", deny=[na.Deny.spki_sha256(b"short")])
        self.usage("ROOT_INVALID", roots=[b"no certificate"])

    def test_lost_values_do_not_mean_any(self):
        for name in ("user_data", "public_key", "module_id", "region", "kind", "limits", "deny", "roots", "now"):
            with self.assertRaises(TypeError, msg=name):
                self.verify(**{name: None})

    def test_wrong_types_are_named(self):
        wrong = dict(roots=b"x", now=1, max_age=300, nonce="n", user_data="u", public_key=[1], policy={"version": 1},
                     kind=1, limits=0, deny=["x"], module_id=b"m", region=b"r", archive=1, no_nonce=0, allow_debug="no",
                     insecure_no_pcr_policy=None, max_future=0, allow_weak_policy=1, require_module_binding="yes")
        for name, value in wrong.items():
            with self.assertRaises(TypeError, msg=name) as caught:
                self.verify(**{name: value})
            self.assertIn({"roots": "roots", "archive": "archive"}.get(name, name), str(caught.exception))
        for document in (None, "text", 5, [1], object()):
            with self.assertRaisesRegex(TypeError, "document must be bytes"):
                na.verify(document, **self.good())
            with self.assertRaisesRegex(TypeError, "document must be bytes"):
                na.parse(document)
        for roots in (["text"], [None], [5]):
            with self.assertRaisesRegex(TypeError, "each of roots"):
                self.verify(roots=roots)

    def test_naive_times_raise(self):
        with self.assertRaisesRegex(ValueError, "time zone"):
            self.verify(now=NOW.replace(tzinfo=None))

    def test_other_time_zones_are_the_same_moment(self):
        for hours in (-12, 5, 14):
            self.verify(now=NOW.astimezone(timezone(timedelta(hours=hours))), max_age=timedelta(0))

    def test_a_millisecond_decides(self):
        late = timedelta(seconds=60)
        self.verify(now=NOW + late)
        with self.assertRaises(na.VerificationError) as caught:
            self.verify(now=NOW + late + timedelta(milliseconds=1))
        self.assertIs(caught.exception.code, na.Code.NATT_E_TIME_STALE)
        self.assertTrue(caught.exception.authenticated)
        with self.assertRaises(na.VerificationError):
            self.verify(now=NOW - timedelta(microseconds=1))
        self.verify(now=NOW - timedelta(milliseconds=1), max_future=timedelta(milliseconds=1))

    def test_unlimited_age_and_archive(self):
        self.verify(now=NOW + timedelta(minutes=30), max_age=na.UNLIMITED)
        result = self.verify(now=NOW + timedelta(days=900), max_age=..., archive=True)
        self.assertNotIn(na.Check.AGE, result.checks)

    def test_errors_carry_everything(self):
        broken = bytearray(self.document)
        broken[-1] ^= 1
        with self.assertRaises(na.VerificationError) as caught:
            na.verify(broken, **self.good())
        error = caught.exception
        self.assertEqual((error.code, error.rule, error.item), (na.Code.NATT_E_COSE_SIGNATURE, "R-COSE-10", None))
        self.assertFalse(error.authenticated)
        self.assertIsInstance(error.offset, int)
        self.assertEqual(error.message, error.code.message)
        self.assertEqual(str(pickle.loads(pickle.dumps(error))), str(error))

    def test_results_are_frozen(self):
        result = self.verify()
        with self.assertRaises(AttributeError):
            result.debug = True
        with self.assertRaises(TypeError):
            result.pcrs[0] = b""

    def test_deny_lists_reach_the_library(self):
        with self.assertRaises(na.VerificationError) as caught:
            self.verify(deny=[na.Deny.certificate_sha256(self.verify().root_sha256)])
        self.assertIs(caught.exception.code, na.Code.NATT_E_CHAIN_DENIED)
        self.assertEqual(na.Deny.serial(258), na.Deny.serial(b"\1\2"))
        self.usage("DENY", deny=[na.Deny.serial(b"")])

    def test_a_verifier_says_at_once_what_is_wrong_with_it(self):
        for changes in (dict(roots=[]), dict(policy=na.Policy([na.PcrSet({3: b"1" * 48})])), dict(kind=na.Kind.OTHER)):
            told = self.good(now=..., nonce=..., **changes)
            with self.assertRaises(na.UsageError):
                na.Verifier(**told)
        with self.assertRaises(TypeError):
            na.Verifier(**self.good(now=..., nonce=...), cache_chains=1.5)
        with self.assertRaises(na.UsageError):
            na.Verifier(**self.good(now=..., nonce=...), cache_chains=1000001)
        with self.assertRaises(TypeError):
            pickle.dumps(na.Verifier(**self.good(now=..., nonce=...)))

    def test_mutable_documents_are_copied(self):
        document = bytearray(self.document)
        result = na.verify(memoryview(document), **self.good())
        document[:] = bytes(len(document))
        self.assertEqual(result.user_data, b"u")
        document += b"more"  # the call kept no view


class Batches(Document):
    def test_each_has_its_own_expectations(self):
        verifier = na.Verifier(**self.good(now=..., nonce=...))
        other = na.Policy([na.PcrSet({0: b"1" * 48})])
        items = [na.BatchItem(self.document, nonce=b"n"), na.BatchItem(self.document, nonce=b"m"),
                 na.BatchItem(self.document, no_nonce=True, user_data=b"x"), na.BatchItem(b"", no_nonce=True),
                 na.BatchItem(self.document, no_nonce=True, policy=other), na.BatchItem(self.document, nonce=b"")]
        codes = ["", "EXPECT_NONCE", "EXPECT_USER_DATA", "COSE_SIZE", "POLICY_PCR_MISMATCH", "USAGE_NONCE"]
        for threads in (1, 2, 5):
            results = verifier.verify_batch(items * 3, now=NOW, threads=threads)
            told = [r.error.code.name[len("NATT_E_"):] if r.error else "" for r in results]
            self.assertEqual(told, codes * 3)
            self.assertEqual([bool(r) for r in results], [code == "" for code in codes * 3])
            self.assertEqual(results[0].unwrap(), dataclasses.replace(
                results[6].unwrap(), cached_certificates=results[0].verified.cached_certificates))
        with self.assertRaises(na.VerificationError):
            results[1].unwrap()

    def test_an_empty_batch_has_no_results(self):
        verifier = na.Verifier(**self.good(now=..., nonce=...))
        self.assertEqual(verifier.verify_batch([], now=NOW), [])
        for items, threads in (([self.document], 1), ([na.BatchItem("x", nonce=b"n")], 1), ([], 0), ([], True)):
            with self.assertRaises(TypeError):
                verifier.verify_batch(items, now=NOW, threads=threads)
        good = na.BatchItem(self.document, nonce=b"n")
        for kind, wrong in ((na.UsageError, na.BatchItem(self.document)), (TypeError, na.BatchItem("text", nonce=b"n")),
                            (TypeError, self.document), (TypeError, na.BatchItem(self.document, nonce=b"n", policy={})),
                            (ValueError, na.BatchItem(self.document, nonce=b"n", module_id="\ud800"))):
            with self.assertRaisesRegex(kind, "item 2: "):
                verifier.verify_batch([good, good, wrong], now=NOW)
        for wrong in (None, 5, good):
            with self.assertRaisesRegex(TypeError, "items must be a list"):
                verifier.verify_batch(wrong, now=NOW)
        self.assertTrue(all(verifier.verify_batch((good for _ in range(3)), now=NOW, threads=1 << 70)))
        with self.assertRaises(ValueError):
            verifier.verify_batch([], now=NOW.replace(tzinfo=None))


class Threads(Document):
    def test_verifiers_may_be_shared(self):
        verifier = na.Verifier(**self.good(now=..., nonce=...))
        wrong = []

        def work():
            for _ in range(20):
                try:
                    verifier.verify(self.document, now=NOW, nonce=b"n")
                    wrong.append(support.verdict(lambda: verifier.verify(self.document, now=NOW, nonce=b"x"))["result"])
                except Exception as e:
                    wrong.append(repr(e))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(wrong, ["refuse"] * 80)
        self.assertLessEqual(len(verifier._idle), 4)
        self.assertGreater(verifier.cached_certificates, 0)


POLICIES = [
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX, '{"version":1,"sets":[{"name":"a","pcrs":{"0":["%s"]}}]}' %
    HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s","%s"],"31":["%s"]}}]}' % (HEX, HEX.upper(), HEX),
    '{"version":1,"sets":[]}', '{"version":1,"sets":[{"pcrs":{}}]}', '{"version":1,"sets":[{"pcrs":{"0":[]}}]}',
    '{"version":2,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX, '{"version":1.0,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":true,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX, '{"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"00":["%s"]}}]}' % HEX, '{"version":1,"sets":[{"pcrs":{"32":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"+1":["%s"]}}]}' % HEX, '{"version":1,"sets":[{"pcrs":{"0 ":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0\\n":["%s"]}}]}' % HEX, '{"version":1,"sets":[{"pcrs":{"0":["%s\\n"]}}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX[:-2], '{"version":1,"sets":[{"pcrs":{"0":["%sg"]}}]}' %
    HEX[:-1],
    '{"version":1,"sets":[{"pcrs":{"0":["%s "]}}]}' % HEX[:-1], '{"version":1,"sets":[{"pcrs":{"0":"%s"}}]}' % HEX,
    '{"version":1,"sets":[{"name":"","pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"name":1,"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"name":null,"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"name":"a\\u0000","pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"name":"\\ud800","pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]},"more":1}]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}],"x":1}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s"],"0":["%s"]}}]}' % (HEX, HEX), '[1]', '', '{', 'null',
    '{"version":1,"sets":{}}',
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]} x' % HEX, '\ufeff{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":%s,"sets":[{"pcrs":{"0":["%s"]}}]}' % ("1" * 5000, HEX),
    '{"version":9223372036854775808,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX,
    '{"version":1e999,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX, '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX[:64],
    '{"version":NaN,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX, '{"version":1,"sets":[1]}', '[' * 5000,
]
MEASUREMENTS = [
    '{"Measurements":{"HashAlgorithm":"Sha384 { ... }","PCR0":"%s","PCR1":"%s"}}' % (HEX, HEX),
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR4":"%s"},"EifVersion":4,"CheckCRC":true}' % HEX,
    '{"Measurements":{"HashAlgorithm":"Sha256","PCR0":"%s"}}' % HEX, '{"Measurements":{"PCR0":"%s"}}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384"}}', '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"}}' %
    ("0" * 96),
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s","pcr1":"%s"}}' % (HEX, HEX),
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"PCR1":"%s"}' % (HEX, HEX),
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"CheckCRC":false}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"signaturecheck":true}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"measurements":{}}' % HEX, '[]', '{}',
    '{"Measurements":[]}',
    '{"Measurements":{"HashAlgorithm":["SHA384"],"PCR0":"%s"}}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"EifVersion":9223372036854775807,'
    '"x":-9223372036854775808}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"EifVersion":9223372036854775808}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"EifVersion":1e999}' % HEX,
    '{"Measurements":{"HashAlgorithm":"SHA384","PCR0":"%s"},"EifVersion":%s}' % (HEX, "9" * 5000),
]
BARE = '{"HashAlgorithm":"Sha384 { ... }","PCR0":"%s"}' % HEX
MEASURED_RIGHT = [
    BARE, BARE.replace("Sha384 { ... }", "Sha512_48 { .. }"), '{"PCR0":"%s"}' % HEX,
    '{"Measurements":{"PCR0":"%s"}}' % HEX, '[{"Measurements":%s}]' % BARE, "[\r\n%s\r\n]\n" % BARE,
    "[\t%s]" % BARE, "Output file: a.eif\n" + BARE, "[2025-01-02 INFO] {x}\n\n\t" + BARE, "\ufeff" + BARE,
    "\ufefflog\r\n" + BARE,
    "PCR0 " + HEX, HEX + " PCR0\r\n", "\n\tPCR0 :\t%s \n\n" % HEX, "PCR0=" + HEX, "%s PCR0\n%s PCR4" % (HEX, HEX),
    "PCR0 is measured\n" + BARE, "%s\n%s" % (HEX, BARE), HEX + ":PCR0",
]
MEASURED_WRONG = [
    "", "\n", "\ufeff", "\ufeff\ufeff" + BARE, "[]", "[%s,%s]" % (BARE, BARE), "[[%s]]" % BARE, "[1]", BARE + "x",
    BARE + BARE,
    BARE + "\nlog", "log " + BARE, "PCR0: %s\n%s" % (HEX, BARE), "x pcr1=%s y\n%s" % (HEX[:48], BARE),
    "%s PCR0\n%s PCR0" % (HEX, HEX),
    "PCR0: %s\n%s PCR0" % (HEX, HEX), "%s PCR32" % HEX, "%s PCR00" % HEX, "%s pcr0" % HEX, HEX, "PCR0", "PCR0 PCR1",
    "%s %s" % (HEX, HEX),
    "PCR0 x " + HEX, "PCR0:: " + HEX, "PCR0:=" + HEX, ": PCR0 " + HEX, "PCR0%s" % HEX, "PCR0 0x" + HEX,
    "PCR0 " + HEX[:64], "PCR0 " + "0" * 96,
    "%s PCR0\nlog" % HEX, "%s PCR0\0" % HEX, "%s\u00a0PCR0" % HEX, "PCR0 %s\x0b" % HEX,
    "PCR0 %s\x0cPCR1 %s" % (HEX, HEX),
    '{"pcr0":"%s"}' % HEX, '{"PCR0":"%s","x":1}' % HEX, '{"PCR0":"%s","Measurements":{}}' % HEX,
    '{"hashAlgorithm":"SHA384","PCR0":"%s"}' % HEX,
    '{"measurements":%s}' % BARE, '{"a":{"Measurements":%s}}' % BARE, '{"HashAlgorithm":"SHA384"}',
    '{"Measurements":null,"PCR0":"%s"}' % HEX,
    '{"HashAlgorithm":null,"PCR0":"%s"}' % HEX, '{"PCR0":["%s"]}' % HEX,
    '{"version":1,"sets":[{"pcrs":{"0":["%s"]}}]}' % HEX,
    "[\n1\n]", "[x\n" + BARE + "]",
]


class Policies(unittest.TestCase):
    def taken(self, read):
        try:
            read()
            return True
        except (na.PolicyError, na.UsageError) as e:
            self.assertTrue(str(e))
            return False

    def test_files_are_checked_as_the_command_checks_them(self):
        issued = na.issue(now=NOW, seed=b"p")
        with tempfile.TemporaryDirectory() as folder:
            names = {n: os.path.join(folder, n) for n in ("document", "root", "policy")}
            with open(names["document"], "wb") as d, open(names["root"], "wb") as r:
                d.write(issued.document), r.write(issued.root)
            seen = {"--policy": [], "--measurements": []}
            for option, texts, read in (("--policy", POLICIES, na.Policy.from_file),
                                        ("--measurements", MEASUREMENTS + MEASURED_RIGHT + MEASURED_WRONG,
                                         na.Policy.from_measurements)):
                for text in texts:
                    with open(names["policy"], "w", encoding="utf-8") as f:
                        f.write(text)
                    mine = self.taken(lambda: read(names["policy"]))
                    seen[option].append(mine)
                    if TOOL:
                        args = [TOOL, "verify", "--root", names["root"], "--no-nonce", "--archive",
                                "--allow-weak-policy",
                                option, names["policy"], names["document"]]
                        done = subprocess.run(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                        self.assertEqual(mine, done.returncode in (0, 1), (text[:200], done.stderr))
        self.assertEqual(seen["--policy"].count(True), 3)
        self.assertEqual(seen["--measurements"][:len(MEASUREMENTS)].count(True), 4)
        self.assertEqual(seen["--measurements"][len(MEASUREMENTS):],
                         [True] * len(MEASURED_RIGHT) + [False] * len(MEASURED_WRONG))
        if not TOOL:
            self.skipTest("NITRO_ATTEST_TOOL names no command to compare with")

    def test_forms_agree(self):
        from_json = na.Policy.from_json(POLICIES[1])
        self.assertEqual(from_json, na.Policy.from_dict(json.loads(POLICIES[1])))
        self.assertEqual(from_json, na.Policy([na.PcrSet({0: bytes.fromhex(HEX)}, "a")]))
        self.assertEqual(from_json, pickle.loads(pickle.dumps(from_json)))
        measured = na.Policy.from_measurements(json.loads(MEASUREMENTS[0]), name="m")
        self.assertEqual([s.name for s in (from_json | measured).sets], ["a", "m"])

    def test_errors_of_measurements_are_precise(self):
        for text, expected in (("[%s,%s]" % (BARE, BARE), "2 enclaves"), ("x\nPCR0 " + HEX, "line 1"),
                           ("%s PCR0\n%s PCR0" % (HEX, HEX), "line 2: PCR0 is given twice"),
                           ("PCR0: %s\n%s" % (HEX, BARE), "line 1 is a measurement"), ("\xff\xfe{", "UTF-16"),
                           ("", "empty"),
                           ('{"version":1,"sets":[]}', "from_file"), ('{"a":{"Measurements":{}}}', "inside 'a'")):
            with tempfile.NamedTemporaryFile() as file:
                file.write(text.encode("latin-1"))
                file.flush()
                with self.assertRaisesRegex(na.PolicyError, expected):
                    na.Policy.from_measurements(file.name)

    def test_messages_are_escaped(self):
        """Measurements come from build servers, and messages go to terminals: no character of a file may control a
        terminal."""
        hostile = "\x1b[31m\x9b\u202e\r\n\x07\x7f"
        key, texts = json.dumps(hostile, ensure_ascii=False), [hostile, hostile + HEX, "PCR0 " + hostile]
        for more in ("PCR0", "PCR0 " + HEX):
            texts.append("%s\n%s%s" % (more, hostile, HEX))
        for form in ('{%s: 1}', '{"Measurements": {%s: 1}}', '{%s: {"Measurements": {}}}', '{%s: 1, %s: 1}',
                     '{"version": 1, "sets": [{%s: 1}]}',
                     '{"version": 1, "sets": [{"pcrs": {%s: ["0"]}}]}', '[{"EnclaveName": %s, "EnclaveID": %s}, {}]',
                     '{"Measurements": {"PCR0": %s}}', '{"HashAlgorithm": %s}'):
            texts.append(form.replace("%s", key))
        texts += ['{"Measurements": {}, "PCR%s": 1}' % key[1:-1], '{"PCR0": "' + HEX + '", "PCR9%s": 1}' % key[1:-1]]
        with tempfile.TemporaryDirectory() as folder:
            for name in ("plain", "n" + hostile.replace("\n", "")):
                path = os.path.join(folder, name)
                for text in texts:
                    with open(path, "w", encoding="utf-8", newline="") as file:
                        file.write(text)
                    for read in (na.Policy.from_measurements, na.Policy.from_file):
                        with self.assertRaises(na.PolicyError) as caught:
                            read(path)
                        self.assertTrue(str(caught.exception).isprintable(), ascii(str(caught.exception)))
            with self.assertRaisesRegex(na.PolicyError, re.escape(os.path.join(folder, "plain") + ": ")):
                na.Policy.from_file(os.path.join(folder, "plain"))
            wrong = (lambda: na.Emulator(faults=[hostile]), lambda: na.Emulator(pcrs={hostile: "text"}),
                     lambda: na.init_pki(os.path.join(folder, "none", "n" + hostile)),
                     lambda: na.Policy.from_dict({hostile: 1}),
                     lambda: na.Policy.from_measurements({(hostile,): 1, "PCR1": 1}))
            for call in wrong:
                with self.assertRaises((na.NitroAttestError, TypeError)) as caught:
                    call()
                self.assertTrue(str(caught.exception).isprintable(), ascii(str(caught.exception)))

    def test_the_loader_s_words_are_escaped(self):
        with mock.patch.dict(os.environ, {_library.ENVIRONMENT: "/none\x1b[31m\x9b\u202e"}):
            with self.assertRaises(na.LibraryError) as caught:
                _library.load(_library.VERIFIER)
        self.assertTrue(str(caught.exception).isprintable())
        with self.assertRaises(na.LibraryError) as caught:
            _library.check_version(b"9.\x1b[31m")
        self.assertTrue(str(caught.exception).isprintable())

    def test_wrong_ones_are_refused(self):
        for sets in ([], None, [{}], ["x"]):
            with self.assertRaises((TypeError, na.UsageError)):
                na.Policy(sets)
        for pcrs in ({}, {0: []}, {0: b"short"}, {32: b"x" * 48}, {-1: b"x" * 48}, {"0": b"x" * 48}, {0: "x" * 48},
                     {0: None}, {True: b"x" * 48}, [1], None):
            with self.assertRaises((TypeError, na.UsageError), msg=repr(pcrs)):
                na.PcrSet(pcrs)
        with self.assertRaises(OSError):
            na.Policy.from_file("/nonexistent")
        for name in ("\ud800", "", "a\0"):
            with self.assertRaisesRegex(ValueError, "name of a set"):
                na.PcrSet({0: b"x" * 48}, name)
        for index in (1 << 32, 1 << 70, -1 << 70):
            with self.assertRaisesRegex(na.UsageError, "indices are 0 to 31"):
                na.PcrSet({index: b"x" * 48})
        for wrong in (None, 5, ["x"]):
            with self.assertRaisesRegex(TypeError, "text must be a str"):
                na.Policy.from_json(wrong)
        with self.assertRaisesRegex(na.PolicyError, "unknown measurement"):
            na.Policy.from_measurements({"Measurements": {"HashAlgorithm": "SHA384", 0: HEX}})
        for wrong, named in (({"version": 1, "sets": [{"pcrs": {"0": [HEX]}, "comment": 1}]}, "set 1 .*'comment'"),
                             ({"version": 1, "sets": [{"pcrs": {0: [HEX]}}]}, "0 is not a PCR index"),
                             ({"version": 1, "sets": [{"pcrs": {"0": [HEX[:64]]}}]}, "PCR 0: .*SHA-256"),
                             ({"Measurements": {"PCR0": HEX}}, "use Policy.from_measurements"),
                             ({"sets": [{"pcrs": {"0": [HEX]}}]}, '"version" is missing'),
                             ({"version": 2, "sets": [{"pcrs": {"0": [HEX]}}]}, '"version" is not the number 1'),
                             (None, "the policy is not an object")):
            with self.assertRaisesRegex(na.PolicyError, named):
                na.Policy.from_dict(wrong)

    def test_weak_ones_are_found(self):
        weak = na.Policy([na.PcrSet({1: b"x" * 48})])
        with self.assertRaises(na.UsageError) as caught:
            weak.validate()
        self.assertEqual((caught.exception.code, caught.exception.item), (na.Code.NATT_E_USAGE_POLICY_WEAK, 0))
        na.Policy([na.PcrSet({1: b"x" * 48, 2: b"x" * 48})]).validate()
        na.Policy([na.PcrSet({7: b"x" * 48})]).validate(na.Kind.NITROTPM)


if st is not None:
    ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.timedeltas(),
                         st.datetimes(), st.datetimes(timezones=st.just(timezone.utc)), st.lists(st.binary()),
                         st.dictionaries(st.text(), st.integers()), st.builds(object))
    NAMES = ["roots", "now", "max_age", "archive", "nonce", "no_nonce", "policy", "insecure_no_pcr_policy", "kind",
             "user_data", "public_key", "module_id", "region", "max_future", "not_before_leeway", "not_after_leeway",
             "limits", "deny", "allow_debug", "allow_unknown_fields", "allow_weak_policy", "require_module_binding",
             "required_checks"]

    class Properties(Document):
        @settings(max_examples=300, deadline=None)
        @given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, min_size=1, max_size=3))
        def test_any_arguments_are_checked_or_refused(self, changes):
            """Any arguments give a result that satisfies them, or one of the documented exceptions."""
            try:
                result = self.verify(**changes)
            except (TypeError, ValueError, na.AttestationError, OverflowError) as e:
                self.assertTrue(str(e))
                self.assertNotIsInstance(e, (OverflowError, na.InternalError))
                return
            if changes.get("nonce", b"n") != b"n":
                self.fail("a different nonce was accepted")
            self.assertTrue(result.checks & na.Check.SIGNATURE)

        @settings(max_examples=300, deadline=None)
        @given(st.binary(max_size=200))
        def test_any_bytes_are_refused(self, data):
            with self.assertRaises(na.VerificationError):
                na.parse(data)
            with self.assertRaises(na.VerificationError):
                na.verify(data, **self.good())

        @settings(max_examples=150, deadline=None)
        @given(st.data())
        def test_one_changed_byte_is_refused(self, data):
            at = data.draw(st.integers(0, len(self.document) - 1))
            changed = bytearray(self.document)
            changed[at] ^= data.draw(st.integers(1, 255))
            with self.assertRaises(na.VerificationError) as caught:
                na.verify(changed, **self.good())
            offset = caught.exception.offset
            self.assertTrue(offset is None or 0 <= offset <= len(changed))

        @settings(max_examples=200, deadline=None)
        @given(st.datetimes(timezones=st.timezones() if hasattr(st, "timezones") else st.just(timezone.utc)))
        def test_times_round_down(self, when):
            ms = na._values.milliseconds_since_1970(when, "now")
            self.assertTrue(ms == 0 or timedelta(0) <= when - na._values.moment(ms) < timedelta(milliseconds=1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
