"""The unverified content of a document. No signature is verified here: use it to inspect, never to decide."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Tuple

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, optional_copy, view
from ._errors import call
from ._library import lib
from ._values import Kind, Pcrs, moment


@dataclass(frozen=True)
class UntrustedDocument:
    """A well-formed, unverified attestation document: anyone may have written it.

    kind            ENCLAVE, NITROTPM or OTHER
    module_id       may contain any characters: escape it before printing
    digest          "SHA384"
    timestamp       its time of creation; timestamp_ms is the same in milliseconds since 1970 UTC
    pcrs            PCR values by index, 48 bytes each
    certificate     the leaf in DER; parse_certificate() reads it
    cabundle        the certificates above it; the first is the root
    public_key, user_data, nonce  None = missing or null, b"" = empty
    unknown_fields  names that AWS does not list, in order
    tagged          tag 18 before the document
    indefinite      the payload's map is of indefinite length
    protected_header, payload  the signed parts, as CBOR
    signature       r || s, 96 bytes
    """

    kind: Kind
    module_id: str
    digest: str
    timestamp: datetime
    timestamp_ms: int
    pcrs: Pcrs
    certificate: bytes
    cabundle: Tuple[bytes, ...]
    public_key: Optional[bytes]
    user_data: Optional[bytes]
    nonce: Optional[bytes]
    unknown_fields: Tuple[bytes, ...]
    tagged: bool
    indefinite: bool
    protected_header: bytes
    payload: bytes
    signature: bytes


def parse(document: BytesLike) -> UntrustedDocument:
    """Reads a document without verifying anything.

    document  the raw bytes: decode base64 or hex first.

    Raises VerificationError if it is not one well-formed attestation document, TypeError for a wrong type. Unknown
    fields, sizes of the optional fields and the kind depend on the options of verify() and are not checked here.
    Threads: any number at once. Cost: one pass over it; no public-key work.
    """
    data, raw = immutable(document, "document"), c.Document()
    call(lib.natt_document_parse, ctypes.byref(raw), view(data))
    return UntrustedDocument(
        kind=Kind(raw.kind),
        module_id=copy(raw.module_id).decode("utf-8"),
        digest=copy(raw.digest).decode("utf-8"),
        timestamp=moment(raw.timestamp_ms),
        timestamp_ms=raw.timestamp_ms,
        pcrs=Pcrs({n: copy(raw.pcrs[n]) for n in range(c.PCR_COUNT) if raw.pcr_mask >> n & 1}),
        certificate=copy(raw.certificate),
        cabundle=tuple(copy(raw.cabundle[n]) for n in range(raw.cabundle_count)),
        public_key=optional_copy(raw.public_key),
        user_data=optional_copy(raw.user_data),
        nonce=optional_copy(raw.nonce),
        unknown_fields=tuple(copy(raw.unknown_fields[n]) for n in range(raw.unknown_count)),
        tagged=raw.tagged,
        indefinite=raw.indefinite,
        protected_header=copy(raw.protected_header),
        payload=copy(raw.payload),
        signature=copy(raw.signature),
    )
