"""The result of a verification."""
from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Tuple

from . import _structs as c
from ._buffers import optional_copy
from ._policy import Policy
from ._values import Check, Kind, Pcrs, VerifiedCertificate, chain_moment, moment, pcrs_of_mask

_NO_SET = c.NO_OFFSET  # SIZE_MAX
#: The members of natt_verified_certificate, aligned as C does; at once, since members one by one take longer.
_CERTIFICATE = struct.Struct("@%dsqq0q" % (c.MAX_NAME + 1))
_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Verified:
    """What a verified document says, and what was judged. verify() returns one or raises; there is nothing between."""

    kind: Kind
    debug: bool  #: PCR0, PCR1 or PCR2 absent or all zero; only where allow_debug was given
    checks: Check  #: what was really judged
    unknown_fields: int  #: how many were skipped
    cached_certificates: int  #: whose signatures this verifier had proved before
    timestamp: datetime
    timestamp_ms: int  #: the same, milliseconds since 1970 UTC
    earliest_expiry: datetime  #: the first end of validity in the chain
    pcrs: Pcrs
    module_id: str
    instance_id: str  #: the part of module_id before -enc or -tpm
    region: Optional[str]  #: from the certificates' names; None when they do not bind module_id
    canonical_id: bytes  #: equal for every encoding of one document: key replay stores on it
    root_sha256: bytes
    root_index: int  #: into roots
    matched_set: Optional[int]  #: into the policy's sets; None when no policy was judged
    matched_set_name: Optional[str]
    chain: Tuple[VerifiedCertificate, ...]  #: root first, leaf last
    public_key: Optional[bytes]  #: None = missing or null, b"" = empty
    user_data: Optional[bytes]
    nonce: Optional[bytes]


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
    return Verified(
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
