"""Remedies that name this package's arguments, for codes whose remedy in the C library names C arguments."""
from __future__ import annotations

from ._codes import Code, EmulatorCode, NsmCode, RecipientCode

_OF_ANOTHER = "this package and the C library do not belong together: install both from one release"
_HERE = "a defect of this package: please report it"

HINTS = {
    Code.NATT_E_USAGE_ARGUMENT: "see help() of what was called for its arguments",
    Code.NATT_E_USAGE_STRUCT_SIZE: _OF_ANOTHER,
    Code.NATT_E_USAGE_ROOTS: "name the roots to trust: roots=[nitro_attest.aws_root()]",
    Code.NATT_E_USAGE_ROOT_INVALID: "give each root as one certificate in DER with a P-384 key; "
                                    "ssl.PEM_cert_to_DER_cert "
                                    "converts PEM to DER",
    Code.NATT_E_USAGE_KIND: "kind is Kind.ENCLAVE or Kind.NITROTPM",
    Code.NATT_E_USAGE_TIME_MODE: _HERE,
    Code.NATT_E_USAGE_NOW: "now is an aware datetime after 2001",
    Code.NATT_E_USAGE_MAX_AGE: "max_age is a timedelta that is not negative, or nitro_attest.UNLIMITED",
    Code.NATT_E_USAGE_LEEWAY: "max_future and leeways are at most one hour",
    Code.NATT_E_USAGE_NONCE: "nonce has at least one byte",
    Code.NATT_E_USAGE_EXPECTATION: "expected strings must not be empty",
    Code.NATT_E_USAGE_FLAGS: _OF_ANOTHER,
    Code.NATT_E_USAGE_LIMITS: _OF_ANOTHER,
    Code.NATT_E_USAGE_POLICY: "give policy, the trusted images",
    Code.NATT_E_USAGE_RESULT: "use the object itself that verify() or verify_batch() returned, unchanged",
    Code.NATT_E_USAGE_CACHE: _HERE,
    Code.NATT_E_USAGE_WORKSPACE: _HERE,
    Code.NATT_E_USAGE_BATCH: _HERE,
    Code.NATT_E_USAGE_CHECKS: "give the argument that performs the check, or remove it from required_checks",
    Code.NATT_E_DOC_UNKNOWN_FIELD: "if AWS has added it, update; until then allow_unknown_fields=True skips it",
}
NSM_HINTS = {
    NsmCode.NATT_NSM_E_USAGE_ARGUMENT: "see help() of what was called for its arguments",
    NsmCode.NATT_NSM_E_USAGE_STRUCT_SIZE: _OF_ANOTHER,
    NsmCode.NATT_NSM_E_USAGE_SESSION: "open another NsmSession, and use it before it is closed, in the process that "
                                      "opened it",
    NsmCode.NATT_NSM_E_USAGE_DEADLINE: "give a deadline when the session is opened: "
                                       "NsmSession(deadline=timedelta(...))",
    NsmCode.NATT_NSM_E_USAGE_FLAGS: _OF_ANOTHER,
    NsmCode.NATT_NSM_E_USAGE_FIELD_SIZE: "shorten it, or open the session without strict_sizes",
    NsmCode.NATT_NSM_E_USAGE_SEED_SIZE: "seed with 1 to 512 bytes",
    NsmCode.NATT_NSM_E_BUFFER_TOO_SMALL: _HERE,
}
EMULATOR_HINTS = {
    EmulatorCode.NATT_EMULATOR_E_USAGE_ARGUMENT: _HERE,
    EmulatorCode.NATT_EMULATOR_E_USAGE_STRUCT_SIZE: _OF_ANOTHER,
    EmulatorCode.NATT_EMULATOR_E_USAGE_KIND: "kind is Kind.ENCLAVE or Kind.NITROTPM; only enclaves have a debug mode",
    EmulatorCode.NATT_EMULATOR_E_USAGE_NOW: "now is an aware datetime of the years 2001 to 9899",
    EmulatorCode.NATT_EMULATOR_E_USAGE_OPTION: "see help() of what was called for its arguments",
    EmulatorCode.NATT_EMULATOR_E_USAGE_FAULT: _HERE,
    EmulatorCode.NATT_EMULATOR_E_USAGE_FAULT_TEXT: "the manual page of nitro-attest-emulate lists them",
    EmulatorCode.NATT_EMULATOR_E_USAGE_PLAN: _HERE,
    EmulatorCode.NATT_EMULATOR_E_USAGE_ORDER: _HERE,
    EmulatorCode.NATT_EMULATOR_E_BUFFER_TOO_SMALL: "a document has at most 16493 bytes: shorten its values",
    EmulatorCode.NATT_EMULATOR_E_PKI_FILE: "name a directory that init_pki() created",
}
RECIPIENT_HINTS = {
    RecipientCode.NATT_RECIPIENT_E_USAGE_ARGUMENT: "see help() of what was called for its arguments",
    RecipientCode.NATT_RECIPIENT_E_USAGE_STRUCT_SIZE: _OF_ANOTHER,
    RecipientCode.NATT_RECIPIENT_E_USAGE_OPTION: "see help() of what was called for its arguments",
    RecipientCode.NATT_RECIPIENT_E_BUFFER_TOO_SMALL: "give a buffer as long as the message: no plaintext is longer",
    RecipientCode.NATT_RECIPIENT_E_NSM: "see the attribute nsm, the error of the session",
    RecipientCode.NATT_RECIPIENT_E_RESULT: HINTS[Code.NATT_E_USAGE_RESULT],
    RecipientCode.NATT_RECIPIENT_E_DEBUG: "run the enclave without --debug-mode; allow_debug=True is for tests only",
}
