"""The verifier's C structures, field by field as in verify/include/nitro_attest. A test compares them with a compiler's."""
from __future__ import annotations

import ctypes
from ctypes import POINTER, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

NO_ITEM = 0xFFFFFFFF
NO_OFFSET = c_size_t(-1).value
UNSET_MS = 0x8000000000000001
UNLIMITED_MS = 0x8000000000000002
PCR_COUNT = 32
PCR_LEN = 48
MAX_CABUNDLE = 8
MAX_CHAIN = 9
MAX_MODULE_ID = 100
MAX_NAME = 96
MAX_UNKNOWN_FIELDS = 8
FIRST_AUTHENTICATED = 600
MAX_CACHE_CHAINS = 1000000

TIME_NOW, TIME_ARCHIVE = 1, 2
NONCE_EXACT, NONCE_NOT_USED = 1, 2
EXPECT_ANY, EXPECT_EXACT, EXPECT_ABSENT = 0, 1, 2
ALLOW_DEBUG, ALLOW_UNKNOWN_FIELDS, ALLOW_WEAK_POLICY = 0x01, 0x02, 0x04
INSECURE_NO_PCR_POLICY, REQUIRE_MODULE_BINDING = 0x08, 0x10
POLICY_ALLOW_DEBUG = 0x01


class Bytes(ctypes.Structure):
    """natt_bytes. ptr None is absent; whoever sets it keeps the bytes alive."""

    _fields_ = [("ptr", c_void_p), ("len", c_size_t)]


class Error(ctypes.Structure):
    """natt_error"""

    _fields_ = [("code", c_int), ("item", c_uint32), ("offset", c_size_t), ("message", c_char_p)]


class Document(ctypes.Structure):
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
        ("pcrs", Bytes * PCR_COUNT),
        ("certificate", Bytes),
        ("cabundle", Bytes * MAX_CABUNDLE),
        ("cabundle_count", c_size_t),
        ("public_key", Bytes),
        ("user_data", Bytes),
        ("nonce", Bytes),
        ("unknown_fields", Bytes * MAX_UNKNOWN_FIELDS),
        ("unknown_count", c_size_t),
    ]


class Certificate(ctypes.Structure):
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


class PcrValue(ctypes.Structure):
    """natt_pcr_value"""

    _fields_ = [("index", c_uint32), ("value", Bytes)]


class PcrSet(ctypes.Structure):
    """natt_pcr_set"""

    _fields_ = [("name", c_char_p), ("pcrs", POINTER(PcrValue)), ("pcr_count", c_size_t)]


class Policy(ctypes.Structure):
    """natt_policy"""

    _fields_ = [("struct_size", c_size_t), ("sets", POINTER(PcrSet)), ("set_count", c_size_t), ("flags", c_uint32)]


class PcrDifference(ctypes.Structure):
    """natt_pcr_difference"""

    _fields_ = [
        ("set", c_size_t),
        ("index", c_uint32),
        ("present", c_bool),
        ("actual", c_uint8 * PCR_LEN),
        ("expected", Bytes),
        ("expected_count", c_size_t),
    ]


class Expectation(ctypes.Structure):
    """natt_expectation"""

    _fields_ = [("mode", c_int), ("value", Bytes)]


class DenyEntry(ctypes.Structure):
    """natt_deny_entry"""

    _fields_ = [("type", c_int), ("issuer", Bytes), ("value", Bytes)]


class Options(ctypes.Structure):
    """natt_options; a new one is all zero, see initial_options()."""

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


class VerifiedCertificate(ctypes.Structure):
    """natt_verified_certificate"""

    _fields_ = [("common_name", c_char * (MAX_NAME + 1)), ("not_before", c_int64), ("not_after", c_int64)]


class Verified(ctypes.Structure):
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
        ("pcrs", (c_uint8 * PCR_LEN) * PCR_COUNT),
        ("module_id", c_char * (MAX_MODULE_ID + 1)),
        ("instance_id", c_char * (MAX_MODULE_ID + 1)),
        ("region", c_char * (MAX_NAME + 1)),
        ("canonical_id", c_uint8 * 48),
        ("root_sha256", c_uint8 * 32),
        ("root_index", c_size_t),
        ("matched_set", c_size_t),
        ("chain_count", c_size_t),
        ("chain", VerifiedCertificate * MAX_CHAIN),
        ("public_key_sha384", c_uint8 * 48),
        ("user_data_sha384", c_uint8 * 48),
        ("nonce_sha384", c_uint8 * 48),
        ("public_key", Bytes),
        ("user_data", Bytes),
        ("nonce", Bytes),
    ]


class BatchItem(ctypes.Structure):
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


def initial_options() -> Options:
    """NATT_OPTIONS_INIT but for the kind: nothing that decides trust is set."""
    return Options(struct_size=ctypes.sizeof(Options), now_ms=UNSET_MS, max_age_ms=UNSET_MS)


def initial_batch_item() -> BatchItem:
    """NATT_BATCH_ITEM_INIT"""
    item = BatchItem(struct_size=ctypes.sizeof(BatchItem))
    item.verified.struct_size = ctypes.sizeof(Verified)
    return item
