"""AWS Nitro attestation documents: verify them, and get them from an NSM. See README.md, and help() of each name.

    result = nitro_attest.verify(document, roots=[nitro_attest.aws_root()], now=datetime.now(timezone.utc),
                                 max_age=timedelta(minutes=5), nonce=nonce, policy=Policy.from_file("policy.json"))
"""
from ._code_types import FIELDS, ItemKind
from ._codes import Code, NsmCode, NsmDeviceError
from ._document import UntrustedDocument, parse
from ._emulator import EifMeasurements, Emulator, EmulatorPcr, init_pki, measure_eif
from ._errors import (AttestationError, InternalError, LibraryError, NitroAttestError, NsmError, PolicyError, UsageError,
                      VerificationError)
from ._issuer import IssuedDocument, Issuer, issue
from ._library import lib as _lib
from ._nsm import NsmDescription, NsmPcr, NsmSession, SeedReport
from ._policy import PcrSet, Policy
from ._values import ABSENT, ANY, UNLIMITED, Check, Deny, Kind, Limits, Pcrs, VerifiedCertificate
from ._verified import Verified
from ._verify import BatchItem, BatchResult, Verifier, aws_root, verify, verify_batch

#: Version of the C library in use.
__version__ = _lib.natt_version().decode("ascii")

__all__ = [
    "ABSENT", "ANY", "FIELDS", "UNLIMITED", "AttestationError", "BatchItem", "BatchResult", "Check", "Code", "Deny",
    "EifMeasurements", "Emulator", "EmulatorPcr", "InternalError", "IssuedDocument", "Issuer", "ItemKind", "Kind",
    "LibraryError", "Limits", "NitroAttestError", "NsmCode", "NsmDescription", "NsmDeviceError", "NsmError",
    "NsmPcr", "NsmSession", "PcrSet", "Pcrs", "Policy", "PolicyError", "SeedReport", "UntrustedDocument",
    "UsageError", "VerificationError", "Verified", "VerifiedCertificate", "Verifier", "aws_root", "init_pki",
    "issue", "measure_eif", "parse", "verify", "verify_batch",
]
