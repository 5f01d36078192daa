"""The result of a verification."""
from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, Optional, Tuple

from . import _structs as c
from ._buffers import members, view
from ._codes import Code
from ._differences import PcrDifference
from ._errors import UsageError, from_c, is_policy_refusal, usage
from ._library import lib
from ._policy import Policy
from ._refusals import differences_of
from ._values import Check, Kind, Pcrs, VerifiedCertificate, boolean, chain_moment, moment, pcrs_of_mask, rfc3339, typed

_NO_SET = c.NO_OFFSET  # SIZE_MAX
#: The members of natt_verified_certificate, aligned as in C. Unpacking them together is faster.
_CERTIFICATE = struct.Struct("@%dsqq0q" % (c.MAX_NAME + 1))
_SEALED_SIZE = c.Verified.public_key.offset
_SIZE = ctypes.sizeof(c.Verified)
_VIEW_CODES: Dict[int, str] = {Code.NATT_E_EXPECT_PUBLIC_KEY: "public_key", Code.NATT_E_EXPECT_USER_DATA: "user_data",
                               Code.NATT_E_EXPECT_NONCE: "nonce"}
_VIEWS = tuple(_VIEW_CODES.values())
_SAME = ("debug", "unknown_fields", "cached_certificates", "timestamp_ms", "root_index", *_VIEWS)
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Verified:
    """The content of a verified document, and the checks that were performed. verify() returns one or raises.

    kind                 ENCLAVE or NITROTPM
    debug                PCR0, PCR1 or PCR2 absent or all zero; only with allow_debug
    checks               the checks that were performed
    unknown_fields       the number of skipped fields
    cached_certificates  the number of certificates whose signatures this verifier had already verified
    timestamp            its time of creation by the NSM's clock; timestamp_ms is the same in milliseconds since 1970
                         UTC
    earliest_expiry      the first end of validity in the chain
    pcrs                 PCR values by index, 48 bytes each
    module_id            of the enclave or instance; instance_id is its part before -enc or -tpm
    region               from the certificates' names; None if they do not contain module_id
    canonical_id         the same for every encoding of a document: use it as the key of a replay store
    root_sha256          SHA-256 of the root under which it was verified; root_index is its index in roots
    matched_set          index in the policy's sets, from 0 (repr() counts them from 1), and matched_set_name; None
                         without a policy
    chain                the certificates, root first, leaf last
    public_key, user_data, nonce  chosen by the enclave; None = missing or null, b"" = empty

    It can be pickled, compared and used as a key. All members are copies. repr() is one short line for logs; to_dict()
    has everything.
    """

    kind: Kind
    debug: bool
    checks: Check
    unknown_fields: int
    cached_certificates: int
    timestamp: datetime
    timestamp_ms: int
    earliest_expiry: datetime
    pcrs: Pcrs
    module_id: str
    instance_id: str
    region: Optional[str]
    canonical_id: bytes
    root_sha256: bytes
    root_index: int
    matched_set: Optional[int]
    matched_set_name: Optional[str]
    chain: Tuple[VerifiedCertificate, ...]
    public_key: Optional[bytes]
    user_data: Optional[bytes]
    nonce: Optional[bytes]
    #: The natt_verified up to its views into the document, and matched_set_name; only verified_from_c() fills it in.
    _sealed: bytes = field(default=b"", init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """Returns one short line for people: enclave or instance, time, image, and the document's canonical id."""
        image = "no policy" if self.matched_set is None else "set %d" % (self.matched_set + 1)
        if self.matched_set_name is not None:
            image += " %.40r" % self.matched_set_name
        return "<%s %s%s %s at %s, %s, canonical id %s...>" % (
            type(self).__name__ if self._sealed else type(self).__name__ + " (not made by verify)",
            "DEBUG " if self.debug else "", self.kind.name.lower(), ascii(self.module_id)[1:-1],
            rfc3339(self.timestamp, "milliseconds"), image, self.canonical_id[:8].hex())

    def to_dict(self) -> Dict[str, Any]:
        """Returns everything as values that json.dumps accepts: bytes as hexadecimal, times in RFC 3339, UTC.

        Keys and forms are those of `nitro-attest verify --json` (docs/JSON.md), which has verdict, code and age_ms in
        addition, and lacks timestamp, earliest_expiry, unknown_fields, cached_certificates, root_index and
        matched_set_name. kind and checks are lower-case names; the keys of pcrs are texts, "0" to "31". It is for logs
        and other programs: there is no way back to a Verified. Threads: any number at once. Cost: copies the values.
        """
        return {
            "kind": self.kind.name.lower(),
            "module_id": self.module_id,
            "region": self.region,
            "timestamp": rfc3339(self.timestamp, "milliseconds"),
            "timestamp_ms": self.timestamp_ms,
            "earliest_expiry": rfc3339(self.earliest_expiry, "seconds"),
            "debug": self.debug,
            "canonical_id": self.canonical_id.hex(),
            "root_sha256": self.root_sha256.hex(),
            "root_index": self.root_index,
            "instance_id": self.instance_id,
            "public_key": _hex(self.public_key),
            "user_data": _hex(self.user_data),
            "nonce": _hex(self.nonce),
            "matched_set": self.matched_set,
            "matched_set_name": self.matched_set_name,
            "pcrs": {str(index): value.hex() for index, value in self.pcrs.items()},
            "chain": [{"subject": certificate.common_name, "not_before": rfc3339(certificate.not_before, "seconds"),
                       "not_after": rfc3339(certificate.not_after, "seconds")} for certificate in self.chain],
            "checks": [check.name.lower() for check in Check if check.name and check in self.checks],
            "unknown_fields": self.unknown_fields,
            "cached_certificates": self.cached_certificates,
        }

    def check(self) -> None:
        """Returns if verify() or verify_batch() created this object and nothing in it has changed since; else raises.

        Raises UsageError (NATT_E_USAGE_RESULT), which names the field, for an object that was built by hand or with
        dataclasses.replace(), or changed with object.__setattr__(). Call it before you use a key from a stored, copied
        or pickled result. It detects mistakes, not an attacker who can write to this object or its pickle: the checksum
        is not a secret. Threads: any number at once. Cost: hashes three values and compares every field.
        """
        self._checked()

    def _checked(self) -> c.Verified:
        """Returns the natt_verified of this object, after checking that neither has changed since verify()."""
        raw = self._raw()
        made = _contents(raw, self._sealed[_SEALED_SIZE:].decode("utf-8") or None)
        for name, value in made.items():
            mine = getattr(self, name)
            if type(mine) is not type(value) or mine != value:
                raise _changed(name)
        return raw

    def _raw(self) -> c.Verified:
        """Returns the natt_verified with views of this object's copies. Raises UsageError if the seal does not
        match."""
        if type(self._sealed) is not bytes or len(self._sealed) < _SEALED_SIZE:
            raise usage(Code.NATT_E_USAGE_RESULT)
        raw, error = c.Verified.from_buffer_copy(self._sealed[:_SEALED_SIZE].ljust(_SIZE, b"\0")), c.Error()
        for name in _VIEWS:
            value = getattr(self, name)
            if value is not None and type(value) is not bytes:
                raise _changed(name)
            if value is not None:
                setattr(raw, name, view(value))
        if not lib.natt_verified_check(ctypes.byref(raw), ctypes.byref(error)):
            raise _changed(_VIEW_CODES[error.code]) if error.code in _VIEW_CODES else from_c(error)
        return raw

    def check_policy(self, policy: Policy, *, allow_debug: bool = False) -> None:
        """Returns if all PCRs of one set of the policy match this document, and raises otherwise.

        policy       a policy that depends on the verified content (module_id, for example), or another policy.
        allow_debug  accept the result of a debug enclave, independent of verify().

        Raises VerificationError if no set matches (NATT_E_POLICY_*, whose differences list each PCR) or the enclave is
        in debug mode (NATT_E_EXPECT_DEBUG); UsageError if the policy does not identify an image, or as check() does;
        TypeError for a wrong type. Threads: any number at once. Cost: check(), and a comparison of each value; no
        public-key work.
        """
        sets = typed(policy, Policy, "policy", "a nitro_attest.Policy")._raw
        flags = c.POLICY_ALLOW_DEBUG if boolean(allow_debug, "allow_debug") else 0
        asked = c.Policy(ctypes.sizeof(c.Policy), sets.sets, sets.set_count, flags)
        raw, error = self._checked(), c.Error()
        if not lib.natt_policy_check(ctypes.byref(raw), ctypes.byref(asked), ctypes.byref(error)):
            raise from_c(error, differences=_differences(raw, policy) if is_policy_refusal(error) else ())


def _hex(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.hex()


def _changed(name: str) -> UsageError:
    return usage(Code.NATT_E_USAGE_RESULT, "%s is not the verified value" % name)


def _differences(raw: c.Verified, policy: Policy) -> Tuple[PcrDifference, ...]:
    return differences_of(policy, lambda room, capacity, count: bool(lib.natt_policy_explain(
        room, capacity, count, ctypes.byref(raw), ctypes.byref(policy._raw), None)))


def _chain(raw: c.Verified) -> Tuple[VerifiedCertificate, ...]:
    flat = memoryview(raw.chain).cast("B")[:raw.chain_count * _CERTIFICATE.size]
    # A name is truncated after 96 bytes, possibly inside a character, whose remaining bytes are dropped.
    return tuple(VerifiedCertificate(name[:name.index(0)].decode("utf-8", "ignore"), chain_moment(not_before),
                                     chain_moment(not_after))
                 for name, not_before, not_after in _CERTIFICATE.iter_unpack(flat))


def _contents(raw: c.Verified, matched_set_name: Optional[str]) -> Dict[str, Any]:
    """Returns copies of a Verified's fields, including the three views."""
    return {
        "kind": _KINDS[raw.kind],
        "checks": Check(raw.checks),
        "timestamp": moment(raw.timestamp_ms),
        "earliest_expiry": chain_moment(raw.earliest_expiry),
        "pcrs": pcrs_of_mask(raw.pcr_mask, bytes(raw.pcrs)),
        "module_id": raw.module_id.decode("utf-8"),
        "instance_id": raw.instance_id.decode("utf-8"),
        "region": raw.region.decode("utf-8") or None,
        "canonical_id": bytes(raw.canonical_id),
        "root_sha256": bytes(raw.root_sha256),
        "matched_set": None if raw.matched_set == _NO_SET else raw.matched_set,
        "matched_set_name": matched_set_name,
        "chain": _chain(raw),
        **members(raw, _SAME),
    }


def verified_from_c(raw: c.Verified, policy: Optional[Policy]) -> Verified:
    """Copies everything, the three views into the document included: call it while the document is alive."""
    name = str.encode((policy.sets[raw.matched_set].name if policy else None) or "", "utf-8")
    result = Verified(**_contents(raw, name.decode("utf-8") or None))
    object.__setattr__(result, "_sealed", ctypes.string_at(ctypes.addressof(raw), _SEALED_SIZE) + name)
    return result
