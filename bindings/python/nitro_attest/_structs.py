"""Constants, structures and functions of verify/include/nitro_attest. Written by generate-structs; do not edit."""
from __future__ import annotations

import enum
from ctypes import (POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_uint8,
                    c_void_p, sizeof)
from typing import Any, Dict, Tuple

ITEM_NONE = 0
ITEM_CERTIFICATE = 1
ITEM_PCR = 2
ITEM_FIELD = 3
ITEM_ROOT = 4
ITEM_DENY = 5
ITEM_SET = 6
ITEM_CHECK = 7
FIELD_MODULE_ID = 0
FIELD_DIGEST = 1
FIELD_TIMESTAMP = 2
FIELD_PCRS = 3
FIELD_NITROTPM_PCRS = 4
FIELD_CERTIFICATE = 5
FIELD_CABUNDLE = 6
FIELD_PUBLIC_KEY = 7
FIELD_USER_DATA = 8
FIELD_NONCE = 9
FIELD_COUNT = 10
VERSION_MAJOR = 0
VERSION_MINOR = 1
VERSION_PATCH = 0
FIRST_AUTHENTICATED = 600
NO_ITEM = 0xFFFFFFFF
NO_OFFSET = c_size_t(-1).value
PCR_COUNT = 32
PCR_LEN = 48
MAX_PAYLOAD = 16384
MAX_DOCUMENT = 16493
MAX_CERTIFICATE = 1024
MAX_CABUNDLE = 8
MAX_CHAIN = 9
MAX_MODULE_ID = 100
MAX_EXTENSIONS = 16
MAX_UNKNOWN_FIELDS = 8
MAX_NESTING = 4
MAX_OPTIONAL = 4096
MAX_TIME_MS = 253402300799999
MIN_TIME_MS = 1000000000000
MAX_LEEWAY_MS = 3600000
MAX_STACK = 40960
KIND_ENCLAVE = 1
KIND_NITROTPM = 2
KIND_OTHER = 0
KU_DIGITAL_SIGNATURE = 0x0001
KU_NON_REPUDIATION = 0x0002
KU_KEY_ENCIPHERMENT = 0x0004
KU_DATA_ENCIPHERMENT = 0x0008
KU_KEY_AGREEMENT = 0x0010
KU_KEY_CERT_SIGN = 0x0020
KU_CRL_SIGN = 0x0040
KU_ENCIPHER_ONLY = 0x0080
KU_DECIPHER_ONLY = 0x0100
POLICY_ALLOW_DEBUG = 0x0001
MAX_CACHE_CHAINS = 1000000
MAX_HOT_KEYS = 10000
TIME_UNSET = 0
TIME_NOW = 1
TIME_ARCHIVE = 2
LIMITS_DEFAULT = 0
LIMITS_AWS_1024 = 1
LIMITS_AWS_512 = 2
NONCE_UNSET = 0
NONCE_EXACT = 1
NONCE_NOT_USED = 2
EXPECT_ANY = 0
EXPECT_EXACT = 1
EXPECT_ABSENT = 2
DENY_UNSET = 0
DENY_SERIAL = 1
DENY_CERTIFICATE_SHA256 = 2
DENY_SPKI_SHA256 = 3
UNSET_MS = 0x8000000000000001
UNLIMITED_MS = 0x8000000000000002
ALLOW_DEBUG = 0x0001
ALLOW_UNKNOWN_FIELDS = 0x0002
ALLOW_WEAK_POLICY = 0x0004
INSECURE_NO_PCR_POLICY = 0x0008
REQUIRE_MODULE_BINDING = 0x0010
CHECKED_CHAIN = 0x0001
CHECKED_SIGNATURE = 0x0002
CHECKED_TIMESTAMP = 0x0004
CHECKED_NOW = 0x0008
CHECKED_AGE = 0x0010
CHECKED_NONCE = 0x0020
CHECKED_USER_DATA = 0x0040
CHECKED_PUBLIC_KEY = 0x0080
CHECKED_PCRS = 0x0100
CHECKED_PRODUCTION = 0x0200
CHECKED_MODULE_BINDING = 0x0400
CHECKED_MODULE_ID = 0x0800
CHECKED_REGION = 0x1000
CHECKED_DENY = 0x2000
MAX_NAME = 96


class ItemKind(enum.Enum):
    """The meaning of an error's item.

    NONE         nothing
    CERTIFICATE  place in the chain: 0 is the root, cabundle[0]; the leaf comes last
    PCR          PCR index, 0 to 31
    FIELD        field of the document: 0 is module_id, 1 digest (natt_field; FIELDS in Python)
    ROOT         place in the roots of the options
    DENY         place in the deny list of the options
    SET          place in the sets of the policy
    CHECK        bit of the checks: 5 is NONCE
    """

    NONE = "none"
    CERTIFICATE = "certificate"
    PCR = "pcr"
    FIELD = "field"
    ROOT = "root"
    DENY = "deny"
    SET = "set"
    CHECK = "check"


class Kind(enum.Enum):
    """The source of a document.

    ENCLAVE   a Nitro Enclave's NSM: field pcrs, module_id i-<hex>-enc<hex>
    NITROTPM  an instance's NitroTPM: field nitrotpm_pcrs, module_id i-<hex>-tpm<hex>
    OTHER     well-formed, but neither; never verified
    """

    ENCLAVE = 1
    NITROTPM = 2
    OTHER = 0


class KeyUsage(enum.IntFlag):
    """What a certificate's key may be used for, as RFC 5280 names it; bits without a name are kept. A genuine leaf has
    DIGITAL_SIGNATURE, the certificates above it KEY_CERT_SIGN.

    DIGITAL_SIGNATURE  signatures of other data than certificates and revocation lists
    NON_REPUDIATION    signatures that the signer cannot deny
    KEY_ENCIPHERMENT   encryption of keys
    DATA_ENCIPHERMENT  encryption of other data than keys
    KEY_AGREEMENT      key agreement
    KEY_CERT_SIGN      signatures of certificates
    CRL_SIGN           signatures of revocation lists
    ENCIPHER_ONLY      with KEY_AGREEMENT: encryption only
    DECIPHER_ONLY      with KEY_AGREEMENT: decryption only
    """

    DIGITAL_SIGNATURE = 0x0001
    NON_REPUDIATION = 0x0002
    KEY_ENCIPHERMENT = 0x0004
    DATA_ENCIPHERMENT = 0x0008
    KEY_AGREEMENT = 0x0010
    KEY_CERT_SIGN = 0x0020
    CRL_SIGN = 0x0040
    ENCIPHER_ONLY = 0x0080
    DECIPHER_ONLY = 0x0100


class Limits(enum.Enum):
    """Size limits of public_key, user_data and nonce, in bytes.

    DEFAULT   0 to 4096 each, the limit of the device
    AWS_1024  0 to 1024 each, AWS's format definition
    AWS_512   public_key 1 to 1024, the others 0 to 512, AWS's section on checking content
    """

    DEFAULT = 0
    AWS_1024 = 1
    AWS_512 = 2


class Check(enum.Flag):
    """The checks that a verification performed, or that a caller requires. CHAIN, SIGNATURE and TIMESTAMP are always
    performed.

    CHAIN           chain rules and all signatures under a trusted root
    SIGNATURE       the document's own signature
    TIMESTAMP       timestamp inside every certificate's validity
    NOW             every certificate valid now
    AGE             age within a finite maximum, and timestamp not in the future
    NONCE           nonce equal to the expected one
    USER_DATA       as expected, or absent as expected
    PUBLIC_KEY      as expected, or absent as expected
    PCRS            a set of the policy matched
    PRODUCTION      not a debug enclave (enclave documents only)
    MODULE_BINDING  the certificates' names contain module_id
    MODULE_ID       as expected
    REGION          as expected
    DENY            no certificate is on the (non-empty) deny list
    """

    CHAIN = 0x0001
    SIGNATURE = 0x0002
    TIMESTAMP = 0x0004
    NOW = 0x0008
    AGE = 0x0010
    NONCE = 0x0020
    USER_DATA = 0x0040
    PUBLIC_KEY = 0x0080
    PCRS = 0x0100
    PRODUCTION = 0x0200
    MODULE_BINDING = 0x0400
    MODULE_ID = 0x0800
    REGION = 0x1000
    DENY = 0x2000


class Bytes(Structure):
    """natt_bytes"""

    _fields_ = [
        ("ptr", c_void_p),
        ("len", c_size_t),
    ]


class Error(Structure):
    """natt_error"""

    _fields_ = [
        ("code", c_int),
        ("item", c_uint32),
        ("offset", c_size_t),
        ("message", c_char_p),
    ]


class Document(Structure):
    """natt_document"""

    _fields_ = [
        ("raw", Bytes),
        ("protected_header", Bytes),
        ("payload", Bytes),
        ("signature", Bytes),
        ("tagged", c_bool),
        ("indefinite", c_bool),
        ("kind", c_int),
        ("module_id", Bytes),
        ("digest", Bytes),
        ("timestamp_ms", c_uint64),
        ("pcr_mask", c_uint32),
        ("pcrs", Bytes * 32),
        ("certificate", Bytes),
        ("cabundle", Bytes * 8),
        ("cabundle_count", c_size_t),
        ("public_key", Bytes),
        ("user_data", Bytes),
        ("nonce", Bytes),
        ("unknown_fields", Bytes * 8),
        ("unknown_count", c_size_t),
    ]


class Certificate(Structure):
    """natt_certificate"""

    _fields_ = [
        ("raw", Bytes),
        ("tbs", Bytes),
        ("serial", Bytes),
        ("issuer", Bytes),
        ("subject", Bytes),
        ("issuer_cn", Bytes),
        ("subject_cn", Bytes),
        ("not_before", c_int64),
        ("not_after", c_int64),
        ("spki", Bytes),
        ("public_key", Bytes),
        ("r", Bytes),
        ("s", Bytes),
        ("unknown_critical", Bytes),
        ("has_basic_constraints", c_bool),
        ("basic_constraints_critical", c_bool),
        ("basic_constraints_empty", c_bool),
        ("ca", c_bool),
        ("has_path_len", c_bool),
        ("has_key_usage", c_bool),
        ("key_usage_critical", c_bool),
        ("path_len", c_uint32),
        ("key_usage", c_uint32),
    ]


class PcrValue(Structure):
    """natt_pcr_value"""

    _fields_ = [
        ("index", c_uint32),
        ("value", Bytes),
    ]


class PcrSet(Structure):
    """natt_pcr_set"""

    _fields_ = [
        ("name", c_char_p),
        ("pcrs", POINTER(PcrValue)),
        ("pcr_count", c_size_t),
    ]


class Policy(Structure):
    """natt_policy"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("sets", POINTER(PcrSet)),
        ("set_count", c_size_t),
        ("flags", c_uint32),
    ]


class PcrDifference(Structure):
    """natt_pcr_difference"""

    _fields_ = [
        ("set", c_size_t),
        ("index", c_uint32),
        ("present", c_bool),
        ("actual", c_uint8 * 48),
        ("expected", Bytes),
        ("expected_count", c_size_t),
    ]


class Expectation(Structure):
    """natt_expectation"""

    _fields_ = [
        ("mode", c_int),
        ("value", Bytes),
    ]


class DenyEntry(Structure):
    """natt_deny_entry"""

    _fields_ = [
        ("type", c_int),
        ("issuer", Bytes),
        ("value", Bytes),
    ]


class Options(Structure):
    """natt_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("roots", POINTER(Bytes)),
        ("root_count", c_size_t),
        ("kind", c_int),
        ("time_mode", c_int),
        ("now_ms", c_uint64),
        ("max_age_ms", c_uint64),
        ("max_future_ms", c_uint64),
        ("not_before_leeway_ms", c_uint64),
        ("not_after_leeway_ms", c_uint64),
        ("nonce_mode", c_int),
        ("nonce", Bytes),
        ("user_data", Expectation),
        ("public_key", Expectation),
        ("module_id", Bytes),
        ("region", Bytes),
        ("policy", POINTER(Policy)),
        ("limits", c_int),
        ("flags", c_uint32),
        ("required_checks", c_uint32),
        ("deny", POINTER(DenyEntry)),
        ("deny_count", c_size_t),
    ]


class VerifiedCertificate(Structure):
    """natt_verified_certificate"""

    _fields_ = [
        ("common_name", c_char * 97),
        ("not_before", c_int64),
        ("not_after", c_int64),
    ]


class Verified(Structure):
    """natt_verified"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("seal", c_uint64),
        ("kind", c_int),
        ("debug", c_bool),
        ("checks", c_uint32),
        ("unknown_fields", c_uint32),
        ("cached_certificates", c_uint32),
        ("timestamp_ms", c_uint64),
        ("earliest_expiry", c_int64),
        ("pcr_mask", c_uint32),
        ("pcrs", (c_uint8 * 48) * 32),
        ("module_id", c_char * 101),
        ("instance_id", c_char * 101),
        ("region", c_char * 97),
        ("canonical_id", c_uint8 * 48),
        ("root_sha256", c_uint8 * 32),
        ("root_index", c_size_t),
        ("matched_set", c_size_t),
        ("chain_count", c_size_t),
        ("chain", VerifiedCertificate * 9),
        ("public_key_sha384", c_uint8 * 48),
        ("user_data_sha384", c_uint8 * 48),
        ("nonce_sha384", c_uint8 * 48),
        ("public_key", Bytes),
        ("user_data", Bytes),
        ("nonce", Bytes),
    ]


class BatchItem(Structure):
    """natt_batch_item"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("document", Bytes),
        ("nonce_mode", c_int),
        ("nonce", Bytes),
        ("user_data", Expectation),
        ("public_key", Expectation),
        ("module_id", Bytes),
        ("policy", POINTER(Policy)),
        ("holds", c_bool),
        ("error", Error),
        ("verified", Verified),
    ]


def initial_policy() -> Policy:
    """NATT_POLICY_INIT"""
    return Policy(struct_size=sizeof(Policy))


def initial_options() -> Options:
    """NATT_OPTIONS_INIT"""
    return Options(struct_size=sizeof(Options), kind=1, now_ms=0x8000000000000001, max_age_ms=0x8000000000000001)


def initial_verified() -> Verified:
    """NATT_VERIFIED_INIT"""
    return Verified(struct_size=sizeof(Verified))


def initial_batch_item() -> BatchItem:
    """NATT_BATCH_ITEM_INIT"""
    return BatchItem(struct_size=sizeof(BatchItem), error=Error(item=0xFFFFFFFF, offset=c_size_t(-1).value,
                     message=b""), verified=Verified(struct_size=sizeof(Verified)))


#: Result and arguments of each function.
VERIFIER_FUNCTIONS: Dict[str, Tuple[Any, ...]] = {
    "natt_version": (c_char_p,),
    "natt_code_name": (c_char_p, c_int),
    "natt_code_rule": (c_char_p, c_int),
    "natt_code_message": (c_char_p, c_int),
    "natt_code_remedy": (c_char_p, c_int),
    "natt_code_item_kind": (c_int, c_int),
    "natt_code_from_name": (c_bool, POINTER(c_int), c_char_p),
    "natt_error_format": (c_size_t, c_void_p, c_size_t, POINTER(Error)),
    "natt_field_name": (c_char_p, c_uint32),
    "natt_kind_name": (c_char_p, c_int),
    "natt_document_parse": (c_bool, POINTER(Document), Bytes, POINTER(Error)),
    "natt_certificate_parse": (c_bool, POINTER(Certificate), Bytes, POINTER(Error)),
    "natt_policy_validate": (c_bool, POINTER(Policy), c_int, POINTER(Error)),
    "natt_cache_size": (c_size_t, c_size_t, c_size_t),
    "natt_cache_init": (c_void_p, c_void_p, c_size_t, c_size_t, c_size_t, POINTER(Error)),
    "natt_cache_count": (c_size_t, c_void_p),
    "natt_verify": (c_bool, POINTER(Verified), Bytes, POINTER(Options), c_void_p, POINTER(Error)),
    "natt_policy_check": (c_bool, POINTER(Verified), POINTER(Policy), POINTER(Error)),
    "natt_policy_explain": (c_bool, POINTER(PcrDifference), c_size_t, POINTER(c_size_t), POINTER(Verified),
                            POINTER(Policy), POINTER(Error)),
    "natt_verify_explain": (c_bool, POINTER(PcrDifference), c_size_t, POINTER(c_size_t), Bytes, POINTER(Options),
                            c_void_p, POINTER(Error)),
    "natt_verified_check": (c_bool, POINTER(Verified), POINTER(Error)),
    "natt_verified_check_field": (c_bool, POINTER(Verified), c_int, Bytes, POINTER(Error)),
    "natt_deny_from_certificate": (c_bool, POINTER(DenyEntry), Bytes, POINTER(Error)),
    "natt_root_aws": (Bytes,),
    "natt_batch_workspace_size": (c_size_t, c_size_t),
    "natt_verify_batch": (c_bool, POINTER(BatchItem), c_size_t, POINTER(Options), c_void_p, c_void_p, c_size_t,
                          POINTER(c_size_t)),
}
