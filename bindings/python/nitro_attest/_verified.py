"""The result of a verification."""
from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional, Tuple

from . import _structs as c
from ._buffers import optional_copy
from ._errors import from_c
from ._library import lib
from ._policy import Policy
from ._values import Check, Kind, Pcrs, VerifiedCertificate, chain_moment, moment, pcrs_of_mask

_NO_SET = c.NO_OFFSET  # SIZE_MAX
#: The members of natt_verified_certificate, aligned as C does; at once, since members one by one take longer.
_CERTIFICATE = struct.Struct("@%dsqq0q" % (c.MAX_NAME + 1))
_SEALED_SIZE = c.Verified.public_key.offset
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Verified:
    """What a verified document says, and what was judged. verify() returns one or raises; there is nothing between.

    kind                 ENCLAVE or NITROTPM
    debug                PCR0, PCR1 or PCR2 absent or all zero; only where allow_debug was given
    checks               what was really judged
    unknown_fields       how many were skipped
    cached_certificates  whose signatures this verifier had proved before
    timestamp            when it was made, by the NSM's clock; timestamp_ms is the same in milliseconds since 1970 UTC
    earliest_expiry      the first end of validity in the chain
    pcrs                 PCR values by index, 48 bytes each
    module_id            of the enclave or instance; instance_id is its part before -enc or -tpm
    region               from the certificates' names; None when they do not bind module_id
    canonical_id         equal for every encoding of one document: key replay stores on it
    root_sha256          SHA-256 of the root it was verified under; root_index is its place in roots
    matched_set          place in the policy's sets, and matched_set_name; None when no policy was judged
    chain                the certificates, root first, leaf last
    public_key, user_data, nonce  the enclave's words; None = missing or null, b"" = empty

    It may be pickled, compared and used as a key. Everything in it is a copy.
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
    #: The natt_verified up to its views into the document; only verified_from_c() fills it in.
    _sealed: bytes = field(default=b"", init=False, repr=False, compare=False)

    def check_policy(self, policy: Policy) -> None:
        """Returns when one set of the policy matches the PCRs of this document as a whole, and raises otherwise.

        For a policy that is known only once the document is verified (by module_id, say), or one more of them. Raises
        VerificationError (NATT_E_POLICY_*) when no set matches, UsageError when the policy does not pin an image, or when
        this object was not made by verify() or verify_batch(), TypeError for a wrong type.
        Threads: any number at once. Cost: a comparison of each value; no public-key work.
        """
        if not isinstance(policy, Policy):
            raise TypeError("policy must be a nitro_attest.Policy, not %s" % type(policy).__name__)
        raw, error = c.Verified.from_buffer_copy(self._sealed.ljust(ctypes.sizeof(c.Verified), b"\0")), c.Error()
        if not lib.natt_policy_check(ctypes.byref(raw), ctypes.byref(policy._raw), ctypes.byref(error)):
            raise from_c(error)


def _chain(raw: c.Verified) -> Tuple[VerifiedCertificate, ...]:
    flat = memoryview(raw.chain).cast("B")[:raw.chain_count * _CERTIFICATE.size]
    # A name is cut after 96 bytes, perhaps inside a character: what is left of that one is dropped.
    return tuple(VerifiedCertificate(name[:name.index(0)].decode("utf-8", "ignore"), chain_moment(not_before),
                                     chain_moment(not_after))
                 for name, not_before, not_after in _CERTIFICATE.iter_unpack(flat))


def verified_from_c(raw: c.Verified, policy: Optional[Policy]) -> Verified:
    """Copies everything, the three views into the document included: call it while the document is alive."""
    index = None if raw.matched_set == _NO_SET or policy is None else int(raw.matched_set)
    timestamp_ms = raw.timestamp_ms
    result = Verified(
        kind=_KINDS[raw.kind],
        debug=raw.debug,
        checks=Check(raw.checks),
        unknown_fields=raw.unknown_fields,
        cached_certificates=raw.cached_certificates,
        timestamp=moment(timestamp_ms),
        timestamp_ms=timestamp_ms,
        earliest_expiry=chain_moment(raw.earliest_expiry),
        pcrs=pcrs_of_mask(raw.pcr_mask, bytes(raw.pcrs)),
        module_id=raw.module_id.decode("utf-8"),
        instance_id=raw.instance_id.decode("utf-8"),
        region=raw.region.decode("utf-8") or None,
        canonical_id=bytes(raw.canonical_id),
        root_sha256=bytes(raw.root_sha256),
        root_index=raw.root_index,
        matched_set=index,
        matched_set_name=None if index is None or policy is None else policy.sets[index].name,
        chain=_chain(raw),
        public_key=optional_copy(raw.public_key),
        user_data=optional_copy(raw.user_data),
        nonce=optional_copy(raw.nonce),
    )
    object.__setattr__(result, "_sealed", ctypes.string_at(ctypes.addressof(raw), _SEALED_SIZE))
    return result
