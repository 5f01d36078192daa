"""Exceptions. Everything this package raises by itself is a NitroAttestError, or TypeError for a value of a wrong
type."""
from __future__ import annotations

import os
from typing import Any, Optional, Tuple

from . import _nsm_structs as n
from . import _recipient_structs as r
from . import _structs as c
from ._code_types import FIELDS, ItemKind
from ._codes import Code, EmulatorCode, NsmCode, NsmDeviceError, RecipientCode
from ._differences import PcrDifference, text_of
from ._hints import EMULATOR_HINTS, HINTS, NSM_HINTS, RECIPIENT_HINTS

#: What an item is called in a text, as natt_error_format writes it.
_ITEMS = {ItemKind.CERTIFICATE: "certificate", ItemKind.PCR: "PCR", ItemKind.FIELD: "field", ItemKind.ROOT: "root",
          ItemKind.DENY: "deny entry", ItemKind.SET: "policy set", ItemKind.CHECK: "check"}


def shown(text: str) -> str:
    """A path or other text for a message: quoted and escaped if a terminal would interpret one of the characters."""
    return text if text.isprintable() else ascii(text)


class NitroAttestError(Exception):
    """The base class of all exceptions of this package."""


class LibraryError(NitroAttestError, ImportError):
    """The C library is missing, has another version, or lacks a library that it needs. The message includes the
    remedy."""


class AttestationError(NitroAttestError):
    """Not verified. Subclasses distinguish the causes; catch this class to catch all of them.

    code      the reason, a Code; its rule is a row of docs/RULES.md
    message   what is wrong, in English
    item      index of the certificate, PCR, field, root, deny entry or set, according to item_kind; or None
    offset    offset of the error in the document (in the root, for NATT_E_USAGE_ROOT_INVALID), or None
    number    of the code, also where this package has no name for it
    hint      the remedy, if the code alone does not determine it
    differences  for NATT_E_POLICY_*: a PcrDifference for each PCR of each set that the verified document does not
              match, by set and then by PCR; empty for all other codes. The text shows the first of them.
    """

    def __init__(self, code: Code, message: str, item: Optional[int] = None, offset: Optional[int] = None,
                 hint: Optional[str] = None, number: Optional[int] = None,
                 differences: Tuple[PcrDifference, ...] = ()) -> None:
        super().__init__(code, message, item, offset, hint, number, differences)
        self.code = code
        self.message = message
        self.item = item
        self.offset = offset
        self.number = int(code) if number is None else number
        self.differences = differences
        self._hint = hint

    @property
    def rule(self) -> str:
        """The rule that was broken, a row of docs/RULES.md."""
        return self.code.rule

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self._hint or HINTS.get(self.code) or self.code.remedy

    @property
    def item_kind(self) -> ItemKind:
        """The meaning of item."""
        return self.code.item_kind

    @property
    def authenticated(self) -> bool:
        """True: every signature was verified, so the reason is about the signed content. False: anyone may have written
        it.
        """
        return self.number >= c.FIRST_AUTHENTICATED

    def _where(self) -> str:
        parts = []
        if self.item is not None and self.item_kind is not ItemKind.NONE:
            named = self.item_kind is ItemKind.FIELD and self.item < len(FIELDS)
            parts.append("%s %s" % (_ITEMS[self.item_kind], FIELDS[self.item] if named else self.item))
        if self.offset is not None:
            of_root = " of the root" if self.code is Code.NATT_E_USAGE_ROOT_INVALID else ""
            parts.append("byte %d%s" % (self.offset, of_root))
        return " at " + ", ".join(parts) if parts else ""

    def __str__(self) -> str:
        told = "%s%s: %s (%s)" % (self.code.name, self._where(), self.message, self.remedy)
        return told + "; " + text_of(self.differences) if self.differences else told


class VerificationError(AttestationError):
    """The document, or the certificate, is refused."""


class UsageError(AttestationError, ValueError):
    """The call is wrong: nothing was verified."""


class InternalError(AttestationError):
    """The library itself failed; the document was not verified."""


class PolicyError(NitroAttestError, ValueError):
    """A policy file, dictionary or measurements file cannot be used. The message has the location and the reason."""


class NsmError(NitroAttestError, OSError):
    """A request to an NSM failed.

    code          the reason, a NsmCode
    message       what is wrong, in English
    device_error  the NSM's error, for NATT_NSM_E_DEVICE, a NsmDeviceError
    errno         of the system call that failed, as every OSError has it; None where none did
    required_len  bytes a refused request has, or None
    offset        offset of the error in the response, or None
    number        of the code, also where this package has no name for it
    """

    def __init__(self, code: NsmCode, message: str, device_error: NsmDeviceError = NsmDeviceError.NATT_NSM_DEVICE_NONE,
                 errno: Optional[int] = None, required_len: Optional[int] = None, offset: Optional[int] = None,
                 number: Optional[int] = None) -> None:
        super().__init__(errno, message)
        self.code = code
        self.message = message
        self.device_error = device_error
        self.required_len = required_len
        self.offset = offset
        self.number = int(code) if number is None else number

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return NSM_HINTS.get(self.code) or self.code.remedy

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message, self.device_error, self.errno, self.required_len, self.offset,
                            self.number)

    def __str__(self) -> str:
        told = [self.device_error.wire_name or str(self.device_error)] if self.device_error else []
        told += [os.strerror(self.errno)] if self.errno else []
        return "%s: %s (%s)" % (self.code.name, ": ".join([self.message] + told), self.remedy)


class EmulatorError(NitroAttestError, OSError, ValueError):
    """An Emulator, an Issuer, issue(), measure_eif() or init_pki() failed: an argument is invalid, or the system
    failed.

    code          the reason, an EmulatorCode
    message       what is wrong, in English
    errno         of the system call that failed, as every OSError has it; None where none did
    filename      the path that the call was about, or None
    index         index of the PCR, fault or section of the image, from 0, as code.counted names it; or None
    offset        offset of the error in the image or in the fault's text, or None
    required_len  size of a document that is too large, or None
    number        of the code, also where this package has no name for it
    """

    def __init__(self, code: EmulatorCode, message: str, errno: Optional[int] = None, filename: Optional[str] = None,
                 index: Optional[int] = None, offset: Optional[int] = None, required_len: Optional[int] = None,
                 number: Optional[int] = None) -> None:
        super().__init__(errno, message)
        self.code = code
        self.message = message
        self.filename = filename
        self.index = index
        self.offset = offset
        self.required_len = required_len
        self.number = int(code) if number is None else number

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return EMULATOR_HINTS.get(self.code) or self.code.remedy

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message, self.errno, self.filename, self.index, self.offset,
                            self.required_len, self.number)

    def __str__(self) -> str:
        place = ["%s %d" % (self.code.counted, self.index)] if self.index is not None and self.code.counted else []
        place += ["byte %d" % self.offset] if self.offset is not None else []
        told = [self.message]
        told += ["%d bytes" % self.required_len] if self.required_len is not None else []
        told += [shown(self.filename)] if self.filename is not None else []
        told += [os.strerror(self.errno)] if self.errno else []
        return "%s%s: %s (%s)" % (self.code.name, " at " + ", ".join(place) if place else "", ": ".join(told),
                                  self.remedy)


class RecipientError(NitroAttestError, OSError, ValueError):
    """A call of an EnclaveKey, seal() or protect_process() failed: an argument is invalid, or the system failed.
    Nothing in it depends on a private key or a plaintext.

    code          the reason, a RecipientCode
    message       what is wrong, in English
    errno         of the system call that failed, as every OSError has it; None where none did
    filename      of the key's file that the call was about, or None
    offset        offset of the error in the message or the document's public key, or None
    required_len  size of the plaintext, if the buffer is too small, or None
    verify_code   the verifier's Code, for NATT_RECIPIENT_E_RESULT; or None
    nsm           the session's NsmError, for NATT_RECIPIENT_E_NSM; or None
    number        of the code, also where this package has no name for it
    """

    def __init__(self, code: RecipientCode, message: str, errno: Optional[int] = None, filename: Optional[str] = None,
                 offset: Optional[int] = None, required_len: Optional[int] = None, verify_code: Optional[Code] = None,
                 nsm: Optional[NsmError] = None, number: Optional[int] = None) -> None:
        super().__init__(errno, message)
        self.code = code
        self.message = message
        self.filename = filename
        self.offset = offset
        self.required_len = required_len
        self.verify_code = verify_code
        self.nsm = nsm
        self.number = int(code) if number is None else number

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.nsm.remedy if self.nsm is not None else RECIPIENT_HINTS.get(self.code) or self.code.remedy

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message, self.errno, self.filename, self.offset, self.required_len,
                            self.verify_code, self.nsm, self.number)

    def __str__(self) -> str:
        told = [self.message]
        told += ["%d bytes" % self.required_len] if self.required_len is not None else []
        told += [self.verify_code.name] if self.verify_code is not None else []
        told += [self.nsm.code.name, self.nsm.device_error.wire_name] if self.nsm is not None else []
        told += [shown(self.filename)] if self.filename is not None else []
        told += [os.strerror(self.errno)] if self.errno else []
        place = " at byte %d" % self.offset if self.offset is not None else ""
        return "%s%s: %s (%s)" % (self.code.name, place, ": ".join(filter(None, told)), self.remedy)


def usage(code: Code, hint: str) -> UsageError:
    """A usage error that was found before the library was called; the hint names this package's arguments."""
    return UsageError(code, code.message, hint=hint)


def is_policy_refusal(error: c.Error) -> bool:
    """The document is genuine, and its PCRs match no set: NATT_E_POLICY_*."""
    return Code(int(error.code)).name.startswith("NATT_E_POLICY_")


def from_c(error: c.Error, hint: Optional[str] = None,
           differences: Tuple[PcrDifference, ...] = ()) -> AttestationError:
    """The exception for an error of the C library; the hint is for codes whose remedy depends on the call."""
    number = int(error.code)
    code = Code(number)
    item = None if error.item == c.NO_ITEM else int(error.item)
    offset = None if error.offset == c.NO_OFFSET else int(error.offset)
    message = (error.message or b"").decode("utf-8", "replace")
    if code.name.startswith("NATT_E_USAGE_"):
        return UsageError(code, message, item, offset, hint, number)
    if code.name.startswith("NATT_E_INTERNAL_"):
        return InternalError(code, message, item, offset, hint, number)
    return VerificationError(code, message, item, offset, None, number, differences)


def nsm_from_c(error: n.NsmError) -> NsmError:
    """The exception for an error of the NSM library."""
    code = NsmCode(int(error.code))
    sized = code in (NsmCode.NATT_NSM_E_BUFFER_TOO_SMALL, NsmCode.NATT_NSM_E_REQUEST_SIZE)
    return NsmError(code, (error.message or b"").decode("utf-8", "replace"), NsmDeviceError(int(error.device_error)),
                    int(error.errno_value) or None, int(error.required_len) if sized else None,
                    None if error.offset == c.NO_OFFSET else int(error.offset), int(error.code))


def emulator_from_c(error: n.EmulatorError, filename: Optional[str] = None,
                    index: Optional[int] = None) -> EmulatorError:
    """The exception for an error of the emulator's library; of what the caller gave, the path and the position."""
    return EmulatorError(EmulatorCode(int(error.code)), (error.message or b"").decode("utf-8", "replace"),
                         int(error.errno_value) or None, filename,
                         index if error.index == n.EMULATOR_NO_INDEX else int(error.index),
                         None if error.offset == n.EMULATOR_NO_OFFSET else int(error.offset),
                         int(error.required_len) or None, int(error.code))


def recipient_from_c(error: r.RecipientError, filename: Optional[str] = None) -> RecipientError:
    """The exception for an error of the recipient's library; the path is what the caller gave."""
    code = RecipientCode(int(error.code))
    return RecipientError(code, (error.message or b"").decode("utf-8", "replace"), int(error.errno_value) or None,
                          filename, None if error.offset == c.NO_OFFSET else int(error.offset),
                          int(error.required_len) or None, Code(int(error.verify_code)) if error.verify_code else None,
                          nsm_from_c(error.nsm) if error.nsm.code else None, int(error.code))
