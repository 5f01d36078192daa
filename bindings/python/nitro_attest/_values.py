"""Arguments and parts of results: kinds, limits, times, PCRs, expectations, deny entries."""
from __future__ import annotations

import ctypes
import difflib
import enum
import functools
import inspect
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Type, TypeVar, Union, cast

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, view
from ._codes import Code
from ._errors import call, usage
from ._library import lib
from ._structs import Check as Check, Kind as Kind, Limits as Limits  # for the other modules too

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MS = timedelta(milliseconds=1)


NO_CHECKS = Check(0)  # required_checks for callers that rely only on the other arguments


class Any_(enum.Enum):
    """The type of ANY: no comparison; the result still shows the value."""

    ANY = "ANY"


class Absent(enum.Enum):
    """The type of ABSENT: the field must be missing or null."""

    ABSENT = "ABSENT"


class Unlimited(enum.Enum):
    """The type of UNLIMITED: a document may have any age; freshness depends on the nonce only."""

    UNLIMITED = "UNLIMITED"


ANY = Any_.ANY  #: not compared; the result still shows the value
ABSENT = Absent.ABSENT  #: the field must be missing or null
UNLIMITED = Unlimited.UNLIMITED  #: any age: freshness depends on the nonce only

Expected = Union[BytesLike, Absent, Any_]
MaxAge = Union[timedelta, Unlimited]


_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])


def typed(value: object, kind: Type[_T], name: str, wanted: str) -> _T:
    """Returns the value if it has this type."""
    if not isinstance(value, kind):
        raise TypeError("%s must be %s, not %s" % (name, wanted, type(value).__name__))
    return value


def integer(value: object, name: str) -> int:
    """An int; True and False are refused."""
    if isinstance(value, bool):
        raise TypeError("%s must be an int, not bool" % name)
    return typed(value, int, name, "an int")


def enumerator(value: object, kind: Type[enum.Enum], name: str) -> int:
    """The number of a member."""
    number: int = typed(value, kind, name, "a nitro_attest." + kind.__name__).value
    return number


def listed(values: Iterable[_T], name: str) -> List[_T]:
    """Returns a list of the items, reading the iterable once. TypeError names an argument that is not iterable."""
    try:
        every = iter(values)
    except TypeError:
        raise TypeError("%s must be a list, not %s" % (name, type(values).__name__)) from None
    return list(every)


def suggests_names(function: _F, signature: Optional[inspect.Signature] = None, required: str = "") -> _F:
    """For functions with many keyword arguments: unexpected ones raise Python's exception, which suggests the intended
    name, as Python itself does from 3.13 on. So does a missing one, if the function has it among **others."""
    known = (signature or inspect.signature(function)).parameters

    @functools.wraps(function)
    def checked(*arguments: Any, **told: Any) -> Any:
        for name in filter(lambda name: name not in known, told):
            meant = "".join(". Did you mean %r?" % other for other in difflib.get_close_matches(name, known, 1))
            raise TypeError("%s() got an unexpected keyword argument %r%s" % (function.__qualname__, name, meant))
        if required and required not in told:
            raise TypeError("%s() missing 1 required keyword-only argument: %r" % (function.__qualname__, required))
        return function(*arguments, **told)

    return cast(_F, checked)


def utf8(text: str, name: str) -> bytes:
    """The string for C. Half of a surrogate pair is invalid."""
    try:
        return str.encode(text, "utf-8")
    except UnicodeEncodeError:
        raise ValueError("%s contains half of a surrogate pair, which UTF-8 cannot encode" % name) from None


def pcr_index(index: object) -> int:
    """0 to 31; a larger number would be truncated to another PCR in C."""
    if isinstance(index, bool) or not isinstance(index, int):
        raise TypeError("a PCR index is an int, not %r" % (index,))
    if not 0 <= index < c.PCR_COUNT:
        raise usage(Code.NATT_E_USAGE_POLICY_PCR, "PCR %d does not exist: indices are 0 to 31" % index)
    return index


def boolean(value: object, name: str) -> bool:
    """Only True or False: other truthy values must not enable anything."""
    if value is True or value is False:
        return value
    raise TypeError("%s must be True or False, not %r" % (name, value))


def milliseconds_since_1970(value: object, name: str) -> int:
    """An aware datetime, rounded down; 0, which no call accepts, for a time before 1970."""
    moment = typed(value, datetime, name, "an aware datetime")
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("%s is a datetime without a time zone; use datetime.now(timezone.utc), not utcnow()" % name)
    return max(datetime.__sub__(moment, EPOCH) // _MS, 0)


def milliseconds(value: object, name: str, code: Code) -> int:
    """A timedelta, rounded down; a negative one is a usage error with `code`."""
    span = typed(value, timedelta, name, "a timedelta")
    if span < timedelta(0):
        raise usage(code, "%s is negative" % name)
    return span // _MS


def moment(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware datetime."""
    return EPOCH + timedelta(milliseconds=ms)


def rfc3339(when: datetime, precision: str) -> str:
    """A time in UTC as the command writes it: 2025-01-02T03:04:05.678Z, or without milliseconds."""
    return when.astimezone(timezone.utc).isoformat(timespec=precision).replace("+00:00", "Z")


class Pcrs(Mapping[int, bytes]):
    """PCR values by index, a mapping of int to 48 bytes that cannot be changed."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[int, bytes]) -> None:
        self._values: Dict[int, bytes] = dict(values)

    def __getitem__(self, index: int) -> bytes:
        return self._values[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._values.items())))

    def __repr__(self) -> str:
        return "Pcrs({%s})" % ", ".join("%d: %s" % (n, value.hex()) for n, value in self._values.items())


def pcrs_of_mask(mask: int, flat: bytes) -> Pcrs:
    """Converts the C form: a bit mask of the PCRs, and an array of all values."""
    size = c.PCR_LEN
    return Pcrs({n: flat[n * size:(n + 1) * size] for n in range(mask.bit_length()) if mask >> n & 1})


_DENY_KINDS = (c.DENY_SERIAL, c.DENY_CERTIFICATE_SHA256, c.DENY_SPKI_SHA256)


@dataclass(frozen=True)
class Deny:
    """One entry of a deny list; create it with from_certificate(), serial(), certificate_sha256() or spki_sha256().

    kind, value, issuer  set by these four

    A certificate's serial, issuer and digests are in what parse_certificate() returns. Values are checked when the
    entry is used: UsageError, with its index in the list.
    """

    kind: int
    value: bytes
    issuer: Optional[bytes] = None

    def __post_init__(self) -> None:
        if self.kind not in _DENY_KINDS or type(self.kind) is not int:
            raise ValueError("create a Deny with serial(), certificate_sha256() or spki_sha256()")
        object.__setattr__(self, "value", immutable(self.value, "value"))
        if self.issuer is not None:
            object.__setattr__(self, "issuer", immutable(self.issuer, "issuer"))

    @classmethod
    def from_certificate(cls, certificate: BytesLike) -> Deny:
        """Denies this certificate (DER) by its issuer and serial number, like a revocation list. Raises
        VerificationError, with the offset, if it cannot be parsed, as parse_certificate() does.
        """
        data, raw = immutable(certificate, "certificate"), c.DenyEntry()
        call(lib.natt_deny_from_certificate, ctypes.byref(raw), view(data))
        return cls(raw.type, copy(raw.value), copy(raw.issuer))

    @classmethod
    def serial(cls, serial: Union[int, BytesLike], *, issuer: Optional[BytesLike] = None) -> Deny:
        """A certificate's serial number, a positive int or big-endian bytes; of one issuer (a Name in DER), or of
        any."""
        if isinstance(serial, int) and not isinstance(serial, bool):
            if serial <= 0:
                raise usage(Code.NATT_E_USAGE_DENY, "the serial number is not positive")
            value = serial.to_bytes((serial.bit_length() + 7) // 8, "big")
        else:
            value = immutable(serial, "serial")
        return cls(c.DENY_SERIAL, value, None if issuer is None else immutable(issuer, "issuer"))

    @classmethod
    def certificate_sha256(cls, digest: BytesLike) -> Deny:
        """A digest, the SHA-256 of a certificate; its twin with the other form of signature matches too."""
        return cls(c.DENY_CERTIFICATE_SHA256, immutable(digest, "digest"))

    @classmethod
    def spki_sha256(cls, digest: BytesLike) -> Deny:
        """A digest, the SHA-256 of a SubjectPublicKeyInfo: every certificate with this key."""
        return cls(c.DENY_SPKI_SHA256, immutable(digest, "digest"))


@functools.lru_cache(maxsize=256)  # cached, since the certificates above the leaf are the same for days
def chain_moment(seconds: int) -> datetime:
    """A certificate's time."""
    return EPOCH + timedelta(seconds=seconds)


Text = Union[str, Any_]


@dataclass(frozen=True)
class VerifiedCertificate:
    """One certificate of a verified chain.

    common_name            of the subject, truncated after 96 bytes; escape it before printing
    not_before, not_after  its validity, both seconds included
    """

    common_name: str
    not_before: datetime
    not_after: datetime
