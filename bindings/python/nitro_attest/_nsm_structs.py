"""The NSM library's C structures and functions, as in nsm/include/nitro_attest. A test compares them with a compiler's."""
from __future__ import annotations

import ctypes
from ctypes import (CFUNCTYPE, POINTER, byref, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_uint16,
                    c_uint32, c_uint64, c_void_p, sizeof)

from . import _structs as c
from ._codes import Code, NsmCode
from ._errors import NsmError

MAX_REQUEST, MAX_RESPONSE, MAX_PCRS, MAX_SEED = 0x1000, 0x3000, 256, 512
STRICT_SIZES = 1
MAX_EMULATOR_FAULTS = 32
FAULT_SILENCE, FAULT_DELAY = 3, 4  # natt_fault_action
MAX_BUNDLE = 16
PEM_ROOM = 1024  # "1024 bytes are enough"

EXCHANGE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, POINTER(c_size_t))
CLOSE = CFUNCTYPE(None, c_void_p)
NOW = CFUNCTYPE(c_uint64, c_void_p)


class NsmErrorC(ctypes.Structure):
    """natt_nsm_error"""

    _fields_ = [("code", c_int), ("device_error", c_int), ("errno_value", c_int), ("required_len", c_size_t),
                ("offset", c_size_t), ("message", c_char_p)]


class Session(ctypes.Structure):
    """natt_nsm"""

    _fields_ = [("opaque", c_uint64 * 32)]


class Transport(ctypes.Structure):
    """natt_nsm_transport"""

    _fields_ = [("context", c_void_p), ("exchange", EXCHANGE), ("close", CLOSE)]


class NsmOptions(ctypes.Structure):
    """natt_nsm_options"""

    _fields_ = [("struct_size", c_size_t), ("path", c_char_p), ("socket_path", c_char_p),
                ("transport", POINTER(Transport)), ("deadline_ms", c_uint32), ("flags", c_uint32)]


class Description(ctypes.Structure):
    """natt_nsm_description"""

    _fields_ = [("struct_size", c_size_t), ("version_major", c_uint16), ("version_minor", c_uint16),
                ("version_patch", c_uint16), ("max_pcrs", c_uint16), ("digest", c_int),
                ("module_id", c_char * (c.MAX_MODULE_ID + 1)), ("locked_pcr_count", c_uint32),
                ("locked_pcrs", c_uint16 * MAX_PCRS)]


class NsmPcr(ctypes.Structure):
    """natt_nsm_pcr"""

    _fields_ = [("locked", c_bool), ("value", c_uint8 * c.PCR_LEN)]


class Attestation(ctypes.Structure):
    """natt_nsm_attestation"""

    _fields_ = [("struct_size", c_size_t), ("user_data", c.Bytes), ("nonce", c.Bytes), ("public_key", c.Bytes)]


class Seed(ctypes.Structure):
    """natt_nsm_seed"""

    _fields_ = [("struct_size", c_size_t), ("len", c_size_t), ("path", c_char_p)]


class SeedReport(ctypes.Structure):
    """natt_nsm_seed_report"""

    _fields_ = [("ready_before", c_bool), ("ready_after", c_bool), ("entropy_before", c_int), ("entropy_after", c_int)]


class EmulatorPcr(ctypes.Structure):
    """natt_emulator_pcr"""

    _fields_ = [("index", c_uint32), ("value", c.Bytes), ("extend", c.Bytes), ("lock", c_bool)]


class EmulatorClock(ctypes.Structure):
    """natt_emulator_clock"""

    _fields_ = [("fixed_ms", c_uint64), ("offset_ms", c_int64), ("now_ms", NOW), ("context", c_void_p)]


class Fault(ctypes.Structure):
    """natt_fault"""

    _fields_ = [("requests", c_uint32), ("action", c_int), ("value", c_uint64), ("when", c_int), ("n", c_uint32),
                ("seed", c_uint64)]


class EmulatorOptions(ctypes.Structure):
    """natt_emulator_options"""

    _fields_ = [("struct_size", c_size_t), ("seed", c.Bytes), ("pki_dir", c_char_p), ("kind", c_int),
                ("region", c_char_p), ("instance_id", c_char_p), ("role_arn", c_char_p), ("pcrs", POINTER(EmulatorPcr)),
                ("pcr_count", c_size_t), ("debug", c_bool), ("clock", EmulatorClock), ("faults", POINTER(Fault)),
                ("fault_count", c_size_t)]


class EifMeasurements(ctypes.Structure):
    """natt_eif_measurements"""

    _fields_ = [("pcr0", c_uint8 * c.PCR_LEN), ("pcr1", c_uint8 * c.PCR_LEN), ("pcr2", c_uint8 * c.PCR_LEN),
                ("pcr8", c_uint8 * c.PCR_LEN), ("has_signature", c_bool)]


class IssuerOptions(ctypes.Structure):
    """natt_issuer_options"""

    _fields_ = [("struct_size", c_size_t), ("seed", c.Bytes), ("kind", c_int), ("now_ms", c_uint64),
                ("suffix", c_char_p), ("region", c_char_p), ("instance_id", c_char_p), ("role_arn", c_char_p),
                ("bundle_count", c_uint32)]


class IssuePcr(ctypes.Structure):
    """natt_issue_pcr"""

    _fields_ = [("index", c_uint32), ("value", c.Bytes)]


class IssueRequest(ctypes.Structure):
    """natt_issue_request"""

    _fields_ = [("struct_size", c_size_t), ("pcrs", POINTER(IssuePcr)), ("pcr_count", c_size_t),
                ("only_these_pcrs", c_bool), ("public_key", c.Bytes), ("user_data", c.Bytes), ("nonce", c.Bytes),
                ("timestamp_ms", c_uint64), ("debug", c_bool), ("definite", c_bool), ("tagged", c_bool)]


_NSM_ERROR, _ERROR = POINTER(NsmErrorC), POINTER(c.Error)
_SESSION, _LENGTH = POINTER(Session), POINTER(c_size_t)
#: name: (result, arguments)
_NSM_FUNCTIONS = {
    "natt_nsm_code_message": (c_char_p, c_int),
    "natt_nsm_open": (c_bool, _SESSION, POINTER(NsmOptions), _NSM_ERROR),
    "natt_nsm_close": (None, _SESSION),
    "natt_nsm_set_deadline": (c_bool, _SESSION, c_uint32, _NSM_ERROR),
    "natt_nsm_describe": (c_bool, _SESSION, POINTER(Description), _NSM_ERROR),
    "natt_nsm_describe_pcr": (c_bool, _SESSION, POINTER(NsmPcr), c_uint16, _NSM_ERROR),
    "natt_nsm_extend_pcr": (c_bool, _SESSION, c_void_p, c_uint16, c.Bytes, _NSM_ERROR),
    "natt_nsm_lock_pcr": (c_bool, _SESSION, c_uint16, _NSM_ERROR),
    "natt_nsm_lock_pcrs": (c_bool, _SESSION, c_uint16, _NSM_ERROR),
    "natt_nsm_attest": (c_bool, _SESSION, c_void_p, c_size_t, _LENGTH, POINTER(Attestation), _NSM_ERROR),
    "natt_nsm_get_random": (c_bool, _SESSION, c_void_p, c_size_t, _LENGTH, _NSM_ERROR),
    "natt_nsm_send": (c_bool, _SESSION, c_void_p, c_size_t, _LENGTH, c.Bytes, _NSM_ERROR),
    "natt_nsm_random": (c_bool, _SESSION, c_void_p, c_size_t, _NSM_ERROR),
    "natt_nsm_seed_kernel": (c_bool, _SESSION, POINTER(SeedReport), POINTER(Seed), _NSM_ERROR),
}
_EMULATOR_FUNCTIONS = {
    "natt_emulator_new": (c_void_p, POINTER(EmulatorOptions), _ERROR),
    "natt_emulator_free": (None, c_void_p),
    "natt_emulator_exchange": (c_int, c_void_p, c_void_p, c_size_t, c_void_p, c_size_t, _LENGTH),
    "natt_emulator_transport": (Transport, c_void_p),
    "natt_emulator_hurry": (None, c_void_p, c_bool),
    "natt_emulator_root": (c.Bytes, c_void_p),
    "natt_emulator_root_pem": (c_bool, c_void_p, c_void_p, c_size_t, _LENGTH),
    "natt_emulator_module_id": (c_char_p, c_void_p),
    "natt_emulator_pki_init": (c_bool, c_char_p, _ERROR),
    "natt_emulator_listen": (c_void_p, c_void_p, c_char_p, _ERROR),
    "natt_emulator_serve": (c_bool, c_void_p, c_int, _ERROR),
    "natt_emulator_server_free": (None, c_void_p),
    "natt_eif_new": (c_void_p, _ERROR),
    "natt_eif_free": (None, c_void_p),
    "natt_eif_add": (c_bool, c_void_p, c.Bytes, _ERROR),
    "natt_eif_finish": (c_bool, c_void_p, POINTER(EifMeasurements), _ERROR),
    "natt_fault_parse": (c_bool, POINTER(Fault), c_char_p, _ERROR),
    "natt_issuer_new": (c_void_p, POINTER(IssuerOptions), _ERROR),
    "natt_issuer_free": (None, c_void_p),
    "natt_issuer_set_now": (c_bool, c_void_p, c_uint64, _ERROR),
    "natt_issuer_root": (c.Bytes, c_void_p),
    "natt_issuer_root_pem": (c_bool, c_void_p, c_void_p, c_size_t, _LENGTH),
    "natt_issuer_module_id": (c_char_p, c_void_p),
    "natt_issue": (c_bool, c_void_p, c_void_p, c_size_t, _LENGTH, POINTER(IssueRequest), _ERROR),
}


def _check_open(lib: ctypes.CDLL) -> None:
    """natt_nsm_error and natt_nsm_options: a call whose error is known, field by field."""
    from ._library import wrong

    session, error = Session(), NsmErrorC()
    options = NsmOptions(sizeof(NsmOptions), b"a", b"b")
    held = lib.natt_nsm_open(byref(session), byref(options), byref(error))
    code = int(NsmCode.NATT_NSM_E_USAGE_TRANSPORT)
    told = (held, error.code, error.device_error, error.errno_value, error.required_len, error.offset, error.message)
    if told != (False, code, 0, 0, 0, c.NO_OFFSET, lib.natt_nsm_code_message(code)):
        raise wrong("natt_nsm_options or natt_nsm_error has another shape")


def prepare_nsm(lib: ctypes.CDLL) -> None:
    """Gives the client's functions their types and compares structures, through the library."""
    from ._library import declare

    for name, types in _NSM_FUNCTIONS.items():
        declare(lib, name, *types)
    _check_open(lib)


def prepare_emulator(lib: ctypes.CDLL) -> None:
    """The same for the software NSM and the issuer."""
    from ._library import declare, wrong

    for name, types in _EMULATOR_FUNCTIONS.items():
        declare(lib, name, *types)
    error = c.Error()
    options = EmulatorOptions(struct_size=sizeof(EmulatorOptions), kind=1, seed=c.Bytes(None, 1))
    if lib.natt_emulator_new(byref(options), byref(error)) or error.code == int(Code.NATT_E_USAGE_STRUCT_SIZE):
        raise wrong("natt_emulator_options has another size")
    issuer = IssuerOptions(struct_size=sizeof(IssuerOptions), kind=1)
    if lib.natt_issuer_new(byref(issuer), byref(error)) or error.code == int(Code.NATT_E_USAGE_STRUCT_SIZE):
        raise wrong("natt_issuer_options has another size")


def nsm_error(error: NsmErrorC) -> NsmError:
    """The exception for what the NSM library said."""
    from ._codes import NsmDeviceError

    code = NsmCode(int(error.code))
    sized = code in (NsmCode.NATT_NSM_E_BUFFER_TOO_SMALL, NsmCode.NATT_NSM_E_REQUEST_SIZE)
    return NsmError(code, (error.message or b"").decode("utf-8", "replace"), NsmDeviceError(int(error.device_error)),
                    int(error.errno_value) or None, int(error.required_len) if sized else None,
                    None if error.offset == c.NO_OFFSET else int(error.offset))
