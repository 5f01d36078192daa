"""Keyword arguments to natt_options. Security-critical options have no defaults here either."""
from __future__ import annotations

import ctypes
import inspect
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, TypedDict, TypeVar

from . import _structs as c
from ._buffers import BytesLike, immutable, optional_view, view
from ._codes import Code
from ._errors import UsageError, usage
from ._policy import Policy
from ._values import (ABSENT, ANY, NO_CHECKS, Check, Deny, Expected, Kind, Limits, MaxAge, Text, Unlimited, boolean,
                      enumerator, listed, milliseconds, milliseconds_since_1970, suggests_names, typed, utf8)

_ZERO = timedelta(0)


def text_bytes(value: Text, name: str) -> Optional[bytes]:
    """An expected string in UTF-8, or None for ANY. None is refused: a missing value must not mean "any"."""
    if value is ANY:
        return None
    return utf8(typed(value, str, name, "a str or nitro_attest.ANY"), name)


def expectation_of(value: Expected, name: str) -> Tuple[int, Optional[bytes]]:
    """Mode and value of an expectation; None is refused as above."""
    if value is ANY:
        return c.EXPECT_ANY, None
    if value is ABSENT:
        return c.EXPECT_ABSENT, None
    if value is None:
        raise TypeError("%s must be bytes, nitro_attest.ABSENT or nitro_attest.ANY, not None" % name)
    return c.EXPECT_EXACT, immutable(value, name)


def _one_of(code: Code, name: str, other: str, both: bool, hint: str) -> UsageError:
    """The error for both or none of two arguments. The hint does not propose arguments that relax the verification."""
    if both:
        return usage(code, "%s and %s=True exclude each other" % (name, other), "remove one of them")
    return usage(code, "%s is missing" % name, hint)


def nonce_of(nonce: Optional[BytesLike], no_nonce: bool) -> Tuple[int, Optional[bytes]]:
    """Mode and value; exactly one must be given."""
    if boolean(no_nonce, "no_nonce") == (nonce is not None):
        raise _one_of(Code.NATT_E_USAGE_NONCE, "nonce", "no_nonce", no_nonce,
                      "give nonce, the exact value that you sent")
    if nonce is None:
        return c.NONCE_NOT_USED, None
    return c.NONCE_EXACT, immutable(nonce, "nonce")


def policy_of(policy: Optional[Policy], insecure_no_pcr_policy: bool) -> Optional[Policy]:
    """The policy, or None; exactly one must be given."""
    if boolean(insecure_no_pcr_policy, "insecure_no_pcr_policy") == (policy is not None):
        raise _one_of(Code.NATT_E_USAGE_POLICY, "policy", "insecure_no_pcr_policy", insecure_no_pcr_policy,
                      "give policy, the trusted images")
    return None if policy is None else typed(policy, Policy, "policy", "a nitro_attest.Policy")


class Answers:
    """The expectations for one document, with checked types. Keeps alive what the C structures point to."""

    def __init__(self, nonce: Optional[BytesLike], no_nonce: bool, user_data: Expected, public_key: Expected,
                 module_id: Text) -> None:
        self.nonce = nonce_of(nonce, no_nonce)
        self.user_data = expectation_of(user_data, "user_data")
        self.public_key = expectation_of(public_key, "public_key")
        self.module_id = text_bytes(module_id, "module_id")

    def fill(self, target: Any) -> None:
        """Fills a natt_options or natt_batch_item, which have the same field names."""
        target.nonce_mode, target.nonce = self.nonce[0], optional_view(self.nonce[1])
        target.user_data = c.Expectation(self.user_data[0], optional_view(self.user_data[1]))
        target.public_key = c.Expectation(self.public_key[0], optional_view(self.public_key[1]))
        target.module_id = optional_view(self.module_id)


@dataclass
class Requirements:
    """The requirements for all documents of a verifier: a natt_options without nonce, expectations, module_id and
    time."""

    raw: c.Options
    policy: Optional[Policy]
    keep: List[object] = field(default_factory=list)

    def options(self, now: datetime, said: Optional[Answers] = None) -> c.Options:
        """Returns a copy for one call; `said` keeps the referenced memory alive."""
        options = c.Options.from_buffer_copy(self.raw)
        options.now_ms = milliseconds_since_1970(now, "now")
        if said is not None:
            said.fill(options)
        return options


def _array(struct: Any, items: Sequence[Any]) -> Any:
    return (struct * len(items))(*items) if items else None


def _set_roots(told: Requirements, roots: Iterable[BytesLike]) -> None:
    if isinstance(roots, (bytes, bytearray, memoryview, str)):
        raise TypeError("roots must be a list of certificates in DER, not one of type %s" % type(roots).__name__)
    kept = [immutable(root, "each of roots") for root in listed(roots, "roots")]
    told.keep.append(kept)
    told.raw.roots, told.raw.root_count = _array(c.Bytes, [view(root) for root in kept]), len(kept)


def _set_deny(told: Requirements, deny: Iterable[Deny]) -> None:
    kept = listed(deny, "deny")
    for entry in kept:
        if not isinstance(entry, Deny):
            raise TypeError("deny must list Deny objects, not %s" % type(entry).__name__)
    raw = [c.DenyEntry(entry.kind, optional_view(entry.issuer), view(entry.value)) for entry in kept]
    told.keep.append(kept)
    told.raw.deny, told.raw.deny_count = _array(c.DenyEntry, raw), len(kept)


def _set_time(told: Requirements, max_age: Optional[MaxAge], archive: bool, spans: Tuple[timedelta, ...]) -> None:
    if boolean(archive, "archive") == (max_age is not None):
        raise _one_of(Code.NATT_E_USAGE_MAX_AGE, "max_age", "archive", archive,
                      "give either max_age, or archive=True, which verifies integrity but not freshness")
    told.raw.time_mode = c.TIME_ARCHIVE if archive else c.TIME_NOW
    if isinstance(max_age, Unlimited):
        told.raw.max_age_ms = c.UNLIMITED_MS
    elif max_age is not None:
        told.raw.max_age_ms = milliseconds(max_age, "max_age", Code.NATT_E_USAGE_MAX_AGE)
    names = ("max_future", "not_before_leeway", "not_after_leeway")
    for name, span in zip(names, spans):
        setattr(told.raw, name + "_ms", milliseconds(span, name, Code.NATT_E_USAGE_LEEWAY))


def _flags(**told: bool) -> int:
    """Returns the bits of natt_options.flags, which have the same names as the arguments."""
    return sum(getattr(c, name.upper()) for name, value in told.items() if boolean(value, name))


class _Roots(TypedDict):
    roots: Iterable[BytesLike]


class VerifierOptions(_Roots, total=False):
    """The keyword arguments that verify(), Verifier and verify_batch() share; verify() explains each. Only roots is
    always required. For functions that pass them on: def mine(..., **options: Unpack[VerifierOptions]).
    """

    max_age: Optional[MaxAge]
    archive: bool
    policy: Optional[Policy]
    insecure_no_pcr_policy: bool
    kind: Kind
    max_future: timedelta
    not_before_leeway: timedelta
    not_after_leeway: timedelta
    region: Text
    limits: Limits
    deny: Iterable[Deny]
    allow_debug: bool
    allow_unknown_fields: bool
    allow_weak_policy: bool
    require_module_binding: bool
    required_checks: Check


def requirements(*, roots: Iterable[BytesLike], max_age: Optional[MaxAge] = None, archive: bool = False,
                 policy: Optional[Policy] = None, insecure_no_pcr_policy: bool = False, kind: Kind = Kind.ENCLAVE,
                 max_future: timedelta = _ZERO, not_before_leeway: timedelta = _ZERO,
                 not_after_leeway: timedelta = _ZERO, region: Text = ANY, limits: Limits = Limits.DEFAULT,
                 deny: Iterable[Deny] = (), allow_debug: bool = False, allow_unknown_fields: bool = False,
                 allow_weak_policy: bool = False, require_module_binding: bool = False,
                 required_checks: Check = NO_CHECKS) -> Requirements:
    """Checks types, and that nothing is missing; the C library checks the values."""
    told = Requirements(c.initial_options(), policy_of(policy, insecure_no_pcr_policy))
    _set_roots(told, roots)
    _set_deny(told, deny)
    _set_time(told, max_age, archive, (max_future, not_before_leeway, not_after_leeway))
    told.raw.kind, told.raw.limits = enumerator(kind, Kind, "kind"), enumerator(limits, Limits, "limits")
    told.raw.flags = _flags(allow_debug=allow_debug, allow_unknown_fields=allow_unknown_fields,
                            allow_weak_policy=allow_weak_policy, insecure_no_pcr_policy=insecure_no_pcr_policy,
                            require_module_binding=require_module_binding)
    told.raw.required_checks = enumerator(required_checks, Check, "required_checks")
    named = text_bytes(region, "region")
    told.keep.append(named)
    told.raw.region = optional_view(named)
    if told.policy is not None:
        told.raw.policy = ctypes.pointer(told.policy._raw)
    return told


_F = TypeVar("_F", bound=Callable[..., Any])
_SHARED = inspect.signature(requirements).parameters


def _with_shared(function: Callable[..., Any]) -> inspect.Signature:
    """Returns the function's signature with _SHARED instead of **options."""
    own = inspect.signature(function)
    named = [parameter for parameter in own.parameters.values() if parameter.kind is not parameter.VAR_KEYWORD]
    named += _SHARED.values()
    return own.replace(parameters=sorted(named, key=lambda p: (p.kind, p.default is not p.empty)))


def takes_options(function: _F) -> _F:
    """Decorates functions with **options: Unpack[VerifierOptions]: help(), inspect and errors show each option by
    name."""
    signature = _with_shared(function)
    checked = suggests_names(function, signature, "roots")
    checked.__annotations__ = {name: p.annotation for name, p in signature.parameters.items()
                               if p.annotation is not p.empty}
    checked.__annotations__["return"] = signature.return_annotation
    setattr(checked, "__signature__", signature)
    return checked
