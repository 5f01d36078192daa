"""Parsed certificates, and policies that are checked on verified documents."""
import dataclasses
import json
import os
import pickle
import subprocess
import tempfile
import unittest
from datetime import timedelta

import support
from support import NOW, na

try:
    from hypothesis import given, settings, strategies as st
except ImportError:
    st = None

TOOL = os.environ.get("NITRO_ATTEST_TOOL")
PCR0 = b"\xab" * 48


class Issued(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.issued = na.issue(now=NOW, seed=b"certificates", pcrs={0: PCR0})
        document = na.parse(cls.issued.document)
        cls.chain = [na.parse_certificate(one) for one in document.cabundle + (document.certificate,)]

    def verify(self, **more):
        told = dict(roots=[self.issued.root], now=NOW, max_age=timedelta(0), no_nonce=True, insecure_no_pcr_policy=True)
        told.update(more)
        return na.verify(self.issued.document, **told)


class Certificates(Issued):
    def test_a_chain_is_read(self):
        verified = self.verify()
        self.assertEqual(len(self.chain), 5)
        for seen, proved in zip(self.chain, verified.chain):
            self.assertEqual((seen.subject_cn, seen.not_before, seen.not_after),
                             (proved.common_name, proved.not_before, proved.not_after))
        for above, below in zip(self.chain, self.chain[1:]):
            self.assertEqual((above.subject, above.subject_cn), (below.issuer, below.issuer_cn))
        root, leaf = self.chain[0], self.chain[-1]
        self.assertEqual((root.raw, root.sha256, root.issuer), (self.issued.root, verified.root_sha256, root.subject))
        self.assertEqual([one.ca for one in self.chain], [True] * 4 + [False])
        self.assertEqual([one.path_len for one in self.chain], [None, 2, 1, 0, None])
        self.assertTrue(all(na.KeyUsage.KEY_CERT_SIGN in one.key_usage for one in self.chain[:-1]))
        self.assertEqual(leaf.key_usage, na.KeyUsage.DIGITAL_SIGNATURE | na.KeyUsage.NON_REPUDIATION)
        self.assertEqual(leaf.subject_cn, "%s.us-east-1.test.invalid" % self.issued.module_id)
        for one in self.chain:
            self.assertIn(one.tbs, one.raw)
            self.assertIn(one.public_key, one.spki)
            self.assertIn(one.spki, one.tbs)
            self.assertEqual((len(one.public_key), one.unknown_critical), (96, None))
            self.assertTrue(0 < int.from_bytes(one.r, "big") and 0 < int.from_bytes(one.s, "big"))
            self.assertEqual(pickle.loads(pickle.dumps(one)), one)

    def test_what_is_read_can_be_denied(self):
        leaf = self.chain[-1]
        for entry in (na.Deny.serial(leaf.serial), na.Deny.serial(leaf.serial, issuer=leaf.issuer),
                      na.Deny.certificate_sha256(leaf.sha256), na.Deny.spki_sha256(leaf.spki_sha256)):
            with self.assertRaises(na.VerificationError) as caught:
                self.verify(deny=[entry])
            self.assertEqual((caught.exception.code, caught.exception.item), (na.Code.NATT_E_CHAIN_DENIED, 4))
        self.verify(deny=[na.Deny.serial(leaf.serial, issuer=self.chain[0].subject)])

    def test_a_certificate_itself_can_be_denied(self):
        for place, one in enumerate(self.chain):
            for der in (one.raw, bytearray(one.raw), memoryview(one.raw)):
                entry = na.Deny.from_certificate(der)
                self.assertEqual(entry, na.Deny.serial(one.serial, issuer=one.issuer))
                with self.assertRaises(na.VerificationError) as caught:
                    self.verify(deny=[entry])
                self.assertEqual((caught.exception.code, caught.exception.item), (na.Code.NATT_E_CHAIN_DENIED, place))
        other = na.issue(now=NOW, seed=b"other certificates")
        self.verify(deny=[na.Deny.from_certificate(der) for der in na.parse(other.document).cabundle])
        self.assertEqual(na.Deny.from_certificate(na.aws_root()).issuer, na.parse_certificate(na.aws_root()).issuer)
        for wrong in (None, "text", 5, self.chain[0]):
            with self.assertRaisesRegex(TypeError, "certificate must be bytes"):
                na.Deny.from_certificate(wrong)
        for wrong in (b"", self.issued.root + b"\0", self.issued.root[:-1], bytes(1025)):
            with self.assertRaises(na.VerificationError) as mine:
                na.Deny.from_certificate(wrong)
            with self.assertRaises(na.VerificationError) as parsed:
                na.parse_certificate(wrong)
            self.assertEqual(str(mine.exception), str(parsed.exception))

    def test_the_root_of_aws_is_read(self):
        root = na.parse_certificate(na.aws_root())
        self.assertEqual((root.subject_cn, root.ca, root.not_after.year), ("aws.nitro-enclaves", True, 2049))
        self.assertEqual(root.sha256.hex()[:8], "641a0321")

    def test_the_command_reads_the_same(self):
        if not TOOL:
            self.skipTest("NITRO_ATTEST_TOOL names no command to compare with")
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.issued.document)
            file.flush()
            done = subprocess.run([TOOL, "inspect", "--json", file.name], check=True, stdout=subprocess.PIPE)
        for one, told in zip(self.chain, json.loads(done.stdout)["chain"]):
            self.assertEqual(
                (told["der"], int(told["serial"], 16), told["subject"], told["issuer"], told["issuer_der"],
                 told["public_key"], told["not_before"], told["not_after"], told["basic_constraints"]["path_len"]),
                (one.raw.hex(), one.serial, one.subject_cn, one.issuer_cn, one.issuer.hex(), one.public_key.hex(),
                 one.not_before.strftime("%Y-%m-%dT%H:%M:%SZ"), one.not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
                 one.path_len))

    def test_certificates_of_all_vectors_are_read_or_refused(self):
        read = refused = 0
        for vector, document, _, _ in support.vectors():
            try:
                seen = na.parse(document)
            except na.VerificationError:
                self.assertEqual(vector["expect"]["result"], "refuse")
                continue
            for der in seen.cabundle + (seen.certificate,):
                try:
                    self.assertEqual(na.parse_certificate(der).raw, der)
                    read += 1
                except na.VerificationError as e:
                    self.assertEqual(vector["expect"]["result"], "refuse", vector["id"])
                    self.assertTrue(e.offset is None or e.offset <= len(der))
                    refused += 1
        self.assertGreater(read, 3000)
        self.assertGreater(refused, 100)

    def test_wrong_ones_are_refused(self):
        for wrong in (None, "text", 5, [self.issued.root]):
            with self.assertRaisesRegex(TypeError, "certificate must be bytes"):
                na.parse_certificate(wrong)
        with na.Issuer(now=NOW) as issuer:
            pem = issuer.root_pem.encode()
        for wrong in (b"", self.issued.root + b"\0", self.issued.root[:-1], pem, bytes(1025)):
            with self.assertRaises(na.VerificationError):
                na.parse_certificate(wrong)

    if st is not None:
        @settings(max_examples=400, deadline=None)
        @given(st.data())
        def test_any_change_is_read_or_refused(self, data):
            changed = bytearray(data.draw(st.sampled_from(self.chain)).raw)
            for _ in range(data.draw(st.integers(1, 3))):
                changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
            try:
                self.assertEqual(na.parse_certificate(changed).raw, bytes(changed))
            except na.VerificationError as e:
                self.assertTrue(str(e))


class CheckedPolicies(Issued):
    def refused(self, kind, code, verified, policy):
        with self.assertRaises(kind) as caught:
            verified.check_policy(policy)
        self.assertIs(caught.exception.code, code)

    def test_a_set_must_match(self):
        verified = self.verify()
        good, other = na.PcrSet({0: PCR0}), na.PcrSet({0: b"\1" * 48})
        verified.check_policy(na.Policy([good]))
        verified.check_policy(na.Policy([other, good]))
        self.refused(na.VerificationError, na.Code.NATT_E_POLICY_PCR_MISMATCH, verified, na.Policy([other]))
        self.refused(na.VerificationError, na.Code.NATT_E_POLICY_PCR_ABSENT, verified,
                     na.Policy([na.PcrSet({0: PCR0, 31: PCR0})]))

    def test_weak_policies_are_refused_always(self):
        weak = na.Policy([na.PcrSet({3: bytes(48)})])
        self.refused(na.UsageError, na.Code.NATT_E_USAGE_POLICY_WEAK, self.verify(), weak)
        self.verify(policy=weak, insecure_no_pcr_policy=False, allow_weak_policy=True)

    def test_the_verified_document_is_checked(self):
        verified, policy = self.verify(), na.Policy([na.PcrSet({0: PCR0})])
        told = {f.name: getattr(verified, f.name) for f in dataclasses.fields(verified) if f.init}
        for forged in (na.Verified(**told), dataclasses.replace(verified, debug=True)):
            self.refused(na.UsageError, na.Code.NATT_E_USAGE_RESULT, forged, policy)
        changed = pickle.loads(pickle.dumps(verified))
        object.__setattr__(changed, "_sealed", verified._sealed.replace(PCR0, b"\1" * 48))
        self.refused(na.UsageError, na.Code.NATT_E_USAGE_RESULT, changed, na.Policy([na.PcrSet({0: b"\1" * 48})]))

    def test_copies_and_batches_carry_what_is_needed(self):
        policy = na.Policy([na.PcrSet({0: PCR0})])
        result, = na.verify_batch([na.BatchItem(self.issued.document, no_nonce=True)], roots=[self.issued.root],
                                  now=NOW,
                                  max_age=timedelta(0), insecure_no_pcr_policy=True)
        for verified in (result.unwrap(), pickle.loads(pickle.dumps(self.verify()))):
            verified.check_policy(policy)
        self.assertNotIn("_sealed", repr(self.verify()))
        self.assertEqual(hash(self.verify()), hash(self.verify()))

    def test_wrong_types_are_named(self):
        for wrong in (None, {}, [na.PcrSet({0: PCR0})], PCR0):
            with self.assertRaisesRegex(TypeError, "policy must be a nitro_attest.Policy"):
                self.verify().check_policy(wrong)


if __name__ == "__main__":
    unittest.main(verbosity=2)
