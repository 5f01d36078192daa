"""What a document SAYS. Nothing here is checked against a signature: use it to look, never to decide."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import datetime
from typing import Optional, Tuple

from . import _structs as c
from ._buffers import BytesLike, copy, immutable, optional_copy, view
from ._errors import from_c
from ._library import lib
from ._values import Kind, Pcrs, moment


@dataclass(frozen=True)
class UntrustedDocument:
    """A well-formed attestation document, unverified: anybody may have written any of this."""

    kind: Kind
    module_id: str  #: may hold any characters: escape it before showing
    digest: str  #: "SHA384"
    timestamp: datetime
    timestamp_ms: int  #: the same, milliseconds since 1970 UTC
    pcrs: Pcrs
    certificate: bytes  #: the leaf in DER
    cabundle: Tuple[bytes, ...]  #: [0] is the root
    public_key: Optional[bytes]  #: None = missing or null, b"" = empty
    user_data: Optional[bytes]
    nonce: Optional[bytes]
    unknown_fields: Tuple[bytes, ...]  #: names AWS does not list, in order
    tagged: bool  #: tag 18 in front
    indefinite: bool  #: the payload map is of indefinite length
    protected_header: bytes
    payload: bytes
    signature: bytes  #: r || s, 96 bytes


def parse(document: BytesLike) -> UntrustedDocument:
    """Reads a document without verifying anything.

    Raises VerificationError when it is not one well-formed attestation document. Options of verify() decide about
    unknown fields, sizes of the optional fields and the kind; they are not judged here.
    """
    data = immutable(document, "document")
    raw, error = c.Document(), c.Error()
    if not lib.natt_document_parse(ctypes.byref(raw), view(data), ctypes.byref(error)):
        raise from_c(error)
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
