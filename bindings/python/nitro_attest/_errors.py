"""Exceptions. Everything this package raises by itself is a NitroAttestError, or TypeError for a value of a wrong
type."""
from __future__ import annotations

import os
from ctypes import byref
from dataclasses import dataclass, fields
from typing import Any, Callable, Dict, Optional, Tuple, cast

from . import _nsm_structs as n
from . import _recipient_structs as r
from . import _structs as c
from ._code_types import FIELDS
from ._codes import HINTS, Code, EmulatorCode, NsmCode, NsmDeviceError, RecipientCode
from ._differences import PcrDifference, text_of
from ._structs import ItemKind

#: The name of an item in a text, as natt_error_format writes it, if it differs from the value.
_ITEMS = {ItemKind.PCR: "PCR", ItemKind.DENY: "deny entry", ItemKind.SET: "policy set"}
#: Lists of the caller, whose entries a text counts from 1, as the command does.
_LISTED = (ItemKind.ROOT, ItemKind.DENY, ItemKind.SET)
_OF_CODE = cast(int, None)  # the default of number, in its place the number of the code


def shown(text: str) -> str:
    """A path or other text for a message: quoted and escaped if a terminal would interpret one of the characters."""
    return text if text.isprintable() else ascii(text)


def _place(offset: Optional[int], *others: str) -> str:
    told = [*others, *(["byte %d" % offset] if offset is not None else [])]
    return " at " + ", ".join(told) if told else ""


class NitroAttestError(Exception):
    """The base class of all exceptions of this package."""


class LibraryError(NitroAttestError, ImportError):
    """The C library is missing, has another version, or lacks a library that it needs. The message includes the
    remedy."""


class AttestationError(NitroAttestError):
    """Not verified. Subclasses distinguish the causes; catch this class to catch all of them.

    code      the reason, a Code; its rule is a row of docs/RULES.md
    message   what is wrong, in English
    item      index of the certificate, PCR, field, root, deny entry or set, according to item_kind; or None. It counts
              from 0; the text counts roots, deny entries and sets from 1
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
        return self._hint or HINTS.get(self.code.name) or self.code.remedy

    @property
    def item_kind(self) -> ItemKind:
        """The meaning of item."""
        return self.code.item_kind

    @property
    def authenticated(self) -> bool:
        """True if every signature was verified before the failure, so the failure concerns signed content. If False,
        anyone may have written the document."""
        return self.number >= c.FIRST_AUTHENTICATED

    def _where(self) -> str:
        items = []
        if self.item is not None and self.item_kind is not ItemKind.NONE:
            named = self.item_kind is ItemKind.FIELD and self.item < len(FIELDS)
            kind = _ITEMS.get(self.item_kind, self.item_kind.value)
            number = self.item + (self.item_kind in _LISTED)
            items.append("%s %s" % (kind, FIELDS[self.item] if named else number))
        of_root = self.code is Code.NATT_E_USAGE_ROOT_INVALID and self.offset is not None
        return _place(self.offset, *items) + (" of the root" if of_root else "")

    def __repr__(self) -> str:
        shown_values = ", ".join("%s=%r" % (name, getattr(self, name)) for name in ("message", "item", "offset"))
        return "%s(%s, %s)" % (type(self).__name__, self.code.name, shown_values)

    def to_dict(self) -> Dict[str, Any]:
        """Returns everything as values that json.dumps accepts, for logs and replies.

        code, rule, item, offset, message and, for NATT_E_POLICY_*, pcr_differences are those of
        `nitro-attest verify --json` (docs/JSON.md), which has verdict in addition, and lacks number, item_kind, remedy
        and authenticated. Threads: any number at once. Cost: copies the values.
        """
        told: Dict[str, Any] = {
            "code": self.code.name, "number": self.number, "rule": self.rule, "item": self.item,
            "item_kind": self.item_kind.name.lower(), "offset": self.offset, "message": self.message,
            "remedy": self.remedy, "authenticated": self.authenticated}
        if self.differences:
            told["pcr_differences"] = [one.to_dict() for one in self.differences]
        return told

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


@dataclass(eq=False, repr=False)
class _SystemError(NitroAttestError, OSError):
    """Base class of exceptions that a system call may have caused."""

    code: Any
    message: str

    def __post_init__(self: Any) -> None:
        super().__init__(self.errno, self.message)
        if self.number is None:
            self.number = int(self.code)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return HINTS.get(self.code.name) or str(self.code.remedy)

    def __reduce__(self) -> Any:
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def _text(self, place: str, *told: Optional[str]) -> str:
        path = None if self.filename is None else shown(self.filename)
        parts = [self.message, *told, path, os.strerror(self.errno) if self.errno else None]
        return "%s%s: %s (%s)" % (self.code.name, place, ": ".join(filter(None, parts)), self.remedy)


def _size(required_len: Optional[int]) -> Optional[str]:
    return None if required_len is None else "%d bytes" % required_len


@dataclass(eq=False, repr=False)
class NsmError(_SystemError):
    """A request to an NSM failed.

    code          the reason, a NsmCode
    message       what is wrong, in English
    device_error  the NSM's error, for NATT_NSM_E_DEVICE, a NsmDeviceError
    errno         of the system call that failed, as in every OSError; None if none did
    required_len  bytes a refused request has, or None
    offset        offset of the error in the response, or None
    number        of the code, also where this package has no name for it
    """

    code: NsmCode
    device_error: NsmDeviceError = NsmDeviceError.NATT_NSM_DEVICE_NONE
    errno: Any = None
    required_len: Optional[int] = None
    offset: Optional[int] = None
    number: int = _OF_CODE

    def __str__(self) -> str:
        return self._text("", (self.device_error.wire_name or str(self.device_error)) if self.device_error else None)


@dataclass(eq=False, repr=False)
class EmulatorError(_SystemError, ValueError):
    """An Emulator, an Issuer, issue(), measure_eif() or init_pki() failed: an argument is invalid, or the system
    failed.

    code          the reason, an EmulatorCode
    message       what is wrong, in English
    errno of the system call that failed, as in every OSError; None if none did filename the path that the call was
    about, or None index index of the PCR, fault or section of the image, from 0, as code.counted names it; or None
    offset offset of the error in the image or in the fault's text, or None
    required_len  size of a document that is too large, or None
    number        of the code, also where this package has no name for it
    """

    code: EmulatorCode
    errno: Any = None
    filename: Optional[str] = None
    index: Optional[int] = None
    offset: Optional[int] = None
    required_len: Optional[int] = None
    number: int = _OF_CODE

    def __str__(self) -> str:
        counted = ["%s %d" % (self.code.counted, self.index)] if self.index is not None and self.code.counted else []
        return self._text(_place(self.offset, *counted), _size(self.required_len))


@dataclass(eq=False, repr=False)
class RecipientError(_SystemError, ValueError):
    """A call of an EnclaveKey, seal() or protect_process() failed: an argument is invalid, or the system failed.
    Nothing in it depends on a private key or a plaintext.

    code          the reason, a RecipientCode
    message       what is wrong, in English
    errno of the system call that failed, as in every OSError; None if none did filename of the key's file that the call
    was about, or None offset offset of the error in the message or the document's public key, or None
    required_len  size of the plaintext, if the buffer is too small, or None
    verify_code   the verifier's Code, for NATT_RECIPIENT_E_RESULT; or None
    nsm           the session's NsmError, for NATT_RECIPIENT_E_NSM; or None
    number        of the code, also where this package has no name for it
    """

    code: RecipientCode
    errno: Any = None
    filename: Optional[str] = None
    offset: Optional[int] = None
    required_len: Optional[int] = None
    verify_code: Optional[Code] = None
    nsm: Optional[NsmError] = None
    number: int = _OF_CODE

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return super().remedy if self.nsm is None else self.nsm.remedy

    def __str__(self) -> str:
        nsm = [self.nsm.code.name, self.nsm.device_error.wire_name] if self.nsm is not None else []
        verify_code = [self.verify_code.name] if self.verify_code is not None else []
        return self._text(_place(self.offset), _size(self.required_len), *verify_code, *nsm)


#: What is wrong, where the library's text names members of its structures and constants.
_USAGE_MESSAGES: Dict[Code, str] = {
    Code.NATT_E_USAGE_STRUCT_SIZE: "this package and the C library have structures of different sizes",
    Code.NATT_E_USAGE_NOW: "now is out of range",
    Code.NATT_E_USAGE_MAX_AGE: "max_age is missing or out of range",
    Code.NATT_E_USAGE_LEEWAY: "max_future or a leeway is above one hour",
    Code.NATT_E_USAGE_NONCE: "nonce is empty",
    Code.NATT_E_USAGE_POLICY: "policy is missing",
}


def usage(code: Code, message: Optional[str] = None, hint: Optional[str] = None) -> UsageError:
    """A usage error that was found before the library was called; both texts name this package's arguments."""
    return UsageError(code, message or _USAGE_MESSAGES.get(code) or code.message, hint=hint)


def is_policy_refusal(error: c.Error) -> bool:
    """The document is genuine, and its PCRs match no set: NATT_E_POLICY_*."""
    return Code(int(error.code)).name.startswith("NATT_E_POLICY_")


def _message(error: Any) -> str:
    return bytes(error.message or b"").decode("utf-8", "replace")


def _unless(absent: int, value: int) -> Optional[int]:
    """The value; None for the number that means "missing" in C."""
    return None if value == absent else value


def from_c(error: c.Error, hint: Optional[str] = None,
           differences: Tuple[PcrDifference, ...] = ()) -> AttestationError:
    """The exception for an error of the C library; the hint is for codes whose remedy depends on the call."""
    code = Code(error.code)
    kinds = {"USAGE": UsageError, "INTERNAL": InternalError}
    kind = kinds.get(code.name[len("NATT_E_"):].partition("_")[0], VerificationError)
    return kind(code, _USAGE_MESSAGES.get(code) or _message(error), _unless(c.NO_ITEM, error.item),
                _unless(c.NO_OFFSET, error.offset), hint, error.code, differences)


def nsm_from_c(error: n.NsmError) -> NsmError:
    """The exception for an error of the NSM library."""
    code = NsmCode(error.code)
    sized = code in (NsmCode.NATT_NSM_E_BUFFER_TOO_SMALL, NsmCode.NATT_NSM_E_REQUEST_SIZE)
    return NsmError(code, _message(error), NsmDeviceError(error.device_error), error.errno_value or None,
                    error.required_len if sized else None, _unless(c.NO_OFFSET, error.offset), error.code)


def emulator_from_c(error: n.EmulatorError, filename: Optional[str] = None,
                    index: Optional[int] = None) -> EmulatorError:
    """The exception for an error of the emulator's library, with the path and the position that the caller gave."""
    return EmulatorError(EmulatorCode(error.code), _message(error), error.errno_value or None, filename,
                         index if error.index == n.EMULATOR_NO_INDEX else error.index,
                         _unless(n.EMULATOR_NO_OFFSET, error.offset), error.required_len or None, error.code)


def recipient_from_c(error: r.RecipientError, filename: Optional[str] = None) -> RecipientError:
    """The exception for an error of the recipient's library, with the path that the caller gave."""
    return RecipientError(RecipientCode(error.code), _message(error), error.errno_value or None, filename,
                          _unless(c.NO_OFFSET, error.offset), error.required_len or None,
                          Code(error.verify_code) if error.verify_code else None,
                          nsm_from_c(error.nsm) if error.nsm.code else None, error.code)


_FROM_C: Dict[type, Callable[..., Exception]] = {
    c.Error: from_c, n.NsmError: nsm_from_c, n.EmulatorError: emulator_from_c, r.RecipientError: recipient_from_c}


def call(function: Any, *arguments: Any, **more: Any) -> Any:
    """Calls a C function and returns its result. Its last argument is an error, which is raised if the call fails;
    `more` is passed to the function above that creates the exception."""
    error = function.argtypes[-1]._type_()
    result = function(*arguments, byref(error))
    if not result:
        raise _FROM_C[type(error)](error, **more)
    return result
