"""Constants, structures and functions of nsm/include/nitro_attest. Written by generate-structs; do not edit."""
from __future__ import annotations

from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint16,
                    c_uint32, c_uint64, c_uint8, c_void_p, sizeof)
from typing import Any, Dict, Tuple

from ._structs import Bytes

NSM_DESCRIBE_PCR = 0
NSM_EXTEND_PCR = 1
NSM_LOCK_PCR = 2
NSM_LOCK_PCRS = 3
NSM_DESCRIBE_NSM = 4
NSM_ATTESTATION = 5
NSM_GET_RANDOM = 6
NSM_OPERATION_COUNT = 7
NSM_MAX_REQUEST = 0x1000
NSM_MAX_RESPONSE = 0x3000
NSM_SHA256 = 0
NSM_SHA384 = 1
NSM_SHA512 = 2
NSM_STRICT_SIZES = 1
NSM_MAX_PCRS = 256
NSM_MAX_SEED = 512
EMULATOR_NO_INDEX = 0xFFFFFFFF
EMULATOR_NO_OFFSET = 0xFFFFFFFFFFFFFFFF
EIF_KERNEL = 1
EIF_CMDLINE = 2
EIF_RAMDISK = 3
EIF_SIGNATURE = 4
EIF_METADATA = 5
EIF_NOT_SIGNED = 0
EIF_SIGNATURE_VALID = 1
EIF_SIGNATURE_INVALID = 2
EIF_MAX_SECTIONS = 32
EIF_MAX_SIGNATURE = 32768
EIF_MAX_METADATA = 1048576
EIF_MAX_SUBJECT = 512
FAULT_NOTHING = 0
FAULT_ERRNO = 1
FAULT_ERROR = 2
FAULT_SILENCE = 3
FAULT_DELAY = 4
FAULT_TRUNCATED = 5
FAULT_OVERSIZED = 6
FAULT_MALFORMED = 7
FAULT_VARIANT = 8
FAULT_DUPLICATE_KEYS = 9
FAULT_ALWAYS = 0
FAULT_EVERY = 1
FAULT_FIRST = 2
FAULT_CHANCE = 3
FAULT_DESCRIBE_PCR = 0x01
FAULT_EXTEND_PCR = 0x02
FAULT_LOCK_PCR = 0x04
FAULT_LOCK_PCRS = 0x08
FAULT_DESCRIBE_NSM = 0x10
FAULT_ATTESTATION = 0x20
FAULT_GET_RANDOM = 0x40
FAULT_NO_REQUEST = 0x80
FAULT_ANY = 0xff
FAULT_HALF = 0xFFFFFFFFFFFFFFFF
FAULT_MAX_MS = 86400000
EMULATOR_MAX_REQUEST = 0x1000
EMULATOR_MAX_RESPONSE = 0x3000
EMULATOR_SEED_LEN = 32
EMULATOR_MAX_FAULTS = 32
EMULATOR_MAX_CLIENTS = 64
ISSUER_MAX_BUNDLE = 16
NSM_TRANSPORT_EXCHANGE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t))
NSM_TRANSPORT_CLOSE = CFUNCTYPE(None, c_void_p)


class NsmTransport(Structure):
    """natt_nsm_transport"""

    _fields_ = [
        ("context", c_void_p),
        ("exchange", NSM_TRANSPORT_EXCHANGE),
        ("close", NSM_TRANSPORT_CLOSE),
    ]


class NsmError(Structure):
    """natt_nsm_error"""

    _fields_ = [
        ("code", c_int),
        ("device_error", c_int),
        ("errno_value", c_int),
        ("required_len", c_size_t),
        ("offset", c_size_t),
        ("message", c_char_p),
    ]


class Nsm(Structure):
    """natt_nsm"""

    _fields_ = [
        ("opaque", c_uint64 * 32),
    ]


class NsmOptions(Structure):
    """natt_nsm_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("path", c_char_p),
        ("socket_path", c_char_p),
        ("transport", POINTER(NsmTransport)),
        ("deadline_ms", c_uint32),
        ("flags", c_uint32),
    ]


class NsmDescription(Structure):
    """natt_nsm_description"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("version_major", c_uint16),
        ("version_minor", c_uint16),
        ("version_patch", c_uint16),
        ("max_pcrs", c_uint16),
        ("digest", c_int),
        ("module_id", c_char * 101),
        ("locked_pcr_count", c_uint32),
        ("locked_pcrs", c_uint16 * 256),
    ]


class NsmPcr(Structure):
    """natt_nsm_pcr"""

    _fields_ = [
        ("locked", c_bool),
        ("value", c_uint8 * 48),
    ]


class NsmAttestation(Structure):
    """natt_nsm_attestation"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("user_data", Bytes),
        ("nonce", Bytes),
        ("public_key", Bytes),
    ]


class NsmSeed(Structure):
    """natt_nsm_seed"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("len", c_size_t),
        ("path", c_char_p),
    ]


class NsmSeedReport(Structure):
    """natt_nsm_seed_report"""

    _fields_ = [
        ("ready_before", c_bool),
        ("ready_after", c_bool),
        ("entropy_before", c_int),
        ("entropy_after", c_int),
    ]


class EmulatorError(Structure):
    """natt_emulator_error"""

    _fields_ = [
        ("code", c_int),
        ("errno_value", c_int),
        ("index", c_uint32),
        ("required_len", c_size_t),
        ("offset", c_uint64),
        ("message", c_char_p),
    ]


class EifSection(Structure):
    """natt_eif_section"""

    _fields_ = [
        ("type", c_int),
        ("offset", c_uint64),
        ("size", c_uint64),
    ]


class EifMeasurements(Structure):
    """natt_eif_measurements"""

    _fields_ = [
        ("pcr0", c_uint8 * 48),
        ("pcr1", c_uint8 * 48),
        ("pcr2", c_uint8 * 48),
        ("pcr8", c_uint8 * 48),
        ("has_signature", c_bool),
    ]


class EifSigner(Structure):
    """natt_eif_signer"""

    _fields_ = [
        ("certificate", Bytes),
        ("subject", c_char * 512),
        ("not_before", c_int64),
        ("not_after", c_int64),
        ("algorithm", c_char_p),
    ]


class EifDescription(Structure):
    """natt_eif_description"""

    _fields_ = [
        ("version", c_uint16),
        ("arm64", c_bool),
        ("default_memory", c_uint64),
        ("default_cpus", c_uint64),
        ("crc", c_uint32),
        ("size", c_uint64),
        ("sections", EifSection * 32),
        ("section_count", c_size_t),
        ("metadata", Bytes),
        ("signature", c_int),
        ("signature_error", EmulatorError),
        ("stale_signature_size", c_bool),
        ("signer", EifSigner),
    ]


class Fault(Structure):
    """natt_fault"""

    _fields_ = [
        ("requests", c_uint32),
        ("action", c_int),
        ("value", c_uint64),
        ("when", c_int),
        ("n", c_uint32),
        ("seed", c_uint64),
    ]


class EmulatorPcr(Structure):
    """natt_emulator_pcr"""

    _fields_ = [
        ("index", c_uint32),
        ("value", Bytes),
        ("extend", Bytes),
        ("lock", c_bool),
    ]


EMULATOR_CLOCK_NOW_MS = CFUNCTYPE(c_uint64, c_void_p)


class EmulatorClock(Structure):
    """natt_emulator_clock"""

    _fields_ = [
        ("fixed_ms", c_uint64),
        ("offset_ms", c_int64),
        ("now_ms", EMULATOR_CLOCK_NOW_MS),
        ("context", c_void_p),
    ]


class EmulatorOptions(Structure):
    """natt_emulator_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("seed", Bytes),
        ("pki_dir", c_char_p),
        ("kind", c_int),
        ("region", c_char_p),
        ("instance_id", c_char_p),
        ("role_arn", c_char_p),
        ("pcrs", POINTER(EmulatorPcr)),
        ("pcr_count", c_size_t),
        ("debug", c_bool),
        ("clock", EmulatorClock),
        ("faults", POINTER(Fault)),
        ("fault_count", c_size_t),
    ]


class IssuerOptions(Structure):
    """natt_issuer_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("seed", Bytes),
        ("kind", c_int),
        ("now_ms", c_uint64),
        ("suffix", c_char_p),
        ("region", c_char_p),
        ("instance_id", c_char_p),
        ("role_arn", c_char_p),
        ("bundle_count", c_uint32),
    ]


class IssuePcr(Structure):
    """natt_issue_pcr"""

    _fields_ = [
        ("index", c_uint32),
        ("value", Bytes),
    ]


class IssueRequest(Structure):
    """natt_issue_request"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("pcrs", POINTER(IssuePcr)),
        ("pcr_count", c_size_t),
        ("only_these_pcrs", c_bool),
        ("public_key", Bytes),
        ("user_data", Bytes),
        ("nonce", Bytes),
        ("timestamp_ms", c_uint64),
        ("debug", c_bool),
        ("definite", c_bool),
        ("tagged", c_bool),
    ]


def initial_nsm_options() -> NsmOptions:
    """NATT_NSM_OPTIONS_INIT"""
    return NsmOptions(struct_size=sizeof(NsmOptions))


def initial_nsm_description() -> NsmDescription:
    """NATT_NSM_DESCRIPTION_INIT"""
    return NsmDescription(struct_size=sizeof(NsmDescription))


def initial_nsm_attestation() -> NsmAttestation:
    """NATT_NSM_ATTESTATION_INIT"""
    return NsmAttestation(struct_size=sizeof(NsmAttestation))


def initial_nsm_seed() -> NsmSeed:
    """NATT_NSM_SEED_INIT"""
    return NsmSeed(struct_size=sizeof(NsmSeed), len=64)


def initial_emulator_options() -> EmulatorOptions:
    """NATT_EMULATOR_OPTIONS_INIT"""
    return EmulatorOptions(struct_size=sizeof(EmulatorOptions), kind=1)


def initial_issuer_options() -> IssuerOptions:
    """NATT_ISSUER_OPTIONS_INIT"""
    return IssuerOptions(struct_size=sizeof(IssuerOptions), kind=1)


def initial_issue_request() -> IssueRequest:
    """NATT_ISSUE_REQUEST_INIT"""
    return IssueRequest(struct_size=sizeof(IssueRequest))


#: Result and arguments of each function.
NSM_FUNCTIONS: Dict[str, Tuple[Any, ...]] = {
    "natt_nsm_code_name": (c_char_p, c_int),
    "natt_nsm_code_message": (c_char_p, c_int),
    "natt_nsm_code_remedy": (c_char_p, c_int),
    "natt_nsm_device_error_name": (c_char_p, c_int),
    "natt_nsm_open": (c_bool, POINTER(Nsm), POINTER(NsmOptions), POINTER(NsmError)),
    "natt_nsm_close": (None, POINTER(Nsm)),
    "natt_nsm_set_deadline": (c_bool, POINTER(Nsm), c_uint32, POINTER(NsmError)),
    "natt_nsm_describe": (c_bool, POINTER(Nsm), POINTER(NsmDescription), POINTER(NsmError)),
    "natt_nsm_describe_pcr": (c_bool, POINTER(Nsm), POINTER(NsmPcr), c_uint16, POINTER(NsmError)),
    "natt_nsm_extend_pcr": (c_bool, POINTER(Nsm), c_void_p, c_uint16, Bytes, POINTER(NsmError)),
    "natt_nsm_lock_pcr": (c_bool, POINTER(Nsm), c_uint16, POINTER(NsmError)),
    "natt_nsm_lock_pcrs": (c_bool, POINTER(Nsm), c_uint16, POINTER(NsmError)),
    "natt_nsm_attest": (c_bool, POINTER(Nsm), c_void_p, c_size_t, POINTER(c_size_t), POINTER(NsmAttestation),
                        POINTER(NsmError)),
    "natt_nsm_get_random": (c_bool, POINTER(Nsm), c_void_p, c_size_t, POINTER(c_size_t), POINTER(NsmError)),
    "natt_nsm_send": (c_bool, POINTER(Nsm), c_void_p, c_size_t, POINTER(c_size_t), Bytes, POINTER(NsmError)),
    "natt_nsm_random": (c_bool, POINTER(Nsm), c_void_p, c_size_t, POINTER(NsmError)),
    "natt_nsm_seed_kernel": (c_bool, POINTER(Nsm), POINTER(NsmSeedReport), POINTER(NsmSeed), POINTER(NsmError)),
}


#: Result and arguments of each function.
EMULATOR_FUNCTIONS: Dict[str, Tuple[Any, ...]] = {
    "natt_emulator_code_name": (c_char_p, c_int),
    "natt_emulator_code_message": (c_char_p, c_int),
    "natt_emulator_code_remedy": (c_char_p, c_int),
    "natt_emulator_error_format": (c_size_t, c_void_p, c_size_t, POINTER(EmulatorError)),
    "natt_eif_section_name": (c_char_p, c_int),
    "natt_eif_new": (c_void_p, POINTER(EmulatorError)),
    "natt_eif_free": (None, c_void_p),
    "natt_eif_add": (c_bool, c_void_p, Bytes, POINTER(EmulatorError)),
    "natt_eif_finish": (c_bool, c_void_p, POINTER(EifMeasurements), POINTER(EmulatorError)),
    "natt_eif_describe": (c_bool, c_void_p, POINTER(EifDescription), POINTER(EmulatorError)),
    "natt_eif_mismatch": (c_bool, c_void_p, POINTER(c_uint64), POINTER(c_uint64)),
    "natt_eif_measure": (c_bool, POINTER(EifMeasurements), Bytes, POINTER(EmulatorError)),
    "natt_fault_parse": (c_bool, POINTER(Fault), c_char_p, POINTER(EmulatorError)),
    "natt_emulator_new": (c_void_p, POINTER(EmulatorOptions), POINTER(EmulatorError)),
    "natt_emulator_free": (None, c_void_p),
    "natt_emulator_exchange": (c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t)),
    "natt_emulator_transport": (NsmTransport, c_void_p),
    "natt_emulator_skip_delays": (None, c_void_p, c_bool),
    "natt_emulator_root": (Bytes, c_void_p),
    "natt_emulator_root_pem": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t)),
    "natt_emulator_module_id": (c_char_p, c_void_p),
    "natt_emulator_pki_init": (c_bool, c_char_p, POINTER(EmulatorError)),
    "natt_emulator_pki_load": (c_bool, c_void_p, c_char_p, POINTER(EmulatorError)),
    "natt_emulator_listen": (c_void_p, c_void_p, c_char_p, POINTER(EmulatorError)),
    "natt_emulator_serve": (c_bool, c_void_p, c_int, POINTER(EmulatorError)),
    "natt_emulator_server_free": (None, c_void_p),
    "natt_issuer_new": (c_void_p, POINTER(IssuerOptions), POINTER(EmulatorError)),
    "natt_issuer_free": (None, c_void_p),
    "natt_issuer_set_now": (c_bool, c_void_p, c_uint64, POINTER(EmulatorError)),
    "natt_issuer_root": (Bytes, c_void_p),
    "natt_issuer_root_pem": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t)),
    "natt_issuer_module_id": (c_char_p, c_void_p),
    "natt_issuer_instance_id": (c_char_p, c_void_p),
    "natt_issuer_region": (c_char_p, c_void_p),
    "natt_issuer_suffix": (c_char_p, c_void_p),
    "natt_issue": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), POINTER(IssueRequest),
                   POINTER(EmulatorError)),
    "natt_issuer_plan": (c_bool, c_void_p, c_void_p, POINTER(IssueRequest), POINTER(EmulatorError)),
    "natt_issuer_build": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), c_void_p, POINTER(EmulatorError)),
    "natt_issuer_certificate": (Bytes, c_void_p, c_uint32),
    "natt_issuer_payload": (Bytes, c_void_p),
    "natt_issuer_sig_structure": (Bytes, c_void_p),
    "natt_issuer_sign": (c_bool, c_void_p, c_void_p, c_uint32, Bytes),
    "natt_issuer_public_key": (c_bool, c_void_p, c_void_p, c_uint32),
}
