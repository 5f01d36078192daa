"""AWS Nitro attestation documents: verify them, and get them from an NSM. help() describes each name.

    result = nitro_attest.verify(document, roots=[nitro_attest.aws_root()], now=datetime.now(timezone.utc),
                                 max_age=timedelta(minutes=5), nonce=nonce, policy=Policy.from_file("policy.json"))

Decide        verify, Verifier, verify_batch: Verified, or an AttestationError; Check and PcrDifference give details
Require       Policy, PcrSet, Kind, Limits, Deny; ANY, ABSENT and UNLIMITED for no comparison, no value and no limit;
              VerifierOptions is the type of all these arguments
Inspect       parse, parse_certificate: their results are unverified, hence the names Untrusted...
In an enclave NsmSession; EnclaveKey, which opens what KMS or seal() seals to its documents; protect_process
Seal a secret seal, to the key of a Verified; RecipientEncoding, RecipientInfo
Test          Emulator, Issuer, issue, measure_eif, init_pki; nitro_attest.kms has a local KMS,
              nitro_attest.pytest_plugin fixtures
Change over   nitro_attest.compat.aws_nsm_interface
Errors        all of them are NitroAttestError; LibraryError: the C library is missing, with the remedy

FIELDS has the names of a document's fields, indexed by the item of an error; __version__ is the C library's version.
"""
from ._code_types import FIELDS
from ._codes import Code, EmulatorCode, NsmCode, NsmDeviceError, RecipientCode
from ._differences import PcrDifference
from ._emulator import EifMeasurements, Emulator, EmulatorPcr, init_pki, measure_eif
from ._errors import (AttestationError, EmulatorError, InternalError, LibraryError, NitroAttestError, NsmError,
                      PolicyError, RecipientError, UsageError, VerificationError)
from ._issuer import IssuedDocument, Issuer, issue
from ._library import lib as _lib
from ._nsm import NsmDescription, NsmPcr, NsmSession, SeedReport
from ._policy import PcrSet, Policy
from ._recipient import EnclaveKey, RecipientInfo, protect_process, seal
from ._recipient_structs import RecipientEncoding
from ._requirements import VerifierOptions
from ._structs import Check, ItemKind, KeyUsage, Kind, Limits
from ._untrusted import UntrustedCertificate, UntrustedDocument, parse, parse_certificate
from ._values import ABSENT, ANY, UNLIMITED, Deny, Pcrs, VerifiedCertificate
from ._verified import Verified
from ._verify import BatchItem, BatchResult, Verifier, aws_root, verify, verify_batch

#: Version of the C library in use.
__version__ = _lib.natt_version().decode("ascii")

__all__ = [
    "ABSENT", "ANY", "FIELDS", "UNLIMITED", "AttestationError", "BatchItem", "BatchResult", "Check", "Code", "Deny",
    "EifMeasurements", "Emulator", "EmulatorCode", "EmulatorError", "EmulatorPcr", "EnclaveKey", "InternalError",
    "IssuedDocument", "Issuer", "ItemKind", "KeyUsage", "Kind", "LibraryError", "Limits", "NitroAttestError", "NsmCode",
    "NsmDescription", "NsmDeviceError", "NsmError", "NsmPcr", "NsmSession", "PcrDifference", "PcrSet", "Pcrs", "Policy",
    "PolicyError", "RecipientCode", "RecipientEncoding", "RecipientError", "RecipientInfo", "SeedReport",
    "UntrustedCertificate", "UntrustedDocument", "UsageError", "VerificationError", "Verified", "VerifiedCertificate",
    "Verifier", "VerifierOptions", "aws_root", "init_pki", "issue", "measure_eif", "parse", "parse_certificate",
    "protect_process", "seal", "verify", "verify_batch",
]
