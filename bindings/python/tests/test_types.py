"""A user's program under mypy --strict: every type of the public functions, and an error for each wrong argument."""
import os
import re
import tempfile
import unittest

import support

RIGHT = """
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional, Tuple
from typing_extensions import Unpack, assert_type
import nitro_attest as na
from nitro_attest import BatchItem, BatchResult, Policy, Verified
from nitro_attest.compat import aws_nsm_interface

def decide(document: bytes, nonce: bytes, now: datetime, policy: Policy) -> Verified:
    root = na.aws_root()
    assert_type(root, bytes)
    items = [BatchItem(memoryview(document), nonce=nonce, user_data=na.ABSENT)]
    results = na.verify_batch(items, roots=[root], now=now, max_age=na.UNLIMITED, policy=policy, threads=2)
    assert_type(results, List[BatchResult])
    assert_type(results[0].verified, Optional[Verified])
    assert_type(results[0].unwrap(), Verified)
    verifier = na.Verifier(roots=[root], max_age=timedelta(minutes=5), policy=policy)
    assert_type(verifier.verify_batch(items, now=now), List[BatchResult])
    verified = verifier.verify(document, now=now, nonce=nonce)
    assert_type(verified, Verified)
    assert_type(verified.public_key, Optional[bytes])
    assert_type(verified.pcrs[0], bytes)
    assert_type(verified.checks & na.Check.NONCE, na.Check)
    verified.check()
    assert_type(verified.to_dict(), Dict[str, Any])
    verified.check_policy(policy | Policy([na.PcrSet({0: bytes(48)})]), allow_debug=True)
    na.Verifier(roots=[root], archive=True, policy=policy, required_checks=na.Check.NONCE | na.Check.PCRS)
    return na.verify(document, roots=[root], now=now, max_age=timedelta(minutes=5), nonce=nonce, policy=policy)

def mine(document: bytes, nonce: bytes, now: datetime, **options: Unpack[na.VerifierOptions]) -> Verified:
    return na.verify(document, nonce=nonce, now=now, **options)

def look(document: bytes) -> None:
    seen = na.parse(document)
    assert_type(seen, na.UntrustedDocument)
    certificate = na.parse_certificate(seen.certificate)
    assert_type(certificate, na.UntrustedCertificate)
    assert_type(certificate.key_usage, Optional[na.KeyUsage])
    assert_type(na.Deny.serial(certificate.serial, issuer=certificate.issuer), na.Deny)
    assert_type(na.Deny.from_certificate(memoryview(certificate.raw)), na.Deny)

def ask(now: datetime) -> None:
    with na.Emulator(pcrs={0: bytes(48)}) as emulator, emulator.session() as nsm:
        assert_type(nsm, na.NsmSession)
        assert_type(nsm.attest(nonce=b"n"), bytes)
        assert_type(nsm.describe_pcr(0), na.NsmPcr)
    assert_type(na.issue(now=now, nonce=b"n", region="eu-west-1", tagged=True), na.IssuedDocument)
    assert_type(aws_nsm_interface.get_attestation_doc(nsm, nonce=b"n"), Dict[str, bytes])

def recipient(verified: Verified, path: str) -> None:
    with na.Emulator() as emulator, emulator.session() as nsm, na.EnclaveKey.generate(nsm, bits=3072) as key:
        assert_type(key, na.EnclaveKey)
        assert_type(na.EnclaveKey.for_process(nsm), na.EnclaveKey)
        assert_type(na.EnclaveKey.from_pem(key.to_pem()), na.EnclaveKey)
        assert_type(na.EnclaveKey.load(path).public_key, bytes)
        document = key.attest(nsm, nonce=b"n", user_data=memoryview(b"u"))
        assert_type(key.recipient(document), na.RecipientInfo)
        assert_type(key.recipient(document)["AttestationDocument"], bytes)
        message = na.seal(verified, bytearray(b"secret"), encoding=na.RecipientEncoding.DER, allow_debug=True)
        assert_type(key.open(message), bytes)
        assert_type(key.open_into(message, bytearray(len(message))), int)
        na.protect_process()

def fails() -> None:
    try:
        na.parse(b"")
    except na.AttestationError as e:
        assert_type(e.code, na.Code)
        assert_type(e.offset, Optional[int])
        assert_type(e.differences, Tuple[na.PcrDifference, ...])
        assert_type(e.differences[0].expected, Tuple[bytes, ...])
        assert_type(e.differences[0].actual, Optional[bytes])
    except na.NsmError as e:
        assert_type(e.device_error, na.NsmDeviceError)
    except na.EmulatorError as e:
        assert_type(e.code, na.EmulatorCode)
        assert_type(e.required_len, Optional[int])
    except na.RecipientError as e:
        assert_type(e.code, na.RecipientCode)
        assert_type(e.verify_code, Optional[na.Code])
        assert_type(e.nsm, Optional[na.NsmError])
"""

WRONG = """
from datetime import datetime, timedelta
import nitro_attest as na

def wrong(d: bytes, now: datetime, age: timedelta, policy: na.Policy, seen: na.UntrustedDocument) -> None:
    na.verify(d, roots=[d], max_age=age, no_nonce=True, policy=policy)  # no time
    na.verify(d, now=now, max_age=age, no_nonce=True, policy=policy)  # no roots
    na.verify(d, roots=[d], now=now, max_age=age, nonse=d, policy=policy)
    na.Verifier(roots=[d], max_age=age, policy=policy, alow_debug=True)
    na.Verifier(max_age=age, policy=policy)
    na.verify("text", roots=[d], now=now, max_age=age, no_nonce=True, policy=policy)
    na.verify(d, roots=[d], now=now, max_age=300, no_nonce=True, policy=policy)
    na.verify(d, roots=[d], now=now, max_age=age, no_nonce=True, policy={"version": 1})
    na.verify(d, roots=[d], now=now, max_age=age, no_nonce=True, policy=policy, user_data=None)
    na.verify_batch([d], roots=[d], now=now, max_age=age, policy=policy)
    na.verify_batch([na.BatchItem(d, no_nonce=True)], roots=[d], now=now, max_agee=age, policy=policy)
    na.verify_batch([na.BatchItem(d, no_nonce=True)], now=now, max_age=age, policy=policy)
    na.verify_batch([na.BatchItem(d, nonce="n")], roots=[d], now=now, max_age=age, policy=policy)
    na.verify(d, roots=[d], now=now, max_age=age, no_nonce=True, policy=policy, required_checks=32)
    na.Deny.from_certificate("text")
    na.verify(d, roots=[d], now=now, archive=True, no_nonce=True, policy=policy).check_policy(policy, True)
    na.issue(now=now, nonse=b"n")
    trusted: na.Verified = seen
    policy.check(seen)
    seen.check_policy(policy)
    na.NsmSession(deadline=5)
    na.seal(seen, b"secret")
    na.seal(d, b"secret")
    na.EnclaveKey.for_process().open_into(d, b"")
    na.EnclaveKey.generate(bits="2048")
    na.EnclaveKey.for_process().attest()
    na.EnclaveKey(na.NsmSession())
"""


class Types(unittest.TestCase):
    def checked(self, program, checker=lambda path: support.mypy(path, "-types")):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/program.py", "w") as f:
                f.write(program)
            told = checker(folder + "/program.py")
        if told is None:
            self.skipTest("the type checker is not installed")
        return told

    def test_a_right_program_is_right(self):
        self.assertEqual(self.checked(RIGHT), "")

    def test_a_right_program_is_right_for_pyright(self):
        self.assertEqual(self.checked("# pyright: strict\n" + RIGHT, support.pyright), [])

    def test_the_examples_are_right(self):
        folder = os.path.join(support.ROOT, "examples")
        for name in ("relying_service.py", "kms_data_key.py"):
            told = support.mypy(os.path.join(folder, name), "-examples")
            if told is None:
                self.skipTest("mypy is not installed")
            missing = r".*(import-not-found|import-untyped|\[import\]|note: See https).*\n"  # of boto3 and cryptography
            self.assertEqual(re.sub(missing, "", told), "")

    def test_types_are_told_and_not_any(self):
        told = self.checked(RIGHT.replace("List[BatchResult])", "List[str])"))
        self.assertEqual(told.count("Expression is of type"), 2, told)

    def test_each_wrong_line_is_found(self):
        self.check_wrong_lines(line for line in self.checked(WRONG).splitlines() if ": error:" in line)

    def test_each_wrong_line_is_found_by_pyright(self):
        self.check_wrong_lines(self.checked(WRONG, support.pyright))

    def check_wrong_lines(self, told):
        lines = WRONG.splitlines()
        found = {int(line.split(":")[1]) for line in told}
        begin = next(n for n, line in enumerate(lines, 1) if line.startswith("def")) + 1
        self.assertEqual(found, set(range(begin, len(lines) + 1)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
