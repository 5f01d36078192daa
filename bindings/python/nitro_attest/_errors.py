"""Exceptions. Everything this package raises by itself is a NitroAttestError, or TypeError for a value of a wrong type."""
from __future__ import annotations

import os
from typing import Any, Optional

from . import _structs as c
from ._code_types import FIELDS, ItemKind
from ._codes import Code, NsmCode, NsmDeviceError


class NitroAttestError(Exception):
    """What all exceptions of this package have in common."""


class LibraryError(NitroAttestError, ImportError):
    """The C library is missing, is of another version, or lacks what it needs. The message says what to do."""


class AttestationError(NitroAttestError):
    """The answer is no. Subclasses say whose fault it is; catching this one catches every way not to be verified."""

    def __init__(self, code: Code, message: str, item: Optional[int] = None, offset: Optional[int] = None,
                 hint: Optional[str] = None, number: Optional[int] = None) -> None:
        super().__init__(code, message, item, offset, hint, number)
        self.code = code  #: the reason
        self.message = message  #: what is wrong, in English
        self.item = item  #: which certificate, PCR, field, root, deny entry or set; see item_kind
        self.offset = offset  #: byte of the document (of the root, for NATT_E_USAGE_ROOT_INVALID) that is to blame
        self.number = int(code) if number is None else number  #: of the code, also where this package has no name for it
        self._hint = hint

    @property
    def rule(self) -> str:
        """The rule that was broken, a row of docs/RULES.md."""
        return self.code.rule

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self._hint or self.code.remedy

    @property
    def item_kind(self) -> ItemKind:
        """What item counts."""
        return self.code.item_kind

    @property
    def authenticated(self) -> bool:
        """True: every signature held, so the reason is about what the signer wrote. False: anybody may have written it."""
        return self.number >= c.FIRST_AUTHENTICATED

    def _where(self) -> str:
        parts = []
        if self.item is not None:
            named = self.item_kind is ItemKind.FIELD and self.item < len(FIELDS)
            parts.append("%s %s" % (self.item_kind.value, FIELDS[self.item] if named else self.item))
        if self.offset is not None:
            parts.append("byte %d" % self.offset)
        return " at " + ", ".join(parts) if parts else ""

    def __str__(self) -> str:
        return "%s%s: %s (%s)" % (self.code.name, self._where(), self.message, self.remedy)


class VerificationError(AttestationError):
    """The document is refused, or is none."""


class UsageError(AttestationError, ValueError):
    """The call is wrong: nothing was judged."""


class InternalError(AttestationError):
    """The library itself failed; the document was not verified."""


class PolicyError(NitroAttestError, ValueError):
    """A policy file, dictionary or measurements file cannot be used. The message says where and why."""


class NsmError(NitroAttestError, OSError):
    """A request to an NSM failed. As an OSError it has errno where a system call failed, else None."""

    def __init__(self, code: NsmCode, message: str, device_error: NsmDeviceError = NsmDeviceError.NATT_NSM_DEVICE_NONE,
                 errno: Optional[int] = None, required_len: Optional[int] = None, offset: Optional[int] = None) -> None:
        super().__init__(errno, message)
        self.code = code  #: the reason
        self.message = message  #: what is wrong, in English
        self.device_error = device_error  #: what the NSM answered, for NATT_NSM_E_DEVICE
        self.required_len = required_len  #: bytes a refused request has
        self.offset = offset  #: byte of the response that is to blame

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.code.remedy

    def __reduce__(self) -> Any:
        return type(self), (self.code, self.message, self.device_error, self.errno, self.required_len, self.offset)

    def __str__(self) -> str:
        told = [self.device_error.wire_name or str(self.device_error)] if self.device_error else []
        told += [os.strerror(self.errno)] if self.errno else []
        return "%s: %s (%s)" % (self.code.name, ": ".join([self.message] + told), self.remedy)


def usage(code: Code, hint: str) -> UsageError:
    """A usage error found before the library was asked; the hint names this package's arguments."""
    return UsageError(code, code.message, hint=hint)


#: Remedies of usage errors in the words of this package, where the C library's name C arguments.
_HINTS = {
    Code.NATT_E_USAGE_ROOTS: "name the roots to trust: roots=[nitro_attest.aws_root()]",
    Code.NATT_E_USAGE_NOW: "now is an aware datetime after 2001",
    Code.NATT_E_USAGE_MAX_AGE: "max_age is a timedelta that is not negative, or nitro_attest.UNLIMITED",
    Code.NATT_E_USAGE_LEEWAY: "max_future and leeways are at most one hour",
    Code.NATT_E_USAGE_NONCE: "nonce has at least one byte",
    Code.NATT_E_USAGE_EXPECTATION: "expected texts must not be empty",
}


def from_c(error: c.Error) -> AttestationError:
    """The exception for what the C library said."""
    number = int(error.code)
    code = Code(number)
    item = None if error.item == c.NO_ITEM else int(error.item)
    offset = None if error.offset == c.NO_OFFSET else int(error.offset)
    message = (error.message or b"").decode("utf-8", "replace")
    if code.name.startswith("NATT_E_USAGE_"):
        return UsageError(code, message, item, offset, _HINTS.get(code), number)
    if code.name.startswith("NATT_E_INTERNAL_"):
        return InternalError(code, message, item, offset, None, number)
    return VerificationError(code, message, item, offset, None, number)
