"""Constants, structures and functions of nsm/include/nitro_attest. Written by generate-structs; do not edit."""
from __future__ import annotations

import enum
from ctypes import (POINTER, Structure, c_bool, c_char_p, c_int, c_size_t, c_uint, c_void_p, sizeof)
from typing import Any, Dict, Tuple

from ._nsm_structs import Nsm, NsmError
from ._structs import Bytes, Verified

RECIPIENT_BER = 0
RECIPIENT_BER_PRIMITIVE = 1
RECIPIENT_DER = 2
RECIPIENT_MAX_SECRET = 16384
RECIPIENT_MAX_SEALED = 17408
RECIPIENT_MAX_MESSAGE = 65536
RECIPIENT_MAX_SPKI = 1024
RECIPIENT_MAX_PEM = 4096
RECIPIENT_MAX_KEY_FILE = 16384
RECIPIENT_MAX_DOCUMENT = 262144


class RecipientEncoding(enum.Enum):
    """How a message is written. Keys of this library and the SDKs for enclaves read all three.

    BER            as KMS does: indefinite lengths, the content in pieces of at most 1000 bytes
    BER_PRIMITIVE  as KMS does too: indefinite lengths, the content in one piece
    DER            for readers that support only DER: definite lengths, the content in one piece
    """

    BER = 0
    BER_PRIMITIVE = 1
    DER = 2


class RecipientError(Structure):
    """natt_recipient_error"""

    _fields_ = [
        ("code", c_int),
        ("verify_code", c_int),
        ("nsm", NsmError),
        ("errno_value", c_int),
        ("required_len", c_size_t),
        ("offset", c_size_t),
        ("message", c_char_p),
    ]


class RecipientAttestation(Structure):
    """natt_recipient_attestation"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("nonce", Bytes),
        ("user_data", Bytes),
        ("public_key", Bytes),
        ("no_public_key", c_bool),
    ]


class RecipientSealOptions(Structure):
    """natt_recipient_seal_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("encoding", c_int),
        ("allow_debug", c_bool),
    ]


def initial_recipient_attestation() -> RecipientAttestation:
    """NATT_RECIPIENT_ATTESTATION_INIT"""
    return RecipientAttestation(struct_size=sizeof(RecipientAttestation))


def initial_recipient_seal_options() -> RecipientSealOptions:
    """NATT_RECIPIENT_SEAL_OPTIONS_INIT"""
    return RecipientSealOptions(struct_size=sizeof(RecipientSealOptions))


#: Result and arguments of each function.
RECIPIENT_FUNCTIONS: Dict[str, Tuple[Any, ...]] = {
    "natt_recipient_code_name": (c_char_p, c_int),
    "natt_recipient_code_message": (c_char_p, c_int),
    "natt_recipient_code_remedy": (c_char_p, c_int),
    "natt_recipient_error_format": (c_size_t, c_void_p, c_size_t, POINTER(RecipientError)),
    "natt_recipient_key_new": (c_void_p, POINTER(Nsm), c_uint, POINTER(RecipientError)),
    "natt_recipient_process_key": (c_void_p, POINTER(Nsm), POINTER(RecipientError)),
    "natt_recipient_key_parse": (c_void_p, Bytes, POINTER(RecipientError)),
    "natt_recipient_key_load": (c_void_p, c_char_p, POINTER(RecipientError)),
    "natt_recipient_key_pem": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), POINTER(RecipientError)),
    "natt_recipient_key_free": (None, c_void_p),
    "natt_recipient_key_public": (Bytes, c_void_p),
    "natt_recipient_key_bits": (c_uint, c_void_p),
    "natt_recipient_attest": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), POINTER(Nsm),
                              POINTER(RecipientAttestation), POINTER(RecipientError)),
    "natt_recipient_value": (c_bool, c_void_p, c_size_t, POINTER(c_size_t), Bytes, POINTER(RecipientError)),
    "natt_recipient_open": (c_bool, c_void_p, c_void_p, c_size_t, POINTER(c_size_t), Bytes, POINTER(RecipientError)),
    "natt_recipient_seal": (c_bool, c_void_p, c_size_t, POINTER(c_size_t), POINTER(Verified), Bytes,
                            POINTER(RecipientSealOptions), POINTER(RecipientError)),
    "natt_recipient_protect_process": (c_bool, POINTER(RecipientError)),
}
